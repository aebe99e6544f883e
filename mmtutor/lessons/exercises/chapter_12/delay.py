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


def _echoes(
    seed: int, loud: dict[int, float], drift: float, zero: float = 0.0
) -> tuple[Tensor, Tensor, int]:
    """Short recordings; the second has the signal several times, and both drift."""
    signal, slope = draw(44, seed=seed), drift * torch.linspace(0, 1, 24)
    heard = sum(factor * signal[15 - d : 39 - d] for d, factor in loud.items())
    return signal[15:39] + slope + zero, heard + slope, 12


def _beyond(
    recordings: tuple[Tensor, Tensor, int], zero: float, seed: int
) -> tuple[Tensor, Tensor, int]:
    """The same, with a zero of the first one's own, and an echo one step after the last delay."""
    x1, x2, most = recordings
    echo = torch.cat([draw(most + 1, seed=seed), x1[: -most - 1]])
    return x1 + zero, x2 + 1.2 * x2.std() * echo, most


_CASES = (
    _case(0, 5, 1.0, 0.0, seed=1),
    _case(3, 8, 4.0, 900.0, seed=2),
    _beyond(_case(6, 6, 0.2, -40.0, seed=3), 70.0, seed=9),
    _case(9, 12, 30.0, 6000.0, seed=4),
    _echoes(36, {2: 1.0, 8: 1.4}, drift=4.0, zero=20.0),
    _echoes(5, {4: 1.2, 9: -1.8}, drift=0.0),
)
_LATE = "0, 3, 6, 9, 8, 4"


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


def _over_whole(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _not_centred(x1 - x1.mean(), x2 - x2.mean(), most)


def _in_a_circle(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return torch.stack([_fits(x1, x2.roll(-d), 0)[0] for d in range(most + 1)]).argmax()


def _by_size(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _fits(x1, x2, most).abs().argmax()


def _first_good(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return (_fits(x1, x2, most) > 0.5).int().argmax()


def _without_zero(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _fits(x1, x2, most)[1:].argmax() + 1


def _one_short(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _fits(x1, x2, most - 1).argmax()


def _from_one(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _delay(x1, x2, most) + 1


def _worst(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _fits(x1, x2, most).argmin()


def _how_well(x1: Tensor, x2: Tensor, most: int) -> Tensor:
    return _fits(x1, x2, most).max()


def _hint(given: Tensor) -> str:
    if not given.isfinite().all():
        return "Your function returns nan. Is one of the parts empty? x1[:-d] is, at d = 0."
    found = ", ".join(f"{d:.4g}" for d in given.tolist())
    if (given != given.round()).any():
        return f"Your function returns {found}. A delay is a whole number of measurements."
    return (
        f"In {len(_CASES)} recordings your function finds {found}; they fit best at {_LATE}. For "
        "each d in 0 … most: torch.corrcoef of x1[: T - d] and x2[d:]. Return the d of the largest."
    )


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
        (
            _over_whole,
            "Take off the mean, and divide by the spread, of the parts that overlap: a part of a "
            "recording that drifts has another mean than the whole, and fewer products.",
        ),
        (_in_a_circle, "`roll` brings the end back to the front. Compare what overlaps alone."),
        (_by_size, "A strong negative correlation is no fit: take the largest, not the largest "
         "size."),
        (_first_good, "A later delay may fit still better: try all, then take the largest."),
        (_without_zero, "d = 0 may be the answer, too: nothing is late then."),
        (_one_short, "d goes from 0 to most, and most itself may be the answer."),
        (_from_one, "One too many: no delay is d = 0."),
        (_worst, "That is the delay at which they fit worst."),
        (_how_well, "That is how well they fit at the best delay. Asked is the delay."),
    ),
    praise="Whatever their units, zeros and drifts. The transformation of 12.5 looks for the same, "
    "with less care at the ends.",
    hint=_hint,
    probe=one_number_each(*_CASES),
)  # fmt: skip
