"""Train the small models of data/scenes, and measure them beside others: five seeds each.

    python recipes/scenes.py            # train, write, measure
    python recipes/scenes.py --check    # measure what is shipped, and compare with what is said

Needs nothing but the package: clips are drawn from a formula, calls and pictures of animals are
those of data/animals and data/emoji. Twenty-five minutes of one core. A finished run is kept in
--work, so that a stop loses one run at most.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch
from in_place import ship
from scene_clips import (
    FIT,
    LONG,
    ROOT,
    SEEDS,
    accepted,
    allowed,
    data,
    forced,
    run,
    said,
    threshold,
)
from scene_parts import (
    SENSES,
    label_accuracy,
    masks,
    separated,
    train_event,
    train_separator,
    untold,
)
from scene_ways import long_times, times, ways, without
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from mmtutor.datasets.scenes.sounding import KINDS
from mmtutor.metrics import accuracy
from mmtutor.models import (
    Separator,
    Synchrony,
    event_model,
    read_rounded,
    scene_model,
    write_rounded,
)
from mmtutor.training import fit

SHIPPED = ("negatives", "unlabelled", "separator", *SENSES)
COMPARED = (times, long_times, without, ways, untold)
KEPT = ("DATASHEET.md", "LICENSES.md")


def pairs_alone(outputs: Tensor, y: Tensor) -> Tensor:
    """Loss without labels: of all sounds of the batch, which belongs to this clip, and back."""
    own = torch.arange(len(outputs))
    return (cross_entropy(outputs, own) + cross_entropy(outputs.T, own)) / 2


class Scores(nn.Module):
    """A model that says `Synchrony.scores`."""

    def __init__(self, model: Synchrony) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        """(B, B)."""
        return self.model.scores(x)


def build(name: str) -> nn.Module:
    """A model of that name, untrained."""
    if name == "separator":
        return Separator()
    return event_model(len(KINDS), SENSES[name]) if name in SENSES else scene_model()


def train(name: str, seed: int, work: Path) -> nn.Module:
    """One run."""
    if name == "separator":
        return train_separator(seed, work)
    if name in SENSES:
        return train_event(name, seed)
    if name == "negatives":
        model = run(seed, 0.5, "convolution", **LONG)
        model.none.data.fill_(threshold(model))
        return model
    torch.manual_seed(seed)
    model = scene_model()
    fit(
        Scores(model), data("train", 700, cast="both"), epochs=3, seed=seed, loss=pairs_alone, **FIT
    )
    return model.eval()


def measured(name: str, model: nn.Module, seed: int, work: Path) -> dict[str, float]:
    """What the model does on test clips, with "none" left out unless it is said to be allowed."""
    if name == "separator":
        return separated(model, seed, work)
    if name in SENSES:
        return label_accuracy(model)
    told = {"balls": forced(model)}
    if name == "negatives":
        source = data("test", 300)
        apart = torch.randint(4, 29, (300,), generator=torch.Generator().manual_seed(0))
        told["balls, none allowed"] = allowed(model)
        shifted = accuracy(said(model, source, apart)[:, :3], source.targets)
        told |= {"shifted": round(shifted, 4)} | accepted(model)
    return told


def compared(work: Path) -> list[dict[str, object]]:
    """What is not shipped, but measured beside it."""
    rows = []
    for seed, way in tqdm([(s, w) for s in SEEDS for w in COMPARED], mininterval=10):
        path = work / f"{way.__name__}_{seed}.json"
        if not path.exists():
            path.write_text(json.dumps(way(seed, work)), encoding="utf8")
        rows += json.loads(path.read_text(encoding="utf8"))
    return rows + masks()


def main() -> None:
    """Read the options; train what is missing, or measure what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="measure what is shipped")
    parser.add_argument("--work", type=Path, default=ROOT / "_build/scenes", help="finished runs")
    options = parser.parse_args()
    out, results = ROOT / "data/scenes", ROOT / "mmtutor/results/scenes.json"
    options.work.mkdir(parents=True, exist_ok=True)
    work = out if options.check else options.work
    rows = []
    for name, seed in tqdm([(n, s) for n in SHIPPED for s in SEEDS], mininterval=10):
        path = work / f"{name}_{seed}.safetensors"
        if not options.check and not path.exists():
            write_rounded(train(name, seed, work), path)
        model = build(name)
        read_rounded(model, path)
        rows.append({"model": name, "seed": seed} | measured(name, model.eval(), seed, work))
        print(json.dumps(rows[-1]), flush=True)
    if options.check:
        known = json.loads(results.read_text(encoding="utf8"))["rows"]
        sys.exit(0 if close(rows, known) else "What is measured is not what is said.")
    rows += compared(work)
    names = [f"{name}_{seed}.safetensors" for name in SHIPPED for seed in SEEDS]
    ship(options.work, names, out, KEPT)
    told = {"torch": torch.__version__, "seeds": len(SEEDS), "rows": rows}
    results.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf8")


def close(rows: list[dict], known: list[dict]) -> bool:
    """Whether the rows say the same, up to what another processor computes.

    Two clips of a hundred, or half a decibel.
    """
    by = {(row["model"], row.get("seed")): row for row in known}
    return all(
        abs(value - by[row["model"], row["seed"]][test]) <= (0.5 if "asked" in test else 0.02)
        for row in rows
        for test, value in row.items()
        if test not in ("model", "seed")
    )


if __name__ == "__main__":
    main()
