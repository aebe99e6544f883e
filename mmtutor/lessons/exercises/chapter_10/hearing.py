"""10.5: which sample's features depend on which sample's input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called, draw

Read = Callable[[Tensor], Tensor]

_MIX = draw(3, 3, seed=7)


def _row_by_row(x: Tensor) -> Tensor:
    return torch.tanh(x @ _MIX)


def _next_door(x: Tensor) -> Tensor:
    return x.roll(1, dims=0) @ _MIX


def _one_long_sentence(x: Tensor) -> Tensor:
    return torch.tanh(x @ _MIX).cumsum(dim=0)


def _norm(x: Tensor) -> Tensor:
    return (x - x.mean(dim=0)) / x.std(dim=0)


def _round(x: Tensor) -> Tensor:
    """Four features whose sum, and the sum of whose squares, are the same whatever x is."""
    a = x @ _MIX[:, :1]
    c, s = a.cos(), a.sin()  # once each: then the slopes of c and −c cancel without rounding
    return torch.cat([c, s, -c, -s], dim=1)


def _shares(x: Tensor) -> Tensor:
    """Two shares of one: their sum is 1, with absolute values, too."""
    a = (x @ _MIX[:, :1]).sigmoid()
    return torch.cat([a, 1 - a], dim=1)


def _reshaped(x: Tensor) -> Tensor:
    return torch.stack([x, -x]).reshape(len(x), -1) @ _MIX.repeat(2, 1)


def _next_door_last(x: Tensor) -> Tensor:
    """Only the last feature hears the neighbour; there its slopes have the sum 0."""
    other = x.roll(1, dims=0)
    return torch.cat([x, other[:, 1:2] - other[:, 2:]], dim=1)


_CASES: tuple[tuple[Read, int], ...] = (
    (_row_by_row, 4),
    (_next_door, 5),
    (_one_long_sentence, 3),
    (_norm, 4),
    (_round, 3),
    (_reshaped, 4),
    (_row_by_row, 1),
    (_next_door_last, 4),
    (_shares, 3),
)


def _tables(answer: Any) -> Tensor:
    """Probe: the tables of several readers, as 0 and 1."""
    found = []
    for seed, (read, size) in enumerate(_CASES):
        with torch.enable_grad():
            table = called(answer, read, draw(size, 3, seed=seed))
        if table.shape != (size, size):
            raise NotAnAnswer(
                f"a table ({size}, {size}) is asked for with {size} samples, your function returns "
                f"{tuple(table.shape)}"
            )
        found.append((table != 0).double().flatten())
    return torch.cat(found)


def _gradients(read: Read, x: Tensor) -> Tensor:
    """How each feature depends on each input, (B, K, B)."""
    jacobian = torch.autograd.functional.jacobian(read, x)  # (B, K, B, D)
    return jacobian.abs().amax(dim=3)


def heard(read: Read, x: Tensor) -> Tensor:
    """The solution: each feature by itself."""
    return _gradients(read, x).amax(dim=1) > 0


def _of_the_sum(read: Read, x: Tensor) -> Tensor:
    x = x.clone().requires_grad_()
    rows = [torch.autograd.grad(row.sum(), x, retain_graph=True)[0] for row in read(x)]
    return torch.stack(rows).abs().amax(dim=2) > 0


def _of_the_whole(read: Read, x: Tensor) -> Tensor:
    return heard(read, x).any(dim=0).expand(len(x), -1)


def _of_some(read: Read, x: Tensor) -> Tensor:
    return heard(lambda x: read(x)[:, : x.shape[1]], x)


def _accumulated(read: Read, x: Tensor) -> Tensor:
    x = x.clone().requires_grad_()
    table, total = torch.zeros(len(x), len(x), dtype=torch.bool), torch.zeros_like(x)
    for i, row in enumerate(read(x)):
        for feature in row:
            total += torch.autograd.grad(feature, x, retain_graph=True)[0]
            table[i] |= (total != 0).any(dim=1)
    return table


HEARING = Exercise(
    solution=heard,
    mistakes=(
        (
            lambda read, x: heard(read, x).T,
            "Rows and columns are exchanged: row i is the sample whose *features* are asked about, "
            "column j the one whose *input* they depend on.",
        ),
        (
            lambda read, x: ~heard(read, x),
            "True and false are exchanged: `True` where there is a gradient.",
        ),
        (
            _of_the_sum,
            "Nearly. You summed the features of a row, and in a sum they can cancel: a and −a sum "
            "to 0, whatever goes in. (Squares can, too.) Ask each feature by itself.",
        ),
        (
            _of_the_whole,
            "In your table everybody hears everybody: either you count a gradient of exactly 0 as "
            "one, or you went backward from *all* samples at once. One row needs a backward pass "
            "from that sample's features alone.",
        ),
        (
            _of_some,
            "Nearly: a dependence of a row's *last* feature is missed. Ask all K features, which "
            "may be more than the D inputs; and look at all entries of a gradient, each by itself.",
        ),
        (
            _accumulated,
            "Each of your rows holds the rows before it too: `backward` *adds* to `x.grad`. Empty "
            "it before each row, or use `torch.autograd.grad`.",
        ),
        (
            lambda read, x: torch.eye(len(x)).bool(),
            "That is what a sound network should give. It is not what you were handed: ask for "
            "gradients.",
        ),
    ),
    praise="In evaluation mode the diagonal, and nothing else, is what you want to see.",
    hint="For each sample i and each of its features: the gradient with respect to all of x, (B, "
    "D). Column j is true where row j of some of these gradients is not 0.",
    probe=_tables,
)
