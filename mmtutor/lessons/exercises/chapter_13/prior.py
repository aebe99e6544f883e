"""13.5: how well can somebody do who has only read?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called

Pair = tuple[str, str]
READ = [("cat", "dog")] * 3 + [("dog", "cat"), ("sun", "moon"), ("sun", "moon"), ("cat", "sun")]
ASKED = [("cat", "dog"), ("dog", "cat"), ("moon", "sun"), ("sun", "cat"), ("fish", "cat")]


def _prior(read: Sequence[Pair], asked: Sequence[Pair]) -> Tensor:
    n = Counter(read)
    return torch.tensor([(n[a, b] + 1) / (n[a, b] + n[b, a] + 2) for a, b in asked])


def _not_smoothed(read: Sequence[Pair], asked: Sequence[Pair]) -> Tensor:
    n = Counter(read)
    return torch.tensor([n[a, b] / max(1, n[a, b] + n[b, a]) for a, b in asked])


def _of_all(read: Sequence[Pair], asked: Sequence[Pair]) -> Tensor:
    n = Counter(read)
    return torch.tensor([(n[pair] + 1) / (len(read) + 2) for pair in asked])


def _turned(read: Sequence[Pair], asked: Sequence[Pair]) -> Tensor:
    return 1 - _prior(read, asked)


def _one_below(read: Sequence[Pair], asked: Sequence[Pair]) -> Tensor:
    n = Counter(read)
    return torch.tensor([(n[a, b] + 1) / (n[a, b] + n[b, a] + 1) for a, b in asked])


def _only_below(read: Sequence[Pair], asked: Sequence[Pair]) -> Tensor:
    n = Counter(read)
    return torch.tensor([n[a, b] / (n[a, b] + n[b, a] + 2) for a, b in asked])


def _probe(answer: object) -> Tensor:
    results = []
    for read, asked in ((READ, ASKED), (READ[3:], [*ASKED[:2], ASKED[0]]), ([], ASKED[-1:])):
        result = called(answer, list(read), list(asked)).flatten()
        if len(result) != len(asked):
            raise NotAnAnswer(f"{len(asked)} pairs are asked for, you return {len(result)} numbers")
        results.append(result)
    return torch.cat(results)


PRIOR = Exercise(
    solution=_prior,
    mistakes=(
        (_not_smoothed, "What was never read gets 0, or stops. Add 1 to both counts: (n + 1) / …"),
        (_of_all, "Divide by how often these two were read in *either* order, not by all pairs."),
        (_turned, "This is the probability of the other order."),
        (_one_below, "Two orders were given one more each, so the divisor grows by 2."),
        (_only_below, "You added 2 below and nothing above. The count of this order gets 1, too."),
    ),
    praise="A model that only reads. What it scores on a test is what the test gives away.",
    hint="Count the pairs. For (a, b): (n_ab + 1) / (n_ab + n_ba + 2).",
    probe=_probe,
)
