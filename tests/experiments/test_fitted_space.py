"""Whitening and ridge regression against their definitions, and what is refused."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import normalize

from mmtutor.experiments.fitted_space import concept_means, counted, regress, whiten

WHO = torch.arange(40).repeat(4)


@pytest.fixture(scope="module")
def features() -> torch.Tensor:
    g = torch.Generator().manual_seed(0)
    concept = torch.randn(40, 5, generator=g)
    loud = torch.tensor([3.0, 1.0, 1.0, 0.5, 0.1])
    return concept[WHO] + loud * torch.randn(160, 5, generator=g) @ torch.eye(5).roll(1, 0)


def test_within_concepts_all_directions_have_length_one(features):
    z = whiten(features, WHO, shrink=1e-7)(features)
    rest = z - concept_means(z, WHO)[1][WHO]
    torch.testing.assert_close(rest.T @ rest / len(z), torch.eye(5), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(z.mean(dim=0), torch.zeros(5), rtol=0, atol=1e-5)


def test_kept_directions_are_those_in_which_concepts_differ_most(features):
    all_of_them, two = whiten(features, WHO), whiten(features, WHO, keep=2)
    spread = concept_means(all_of_them(features), WHO)[1].var(dim=0)
    assert spread.tolist() == sorted(spread.tolist(), reverse=True)
    torch.testing.assert_close(two(features), all_of_them(features)[:, :2])


def test_turning_and_stretching_the_features_changes_no_cosine(features):
    g = torch.Generator().manual_seed(1)
    other = features @ torch.randn(5, 5, generator=g)
    cosines = [
        normalize(whiten(x, WHO, shrink=1e-9)(x), dim=1)
        for x in (features.double(), other.double())
    ]
    torch.testing.assert_close(*(z @ z.T for z in cosines), rtol=1e-5, atol=1e-5)


def test_a_bag_is_the_ridge_regression_of_its_textbook():
    g = torch.Generator().manual_seed(2)
    ids = torch.randint(0, 9, (12, 4), generator=g)
    ids[:, 0] = torch.arange(12) % 8 + 1
    targets = torch.randn(12, 3, generator=g)
    counts = counted(ids, 9)
    assert counts[0].sum() == (ids[0] > 0).sum()
    rare = (12 / (counts > 0).sum(dim=0)).log().nan_to_num(posinf=0.0)
    T = normalize(counts * rare, dim=1)
    wanted = torch.linalg.solve(T.T @ T + 0.3 * torch.eye(9), T.T @ normalize(targets, dim=1))
    bag = regress([ids], targets, 9, strength=0.3)
    torch.testing.assert_close(bag.embedding.weight, rare[:, None] * wanted, rtol=1e-3, atol=1e-4)
    found = normalize(bag(ids), dim=1)  # a mean, not a sum of unit vectors: the direction is one
    torch.testing.assert_close(found, normalize(T @ wanted, dim=1), rtol=1e-3, atol=1e-4)


def test_bad_input_is_refused_in_words(features):
    with pytest.raises(ValueError, match="shrink must be a number above 0"):
        whiten(features, WHO, shrink=0)
    with pytest.raises(ValueError, match="no concept has two pictures among 40"):
        whiten(features[:40], WHO[:40])
    with pytest.raises(ValueError, match="keep"):
        whiten(features, WHO, keep=6)
    with pytest.raises(ValueError, match="strength must be a number above 0"):
        regress([torch.ones(2, 2).long()], torch.ones(2, 2), 3, strength=0)
