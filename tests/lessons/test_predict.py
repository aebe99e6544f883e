"""Predictions in Python: what is asked, what is compared, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from mmtutor.lessons import predict

RANGE = {"low": 0, "high": 0.6, "unit": "points"}


def a_number(**options):
    return predict.number("1: the gain", "How many points?", **(RANGE | options))


@pytest.mark.parametrize(
    "measured", [0.25, np.float32(0.25), torch.tensor(0.25), [0.2, 0.3], torch.tensor([0.2, 0.3])]
)
def test_a_number_is_shown_in_its_unit_and_runs_as_their_mean(measured):
    asked = a_number().asked
    assert (asked["low"], asked["high"], asked["wanted"]) == (0, 60, "percent")
    assert a_number().compare(measured).measured == pytest.approx(25)


def test_a_share_is_read_as_one_and_other_numbers_are_not():
    assert a_number(unit="", high=1).asked["wanted"] == "share"
    assert a_number(unit="", high=9).asked["wanted"] == "number"
    assert a_number(unit="", high=1, whole=True).asked["wanted"] == "whole"
    assert a_number(unit="bits", high=1).compare(0.5).measured == 0.5


def test_choice_and_ranking_keep_the_order_of_their_options():
    choice = predict.choice("B: which", "Which?", ["raises", "runs"])
    assert choice.compare("runs").measured == 1
    assert choice.asked["sure"][0] == 0.5  # two options: nobody is less sure than a coin
    order = predict.ranking("A: order", "Which is best?", ["a", "b"], unit="%")
    compared = order.compare({"b": torch.tensor(0.5), "a": 0.25})
    assert compared.measured == [25, 50]
    assert compared.words["label"] == "Measured: b (50 %) > a (25 %)"


def test_nothing_is_stored_that_a_second_run_would_change():
    assert a_number().static_html() == a_number().static_html()
    text = a_number().compare(0.123456789)._repr_mimebundle_()[0]["text/plain"]
    assert text == "Measured: 12.35 points"


def test_what_the_figures_hold_is_json():
    for figure in (a_number(), a_number().compare(0.1), predict.record(1), predict.record()):
        assert json.loads(json.dumps(figure.state())) == figure.state()
    assert predict.record(1).chapter == "1"


CHOICE = predict.choice("B: which", "Which?", ["raises", "runs"])
ORDER = predict.ranking("B: order", "Which?", ["raises", "runs"])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: predict.number("gain", "?", **RANGE), "name is the chapter and"),
        (lambda: predict.number("1: gain", " ", **RANGE), "asks no question"),
        (lambda: a_number(low=1), "low must be less than high"),
        (lambda: a_number(low=float("nan")), "low must be less than high"),
        (lambda: a_number(unit="%", whole=True), "a share in '%' is no whole number"),
        (lambda: a_number(unit="", high=9, whole=True).compare(2.5), "2.5 was measured"),
        (lambda: predict.choice("1: x", "?", ["one"]), "two or more different options"),
        (lambda: predict.choice("1: x", "?", ["one", "one"]), "two or more different options"),
        (lambda: predict.choice("1: x", "?", "ab"), "two or more different options"),
        (lambda: a_number().compare("many"), "a finite number"),
        (lambda: a_number().compare([]), "a finite number"),
        (lambda: a_number().compare(float("nan")), "a finite number"),
        (lambda: a_number().compare(0.7), "between 0 and 60"),
        (lambda: CHOICE.compare("rises"), "did you mean 'raises'"),
        (lambda: ORDER.compare([1, 2]), r"compared with {option: number}"),
        (lambda: ORDER.compare({"raises": 1}), "nothing measured for 'runs'"),
        (lambda: ORDER.compare({"raises": 1, "run": 1}), "did you mean 'runs'"),
    ],
)
def test_bad_input_gets_a_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        wrong()
