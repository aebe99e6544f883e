"""18.4: a sound that comes late is set right by what is seen."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import one_number_each

MOST = 6


def _clip(seed: int, late: int, who: int) -> tuple[Tensor, Tensor]:
    """Three curves of change, and the loudness of one of them, late, a little noisy."""
    source = torch.Generator().manual_seed(seed)
    change = torch.rand(3, 32, generator=source) * 0.2
    for k in range(3):
        at = torch.randperm(32, generator=source)[:4]
        change[k, at] += torch.tensor([1.0, 3.0, 2.0])[k]
    change[(who + 1) % 3] += 5.0  # much, all the time: a product would fall for it
    loud = (change[who] > 0.5).float()
    loud = loud + 0.05 * torch.rand(32, generator=source) + 0.5
    return change, loud.roll(late)


_HITS = torch.zeros(32)
_HITS[torch.tensor([5, 9, 17, 24])] = 1.0
_TWO = tuple(_HITS.roll(3) + 0.9 * _HITS.roll(k) for k in (11, 14))


def _near_the_border(seed: int) -> tuple[Tensor, Tensor]:
    """6 frames early; a row is the sound 7 frames late."""
    source = torch.Generator().manual_seed(seed)
    hits = torch.zeros(32)
    hits[torch.randperm(32, generator=source)[:4]] = 1.0
    torch.randint(0, 6, (1,), generator=source)
    a, b, c = (torch.rand(32, generator=source) for _ in range(3))
    rows = [hits.roll(6) + 0.3 * a, 0.8 * hits.roll(-1) + 0.5 * b + 1, hits.roll(7) + 0.1 * c]
    return torch.stack(rows), hits


def _within(seed: int) -> tuple[Tensor, Tensor]:
    """4 frames early; whoever rolls the three rows as one takes another shift."""
    source = torch.Generator().manual_seed(seed)
    hits = torch.zeros(32)
    hits[torch.randperm(32, generator=source)[:4]] = 1.0
    a, b, c = torch.rand(3, 32, generator=source)
    rows = [hits.roll(4) + 0.3 * a, 0.8 * hits.roll(-1) + 0.5 * b + 1, 0.8 * hits.roll(2) + 0.3 * c]
    return torch.stack(rows), hits


_CASES = (
    _near_the_border(303),
    _within(588),
    *(_clip(*c) for c in ((0, 3, 0), (1, -4, 1), (2, 0, 2), (3, 6, 1), (4, -1, 0))),
    # Two rows go fairly well with the sound at another shift: their sum is larger.
    (torch.stack([_HITS.roll(-2), *_TWO]), _HITS),
    # One row is the opposite of the sound, one goes with it more than 6 frames away.
    (torch.stack([_HITS.roll(-2) + 0.3 * _HITS.roll(11), -_HITS.roll(4), _HITS.roll(-10)]), _HITS),
)


def _corr(p: Tensor, q: Tensor) -> Tensor:
    p, q = p - p.mean(dim=-1, keepdim=True), q - q.mean(dim=-1, keepdim=True)
    return (p * q).sum(dim=-1) / (p.norm(dim=-1) * q.norm(dim=-1))


def _by(
    value: Callable[[Tensor, Tensor], Tensor], most: int = MOST
) -> Callable[[Tensor, Tensor], Tensor]:
    def found(change: Tensor, loud: Tensor) -> Tensor:
        shifts = range(-most, most + 1)
        best = [value(change, loud.roll(-s)).max() for s in shifts]
        return torch.tensor(list(shifts)[int(torch.stack(best).argmax())])

    return found


_late = _by(_corr)


def _early(change: Tensor, loud: Tensor) -> Tensor:
    return -_late(change, loud)


def _first_only(change: Tensor, loud: Tensor) -> Tensor:
    return _late(change[:1], loud)


def _place(change: Tensor, loud: Tensor) -> Tensor:
    return _late(change, loud) + MOST


def _rolled_flat(change: Tensor, loud: Tensor) -> Tensor:
    shifts = range(-MOST, MOST + 1)
    best = [_corr(change.roll(s), loud).max() for s in shifts]
    return torch.tensor(list(shifts)[int(torch.stack(best).argmax())])


SET_RIGHT = Exercise(
    solution=_late,
    mistakes=(
        (_early, "The sign: a sound that comes late has a positive shift, and is set right by "
                 "rolling it back, loud.roll(-s)."),
        (_first_only, "Any of the three may be the one that is heard: take the largest over all."),
        (_rolled_flat, "Without `dims` roll lays the three rows end to end, and one runs into the "
                       "next: change.roll(s, dims=1), or roll loud back."),
        (_place, "That is the place in your list of shifts. Say the shift."),
        (_by(lambda c, a: _corr(c, a).sum()), "One of the three is heard: the largest of the three "
                                              "correlations counts, not their sum or mean."),
        (_by(lambda c, a: _corr(c, a).abs()), "A negative correlation is the opposite of a match: "
                                              "no abs."),
        (_by(_corr, 15), "The sound is late or early by at most 6 frames: try no other shifts."),
        (_by(lambda c, a: (c * a).sum(dim=-1)), "A product without the means falls for what "
                                                "changes much all the time. Take the correlation."),
    ),
    praise="A shift takes the belief, not the knowledge: who searches over shifts finds it again.",
    hint="For each s from −6 to 6: the largest correlation of a row of change with loud.roll(-s).",
    probe=one_number_each(*_CASES),
)  # fmt: skip
