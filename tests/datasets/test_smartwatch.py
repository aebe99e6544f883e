"""A watch's recordings: windows are what the table says, and people are kept apart."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
import torch

from mmtutor.datasets import Smartwatch, data_file
from mmtutor.datasets.smartwatch import EXERCISES, FOLDS, RATE, SPLITS, UNITS
from mmtutor.datasets.storage.tables import read_table


def windows(data: Smartwatch) -> set[tuple[int, int]]:
    return set(zip(data.recordings.tolist(), data.starts.tolist(), strict=True))


@pytest.mark.parametrize("seconds", [0.2, 4.0])
def test_a_window_is_a_piece_of_the_recording_that_the_table_names(seconds: float) -> None:
    rows = read_table(
        "smartwatch/recordings.csv", ("arm", "exercise", "file"), ("person", "start", "samples")
    )
    assert len(rows) == 140
    data = Smartwatch("test", seconds=seconds, step=7)
    for i in torch.randperm(len(data))[:20].tolist():
        row = rows[int(data.recordings[i])]
        first = row["start"] + int(data.starts[i])
        assert int(data.starts[i]) + data.length <= row["samples"]
        steps, rate = soundfile.read(data_file(f"smartwatch/{row['file']}"), dtype="int16")
        assert rate == RATE
        x, y = data[i]
        for sense, columns in (("accelerometer", slice(0, 3)), ("gyroscope", slice(3, 6))):
            expected = steps[first : first + data.length, columns].T * np.float32(UNITS[sense])
            np.testing.assert_allclose(x[sense].numpy(), expected, rtol=1e-6)
        assert data.class_names[int(y)] == EXERCISES[row["exercise"]]
        assert data.people[i] == row["person"]
        assert data.right_arm[i] == (row["arm"] == "right")


@pytest.mark.parametrize("split_by", ["person", "window"])
def test_the_splits_share_no_window_and_the_folds_test_each_once(split_by: str) -> None:
    tested: list[tuple[int, int]] = []
    for fold in range(FOLDS):
        parts = [windows(Smartwatch(s, split_by=split_by, fold=fold, step=4)) for s in SPLITS]
        assert len(set.union(*parts)) == sum(map(len, parts)) == 1149
        tested += parts[2]
    assert len(tested) == len(set(tested)) == 1149
    later = windows(Smartwatch("valid", split_by=split_by, fold=FOLDS - 1, step=4))
    assert later == windows(Smartwatch("test", split_by=split_by, fold=0, step=4))


def test_people_are_kept_apart_unless_windows_are_drawn() -> None:
    apart = {s: set(Smartwatch(s).people.tolist()) for s in SPLITS}
    assert sorted(map(len, apart.values())) == [2, 2, 6]
    assert len(set.union(*apart.values())) == 10
    mixed = [set(Smartwatch(s, split_by="window").recordings.tolist()) for s in SPLITS]
    assert len(mixed[2] & mixed[0]) > 130
    other = {s: set(Smartwatch(s, seed=1).people.tolist()) for s in SPLITS}
    assert other != apart


def test_an_arm_has_half_of_the_recordings() -> None:
    both = {a: Smartwatch("test", arm=a) for a in ("both", "left", "right")}
    assert set(both["left"].right_arm.tolist()) == {False}
    assert set(both["right"].right_arm.tolist()) == {True}
    assert windows(both["left"]) | windows(both["right"]) == windows(both["both"])
    assert set(both["left"].people.tolist()) == set(both["right"].people.tolist())


def test_a_watch_measures_gravity_and_turns_both_ways() -> None:
    """The units, which the source does not name: at rest 1 g; a movement to and fro turns to 0."""
    data = Smartwatch("train")
    strength = data.inputs["accelerometer"].square().sum(dim=1).sqrt()
    assert float(strength.median()) == pytest.approx(1, abs=0.1)
    assert data.inputs["gyroscope"].mean().abs() < 0.05 * data.inputs["gyroscope"].std()


def test_every_exercise_is_in_every_split() -> None:
    for fold in range(FOLDS):
        for split in SPLITS:
            few = Smartwatch(split, fold=fold, arm="left", seconds=15, step=60)
            assert few.targets.unique().tolist() == list(range(7))
