"""Pictures for teaching: plain ones (matplotlib) and live ones (one ES module each)."""

from __future__ import annotations

from mmtutor.figures import live
from mmtutor.figures.digits import show_pairs
from mmtutor.figures.history import show_history
from mmtutor.figures.judged import show_confusion, show_intervals, show_thresholds
from mmtutor.figures.picture import Picture
from mmtutor.figures.results import dots, show_runs
from mmtutor.figures.sound import Players
from mmtutor.figures.spectrograms import show_spectrograms
from mmtutor.figures.style import MODALITY_COLOURS, PALETTE, style

__all__ = [
    "MODALITY_COLOURS",
    "PALETTE",
    "Picture",
    "Players",
    "dots",
    "live",
    "show_confusion",
    "show_history",
    "show_intervals",
    "show_pairs",
    "show_runs",
    "show_spectrograms",
    "show_thresholds",
    "style",
]
