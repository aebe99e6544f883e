"""What the recipes of data/scenes share: clips, seeds, how a model is trained, and asked."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch
from torch import Tensor, nn

from mmtutor.datasets import Scene, SoundingScenes, delay
from mmtutor.metrics import accuracy
from mmtutor.models import Synchrony, read_rounded, scene_model
from mmtutor.training import fit

ROOT = Path(__file__).resolve().parents[1]
SEEDS = range(5)
ACCEPTED = 0.02  # share of validation clips with an off-screen sound that may be called "this one"
FIT = {"batch_size": 50, "lr": 0.02, "progress": False}
LONG = {"samples": 2000, "epochs": 4}
NOISY = {"grain": 0.2, "hiss": 0.1}


@cache
def data(split: str, samples: int, draw: int | None = None, **dials: object) -> SoundingScenes:
    """A data set, drawn once. Sizes and passes were settled on draw 0; tests are of draw 1."""
    seed = int(split == "test") if draw is None else draw
    return SoundingScenes(split, Scene(**dials), samples=samples, seed=seed)


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


@cache
def run(seed: int, negatives: float, time: str, samples: int = 700, epochs: int = 3) -> Synchrony:
    """A `scene_model` for a comparison; of few passes over few clips unless it is said."""
    torch.manual_seed(seed)
    model = scene_model(time=time)
    clips = data("train", samples, cast="both", negatives=negatives)
    fit(model, clips, epochs=epochs, seed=seed, **FIT)
    return model.eval()


def forced(model: nn.Module, **dials: object) -> float:
    """Share of 300 test clips of balls with the right one of the three, "none" left out."""
    source = data("test", 300, **dials)
    return round(accuracy(said(model, source)[:, :3], source.targets), 4)


def allowed(model: nn.Module) -> float:
    """Share of 300 test clips of balls with the right answer, "none" allowed."""
    source = data("test", 300)
    return round(accuracy(said(model, source), source.targets), 4)


def accepted(model: nn.Module) -> dict[str, float]:
    """Share of 300 test clips of each kind called "this one" though none of the three is heard."""
    told = {}
    for kind in ("silent", "noise", "off-screen"):
        quiet = said(model, data("test", 300, cast="both", source=kind))
        told[f"{kind}, this one"] = round(float((quiet.argmax(dim=1) < 3).float().mean()), 4)
    return told


def trained(work: Path, seed: int) -> Synchrony:
    """The finished model *negatives* of a seed, frozen."""
    model = scene_model()
    read_rounded(model, work / f"negatives_{seed}.safetensors")
    return model.eval().requires_grad_(False)


def tracks(model: Synchrony, source: SoundingScenes) -> tuple[Tensor, Tensor]:
    """What its frozen encoders say of all clips: tracks (N, 3, 32, 8), and sounds (N, 32, 8)."""
    parts = [source.batch(i)[0] for i in torch.arange(len(source)).split(100)]
    with torch.no_grad():
        seen = torch.cat([model.tracks(model.seen(x["video"])) for x in parts])
        return seen, torch.cat([model.heard(x["audio"]) for x in parts])
