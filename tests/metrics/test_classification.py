"""Metrics against hand counts, torchmetrics, and the binomial distribution."""

from __future__ import annotations

import copy
import pickle
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchmetrics.functional import classification as tm

from mmtutor import metrics
from mmtutor.metrics import Estimate, Evaluation
from mmtutor.metrics.intervals import _t975
from tests.examples import examples

# 6 samples, 3 classes: class 0 twice right, once called 1; class 1 once right, once called 2;
# class 2 called 1.
TRUE = torch.tensor([0, 0, 0, 1, 1, 2])
CALLED = torch.tensor([0, 0, 1, 1, 2, 1])


def test_by_hand():
    assert metrics.accuracy(CALLED, TRUE) == pytest.approx(3 / 6)
    assert metrics.recall(CALLED, TRUE) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert metrics.precision(CALLED, TRUE) == pytest.approx((2 / 2 + 1 / 3 + 0) / 3)
    assert metrics.f1(CALLED, TRUE) == pytest.approx((4 / 5 + 2 / 5 + 0) / 3)
    expected = torch.tensor([[2, 1, 0], [0, 1, 1], [0, 1, 0]])
    assert torch.equal(metrics.confusion_matrix(CALLED, TRUE), expected)
    for name in ("recall", "precision", "f1"):  # one label per sample: micro is the accuracy
        assert getattr(metrics, name)(CALLED, TRUE, average="micro") == pytest.approx(0.5)


labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40)


@examples(60)
@given(pairs=labels, average=st.sampled_from(["macro", "micro"]))
def test_the_formulas_are_those_of_torchmetrics(pairs, average):
    """Also with classes that never occur, which the macro average leaves out."""
    called, true = torch.tensor(pairs).T
    kind = {"num_classes": 5, "average": average}
    assert metrics.accuracy(called, true) == pytest.approx(float((called == true).double().mean()))
    for name, theirs in [
        ("recall", tm.multiclass_recall),
        ("precision", tm.multiclass_precision),
        ("f1", tm.multiclass_f1_score),
    ]:
        ours = getattr(metrics, name)(called, true, **kind)
        assert ours == pytest.approx(float(theirs(called, true, **kind)), abs=1e-6), name


def test_logits_and_classes_agree():
    logits = torch.randn(50, 4, generator=torch.Generator().manual_seed(0))
    true = torch.arange(50) % 4
    assert metrics.f1(logits, true) == metrics.f1(logits.argmax(1), true, num_classes=4)
    assert metrics.f1(logits, true.to(torch.uint8)) == metrics.f1(logits, true)


def test_interval_of_an_accuracy_is_the_binomials():
    """Percentiles of Binomial(N, p) / N, which the bootstrap of an accuracy has exactly."""
    N, right = 400, 300
    true = torch.zeros(N, dtype=torch.long)
    called = (torch.arange(N) >= right).long()
    e = metrics.interval("accuracy", called, true, resamples=100_000)
    sd = (0.75 * 0.25 / N) ** 0.5
    assert float(e) == pytest.approx(0.75)
    assert e.low == pytest.approx(0.75 - 1.96 * sd, abs=0.002)
    assert e.high == pytest.approx(0.75 + 1.96 * sd, abs=0.002)
    narrow = metrics.interval("accuracy", called, true, level=0.5, resamples=100_000)
    assert narrow.high - narrow.low == pytest.approx(2 * 0.6745 * sd, abs=0.003)


def test_resampling_the_matrix_is_resampling_the_samples():
    """Same mean and spread of F1 as drawing the samples themselves, one set at a time."""
    rng = np.random.default_rng(1)
    true = rng.integers(0, 3, 200)
    called = np.where(rng.random(200) < 0.7, true, rng.integers(0, 3, 200))
    slow = []
    for _ in range(4000):
        i = rng.integers(0, 200, 200)
        counts = np.bincount(3 * true[i] + called[i], minlength=9).reshape(3, 3)
        slow.append(metrics.scores(counts)["f1"])
    e = metrics.interval(
        "f1", torch.from_numpy(called), torch.from_numpy(true), resamples=20_000, level=0.9
    )
    low, high = np.quantile(slow, [0.05, 0.95])
    assert e.low == pytest.approx(low, abs=0.006)
    assert e.high == pytest.approx(high, abs=0.006)


