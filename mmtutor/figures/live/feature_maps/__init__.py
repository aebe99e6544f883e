"""Feature maps: what two layers of filters make of a picture that the reader moves or draws."""

from mmtutor.figures.live.feature_maps.figure import FeatureMaps

__all__ = ["FeatureMaps"]
