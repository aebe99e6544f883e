"""Exercises of chapter 5, *Products: bilinear, tensor, low-rank*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mmtutor.fusion import Fusion
from mmtutor.lessons.checks import Exercise, NotAnAnswer, draw, function, labels, number


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


def _sketch(v: Tensor, bucket: Tensor, sign: Tensor, D: int) -> Tensor:
    return torch.zeros(D).index_add(0, bucket, sign * v)


def _overwritten(v: Tensor, bucket: Tensor, sign: Tensor, D: int) -> Tensor:
    y = torch.zeros(D)
    for k, s, value in zip(bucket.tolist(), sign.tolist(), v.tolist(), strict=True):
        y[k] = s * value
    return y


_SKETCHES = (
    (
        torch.tensor([3.0, 1.0, 2.0, 5.0]),
        torch.tensor([0, 2, 0, 1]),
        torch.tensor([1.0, -1.0, -1.0, 1.0]),
        3,
    ),
    (
        draw(6, seed=7),
        torch.tensor([4, 1, 1, 0, 4, 4]),
        torch.tensor([1.0, 1.0, -1.0, -1.0, 1.0, -1.0]),
        5,
    ),
)


class _Factorized(Fusion):
    """Products of projections, summed over windows of ``k``."""

    name = "factorized"
    k = 3

    def __init__(self, dims: Mapping[str, int], out_dim: int) -> None:
        super().__init__(dims, out_dim)
        self.U = nn.ModuleDict(
            {m: nn.Linear(d, self.k * out_dim, bias=False) for m, d in dims.items()}
        )

    def factors(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack([self.U[m](x[m]) for m in self.dims], dim=1)  # (B, M, k·d)
        return v if present is None else v.masked_fill(~present[..., None], 1)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        product = self.factors(x, present).prod(dim=1)  # (B, k·d)
        return product.unflatten(1, (self.out_dim, self.k)).sum(dim=2)

    def num_params(self) -> int:
        return sum(self.dims.values()) * self.k * self.out_dim

    def flops(self, batch: int) -> int:
        return 2 * batch * self.num_params()


class _DeadWithoutOne(_Factorized):
    def factors(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return super().factors(x, None)


class _Averaged(_Factorized):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return super().fuse(x, present) / self.k


class _Added(_Factorized):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        total = self.factors(x, present).sum(dim=1)
        return total.unflatten(1, (self.out_dim, self.k)).sum(dim=2)


class _CountedOnce(_Factorized):
    def num_params(self) -> int:
        return sum(self.dims.values()) * self.out_dim

    def flops(self, batch: int) -> int:
        return 2 * batch * self.num_params()


def _operator(answer: Any) -> Tensor:
    """Probe for a fusion operator over three modalities."""
    if not (isinstance(answer, type) and issubclass(answer, Fusion)):
        raise NotAnAnswer("a class is asked for that inherits from `fusion.Fusion`")
    op = answer({"image": 4, "audio": 3, "text": 2}, 5)
    # The same number everywhere: then it does not matter how the windows lie.
    for parameter in op.parameters():
        nn.init.constant_(parameter, 0.5)
    x = {name: draw(3, width, seed=i) for i, (name, width) in enumerate(op.dims.items())}
    absent = {
        "audio": torch.tensor([True, False, False]),
        "text": torch.tensor([True, True, False]),
    }
    given = {"fuse": op.fuse(dict(x), None), "num_params": op.num_params(), "flops": op.flops(3)}
    for name, value in given.items():
        if value is None:
            raise NotAnAnswer(f"your `{name}` returns None: is there a `return`?")
    whole, partial = op(x), op(x, absent)
    if whole.shape != (3, 5):
        raise NotAnAnswer(f"h should have shape (3, 5) here, yours has {tuple(whole.shape)}")
    costs = torch.tensor([op.num_params(), op.flops(3)])
    return torch.cat([whole.flatten(), partial.flatten(), costs]).double().detach()


_TENSOR = 11 * 21 * 31 * 8 + 8
_LOW = 4 * (11 + 21 + 31) * 8 + 8
_SCORES = ("pair", "sum", "same way", "both north")


def _ranks(*numbers: int) -> dict[str, int]:
    return dict(zip(_SCORES, numbers, strict=True))


def _rank_of_each(answer: Any) -> str:
    """Probe for a rank for each score; what ``torch.linalg.matrix_rank`` returns will do."""
    if isinstance(answer, Mapping):
        answer = {
            name: rank.item() if isinstance(rank, Tensor) and rank.numel() == 1 else rank
            for name, rank in answer.items()
        }
    return labels(_SCORES, "1", "2", "3", "4")(answer)


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


EXERCISES = {
    "5.1": Exercise(
        solution=[3, 2, 1, -4],
        mistakes=(
            (
                [3, 5, 4, 2],
                "These are the table's own numbers. b is a step: from (0, 0) to (1, 0).",
            ),
            (
                [3, 2, 1, -1],
                "For d you went from (0, 0) to (1, 1). Take off what x1 and x2 do alone: "
                "d = h(1,1) − h(1,0) − h(0,1) + h(0,0).",
            ),
            ([3, 2, 1, 4], "The size of d is right, its sign is not: does (1, 1) gain or lose?"),
            ([3, 1, 2, -4], "b and c are exchanged: b belongs to x1, the first of the pair."),
            (
                [3, 2, 1, 0],
                "With d = 0 the pair (1, 1) would get 3 + 2 + 1 = 6. The table says 2.",
            ),
        ),
        praise="The two together give 4 less than the sum of what each does alone.",
        hint="a is h(0,0). Then b = h(1,0) − a, c = h(0,1) − a, and d is what is left at (1, 1).",
        probe=number,
    ),
    "5.2": Exercise(
        solution=[_TENSOR, _LOW],
        mistakes=(
            (
                [10 * 20 * 30 * 8 + 8, 4 * 60 * 8 + 8],
                "You forgot the 1s: [x; 1] is one wider than x.",
            ),
            (
                [_TENSOR - 8, _LOW - 8],
                "You forgot the bias b: one number for each coordinate of h.",
            ),
            ([_TENSOR, 63 * 8 + 8], "The first is right. In the second, where is the rank R = 4?"),
            (
                [_TENSOR, 4 * 60 * 8 + 8],
                "The first is right. In the second you forgot the 1s: low-rank fusion keeps them.",
            ),
            (
                [_TENSOR, _LOW - 8],
                "The first is right. The second lacks the bias b: one number for each coordinate "
                "of h.",
            ),
            (
                [10 * 20 * 30 * 8 + 8, _LOW],
                "The second is right. In the first you forgot the 1s: [x; 1] is one wider than x.",
            ),
            (
                [_TENSOR, _TENSOR * 4],
                "The first is right. Low rank never multiplies the widths: each modality has R "
                "rows of its own for each coordinate of h, and these add up.",
            ),
            (
                [11 * 21 * 31, 4 * 63],
                "That is what one coordinate of h reads. h has 8, and each has a bias.",
            ),
            ([_LOW, _TENSOR], "The other way round: first tensor fusion, then low rank."),
        ),
        praise="A product of three widths against a sum of three widths.",
        hint="For one coordinate of h, tensor fusion reads 11 · 21 · 31 numbers and adds a bias. "
        "Low rank has R rows for each modality, one wider than x, and a bias. h has 8 coordinates.",
        probe=number,
    ),
    "5.3": Exercise(
        solution=_ranks(1, 2, 2, 1),
        mistakes=(
            (
                _ranks(1, 1, 2, 1),
                "A sum looks harmless, but look at its table: 1s at (n1, 1) and at (1, n2). No row "
                "is a multiple of the other. The rest is right.",
            ),
            (
                _ranks(1, 2, 2, 2),
                "(1 + n1)(1 + n2) *is* one product. Multiplied out it has four terms, but the rows "
                "of its table are multiples of each other. The rest is right.",
            ),
            (
                _ranks(1, 1, 2, 2),
                "'sum' and 'both north' are the other way round. Write their tables: in which of "
                "them is every row a multiple of one row?",
            ),
            (
                _ranks(1, 1, 2, 4),
                "A rank does not count the terms of a score. It counts the rows of its table that "
                "cannot be made from the other rows. Write the tables of 'sum' and 'both north'.",
            ),
            (
                _ranks(1, 2, 2, 4),
                "(1 + n1)(1 + n2) has four terms, but they come from *one* product. The rest is "
                "right.",
            ),
            (
                _ranks(1, 2, 1, 1),
                "'same way' has two terms, n1·n2 and e1·e2, and no product of one u with one v "
                "holds both without n1·e2 and e1·n2. The rest is right.",
            ),
            (
                _ranks(1, 1, 1, 1),
                "Write each as a table with the rows n1, e1, 1 and the columns n2, e2, 1. Are all "
                "rows multiples of one row?",
            ),
        ),
        praise="To a product, even a sum is a thing of rank two: it needs two terms, each times 1.",
        hint="Write the 3 × 3 table. The rank is 1 if all rows are multiples of one row; each "
        "further row that is new adds 1.",
        probe=_rank_of_each,
    ),
    "5.4": Exercise(
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
        praise="R products, and the table of all pairs was never built.",
        hint="U @ [x1; 1] and V @ [x2; 1] have R numbers each: multiply them one by one, and sum.",
        probe=_low_rank_function,
    ),
    "5.5": Exercise(
        solution=_sketch,
        mistakes=(
            (
                _overwritten,
                "Where two coordinates fall into one bucket, yours keeps the last. They add up.",
            ),
            (
                lambda v, bucket, sign, D: _sketch(v, bucket, torch.ones_like(sign), D),
                "The signs are missing. Without them what collides always adds up, and inner "
                "products come out too large on average.",
            ),
            (
                lambda v, bucket, sign, D: sign * v[bucket],
                "You read from place `bucket[i]`. Coordinate i is *written* to bucket `bucket[i]`.",
            ),
            (
                lambda v, bucket, sign, D: torch.zeros(len(v)).index_add(0, bucket, sign * v),
                "A sketch has D buckets, whatever the width of v.",
            ),
        ),
        praise="A loop in Python, one `index_add` in PyTorch.",
        hint="Start with D zeros; for each i add sign[i] · v[i] to place bucket[i].",
        probe=function(*_SKETCHES),
    ),
    "5.6": Exercise(
        solution=_Factorized,
        mistakes=(
            (
                _DeadWithoutOne,
                "It works while everything is there. An absent modality holds zeros, and its "
                "factor kills the whole product. What is neutral when you multiply?",
            ),
            (_Averaged, "You took the mean over each window of k. The formula has a sum."),
            (_Added, "Your factors are added. Multiply over the modalities, then sum the windows."),
            (
                _CountedOnce,
                "h is right. The costs are not: U_m has k · d rows, one for each place.",
            ),
        ),
        praise="A product of any number of modalities, at the price of sums.",
        hint="Each factor is U_m x_m, (B, k·d), or 1 where the modality is absent. Multiply them, "
        "`unflatten` to windows of k, sum. It learns Σ d_m · k · d numbers.",
        probe=_operator,
    ),
}
