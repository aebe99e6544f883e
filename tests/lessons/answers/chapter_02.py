"""Chapter 2, encoders."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn


def mean_by_loops(e, ids):
    return [
        [
            float(np.mean([e[b, t, j] for t in range(e.shape[1]) if ids[b, t]]))
            for j in range(e.shape[2])
        ]
        for b in range(len(e))
    ]


def mean_of_the_first(e, ids):
    return torch.stack([v[: int((w != 0).sum())].mean(dim=0) for v, w in zip(e, ids, strict=True)])


def mean_by_product(e, ids):
    weight = (ids > 0).float()
    return torch.einsum("bt,btd->bd", weight / weight.sum(1, keepdim=True), e)


def mean_by_nan(e, ids):
    return np.nanmean(np.where(ids.numpy()[:, :, None] == 0, np.nan, e.numpy()), axis=1)


def moved_by_padding(x, right, down):
    h, w = x.shape[-2:]
    wide = nn.functional.pad(x, (w, w, h, h))
    return torch.stack(
        [
            p[:, h - d : 2 * h - d, w - r : 2 * w - r]
            for p, r, d in zip(wide, right.tolist(), down.tolist(), strict=True)
        ]
    )


def moved_in_numpy(x, right, down):
    out = np.zeros(tuple(x.shape))
    for i, c, r, q in np.ndindex(out.shape):
        a, b = r - int(down[i]), q - int(right[i])
        if 0 <= a < x.shape[2] and 0 <= b < x.shape[3]:
            out[i, c, r, q] = x[i, c, a, b]
    return out


def moved_by_index(x, right, down):
    rows = torch.arange(x.shape[2])[None] - down[:, None]
    columns = torch.arange(x.shape[3])[None] - right[:, None]
    there = ((rows >= 0) & (rows < x.shape[2]))[:, :, None]
    there = there & ((columns >= 0) & (columns < x.shape[3]))[:, None]
    n = torch.arange(len(x))[:, None, None]
    taken = x[n, 0, rows.clamp(0, x.shape[2] - 1)[:, :, None],
              columns.clamp(0, x.shape[3] - 1)[:, None]]  # fmt: skip
    return (taken * there)[:, None]


def mean_with_an_axis(e, ids):
    real = (ids > 0)[..., None]
    return (e * real).sum(1, keepdim=True) / real.sum(1, keepdim=True)


CAN = {"a": "cannot", "b": "can", "c": "cannot", "d": "cannot", "e": "can", "f": "cannot"}

RIGHT = {
    "2.1": [np.int64(22), "22"],
    "2.2": [["640 samples", "20,0 ms"], {"window": 640, "clicks": 20.04}],
    "2.3": [
        dict(zip("abcdef", ["no", "yes", "no", "no", "yes", "no"], strict=True)),
        dict(zip("abcdef", ["can not", "Can", "CANNOT", "can't", "can", "cannot"], strict=True)),
    ],
    "2.4": [mean_by_loops, mean_of_the_first, mean_by_product, mean_by_nan],
    "2.5": [moved_by_padding, moved_in_numpy, moved_by_index],
}  # fmt: skip

WRONG = {
    "2.1": [
        (16.0, "4 pixels apart"),
        (18, "after the third convolution"),
        (484, "Its side is asked for"),
        (10, "Go on with a third"),
        (23, "Go on with the table"),
        (22.5, "A whole number is asked for"),
    ],
    "2.2": [
        ([320, 10], "still run together"),
        ([640, 40], "half of it"),
        ([640, 0.02], "in seconds"),
        ([640, 25], "Solve"),
        ([500, 20], "Solve"),
    ],
    "2.3": [
        ({**CAN, "a": "can"}, "Look at a again"),
        ({**CAN, "c": "can"}, "Look at c again"),
        ({**CAN, "d": "can"}, "62.5 Hz"),
        ({**CAN, "f": "can"}, "4 × 4 pixels"),
    ],
    "2.4": [
        (mean_with_an_axis, ""),
        (lambda e, ids: torch.mean(e, 1), "padding's vectors are in it"),
        (lambda e, ids: e.masked_fill((ids == 0)[..., None], 0).mean(1), "divide by all places"),
        (lambda e, ids: e.masked_fill((ids == 0)[..., None], 0).sum(1), "That is the sum"),
        (lambda e, ids: e.sum(1) / (ids > 0).sum(1)[:, None], "are in the sum"),
        (lambda e, ids: e.masked_fill((ids == 0)[..., None], 0).mean(2), "Two steps"),
    ],
    "2.5": [
        (lambda x, right, down: x.roll((int(down[0]), int(right[0])), dims=(2, 3)), "comes from"),
        (lambda x, right, down: moved_by_padding(x, down, right), "exchanged"),
        (lambda x, right, down: moved_by_padding(x, -right, -down), "the other way"),
        (lambda x, right, down: moved_by_padding(x, right, 0 * down), "What about `down`?"),
        (lambda x, right, down: moved_by_padding(x, 0 * right, down), "What about `right`?"),
        (lambda x, right, down: x.clone(), "Nothing moved"),
    ],
}  # fmt: skip