def test_interval_repeats_itself_and_leaves_the_random_state_alone():
    torch_before, numpy_before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    a, b = (metrics.interval("f1", CALLED, TRUE, seed=3) for _ in range(2))
    assert (a.low, a.high) == (b.low, b.high)
    assert torch.equal(torch.get_rng_state(), torch_before)
    assert (np.random.get_state()[1] == numpy_before).all()  # noqa: NPY002


def test_all_resamples_are_drawn_at_once():
    def calls(resamples: int) -> int:
        seen = []
        sys.setprofile(lambda frame, event, _: event.endswith("call") and seen.append(frame))
        try:
            metrics.interval("f1", CALLED, TRUE, resamples=resamples)
        finally:
            sys.setprofile(None)
        return len(seen)

    calls(1)  # the first one may prepare something
    assert 10 < calls(1000) < calls(10) + 10


def test_estimate_is_a_number_with_ends():
    e = Estimate(0.9, 0.85, 0.93)
    assert e > 0.89
    assert f"{e:.1%}" == "90.0%"
    assert repr(e) == "0.900 [0.850, 0.930]"
    for twin in (copy.deepcopy(e), pickle.loads(pickle.dumps(e))):
        assert (twin, twin.low, twin.high) == (e, e.low, e.high)


def test_mean_interval_is_students():
    mean, low, high = metrics.mean_interval([1.0, 2.0, 3.0, 4.0, 5.0])
    half = 2.776 * (2.5 / 5) ** 0.5
    assert (mean, low, high) == pytest.approx((3.0, 3.0 - half, 3.0 + half))
    runs = torch.rand(16, generator=torch.Generator().manual_seed(0))
    mean, low, high = metrics.mean_interval(runs)
    assert (high - low) / 2 == pytest.approx(2.1314 * float(runs.std()) / 4, rel=1e-4)


def test_pairs_of_runs_cancel_what_they_share():
    seeds = torch.randn(8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    small = torch.tensor([0.1, 0.3] * 4, dtype=torch.float64)
    mean, low, high = metrics.paired_interval(seeds + small, seeds)
    assert (mean, low, high) == pytest.approx(metrics.mean_interval(small))
    assert low > 0 > metrics.mean_interval(seeds + small)[1] - metrics.mean_interval(seeds)[2]
    swapped = metrics.paired_interval(seeds, seeds + small)
    assert swapped == pytest.approx((-mean, -high, -low))


@pytest.mark.parametrize("freedom", [1, 4, 10, 11, 15, 30, 200])
def test_students_quantile_against_the_integral_of_the_density(freedom):
    """The integral of Student's density up to our quantile is 97.5%."""
    t = torch.linspace(0, _t975(freedom), 200_001, dtype=torch.float64)
    n = torch.tensor(float(freedom), dtype=torch.float64)
    log_c = torch.lgamma((n + 1) / 2) - torch.lgamma(n / 2) - 0.5 * torch.log(n * torch.pi)
    density = torch.exp(log_c - (n + 1) / 2 * torch.log1p(t * t / n))
    assert float(torch.trapezoid(density, t)) == pytest.approx(0.475, abs=2e-5)


def test_evaluation_reads_well():
    logits = torch.nn.functional.one_hot(CALLED, 3).float()
    e = Evaluation.of(logits, TRUE)
    assert torch.equal(e.predictions, CALLED)
    assert e.confusion.sum() == 6
    assert e.accuracy == pytest.approx(0.5)
    assert e.accuracy.low <= e.accuracy <= e.accuracy.high
    assert "accuracy" in repr(e)
    assert "95% interval" in repr(e)
    assert "0.500" in e._repr_html_()


def test_a_perfect_model_has_no_doubt_in_the_bootstrap():
    e = Evaluation.of(torch.eye(4), torch.arange(4))
    assert (e.f1, e.accuracy.low, e.accuracy.high) == (1.0, 1.0, 1.0)
