"""Appendix A, the catalogue of operators."""

from __future__ import annotations

import statistics

import numpy as np
import torch

from mmtutor import fusion
from mmtutor.lessons.checks import exercise

ADVICE = exercise("A.3").solution
SUMS = {"concat", "weighted", "cross_attention"}
Disagreement = exercise("A.4").solution


def without_widths(fuse, **facts):
    return type("Mine", (fusion.Fusion,), {"fuse": fuse, **COSTS, **facts})


COSTS = {"num_params": lambda self: 0, "flops": lambda self, batch: 0}
FACTS = {"equal_widths": True, "order_invariant": True}


def mine(fuse, **facts):
    return without_widths(fuse, **{**FACTS, **facts})


def there(x, present):
    v = torch.stack(list(x.values()), dim=1)
    p = torch.ones(v.shape[:2]) if present is None else present.to(v.dtype)
    return v, p[..., None], p.sum(dim=1, keepdim=True)


def by_squares(self, x, present):
    v, p, n = there(x, present)
    return (p * v**2).sum(dim=1) / n - ((p * v).sum(dim=1) / n) ** 2


def by_pairs(self, x, present):
    v, p, n = there(x, present)
    both = p[:, :, None] * p[:, None] * (v[:, :, None] - v[:, None]) ** 2
    return both.sum(dim=(1, 2)) / (2 * n**2)


def by_loops(self, x, present):
    rows = []
    for i in range(len(next(iter(x.values())))):
        here = [v[i] for k, v in enumerate(x.values()) if present is None or present[i, k]]
        rows.append(torch.stack(here).var(dim=0, unbiased=False))
    return torch.stack(rows)


def nan_mean(self, x, present):
    v = torch.stack(list(x.values()), dim=1)
    if present is not None:
        v = v.masked_fill(~present[..., None], torch.nan)
    return (v - v.nanmean(dim=1, keepdim=True)).square().nanmean(dim=1)


def zeros_vote(self, x, present):
    return torch.stack(list(x.values()), dim=1).var(dim=1, unbiased=False)


def over_samples(self, x, present):
    return (
        torch.stack(list(x.values()))
        .var(dim=1, unbiased=False)
        .mean(dim=0)
        .expand(len(next(iter(x.values()))), -1)
    )


RIGHT = {
    "A.1": [
        {"Concat", "cross-attention", "weighted "},
        "concat, weighted, cross attention",
        [fusion.Concat, fusion.Weighted, fusion.CrossAttention],
    ],
    "A.2": [
        *(np.float32(1.5), "1,5", "3/2 times"),
        statistics.median([3 / 2, 9 / 6, 3 / 9]),
    ],
    "A.3": [
        {need.upper(): offer.replace("_", "-") for need, offer in ADVICE.items()},
        {need.replace(" ", "_"): offer.replace("_", " ") for need, offer in ADVICE.items()},
        {need: fusion.OPERATORS[offer] for need, offer in ADVICE.items()},
    ],
    "A.4": [
        *(mine(fuse) for fuse in (by_squares, by_pairs, by_loops)),
        type("Mine", (Disagreement,), {"order_invariant": property(lambda self: True)}),
    ],
}

WRONG = {
    "A.1": [
        ({"concat", "weighted"}, "one more"),
        (SUMS | {"attention"}, "One too many"),
        ({"concat", "weighted", "gated"}, "gate of one sense"),
        ({"concat", "weighted", "joint attention"}, "key to look at"),
        (SUMS | {"average", "stacking"}, "level decision"),
    ],
    "A.2": [
        (15 / 17, "ratio of the means"),
        ([0.5], "ratio of the medians"),
        (torch.tensor(10 / 9), "not the mean"),
        (2 / 3, "ours over theirs"),
        (3 / 9, "last round"),
        (150, "not of per cent"),
        ("150 %", "No percentage"),
    ],
    "A.3": [
        (ADVICE | {"differ": "tensor"}, "look at its price"),
        (ADVICE | {"differ": "concat"}, "no sum can say"),
        (ADVICE | {"baseline": "average", "finished models": "concat"}, "give decisions"),
        (ADVICE | {"baseline": "low_rank"}, "cheapest first try"),
        (ADVICE | {"baseline": "average"}, "level 'feature'"),
    ],
    "A.4": [
        (without_widths(by_squares, order_invariant=True), "`equal_widths = True`"),
        (mine(by_squares, order_invariant=False), "`order_invariant = True`"),
        (mine(nan_mean), "gradient is not"),
        (mine(zeros_vote), "takes them for an opinion"),
        (mine(lambda *a: torch.stack(list(a[1].values()), 1).var(1)), "one less than there"),
        (mine(over_samples), "they see each other"),
        (mine(by_squares, flops=lambda self, batch: batch), "`flops` says 4"),
        (mine(by_squares, num_params=lambda self: None), "returns None"),
        (mine(lambda *a: by_squares(*a)[:, None]), "should have shape"),
        (mine(lambda *a: None), "does not yet"),
        (Disagreement({"a": 2}, 2), "class itself"),
    ],
}
