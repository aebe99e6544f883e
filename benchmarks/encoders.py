"""Which encoder for which data: accuracy, seconds and numbers to learn, by labels and seed.

``python benchmarks/encoders.py`` asks four questions of chapter 2, each with several numbers of
labels and ``--seeds`` seeds, all ways of a question on the same samples:

- *pictures*: an emoji's group, from pixels, from a CNN trained from scratch, and from the shipped
  features of a network that stays as it was, untrained or trained on ImageNet;
- *words*: the group again, from the mean of word vectors, a GRU and a Transformer;
- *sounds*: the digit that is said, from the raw wave and from the log-mel spectrogram;
- *new digits*: 5 to 9, for a CNN that has learnt 0 to 4 and is frozen or tuned, or has not.

Seconds are of the processor, for training alone. ``--json`` writes the rows:
``mmtutor/results/encoders.json`` is ``--seeds 5``.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy
from tqdm import tqdm

from mmtutor.datasets import AVDigits, Emoji, EmojiFeatures, Tokenizer, data_file
from mmtutor.encoders import ImageCNN, LogMel, TextRNN, TextTransformer
from mmtutor.metrics import mean_interval

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.record import machine, write

Data = tuple[Tensor, Tensor, Tensor, Tensor]  # x and y of training, x and y of the test
Way = tuple[Callable[[], nn.Module], Data, int, float]  # network, data, steps, learning rate
GROUPS, DIGITS, NEW = 9, 10, 5
LABELS = {"pictures": (60, 250, 1000), "words": (60, 1000), "sounds": (60, 600)}
A_DIGIT = (2, 5, 20)
"""Labelled pictures of each new digit."""
BATCH = 64
VOCABULARY = len(Tokenizer.from_file(data_file("emoji/vocabulary_en.txt"), "en"))


class MeanOfVectors(nn.Module):
    """f(w) = (1/L) Σ E[w_t], over the real words: who is there, not in which order."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocabulary, 32, padding_idx=0, mode="mean")

    def forward(self, ids: Tensor) -> Tensor:
        """ids: (B, T) → (B, 32)."""
        return self.embedding(ids)


