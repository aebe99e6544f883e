"""1.4: the product rule where some classes are likelier beforehand."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw, function


def _scaled(product: Tensor) -> Tensor:
    return product / product.sum(dim=1, keepdim=True)


def _case(samples: int, classes: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    p1, p2 = (draw(samples, classes, seed=seed + i).softmax(dim=1) for i in range(2))
    return p1, p2, draw(classes, seed=seed + 2).softmax(dim=0)


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
    hint="Multiply the two, divide by the prior once, and bring each row to the sum one.",
    probe=function(
        _case(6, 4, seed=20), _case(1, 3, seed=23), (*_case(5, 2, seed=26)[:2], torch.ones(2) / 2)
    ),
)
