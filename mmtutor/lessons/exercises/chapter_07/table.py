"""7.4: bits of a table of counts."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import one_number_each

_COUNTS = tuple(
    (10 * draw(*shape, seed=seed).abs()).round()
    for seed, shape in enumerate([(2, 2), (3, 4), (5, 2)], start=3)
)
_ZEROS = torch.tensor([[3.0, 1.0], [0.0, 0.0], [0.0, 4.0]])  # an x that was never seen
_CASES = tuple(
    (counts,) for counts in (*_COUNTS, torch.diag(torch.tensor([3.0, 1.0, 4.0])), _ZEROS)
)


def _parts(counts: Tensor) -> tuple[Tensor, Tensor]:
    p = counts / counts.sum()
    return p, p.sum(dim=1, keepdim=True) * p.sum(dim=0, keepdim=True)


def _bits(counts: Tensor) -> Tensor:
    p, alone = _parts(counts)
    return (p * torch.where(p > 0, p / alone, 1.0).log2()).sum()


def _nats(counts: Tensor) -> Tensor:
    p, alone = _parts(counts)
    return (p * torch.where(p > 0, p / alone, 1.0).log()).sum()


def _not_divided(counts: Tensor) -> Tensor:
    n = counts.sum()
    return _bits(counts) * n


def _entropy(counts: Tensor) -> Tensor:
    p, _ = _parts(counts)
    return -(p * torch.where(p > 0, p, 1.0).log2()).sum()


def _turned(counts: Tensor) -> Tensor:
    return -_bits(counts)


def _plain(counts: Tensor) -> Tensor:
    p, alone = _parts(counts)
    return (p * (p / alone).log2()).sum()


def _weighed_by_the_product(counts: Tensor) -> Tensor:
    p, alone = _parts(counts)
    return (alone * torch.where(p > 0, p / alone, 1.0).log2()).sum()


def _unweighted(counts: Tensor) -> Tensor:
    p, alone = _parts(counts)
    return torch.where(p > 0, p / alone, 1.0).log2().sum()


TABLE = Exercise(
    solution=_bits,
    mistakes=(
        (_nats, "These are nats: the logarithm for bits is that to base 2."),
        (_plain, "Where a count is 0 you get 0 · log 0, which is no number. It counts as 0."),
        (_not_divided, "You summed counts times bits. Divide the counts by their sum first."),
        (_entropy, "That is the entropy of the pair. Divide p(x, y) by p(x) p(y) first."),
        (_turned, "The sign: p(x, y) stands above, p(x) p(y) below."),
        (_weighed_by_the_product, "Each logarithm is weighed by p(x, y), not by p(x) p(y)."),
        (_unweighted, "Each logarithm counts as often as its pair: times p(x, y)."),
    ),
    praise="The same number as mutual_information, from a table in place of a list.",
    hint="p = counts / counts.sum(); p(x) and p(y) are the sums of rows and columns; then "
    "Σ p log2(p / (p(x) p(y))), where p is above 0.",
    probe=one_number_each(*_CASES),
)
