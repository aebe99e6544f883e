"""Every operator's formula, read literally: the first program one would write from the paper.

A matrix is a layer; a sum over terms computes the terms, stacks them and adds them up, as research
code does (vqa.pytorch for MUTAN's ranks, TorchMultimodal for attention over modalities); an
attention is a softmax of a product. There is no loop over samples and nothing clever. A
transcription takes its weights from an operator, so that both give the same ``h``; :func:`check`
makes sure that they do, backwards too.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from benchmarks.formulas.decisions import Average, Maximum, ProductOfExperts, WeightedVote
from benchmarks.formulas.products import (
    Bilinear,
    Block,
    CompactBilinear,
    Film,
    LowRank,
    Mutan,
    TensorFusion,
)
from benchmarks.formulas.sequences import Bottleneck, CrossAttention
from benchmarks.formulas.sums import Attention, Concat, Gated, MixtureOfExperts, Weighted
from mmtutor.fusion import Fusion

FORMULAS: dict[str, type[nn.Module]] = {
    "concat": Concat,
    "weighted": Weighted,
    "gated": Gated,
    "attention": Attention,
    "tensor": TensorFusion,
    "low_rank": LowRank,
    "film": Film,
    "bilinear": Bilinear,
    "compact_bilinear": CompactBilinear,
    "mutan": Mutan,
    "block": Block,
    "mixture_of_experts": MixtureOfExperts,
    "cross_attention": CrossAttention,
    "bottleneck": Bottleneck,
    "average": Average,
    "weighted_vote": WeightedVote,
    "product_of_experts": ProductOfExperts,
    "max": Maximum,
    "stacking": Concat,
}
"""The transcription of each operator, built from one: ``FORMULAS[op.name](op)``."""


def check(op: Fusion, formula: nn.Module, x: dict[str, Tensor]) -> None:
    """Make sure that a transcription gives the operator's ``h`` and gradients, in float64.

    :raises AssertionError: it does not.
    """
    results = []
    for module in (op, formula):
        leaves = {m: v.detach().double().requires_grad_() for m, v in x.items()}
        h = copy.deepcopy(module).double()(leaves)
        h.square().sum().backward()
        results.append([h, *(v.grad for v in leaves.values())])
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-7, atol=1e-7)
