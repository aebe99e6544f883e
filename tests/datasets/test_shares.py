"""A draw has the shares that are asked for, exactly; what is no share is refused."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor.datasets import draw_with_shares


@given(st.lists(st.integers(1, 20), min_size=2, max_size=5), st.integers(1, 90), st.integers(0, 9))
def test_each_class_has_its_share_to_within_one_sample(parts, n, seed):
    shares = [part / sum(parts) for part in parts]
    y = torch.arange(40) % len(parts)
    drawn = y[draw_with_shares(y, shares, n, seed)]
    assert len(drawn) == n
    for c, share in enumerate(shares):
        assert abs(int((drawn == c).sum()) - share * n) < 1


def test_nobody_is_drawn_twice_before_all_were_drawn_once():
    y = torch.tensor([0] * 4 + [1] * 6)
    index = draw_with_shares(y, (0.4, 0.6), 10)
    assert sorted(index.tolist()) == list(range(10))
    index = draw_with_shares(y, (0.8, 0.2), 10)
    assert index[y[index] == 0].bincount().tolist() == [2] * 4


@pytest.mark.parametrize(
    ("y", "shares", "message"),
    [
        ([0, 1], (0.5, 0.6), "shares must add up to 1, these add up to 1.1"),
        ([0, 1], (0.2, 0.2, 0.6), "class 2 has a share of 0.6 and no sample"),
        ([0, 2], (0.5, 0.5), "shares must be 3, one a class, got 2"),
        ([], (0.5, 0.5), "one sample at least"),
    ],
)
def test_bad_input(y, shares, message):
    with pytest.raises(ValueError, match=message):
        draw_with_shares(torch.tensor(y, dtype=torch.long), shares, 4)
