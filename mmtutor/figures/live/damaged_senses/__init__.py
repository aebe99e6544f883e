"""Two senses, lost or noisy, and what several models make of them."""

from mmtutor.figures.live.damaged_senses.figure import DamagedSenses

__all__ = ["DamagedSenses"]
