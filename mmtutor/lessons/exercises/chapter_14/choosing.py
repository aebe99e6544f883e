"""14.5: choose a model by what all of them believe of samples without labels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import one_number_each


def _parts(logits: Tensor) -> tuple[Tensor, Tensor]:
    p = logits.softmax(dim=-1)
    mean = p.mean(dim=1)
    each = -(p * p.log()).sum(dim=-1).mean(dim=1)
    return each, -(mean * mean.log()).sum(dim=-1)


def _choose(logits: Tensor) -> int:
    each, together = _parts(logits)
    return int((each - together).argmin())


def _surest(logits: Tensor) -> int:
    return int(_parts(logits)[0].argmin())


def _most_even(logits: Tensor) -> int:
    return int(_parts(logits)[1].argmax())


def _worst(logits: Tensor) -> int:
    each, together = _parts(logits)
    return int((each - together).argmax())


def _sum(logits: Tensor) -> int:
    each, together = _parts(logits)
    return int((each + together).argmin())


_Y = torch.tensor(5 * [0] + 4 * [1] + 3 * [2])
_NEARLY_ONE = torch.tensor([1] + 11 * [0])


def _case(seed: int, turned: int) -> Tensor:
    """Five models, each chosen by another rule.

    Surest of all, but nearly always of one class; without knowledge, so the most even; sure and
    fairly even, the right one; always the same belief; sure of one class, both entropies low.
    """
    little = 0.1 * draw(2, 12, 3, seed=seed)
    always = torch.tensor([0.6, 0.3, 0.1]).log().expand(12, 3)
    kinds = [
        12.0 * one_hot(_NEARLY_ONE, 3),
        little[0],
        4.0 * one_hot(_Y, 3),
        always,
        torch.tensor([6.0, 0.0, 0.0]) + little[1],
    ]
    cases = torch.stack([kind.to(little.dtype) for kind in kinds]).roll(turned, dims=0)
    return cases + 3 * draw(12, 1, seed=seed + 9)  # softmax over samples would notice


def _close(seed: int) -> Tensor:
    """Eight models that are nearer to one another; seeds in which near rules choose others."""
    sharp = 1.5 * (0.8 * draw(8, 1, 1, seed=seed + 1)).exp()
    return sharp * (draw(8, 8, 3, seed=seed) + 1.2 * draw(8, 1, 3, seed=seed + 2))


def _summed(logits: Tensor) -> int:
    each, together = _parts(logits)
    return int((logits.shape[1] * each - together).argmin())


def _of_mean_logits(logits: Tensor) -> int:
    mean = logits.mean(dim=1).log_softmax(dim=-1)
    return int((_parts(logits)[0] + (mean.exp() * mean).sum(dim=-1)).argmin())


CHOOSE = Exercise(
    solution=_choose,
    mistakes=(
        (_surest, "You took the surest. A model that always says the same is sure, too."),
        (_most_even, "You took the most even one. A model that knows nothing is even, too."),
        (_worst, "You took the largest loss. The least is best: `argmin`."),
        (_sum, "You added both entropies. Entropy of each: low. Entropy of the mean: *high*."),
        (_summed, "You added up the entropies of the samples: take their mean, over N."),
        (_of_mean_logits, "The mean belief is the mean of the softmaxes, not a softmax of means."),
    ),
    praise="No label was looked at; that all classes are equally frequent was assumed.",
    hint="For each model: p = softmax; mean over samples of H(p_i), less H of the mean of p_i; "
    "then argmin over the models.",
    probe=one_number_each(
        *((_case(seed, k),) for seed, k in ((0, 0), (1, 1), (2, 2), (3, 3))),
        *((_close(seed),) for seed in (1683, 8127)),
    ),
)
