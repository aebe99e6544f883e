"""What eight silent bugs do to a training, alone and together: all 256 combinations, run.

    python benchmarks/clinic.py --json mmtutor/results/clinic.json     # some minutes
    python benchmarks/clinic.py --quick                                # one epoch, one seed

A small CNN and a small LSTM on `CaptionedEmoji` with informative captions, in a loop written by
hand. Six bugs sit in the training, so there are 2⁶ = 64 trainings; two sit in the judging alone, so
each training is judged in all 2² ways. Everything is run with several seeds; means are kept, and
the least and greatest accuracy. Chapter 10's live figure shows the file.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import sys
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from mmtutor.datasets import CaptionedEmoji

IN_TRAINING = ("relu", "ids", "first", "order", "rate", "softmax")
IN_JUDGING = ("mode", "split")
STYLES, SIDE = ("noto", "twemoji"), 16
BATCH, RATE, EPOCHS, SEEDS = 64, 2e-3, 10, 3
TOO_HIGH = 50  # times the learning rate


class Net(nn.Module):
    """A CNN and an LSTM, joined by concatenation, with two of the bugs to switch on."""

    def __init__(self, words: int, length: int, classes: int, bugs: frozenset[str]) -> None:
        super().__init__()
        self.bugs = bugs
        self.image = nn.Sequential(
            nn.Conv2d(3, 32, 4, stride=4), nn.ReLU(), nn.Flatten(),
            nn.Linear(32 * (SIDE // 4) ** 2, 64), nn.ReLU(),
        )  # fmt: skip
        self.embedding = nn.Embedding(words, 32, padding_idx=0)
        self.lstm = nn.LSTM(32, 32, batch_first=True)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(64 + (length if "ids" in bugs else 32), classes)

    def forward(self, image: Tensor, text: Tensor) -> Tensor:
        """image (B, 3, side, side), text (B, T) → scores (B, C)."""
        said = text.float() if "ids" in self.bugs else self.read(text)
        scores = self.head(self.drop(torch.cat([self.image(image), said], dim=1)))
        return scores.relu() if "relu" in self.bugs else scores

    def read(self, text: Tensor) -> Tensor:
        """The LSTM's state after the last word, (B, 32)."""
        states, _ = self.lstm(self.embedding(text))  # (B, T, 32)
        last = (text != 0).sum(dim=1) - 1
        return states[torch.arange(len(text)), last]


def sets() -> dict[str, tuple[Tensor, Tensor, Tensor]]:
    """Pictures, word ids and classes of the training and the test split."""
    both = {}
    for split in ("train", "test"):
        data = CaptionedEmoji(split, styles=STYLES, side=SIDE)
        inputs, y = data.batch(torch.arange(len(data)))
        both[split] = (inputs["image"], inputs["text"], y)
    return both


def run(
    data: dict[str, tuple[Tensor, Tensor, Tensor]], bugs: frozenset[str], seed: int, epochs: int
) -> tuple[list[float], dict[tuple[str, ...], float]]:
    """Train with some bugs; return the loss of each epoch, and the accuracy in each way to judge.

    The ways are the subsets of `IN_JUDGING`; the empty one is the right way.
    """
    torch.manual_seed(seed)
    image, text, y = data["train"]
    net = Net(int(text.max()) + 1, text.shape[1], int(y.max()) + 1, bugs)
    optimizer = torch.optim.Adam(net.parameters(), RATE * (TOO_HIGH if "rate" in bugs else 1))
    losses = []
    for _ in range(epochs):
        net.train()
        order = torch.arange(len(y)) if "order" in bugs else torch.randperm(len(y))
        total = 0.0
        for index in order.split(BATCH):
            label = y[: len(index)] if "first" in bugs else y[index]
            scores = net(image[index], text[index])
            loss = cross_entropy(scores.softmax(dim=1) if "softmax" in bugs else scores, label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(index)
        losses.append(total / len(y))
    right = {}
    for way in itertools.chain([()], [("mode",)], [("split",)], [IN_JUDGING]):
        net.train("mode" in way)
        image, text, y = data["train" if "split" in way else "test"]
        with torch.no_grad():
            right[way] = (net(image, text).argmax(dim=1) == y).float().mean().item()
    return losses, right


def subsets(names: tuple[str, ...]) -> list[frozenset[str]]:
    """All sets of some of the names."""
    choices = itertools.product([False, True], repeat=len(names))
    return [frozenset(itertools.compress(names, kept)) for kept in choices]


def name_of(bugs: frozenset[str] | tuple[str, ...]) -> str:
    """A set of bugs as the file names it: in the order of the two lists above."""
    return " ".join(bug for bug in (*IN_TRAINING, *IN_JUDGING) if bug in bugs)


def measure(epochs: int, seeds: int, only: list[frozenset[str]] | None = None) -> dict[str, Any]:
    """Run every combination; see the module for what is kept."""
    data = sets()
    rows = {}
    for bugs in tqdm(only or subsets(IN_TRAINING), unit="training", leave=False, disable=None):
        runs = [run(data, bugs, seed, epochs) for seed in range(seeds)]
        judged = {}
        for way in runs[0][1]:
            values = [right[way] for _, right in runs]
            judged[name_of(way)] = [round(f(values), 4) for f in (fmean, min, max)]
        by_epoch = zip(*(losses for losses, _ in runs), strict=True)
        rows[name_of(bugs)] = {"loss": [round(fmean(v), 4) for v in by_epoch], "accuracy": judged}
    y = data["test"][2]
    return {
        "machine": {"python": platform.python_version(), "torch": torch.__version__},
        "epochs": epochs,
        "seeds": seeds,
        "samples": {split: len(part[2]) for split, part in data.items()},
        "classes": int(data["train"][2].max()) + 1,
        "commonest": round(y.bincount().max().item() / len(y), 4),
        "in_training": list(IN_TRAINING),
        "in_judging": list(IN_JUDGING),
        "rows": rows,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path, help="write the results to this file")
    parser.add_argument("--quick", action="store_true", help="one epoch and one seed")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    told = measure(1, 1) if arguments.quick else measure(EPOCHS, SEEDS)
    for bugs, row in told["rows"].items():
        true, reported = row["accuracy"][""][0], row["accuracy"][name_of(IN_JUDGING)][0]
        print(f"{bugs or 'none':38} loss {row['loss'][-1]:8.3f}  true {true:.3f}  {reported:.3f}")
    if arguments.json:
        whole = arguments.json.with_suffix(".part")
        whole.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf8")
        os.replace(whole, arguments.json)
        print(f"written: {arguments.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
