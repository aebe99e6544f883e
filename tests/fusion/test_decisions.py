"""Decisions joined: each rule against the distribution that it stands for."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mmtutor import fusion

MODELS = dict.fromkeys(("image", "audio", "text"), 4)
PRESENT = torch.tensor(
    [[True, True, True], [True, False, True], [False, False, True], [False, True, True]]
)


@pytest.fixture
def logits():
    generator = torch.Generator().manual_seed(5)
    return {m: 3 * torch.randn(4, 4, generator=generator, dtype=torch.float64) for m in MODELS}


def make(name, **options):
    return fusion.make(name, MODELS, 4, **options).double()


def belief(op, logits, present=None):
    flags = None if present is None else dict(zip(MODELS, present.unbind(dim=1), strict=True))
    return op(logits, flags).softmax(dim=1)


def believed(logits):
    """Return every model's probabilities, ``(B, M, C)``."""
    return torch.stack([v.softmax(dim=1) for v in logits.values()], dim=1)


def normalised(p):
    return p / p.sum(dim=1, keepdim=True)


RULES = {
    "product_of_experts": lambda p, there: torch.where(there, p, 1).prod(dim=1),
    "max": lambda p, there: torch.where(there, p, 0).amax(dim=1),
    "weighted_vote": lambda p, there: torch.where(there, p, 0).sum(dim=1),
}


@pytest.mark.parametrize("present", [None, PRESENT])
@pytest.mark.parametrize("name", RULES)
def test_a_rule_joins_probabilities(logits, name, present):
    there = torch.ones(4, 3, dtype=torch.bool) if present is None else present
    expected = normalised(RULES[name](believed(logits), there[..., None]))
    torch.testing.assert_close(belief(make(name), logits, present), expected)


def test_the_logits_of_a_vote_are_those_of_a_distribution(logits):
    # Not only up to a constant.
    total = make("weighted_vote")(logits).exp().sum(dim=1)
    torch.testing.assert_close(total, torch.ones(4).double())


def test_a_vote_with_given_weights_by_hand():
    op = fusion.make("weighted_vote", {"a": 2, "b": 2}, 2, weights={"b": 3, "a": 1}, learn=False)
    p = {"a": torch.tensor([[0.9, 0.1]]), "b": torch.tensor([[0.2, 0.8]])}
    h = op({m: v.log() for m, v in p.items()})
    torch.testing.assert_close(h.exp(), torch.tensor([[0.375, 0.625]]))
    assert op.num_params() == 0


def test_a_vote_is_never_surer_than_its_surest_member_and_a_product_can_be(logits):
    surest = believed(logits).amax(dim=(1, 2))
    assert (belief(make("weighted_vote"), logits).amax(dim=1) <= surest + 1e-12).all()
    agreed = dict.fromkeys(MODELS, torch.tensor([[1.0, 0, 0, 0]]).double())
    alone = agreed["image"].softmax(dim=1).amax()
    assert belief(make("product_of_experts"), agreed).amax() > alone + 0.3
    torch.testing.assert_close(belief(make("weighted_vote"), agreed).amax(), alone)


def test_the_average_is_the_product_of_experts_under_the_root(logits):
    for present, count in ((None, 3), (PRESENT, PRESENT.sum(dim=1, keepdim=True))):
        product = belief(make("product_of_experts"), logits, present)
        expected = normalised(product ** (1 / count))
        torch.testing.assert_close(belief(make("average"), logits, present), expected)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_with_the_prior_it_is_bayes_rule_for_independent_senses(count):
    """Gaussian senses, independent given the class, and classes of unequal share."""
    prior = torch.tensor([0.7, 0.2, 0.1]).double()
    means = torch.randn(3, 3, generator=torch.Generator().manual_seed(1)).double()  # (M, C)
    x = torch.randn(5, 3, generator=torch.Generator().manual_seed(2)).double()
    density = torch.exp(-0.5 * (x[:, :, None] - means).square())  # (B, M, C)
    posterior = normalised((density[:, :count].prod(dim=1)) * prior)
    models = {m: (density[:, i] * prior).log() for i, m in enumerate(("a", "b", "c"))}
    op = fusion.make("product_of_experts", dict.fromkeys("abc", 3), 3, prior=prior.tolist())
    seen = dict(list(models.items())[:count])
    torch.testing.assert_close(op.double()(seen).softmax(dim=1), posterior, atol=1e-6, rtol=1e-6)


def test_stacking_starts_as_the_average(logits):
    torch.testing.assert_close(make("stacking")(logits), make("average")(logits))


@pytest.mark.parametrize("name", ["average", "weighted_vote", "product_of_experts", "max"])
def test_adding_a_number_to_all_logits_of_a_model_changes_no_belief(logits, name):
    moved = {m: v + i for i, (m, v) in enumerate(logits.items())}
    torch.testing.assert_close(belief(make(name), moved), belief(make(name), logits))


@pytest.mark.parametrize(
    "name", [n for n, op in fusion.OPERATORS.items() if op.level == "decision"]
)
def test_certainty_breaks_nothing(name):
    sure = {m: (1e4 * torch.eye(4)[[i]]).requires_grad_() for i, m in enumerate(MODELS)}
    op = fusion.make(name, MODELS, 4)
    h = op(sure, {"text": torch.tensor([False])})
    nn.functional.cross_entropy(h, torch.tensor([1])).backward()
    assert h.isfinite().all()
    for value in (*sure.values(), *op.parameters()):
        assert value.grad.isfinite().all()
