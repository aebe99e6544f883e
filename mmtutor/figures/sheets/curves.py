"""Sheets of the data sets that are seen best as curves, counts or clouds."""

from __future__ import annotations

from pathlib import Path

import torch
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from mmtutor.datasets import HanziWords, Smartwatch, SpokenSentiment, Synthetic, TwoSigns, prosody
from mmtutor.datasets.sentiment.speaker import CUES
from mmtutor.figures.sheets.layout import scatter
from mmtutor.figures.style import PALETTE


def synthetic(folder: Path | None) -> Figure:
    """The corners of the space of dials, and their middle."""
    kinds = ("copy", "unique", "xor", "mixture")
    problems = {kind: getattr(Synthetic, kind)("train", samples=600) for kind in kinds}
    return scatter("Synthetic: one feature of each sense, by class", problems)


def two_signs(folder: Path | None) -> Figure:
    """Each rule."""
    rules = ("and", "or", "xor")
    problems = {rule: TwoSigns("train", rule, samples=600) for rule in rules}
    return scatter("TwoSigns: the two senses, by class", problems)


def hanzi(folder: Path | None) -> Figure:
    """How many characters share a syllable, and how many readings a character has."""
    data = HanziWords("train", samples=1)
    pairs = torch.unique(torch.stack([*data.labels.values()], dim=1), dim=0).T
    figure, axes = plt.subplots(1, 2, figsize=(7.5, 3.2))
    names = ("readings of a character", "characters of a syllable")
    for ax, name, of in zip(axes, names, pairs, strict=True):
        ax.hist(of.bincount(), bins=range(1, 30), color=PALETTE["blue"], log=True)
        ax.set(title=name, xlabel="how many", ylabel="how often")
    figure.suptitle("HanziWords: heteronyms and homophones")
    return figure


def smartwatch(folder: Path | None) -> Figure:
    """Four seconds of each exercise, by three people: both senses, three axes each."""
    data = Smartwatch("train", arm="right")
    people = data.people.unique()[:3].tolist()
    figure, axes = plt.subplots(
        2 * len(people), data.num_classes, figsize=(11, 7), sharex=True, sharey="row"
    )
    for row, (who, sense) in enumerate((p, m) for p in people for m in data.modalities):
        for c, ax in enumerate(axes[row]):
            i = int(((data.people == who) & (data.targets == c)).nonzero()[1, 0])
            time = torch.arange(data.length) / data.sample_rate
            for axis, colour in zip(
                data[i][0][sense], ("blue", "vermillion", "green"), strict=True
            ):
                ax.plot(time, axis, color=PALETTE[colour], linewidth=0.8)
        unit = "g" if sense == "accelerometer" else "rad/s"
        axes[row, 0].set_ylabel(f"person {who}\n{sense}\n({unit})", fontsize=7)
    for ax, name in zip(axes[0], data.class_names, strict=True):
        ax.set_title(name, fontsize=8)
    figure.supxlabel("seconds", fontsize=8)
    figure.suptitle("Smartwatch: windows of the right arm, three axes of each sense")
    return figure


def sentiment(folder: Path | None) -> Figure:
    """Pitch in each tone, every test voice; below, how often the best reader is right."""
    data = SpokenSentiment("test", samples=1)
    figure, axes = plt.subplots(1, len(CUES["voice"]), figsize=(11, 3), sharey=True)
    for ax, tone in zip(axes, CUES["voice"], strict=True):
        for voice in range(len(data.names)):
            pitch, _, voiced = prosody(data.utterance(voice, tone)).T
            seconds = 0.08 * torch.arange(len(pitch))
            ax.plot(seconds[voiced > 0], 6 * pitch[voiced > 0], ".-", color=PALETTE["blue"])
        ax.set(title=tone, xlabel="seconds")
    axes[0].set_ylabel("semitones above the median")
    shares = {sense: f"{100 * data.bayes_accuracy(sense):.1f} %" for sense in data.modalities}
    told = ", ".join(f"{sense} {share}" for sense, share in shares.items())
    figure.suptitle(
        f"SpokenSentiment: five tones. The best reader: {told}, "
        f"all {100 * data.bayes_accuracy():.1f} %"
    )
    return figure
