"""Networks side by side are the networks alone."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mmtutor.models import SideBySide


def alone(seed):
    torch.manual_seed(seed)
    one = [nn.Linear(6, 5), nn.Linear(5, 4), nn.Linear(4, 3)]
    return nn.Sequential(one[0], nn.ReLU(), one[1], nn.ReLU(), one[2])


def test_each_is_the_network_of_its_seed_before_and_after_training():
    x, y = torch.randn(9, 6), torch.arange(9) % 3
    together = SideBySide((6, 5, 4), 3, (3, 8))
    apart = [alone(seed) for seed in (3, 8)]
    for _ in range(3):
        torch.testing.assert_close(together(x), torch.stack([one(x) for one in apart]))
        optimizers = [torch.optim.AdamW(m.parameters(), lr=0.1) for m in (together, *apart)]
        losses = [sum(nn.functional.cross_entropy(z, y) for z in together(x))]
        losses += [nn.functional.cross_entropy(one(x), y) for one in apart]
        for loss, optimizer in zip(losses, optimizers, strict=True):
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()


def test_each_may_get_inputs_of_its_own_and_the_callers_seed_is_left_alone():
    torch.manual_seed(0)
    want = torch.rand(1)
    torch.manual_seed(0)
    model = SideBySide((4, 3), 2, range(2))
    assert torch.equal(torch.rand(1), want)
    x = torch.randn(2, 5, 4)
    both = model(x)
    for r in range(2):
        torch.testing.assert_close(both[r], model(x[r])[r])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (((4,), 2, [0]), "one layer's at least"),
        (((4, 0), 2, [0]), "each of widths"),
        (((4, 3), 0, [0]), "classes"),
        (((4, 3), 2, []), "seeds one"),
    ],
)
def test_bad_input(options, message):
    with pytest.raises(ValueError, match=message):
        SideBySide(*options)


def test_an_input_of_another_width():
    with pytest.raises(ValueError, match=r"x must be \(N, 4\) or \(2, N, 4\), got \(5, 3\)"):
        SideBySide((4, 3), 2, range(2))(torch.zeros(5, 3))
