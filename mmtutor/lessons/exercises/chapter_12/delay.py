"""12.4: by how much one recording is late."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import one_number_each


def _case(d: int, most: int, scale: float, zero: float, seed: int) -> tuple[Tensor, Tensor, int]:
    """Two recordings of one signal, the second ``d`` steps late, with a scale of its own."""
    signal, noise = draw(90, seed=seed), draw(2, 60, seed=seed + 50)
    x1 = signal[15:75] + 0.3 * noise[0]
    return x1, scale * (signal[15 - d : 75 - d] + 0.3 * noise[1]) + zero, most


_CASES = (
    _case(0, 5, 1.0, 0.0, seed=1),
    _case(3, 8, 4.0, 900.0, seed=2),
    _case(6, 6, 0.2, -40.0, seed=3),
    _case(9, 12, 30.0, 6000.0, seed=4),
)


def _fits(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    T = len(x1)
    pairs = (torch.stack([x1[: T - d], x2[d:]]) for d in range(most + 1))
    return torch.stack([torch.corrcoef(pair)[0, 1] for pair in pairs])


def _delay(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _fits(x1, x2, most).argmax()


def _backwards(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _fits(x2, x1, most).argmax()


def _negative(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return -_delay(x1, x2, most)


def _not_centred(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    T = len(x1)
    return torch.stack([(x1[: T - d] * x2[d:]).sum() for d in range(most + 1)]).argmax()


def _nearest(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    T = len(x1)
    apart = [(x1[: T - d] - x2[d:]).square().mean() for d in range(most + 1)]
    return torch.stack(apart).argmin()


def _one_short(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _fits(x1, x2, most - 1).argmax()


def _from_one(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _delay(x1, x2, most) + 1


def _worst(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _fits(x1, x2, most).argmin()


def _how_well(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _fits(x1, x2, most).max()


DELAY = Exercise(
    solution=_delay,
    mistakes=(
        (_backwards, "You moved x1 where x2 is late: compare x1[: T - d] with x2[d:]."),
        (_negative, "The size is right. x2(t + d) goes with x1(t), so d is not negative."),
        (
            _not_centred,
            "Plain products are fooled by a zero of its own: take off the means, and divide by "
            "the spreads.",
        ),
        (_nearest, "Distances compare two units. A correlation does not depend on them."),
        (_one_short, "d goes from 0 to most, and most itself may be the answer."),
        (_from_one, "One too many: no delay is d = 0."),
        (_worst, "That is the delay at which they fit worst."),
        (_how_well, "That is how well they fit at the best delay. Asked is the delay."),
    ),
    praise="Whatever their units and zeros: this is what the transformation of 12.5 looks for.",
    hint="For each d in 0 … most: torch.corrcoef of x1[: T - d] and x2[d:]. Return the d of the "
    "largest.",
    probe=one_number_each(*_CASES),
)
