"""Domain discrepancies against closed forms."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from mmtutor.objectives import DomainCritic, coral, mmd, reverse_gradient


def draw(n, d, seed=0):
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_coral_sees_shape_and_not_place():
    x = draw(50, 3)
    assert float(coral(x, x + 7)) == pytest.approx(0, abs=1e-20)
    # Twice as wide: C_T = 4 C_S, so the difference is 3 C_S.
    expected = 9 * x.T.cov().square().sum() / (4 * 9)
    torch.testing.assert_close(coral(x, 2 * x), expected)


def test_coral_of_one_feature_is_the_difference_of_variances():
    a, b = draw(20, 1), draw(30, 1, 1) * 3
    torch.testing.assert_close(coral(a, b), (a.var() - b.var()).square() / 4)


def test_mmd_of_two_points():
    """k(x, x) = 1; the mean squared distance of the four pairs is half the one between them."""
    a, b = torch.zeros(1, 2).double(), torch.tensor([[3.0, 4.0]]).double()
    expected = sum(2 - 2 * math.exp(-25 / (2 * w**2 * 12.5)) for w in (0.5, 2)) / 2
    assert float(mmd(a, b, (0.5, 2))) == pytest.approx(expected)


def test_mmd_written_out_with_loops():
    s, t = draw(4, 3), draw(6, 3, 1)
    every = torch.cat([s, t])
    unit = torch.cdist(every, every).square().mean()

    def k(x, y):
        return sum(math.exp(-float((x - y).square().sum() / (2 * w**2 * unit))) for w in (1, 3)) / 2

    def mean(a, b):
        return sum(k(x, y) for x in a for y in b) / (len(a) * len(b))

    assert float(mmd(s, t, (1, 3))) == pytest.approx(mean(s, s) + mean(t, t) - 2 * mean(s, t))


def test_mmd_is_zero_for_the_same_points_and_grows_with_distance():
    x = draw(40, 3)
    assert float(mmd(x, x)) == pytest.approx(0, abs=1e-12)
    values = [float(mmd(x, x + shift)) for shift in (0.5, 1.0, 2.0)]
    assert 0 < values[0] < values[1] < values[2]


def test_mmd_sees_what_coral_does_not():
    """Same mean and covariance, other shape: one cloud against two points."""
    g = torch.Generator().manual_seed(0)
    cloud = torch.randn(500, 1, generator=g, dtype=torch.float64)
    points = torch.sign(torch.randn(500, 1, generator=g, dtype=torch.float64))
    assert float(coral(cloud, points)) < 0.01
    assert float(mmd(cloud, points)) > 0.05


def test_gradcheck_of_coral():
    s, t = draw(4, 2).requires_grad_(), draw(5, 2, 1).requires_grad_()
    assert torch.autograd.gradcheck(coral, (s, t))


def test_a_step_along_the_gradient_of_mmd_makes_the_domains_more_alike():
    s, t = draw(4, 2).requires_grad_(), draw(5, 2, 1)
    loss = mmd(s, t)
    loss.backward()
    step = s.detach() - 1e-3 * s.grad / s.grad.norm()
    assert mmd(step, t) < loss.detach()


def test_gradient_is_reversed_and_scaled():
    x = torch.ones(3, requires_grad=True)
    y = reverse_gradient(x, 0.25)
    assert torch.equal(y, x)
    y.sum().backward()
    assert torch.equal(x.grad, torch.full((3,), -0.25))


def test_a_critic_that_cannot_tell():
    critic = DomainCritic(3)
    for parameter in critic.parameters():
        nn.init.zeros_(parameter)
    loss = critic(draw(5, 3).float(), draw(7, 3).float()).detach()
    assert float(loss) == pytest.approx(math.log(2))


def test_an_encoder_learns_to_fool_the_critic():
    """Two domains that differ in one of two coordinates: the encoder learns to drop that one."""
    g = torch.Generator().manual_seed(0)
    source = torch.randn(400, 2, generator=g)
    target = torch.randn(400, 2, generator=g) + torch.tensor([4.0, 0.0])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        critic, encoder = DomainCritic(1, 16), nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        encoder.weight.copy_(torch.tensor([[0.5, 1.0]]))
    tell = torch.optim.Adam(critic.parameters(), lr=0.03)
    fool = torch.optim.Adam(encoder.parameters(), lr=0.01)
    for _ in range(300):
        loss = critic(encoder(source), encoder(target))
        tell.zero_grad(), fool.zero_grad()
        loss.backward()
        tell.step(), fool.step()
    w = encoder.weight[0].detach()
    # Weight per unit of what is left; at the start 0.5.
    assert abs(w[0] / w[1]) < 0.2
