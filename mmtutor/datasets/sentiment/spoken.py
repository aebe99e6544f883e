"""Spoken sentiment: words, voice and face of one speaker, synthesised from human ratings.

A synthesised data set: nobody ever said these sentences in these voices with these faces. What is
human in it are the ratings: ten people's of each sentiment word, and 83 people's of the tweets that
an emoji stood in (Kralj Novak et al. 2015, https://doi.org/10.1371/journal.pone.0144296).
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import random_source
from mmtutor.datasets.memory import InMemory
from mmtutor.datasets.sentiment.banks import FEATURES, read_clips, read_faces
from mmtutor.datasets.sentiment.sentences import MEANINGS, sentences, vocabulary
from mmtutor.datasets.sentiment.speaker import CUES, NOTHING, SENSES, Speaker
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.names import check_name

SAMPLES = {"train": 4000, "valid": 1000, "test": 2000}
LENGTH = 9  # places for words; the longest sentence has 8
GLANCES = 8  # frames of a face clip
SHIVER = 0.15  # of pitch and loudness, in the units of `prosody`


class SpokenSentiment(InMemory):
    r"""A sentence (B, 9), a voice's pitch and loudness (B, 30, 3) and a face clip (B, 8, 12).

    What is drawn is in `Speaker`: y is what is *meant*, 0 bad and 1 good, and the cue of each sense
    follows. Then a sentence that says so is drawn, a voice that speaks in that tone, and a face
    that people rated so; given the cues these draws are independent of all else. The three
    sequences are **not aligned** and of unequal length: words, frames of 80 ms, glances at the
    face, filled up with zeros. A face clip shows the face in 2 to 5 of its 8 glances, at a random
    time, each time from another view; the others, and all where the face shows nothing, see no
    face: each of its numbers is then normal noise of standard deviation 0.1. Every clip of a voice
    gets noise of standard deviation 0.15 on pitch and loudness.

    No sentence, no voice, and no picture of a face occurs in two splits. Words and expressions do:
    the test faces are the same expressions drawn by another artist.

    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param speaker: the dials; `Speaker` () by default.
    :param samples: how many; by default 4,000, 1,000 and 2,000.
    :param seed: of the draw.
    :ivar cues: the cue that each sense shows, (N, 3): numbers in `CUES`.
    :ivar texts: the sentences (N).
    :ivar voices: which of ``names`` speaks (N,).
    :ivar faces: which face is drawn (N,).
    :raises ValueError: an unknown split, fewer than 1 sample.
    :raises TypeError: a speaker of another kind.
    :raises DamagedDataError: a file is not what was shipped.
    """

    def __init__(
        self,
        split: str = "train",
        speaker: Speaker | None = None,
        *,
        samples: int | None = None,
        seed: int = 0,
    ) -> None:
        check_name("split", split, SAMPLES)
        speaker = Speaker() if speaker is None else speaker
        if not isinstance(speaker, Speaker):
            raise TypeError(f"speaker must be a Speaker, got {type(speaker).__name__}")
        n = whole_number("samples", SAMPLES[split] if samples is None else samples, 1, 10**6)
        self.split, self.speaker, self.seed = split, speaker, whole_number("seed", seed)
        root = data_root()
        self.tokenizer = vocabulary(root)
        source = random_source("SpokenSentiment", seed, split)
        share = speaker.table().flatten()
        drawn = torch.multinomial(share, n, replacement=True, generator=source)
        *cues, y = torch.unravel_index(drawn, speaker.table().shape)
        self.cues = torch.stack(cues, dim=1)
        inputs = {
            "text": self._words(sentences(root, split), source),
            "voice": self._heard(read_clips(root, split).prosody, source),
            "face": self._seen(read_faces(root, split).good, read_faces(root, split).views, source),
        }
        super().__init__(inputs, y, num_classes=2)

    def _words(self, known: dict[str, list[list[str]]], source: torch.Generator) -> Tensor:
        at = torch.rand(len(self.cues), 2, generator=source).tolist()
        self.texts = []
        for cue, (a, b) in zip(self.cues[:, 0].tolist(), at, strict=True):
            frames = known[MEANINGS[cue]]
            texts = frames[int(a * len(frames))]
            self.texts.append(texts[int(b * len(texts))])
        return self.tokenizer.batch(self.texts, length=LENGTH)

    def _heard(self, bank: Tensor, source: torch.Generator) -> Tensor:
        n = len(self.cues)
        self.voices = torch.randint(0, len(bank), (n,), generator=source)
        x = bank[self.voices, self.cues[:, 1]]  # (N, 30, 3)
        noise = SHIVER * torch.randn(x.shape, generator=source)
        noise[..., 2] = 0
        return x + noise * (x != 0)

    def _seen(self, good: Tensor, views: Tensor, source: torch.Generator) -> Tensor:
        n, cue = len(self.cues), self.cues[:, 2]
        sides = [(good == side).nonzero()[:, 0] for side in (False, True)]
        at = torch.rand(n, generator=source)
        picked = [side[(at * len(side)).long()] for side in sides]
        self.faces = torch.where(cue == 1, picked[1], picked[0])
        view = torch.randint(0, views.shape[1], (n, GLANCES), generator=source)
        start = torch.randint(0, 4, (n, 1), generator=source)
        length = torch.randint(2, 6, (n, 1), generator=source)
        place = torch.arange(GLANCES)
        here = (place >= start) & (place < start + length) & (cue != NOTHING)[:, None]
        x = 0.1 * torch.randn(n, GLANCES, FEATURES, generator=source)
        return torch.where(here[..., None], views[self.faces[:, None], view], x)

    @property
    def names(self) -> tuple[str, ...]:
        """The voices of this split."""
        return read_clips(data_root(), self.split).names

    def utterance(self, voice: int, tone: str) -> Tensor:
        """One of the shipped clips, (samples,), 8,000 a second.

        :param voice: a number in `voices`.
        :param tone: one of ``CUES["voice"]``, such as ``"dark, drawled"``.
        :raises ValueError: an unknown voice or tone.
        """
        check_name("tone", tone, CUES["voice"])
        clips = read_clips(data_root(), self.split)
        voice = whole_number("voice", voice, 0, len(clips.names) - 1)
        return torch.from_numpy(clips.sounds[voice][CUES["voice"].index(tone)].copy())

    def expression(self, face: int) -> tuple[str, tuple[int, ...]]:
        """A face of this split: the emoji, and how many bad, neutral and good tweets it stood in.

        :param face: a number in `faces`.
        :raises ValueError: an unknown face.
        """
        bank = read_faces(data_root(), self.split)
        face = whole_number("face", face, 0, len(bank.emoji) - 1)
        return bank.emoji[face], tuple(bank.votes[face].tolist())

    def bayes_accuracy(self, senses: Iterable[str] = SENSES) -> float:
        """Best accuracy of any reader of these senses, exact; by symmetry also its macro F1.

        :raises ValueError: an unknown sense.
        """
        p, _ = self._seen_by(senses)
        return float(p.amax(dim=-1).sum())

    def ideal(self, senses: Iterable[str] = SENSES) -> Tensor:
        """p(y | cues of these senses) of every sample, (N, 2): what the best reader believes.

        :raises ValueError: an unknown sense.
        """
        p, kept = self._seen_by(senses)
        index = [self.cues[:, m] if m in kept else torch.zeros_like(self.targets) for m in range(3)]
        found = p[tuple(index)]
        return found / found.sum(dim=1, keepdim=True)

    def _seen_by(self, senses: Iterable[str]) -> tuple[Tensor, list[int]]:
        """p(cues, y) with the unseen senses summed away, and which are seen."""
        senses = [senses] if isinstance(senses, str) else list(senses)
        for sense in senses:
            check_name("sense", sense, SENSES)
        kept = [m for m, sense in enumerate(SENSES) if sense in senses]
        p = self.speaker.table()
        away = [m for m in range(3) if m not in kept]
        return (p.sum(dim=away, keepdim=True) if away else p), kept

    def __repr__(self) -> str:
        return f"SpokenSentiment({self.split!r}, {len(self):,} samples, {self.speaker})"
