"""16.5: the gradient of a batch, put together from parts of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called, draw

Gradient = Callable[[Tensor, Tensor], Tensor]


def accumulated(gradient: Gradient, x: Tensor, y: Tensor, parts: int) -> Tensor:
    """Each part's gradient counts by its share of the samples."""
    pieces = zip(x.tensor_split(parts), y.tensor_split(parts), strict=True)
    return sum((gradient(a, b) * (len(b) / len(y)) for a, b in pieces), torch.zeros(()))


def _mean_of_parts(gradient: Gradient, x: Tensor, y: Tensor, parts: int) -> Tensor:
    pieces = zip(x.tensor_split(parts), y.tensor_split(parts), strict=True)
    return torch.stack([gradient(a, b) for a, b in pieces]).mean(0)


def _sum_of_parts(gradient: Gradient, x: Tensor, y: Tensor, parts: int) -> Tensor:
    return parts * _mean_of_parts(gradient, x, y, parts)


def _last_part(gradient: Gradient, x: Tensor, y: Tensor, parts: int) -> Tensor:
    return gradient(x.tensor_split(parts)[-1], y.tensor_split(parts)[-1])


def _first_part(gradient: Gradient, x: Tensor, y: Tensor, parts: int) -> Tensor:
    return gradient(x.tensor_split(parts)[0], y.tensor_split(parts)[0])


def _sum_over_samples(gradient: Gradient, x: Tensor, y: Tensor, parts: int) -> Tensor:
    return accumulated(gradient, x, y, parts) * len(y)


def _without_the_rest(gradient: Gradient, x: Tensor, y: Tensor, parts: int) -> Tensor:
    n = len(y) // parts
    each = [gradient(x[k * n : (k + 1) * n], y[k * n : (k + 1) * n]) for k in range(parts)]
    return torch.stack(each).mean(0)


def _case(seed: int, n: int, parts: int) -> tuple[Any, ...]:
    x, y = draw(n, 2, 2, seed=seed), draw(n, seed=seed + 1)  # the gradient is not of its shape
    w = draw(3, seed=seed + 2)
    sizes: list[int] = []

    def gradient(a: Tensor, b: Tensor) -> Tensor:
        """∇ of the mean over these samples of ½ (w·x − y)², x without its last number."""
        sizes.append(len(b))
        a = a.flatten(1)[:, :3]
        return ((a @ w - b)[:, None] * a).mean(0)

    return gradient, x, y, parts, sizes


def _probe(answer: Any) -> Tensor:
    found = []
    for seed, n, parts in ((0, 10, 3), (4, 12, 4), (8, 7, 5), (12, 5, 1)):
        gradient, x, y, parts, sizes = _case(seed, n, parts)
        result = called(answer, gradient, x, y, parts).flatten()
        if len(result) != 3:
            raise NotAnAnswer(
                f"a gradient of three numbers is asked for here, yours has {len(result)}"
            )
        if max(sizes, default=0) > -(-n // parts):
            raise NotAnAnswer(
                f"you handed {max(sizes)} of {n} samples to `gradient` at once: in {parts} parts "
                f"at most {-(-n // parts)} should be in memory"
            )
        if result.isnan().any() and 0 in sizes:
            raise NotAnAnswer(
                f"you handed `gradient` an empty part, and the mean of nothing is nan: {n} samples "
                f"fill fewer than {parts} parts of {-(-n // parts)}; `tensor_split` has none empty"
            )
        found.append(result)
    return torch.cat(found)


ACCUMULATED = Exercise(
    solution=accumulated,
    mistakes=(
        (_mean_of_parts, "You took the mean of the parts' gradients. Right for equal parts; here a "
         "part with few samples counts too much. Weigh by len(part) / len(y)."),
        (_sum_of_parts, "You added up means. Weigh each by its share of the samples."),
        (_last_part, "That is the last part alone: the others were overwritten."),
        (_first_part, "That is the first part alone: does your loop return too early?"),
        (_sum_over_samples, "That is the gradient of the *sum*. Divide by the number of samples."),
        (_without_the_rest, "Some samples are in no part: 10 // 3 = 3, and three times 3 is 9. "
         "`tensor_split` leaves none out."),
    ),
    praise="The same step with less memory, also where the parts are unequal.",
    hint="For each part of `tensor_split(parts)`: its gradient times its samples over all samples. "
    "Add these up.",
    probe=_probe,
)  # fmt: skip
