"""What the benchmarks wrote down comes with the package, whole."""

from __future__ import annotations

import importlib
import json
import math
import re
import sys
from importlib.util import find_spec

import pytest
import torch

from benchmarks import av_digits, choosing, competition, encoders, experts, levels
from benchmarks import fusion as benchmark
from benchmarks.levels_problems import NOISES, PROBLEMS
from benchmarks.levels_ways import FEATURES, HIDDEN, PLACES, RULES, Fused, Seeds, right
from mmtutor import fusion
from mmtutor.figures.live.tool_finder import figure as tool_finder
from mmtutor.results import results
from tests.programs import ROOT


def test_every_operator_was_raced_against_its_formula():
    told = results("fusion")
    assert {"processor", "threads", "torch", "clock"} <= set(told["machine"])
    literal = [row for row in told["rows"] if row["beside"] == "formula"]
    assert {row["operator"] for row in literal} == set(fusion.OPERATORS)
    for row in told["rows"]:
        assert row["ratio"] > 0
        assert row["quartiles"][0] <= row["ratio"] <= row["quartiles"][1]


def test_the_summary_is_that_of_the_rows():
    told = results("fusion")
    for name, value in benchmark.summary(told["rows"]).items():
        assert math.isclose(told["summary"][name], value, rel_tol=0.01), name


def test_nothing_told_of_a_lost_sense_costs_with_every_pair_of_experts():
    told = results("experts")
    assert {(row["experts"], row["seed"]) for row in told["rows"]} == {
        (pair, seed) for pair in range(10) for seed in range(5)
    }
    for name, found in experts.summary(told["rows"]).items():
        for what, values in found.items():
            assert told["summary"][name][what] == pytest.approx(values, abs=2e-3), (name, what)
        assert min(found["cost"]) > 0
    assert max(told["summary"]["silence"]["above the mean"]) < 0


def test_senses_compete_and_the_summary_says_by_how_much():
    told = results("competition")
    rows, summary = told["rows"], told["summary"]
    assert len(rows) == 5
    again = competition.summary(rows)
    for name in ("accuracy", "probe"):
        for way, values in summary[name].items():
            assert values == pytest.approx(again[name][way], abs=2e-3), way
    for way, found in summary["difference"].items():
        assert found["mean"] == pytest.approx(again["difference"][way]["mean"], abs=2e-3), way
        assert found["seeds above"] == again["difference"][way]["seeds above"]
    # Training together loses to two that were trained apart, beyond chance of the seed …
    for apart in ("vote, weights learnt", "fused afterwards"):
        assert summary["difference"][apart]["mean"][1] > 0
    # … because the picture's encoder learns less than alone, with every seed.
    for row in rows:
        assert row["probe"]["together: image"] < row["probe"]["image alone: image"]


def test_every_way_had_the_same_budget_on_every_problem():
    told = results("choosing")
    ways = {(row["problem"], row["way"]) for row in told["rows"]}
    assert ways == {(p, way) for p in choosing.PROBLEMS for way in choosing.WAYS}
    for row in told["rows"]:
        assert 0.85 * choosing.BUDGET < row["numbers"] <= choosing.BUDGET, row["way"]
        assert 0 < row["accuracy"] <= 1
    dims, classes = {"x1": 8, "x2": 8}, 2
    for row in told["rows"]:
        if row["problem"] == "synergistic" and row["way"] != "one sense":
            fit = choosing.fitting(row["way"], dims, classes)
            assert fit == (row["size"], row["numbers"])


def test_a_choice_is_measured_again_as_it_was_written_down():
    problem = choosing.PROBLEMS["synergistic"](0)
    for way in ("low_rank", "concat", "concat, hidden layer"):
        there = next(
            row
            for row in results("choosing")["rows"]
            if (row["problem"], row["way"], row["seed"]) == ("synergistic", way, 0)
        )
        again, *_ = choosing.measure(problem, way, 0, (there["rate"],))
        assert again["accuracy"] == pytest.approx(there["accuracy"], abs=0.03), way


def test_the_list_of_tools_is_whole_and_its_lines_give_what_is_written():
    told = results("tools")
    rows = told["rows"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["looked_up"])
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        name = row["name"]
        assert row["senses"] == ["any"] or set(row["senses"]) <= set(tool_finder.SENSES), name
        assert set(row["wants"]) <= set(tool_finder.WANTS), name
        assert set(row["labels"]) <= set(tool_finder.LABELS), name
        assert row["use"] in {"any", "research", "terms"}, name
        assert row["what"], name
        assert row["licence"], name
        assert row["link"].startswith("https://") or "mmtutor" in name + row["what"], name
        assert re.fullmatch(r"\d{4}-\d\d|", row["released"]), name
        assert row["released"] <= told["looked_up"], name
        assert (
            bool(row["line"]) == bool(row["module"] and row["gave"]) or "mmtutor" in row["module"]
        )
        for path in filter(None, row["book"].values()):
            assert (ROOT / "book" / path).is_file(), f"{name}: {path}"
        root = row["module"].partition(".")[0]
        if row["line"] and row["gave"] and find_spec(root):
            importlib.import_module(row["module"])
            given = eval(row["line"], {root: sys.modules[root], "torch": torch})
            assert f"{given}" == row["gave"], name


