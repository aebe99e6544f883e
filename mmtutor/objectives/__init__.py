"""What a model is trained for, beside plain classification: one file an idea."""

from mmtutor.objectives.adaptation import DomainCritic, coral, mmd, reverse_gradient
from mmtutor.objectives.competition import OGMGE, Blended, blend_weights
from mmtutor.objectives.contrastive import InfoNCE, info_nce, siglip
from mmtutor.objectives.information import information_maximisation
from mmtutor.objectives.sequences import next_token

__all__ = [
    "OGMGE",
    "Blended",
    "DomainCritic",
    "InfoNCE",
    "blend_weights",
    "coral",
    "info_nce",
    "information_maximisation",
    "mmd",
    "next_token",
    "reverse_gradient",
    "siglip",
]
