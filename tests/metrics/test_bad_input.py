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


A, TWO, MAP = ["a"], torch.ones(2), torch.ones(1, 2, 2)
GOOD = torch.randn(20, 3, generator=torch.Generator().manual_seed(0))
ONE = torch.ones(3, 1)
RUNS = {"ear": [0.70, 0.72], "both": [0.80, 0.83]}


def first(x):
    return x["a"]


def grouped(*groups):
    return metrics.leaks(GOOD, GOOD, groups=groups)


WRONG_KINDS = {
    "predicted classes must be whole numbers": lambda: metrics.f1(TRUE.float(), TRUE),
    "confusion matrices are an array, got list": lambda: metrics.scores([[1]]),
    # intervals
    "must be numbers, one a run, got None": lambda: metrics.mean_interval(None),
    "must be numbers, one a run, got 'runs'": lambda: metrics.mean_interval("runs"),
    r"one a run, got torch\.bool": lambda: metrics.mean_interval([True, False]),
    r"one a run, .*\(2, 3\)": lambda: metrics.mean_interval(torch.zeros(2, 3)),
    "runs must be a dense tensor.*complex": lambda: metrics.mean_interval(TWO * 1j),
    "values must be a tensor, got list": lambda: metrics.two_way_interval([[1.0, 2.0]]),
    # retrieval
    r"needs {modality: vectors}, got Tensor": lambda: RetrievalRank("a", "b").update(SQUARE, TRUE),
    "vectors of 'a' must be a tensor, got NoneType": lambda: retrieval(a=None),
    "y must be a tensor, got list": lambda: retrieval(y=[0, 1, 2, 3]),
    "same must be a tensor, got NoneType": lambda: metrics.map_at_r(SQUARE, None),
    # sentences
    r"sentence 0 .* is no text: None": lambda: metrics.bleu([None], A),
    r"is no text: 'a', None": lambda: metrics.exact_match(A, [None]),
    r"is no text: 'a', \['a', 3\]": lambda: metrics.bleu(A, [["a", 3]]),
    r"is no text: b'a'": lambda: metrics.exact_match([b"a"], A),
    "got NoneType and list": lambda: metrics.bleu(None, A),
    "a set of words, got 'cat'": lambda: metrics.chair(["cat"], [{"cat"}]),
    "a set of words, got None": lambda: metrics.chair([{"cat"}], [None]),
    # navigation
    "success must be a tensor, got list": lambda: metrics.success_rate([True]),
    "walked must be a tensor, got NoneType": lambda: metrics.spl(YES, TWO, None),
    # information, interactions
    "^y must be a tensor": lambda: metrics.mutual_information(TRUE, [0, 0, 0, 1, 1, 2]),
    "a must be a tensor, got list": lambda: metrics.emap(first, {"a": [1], "b": ONE}),
    # the card
    "results must be": lambda: metrics.Card({}, baseline="ear"),
    "limits must be a sentence": lambda: metrics.Card(RUNS, baseline="ear", limits=3),
}
WRONG_VALUES = {
    # classes
    r"5 targets need predictions of shape \(5,\) or": lambda: metrics.f1(TRUE, TRUE[:5]),
    "class -1 is out of range": lambda: metrics.f1(TRUE - 1, TRUE),
    "class 2 is out of range: there are 2 classes": lambda: metrics.f1(torch.zeros(6, 2), TRUE),
    "logits of sample 0 are not finite": lambda: metrics.f1(LOGITS * math.nan, TRUE),
    "2,000,000,001 classes make a table": lambda: metrics.f1(TRUE, TRUE * 10**9),
    "num_classes must be a whole number": lambda: metrics.f1(TRUE, TRUE, num_classes=3.0),
    "unknown average 'weighted', expected one of 'macro'": lambda: metrics.f1(
        TRUE, TRUE, average="weighted"
    ),
    r"confusion matrices are \(…, C, C\)": lambda: metrics.scores(np.ones((2, 3))),
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
    "in pairs, got 3 of a and 2 of b": lambda: metrics.paired_interval([1, 2, 3], [1, 2]),
    r"runs by samples, \(R, N\), got \(2,\)": lambda: metrics.two_way_interval(TWO),
    r"runs by samples, .* got \(1, 1\)": lambda: metrics.two_way_interval(TWO[:1, None]),
    "of runs must be finite": lambda: metrics.two_way_interval(torch.tensor([[1.0, math.nan]])),
    "runs must be a whole number of at least 2": lambda: metrics.coverage(runs=1),
    # comparisons
    "runs come in pairs": lambda: metrics.paired_t_test([1.0, 2, 3], [1.0, 2]),
    "at least two runs": lambda: metrics.sign_flip_test([1.0], [2.0]),
    "at most 20": lambda: metrics.sign_flip_test([1.0] * 21, [0.0] * 21),
    "no comparison": lambda: metrics.holm([]),
    r"p must be a number in 0…1, got 1\.2": lambda: metrics.holm([0.1, 1.2]),
    "p must be a number in 0…1, got nan": lambda: metrics.holm({"a": math.nan}),
    # calibration
    "these are probabilities": lambda: metrics.calibration_error(LOGITS.softmax(1), TRUE),
    "these are probabilities: each row": lambda: metrics.temperature(LOGITS.softmax(1), TRUE),
    "bins must be .*, got None": lambda: metrics.calibration_error(LOGITS, TRUE, bins=None),
    "in 1…10,000": lambda: metrics.calibration_error(LOGITS, TRUE, bins=10**9),
    # retrieval
    "and without same both must be as many": lambda: metrics.ranks(torch.ones(2, 3)),
    "query 1 has no partner": lambda: metrics.ranks(TWO[:, None], torch.tensor([[True], [False]])),
    "query 0 has no partner": lambda: metrics.map_at_r(SQUARE, SQUARE < 0),
    "same must be boolean": lambda: metrics.ranks(SQUARE, SQUARE),
    r"4 samples need vectors of shape \(4, d\) of 'b', got \(3, 4\)": lambda: retrieval(
        b=SQUARE[:3]
    ),
    "update comes before compute": lambda: RetrievalRank("a", "b").compute(),
    # sentences
    "equally long": lambda: metrics.bleu(A, ["a", "b"]),
    "equally long, .*got 0 and 0": lambda: metrics.exact_match([], []),
    "equally long, are": lambda: metrics.bleu("a", A),
    "equally long, are asked": lambda: metrics.bleu(A, "a"),
    "sentence 0 has no reference": lambda: metrics.bleu(A, [[]]),
    "n_gram must be a whole number": lambda: metrics.bleu(A, A, n_gram=1.5),
    "has no reference": lambda: metrics.cider(A, [[]]),
    "n_gram must be": lambda: metrics.cider(A, A, n_gram=0),
    "0 sentences for 0": lambda: metrics.chair([], []),
    "1 sentences for 2": lambda: metrics.chair([set()], [set(), set()]),
    # navigation
    "shortest must hold one length ≥ 0": lambda: metrics.spl(YES, -TWO, TWO),
    "walked must hold one length ≥ 0": lambda: metrics.spl(YES, TWO, torch.ones(3)),
    "shortest must hold one length": lambda: metrics.spl(YES, TWO * math.inf, TWO),
    "success must be boolean": lambda: metrics.success_rate(TWO),
    r"success must be boolean .*\(0,\)": lambda: metrics.success_rate(YES[:0]),
    # localisation
    r"must be \(N, H, W\)": lambda: metrics.ciou(SQUARE, SQUARE),
    "a pixel above 0": lambda: metrics.ciou(MAP, 0 * MAP),
    "truth must lie in 0…1": lambda: metrics.ciou(MAP, 2 * MAP),
    "threshold must be above 0": lambda: metrics.ciou(MAP, MAP, 0),
    "threshold must be a number in 0…1": lambda: metrics.ciou(MAP, MAP, 1.5),
    r"overlaps must be .*\(0,\)": lambda: metrics.success_auc(TWO[:0]),
    r"overlaps must be .*\(2,\)": lambda: metrics.success_auc(1.2 * TWO),
    "right must be boolean": lambda: metrics.max_f1(TWO, TWO, YES),
    r"right must be \(N,\)": lambda: metrics.max_f1(TWO, YES[:1], YES),
    "only what sounds can be right": lambda: metrics.average_precision(TWO, ~YES, YES),
    # information
    "x must be labels.*float32": lambda: metrics.mutual_information(TRUE.float(), TRUE),
    "one label of each, got x 6, y 3": lambda: metrics.mutual_information(TRUE, TRUE[:3]),
    "none below 0": lambda: metrics.mutual_information(TRUE, TRUE, 3 - 2 * TRUE),
    "did you mean 'broja'": lambda: metrics.redundancy(TRUE, TRUE, TRUE, measure="broya"),
    "this table has 216,000": lambda: metrics.redundancy(*[torch.arange(60)] * 3, measure="broja"),
    "what two senses know": lambda: metrics.decompose({"eye": TRUE}, TRUE),
    # interactions
    "takes two senses, .* got 'a'": lambda: metrics.emap(first, {"a": ONE}),
    "takes two senses, .* got Tensor": lambda: metrics.emap(first, ONE),
    r"same samples, got 'a' \(3, 1\) and 'b' \(2, 1\)": lambda: metrics.emap(
        first, {"a": ONE, "b": ONE[:2]}
    ),
    "same samples": lambda: metrics.emap(first, {"a": ONE[:0], "b": ONE[:0]}),
    r"give \(B, C\) of B pairs, got \(9,\)": lambda: metrics.emap(
        lambda x: x["a"][:, 0], {"a": ONE, "b": ONE}
    ),
    r"give \(B, C\) .*got list": lambda: metrics.emap(lambda x: [1], {"a": ONE, "b": ONE}),
    r"give \(B, C\) .*got \(3, 1\)": lambda: metrics.emap(lambda x: ONE, {"a": ONE, "b": ONE}),
    "batch must be a whole number": lambda: metrics.emap(first, {"a": ONE, "b": ONE}, batch=0),
    # unit vectors and beliefs
    r"equal shapes \(N, d\), got \(4, 4\)": lambda: metrics.alignment(SQUARE, SQUARE[:3]),
    "N of at least 2": lambda: metrics.uniformity(SQUARE[:1]),
    "of logits take softmax": lambda: metrics.soft_neighbourhood_density(LOGITS),
    "at least 2 samples": lambda: metrics.soft_neighbourhood_density(SQUARE[:1]),
    "temperature must be a number above 0": lambda: metrics.soft_neighbourhood_density(SQUARE, 0),
    "int64": lambda: metrics.soft_neighbourhood_density(SQUARE.long()),
    # leaks
    "between 0 and 0.5": lambda: metrics.leaks(GOOD, GOOD, alarm=0),
    "alarm must be a number in 0…0.5": lambda: metrics.leaks(GOOD, GOOD, alarm=0.7),
    "threshold must be a number of at least 0": lambda: metrics.leaks(GOOD, GOOD, threshold=-1),
    "groups are two sequences": lambda: grouped(1, 2, 3),
    "must be a sequence": lambda: grouped("ab", "ab"),
    "20 training samples and 19 groups": lambda: grouped([1] * 19, [1] * 20),
    "20 test samples and 1 groups": lambda: grouped([1] * 20, [1]),
    "training sample 0 must be one name": lambda: grouped([[1, 2]] * 20, [1] * 20),
    "test sample 1 must be one name": lambda: grouped([1] * 20, [1, math.nan] * 10),
    r"train has \(3,\), test \(2,\)": lambda: metrics.leaks(GOOD, GOOD[:, :2]),
    "duplicates first, or say threshold=": lambda: metrics.leaks(GOOD[:4].repeat(5, 1), GOOD),
    # the card
    "did you mean 'ear'": lambda: metrics.Card(RUNS, baseline="eer"),
    "did you mean 'limits'": lambda: metrics.Card(RUNS, baseline="ear", limit="x"),
    "two runs, got 1": lambda: metrics.Card({**RUNS, "eye": [0.1]}, baseline="ear"),
    "in pairs": lambda: metrics.Card({**RUNS, "eye": [0.1, 0.2, 0.3]}, baseline="ear"),
    "another shape than": lambda: metrics.Card({"a": SQUARE, "b": SQUARE[:3]}, baseline="a"),
}


@pytest.mark.parametrize(("words", "call"), WRONG_KINDS.items(), ids=WRONG_KINDS)
def test_another_type_is_told_what_is_wrong(words, call):
    refused(TypeError, words, call)


@pytest.mark.parametrize(("words", "call"), WRONG_VALUES.items(), ids=WRONG_VALUES)
def test_another_value_is_told_what_is_wrong(words, call):
    refused(ValueError, words, call)


def test_a_modality_nobody_gave_is_told_by_its_name():
    metric = RetrievalRank("a", "b")
    refused(KeyError, "unknown modality 'b'", lambda: metric.update({"a": SQUARE}, TRUE[:4]))


@pytest.mark.parametrize("k", [0, -1, 1.5, "1", None, True, torch.tensor(1)])
def test_k_is_a_whole_number(k):
    for call in (lambda: metrics.recall_at(k, SQUARE), lambda: RetrievalRank("a", "b", k)):
        refused(BOTH, "k must be", call)
