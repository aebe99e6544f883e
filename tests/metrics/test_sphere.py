"""Alignment, uniformity and gap: worked out on paper, and by what they must obey."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import normalize

from mmtutor.metrics import alignment, modality_gap, uniformity

CROSS = torch.tensor([[1.0, 0], [0, 1], [-1, 0], [0, -1]])


def cloud(seed: int, n: int = 7, d: int = 3) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return normalize(torch.randn(n, d, generator=random, dtype=torch.float64), dim=1)


def test_on_paper():
    # A quarter turn: each pair is √2 apart. Four of the six pairs of the cross are, two are 2.
    assert alignment(CROSS, CROSS.roll(1, 0)) == pytest.approx(2)
    assert alignment(CROSS, -CROSS) == pytest.approx(4)
    on_paper = math.log((4 * math.exp(-4) + 2 * math.exp(-8)) / 6)
    assert uniformity(CROSS) == pytest.approx(on_paper)
    assert modality_gap(CROSS, -CROSS) == pytest.approx(0)
    assert modality_gap(CROSS[:1], -CROSS[:1]) == pytest.approx(2)


def test_all_in_one_point_is_the_least_uniform():
    assert uniformity(CROSS[:1].repeat(5, 1)) == 0


@given(st.integers(0, 10**6))
def test_what_must_hold_for_any_clouds(seed):
    a, b = cloud(seed), cloud(seed + 1)
    by_cosine = sum(2 - 2 * float(p @ q) for p, q in zip(a, b, strict=True)) / len(a)
    assert alignment(a, b) == pytest.approx(by_cosine)
    by_loop = [
        math.exp(-2 * float((a[i] - a[j]).square().sum())) for i in range(7) for j in range(i)
    ]
    assert uniformity(a) == pytest.approx(math.log(sum(by_loop) / len(by_loop)))
    assert modality_gap(a, b) ** 2 <= alignment(a, b) + 1e-12
    turn = torch.linalg.qr(cloud(seed + 2, 3))[0]
    for measure in (alignment, modality_gap):
        assert measure(a @ turn, b @ turn) == pytest.approx(measure(a, b))
    assert uniformity(a @ turn) == pytest.approx(uniformity(a))


@pytest.mark.parametrize("measure", [alignment, modality_gap, lambda a, b: uniformity(b)])
@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        ([[1.0, 0.0]], TypeError, "must be a tensor, got list"),
        (CROSS.long(), TypeError, "must hold real numbers"),
        (CROSS[0], ValueError, r"shape \(N, d\)"),
        (2 * CROSS, ValueError, "row 0 has 2: divide each by its length"),
        (CROSS * torch.tensor([[1], [1], [math.nan], [1]]), ValueError, "row 2 has nan"),
    ],
)
def test_bad_input_is_refused_in_words(measure, wrong, kind, message):
    with pytest.raises(kind, match=message):
        measure(CROSS, wrong)
