"""6.4: attention with several heads, by hand."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw, function

Slice = tuple[Tensor, Tensor, Tensor]
"""Queries, keys and values of one head."""


def _attention(one: Slice, width: int) -> Tensor:
    q, k, v = one
    return (q @ k.mT / math.sqrt(width)).softmax(dim=-1) @ v


def _slices(H: int, q: Tensor, k: Tensor, v: Tensor) -> list[Slice]:
    return list(zip(q.chunk(H, dim=1), k.chunk(H, dim=1), v.chunk(H, dim=1), strict=True))


def _multihead(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    width = q.shape[1] // H
    return torch.cat([_attention(one, width) for one in _slices(H, q, k, v)], dim=1)


def _one_head(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    return _attention((q, k, v), q.shape[1])


def _root_of_d(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    return torch.cat([_attention(one, q.shape[1]) for one in _slices(H, q, k, v)], dim=1)


def _no_root(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    return torch.cat([_attention(one, 1) for one in _slices(H, q, k, v)], dim=1)


def _root_of_heads(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    return torch.cat([_attention(one, H) for one in _slices(H, q, k, v)], dim=1)


def _interleaved(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    width = q.shape[1] // H
    return torch.cat([_attention((q[:, i::H], k[:, i::H], v[:, i::H]), width) for i in range(H)], 1)


def _interwoven(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    width = q.shape[1] // H
    return torch.stack([_attention(one, width) for one in _slices(H, q, k, v)], dim=2).flatten(1)


def _slices_as_wide_as_heads(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    slices = zip(q.split(H, dim=1), k.split(H, dim=1), v.split(H, dim=1), strict=True)
    return torch.cat([_attention(one, H) for one in slices], dim=1)


def _sum_of_heads(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    return H * _mean_of_heads(q, k, v, H)


def _not_joined(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    width = q.shape[1] // H
    return torch.stack([_attention(one, width) for one in _slices(H, q, k, v)])


def _mean_of_heads(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    width = q.shape[1] // H
    return torch.stack([_attention(one, width) for one in _slices(H, q, k, v)]).mean(dim=0)


def _over_questions(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    width = q.shape[1] // H
    return torch.cat(
        [(a @ b.mT / math.sqrt(width)).softmax(dim=0) @ c for a, b, c in _slices(H, q, k, v)],
        dim=1,
    )


def _below_each_other(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    width = q.shape[1] // H
    return torch.cat([_attention(one, width) for one in _slices(H, q, k, v)], dim=0)


def _one_table(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    width = q.shape[1] // H
    tables = [(a @ b.mT / math.sqrt(width)).softmax(dim=1) for a, b, _ in _slices(H, q, k, v)]
    return torch.stack(tables).mean(dim=0) @ v


def _last_first(q: Tensor, k: Tensor, v: Tensor, H: int) -> Tensor:
    width = q.shape[1] // H
    return torch.cat([_attention(one, width) for one in _slices(H, q, k, v)[::-1]], dim=1)


_CASES = tuple(
    (draw(T, d, seed=i), draw(S, d, seed=10 + i), draw(S, d, seed=20 + i), H)
    for i, (T, S, d, H) in enumerate([(3, 5, 6, 2), (4, 2, 6, 3), (1, 3, 8, 2), (2, 4, 12, 4)])
)

HEADS = Exercise(
    solution=_multihead,
    mistakes=(
        (_one_head, "That is one head over the whole width: where is H?"),
        (
            _root_of_d,
            "Almost: a head's keys have d / H numbers, so that its scores are divided by √(d / H).",
        ),
        (_no_root, "The scores are not divided by the root of the width of a head, √(d / H)."),
        (
            _root_of_heads,
            "You divided by √H. A head's keys have d / H numbers: divide by √(d / H).",
        ),
        (
            _interleaved,
            "A slice has neighbouring columns; yours takes every H-th. `chunk(H, dim=1)` cuts "
            "them so.",
        ),
        (
            _mean_of_heads,
            "You took the mean over the heads. Their answers stand side by side: d numbers again.",
        ),
        (
            _sum_of_heads,
            "You added the heads up. Their answers stand side by side: d numbers again.",
        ),
        (
            _not_joined,
            "The answers of the heads are not joined yet: `torch.cat(…, dim=1)` puts them side by "
            "side.",
        ),
        (
            _interwoven,
            "The columns of the heads alternate in your answer. First come all d / H numbers of "
            "the first head: `torch.cat(…, dim=1)` in place of `torch.stack`.",
        ),
        (
            _slices_as_wide_as_heads,
            "`split(H)` cuts slices of H columns. H slices of d / H columns are asked for: "
            "`chunk(H, dim=1)`.",
        ),
        (
            _over_questions,
            "Your softmax runs over the questions. Each question shares its weight among the keys.",
        ),
        (
            _below_each_other,
            "The answers of the heads stand below each other: join them along the width, dim=1.",
        ),
        (
            _one_table,
            "You made one table of weights for all heads, and so one for the whole value. Each "
            "head mixes its own slice of v with its own weights.",
        ),
        (_last_first, "The slices are in the wrong order: the first head's answer comes first."),
    ),
    praise="Four lines. A head is attention on a slice, with weights of its own.",
    hint="Cut q, k and v along the width into H slices each (`chunk`); attend slice by slice, "
    "dividing by √(d / H); `torch.cat(…, dim=1)`.",
    probe=function(*_CASES),
)
