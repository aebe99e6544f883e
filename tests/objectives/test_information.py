"""Sure and even: identities, and shares that are none."""

from __future__ import annotations

import math

import pytest
import torch

from mmtutor.objectives import information_maximisation


def logits(seed=0, n=7, classes=3):
    source = torch.Generator().manual_seed(seed)
    return torch.randn(n, classes, generator=source, dtype=torch.float64)


def test_with_equal_shares_it_is_ln_c_less_the_mutual_information():
    z = logits()
    p = z.softmax(1)
    information = sum(
        float(v * math.log(v / m)) for row in p for v, m in zip(row, p.mean(0), strict=True)
    ) / len(p)
    assert float(information_maximisation(z)) == pytest.approx(math.log(3) - information)


def test_sure_and_even_costs_nothing_and_knowing_nothing_ln_c():
    sure = 50 * torch.eye(4, dtype=torch.float64)
    assert float(information_maximisation(sure)) == pytest.approx(0, abs=1e-12)
    assert float(information_maximisation(torch.zeros(6, 4))) == pytest.approx(math.log(4))


def test_sure_of_the_shares_that_it_is_told_costs_nothing():
    y = torch.tensor([0, 0, 0, 1])
    sure = 50 * torch.nn.functional.one_hot(y).double()
    assert float(information_maximisation(sure, (0.75, 0.25))) == pytest.approx(0, abs=1e-12)
    even = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    assert float(information_maximisation(sure)) == pytest.approx(even)


def test_its_gradient():
    z = logits().requires_grad_()
    assert torch.autograd.gradcheck(lambda v: information_maximisation(v, (0.2, 0.3, 0.5)), z)


def test_a_class_that_nobody_believes_has_finite_gradients():
    z = torch.tensor([[500.0, 0.0], [500.0, 0.0]], requires_grad=True)
    information_maximisation(z).backward()
    assert z.grad.isfinite().all()


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ((0.5, 0.3, 0.3), "shares must add up to 1, these add up to 1.1"),
        ((0.5, 0.5), "shares must be 3, one a class, got 2"),
        ((1.0, 0.0, 0.0), "each of shares must be above 0"),
        ((1.5, -0.5, 0.0), "each of shares must be a number in 0…1"),
        (0.5, "one share a class"),
    ],
)
def test_shares_that_are_none(shares, message):
    with pytest.raises(ValueError, match=message):
        information_maximisation(logits(), shares)
