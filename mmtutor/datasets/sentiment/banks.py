"""The shipped voices and faces, as tensors: what is spoken in which tone, who drew which face."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mmtutor.datasets.sentiment.prosody import WIDTH, prosody
from mmtutor.datasets.sentiment.speaker import CUES
from mmtutor.datasets.storage.shipped import DamagedDataError, data_file
from mmtutor.datasets.storage.tables import read_table, reading
from mmtutor.datasets.waveforms import read_sound

FRAMES = 30  # of a voice
FEATURES = 12  # of a view of a face


@dataclass(frozen=True)
class Clips:
    """Voices of one split: names (V,), sounds[voice][cue], prosody (V, cues, 30, 3)."""

    names: tuple[str, ...]
    sounds: tuple[tuple[np.ndarray, ...], ...]
    prosody: Tensor


@dataclass(frozen=True)
class Faces:
    """Faces of one split: who drew what, ratings (F, 3), and views (F, views, 12)."""

    emoji: tuple[str, ...]
    styles: tuple[str, ...]
    votes: Tensor
    views: Tensor

    @property
    def good(self) -> Tensor:
        """(F,): whether the face stood in more tweets rated positive than negative."""
        return self.votes[:, 2] > self.votes[:, 0]


@lru_cache(maxsize=4)
def read_clips(root: Path, split: str) -> Clips:
    """The voices of a split, every one in all tones."""
    table = read_table(
        "sentiment/clips.csv", ("voice", "split", "tone", "file"), ("start", "samples")
    )
    mine: dict[str, dict[str, np.ndarray]] = {}
    for row in (row for row in table if row["split"] == split):
        whole = read_sound(data_file(f"sentiment/{row['file']}"))
        sound = whole[row["start"] : row["start"] + row["samples"]]
        mine.setdefault(row["voice"], {})[row["tone"]] = sound
    names, tones = tuple(mine), CUES["voice"]
    if not names or any(set(said) != set(tones) for said in mine.values()):
        raise DamagedDataError(
            f"sentiment/clips.csv: every voice of {split!r} should speak in the tones {tones}"
        )
    seen = torch.zeros(len(names), len(tones), FRAMES, WIDTH)
    for v, t in np.ndindex(len(names), len(tones)):
        found = prosody(mine[names[v]][tones[t]])[:FRAMES]
        seen[v, t, : len(found)] = found
    return Clips(names, tuple(tuple(mine[v][t] for t in tones) for v in names), seen)


@lru_cache(maxsize=4)
def read_faces(root: Path, split: str) -> Faces:
    """The faces of a split; several views of each."""
    columns = [f"f{k}" for k in range(1, FEATURES + 1)]
    file = "sentiment_faces/faces.csv"
    counts = ("negative", "neutral", "positive")
    rows = read_table(file, ("emoji", "style", "split", *columns), (*counts, "view"))
    mine: dict[tuple[str, str], list[dict]] = {}
    for row in (row for row in rows if row["split"] == split):
        mine.setdefault((row["emoji"], row["style"]), []).append(row)
    with reading(data_file(file), "a table of views of faces"):
        views = [[[float(row[c]) for c in columns] for row in rows] for rows in mine.values()]
        seen = torch.tensor(views)
        if seen.ndim != 3 or not seen.isfinite().all():
            raise ValueError(f"a face of {split!r} lacks a view, or a number in it is none")
    votes = torch.tensor([[rows[0][c] for c in counts] for rows in mine.values()])
    emoji, styles = zip(*mine, strict=True)
    return Faces(emoji, styles, votes, seen)
