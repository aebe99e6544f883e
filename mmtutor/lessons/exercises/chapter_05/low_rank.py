"""5.4: the low-rank form by hand."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, NotAnAnswer, draw, function


def _with_one(x: Tensor) -> Tensor:
    return torch.cat([x, x.new_ones(1)])


def _low_rank(x1: Tensor, x2: Tensor, U: Tensor, V: Tensor) -> Tensor:
    return ((U @ _with_one(x1)) * (V @ _with_one(x2))).sum()


def _one_in_front(x1: Tensor, x2: Tensor, U: Tensor, V: Tensor) -> Tensor:
    one = x1.new_ones(1)
    return ((U @ torch.cat([one, x1])) * (V @ torch.cat([one, x2]))).sum()


def _without_ones(x1: Tensor, x2: Tensor, U: Tensor, V: Tensor) -> Tensor:
    return ((U[:, :-1] @ x1) * (V[:, :-1] @ x2)).sum()


def _product_of_sums(x1: Tensor, x2: Tensor, U: Tensor, V: Tensor) -> Tensor:
    return (U @ _with_one(x1)).sum() * (V @ _with_one(x2)).sum()


def _sum_of_factors(x1: Tensor, x2: Tensor, U: Tensor, V: Tensor) -> Tensor:
    return (U @ _with_one(x1) + V @ _with_one(x2)).sum()


def _not_summed(x1: Tensor, x2: Tensor, U: Tensor, V: Tensor) -> Tensor:
    return (U @ _with_one(x1)) * (V @ _with_one(x2))


_FACTORS = tuple(
    tuple(draw(*shape, seed=20 * case + i) for i, shape in enumerate([(3,), (4,), (2, 4), (2, 5)]))
    for case in range(3)
)


def _low_rank_function(answer: Any) -> Tensor:
    """Probe for the low-rank form; a factor too short for its matrix lacks the 1."""
    try:
        return function(*_FACTORS)(answer)
    except RuntimeError as error:
        if "size mismatch" not in str(error) and "shapes cannot be multiplied" not in str(error):
            raise
        raise NotAnAnswer(
            "a row of U has d₁ + 1 numbers: did you append the 1 to x1 and x2? "
            f"PyTorch says: {error}"
        ) from None


LOW_RANK = Exercise(
    solution=_low_rank,
    mistakes=(
        (_without_ones, "Where are the 1s? Without them nobody is heard alone."),
        (_one_in_front, "The 1 comes last, [x; 1]: yours is in front."),
        (
            _product_of_sums,
            "You summed over r first and multiplied then. That is one product only, of rank "
            "1. Multiply first, then sum over r.",
        ),
        (_sum_of_factors, "You added the two factors. They are multiplied, for each r."),
        (_not_summed, "These are the R products. Sum them."),
    ),
    praise="R products: the table of all pairs need not be built.",
    hint="U @ [x1; 1] and V @ [x2; 1] have R numbers each: multiply them one by one, and sum.",
    probe=_low_rank_function,
)
