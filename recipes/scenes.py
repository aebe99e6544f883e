"""Train the small models of data/scenes, and measure them beside others: five seeds each.

    python recipes/scenes.py            # train, write, measure
    python recipes/scenes.py --check    # measure what is shipped, and compare with what is said

Needs nothing but the package: clips are drawn from a formula, calls and pictures of animals are
those of data/animals and data/emoji. A quarter of an hour of one core. A finished run is kept in
--work, so that a stop loses one run at most.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import torch
from in_place import put_in_place
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from mmtutor.datasets import Only, Scene, SoundingScenes, delay
from mmtutor.datasets.storage.checksums import write_sums
from mmtutor.datasets.storage.shipped import seal
from mmtutor.encoders import AudioCNN, VideoCNN
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
TIMES = ("none", "gru", "transformer", "3d")
KEPT = ("DATASHEET.md", "LICENSES.md")
ACCEPTED = 0.02  # share of validation clips with an off-screen sound that may be called "this one"
FIT = {"batch_size": 50, "lr": 0.02, "progress": False}


@cache
def data(split: str, samples: int, **dials: object) -> SoundingScenes:
    """A data set, drawn once."""
    return SoundingScenes(split, Scene(**dials), samples=samples)


class Timed(nn.Module):
    """An encoder whose tokens know when they are: sines are added to half of their numbers."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder, self.out_dim = encoder, encoder.out_dim + 12

    def tokens(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The encoder's tokens, and 12 sines beside each."""
        tokens, padding = self.encoder.tokens(x)
        when = sines(tokens.shape[1], 12).to(tokens).expand(len(tokens), -1, -1)
        return torch.cat([tokens, when], dim=2), padding

    def forward(self, x: Tensor) -> Tensor:
        """Their mean."""
        return self.tokens(x)[0].mean(dim=1)


class FrameByFrame(nn.Module):
    """Early fusion: [v_t; a_t] of each frame through one hidden layer; the mean over frames."""

    modalities = ("video", "audio")

    def __init__(self, encoders: dict[str, nn.Module]) -> None:
        super().__init__()
        self.encoders = nn.ModuleDict(encoders)
        width = sum(encoder.out_dim for encoder in encoders.values())
        self.hidden, self.head = nn.Linear(width, 64), nn.Linear(64, 4)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        """Logits, (B, 4)."""
        both = torch.cat([self.encoders[m].tokens(x[m])[0] for m in self.modalities], dim=2)
        return self.head(self.hidden(both).relu().mean(dim=1))


def encoders() -> dict[str, nn.Module]:
    """f_video and f_audio, one token a frame."""
    return {
        "video": VideoCNN(out_dim=24),
        "audio": AudioCNN(out_dim=8, channels=(8, 8), n_fft=256, hop=125),
    }


def build(name: str) -> nn.Module:
    """A model of that name, untrained."""
    if name.startswith("time: "):
        return scene_model(time=name[6:])
    if name in ("negatives", "unlabelled", "synchrony"):
        return scene_model()
    made = encoders()
    if name in made:
        return MultimodalModel({name: made[name]}, out_dim=4, dim=32)
    if name == "late":
        return Ensemble({m: build(m) for m in made})
    if name == "frame by frame":
        return FrameByFrame(made)
    return MultimodalModel({m: Timed(e) for m, e in made.items()}, name, out_dim=4, dim=32)


def pairs_alone(model: Synchrony) -> Callable[[object, Tensor], Tensor]:
    """Loss without labels: of all sounds of the batch, which belongs to this clip, and back."""

    def loss(outputs: Tensor, y: Tensor) -> Tensor:
        own = torch.arange(len(outputs))
        return (cross_entropy(outputs, own) + cross_entropy(outputs.T, own)) / 2

    return loss


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
    elif name == "unlabelled":
        source = data("train", 900, cast="both")
        fit(Scores(model), source, epochs=3, seed=seed, loss=pairs_alone(model), **FIT)
    else:
        source = data("train", 700)
        senses = [name] if name in ("video", "audio") else list(source.modalities)
        fit(model, Only(source, *senses), epochs=3, seed=seed, **FIT)
    return model.eval()


@torch.no_grad()
def said(model: nn.Module, source: SoundingScenes, shift: Tensor | None = None) -> Tensor:
    """Logits of all clips."""
    parts = []
    senses = getattr(model, "modalities", source.modalities)
    for i in torch.arange(len(source)).split(100):
        x, _ = source.batch(i)
        if shift is not None:
            x["audio"] = delay(x["audio"], shift[i])
        parts.append(model({m: x[m] for m in senses}))
    return torch.cat(parts)


def threshold(model: Synchrony) -> float:
    """The logit of "none" at which few off-screen sounds of validation clips are accepted."""
    logits = said(model, data("valid", 300, cast="both", source="off-screen"))
    return float(logits[:, :-1].amax(dim=1).quantile(1 - ACCEPTED))


def measured(name: str, model: nn.Module) -> dict[str, float]:
    """Accuracy on test clips; with "none" left out as an answer where it says forced."""
    # What is at chance is measured on more clips, or one would not see that it is.
    source = data("test", 1200 if name in ("video", "audio", "late") else 300)
    logits = said(model, source)
    told = {"balls": accuracy(logits[:, :3], source.targets)}
    if name in ("negatives", "synchrony"):
        told["balls, none allowed"] = accuracy(logits, source.targets)
        apart = torch.randint(4, 29, (300,), generator=torch.Generator().manual_seed(0))
        told["shifted"] = accuracy(said(model, source, apart)[:, :3], source.targets)
        for kind in ("silent", "noise", "off-screen"):
            quiet = said(model, data("test", 300, cast="both", source=kind))
            told[f"{kind}, this one"] = float((quiet.argmax(dim=1) < 3).float().mean())
    return {test: round(value, 4) for test, value in told.items()}


def main() -> None:
    """Read the options; train what is missing, or measure what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="measure what is shipped")
    parser.add_argument("--work", type=Path, default=ROOT / "_build/scenes", help="finished runs")
    options = parser.parse_args()
    out, results = ROOT / "data/scenes", ROOT / "mmtutor/results/scenes.json"
    others = ["video", "audio", "synchrony", "frame by frame", "cross_attention", "bottleneck"]
    names = [*SHIPPED, *(() if options.check else (*others, *(f"time: {t}" for t in TIMES)))]
    runs = [(name, seed) for name in names for seed in SEEDS]
    options.work.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, seed in tqdm(runs, mininterval=10):
        path = options.work / f"{name.replace(': ', '_')}_{seed}.safetensors"
        if not options.check and not path.exists():
            write_rounded(train(name, seed), path)
        model = build(name)
        read_rounded(model, (out / path.name) if options.check else path)
        rows.append({"model": name, "seed": seed} | measured(name, model.eval()))
        print(json.dumps(rows[-1]), flush=True)
    if options.check:
        known = json.loads(results.read_text(encoding="utf8"))["rows"]
        sys.exit(0 if close(rows, known) else "What is measured is not what is said.")
    rows += [late(options.work, seed) for seed in SEEDS]
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


def late(work: Path, seed: int) -> dict[str, object]:
    """The two single senses, their logits averaged."""
    model = build("late")
    for sense in model.models:
        read_rounded(model.models[sense], work / f"{sense}_{seed}.safetensors")
    return {"model": "late", "seed": seed} | measured("late", model.eval())


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