def two_layers(
    channels: int, convolution: type[nn.Module], pool: type[nn.Module], first: nn.Module
) -> nn.Sequential:
    """Two layers of filters, over a picture or over a wave, each halved or quartered."""
    last = (2 * channels, 3 if convolution is nn.Conv2d else 5)
    size = 2 if convolution is nn.Conv2d else 4
    return nn.Sequential(
        first,
        nn.ReLU(),
        pool(size),
        convolution(channels, *last, padding=last[1] // 2),
        nn.ReLU(),
        pool(size),
    )


class Ear(nn.Module):
    """Two layers of filters over a log-mel picture, the mean over time, a head."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = two_layers(8, nn.Conv2d, nn.MaxPool2d, nn.Conv2d(1, 8, 3, padding=1))
        self.head = nn.Linear(16 * 8, DIGITS)

    def forward(self, grid: Tensor) -> Tensor:
        """grid: (B, 1, 32, T) → (B, 10)."""
        return self.head(self.layers(grid).flatten(1, 2).mean(dim=2))


class RawEar(nn.Module):
    """Two layers of filters over the wave itself, the mean over time, a head."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = two_layers(16, nn.Conv1d, nn.MaxPool1d, nn.Conv1d(1, 16, 64, stride=16))
        self.head = nn.Linear(32, DIGITS)

    def forward(self, wave: Tensor) -> Tensor:
        """wave: (B, samples) → (B, 10)."""
        return self.head(self.layers(wave.unsqueeze(1)).mean(dim=2))


def train(net: nn.Module, data: Data, steps: int, lr: float, seed: int) -> tuple[float, float]:
    """Accuracy on the test, and seconds of the processor for training."""
    x, y, x_test, y_test = data
    generator = torch.Generator().manual_seed(seed)
    learns = [p for p in net.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learns, lr=lr, weight_decay=0.05)
    start = time.process_time()
    for _ in range(steps):
        batch = torch.randint(len(y), (BATCH,), generator=generator)
        loss = cross_entropy(net(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    seconds = time.process_time() - start
    with torch.no_grad():
        right = (net.eval()(x_test).argmax(dim=1) == y_test).float().mean().item()
    return right, seconds


@cache
def emoji(text: str) -> list[tuple[dict[str, Tensor], Tensor]]:
    """Training and test samples of one artist, and both bodies' features of their pictures."""
    parts = []
    for split in ("train", "test"):
        data = Emoji(split, styles="noto", text=text)
        x, y = data.batch(torch.arange(len(data)))
        for body in ("untrained", "imagenet"):
            x[body] = EmojiFeatures(split, styles="noto", body=body).features
        parts.append(({**x, "small": avg_pool2d(x["image"], 2) - 0.8}, y))
    return parts


@cache
def spoken() -> list[tuple[Tensor, Tensor, Tensor]]:
    """Waves, their log-mel pictures and digits, in a little noise: training and test."""
    parts = []
    for split in ("train", "test"):
        x, y = AVDigits(split, pairs=1000, audio_noise=0.5).batch(torch.arange(1000))
        look = LogMel(n_fft=512, hop=512)
        grid = look(x["audio"]).unsqueeze(1)  # (B, 1, 32, 16)
        parts.append((x["audio"], (grid - grid.mean(dim=(2, 3), keepdim=True)), y))
    return parts


def pictures(n: int, index: Tensor) -> dict[str, Way]:
    """Ways from an emoji's picture to its group."""
    (x, y), (x_test, y_test) = emoji("both")

    def of(name: str) -> Data:
        return x[name][index], y[index], x_test[name], y_test

    def cnn() -> nn.Module:
        return nn.Sequential(ImageCNN(in_channels=3, channels=(16, 32, 64)), nn.Linear(64, GROUPS))

    def pixels() -> nn.Module:
        return nn.Sequential(nn.Flatten(), nn.Linear(x["small"][0].numel(), GROUPS))

    return {
        "pixels": (pixels, of("small"), 200, 0.002),
        "CNN from scratch": (cnn, of("small"), {60: 100, 250: 200, 1000: 400}[n], 0.003),
        "frozen, untrained": (lambda: nn.Linear(128, GROUPS), of("untrained"), 300, 0.02),
        "frozen, ImageNet": (lambda: nn.Linear(128, GROUPS), of("imagenet"), 300, 0.02),
    }


def words(n: int, index: Tensor) -> dict[str, Way]:
    """Ways from an emoji's name and keywords to its group."""
    (x, y), (x_test, y_test) = emoji("both")
    width = int((x["text"] != 0).sum(dim=1).max())
    data = (x["text"][index, :width], y[index], x_test["text"][:, :width], y_test)
    encoders = {
        "mean of word vectors": lambda: MeanOfVectors(VOCABULARY),
        "GRU": lambda: TextRNN(VOCABULARY, embed_dim=32, out_dim=32, cell="gru"),
        "Transformer": lambda: TextTransformer(VOCABULARY, out_dim=32, layers=1, max_len=width),
    }

    def network(encoder: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
        return lambda: nn.Sequential(encoder(), nn.Dropout(0.2), nn.Linear(32, GROUPS))

    return {name: (network(make), data, 150, 0.01) for name, make in encoders.items()}


def sounds(n: int, index: Tensor) -> dict[str, Way]:
    """Ways from a spoken digit, a little noisy, to the digit."""
    (wave, grid, y), (wave_test, grid_test, y_test) = spoken()
    raw = (wave[index], y[index], wave_test, y_test)
    mel = (grid[index], y[index], grid_test, y_test)
    return {"raw wave": (RawEar, raw, 150, 0.005), "log-mel": (Ear, mel, 150, 0.005)}


@cache
def digit_pictures(split: str) -> tuple[Tensor, Tensor]:
    """Each picture of a split once, without noise: (N, 1, 8, 8) and its digit."""
    pairs = AVDigits(split)
    first = {pairs.image_of(i): i for i in reversed(range(len(pairs)))}
    x, y = pairs.clean(torch.tensor(sorted(first.values())))
    return x["image"], y


def new_digits(seed: int) -> Iterator[tuple[str, int, float, float, int]]:
    """Learn 0 to 4, then 5 to 9 from few labels: (way, labels, accuracy, seconds, numbers)."""
    (x, y), (x_test, y_test) = digit_pictures("train"), digit_pictures("test")
    old, late = y < NEW, y_test >= NEW

    def fresh() -> nn.Sequential:
        first = nn.Conv2d(1, 8, 3, padding=1)
        layers = two_layers(8, nn.Conv2d, nn.MaxPool2d, first)
        return nn.Sequential(layers, nn.Flatten(), nn.Linear(64, NEW))

    torch.manual_seed(seed)
    learnt, unlearnt = fresh(), fresh()
    train(learnt, (x[old], y[old], x_test[~late], y_test[~late]), 150, 0.01, seed)
    x, y, x_test, y_test = x[~old], y[~old] - NEW, x_test[late], y_test[late] - NEW
    for each in A_DIGIT:
        draw = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
        index = torch.cat([draw[y[draw] == c][:each] for c in range(NEW)])
        data = (x[index], y[index], x_test, y_test)
        for way, start in (
            ("from scratch", unlearnt),
            ("frozen, untrained", unlearnt),
            ("frozen, 0 to 4", learnt),
            ("fine-tuned, 0 to 4", learnt),
        ):
            net = copy.deepcopy(start)
            torch.manual_seed(seed)
            net[-1] = nn.Linear(64, NEW)
            net[0].requires_grad_("frozen" not in way)
            lr = 0.003 if "tuned" in way else 0.01
            right, seconds = train(net, data, 100, lr, seed)
            yield way, each, right, seconds, learnable(net)


def learnable(net: nn.Module) -> int:
    """How many numbers training changes."""
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


def measure(seeds: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each question, number of labels, seed and way."""

    def row(
        question: str, way: str, labels: int, seed: int, found: tuple[float, float, int]
    ) -> dict[str, Any]:
        right, seconds, numbers = found
        names = {"question": question, "way": way, "labels": labels, "seed": seed}
        values = {"accuracy": round(right, 4), "seconds": round(seconds, 2), "numbers": numbers}
        return names | values

    for question, ways in (("pictures", pictures), ("words", words), ("sounds", sounds)):
        for n in LABELS[question]:
            for seed in range(seeds):
                draw = torch.randperm(1000, generator=torch.Generator().manual_seed(seed))
                for way, (make, data, steps, lr) in ways(n, draw[:n]).items():
                    torch.manual_seed(seed)
                    net = make()
                    found = train(net, data, steps, lr, seed)
                    yield row(question, way, n, seed, (*found, learnable(net)))
    for seed in range(seeds):
        for way, each, right, seconds, numbers in new_digits(seed):
            yield row("new digits", way, each, seed, (right, seconds, numbers))


def report(rows: list[dict[str, Any]]) -> None:
    """Print the mean of each way, its interval over the seeds, and what it costs."""
    ways = dict.fromkeys((r["question"], r["labels"], r["way"]) for r in rows)
    for question, labels, way in ways:
        here = [
            r for r in rows if (r["question"], r["labels"], r["way"]) == (question, labels, way)
        ]
        mean, low, high = mean_interval([r["accuracy"] for r in here])
        seconds = sum(r["seconds"] for r in here) / len(here)
        print(
            f"{question:10} {labels:5} {way:22} {mean:.3f} [{low:.3f}, {high:.3f}] "
            f"{seconds:6.2f} s {here[0]['numbers']:8,}"
        )


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows = list(tqdm(measure(chosen.seeds), unit="training"))
    report(rows)
    if chosen.json:
        write(chosen.json, {"machine": machine(), "batch": BATCH}, rows)


if __name__ == "__main__":
    main()
