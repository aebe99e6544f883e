"""What a notebook says about its own results, and about a learner's answers."""

from __future__ import annotations

from mmtutor.lessons import predict
from mmtutor.lessons.checks import check
from mmtutor.lessons.claims import ClaimFailed, claim, mean_interval
from mmtutor.lessons.clinic import Listing, patient, program, trial

__all__ = [
    "ClaimFailed",
    "Listing",
    "check",
    "claim",
    "mean_interval",
    "patient",
    "predict",
    "program",
    "trial",
]
