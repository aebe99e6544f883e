"""Sheets of the shipped data sets that are pictures."""

from __future__ import annotations

from pathlib import Path

import torch
from matplotlib.figure import Figure
from torch.nn.functional import avg_pool2d

from mmtutor.datasets import (
    AVDigits,
    Emoji,
    EmojiCaptioning,
    EmojiFeatures,
    EmojiQuestions,
    Scene,
    SoundingScenes,
)
from mmtutor.datasets.emoji.files import SHARE_ALIKE
from mmtutor.datasets.scenes.sounding import KINDS
from mmtutor.datasets.scenes.stage import BEAT
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.experiments.one_space import Shelf, shipped
from mmtutor.figures.sheets.layout import Row, broken, spectrogram, table


def av_digits(folder: Path | None) -> Figure:
    """Four writers' digits, and each domain and language saying them."""
    data = AVDigits("test", pairs=400, image_noise=0, audio_noise=0)
    of = [(data.targets == digit).nonzero()[:, 0] for digit in range(10)]
    rows: list[Row] = [
        ("handwriting", [data.images.pixels[data.image_of(int(of[d][k])), 0] for d in range(10)])
        for k in range(3)
    ]
    speakers = [("espeak", "en", 0), ("espeak", "en", 11), ("flite", "en", 0), ("flite", "en", -1)]
    speakers += [("human", language, 0) for language in ("en", "es", "fr", "it", "ru")]
    for domain, language, which in speakers:
        said = AVDigits("test", domain=domain, language=language, pairs=10)
        voice = said.voices[which]
        sounds = [spectrogram(said.utterance(voice, d), said.sample_rate) for d in range(10)]
        rows.append((f"{domain}\n{voice}", sounds))
    return table("AV-Digits: test images, and voices of each domain", list("0123456789"), rows)


def emoji(folder: Path | None) -> Figure:
    """Ten emoji from all over the table, in every style that is here, under their names."""
    data = Emoji("test", styles="all" if (data_root() / SHARE_ALIKE).is_dir() else "permissive")
    drawn: dict[str, dict[str, int]] = {}
    for i, (row, artist) in enumerate(zip(data.rows, data.style_of, strict=True)):
        drawn.setdefault(row.name["en"], {})[artist] = i
    everywhere = [name for name, by in drawn.items() if len(by) == len(data.styles)]
    names = everywhere[:: max(1, len(everywhere) // 10)][:10]
    rows = [(s, [data[drawn[name][s]][0]["image"] for name in names]) for s in data.styles]
    return table("Emoji: test concepts in every style", [broken(name) for name in names], rows, 0.9)


def emoji_captioning(folder: Path | None) -> Figure:
    """Combinations that training lacks, four with a new tone and four with a new gender."""
    kinds = [EmojiCaptioning("test", unseen=unseen) for unseen in ("tone", "gender")]
    shown = [(data, i) for data in kinds for i in range(0, len(data), len(data) // 4)[:4]]
    row: Row = ("held out", [data[i][0]["image"] for data, i in shown])
    heads = [broken(data.captions[i]) for data, i in shown]
    return table("Emoji captioning: new tones, and new genders", heads, [row], 0.9)


def emoji_features(folder: Path | None) -> Figure:
    """Test emoji, and below each the training emoji whose features point the same way most."""
    pictures = {s: Emoji(s, styles="twemoji") for s in ("train", "test")}
    seen = {
        s: torch.nn.functional.normalize(EmojiFeatures(s, styles="twemoji").features, dim=1)
        for s in pictures
    }
    asked = list(range(0, len(pictures["test"]), len(pictures["test"]) // 10))[:10]
    near = (seen["test"][asked] @ seen["train"].T).topk(3).indices.T  # (3, 10)
    rows: list[Row] = [("test", [pictures["test"][i][0]["image"] for i in asked])]
    rows += [
        (f"nearest {k}", [pictures["train"][int(i)][0]["image"] for i in of])
        for k, of in enumerate(near, 1)
    ]
    names = [broken(pictures["test"].rows[i].name["en"]) for i in asked]
    return table("Emoji features: what a network finds alike", names, rows, 0.9)


def emoji_questions(folder: Path | None) -> Figure:
    """Unseen compositions as the tiny models see them, each with its caption."""
    data = EmojiQuestions("test", kinds="caption", unseen="composition")
    shown = list(range(0, len(data), len(data) // 8))[:8]
    row: Row = ("24 × 24", [data[i][0]["image"] for i in shown])
    heads = [broken(data.answers[i]) for i in shown]
    return table("Emoji questions: captions made from labels", heads, [row], 0.9)


def emoji_search(folder: Path | None) -> Figure:
    """Words, and the test pictures that the first of the small models finds, nearest first."""
    shelf, data = Shelf(), Emoji("test", styles="noto")
    pixels = avg_pool2d(data.batch(torch.arange(len(data)))[0]["image"], 2)
    asked = ("red fruit", "a happy face", "animal", "快乐", "动物")
    model = shipped(0, shelf)
    with torch.no_grad():
        seen, said = model.embed("image", pixels), model.embed("text", shelf.pieces.batch(asked))
    found = (said @ seen.T).topk(8).indices
    labels = (*asked[:3], "kuàilè (happy)", "dòngwù (animal)")  # the font has no Chinese
    rows: list[Row] = [
        (label, [pixels[i] for i in best])
        for label, best in zip(labels, found.tolist(), strict=True)
    ]
    return table("Emoji search: unseen emoji, found by words", list("12345678"), rows)


def scenes(folder: Path | None) -> Figure:
    """Every third frame of six clips, and below each what is heard in it."""
    shown = range(1, 31, 3)
    rows: list[Row] = []
    for cast, unseen in (("balls", False), ("animals", False), ("animals", True)):
        data = SoundingScenes("test", Scene(cast=cast), samples=2, unseen=unseen)
        for i in range(2):
            clip, y = data[i]
            who = f"{KINDS[int(data.kinds[i])]},\n{('left', 'middle', 'right')[int(y)]}"
            rows.append((who, [1 - clip["video"][t] for t in shown]))
            sound = spectrogram(clip["audio"], 8000)
            ends = [(max(0, t - 1) * BEAT // 128, (t + 2) * BEAT // 128) for t in shown]
            rows.append(("heard", [sound[:, first:last] for first, last in ends]))
    figure = table("Sounding scenes: test clips", [f"frame {t}" for t in shown], rows)
    for first in range(len(shown), len(figure.axes), 2 * len(shown)):
        heard = [ax.images[0] for ax in figure.axes[first : first + len(shown)]]
        drawn = torch.cat([torch.as_tensor(image.get_array()).flatten() for image in heard])
        for image in heard:  # one scale a clip, so that silence looks silent
            image.set_clim(float(drawn.min()), float(drawn.max()))
    return figure
