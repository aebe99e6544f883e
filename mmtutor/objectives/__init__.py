"""What a model is trained for, beside plain classification: one file an idea."""

from mmtutor.objectives.adaptation import (
    DomainCritic,
    coral,
    mmd,
    reversal_strength,
    reverse_gradient,
)
from mmtutor.objectives.competition import OGMGE, Blended, blend_weights
from mmtutor.objectives.contrastive import InfoNCE, SigLIP, info_nce, siglip
from mmtutor.objectives.distillation import distil
from mmtutor.objectives.information import information_maximisation
from mmtutor.objectives.sequences import next_token

__all__ = [
    "OGMGE",
    "Blended",
    "DomainCritic",
    "InfoNCE",
    "SigLIP",
    "blend_weights",
    "coral",
    "distil",
    "info_nce",
    "information_maximisation",
    "mmd",
    "next_token",
    "reversal_strength",
    "reverse_gradient",
    "siglip",
]
