"""The shipped calls of animals, a quarter of a second each: recorded, not synthesised."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from mmtutor.datasets.storage.shipped import DamagedDataError, data_file
from mmtutor.datasets.storage.tables import read_table
from mmtutor.datasets.waveforms import read_sound

FOLDER = "animals"
SAMPLES = 2000  # of a call: a quarter of a second at 8 kHz
ANIMALS = {
    "cat": "cat face", "cow": "cow face", "dog": "dog face", "duck": "duck", "frog": "frog",
    "horse": "horse face", "owl": "owl", "pig": "pig face", "rooster": "rooster", "sheep": "ewe",
}  # fmt: skip
"""Who was recorded, and the name of its emoji."""
UNSEEN = "sheep"
"""Held out: it is neither seen nor heard in training and validation."""


@lru_cache(maxsize=4)
def read_calls(root: Path, split: str) -> dict[str, Tensor]:
    """The calls of a split, {animal: (calls, 2000)} in -1…1; no call is in two splits.

    Of the `UNSEEN` animal there are calls in ``"test"`` alone.

    :param root: the folder of all data, so that another folder is read anew.
    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :raises DamagedDataError: a file is not what was shipped, or an animal has no call.
    """
    texts, numbers = ("animal", "file", "split"), ("start", "samples")
    rows = read_table(f"{FOLDER}/calls.csv", texts, numbers)
    found: dict[str, list[Tensor]] = {animal: [] for animal in ANIMALS}
    for row in (row for row in rows if row["split"] == split):
        sound = read_sound(data_file(f"{FOLDER}/{row['file']}"))
        cut = torch.from_numpy(sound[row["start"] : row["start"] + row["samples"]])
        if row["animal"] not in found or len(cut) != SAMPLES:
            raise DamagedDataError(
                f"{FOLDER}/calls.csv: expected a call of {SAMPLES} samples of one of "
                f"{', '.join(ANIMALS)}, got {row['animal']!r} with {len(cut)}"
            )
        found[row["animal"]].append(cut)
    heard = {animal: torch.stack(calls) for animal, calls in found.items() if calls}
    if lacking := [a for a in ANIMALS if a not in heard and (a != UNSEEN or split == "test")]:
        raise DamagedDataError(f"{FOLDER}/calls.csv: {lacking[0]!r} has no call in {split!r}")
    return heard
