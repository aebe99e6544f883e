"""Contact sheets: one page of samples a data set, to see what is in it.

A sheet is a table of pictures; sounds are drawn as log-mel spectrograms. `python -m mmtutor data
show NAME` writes one.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from torch import Tensor

from mmtutor.datasets import (
    AVMNIST,
    CIFAR100,
    CMUMOSI,
    AVDigits,
    Emoji,
    EmojiFeatures,
    EmojiQuestions,
    HanziWords,
    KnownProblem,
    Smartwatch,
    SpokenSentiment,
    Synthetic,
    TwoSigns,
    prosody,
)
from mmtutor.datasets.captions import KINDS
from mmtutor.datasets.emoji.files import SHARE_ALIKE
from mmtutor.datasets.public.av_mnist import SPEAKERS
from mmtutor.datasets.sentiment.speaker import CUES
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.encoders import LogMel
from mmtutor.figures.style import PALETTE, style
from mmtutor.names import check_name

Row = tuple[str, Sequence[Tensor]]
"""What stands left of a row, and its pictures: (H, W) grey or spectrogram, (3, H, W) colour."""


def write(name: str, out: Path, *, folder: Path | None = None) -> None:
    """Draw the sheet of a data set into a ``.png`` or ``.svg`` file.

    :param name: one of `SHEETS`.
    :param out: the file.
    :param folder: where fetched data are.
    :raises ValueError: an unknown name, or a file that is neither PNG nor SVG.
    :raises FileNotFoundError: the data, or the file's folder, is not there.
    """
    check_name("data set", name, SHEETS)
    kind = out.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg"):
        raise ValueError(f"a sheet is a .png or .svg file, got {out.name!r}")
    if not out.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {out.parent} to write {out.name} to")
    memory = io.BytesIO()  # first all of it, then the file: a fault leaves none behind
    with style():
        figure = SHEETS[name](folder)
        figure.savefig(memory, format=kind, dpi=150, facecolor="white")
    plt.close(figure)
    out.write_bytes(memory.getvalue())


def table(title: str, heads: Sequence[str], rows: Sequence[Row], cell: float = 0.75) -> Figure:
    """Draw pictures in rows under their heads; spectrograms have low frequencies at the bottom."""
    figure, axes = plt.subplots(
        len(rows), len(heads), squeeze=False,
        figsize=(cell * len(heads) + 1.9, cell * len(rows) + 0.7),
    )  # fmt: skip
    figure.suptitle(title)
    for row, (name, pictures) in zip(axes, rows, strict=True):
        for ax in row:
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        for ax, picture in zip(row, pictures, strict=False):
            sound = picture.ndim == 2 and bool(picture.min() < 0)  # a log-mel, not a grey picture
            ax.imshow(
                (picture.movedim(0, -1) if picture.ndim == 3 else picture).numpy(),
                cmap="cividis" if sound else "gray_r",
                origin="lower" if sound else "upper",
                aspect="auto" if sound else "equal",
            )
        row[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
    for ax, head in zip(axes[0], heads, strict=True):
        ax.set_title(head, fontsize=9)
    return figure


def spectrogram(sound: Tensor, sample_rate: int) -> Tensor:
    """Log-mel picture (bands, frames) of one sound (samples,), made equally loud."""
    loud = sound / sound.square().mean().sqrt().clamp(min=1e-9)
    return LogMel(sample_rate=sample_rate)(loud[None])[0]


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


def synthetic(folder: Path | None) -> Figure:
    """The corners of the space of dials, and their middle."""
    kinds = ("copy", "unique", "xor", "mixture")
    problems = {kind: getattr(Synthetic, kind)("train", samples=600) for kind in kinds}
    return scatter("Synthetic: one feature of each sense, by class", problems)


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


def two_signs(folder: Path | None) -> Figure:
    """Each rule."""
    rules = ("and", "or", "xor")
    problems = {rule: TwoSigns("train", rule, samples=600) for rule in rules}
    return scatter("TwoSigns: the two senses, by class", problems)


def scatter(title: str, problems: Mapping[str, KnownProblem]) -> Figure:
    """Two senses against each other; below, how often the ideal classifier is right."""
    figure, axes = plt.subplots(1, len(problems), figsize=(3.2 * len(problems), 4.9))
    figure.suptitle(title)
    for ax, (name, problem) in zip(axes, problems.items(), strict=True):
        inputs, y = problem.batch(torch.arange(len(problem)))
        first, second = problem.modalities
        for c, (colour, mark) in enumerate((("blue", "o"), ("vermillion", "x"))):
            ax.scatter(
                inputs[first][y == c, 0], inputs[second][y == c, 0],
                s=12, marker=mark, color=PALETTE[colour], linewidth=1, label=f"class {c}",
            )  # fmt: skip
        right = {"+".join(k): v for k, v in problem.bayes_accuracies().items() if k}
        ideal = "\n".join(f"{senses}: {accuracy:.3f}" for senses, accuracy in right.items())
        ax.set(title=name, xlabel=f"{first}\n\nBayes accuracy\n{ideal}", ylabel=second)
        ax.set_box_aspect(1)
    axes[0].legend(loc="lower right", fontsize=8)
    return figure


def cifar100(folder: Path | None) -> Figure:
    """Six photographs with their three captions."""
    kinds = {k: CIFAR100("test", captions=k, folder=folder) for k in KINDS}
    data = kinds["informative"]
    some = range(0, len(data), len(data) // 6)[:6]
    pictures = [data[i][0]["image"] for i in some]
    heads = [data.class_names[int(data.targets[i])] for i in some]
    figure = table("CIFAR-100: test photographs", heads, [("", pictures)], 1.6)
    for ax, i in zip(figure.axes, some, strict=True):
        said = (f"{kind}:\n{captioned.captions.text(i)}" for kind, captioned in kinds.items())
        ax.set_xlabel("\n".join(broken(line, 24) for line in said), fontsize=6)
    return figure


def av_mnist(folder: Path | None) -> Figure:
    """For each digit two handwritings and what each split's speakers say."""
    rows: list[Row] = []
    for split in SPEAKERS:
        data = AVMNIST(split, folder=folder)
        for k in range(2):
            picked = [data[int((data.targets == d).nonzero()[k, 0])][0] for d in range(10)]
            rows.append((f"{split}\nimage", [x["image"][0] for x in picked]))
            heard = [spectrogram(x["audio"], data.sample_rate) for x in picked]
            rows.append((f"spoken by\n{', '.join(SPEAKERS[split])}", heard))
    return table("AV-MNIST: pairs of each split", list("0123456789"), rows)


