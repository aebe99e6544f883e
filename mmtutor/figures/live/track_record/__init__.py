"""The reader's own predictions, and how well calibrated they are."""

from mmtutor.figures.live.track_record.figure import TrackRecord

__all__ = ["TrackRecord"]
