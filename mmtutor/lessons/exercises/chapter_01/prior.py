"""1.4: the product rule where some classes are likelier beforehand."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called, draw


def _scaled(product: Tensor) -> Tensor:
    return product / product.sum(dim=1, keepdim=True)


def _case(samples: int, classes: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    p1, p2 = (draw(samples, classes, seed=seed + i).softmax(dim=1) for i in range(2))
    return p1, p2, draw(classes, seed=seed + 2).softmax(dim=0)


_CASES = (
    _case(6, 4, seed=20),
    _case(1, 3, seed=23),
    (*_case(5, 2, seed=26)[:2], torch.ones(2) / 2),
)


def _probabilities(answer: Any) -> Tensor:
    """Probe for probabilities, (N, C)."""
    found = [called(answer, *case) for case in _CASES]
    for p, (p1, *_) in zip(found, _CASES, strict=True):
        if p.shape != p1.shape:
            asked, given = tuple(p1.shape), tuple(p.shape)
            raise NotAnAnswer(f"probabilities of shape {asked} are expected here, got {given}")
    return torch.cat([p.flatten() for p in found])


def _what_is_wrong(given: Tensor) -> str:
    parts = given.split([p1.numel() for p1, *_ in _CASES])
    tables = [p.reshape(p1.shape) for p, (p1, *_) in zip(parts, _CASES, strict=True)]
    if (given < 0).any():
        return (
            "Some of your numbers are below 0. If they are logarithms: p1 · p2 / prior is a sum "
            "of them, log p1 + log p2 − log prior, and a softmax makes probabilities of it."
        )
    if not all(torch.allclose(p.sum(dim=1), torch.ones(len(p)).double()) for p in tables):
        return (
            "Each row must add up to one: divide it by its own sum. And what stands in it before "
            "that? p1 · p2 / prior."
        )
    return (
        "Each row adds up to one, and holds other numbers: multiply the two, and divide by the "
        "prior once."
    )


PRIOR = Exercise(
    solution=lambda p1, p2, prior: _scaled(p1 * p2 / prior),
    mistakes=(
        (
            lambda p1, p2, prior: _scaled(p1 * p2),
            "The prior is missing. Each of the two has counted it in, so it is in the product "
            "twice: divide by it once.",
        ),
        (
            lambda p1, p2, prior: _scaled(p1 * p2 * prior),
            "You multiplied by the prior. It is in the product twice already: divide by it once.",
        ),
        (
            lambda p1, p2, prior: _scaled(p1 * p2 / prior**2),
            "You divided by the prior twice. Then it is not counted at all; it should count once.",
        ),
        (
            lambda p1, p2, prior: p1 * p2 / prior,
            "The product does not add up to one. Divide each row by its sum.",
        ),
        (
            lambda p1, p2, prior: p1 * p2 / prior / (p1 * p2 / prior).sum(),
            "You divided by the sum over the whole batch. Each sample, a row, must add up to "
            "one: `sum(dim=1, keepdim=True)`.",
        ),
        (
            lambda p1, p2, prior: p1 * p2,
            "The prior is missing: each of the two has counted it in, so divide by it once. And "
            "the product does not add up to one: divide each row by its sum.",
        ),
        (
            lambda p1, p2, prior: p1 * p2 / prior / (p1 * p2 / prior).sum(dim=0),
            "You divided by the sums of the columns. Each sample, a row, must add up to one: "
            "`sum(dim=1, keepdim=True)`.",
        ),
        (
            lambda p1, p2, prior: (p1.log() + p2.log() - prior).softmax(dim=1),
            "You took the prior itself off the logarithms. Take its logarithm off.",
        ),
        (
            lambda p1, p2, prior: (p1 + p2) / 2,
            "That is the mean. If the two inputs are independent given the class, probabilities "
            "multiply.",
        ),
        (
            lambda p1, p2, prior: (p1 * p2 / prior).softmax(dim=1),
            "A softmax takes logarithms. These are products of probabilities: divide by their sum.",
        ),
        (
            lambda p1, p2, prior: _scaled((p1 + p2) / prior),
            "You added the probabilities. If the two inputs are independent given the class, "
            "probabilities multiply.",
        ),
    ),
    praise="Two who say 70 % each, against a prior of 1 %, are together at 99.8 %: the prior "
    "was in both, and counts once.",
    hint=_what_is_wrong,
    probe=_probabilities,
)
