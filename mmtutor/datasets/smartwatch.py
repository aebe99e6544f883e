"""Smartwatch: what two sensors of a watch measure while people do exercises for the shoulder.

Ten people, both arms, seven exercises; an accelerometer and a gyroscope, both always on. People are
few and unlike one another, so it matters who is in the test: this data set can split by person, as
it should be done, and by window, as it should not. See ``data/smartwatch/DATASHEET.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import Tensor

from mmtutor.arguments import real_number, whole_number
from mmtutor.datasets.base import random_source
from mmtutor.datasets.memory import InMemory
from mmtutor.datasets.storage.shipped import DamagedDataError, data_file, data_root
from mmtutor.datasets.storage.tables import read_table, reading
from mmtutor.names import check_name

FOLDER = "smartwatch"
RATE = 25
"""Measurements a second."""
UNITS = {"accelerometer": 1 / 250, "gyroscope": 1 / 125}
"""What a step of the stored whole numbers is, in g and in rad/s."""

EXERCISES = {
    "PEN": "pendulum",
    "ABD": "abduction",
    "FEL": "forward elevation",
    "IR": "internal rotation",
    "ER": "external rotation",
    "TRAP": "trapezius row",
    "ROW": "bent-over row",
}
"""What the table's short names of the exercises stand for."""

ARMS = ("both", "left", "right")
SPLITS = ("train", "valid", "test")
WAYS = ("person", "window")
FOLDS = 5


@lru_cache(maxsize=2)
def _read(root: Path) -> list[tuple[int, str, int, Tensor]]:
    """(person, arm, number of the exercise, measurements (T, 6)) of every recording."""
    table = f"{FOLDER}/recordings.csv"
    rows = read_table(table, ("arm", "exercise", "file"), ("person", "start", "samples"))
    files: dict[str, np.ndarray] = {}
    found = []
    for line, row in enumerate(rows, 2):
        where = f"{table}, line {line}"
        if row["arm"] not in ARMS[1:] or row["exercise"] not in EXERCISES:
            raise DamagedDataError(f"{where}: no arm and exercise: {row['arm']}, {row['exercise']}")
        path = data_file(f"{FOLDER}/{row['file']}")
        if row["file"] not in files:
            with reading(path, "a recording that can be read"):
                steps, rate = soundfile.read(path, dtype="int16", always_2d=True)
            if rate != RATE or steps.shape[1] != 3 * len(UNITS):
                raise DamagedDataError(f"{path} should have 6 channels at {RATE} Hz")
            files[row["file"]] = steps
        end = row["start"] + row["samples"]
        if not row["samples"] or end > len(files[row["file"]]):
            raise DamagedDataError(f"{where}: {path} does not have measurements up to {end}")
        steps = torch.from_numpy(files[row["file"]][row["start"] : end].astype(np.float32))
        scale = torch.tensor([unit for unit in UNITS.values() for _ in range(3)])
        exercise = list(EXERCISES).index(row["exercise"])
        found.append((row["person"], row["arm"], exercise, steps * scale))
    return found


