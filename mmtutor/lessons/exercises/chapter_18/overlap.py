"""18.3: intersection over union of a map and a box, by hand."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import one_number_each

_CASES = (
    (
        torch.tensor([[0.1, 0.3, 0.2], [0.4, 0.8, 0.5], [0.0, 0.41, 0.1]]),
        torch.tensor([[0, 0, 0], [0, 1, 1], [0, 0, 1]]).bool(),
    ),
    (
        torch.tensor([[0.05, 0.01], [0.04, 0.02], [0.03, 0.024], [0.001, 0.002]]),
        torch.tensor([[1, 1], [1, 0], [0, 0], [0, 0]]).bool(),
    ),
    # Far from 0 at its smallest, largest outside of the box, and one number below 0.
    (
        torch.tensor([[0.9, 0.32, 0.5], [0.35, 0.6, 0.4], [0.31, 0.46, 0.3]]),
        torch.tensor([[0, 1, 1], [0, 1, 1], [0, 0, 0]]).bool(),
    ),
    (
        torch.tensor([[0.9, 0.3, 0.5], [0.35, 0.6, 0.4], [-0.7, 0.46, 0.3]]),
        torch.tensor([[0, 1, 1], [0, 1, 1], [0, 0, 0]]).bool(),
    ),
)


def _overlap(s: Tensor, g: Tensor) -> Tensor:
    pointed = s >= s.max() / 2
    return (pointed & g).sum() / (pointed | g).sum()


def _of_truth(s: Tensor, g: Tensor) -> Tensor:
    return ((s >= s.max() / 2) & g).sum() / g.sum()


def _of_pointed(s: Tensor, g: Tensor) -> Tensor:
    pointed = s >= s.max() / 2
    return (pointed & g).sum() / pointed.sum()


def _fixed(s: Tensor, g: Tensor) -> Tensor:
    pointed = s >= 0.5
    return (pointed & g).sum() / (pointed | g).sum()


def _both_counted(s: Tensor, g: Tensor) -> Tensor:
    pointed = s >= s.max() / 2
    return (pointed & g).sum() / (pointed.sum() + g.sum())


def _strictly(s: Tensor, g: Tensor) -> Tensor:
    pointed = s > s.max() / 2
    return (pointed & g).sum() / (pointed | g).sum()


def _dice(s: Tensor, g: Tensor) -> Tensor:
    pointed = s >= s.max() / 2
    return 2 * (pointed & g).sum() / (pointed.sum() + g.sum())


def _weighted(s: Tensor, g: Tensor) -> Tensor:
    return (s * g).sum() / torch.maximum(s, g.float()).sum()


def _all_pixels(s: Tensor, g: Tensor) -> Tensor:
    return ((s >= s.max() / 2) == g).float().mean()


def _between(s: Tensor, g: Tensor) -> Tensor:
    pointed = s >= (s.min() + s.max()) / 2
    return (pointed & g).sum() / (pointed | g).sum()


OVERLAP = Exercise(
    solution=_overlap,
    mistakes=(
        (_of_truth, "You divide by the pixels of the object alone: a map that points everywhere "
                    "would be perfect."),
        (_of_pointed, "You divide by the pixels pointed at alone: a map that points at one right "
                      "pixel would be perfect."),
        (_fixed, "The threshold is half of *this map's* maximum, not 0.5."),
        (_between, "Half of the maximum, not halfway from the smallest to the largest."),
        (_both_counted, "The union counts the common pixels once: | of the two, not the sum."),
        (_strictly, "*At least* half: a pixel at exactly half of the maximum counts, ≥ and not >."),
        (_dice, "That is the Dice score, twice the common pixels over the sum. Here: over the "
                "union."),
        (_weighted, "First decide which pixels are pointed at: s ≥ max / 2. Then count."),
        (_all_pixels, "That is the accuracy over pixels. The many that belong to neither should "
                      "not count."),
    ),
    praise="With one person's box, this is cIoU.",
    hint="pointed = s >= s.max() / 2; (pointed & g).sum() / (pointed | g).sum().",
    probe=one_number_each(*_CASES),
)  # fmt: skip
