"""Soft neighbourhood density against loops and its two ends."""

from __future__ import annotations

import math

import pytest
import torch

from mmtutor.metrics import soft_neighbourhood_density


def test_written_out_with_loops():
    p = torch.rand(6, 4, generator=torch.Generator().manual_seed(0)).double()
    p = p / p.sum(1, keepdim=True)
    tau, total = 0.3, 0.0
    for i in range(6):
        near = [
            math.exp(float(p[i] @ p[j] / p[i].norm() / p[j].norm()) / tau) if j != i else 0
            for j in range(6)
        ]
        total -= sum(v / sum(near) * math.log(v / sum(near)) for v in near if v)
    assert soft_neighbourhood_density(p, tau) == pytest.approx(total / 6)


def test_all_alike_has_the_most_and_two_of_a_kind_see_each_other():
    alike = torch.tensor([[0.9, 0.1]]).repeat(5, 1)
    assert soft_neighbourhood_density(alike) == pytest.approx(math.log(4), abs=1e-5)
    pairs = torch.eye(3).repeat_interleave(2, dim=0)
    assert soft_neighbourhood_density(pairs, 0.01) == pytest.approx(0, abs=1e-6)
