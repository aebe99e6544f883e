"""Sequences, and the remedies for modality competition."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from mmtutor.models import MultimodalModel
from mmtutor.models.branched import Branched
from mmtutor.objectives import OGMGE, Blended, blend_weights, next_token
from mmtutor.training import fit
from tests.training.problems import Clouds, Linear


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


# ---------------------------------------------------------------- sequences


def test_each_sentence_counts_the_same_and_padding_not_at_all():
    logits, y = draw(2, 4, 6), torch.tensor([[1, 2, 3, 4], [5, 0, 0, 0]])
    each = [cross_entropy(logits[b, :n], y[b, :n]) for b, n in ((0, 4), (1, 1))]
    torch.testing.assert_close(next_token(logits, y), torch.stack(each).mean())
    junk = logits.clone()
    junk[1, 1:] = 1e9
    torch.testing.assert_close(next_token(junk, y), next_token(logits, y))


def test_knowing_nothing_costs_the_logarithm_of_the_vocabulary():
    y = torch.randint(1, 6, (3, 4), generator=torch.Generator().manual_seed(0))
    assert float(next_token(torch.zeros(3, 4, 6), y)) == pytest.approx(math.log(6))


# ---------------------------------------------------------------- competition


def two_senses():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return MultimodalModel({m: Linear(4, 5) for m in ("left", "right")}, "concat", out_dim=3)


def test_the_leading_sense_is_held_back_and_no_other():
    remedy = OGMGE(alpha=0.7, noise=False)
    kappa = remedy.factors(torch.tensor([30.0, 10.0]))
    torch.testing.assert_close(kappa, torch.tensor([1 - math.tanh(0.7 * 3), 1.0]))
    # Three senses: each against the mean of the other two.
    kappa = remedy.factors(torch.tensor([30.0, 10.0, 20.0]))
    torch.testing.assert_close(kappa, torch.tensor([1 - math.tanh(0.7 * 2), 1.0, 1.0]))


def test_gradients_are_scaled_by_the_factors():
    model, remedy = two_senses(), OGMGE(noise=False)
    x, y = Clouds(60).batch(torch.arange(60))
    x["right"] = x["right"] * 0  # it knows nothing
    cross_entropy(model(x), y).backward()
    before = {m: e.weight.grad.clone() for m, e in model.encoders.items()}
    kappa = remedy.factors(remedy.strengths(model, x, y))
    remedy.before_step(model, x, None, y)
    for factor, (m, e) in zip(kappa, model.encoders.items(), strict=True):
        torch.testing.assert_close(e.weight.grad, factor * before[m])
    assert model.training


def test_the_noise_has_the_spread_of_the_gradient():
    model, remedy = two_senses(), OGMGE()
    model.encoders["left"].weight = nn.Parameter(torch.ones(200, 200))
    model.encoders["left"].weight.grad = torch.randn(200, 200) * 3
    before = model.encoders["left"].weight.grad.clone()
    remedy.strengths = lambda *_: torch.tensor([1.0, 1.0])  # nobody leads: factors of one
    remedy.before_step(model, {"left": None, "right": None}, None, torch.zeros(1))
    noise = model.encoders["left"].weight.grad - before
    assert float(noise.std()) == pytest.approx(3, rel=0.05)


def test_strengths_are_the_probabilities_of_the_truth():
    model = two_senses().eval()
    x, y = Clouds(9).batch(torch.arange(9))
    told = OGMGE().strengths(model, x, y)
    with torch.no_grad():
        seen = model({"left": x["left"]}).softmax(1)
    by_hand = sum(float(seen[i, y[i]]) for i in range(9))
    assert float(told[0]) == pytest.approx(by_hand, rel=1e-5)


def test_blending_prefers_what_generalises():
    before = {"image": (2.0, 2.0), "audio": (2.0, 2.0)}
    after = {"image": (1.0, 1.5), "audio": (0.0, 1.0)}
    # G = 0.5 and 1; O = 0.5 and 1: weights 2 and 1, in shares.
    assert blend_weights(before, after) == pytest.approx({"image": 2 / 3, "audio": 1 / 3})


def test_a_head_that_only_overfits_gets_nothing():
    before, after = {"a": (2.0, 2.0), "b": (2.0, 2.0)}, {"a": (0.0, 2.5), "b": (1.0, 1.5)}
    assert blend_weights(before, after) == {"a": 0.0, "b": 1.0}


def test_blended_branches_are_a_weighted_sum_of_losses():
    model = Branched(two_senses())
    x, y = Clouds(30).batch(torch.arange(30))
    outputs = model(x)
    loss = Blended({"left": 0.5, "right": 0.2, "joint": 0.3})
    expected = (
        0.5 * cross_entropy(outputs["left"], y)
        + 0.2 * cross_entropy(outputs["right"], y)
        + 0.3 * cross_entropy(outputs["joint"], y)
    )
    torch.testing.assert_close(loss(outputs, y), expected)
    model.eval()
    torch.testing.assert_close(model(x), outputs["joint"])


def test_all_branches_learn():
    model = Branched(two_senses())
    loss = Blended({"left": 0.4, "right": 0.3, "joint": 0.3})
    fit(model, Clouds(), epochs=15, lr=0.02, loss=loss, progress=False)
    model.train()
    x, y = Clouds(90, seed=2).batch(torch.arange(90))
    for name, logits in model(x).items():
        # Chance is one third.
        assert (logits.argmax(1) == y).float().mean() > 0.6, name