class Smartwatch(InMemory):
    r"""Windows of a watch's accelerometer and gyroscope; which of seven exercises is it?

    Each sense is (3, T), its three axes over :math:`T = 25 \cdot \text{seconds}` measurements: the
    accelerometer in g (a watch at rest measures 1 g), the gyroscope in rad/s. Windows of a
    recording begin every ``step`` seconds, so with a ``step`` below ``seconds`` neighbours share
    measurements.

    ============ ===================================================================================
    ``split_by`` who is in the test
    ============ ===================================================================================
    ``"person"`` two people that are in no other split. Two more are ``"valid"``, six ``"train"``.
                 This asks what happens with somebody new.
    ``"window"`` a fifth of all windows, drawn at random; a fifth is ``"valid"``. Every window of
                 the test then has neighbours of the same recording in training: it **leaks**, and
                 is here to show how much that flatters.
    ============ ===================================================================================

    Over the five folds every person, or window, is in the test once.

    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param split_by: ``"person"`` or ``"window"``.
    :param fold: 0…4: which people, or windows, are the test. The next fold's are ``"valid"``.
    :param arm: ``"both"``, ``"left"`` or ``"right"``: the arm that exercises and wears the watch.
        An axis that points to the body on one arm points away from it on the other.
    :param seconds: length of a window, 0.2…15.
    :param step: from the beginning of a window to that of the next, 0.04…60 seconds.
    :param seed: of the draw of people, or windows, into folds.
    :ivar targets: number of the exercise in `class_names` (N,).
    :ivar people: who is seen in each window, 1…10 (N,).
    :ivar recordings: number of the recording that each window is cut from, 0…139 (N,).
    :ivar starts: where in its recording each window begins, in measurements (N,).
    :ivar right_arm: is it the right arm (N,).
    :raises ValueError: an unknown split, way or arm, a number out of range, or windows longer than
        every recording of the split.
    :raises FileNotFoundError, DamagedDataError: a data file is missing or damaged.

    Source: Burns et al. (2018), https://arxiv.org/abs/1802.01489, who found 99.4 % where each
    person was on both sides, and 88.9 % for people never seen (20 people, 50 Hz, other models).
    """

    modalities = ("accelerometer", "gyroscope")
    num_classes = len(EXERCISES)
    class_names = tuple(EXERCISES.values())
    sample_rate = RATE

    def __init__(
        self,
        split: str = "train",
        *,
        split_by: str = "person",
        fold: int = 0,
        arm: str = "both",
        seconds: float = 4.0,
        step: float = 2.0,
        seed: int = 0,
    ) -> None:
        check_name("split", split, SPLITS)
        check_name("split_by", split_by, WAYS)
        check_name("arm", arm, ARMS)
        self.split, self.split_by, self.arm = split, split_by, arm
        self.fold = whole_number("fold", fold, 0, FOLDS - 1)
        self.seconds = real_number("seconds", seconds, 0.2, 15)
        self.step = real_number("step", step, 1 / RATE, 60)
        self.seed = whole_number("seed", seed)
        self.length = round(self.seconds * RATE)

        every = _read(data_root())
        rows = torch.tensor(list(self._windows(every)), dtype=torch.int64).view(-1, 5)
        group = rows[:, 2] if split_by == "person" else torch.arange(len(rows))
        chosen = rows[self._here(group)]
        if not len(chosen):
            raise ValueError(f"no recording of this split is {seconds:g} seconds long")
        start, self.recordings, self.people, exercise, right = chosen.T.contiguous()
        self.starts, self.right_arm = start, right.bool()
        measured = torch.cat([x for *_, x in every])  # (all measurements, 6)
        first = torch.tensor([0, *(len(x) for *_, x in every)]).cumsum(0)
        place = (first[self.recordings] + start)[:, None] + torch.arange(self.length)  # (N, T)
        x = measured[place].transpose(1, 2)  # (N, 6, T)
        senses = zip(self.modalities, x.split(3, dim=1), strict=True)
        super().__init__(dict(senses), exercise, num_classes=len(EXERCISES))

    def _windows(self, every: list[tuple[int, str, int, Tensor]]) -> Iterator[tuple[int, ...]]:
        """(start, recording, person, exercise, is it the right arm) of every window."""
        step = max(1, round(self.step * RATE))
        for number, (person, arm, exercise, x) in enumerate(every):
            if self.arm in ("both", arm):
                for start in range(0, len(x) - self.length + 1, step):
                    yield start, number, person, exercise, int(arm == "right")

    def _here(self, group: Tensor) -> Tensor:
        """Which windows are of this split: groups are drawn into five folds of one size."""
        names, member = group.unique(return_inverse=True)
        source = random_source("folds", self.seed, self.split_by)
        fold = torch.randperm(len(names), generator=source) % FOLDS
        ahead = (fold[member] - self.fold) % FOLDS  # 0 is the test, 1 is valid
        return {"test": ahead == 0, "valid": ahead == 1, "train": ahead > 1}[self.split]

    def __repr__(self) -> str:
        return (
            f"Smartwatch({self.split!r}, {len(self):,} windows of {self.seconds:g} s, "
            f"{len(self.people.unique())} people, split_by={self.split_by!r}, fold={self.fold}, "
            f"arm={self.arm!r}, seed={self.seed})"
        )
