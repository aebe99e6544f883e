r"""⊕: the operators that fuse features into one representation.

:data:`OPERATORS` maps each name to its class, :func:`make` builds one. A class of your own takes
part in everything once :func:`register` has seen it; :func:`check_contract` says whether it keeps
what every operator promises. The formula of each, as short as the equation, is in
:mod:`mmtutor.fusion.reference`.
"""

from __future__ import annotations

from mmtutor.fusion.attention import Attention
from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.bilinear import Bilinear
from mmtutor.fusion.block import Block
from mmtutor.fusion.bottleneck import Bottleneck
from mmtutor.fusion.compact_bilinear import CompactBilinear
from mmtutor.fusion.contract import check_contract
from mmtutor.fusion.cross_attention import CrossAttention
from mmtutor.fusion.decision import Average, Maximum, ProductOfExperts
from mmtutor.fusion.experts import MixtureOfExperts
from mmtutor.fusion.film import Film
from mmtutor.fusion.joint_attention import JointAttention
from mmtutor.fusion.linear import Concat, Gated, Weighted
from mmtutor.fusion.mutan import Mutan
from mmtutor.fusion.product import LowRank, TensorFusion
from mmtutor.fusion.registry import OPERATORS, Card, card, make, register
from mmtutor.fusion.tokens import TokenFusion
from mmtutor.fusion.voting import Stacking, WeightedVote

for _operator in (
    Concat,
    Weighted,
    Gated,
    TensorFusion,
    LowRank,
    Film,
    Bilinear,
    CompactBilinear,
    Mutan,
    Block,
    Attention,
    CrossAttention,
    Bottleneck,
    JointAttention,
    MixtureOfExperts,
    Average,
    WeightedVote,
    ProductOfExperts,
    Maximum,
    Stacking,
):
    register(_operator)

__all__ = [
    "OPERATORS",
    "Attention",
    "Average",
    "Bilinear",
    "Block",
    "Bottleneck",
    "Card",
    "CompactBilinear",
    "Concat",
    "CrossAttention",
    "Film",
    "Fusion",
    "Gated",
    "JointAttention",
    "LowRank",
    "Maximum",
    "MixtureOfExperts",
    "Mutan",
    "Paper",
    "ProductOfExperts",
    "Stacking",
    "TensorFusion",
    "TokenFusion",
    "Weighted",
    "WeightedVote",
    "card",
    "check_contract",
    "make",
    "register",
]
