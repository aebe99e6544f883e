"""Contrastive losses against their formulas written out, and against what must hold."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy, logsigmoid, normalize

from mmtutor.datasets import InMemory
from mmtutor.metrics import RetrievalRank
from mmtutor.models.aligned import Aligned
from mmtutor.objectives import InfoNCE, info_nce, siglip
from mmtutor.training import fit
from tests.examples import examples
from tests.training.problems import Linear

CASES = examples(60)
sizes = st.tuples(st.integers(2, 9), st.integers(1, 6), st.integers(0, 10**6))


def draw(B: int, d: int, seed: int):
    g = torch.Generator().manual_seed(seed)
    a, b = torch.randn(2, B, d, generator=g, dtype=torch.float64)
    return normalize(a, dim=1), normalize(b, dim=1), torch.randint(0, 3, (B,), generator=g)


def clip_by_hand(a, b, scale):
    logits = scale * a @ b.T
    y = torch.arange(len(a))
    return (cross_entropy(logits, y) + cross_entropy(logits.T, y)) / 2


@CASES
@given(sizes)
def test_one_positive_is_clips_loss_forward_and_backward(size):
    a, b, _ = draw(*size)
    scale = torch.tensor(3.7, dtype=torch.float64)
    inputs = [v.clone().requires_grad_() for v in (a, b, scale)]
    again = [v.clone().requires_grad_() for v in (a, b, scale)]
    mine, reference = info_nce(*inputs), clip_by_hand(*again)
    torch.testing.assert_close(mine, reference)
    for x, y in zip(
        torch.autograd.grad(mine, inputs), torch.autograd.grad(reference, again), strict=True
    ):
        torch.testing.assert_close(x, y)


@CASES
@given(sizes)
def test_several_positives_written_out_with_loops(size):
    a, b, same = draw(*size)
    s = 2.0 * a @ b.T
    total = 0.0
    for i in range(len(a)):
        positives = [j for j in range(len(a)) if same[j] == same[i]]
        for j in positives:
            total += (s[i, j] - s[i].logsumexp(0)) / len(positives)
            total += (s[j, i] - s[:, i].logsumexp(0)) / len(positives)
    torch.testing.assert_close(info_nce(a, b, 2.0, same), -total / (2 * len(a)))


@CASES
@given(sizes)
def test_distinct_labels_are_no_labels(size):
    a, b, _ = draw(*size)
    torch.testing.assert_close(info_nce(a, b, 5.0, torch.arange(len(a))), info_nce(a, b, 5.0))
    torch.testing.assert_close(
        siglip(a, b, 5.0, -1.0, torch.arange(len(a))), siglip(a, b, 5.0, -1.0)
    )


@CASES
@given(sizes)
def test_order_of_samples_and_of_modalities_does_not_matter(size):
    a, b, same = draw(*size)
    turn = torch.randperm(len(a), generator=torch.Generator().manual_seed(1))
    for loss in (info_nce, siglip):
        value = loss(a, b, 4.0, same=same)
        torch.testing.assert_close(loss(a[turn], b[turn], 4.0, same=same[turn]), value)
        torch.testing.assert_close(loss(b, a, 4.0, same=same), value)


def test_without_a_scale_nothing_is_known():
    a, b, _ = draw(8, 4, 0)
    assert float(info_nce(a, b, 0.0)) == pytest.approx(math.log(8))
    # Every question is then answered with probability one half.
    assert float(siglip(a, b, 0.0)) == pytest.approx(8 * math.log(2))


@pytest.mark.parametrize("same", [None, torch.arange(300)])
def test_computed_in_bfloat16_the_loss_keeps_its_digits(same):
    """log 300 = 5.7038; the nearest number of bfloat16 is 5.6875."""
    a, b, _ = draw(300, 4, 0)
    with torch.autocast("cpu", torch.bfloat16):
        value = info_nce(a.float(), b.float(), 0.0, same)
    assert value.dtype == torch.float32
    assert float(value) == pytest.approx(math.log(300), rel=1e-5)


@pytest.mark.parametrize("same", [None, torch.tensor([0, 1, 0, 2, 1])])
def test_it_compiles_into_one_graph(same):
    a, b, _ = draw(5, 3, 1)
    whole = torch.compile(info_nce, backend="eager", fullgraph=True)
    torch.testing.assert_close(whole(a, b, 3.0, same), info_nce(a, b, 3.0, same))


def test_perfect_pairs_at_a_large_scale_cost_nothing():
    eye = torch.eye(6, dtype=torch.float64)
    assert float(info_nce(eye, eye, 50.0)) < 1e-15
    assert float(info_nce(eye, eye.roll(1, 0), 50.0)) == pytest.approx(50, rel=1e-9)


def test_siglip_written_out():
    a, b, same = draw(7, 3, 5)
    total = sum(
        logsigmoid((1 if same[i] == same[j] else -1) * (2.5 * a[i] @ b[j] - 0.7))
        for i in range(7)
        for j in range(7)
    )
    torch.testing.assert_close(siglip(a, b, 2.5, -0.7, same), -total / 7)


@pytest.mark.parametrize("loss", [info_nce, siglip])
def test_gradcheck(loss):
    a, b, same = draw(5, 3, 2)
    scale = torch.tensor(2.0, dtype=torch.float64)
    inputs = tuple(v.clone().requires_grad_() for v in (a, b, scale))
    assert torch.autograd.gradcheck(lambda *v: loss(*v), inputs)
    assert torch.autograd.gradcheck(lambda *v: loss(*v, same=same), inputs)


def test_three_modalities_of_one_truth_are_aligned():
    """Three random views of a hidden vector: each finds its partner among 64."""
    g = torch.Generator().manual_seed(0)
    views = {m: torch.randn(4, 12, generator=g) for m in "uvw"}

    def part(n):
        hidden = torch.randn(n, 4, generator=g)
        return InMemory({m: hidden @ A for m, A in views.items()}, torch.arange(n))

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Aligned({m: Linear(12, 8) for m in views}, dim=8)
    ranks = {f"{m}{k}": RetrievalRank(m, k) for m, k in combinations("uvw", 2)}
    history = fit(
        model, part(448), part(64), epochs=60, lr=0.02, batch_size=64, loss=InfoNCE(),
        metrics=ranks, progress=False,
    )  # fmt: skip
    for name in ranks:
        assert history[f"valid_{name}"][-1] > 0.9, name
