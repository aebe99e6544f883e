"""The catalogue's checkers: right answers in other forms pass, each slip gets its own hint."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
import torch

from mmtutor import fusion
from mmtutor.lessons.exercises.appendix_a import EXERCISES
from mmtutor.lessons.exercises.appendix_a.disagreement import _Disagreement

ADVICE = EXERCISES["A.3"].solution
SUMS = {"concat", "weighted", "cross_attention"}


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


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        *(("A.1", kind(SUMS)) for kind in (list, tuple, frozenset, sorted)),
        ("A.1", {"Concat", "cross-attention", "weighted "}),
        ("A.1", "concat, weighted, cross attention"),
        ("A.1", [fusion.Concat, fusion.Weighted, fusion.CrossAttention]),
        ("A.1", np.array(["concat", "weighted", "cross_attention"])),
        *(("A.2", form) for form in (1.5, [1.5], np.float32(1.5), np.array([1.5]))),
        *(("A.2", torch.tensor(form)) for form in (1.5, [1.5], [[1.5]])),
        ("A.2", statistics.median([3 / 2, 9 / 6, 3 / 9])),
        ("A.3", dict(reversed(ADVICE.items()))),
        ("A.3", {need.upper(): offer.replace("_", "-") for need, offer in ADVICE.items()}),
        (
            "A.3",
            {need.replace(" ", "_"): offer.replace("_", " ") for need, offer in ADVICE.items()},
        ),
        *(("A.4", mine(fuse)) for fuse in (by_squares, by_pairs, by_loops)),
        ("A.4", type("Mine", (_Disagreement,), {"order_invariant": property(lambda self: True)})),
    ],
)
def test_a_right_answer_in_another_form(name, answer):
    assert EXERCISES[name].judge(answer) == (True, EXERCISES[name].praise)


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


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
        ("A.1", {"concat", "weighted"}, "one more"),
        ("A.1", SUMS | {"attention"}, "One too many"),
        ("A.1", {"concat", "weighted", "gated"}, "gate of one sense"),
        ("A.1", {"concat", "weighted", "joint attention"}, "key to look at"),
        ("A.1", SUMS | {"average", "stacking"}, "level decision"),
        ("A.1", {"concat", "sum"}, "answer with one of"),
        ("A.2", 15 / 17, "ratio of the means"),
        ("A.2", [0.5], "ratio of the medians"),
        ("A.2", torch.tensor(10 / 9), "not the mean"),
        ("A.2", 2 / 3, "ours over theirs"),
        ("A.2", 3 / 9, "last round"),
        ("A.2", 150, "not of per cent"),
        ("A.2", [1.5, 1.5, 1 / 3], "these are 3"),
        ("A.3", ADVICE | {"differ": "tensor"}, "look at its price"),
        ("A.3", ADVICE | {"differ": "concat"}, "no sum can say"),
        ("A.3", ADVICE | {"baseline": "average", "finished models": "concat"}, "give decisions"),
        ("A.3", ADVICE | {"baseline": "low_rank"}, "cheapest first try"),
        ("A.3", ADVICE | {"baseline": "average"}, "level 'feature'"),
        ("A.3", {"baseline": "concat"}, "dictionary with the keys"),
        ("A.4", without_widths(by_squares, order_invariant=True), "`equal_widths = True`"),
        ("A.4", mine(by_squares, order_invariant=False), "`order_invariant = True`"),
        ("A.4", mine(nan_mean), "gradient is not"),
        ("A.4", mine(zeros_vote), "takes them for an opinion"),
        ("A.4", mine(lambda *a: torch.stack(list(a[1].values()), 1).var(1)), "one less than there"),
        ("A.4", mine(over_samples), "they see each other"),
        ("A.4", mine(by_squares, flops=lambda self, batch: batch), "`flops` says 4"),
        ("A.4", mine(by_squares, num_params=lambda self: None), "returns None"),
        ("A.4", mine(lambda *a: by_squares(*a)[:, None]), "should have shape"),
        ("A.4", mine(lambda *a: None), "does not yet"),
        ("A.4", _Disagreement({"a": 2}, 2), "class itself"),
    ],
)
def test_a_slip_gets_its_own_hint(name, answer, hint):
    right, message = EXERCISES[name].judge(answer)
    assert not right
    assert hint in message
