"""Where the time went: parts that add up, and a part that was made slow is found."""

from __future__ import annotations

import time

import pytest
import torch
from torch import nn

from mmtutor.training import Profile, fit, noise_scale
from tests.training.problems import Clouds, TwoSenses


class Sleeps(nn.Linear):
    def forward(self, x):
        time.sleep(0.004)
        return super().forward(x)


def test_the_slow_part_is_found_and_the_parts_make_a_step():
    model = TwoSenses()
    model.encoders["right"] = Sleeps(4, 8)
    with Profile(steps=3, warmup=2) as profile:
        fit(model, Clouds(), epochs=1, batch_size=32, callbacks=[profile], progress=False)
    seconds = profile.seconds
    assert max(seconds, key=seconds.get) == "encoder right"
    assert seconds["encoder right"] > 0.004
    names = ("input", "encoder left", "encoder right", "head", "loss", "backward", "optimizer")
    assert set(names) < set(seconds)
    assert sum(profile.shares.values()) == pytest.approx(1)
    assert profile.samples_per_second == pytest.approx(32 / sum(seconds.values()), rel=0.05)
    assert "samples/s" in str(profile)
    assert not model.encoders["right"]._forward_hooks


def test_too_short_a_training_says_so():
    with Profile(warmup=50) as profile:
        fit(TwoSenses(), Clouds(), epochs=1, progress=False, callbacks=[profile])
    assert "had no more than 50 steps" in str(profile)


def test_the_noise_scale_is_trace_over_length():
    """A linear model with a squared loss: the gradient of each sample by hand."""
    model = nn.Linear(4, 1, bias=False)

    class Numbers(Clouds):
        def batch(self, index):
            inputs, y = super().batch(index)
            return inputs["left"], y.float()[:, None]

    data, n = Numbers(), 100
    found = noise_scale(model, data, samples=n, loss=nn.functional.mse_loss)
    x, y = data.batch(torch.arange(n))
    x = x.double()
    g = 2 * (x @ model.weight.detach().double().T - y) * x
    spread = g.var(dim=0).sum()
    expected = spread / (g.mean(0).square().sum() - spread / n)
    assert found == pytest.approx(float(expected), rel=1e-4)


def test_a_gradient_that_is_none_but_noise_has_no_scale():
    class Balanced(Clouds):
        def batch(self, index):
            y = torch.where(torch.as_tensor(index) % 2 == 0, 1.0, -1.0)
            return torch.ones(len(y), 4), y[:, None]

    model = nn.Linear(4, 1, bias=False)
    nn.init.zeros_(model.weight)
    assert noise_scale(model, Balanced(), loss=nn.functional.mse_loss) == float("inf")
