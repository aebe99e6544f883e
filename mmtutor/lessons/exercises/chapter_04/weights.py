"""4.2 and 4.4: a weighted sum, and weights where somebody is absent."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called, draw
from mmtutor.lessons.questions import Number, Numbers, Question

# Low scores; who takes the softmax first and masks later still gets numbers above 0 in float32.
_FAR = torch.tensor([[-60.0, 0.0, 1.0], [-40.0, 30.0, -45.0], [2.0, 30.0, -50.0]])
_PRESENT = torch.tensor([[True, True, True], [True, False, True], [False, False, True]])
_CASES = (
    (draw(3, 3, seed=5), _PRESENT),
    (torch.zeros(3, 3), _PRESENT),
    (_FAR, _PRESENT),
    (draw(4, 2, seed=6), torch.tensor([[True, True], [True, False], [False, True], [True, True]])),
    (draw(1, 5, seed=7), torch.tensor([[False, True, True, False, True]])),
    # e^-700 is a number in float64: what was put in place of the absent must lie lower still.
    (draw(2, 3, seed=8).double() - 700, torch.tensor([[True, False, True], [False, True, True]])),
)


def _masked(a: Tensor, present: Tensor) -> Tensor:
    return a.masked_fill(~present, -torch.inf).softmax(dim=1)


def _zero_is_not_absent(a: Tensor, present: Tensor) -> Tensor:
    return (a * present).softmax(dim=1)


def _very_low(a: Tensor, present: Tensor) -> Tensor:
    return a.masked_fill(~present, -10.0).softmax(dim=1)


def _over_the_batch(a: Tensor, present: Tensor) -> Tensor:
    return a.masked_fill(~present, -torch.inf).softmax(dim=0)


def _divided_by_all(a: Tensor, present: Tensor) -> Tensor:
    return present / present.sum(dim=1, keepdim=True)


WEIGHTED = Question(
    form=Numbers(Number("h_1", tolerance=2e-3), Number("h_2", tolerance=2e-3)),
    solution=[1.0, 3.0],
    mistakes=(
        ([3.0, 1.0], "The weights are exchanged: a_2 is the larger, so x_2 weighs more."),
        ([2.0, 2.0], "That is the plain mean. Here a_1 and a_2 differ."),
        ([0.0, (4.38, 4.4)], "You used a itself as the weights. First α = softmax(a)."),
        ([4.0, 12.0], "You used e^a without dividing by their sum, 1 + 3."),
        ([0.25, 0.75], "These are the weights α. Now compute α_1 x_1 + α_2 x_2."),
        ([4.0, 4.0], "That is the plain sum. Each x_m has a weight, and the weights sum to 1."),
    ),
    praise="Three times the weight, because e^(ln 3) = 3.",
    hint="e^0 = 1 and e^(ln 3) = 3. Divide each by their sum, then add up α_m x_m.",
)


def _weights_and_zeros(answer: Any) -> Tensor:
    """Probe for weights, and where they are exactly 0: a tolerance would forgive a small one."""
    found = [called(answer, *case) for case in _CASES]
    for w, (a, _) in zip(found, _CASES, strict=True):
        if w.shape != a.shape:
            asked, given = tuple(a.shape), tuple(w.shape)
            raise NotAnAnswer(f"weights of shape {asked} are expected here, got {given}")
    weights = torch.cat([w.flatten() for w in found])
    return torch.cat([weights, weights.eq(0).double()])


_NOT_ZERO = (
    "A very low score gives a very small weight, not exactly 0: rubbish times a small number is "
    "still rubbish. Which score does the softmax turn into exactly 0?"
)


def _what_is_wrong(given: Tensor) -> str:
    """Tell small weights of the absent from other faults: there is no end of low scores."""
    weights, _ = given.chunk(2)
    if weights.isnan().any():
        return (
            "Some of your weights are not numbers (nan). Is a row masked altogether, or divided "
            "by 0?"
        )
    there = torch.cat([present.flatten() for _, present in _CASES])
    rows = [w.sum(dim=1) for w in _split(weights)]
    if (weights[~there] > 0).any() and all(r.allclose(torch.ones_like(r)) for r in rows):
        return _NOT_ZERO
    if all(r.allclose(torch.ones_like(r)) for r in rows):
        return "The rows sum to 1, and the absent have 0. The others should keep the ratios e^a."
    return "Each row must sum to 1, be 0 where `present` is False, and keep the ratios e^a."


def _split(weights: Tensor) -> list[Tensor]:
    parts = weights.split([a.numel() for a, _ in _CASES])
    return [part.reshape(a.shape) for part, (a, _) in zip(parts, _CASES, strict=True)]


MASKED = Exercise(
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
            _very_low,
            _NOT_ZERO,
        ),
        (
            _over_the_batch,
            "Your softmax runs over the samples (dim 0): they compete with each other. "
            "It should run over the modalities.",
        ),
        (
            lambda a, present: a.softmax(dim=1),
            "That is the softmax of all. Nobody asked `present` who is there.",
        ),
        (
            lambda a, present: a.masked_fill(present, -torch.inf).softmax(dim=1),
            "You ruled out those that are there: `present` is True where a modality is there. "
            "Mask where it is False, `~present`.",
        ),
        (
            lambda a, present: a * present / (a * present).sum(dim=1, keepdim=True),
            "You divided the scores by their sum. A score may be below 0; a softmax divides e^a.",
        ),
        (
            lambda a, present: a.exp() * present / (a.exp() * present).sum(),
            "You divided by the sum over the whole batch. Each row has its own sum: "
            "`sum(dim=1, keepdim=True)`.",
        ),
        (
            lambda a, present: a.exp() * present,
            "These are e^a of those that are there. Divide each row by its sum.",
        ),
        (
            lambda a, present: (a + present).softmax(dim=1),
            "You added `present` to the scores: that adds 1 where it is True. The absent still "
            "get a weight.",
        ),
        (_divided_by_all, "Every present modality got the same weight: where did a go?"),
    ),
    praise="A score of −∞ gives a weight of exactly 0, and the rest still sum to 1.",
    hint=_what_is_wrong,
    probe=_weights_and_zeros,
)
