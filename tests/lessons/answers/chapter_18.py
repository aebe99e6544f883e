"""Chapter 18: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import numpy as np
import torch

DIALS = {
    "as usual": "only both",
    "stereo": "sound alone",
    "pitch by size": "only both",
    "off-screen": "nothing",
}


def overlap_by_loop(s, g):
    top, both, either = float(s.max()), 0, 0
    for value, inside in zip(s.flatten().tolist(), g.flatten().tolist(), strict=True):
        pointed = value >= top / 2
        both += pointed and inside
        either += pointed or inside
    return both / either


def overlap_in_numpy(s, g):
    pointed = s.numpy() >= s.numpy().max() / 2
    return np.array([(pointed & g.numpy()).sum() / (pointed | g.numpy()).sum()])


def overlap_by_counts(s, g):
    pointed = (s / s.max() >= 0.5).float()
    common = (pointed * g).sum()
    return common / (pointed.sum() + g.sum() - common)


def late_in_numpy(change, loud):
    best, found = -2.0, 0
    for s in range(-6, 7):
        moved = np.roll(loud.numpy(), -s)
        r = max(np.corrcoef(row, moved)[0, 1] for row in change.numpy())
        if r > best:
            best, found = r, s
    return found


def late_by_moving_the_picture(change, loud):
    def r(s):
        rows = torch.cat([change.roll(s, dims=1), loud[None]])
        return torch.corrcoef(rows)[:-1, -1].max().item()

    return max(range(-6, 7), key=r)


def late_as_tensor(change, loud):
    rows = [torch.corrcoef(torch.cat([change, loud.roll(-s)[None]]))[:3, 3] for s in range(-6, 7)]
    return torch.stack(rows).amax(dim=1).argmax()[None] - 6


def late_with_product(change, loud):
    return max(range(-6, 7), key=lambda s: (change * loud.roll(-s)).sum(dim=1).max().item())


def late_by_rows(whole, most=6):
    """A search over shifts, of what is made of the three correlations."""

    def found(change, loud):
        def r(s):
            rows = torch.cat([change, loud.roll(-s)[None]])
            return float(whole(torch.corrcoef(rows)[:3, 3]))

        return max(range(-most, most + 1), key=r)

    return found


def overlap_from_the_middle(s, g):
    on = (s - s.min()) / (s.max() - s.min()) >= 0.5
    return (on & g).sum() / (on | g).sum()


def late_of_one_long_row(change, loud):
    def fit(s):
        rows = change.roll(s)
        return max(torch.corrcoef(torch.stack([row, loud]))[0, 1] for row in rows)

    return max(range(-6, 7), key=fit)


RIGHT = {
    "18.1": [["25 %", "75 %"]],
    "18.2": [DIALS],
    "18.3": [overlap_by_loop, overlap_in_numpy, overlap_by_counts],
    "18.4": [late_in_numpy, late_by_moving_the_picture, late_as_tensor],
}

WRONG = {
    "18.1": [
        ([0.75, 0.25], "exchanged"),
        ([1 / 3, 0.75], "four"),
        ([0.25, 1.0], "very same rhythm"),
        ([0.25, 0.5], "Add both parts"),
        ([0.25, 5 / 6], "three rhythms"),
    ],
    "18.2": [
        ({**DIALS, "stereo": "only both"}, "An ear for each side"),
        ({**DIALS, "stereo": "nothing"}, "louder in the left ear"),
        ({**DIALS, "pitch by size": "sound alone"}, "the sound does not say"),
        ({**DIALS, "pitch by size": "nothing"}, "takes nothing"),
        ({**DIALS, "off-screen": "only both"}, "none of the three"),
        ({**DIALS, "as usual": "nothing"}, "whose rhythm"),
        ({**DIALS, "sterio": "only both"}, "did you mean 'stereo'"),
    ],
    "18.3": [
        (overlap_from_the_middle, "halfway from the smallest"),
        (lambda s, g: overlap_by_counts(s.abs(), g), ""),
        (lambda s, g: ((s >= s.max() / 2) & g).sum() / g.sum(), "points everywhere"),
        (lambda s, g: s[g].ge(s.max() / 2).sum() / (s >= s.max() / 2).sum(), "one right"),
        (lambda s, g: ((s >= 0.5) & g).sum() / ((s >= 0.5) | g).sum(), "this map's"),
        (lambda s, g: ((s >= s.max() / 2) == g).float().mean(), "accuracy over pixels"),
        (
            lambda s, g: ((s >= s.max() / 2) & g).sum() / ((s >= s.max() / 2).sum() + g.sum()),
            "common pixels once",
        ),
        (lambda s, g: ((s > s.max() / 2) & g).sum() / ((s > s.max() / 2) | g).sum(), "not >"),
        (
            lambda s, g: 2 * ((s >= s.max() / 2) & g).sum() / ((s >= s.max() / 2).sum() + g.sum()),
            "Dice",
        ),
    ],
    "18.4": [
        (late_of_one_long_row, "dims"),
        (lambda change, loud: -late_in_numpy(change, loud), "The sign"),
        (lambda change, loud: late_in_numpy(change[:1], loud), "Any of the three"),
        (lambda change, loud: late_in_numpy(change, loud) + 6, "Say the shift"),
        (late_with_product, "without the means"),
        (late_by_rows(torch.mean), "not their sum or mean"),
        (late_by_rows(lambda r: r.abs().max()), "no abs"),
        (late_by_rows(torch.max, most=16), "at most 6"),
        (lambda change, loud: 0, ""),
    ],
}
