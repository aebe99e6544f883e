"""What a notebook says about its own results, and about a learner's answers."""

from __future__ import annotations

from mmtutor.lessons.checks import check
from mmtutor.lessons.claims import ClaimFailed, claim, mean_interval

__all__ = ["ClaimFailed", "check", "claim", "mean_interval"]