def cmu_mosi(folder: Path | None) -> Figure:
    """Features over time of the lowest and highest rated segments; ``folder`` is the file."""
    data = CMUMOSI("mosi_data.pkl" if folder is None else folder, "test")
    order = data.ratings.argsort()
    picked = [*order[:3].tolist(), *order[-3:].tolist()]
    rows = []
    for sense in data.modalities:
        x = data.batch(order)[0][sense].flatten(0, 1)
        low, spread = x.mean(dim=0), x.std(dim=0).clamp(min=1e-6)
        pictures = [((data[i][0][sense] - low) / spread).clamp(-3, 3).T - 4 for i in picked]
        rows.append((f"{sense}\n{data.dims[sense]} features", pictures))
    heads = [f"rated {float(data.ratings[i]):+.1f}" for i in picked]
    return table("CMU-MOSI: features over the words of a segment", heads, rows, 1.3)


def broken(text: str, width: int = 14) -> str:
    """A text in lines of at most ``width`` letters, where its words allow it."""
    return textwrap.fill(text, width, break_long_words=False)


SHEETS: dict[str, Callable[[Path | None], Figure]] = {
    "av_digits": av_digits,
    "emoji": emoji,
    "emoji_features": emoji_features,
    "emoji_questions": emoji_questions,
    "hanzi": hanzi,
    "smartwatch": smartwatch,
    "sentiment": sentiment,
    "synthetic": synthetic,
    "two_signs": two_signs,
    "cifar100": cifar100,
    "av_mnist": av_mnist,
    "cmu_mosi": cmu_mosi,
}
"""By name of the data set: what draws its sheet, told where fetched data are."""
