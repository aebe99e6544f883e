"""The planted test of order: exact for a bag, and learnt by who gives words places."""

from __future__ import annotations

import torch
from torch.nn.functional import normalize

from mmtutor.experiments.word_order import Things, order_test, pairs, shown

KIND = torch.arange(20) >= 12


def test_a_habit_is_in_the_pairs():
    drawn = pairs(KIND, 400, 0.9)
    assert torch.equal(drawn, pairs(KIND, 400, 0.9))
    assert (KIND[drawn].sum(dim=1) == 1).all()
    assert 0.85 < (~KIND[drawn[:, 0]]).float().mean() < 0.95


def test_a_bag_gets_exactly_half_and_placed_words_read_order():
    z = normalize(torch.randn(20, 16, generator=torch.Generator().manual_seed(1)), dim=1)
    things = Things(z, z, KIND)
    assert torch.equal(shown(z, torch.tensor([[3, 5]])), normalize(torch.cat([z[3], z[5]])[None]))
    assert order_test(things, 0, placed=False, steps=20)[1] == 0.5
    found, order = order_test(things, 0, placed=True, steps=60)
    assert found > 0.8
    assert order > 0.95