def test_what_is_written_can_be_read(tmp_path):
    rows = [{"operator": "concat", "ratio": 1 / 3, "quartiles": [0.1, 2 / 3], "plain": True}]
    file = tmp_path / "out.json"
    benchmark.write(file, {"machine": {"cores": 2}, "summary": {"a": math.pi}}, rows)
    told = json.loads(file.read_text(encoding="utf8"))
    assert told["machine"] == {"cores": 2}
    assert told["summary"] == {"a": 3.142}
    assert told["rows"] == [{**rows[0], "ratio": 0.3333, "quartiles": [0.1, 0.6667]}]
    assert [f.name for f in tmp_path.iterdir()] == ["out.json"]


def test_unknown_results_name_what_there_is():
    with pytest.raises(ValueError, match="did you mean 'fusion'"):
        results("fusoin")


def test_senses_trained_for_longer_are_all_there():
    told = results("av_digits")
    assert {(row["longer"], row["seed"]) for row in told["rows"]} == {
        (n, seed) for n in (2, 4) for seed in range(3)
    }
    assert (told["image_noise"], told["audio_noise"]) == tuple(av_digits.NOISE.values())
    assert told["epochs"] == av_digits.EPOCHS
    for row in told["rows"]:
        assert set(row["accuracy"]) == {
            "image alone", "audio alone", "features fused", "decisions fused",
        }  # fmt: skip
        assert all(0.5 < accuracy < 1 for accuracy in row["accuracy"].values())


def test_every_encoder_was_asked_with_every_number_of_labels_and_seed():
    rows = results("encoders")["rows"]
    found = {(r["question"], r["way"], r["labels"], r["seed"]) for r in rows}
    assert len(found) == len(rows)
    labels = {**encoders.LABELS, "new digits": encoders.A_DIGIT}
    for question, numbers in labels.items():
        ways = {r["way"] for r in rows if r["question"] == question}
        assert len(ways) == {"pictures": 4, "words": 3, "sounds": 2, "new digits": 4}[question]
        assert {key for key in found if key[0] == question} == {
            (question, way, n, seed) for way in ways for n in numbers for seed in range(5)
        }
    for row in rows:
        assert 0 < row["accuracy"] < 1
        assert row["seconds"] > 0


def test_learnable_numbers_are_those_that_training_changes():
    sizes = {(r["question"], r["way"]): r["numbers"] for r in results("encoders")["rows"]}
    assert sizes["pictures", "frozen, ImageNet"] == 128 * encoders.GROUPS + encoders.GROUPS
    assert sizes["new digits", "frozen, 0 to 4"] == 64 * encoders.NEW + encoders.NEW
    assert sizes["words", "mean of word vectors"] == 32 * encoders.VOCABULARY + 33 * encoders.GROUPS
    assert encoders.learnable(encoders.Ear()) == sizes["sounds", "log-mel"]
    assert encoders.learnable(encoders.RawEar()) == sizes["sounds", "raw wave"]


def test_every_way_of_every_level_is_there_and_all_seeds():
    told = results("levels")
    settings, rows = told["settings"], told["rows"]
    found = {(r["problem"], r["noise"], r["group"], r["way"]) for r in rows}
    assert len(found) == len(rows)
    for row in rows:
        assert len(row["accuracy"]) == len(row["valid"]) == settings["seeds"] == 5
        assert all(0 < value <= 1 for value in row["accuracy"])
    for problem, main in settings["main"].items():
        for noise in NOISES:
            here = {key[2:] for key in found if key[:2] == (problem, noise)}
            ways = [*FEATURES, HIDDEN] if noise == main else levels.SOME
            assert {("rule", rule) for rule in RULES} <= here
            assert {("together", way) for way in ways} <= here
            assert {("place", place) for place in (*PLACES, "decisions")} <= here
    # What is a sum has no interactions to lose, and nothing else is quite as sure of it.
    for row in rows:
        if row["way"] in ("concat", "weighted", "after two layers") and "some" in row:
            assert row["some"] == row["projected"], row["way"]
    for problem, limits in told["best"].items():
        for row in rows:
            if row["problem"] == problem:
                best = max(limits[row["noise"]].values())
                assert sum(row["accuracy"]) / 5 < best + 0.01, (problem, row["way"])


def test_seeds_that_train_at_once_train_as_one_by_one():
    problem = PROBLEMS["synergistic"](2, "middle")
    for way in ("low_rank", "cross_attention", HIDDEN):
        twin = Seeds(lambda way=way: Fused({"x1": 8, "x2": 8}, 2, way), 2)
        twin.fit(problem.train, problem.valid, rate=0.01, steps=10, batch=32, every=5)
        together = twin(problem.test.x)
        for seed in range(2):
            x = {m: v[seed] for m, v in problem.test.x.items()}
            torch.testing.assert_close(twin.model(seed)(x), together[seed], atol=1e-5, rtol=1e-4)


def test_a_level_is_measured_again_as_it_was_written_down():
    stored = results("levels")
    problem, seeds = PROBLEMS["dependent"](5, "middle"), 5
    twin = Seeds(lambda: Fused({"x1": 8, "x2": 8}, 2, "concat"), seeds)
    plan = {"rate": levels.RATE, "batch": levels.BATCH, "every": levels.EVERY}
    twin.fit(problem.train, problem.valid, steps=stored["settings"]["steps"]["dependent"], **plan)
    asked = ("dependent", "middle", "together", "concat")
    row = next(r for r in stored["rows"]
               if (r["problem"], r["noise"], r["group"], r["way"]) == asked)  # fmt: skip
    assert twin.numbers == row["numbers"]
    again = right(twin(problem.test.x), problem.test.y).tolist()
    assert again == pytest.approx(row["accuracy"], abs=0.005)
