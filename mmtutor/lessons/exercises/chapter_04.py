"""Exercises of chapter 4, *The fusion equation*."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmtutor.fusion import Fusion
from mmtutor.lessons.checks import Exercise, NotAnAnswer, choices, draw, function, number

_PRESENT = torch.tensor([[True, True, True], [True, False, True], [False, False, True]])
_GATE_CASES = tuple(
    tuple(draw(*shape, seed=10 * case + i) for i, shape in enumerate([(3,), (3,), (3, 6)]))
    for case in range(3)
)


def _masked(a: Tensor, present: Tensor) -> Tensor:
    return a.masked_fill(~present, -torch.inf).softmax(dim=1)


def _zero_is_not_absent(a: Tensor, present: Tensor) -> Tensor:
    return (a * present).softmax(dim=1)


def _over_the_batch(a: Tensor, present: Tensor) -> Tensor:
    return a.masked_fill(~present, -torch.inf).softmax(dim=0)


def _divided_by_all(a: Tensor, present: Tensor) -> Tensor:
    return present / present.sum(dim=1, keepdim=True)


def _gate(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = torch.sigmoid(U @ torch.cat([x1, x2]))
    return z * torch.tanh(x1) + (1 - z) * torch.tanh(x2)


def _gate_without_tanh(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = torch.sigmoid(U @ torch.cat([x1, x2]))
    return z * x1 + (1 - z) * x2


def _gate_turned(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = torch.sigmoid(U @ torch.cat([x1, x2]))
    return (1 - z) * torch.tanh(x1) + z * torch.tanh(x2)


def _gate_not_shared(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = torch.sigmoid(U @ torch.cat([x1, x2]))
    return z * torch.tanh(x1) + z * torch.tanh(x2)


def _gate_not_squashed(x1: Tensor, x2: Tensor, U: Tensor) -> Tensor:
    z = U @ torch.cat([x1, x2])
    return z * torch.tanh(x1) + (1 - z) * torch.tanh(x2)


class _Loudest(Fusion):
    """The elementwise maximum over the modalities that are there."""

    name = "loudest"

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)  # (B, M, d)
        if present is not None:
            v = v.masked_fill(~present[..., None], -torch.inf)
        return v.amax(dim=1)

    def num_params(self) -> int:
        return 0

    def flops(self, batch: int) -> int:
        return 0


class _LoudestOfZeros(_Loudest):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return torch.stack(list(x.values()), dim=1).amax(dim=1)


class _LoudestOverBatch(_Loudest):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)
        if present is not None:
            v = v.masked_fill(~present[..., None], -torch.inf)
        return v.amax(dim=(0, 1))[None].expand(len(v), -1)


class _Quietest(_Loudest):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)
        if present is not None:
            v = v.masked_fill(~present[..., None], torch.inf)
        return v.amin(dim=1)


def _operator(answer: Any) -> Tensor:
    """Probe for a fusion operator over three modalities of width 4."""
    if not (isinstance(answer, type) and issubclass(answer, Fusion)):
        raise NotAnAnswer("a class is asked for that inherits from `fusion.Fusion`")
    op = answer({"image": 4, "audio": 4, "text": 4}, 4)
    x = {name: draw(3, 4, seed=i) - 1 for i, name in enumerate(op.dims)}
    absent = {
        "audio": torch.tensor([True, False, False]),
        "text": torch.tensor([True, True, False]),
    }
    whole, partial = op(x), op(x, absent)
    if whole.shape != (3, 4):
        raise NotAnAnswer(f"h should have shape (3, 4) here, yours has {tuple(whole.shape)}")
    costs = torch.tensor([op.num_params(), op.flops(3)])
    return torch.cat([whole.flatten(), partial.flatten(), costs]).double().detach()


EXERCISES = {
    "4.1": Exercise(
        solution=(512 + 300) * 128 + 128,
        mistakes=(
            ((512 + 300) * 128, "You counted W and forgot the bias b: one number for each of h."),
            (
                (512 + 300) * 128 + 2 * 128,
                "You gave each modality a bias of its own. Concatenation has one W and one b.",
            ),
            (
                512 * 300 * 128 + 128,
                "You multiplied the widths. That is the size of a map on all *products* of "
                "coordinates (tensor fusion). Concatenation puts the vectors in a row: add.",
            ),
            (512 + 300, "That is the width of [x_1; x_2]. How large is the W that maps it to h?"),
            ((512 + 300 + 1) * 1, "That is one row of W and one bias. h has 128 of them."),
        ),
        praise="The cost of concatenation grows with the sum of the widths.",
        hint="W has one row for each coordinate of h and one column for each of [x_1; x_2].",
        probe=number,
    ),
    "4.2": Exercise(
        solution=[1.0, 3.0],
        mistakes=(
            ([3.0, 1.0], "The weights are exchanged: a_2 is the larger, so x_2 weighs more."),
            ([2.0, 2.0], "That is the plain mean. Here a_1 and a_2 differ."),
            ([0.0, 4 * 1.0986], "You used a itself as the weights. First α = softmax(a)."),
            ([4.0, 12.0], "You used e^a without dividing by their sum, 1 + 3."),
            ([0.25, 0.75], "These are the weights α. Now compute α_1 x_1 + α_2 x_2."),
        ),
        praise="Three times the weight, because e^(ln 3) = 3.",
        hint="e^0 = 1 and e^(ln 3) = 3. Divide each by their sum, then add up α_m x_m.",
        probe=number,
        tolerance=2e-3,
    ),
    "4.3": Exercise(
        solution=_gate,
        mistakes=(
            (_gate_without_tanh, "The gate is right. The candidates are not: tanh is missing."),
            (_gate_turned, "z belongs to x_1, and 1 − z to x_2; you have them exchanged."),
            (
                _gate_not_shared,
                "Both terms have weight z. The second needs 1 − z: what one gains the other loses.",
            ),
            (
                _gate_not_squashed,
                "z must lie between 0 and 1. Put U [x_1; x_2] through a sigmoid.",
            ),
        ),
        praise="A dial for each coordinate, set anew for each sample.",
        hint="First z = σ(U [x_1; x_2]), then z ∘ tanh(x_1) + (1 − z) ∘ tanh(x_2).",
        probe=function(*_GATE_CASES),
    ),
    "4.4": Exercise(
        solution=_masked,
        mistakes=(
            (
                lambda a, present: a.softmax(dim=1) * present,
                "The absent one has weight 0, but the others no longer sum to 1: a sample with "
                "fewer modalities gets a smaller h. Mask before the softmax.",
            ),
            (
                _zero_is_not_absent,
                "A score of 0 is not a weight of 0: e^0 = 1. Which score does the softmax turn "
                "into exactly 0?",
            ),
            (
                _over_the_batch,
                "Your softmax runs over the samples (dim 0): they compete with each other. "
                "It should run over the modalities.",
            ),
            (_divided_by_all, "Every present modality got the same weight: where did a go?"),
        ),
        praise="A score of −∞ gives a weight of exactly 0, and the rest still sum to 1.",
        hint="Each row must sum to 1, be 0 where `present` is False, and keep the ratios e^a.",
        probe=function(
            (draw(3, 3, seed=5), _PRESENT),
            (torch.zeros(3, 3), _PRESENT),
        ),
    ),
    "4.5": Exercise(
        solution={"gated", "tensor", "low_rank"},
        mistakes=(
            (
                {"tensor", "low_rank"},
                "These two can. There is one more whose term for x_1 is *multiplied* by something "
                "that depends on x_2.",
            ),
            (
                {"concat", "gated", "tensor", "low_rank"},
                "concat is a sum of one term a modality: what x_2 adds never depends on x_1. "
                "The rest is right.",
            ),
            (
                {"weighted", "gated", "tensor", "low_rank"},
                "The weights of `weighted` are learnt, but they are the same for every sample: "
                "it is a sum too. The rest is right.",
            ),
            (
                {"concat", "weighted", "gated", "tensor", "low_rank"},
                "Try concat on paper: XOR needs h(1,1) + h(0,0) ≠ h(1,0) + h(0,1). For a sum of "
                "one term a modality the two sides are equal.",
            ),
            (
                {"concat", "weighted"},
                "The other way round: these are the two that cannot.",
            ),
        ),
        praise="Whatever multiplies something of x_1 by something of x_2 can say 'they differ'.",
        hint="Look at each formula: is there a product in which both modalities take part?",
        probe=choices("concat", "weighted", "gated", "tensor", "low_rank"),
    ),
    "4.6": Exercise(
        solution=_Loudest,
        mistakes=(
            (
                _LoudestOfZeros,
                "It works while everything is there. Where a modality is absent it holds zeros, "
                "and zero can be the maximum. Use `present` to rule those out.",
            ),
            (
                _LoudestOverBatch,
                "The maximum runs over the samples too: they see each other. Take it over the "
                "modalities only.",
            ),
            (_Quietest, "That is the minimum."),
        ),
        praise="Your own ⊕, with names, masks and errors from the contract.",
        hint="Stack to (B, M, d), put −∞ where `present` is False, then `amax` over dimension 1. "
        "It learns nothing and multiplies no matrices: both costs are 0.",
        probe=_operator,
    ),
}
