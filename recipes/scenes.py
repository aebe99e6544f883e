"""Train the small models of data/scenes, and measure them beside others: five seeds each.

    python recipes/scenes.py            # train, write, measure
    python recipes/scenes.py --check    # measure what is shipped, and compare with what is said

Needs nothing but the package: clips are drawn from a formula, calls and pictures of animals are
those of data/animals and data/emoji. Five minutes of one core. A finished run is kept in
--work, so that a stop loses one run at most.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from functools import cache
from pathlib import Path

import torch
from in_place import put_in_place
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from mmtutor.datasets import InMemory, Only, Scene, SoundingScenes, delay
from mmtutor.datasets.storage.checksums import write_sums
from mmtutor.datasets.storage.shipped import seal
from mmtutor.encoders import FrameCNN
from mmtutor.encoders.video import sines
from mmtutor.metrics import accuracy
from mmtutor.models import (
    Ensemble,
    MultimodalModel,
    Synchrony,
    read_rounded,
    scene_model,
    write_rounded,
)
from mmtutor.training import fit

ROOT = Path(__file__).resolve().parents[1]
SEEDS = range(5)
SHIPPED = ("negatives", "unlabelled")
WAYS = (
    "video", "audio", "late", "concat", "cross_attention", "bottleneck", "frame by frame",
)  # fmt: skip
WAYS_ON = {"train": 700, "test": 700}
WIDTHS = {"video": 36, "audio": 20}
KEPT = ("DATASHEET.md", "LICENSES.md")
ACCEPTED = 0.02  # share of validation clips with an off-screen sound that may be called "this one"
FIT = {"batch_size": 50, "lr": 0.02, "progress": False}


@cache
def data(split: str, samples: int, **dials: object) -> SoundingScenes:
    """A data set, drawn once."""
    return SoundingScenes(split, Scene(**dials), samples=samples)


class FrameByFrame(nn.Module):
    """Early fusion: [v_t; a_t] of each frame through one hidden layer; the mean over frames."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.head = nn.Linear(sum(WIDTHS.values()), 64), nn.Linear(64, 4)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        """Logits, (B, 4)."""
        return self.head(self.hidden(torch.cat([*x.values()], dim=2)).relu().mean(dim=1))


def build(name: str) -> nn.Module:
    """A model of that name, untrained."""
    if name in ("negatives", "unlabelled"):
        return scene_model()
    if name == "frame by frame":
        return FrameByFrame()
    made = {m: FrameCNN(width, out_dim=32, kernel=5) for m, width in WIDTHS.items()}
    if name in made:
        return MultimodalModel({name: made[name]}, out_dim=4, dim=32)
    if name == "late":
        return Ensemble({m: build(m) for m in made})
    return MultimodalModel(made, name, out_dim=4, dim=32)


@torch.no_grad()
def stories(model: Synchrony, source: SoundingScenes) -> InMemory:
    """What a trained model's frozen encoders say of each frame: (N, 32, 36) and (N, 32, 20).

    Of the video the largest of each feature in each third, with 12 sines that say when; so also
    of the sound.
    """
    seen, heard = [], []
    for i in torch.arange(len(source)).split(100):
        x, _ = source.batch(i)
        v = model.seen(x["video"])  # (B, h, w, T, D)
        parts = v.amax(dim=1).tensor_split(3, dim=1)
        seen.append(torch.cat([part.amax(dim=1) for part in parts], dim=2))
        heard.append(model.heard(x["audio"]))
    both = {"video": torch.cat(seen), "audio": torch.cat(heard)}
    when = sines(32, 12).expand(len(source), -1, -1)
    told = {m: torch.cat([x / x.std(), when], dim=2) for m, x in both.items()}
    return InMemory(told, source.targets, num_classes=4)


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


def train(name: str, seed: int) -> nn.Module:
    """One run."""
    torch.manual_seed(seed)
    model = build(name)
    if name == "negatives":
        fit(model, data("train", 2000, cast="both", negatives=0.5), epochs=4, seed=seed, **FIT)
        model.none.data.fill_(threshold(model))
    else:
        source = data("train", 700, cast="both")
        fit(Scores(model), source, epochs=3, seed=seed, loss=pairs_alone, **FIT)
    return model.eval()


@torch.no_grad()
def said(model: nn.Module, source: SoundingScenes, shift: Tensor | None = None) -> Tensor:
    """Logits of all clips."""
    parts = []
    for i in torch.arange(len(source)).split(100):
        x, _ = source.batch(i)
        if shift is not None:
            x["audio"] = delay(x["audio"], shift[i])
        parts.append(model(x))
    return torch.cat(parts)


def threshold(model: Synchrony) -> float:
    """The logit of "none" at which few off-screen sounds of validation clips are accepted."""
    logits = said(model, data("valid", 300, cast="both", source="off-screen"))
    return float(logits[:, :-1].amax(dim=1).quantile(1 - ACCEPTED))


def measured(name: str, model: nn.Module) -> dict[str, float]:
    """Accuracy on test clips, with "none" left out as an answer unless it is said to be allowed."""
    source = data("test", 300)
    logits = said(model, source)
    told = {"balls": accuracy(logits[:, :3], source.targets)}
    if name != "unlabelled":
        told["balls, none allowed"] = accuracy(logits, source.targets)
        apart = torch.randint(4, 29, (300,), generator=torch.Generator().manual_seed(0))
        told["shifted"] = accuracy(said(model, source, apart)[:, :3], source.targets)
        for kind in ("silent", "noise", "off-screen"):
            quiet = said(model, data("test", 300, cast="both", source=kind))
            told[f"{kind}, this one"] = float((quiet.argmax(dim=1) < 3).float().mean())
    return {test: round(value, 4) for test, value in told.items()}


def ways(seed: int, work: Path) -> list[dict[str, object]]:
    """Ways to put two senses together, all on the same frozen encoders."""
    model = build("negatives")
    read_rounded(model, work / f"negatives_{seed}.safetensors")
    train_on, test_on = (stories(model.eval(), data(s, n)) for s, n in WAYS_ON.items())
    rows: list[dict[str, object]] = []
    for name in WAYS:
        torch.manual_seed(seed)
        way = build(name)
        known = [name] if name in WIDTHS else list(WIDTHS)
        fit(way, Only(train_on, *known), epochs=8, batch_size=50, lr=5e-3, seed=seed,
            progress=False)  # fmt: skip
        with torch.no_grad():
            logits = way({m: test_on.inputs[m] for m in known})
        right = round(accuracy(logits[:, :3], test_on.targets), 4)
        rows.append({"model": name, "seed": seed, "balls": right})
        print(json.dumps(rows[-1]), flush=True)
    return rows


def main() -> None:
    """Read the options; train what is missing, or measure what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="measure what is shipped")
    parser.add_argument("--work", type=Path, default=ROOT / "_build/scenes", help="finished runs")
    options = parser.parse_args()
    out, results = ROOT / "data/scenes", ROOT / "mmtutor/results/scenes.json"
    runs = [(name, seed) for name in SHIPPED for seed in SEEDS]
    options.work.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, seed in tqdm(runs, mininterval=10):
        path = options.work / f"{name}_{seed}.safetensors"
        if not options.check and not path.exists():
            write_rounded(train(name, seed), path)
        model = build(name)
        read_rounded(model, (out / path.name) if options.check else path)
        rows.append({"model": name, "seed": seed} | measured(name, model.eval()))
        print(json.dumps(rows[-1]), flush=True)
    if options.check:
        known = json.loads(results.read_text(encoding="utf8"))["rows"]
        sys.exit(0 if close(rows, known) else "What is measured is not what is said.")
    rows += [row for seed in SEEDS for row in ways(seed, options.work)]
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".scenes-") as scratch:
        new = Path(scratch, "new")
        new.mkdir()
        files = [f"{name}_{seed}.safetensors" for name in SHIPPED for seed in SEEDS]
        for file in files:
            (new / file).write_bytes((options.work / file).read_bytes())
        write_sums(new, files)
        put_in_place(new, out, KEPT)
    told = {"torch": torch.__version__, "seeds": len(SEEDS), "rows": rows}
    results.write_text(json.dumps(told, indent=1) + "\n", encoding="utf8")
    seal(out.parent)


def close(rows: list[dict], known: list[dict], least: float = 0.02) -> bool:
    """Whether the rows say the same, up to what another processor computes."""
    by = {(row["model"], row["seed"]): row for row in known}
    return all(
        abs(value - by[row["model"], row["seed"]][test]) <= least
        for row in rows
        for test, value in row.items()
        if test not in ("model", "seed")
    )


if __name__ == "__main__":
    main()
