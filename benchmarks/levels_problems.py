"""The six problems of ``levels.py``, each with a dial for its noise, all seeds side by side.

============ =======================================================================================
problem      what it is; what is built in; what the dial turns
============ =======================================================================================
redundant    synthetic: both senses see the class, each through noise of its own
unique       synthetic: in each sample one sense sees the class, the other nothing of it
synergistic  synthetic: the class is whether two signs differ (XOR), one sign a sense
dependent    synthetic: the first sense sees the class; the second sees nine tenths of the first
             one's noise, and of the class nothing
AV-Digits    real handwriting, synthesised voices, both through added noise; which picture meets
             which voice is drawn. 64 pixels; mean and spread over time of 24 mel bands
emoji        real: pictures by six artists (16 components of features of a network trained on
             photographs), names by people (16 components of their words); nine groups; the test
             has concepts of which nothing was in training. The dial adds noise
============ =======================================================================================

A seed draws everything that is synthetic anew, in training and test: an interval over seeds covers
other samples, too. On AV-Digits it draws pairs and noise anew, of the same pictures and voices; on
emoji only the added noise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from mmtutor.datasets import AVDigits, EmojiFeatures, Synthetic, word_features
from mmtutor.encoders import LogMel

SPLITS = ("train", "valid", "test")
NOISES = ("low", "middle", "high")
MAIN = {"emoji": "low"}
"""The noise at which all is measured, where it is not the middle one: real data as they are."""


class Part(NamedTuple):
    """Inputs of every sense, (seeds, N, d), and classes, (seeds, N)."""

    x: dict[str, Tensor]
    y: Tensor


class Problem(NamedTuple):
    """Three splits, and the best accuracy where it is known: {senses, joined by +: accuracy}."""

    train: Part
    valid: Part
    test: Part
    best: dict[str, float]


def stacked(parts: list[tuple[dict[str, Tensor], Tensor]]) -> Part:
    """The samples of several seeds, side by side."""
    x = {m: torch.stack([inputs[m] for inputs, _ in parts]) for m in parts[0][0]}
    return Part(x, torch.stack([y for _, y in parts]))


def synthetic(seeds: int, signal: float, **dials: Any) -> Problem:
    """Eight features a sense, turned; 2,000 samples to learn from."""
    if dials.pop("deaf", False):
        dials["signal"] = {"x1": signal, "x2": 0.0}
    else:
        dials["signal"] = signal
    sizes = {"train": 2000, "valid": 1000, "test": 4000}
    drawn = {
        split: [Synthetic(split, dim=8, seed=seed, samples=n, **dials) for seed in range(seeds)]
        for split, n in sizes.items()
    }
    parts = [stacked([(d.inputs, d.targets) for d in drawn[split]]) for split in SPLITS]
    best = {"+".join(k): v for k, v in drawn["test"][0].bayes_accuracies().items()}
    return Problem(*parts, best)


@torch.no_grad()
def av_digits(seeds: int, image_noise: float, audio_noise: float) -> Problem:
    """64 pixels, and of 24 mel bands the mean and the standard deviation over time."""
    ear = LogMel(n_mels=24)

    def part(split: str, seed: int) -> tuple[dict[str, Tensor], Tensor]:
        data = AVDigits(split, image_noise=image_noise, audio_noise=audio_noise, seed=seed)
        x, y = data.batch(torch.arange(len(data)))
        heard = ear(x["audio"])  # (N, 24, frames)
        audio = torch.cat([heard.mean(dim=2), heard.std(dim=2)], dim=1)
        return {"image": x["image"].flatten(1), "audio": audio}, y

    return settled([stacked([part(split, s) for s in range(seeds)]) for split in SPLITS])


def emoji(seeds: int, noise: float) -> Problem:
    """Sixteen components a sense, noise added; unseen concepts in validation and test."""
    data = [
        EmojiFeatures(s, text="name", unseen=None if s == "train" else "concept") for s in SPLITS
    ]
    names = word_features(*data, width=16)
    parts = []
    for one, text in zip(data, names, strict=True):
        x = {"image": one.features[:, :16], "text": text}
        parts.append(stacked([(x, one.targets)] * seeds))
    problem = settled(parts)
    source = torch.Generator().manual_seed(0)
    for part in problem[:3]:
        for values in part.x.values():
            values += noise * torch.randn(values.shape, generator=source)
    return problem


def settled(parts: list[Part]) -> Problem:
    """Every number with the mean 0 and the standard deviation 1 that it has in training."""
    train = parts[0]
    means = {m: v.mean(dim=1, keepdim=True) for m, v in train.x.items()}
    scales = {m: v.std(dim=1, keepdim=True) for m, v in train.x.items()}
    scaled = [Part({m: (v - means[m]) / scales[m] for m, v in p.x.items()}, p.y) for p in parts]
    return Problem(*scaled, {})


SIGNALS = dict(zip(NOISES, (2.0, 1.5, 1.0), strict=True))
AV = dict(zip(NOISES, ((0.3, 1.0), (0.48, 2.2), (0.7, 3.5)), strict=True))
ADDED = dict(zip(NOISES, (0.0, 0.5, 1.0), strict=True))

KINDS: dict[str, dict[str, Any]] = {
    "redundant": {"redundancy": 1, "shared_noise": 0},
    "unique": {"uniqueness": 1},
    "synergistic": {"synergy": 1},
    "dependent": {"redundancy": 1, "shared_noise": 0.9, "deaf": True},
}

PROBLEMS: dict[str, Callable[[int, str], Problem]] = {
    **{
        name: lambda seeds, noise, dials=dials: synthetic(seeds, SIGNALS[noise], **dials)
        for name, dials in KINDS.items()
    },
    "AV-Digits": lambda seeds, noise: av_digits(seeds, *AV[noise]),
    "emoji": lambda seeds, noise: emoji(seeds, ADDED[noise]),
}
