"""Two linear views: what is said to be shared is shared, and nothing else."""

from __future__ import annotations

import math

import pytest
import torch
from torch.distributions import MultivariateNormal, Normal

from mmtutor.datasets import LinearViews
from tests.refusals import refused


def correlations(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Canonical correlations, by QR: another way than the chapter's."""
    q1, q2 = (torch.linalg.qr(x - x.mean(dim=0))[0] for x in (x1, x2))
    return torch.linalg.svdvals(q1.T @ q2)


@pytest.mark.parametrize(("shared", "rho"), [(1, 0.5), (3, 0.9)])
def test_canonical_correlations_are_those_built_in(shared, rho):
    views = LinearViews(shared=shared, rho=rho, private=(4, 2), seed=3)
    drawn = views.draw(20_000, seed=0)
    found = correlations(drawn.x1.double(), drawn.x2.double())
    assert found[:shared] == pytest.approx(rho, abs=0.02)
    assert (found[shared:] < 0.05).all()


def test_scores_are_the_ratio_of_densities():
    views = LinearViews(shared=2, rho=0.7)
    u, v = torch.randn(2, 4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    joint = MultivariateNormal(
        torch.zeros(2, dtype=torch.float64), torch.tensor([[1, 0.7], [0.7, 1]]).double()
    )
    normal = Normal(torch.zeros((), dtype=torch.float64), 1.0)
    both = torch.stack(torch.broadcast_tensors(u[:, None], v[None]), dim=-1)  # (4, 4, 2, 2)
    apart = normal.log_prob(u)[:, None] + normal.log_prob(v)[None]
    want = (joint.log_prob(both) - apart).sum(dim=-1)
    torch.testing.assert_close(views.best_scores(u, v), want)


def test_mean_score_of_true_pairs_is_the_information():
    views = LinearViews()
    assert views.information == pytest.approx(-1.5 * math.log(0.19))
    drawn = views.draw(4_000, seed=1)
    scores = torch.stack(
        [views.best_scores(u[None], v[None])[0, 0] for u, v in zip(drawn.u, drawn.v, strict=True)]
    )
    assert scores.mean() == pytest.approx(views.information, abs=0.1)


def test_same_seed_same_pairs_and_private_noise_is_loud():
    views = LinearViews(loud=5.0)
    assert torch.equal(views.draw(9, seed=2).x1, views.draw(9, seed=2).x1)
    assert not torch.equal(views.draw(9, seed=2).x1, views.draw(9, seed=3).x1)
    x1 = views.draw(5_000, seed=0).x1
    loudness = torch.linalg.eigvalsh(x1.T.cov()).sqrt()
    assert loudness[:3] == pytest.approx(1, abs=0.05)
    assert loudness[3:] == pytest.approx(5, abs=0.3)


def test_bad_numbers_are_refused():
    refused(ValueError, "shared", lambda: LinearViews(shared=0))
    refused(ValueError, "rho must lie between 0 and 1, got 1", lambda: LinearViews(rho=1.0))
    refused(ValueError, "rho", lambda: LinearViews(rho=-0.5))
    refused(ValueError, "private", lambda: LinearViews(private=(3, -1)))
    refused(ValueError, "loud", lambda: LinearViews(loud=-1))
