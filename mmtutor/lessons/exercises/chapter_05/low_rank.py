"""5.4: the low-rank form by hand."""

from __future__ import annotations

import tracemalloc
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called, draw
from mmtutor.lessons.exercises.any_form import in_a_row


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
    tuple(draw(*shape, seed=20 * R + i) for i, shape in enumerate([(3,), (4,), (R, 4), (R, 5)]))
    for R in (2, 1, 4)
)


_WIDE = tuple(
    draw(*shape, seed=i) / 10 for i, shape in enumerate([(600,), (400,), (2, 601), (2, 401)])
)
_TABLE = 601 * 401
# A table in NumPy or in lists has at least four bytes a number; rows in lists have a fifth of it.
_BYTES = 3 * _TABLE


class _Largest(TorchDispatchMode):
    """Remembers how many numbers the largest tensor had that was computed."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:  # what PyTorch asks for
        result = func(*args, **(kwargs or {}))
        if isinstance(result, Tensor):
            self.numbers = max(self.numbers, result.numel())
        return result


def _peak(answer: Any) -> int:
    """Return the most bytes that Python and NumPy hold at once beside the arguments."""
    tracemalloc.start()
    try:
        called(answer, *_WIDE)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _low_rank_function(answer: Any) -> Tensor:
    """Probe for the low-rank form, which never builds the table."""
    try:
        given = in_a_row(*_FACTORS)(answer)
    except RuntimeError as error:
        if "size mismatch" not in str(error) and "shapes cannot be multiplied" not in str(error):
            raise
        raise NotAnAnswer(
            "a row of U has d₁ + 1 numbers: did you append the 1 to x1 and x2? "
            f"PyTorch says: {error}"
        ) from None
    with _Largest() as largest:
        called(answer, *_WIDE)
    if largest.numbers >= _TABLE or _peak(answer) > _BYTES:
        raise NotAnAnswer(
            "you built a table: with 600 and 400 numbers in x1 and x2, you hold "
            f"{max(largest.numbers, _TABLE):,} numbers at once. Multiply U with [x1; 1] and V "
            "with [x2; 1] first."
        )
    return given


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
