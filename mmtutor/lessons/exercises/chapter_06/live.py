"""6.5: a mask for who may be heard in a live broadcast."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called

# Times are multiples of a quarter, so that the two ends of a window are hit exactly.
_CASES = (
    (torch.tensor([0.0, 1.0, 2.0]), torch.tensor([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0]), 1.0),
    (torch.tensor([2.5, 0.5]), torch.tensor([3.0, 2.0, 0.25, 0.5]), 0.5),
    (torch.tensor([1.0]), torch.tensor([1.0, 0.75, 1.25, -1.0, 0.5]), 0.25),
    (torch.tensor([0.25, 4.0, 1.0, 3.0]), torch.tensor([4.0, 0.25]), 2.0),
)


def _may_listen(t: Tensor, s: Tensor, window: float) -> Tensor:
    age = t[:, None] - s[None, :]
    return (age >= 0) & (age <= window)


def _table(answer: Any) -> Tensor:
    """Probe for a table of true and false; ones and zeros will do."""
    found = []
    for t, s, window in _CASES:
        given = called(answer, t, s, window)
        asked = (len(t), len(s))
        if given.shape == asked[::-1] and asked[0] != asked[1]:
            raise NotAnAnswer(
                f"your table has the shape {tuple(given.shape)}: a row for each sound. Who asks "
                f"stands in the rows: {asked} is asked for here"
            )
        if given.shape != asked:
            raise NotAnAnswer(
                f"a table of shape {asked} is asked for here, a row for each frame; got "
                f"{tuple(given.shape)}"
            )
        if not ((given == 0) | (given == 1)).all():
            raise NotAnAnswer("true or false is asked for, for each pair; got other numbers")
        found.append(given.flatten())
    return torch.cat(found)


def _age(t: Tensor, s: Tensor) -> Tensor:
    return t[:, None] - s[None, :]


LIVE = Exercise(
    solution=_may_listen,
    mistakes=(
        (
            lambda t, s, window: _age(t, s) >= 0,
            "Old sounds are still heard: the window is missing.",
        ),
        (
            lambda t, s, window: _age(t, s) <= window,
            "Your frames hear the future: a sound that is later than the frame has a negative age, "
            "and that is below any window.",
        ),
        (
            lambda t, s, window: _age(t, s).abs() <= window,
            "You took the distance. A sound that comes after the frame is not there yet.",
        ),
        (
            lambda t, s, window: (_age(t, s) <= 0) & (_age(t, s) >= -window),
            "The sign is turned: these are the sounds that come after the frame.",
        ),
        (
            lambda t, s, window: (_age(t, s) > 0) & (_age(t, s) <= window),
            "A sound at the very moment of the frame is not later than the frame: it may be heard.",
        ),
        (
            lambda t, s, window: (_age(t, s) >= 0) & (_age(t, s) < window),
            "*At most* `window` older: a sound that is exactly so old may be heard.",
        ),
        (
            lambda t, s, window: (_age(t, s) > 0) & (_age(t, s) < window),
            "Both ends belong to it: a sound at the moment of the frame, and one that is exactly "
            "`window` older.",
        ),
        (
            lambda t, s, window: ~_may_listen(t, s, window),
            "Yours is true where it may *not* be heard. In `attention` true means: may be heard.",
        ),
    ),
    praise="Who may listen to whom, and when: a table of yes and no.",
    hint="`t[:, None] - s[None, :]` is a table of ages, how much older than the frame a sound is. "
    "Allowed are ages from 0 to `window`.",
    probe=_table,
)
