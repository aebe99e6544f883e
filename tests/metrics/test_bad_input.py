"""Every metric at its door: each kind of bad input gets a sentence, from a check of ours."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from mmtutor import metrics
from mmtutor.metrics import Evaluation, RetrievalRank
from tests.refusals import refused

N = 6
TRUE = torch.tensor([0, 0, 0, 1, 1, 2])
LOGITS = torch.randn(N, 3, generator=torch.Generator().manual_seed(0))
YES = torch.tensor([True, False])
SQUARE = torch.eye(4)


JUDGES = {  # of predictions and targets
    "accuracy": metrics.accuracy,
    "recall": metrics.recall,
    "precision": metrics.precision,
    "f1": metrics.f1,
    "confusion matrix": metrics.confusion_matrix,
    "calibration": metrics.calibration_error,
    "evaluation": Evaluation.of,
    "interval": lambda p, y: metrics.interval("f1", p, y),
    "first of a comparison": lambda p, y: metrics.compare(p, LOGITS, y),
    "second of a comparison": lambda p, y: metrics.compare(LOGITS, p, y),
}
BOTH = (TypeError, ValueError)
NO_TENSORS = {"nothing": None, "a list": [0, 1], "a text": "x", "an array": np.zeros(N)}
NO_NUMBERS = {
    "complex": torch.zeros(N, 3) * 1j,
    "sparse": torch.zeros(N, 3).to_sparse(),
    "elsewhere": torch.zeros(N, 3, device="meta"),
}
NO_PREDICTIONS = {
    "none of them": torch.zeros(0, 3),
    "no classes": torch.zeros(N, 0),
    "one number": torch.tensor(1),
    "an axis too many": torch.zeros(N, 3, 2),
    "one too few": torch.zeros(N - 1, 3),
    "truth values": torch.zeros(N, 3) > 1,
    "not a number": torch.full((N, 3), math.nan),
    "infinite": torch.full((N, 3), math.inf),
}
NO_TARGETS = {
    "floats": TRUE.float(),
    "truth values": TRUE > 0,
    "complex": TRUE * 1j,
    "elsewhere": TRUE.to("meta"),
    "a column": TRUE[:, None],
    "none of them": TRUE[:0],
    "one too few": TRUE[:5],
    "below 0": TRUE - 1,
    "beyond the logits": TRUE + 1,
    "a number that is no class": TRUE * 10**9,
}


def each(*kinds: dict) -> list:
    return [pytest.param(value, id=name) for kind in kinds for name, value in kind.items()]


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
@pytest.mark.parametrize("bad", each(NO_TENSORS, NO_NUMBERS, NO_PREDICTIONS))
def test_predictions_that_are_none(judge, bad):
    match = "tensor" if not isinstance(bad, torch.Tensor) else "."
    refused(BOTH, match, lambda: judge(bad, TRUE))


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
@pytest.mark.parametrize("bad", each(NO_TENSORS, NO_TARGETS))
def test_targets_that_are_none(judge, bad):
    refused(BOTH, "target|class|samples|finite", lambda: judge(LOGITS, bad))


RANKING = {
    "ranks": metrics.ranks,
    "recall": lambda s: metrics.recall_at(1, s),
    "median": metrics.median_rank,
}


@pytest.mark.parametrize("rank", RANKING.values(), ids=RANKING)
@pytest.mark.parametrize(
    "bad",
    each(
        NO_TENSORS,
        NO_NUMBERS,
        {
            "not square": torch.ones(2, 3),
            "a NaN": torch.tensor([[math.nan]]),
            "no queries": torch.ones(0, 0),
            "a row": torch.ones(3),
        },
    ),
)
def test_similarities_that_are_none(rank, bad):
    refused(BOTH, "similarity|queries", lambda: rank(bad))


def retrieval(a=SQUARE, b=SQUARE, y=None) -> float:
    metric = RetrievalRank("a", "b", by_target=True)
    metric.update({"a": a, "b": b}, torch.arange(4) if y is None else y)
    return float(metric.compute())


A, TWO = ["a"], torch.ones(2)
CALLS = {
    # classes
    r"5 targets need predictions of shape \(5,\) or": lambda: metrics.f1(TRUE, TRUE[:5]),
    "predicted classes must be whole numbers": lambda: metrics.f1(TRUE.float(), TRUE),
    "class -1 is out of range": lambda: metrics.f1(TRUE - 1, TRUE),
    "class 2 is out of range: there are 2 classes": lambda: metrics.f1(torch.zeros(6, 2), TRUE),
    "logits of sample 0 are not finite": lambda: metrics.f1(LOGITS * math.nan, TRUE),
    "2,000,000,001 classes make a table": lambda: metrics.f1(TRUE, TRUE * 10**9),
    "num_classes must be a whole number": lambda: metrics.f1(TRUE, TRUE, num_classes=3.0),
    "unknown average 'weighted', expected one of 'macro'": lambda: metrics.f1(
        TRUE, TRUE, average="weighted"
    ),
    r"confusion matrices are \(…, C, C\)": lambda: metrics.scores(np.ones((2, 3))),
    "confusion matrices are an array, got list": lambda: metrics.scores([[1]]),
    "a count is at least 0": lambda: metrics.scores(-np.eye(2)),
    "b: 6 targets need predictions": lambda: metrics.compare(TRUE, TRUE[:2], TRUE),
    "a: the logits of sample 0 are not finite": lambda: metrics.compare(
        LOGITS * math.nan, TRUE, TRUE
    ),
    # intervals
    r"unknown metric 'recal'.*did you mean 'recall'": lambda: metrics.interval("recal", TRUE, TRUE),
    "level must be a number in 0…1, got 95": lambda: metrics.interval("f1", TRUE, TRUE, level=95),
    "level must be a number in 0…1": lambda: metrics.interval("f1", TRUE, TRUE, level="95%"),
    "resamples must be .* at least 1": lambda: metrics.interval("f1", TRUE, TRUE, resamples=0),
    r"resamples must be a whole number .* got 1\.5": lambda: metrics.compare(
        TRUE, TRUE, TRUE, resamples=1.5
    ),
    "seed must be .*got -1": lambda: metrics.interval("f1", TRUE, TRUE, seed=-1),
    "seed must be .*got None": lambda: metrics.compare(TRUE, TRUE, TRUE, seed=None),
    "at least two runs, got 1": lambda: metrics.mean_interval([1.0]),
    "must be finite": lambda: metrics.mean_interval([1.0, math.nan]),
    "must be numbers, one a run, got None": lambda: metrics.mean_interval(None),
    "must be numbers, one a run, got 'runs'": lambda: metrics.mean_interval("runs"),
    r"one a run, got torch\.bool": lambda: metrics.mean_interval([True, False]),
    r"one a run, .*\(2, 3\)": lambda: metrics.mean_interval(torch.zeros(2, 3)),
    "runs must be a dense tensor.*complex": lambda: metrics.mean_interval(TWO * 1j),
    "in pairs, got 3 of a and 2 of b": lambda: metrics.paired_interval([1, 2, 3], [1, 2]),
    # calibration
    "these are probabilities": lambda: metrics.calibration_error(LOGITS.softmax(1), TRUE),
    "bins must be .*, got None": lambda: metrics.calibration_error(LOGITS, TRUE, bins=None),
    "in 1…10,000": lambda: metrics.calibration_error(LOGITS, TRUE, bins=10**9),
    # retrieval
    "and without same both must be as many": lambda: metrics.ranks(torch.ones(2, 3)),
    "query 1 has no partner": lambda: metrics.ranks(TWO[:, None], torch.tensor([[True], [False]])),
    "same must be boolean": lambda: metrics.ranks(SQUARE, SQUARE),
    "unknown modality 'b'": lambda: RetrievalRank("a", "b").update({"a": SQUARE}, torch.arange(4)),
    r"needs {modality: vectors}, got Tensor": lambda: RetrievalRank("a", "b").update(SQUARE, TRUE),
    "vectors of 'a' must be a tensor, got NoneType": lambda: retrieval(a=None),
    r"4 samples need vectors of shape \(4, d\) of 'b', got \(3, 4\)": lambda: retrieval(
        b=SQUARE[:3]
    ),
    "y must be a tensor, got list": lambda: retrieval(y=[0, 1, 2, 3]),
    "update comes before compute": lambda: RetrievalRank("a", "b").compute(),
    # sentences
    "equally long": lambda: metrics.bleu(A, ["a", "b"]),
    "equally long, .*got 0 and 0": lambda: metrics.exact_match([], []),
    "equally long, are": lambda: metrics.bleu("a", A),
    "equally long, are asked": lambda: metrics.bleu(A, "a"),
    r"sentence 0 .* is no text: None": lambda: metrics.bleu([None], A),
    r"is no text: 'a', None": lambda: metrics.exact_match(A, [None]),
    r"is no text: 'a', \['a', 3\]": lambda: metrics.bleu(A, [["a", 3]]),
    r"is no text: b'a'": lambda: metrics.exact_match([b"a"], A),
    "got NoneType and list": lambda: metrics.bleu(None, A),
    "sentence 0 has no reference": lambda: metrics.bleu(A, [[]]),
    "n_gram must be a whole number": lambda: metrics.bleu(A, A, n_gram=1.5),
    # navigation
    "shortest must hold one length ≥ 0": lambda: metrics.spl(YES, -TWO, TWO),
    "walked must hold one length ≥ 0": lambda: metrics.spl(YES, TWO, torch.ones(3)),
    "shortest must hold one length": lambda: metrics.spl(YES, TWO * math.inf, TWO),
    "success must be boolean": lambda: metrics.success_rate(TWO),
    r"success must be boolean .*\(0,\)": lambda: metrics.success_rate(YES[:0]),
    "success must be a tensor, got list": lambda: metrics.success_rate([True]),
    "walked must be a tensor, got NoneType": lambda: metrics.spl(YES, TWO, None),
}


@pytest.mark.parametrize(("words", "call"), CALLS.items(), ids=CALLS)
def test_each_is_told_what_is_wrong(words, call):
    refused((TypeError, ValueError, KeyError), words, call)


@pytest.mark.parametrize("k", [0, -1, 1.5, "1", None, True, torch.tensor(1)])
def test_k_is_a_whole_number(k):
    for call in (lambda: metrics.recall_at(k, SQUARE), lambda: RetrievalRank("a", "b", k)):
        refused(BOTH, "k must be", call)
