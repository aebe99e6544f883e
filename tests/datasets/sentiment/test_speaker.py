"""The speaker's model: its table against a simulation by other code, and what its dials promise."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from mmtutor.datasets import Speaker, SpokenSentiment
from mmtutor.datasets.sentiment.speaker import CUES, SENSES

DIALS = (
    {},
    {"sarcasm": 0.2, "agreement": 0.8, "noise": 0.3, "drawl": 0.4},
    {"sarcasm": 1.0, "agreement": 0.0, "noise": 0.0, "drawl": 1.0},
)


def simulated(speaker: Speaker, n: int = 200_000) -> np.ndarray:
    """Shares of (text, voice, face, y) among n speakers who act by the words of the docstring."""
    rng = np.random.default_rng(0)
    y, z = rng.integers(2, size=n), rng.random(n) < speaker.sarcasm
    silent = rng.random((3, n)) < speaker.noise
    words = np.where(z, 1 - y, y)
    right = rng.random((2, n)) < (1 + speaker.agreement) / 2
    voice, face = np.where(right, y, 1 - y)
    voice = np.where(z & (rng.random(n) < speaker.drawl), voice + 3, voice)
    words, voice, face = (
        np.where(s, 2, c) for s, c in zip(silent, (words, voice, face), strict=True)
    )
    counts = np.zeros((3, 5, 3, 2))
    np.add.at(counts, (words, voice, face, y), 1)
    return counts / n


@pytest.mark.parametrize("dials", DIALS)
def test_the_table_is_what_such_speakers_do(dials):
    speaker = Speaker(**dials)
    table = speaker.table()
    assert table.sum() == pytest.approx(1)
    np.testing.assert_allclose(simulated(speaker), table, atol=0.004)


@pytest.mark.parametrize(
    ("senses", "formula"),
    [
        (("text",), lambda s, a, n: (1 - n) * max(s, 1 - s) + n / 2),
        (("voice",), lambda s, a, n: (1 - n) * (1 + a) / 2 + n / 2),
        (("face",), lambda s, a, n: (1 - n) * (1 + a) / 2 + n / 2),
    ],
)
@pytest.mark.parametrize("dials", DIALS)
def test_one_sense_in_closed_form(dials, senses, formula):
    speaker = Speaker(**dials)
    known = SpokenSentiment("test", speaker, samples=1).bayes_accuracy(senses)
    assert known == pytest.approx(formula(speaker.sarcasm, speaker.agreement, speaker.noise))


def test_more_senses_never_know_less_and_no_gain_where_the_dials_say_none():
    data = SpokenSentiment("test", samples=1)
    for size in (1, 2):
        for some in itertools.combinations(SENSES, size):
            assert data.bayes_accuracy(some) <= data.bayes_accuracy() + 1e-12
    for dials in ({"sarcasm": 0.0}, {"agreement": 1.0}):
        quiet = SpokenSentiment("test", Speaker(noise=0, **dials), samples=1)
        assert quiet.bayes_accuracy() == max(quiet.bayes_accuracy(m) for m in SENSES) == 1


def test_the_ideal_reader_is_as_right_as_the_sum_says():
    data = SpokenSentiment("test", samples=20_000)
    for some in (("text",), ("text", "voice"), SENSES):
        right = (data.ideal(some).argmax(1) == data.targets).double().mean()
        assert right == pytest.approx(data.bayes_accuracy(some), abs=0.012)
    assert torch.allclose(data.ideal().sum(1), torch.ones(len(data), dtype=torch.float64))
    assert data.cues.amax(0).tolist() == [len(c) - 1 for c in CUES.values()]


def test_an_unknown_sense_is_named():
    with pytest.raises(ValueError, match="did you mean 'voice'"):
        SpokenSentiment("test", samples=1).bayes_accuracy("voise")


def test_no_sum_of_scores_is_right_more_often_than_chapter_20_says():
    """An integer program over all u, v, w: which of the 45 cells are called good, by a sum?"""
    optimize = pytest.importorskip("scipy.optimize")
    p = Speaker().table().reshape(45, 2).numpy()
    cues = np.array(list(itertools.product(*(range(len(CUES[sense])) for sense in SENSES))))
    starts = np.array([0, 3, 8])
    rows = np.zeros((45, 12))
    rows[np.arange(45)[:, None], starts + cues] = 1
    rows[:, 11] = 1  # b
    big, least = 40.0, 0.01  # the score is over 0.01 where a cell is called good, else under -0.01
    both = np.hstack([rows, -(big + least) * np.eye(45)])
    found = optimize.milp(
        np.concatenate([np.zeros(12), p[:, 0] - p[:, 1]]),
        constraints=[
            optimize.LinearConstraint(both, -big, np.inf),
            optimize.LinearConstraint(both, -np.inf, -least),
        ],
        integrality=[0] * 12 + [1] * 45,
        bounds=optimize.Bounds([-10] * 12 + [0] * 45, [10] * 12 + [1] * 45),
    )
    assert found.success
    assert p[:, 0].sum() - found.fun == pytest.approx(0.8545, abs=5e-5)
