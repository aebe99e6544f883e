r"""⊕: the operators that fuse features into one representation.

:data:`OPERATORS` maps each name to its class, :func:`make` builds one. A class of your own takes
part in everything, the property tests included, once :func:`register` has seen it.
"""

from __future__ import annotations

from mmtutor.fusion.attention import Attention
from mmtutor.fusion.base import Fusion
from mmtutor.fusion.decision import Average
from mmtutor.fusion.linear import Concat, Gated, Weighted
from mmtutor.fusion.product import LowRank, TensorFusion
from mmtutor.fusion.registry import OPERATORS, make, register
from mmtutor.fusion.tokens import TokenFusion

for _operator in (Concat, Weighted, Gated, Attention, TensorFusion, LowRank, Average):
    register(_operator)

__all__ = [
    "OPERATORS",
    "Attention",
    "Average",
    "Concat",
    "Fusion",
    "Gated",
    "LowRank",
    "TensorFusion",
    "TokenFusion",
    "Weighted",
    "make",
    "register",
]
