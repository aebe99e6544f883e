"""Information in bits: known gates, identities, and what must lie between which bounds."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor.metrics import MEASURES, decompose, mutual_information, redundancy
from tests.examples import examples

BITS = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
A, B = BITS.T
H_QUARTER = -0.25 * math.log2(0.25) - 0.75 * math.log2(0.75)
AND_ALONE = H_QUARTER - 0.5  # H(Y) - H(Y | X): half of the time Y is known, else one bit is open


def loop(x, y, p):
    """I(Y; X) by the formula, on dictionaries."""
    pairs, xs, ys = {}, {}, {}
    for a, b, w in zip(x, y, p, strict=True):
        for table, key in ((pairs, (a, b)), (xs, a), (ys, b)):
            table[key] = table.get(key, 0) + w
    return sum(w * math.log2(w / (xs[a] * ys[b])) for (a, b), w in pairs.items() if w)


GATES = {  # x1, x2, y, what each measure says is redundant
    "copy": (A, A, A, 1, 1),
    "one knows": (A, B, A, 0, 0),
    "xor": (A, B, A ^ B, 0, 0),
    "and": (A, B, A & B, AND_ALONE, AND_ALONE),
    "two coins": (A, B, 2 * A + B, 1, 0),
    "in turns": (torch.tensor([0, 1, 2, 2]), torch.tensor([2, 2, 0, 1]),
                 torch.tensor([0, 1, 0, 1]), 0.5, 0.5),
}  # fmt: skip


@pytest.mark.parametrize("gate", GATES)
def test_gates_whose_redundancy_is_known(gate):
    x1, x2, y, least, broja = GATES[gate]
    assert redundancy(x1, x2, y) == pytest.approx(least, abs=1e-12)
    assert redundancy(x1, x2, y, measure="broja") == pytest.approx(broja, abs=1e-4)
    parts = decompose({"eye": x1, "ear": x2}, y)
    assert list(parts) == ["redundant", "unique to eye", "unique to ear", "synergistic"]
    together = mutual_information(torch.stack([x1, x2], dim=1), y)
    assert sum(parts.values()) == pytest.approx(together)
    assert parts["redundant"] + parts["unique to ear"] == pytest.approx(mutual_information(x2, y))


tables = st.lists(st.tuples(*[st.integers(0, 2)] * 3, st.floats(0.01, 1)), min_size=1, max_size=12)


@examples(8)
@given(rows=tables)
def test_any_table(rows):
    x1, x2, y = (torch.tensor(column) for column in list(zip(*rows, strict=True))[:3])
    p = torch.tensor([row[3] for row in rows])
    share = (p.double() / p.double().sum()).tolist()
    one, two = (mutual_information(x, y, p) for x in (x1, x2))
    both = mutual_information(torch.stack([x1, x2], dim=1), y, p)
    assert one == pytest.approx(loop(x1.tolist(), y.tolist(), share), abs=1e-9)
    pairs = list(zip(x1.tolist(), x2.tolist(), strict=True))
    assert both == pytest.approx(loop(pairs, y.tolist(), share), abs=1e-9)
    for measure in MEASURES:
        shared = redundancy(x1, x2, y, p, measure=measure)
        assert shared == pytest.approx(redundancy(x2, x1, y, p, measure=measure), abs=1e-4)
        assert max(0, one + two - both) - 1e-4 <= shared <= min(one, two) + 1e-4


def test_what_only_repeats_a_row_or_renames_a_label_changes_nothing():
    p = torch.tensor([0.1, 0.2, 0.3, 0.4])
    twice = [torch.cat([v, v]) for v in (10 - 3 * A, B, A & B)]
    halves = torch.cat([p, 3 * p])
    for measure in MEASURES:
        assert redundancy(*twice, halves, measure=measure) == pytest.approx(
            redundancy(A, B, A & B, p, measure=measure), abs=1e-6
        )
