"""2.5: every picture moved by its own whole number of pixels."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw, function


def _one(picture: Tensor, right: int, down: int) -> Tensor:
    height, width = picture.shape[-2:]
    out = torch.zeros_like(picture)
    rows, columns = (
        slice(max(0, down), height + min(0, down)),
        slice(max(0, right), width + min(0, right)),
    )
    out[..., rows, columns] = picture[
        ...,
        max(0, -down) : height - max(0, down),
        max(0, -right) : width - max(0, right),
    ]
    return out


def _moved(x: Tensor, right: Tensor, down: Tensor) -> Tensor:
    each = zip(x, right.tolist(), down.tolist(), strict=True)
    return torch.stack([_one(picture, r, d) for picture, r, d in each])


def _around(x: Tensor, right: Tensor, down: Tensor) -> Tensor:
    each = zip(x, right.tolist(), down.tolist(), strict=True)
    return torch.stack([picture.roll((d, r), dims=(1, 2)) for picture, r, d in each])


def _all_alike(x: Tensor, right: Tensor, down: Tensor) -> Tensor:
    return _moved(x, right[:1].expand(len(x)), down[:1].expand(len(x)))


_CASES = (
    (draw(4, 1, 6, 6, seed=1), torch.tensor([2, -1, 0, 3]), torch.tensor([1, 0, -2, -3])),
    (draw(2, 1, 5, 5, seed=2), torch.tensor([0, 1]), torch.tensor([0, 2])),
    (draw(1, 1, 4, 4, seed=3), torch.tensor([-2]), torch.tensor([3])),
    (draw(3, 1, 4, 4, seed=4), torch.tensor([-1, 4, -3]), torch.tensor([-2, 1, -4])),
)

MOVED = Exercise(
    solution=_moved,
    mistakes=(
        (
            _around,
            "What leaves the frame on one side comes in on the other: `roll` goes round. Paper, 0, "
            "should come in.",
        ),
        (
            lambda x, right, down: _moved(x, down, right),
            "You have right and down exchanged: columns are the last axis.",
        ),
        (
            lambda x, right, down: _moved(x, -right, -down),
            "It moves the other way. `right` above 0 moves to the right, `down` above 0 downwards.",
        ),
        (_all_alike, "All pictures move like the first. Each has its own `right` and `down`."),
        (
            lambda x, right, down: _moved(x, right, torch.zeros_like(down)),
            "It moves to the right only. What about `down`?",
        ),
        (
            lambda x, right, down: _moved(x, torch.zeros_like(right), down),
            "It moves downwards only. What about `right`?",
        ),
        (
            lambda x, right, down: _moved(x, right, -down),
            "Up and down are exchanged: rows are counted from the top.",
        ),
        (lambda x, right, down: x, "Nothing moved."),
    ),
    praise="Each picture has its own move, and only paper comes in.",
    hint="Row r of picture i comes from row r − down[i], column c from c − right[i], if these are "
    "in the frame; otherwise it is 0.",
    probe=function(*_CASES),
)
