"""Two instruments on one row of signs: what each fault does, and that it does no more."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest
import torch

from mmtutor.datasets import two_recordings
from tests.refusals import refused

phi = NormalDist().cdf


def test_the_limits_are_those_of_the_normal_distribution():
    x1, x2, s = two_recordings(n=2000)
    for x, best in ((x1, phi(1)), (x2, phi(1)), (x1 + x2, phi(math.sqrt(2)))):
        assert float((x * s > 0).float().mean()) == pytest.approx(best, abs=0.005)


@pytest.mark.parametrize("fault", ["wrong pairs", "one delay", "own delay", "own scale"])
def test_a_fault_leaves_the_first_instrument_and_the_signs(fault):
    sound, ill = two_recordings(seed=3), two_recordings(fault, seed=3)
    assert torch.equal(ill[0], sound[0])
    assert torch.equal(ill[2], sound[2])
    assert not torch.equal(ill[1], sound[1])


def test_what_each_fault_did_can_be_undone_by_who_knows_it():
    x2 = two_recordings()[1]
    wrong = two_recordings("wrong pairs")[1]
    assert torch.equal(wrong[1::2], x2[1::2])
    assert torch.equal(wrong[::2].roll(-1, dims=0), x2[::2])
    late = two_recordings("one delay", n=2000)
    assert float((late[1][:, 3:] * late[2][:, :-3]).mean()) == pytest.approx(1, abs=0.02)
    scaled = two_recordings("own scale")[1]
    assert torch.allclose(*(((x.T - x.mean(1)) / x.std(1)) for x in (scaled, x2)), atol=1e-4)


def test_rates():
    _, double, s = two_recordings("double rate", n=2000)
    assert double.shape == (2000, 80)
    for part in (double[:, ::2], double[:, 1::2]):
        assert float((part * s).mean()) == pytest.approx(1, abs=0.02)
    assert abs(float(((double[:, ::2] - s) * (double[:, 1::2] - s)).mean())) < 0.02
    _, half, s = two_recordings("half rate", n=2000)
    assert half.shape == (2000, 20)
    assert float((half * s[:, ::2]).mean()) == pytest.approx(1, abs=0.02)
    assert abs(float((half * s[:, 1::2]).mean())) < 0.02
    _, half, s = two_recordings("half rate, slow signs")
    assert torch.equal(s[:, ::2], s[:, 1::2])


def test_what_it_refuses():
    refused(ValueError, "did you mean 'one delay'", lambda: two_recordings("one dely"))
    refused(ValueError, "n must be a whole number", lambda: two_recordings(n=1))
    refused(ValueError, "T must be even", lambda: two_recordings(T=41))
    refused(ValueError, "seed must be a whole number", lambda: two_recordings(seed=-1))
