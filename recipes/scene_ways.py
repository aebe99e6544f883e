"""What chapter 18 compares: ways to put two senses together, and to read the frames of a place."""

from __future__ import annotations

from pathlib import Path

import torch
from scene_clips import (
    LONG,
    NOISY,
    accepted,
    allowed,
    data,
    forced,
    run,
    threshold,
    tracks,
    trained,
)
from torch import Tensor, nn

from mmtutor.datasets import InMemory, Only
from mmtutor.encoders import FrameCNN
from mmtutor.encoders.video import TIMES, sines
from mmtutor.metrics import accuracy
from mmtutor.models import Ensemble, MultimodalModel, Synchrony
from mmtutor.training import fit

WAYS = (
    "video", "audio", "late", "concat", "cross_attention", "bottleneck", "frame by frame",
)  # fmt: skip
WAYS_ON = 700  # training clips, and test clips of each of two draws
WIDTHS = {"video": 36, "audio": 20}
Row = dict[str, object]


class FrameByFrame(nn.Module):
    """Early fusion: [v_t; a_t] of each frame through one hidden layer; the mean over frames."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.head = nn.Linear(sum(WIDTHS.values()), 64), nn.Linear(64, 4)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        """Logits, (B, 4)."""
        return self.head(self.hidden(torch.cat([*x.values()], dim=2)).relu().mean(dim=1))


def build(name: str) -> nn.Module:
    """A way of that name, untrained."""
    if name == "frame by frame":
        return FrameByFrame()
    made = {m: FrameCNN(width, out_dim=32, kernel=5) for m, width in WIDTHS.items()}
    if name in made:
        return MultimodalModel({name: made[name]}, out_dim=4, dim=32)
    if name == "late":
        return Ensemble({m: build(m) for m in made})
    return MultimodalModel(made, name, out_dim=4, dim=32)


def stories(model: Synchrony, split: str, draw: int = 0) -> InMemory:
    """What a trained model's frozen encoders say of each frame: (N, 32, 36) and (N, 32, 20).

    Of the video the largest of each feature in each third, with 12 sines that say when; so also
    of the sound.
    """
    source = data(split, WAYS_ON, draw)
    seen, heard = tracks(model, source)
    both = {"video": seen.transpose(1, 2).flatten(2), "audio": heard}
    when = sines(32, 12).expand(len(source), -1, -1)
    told = {m: torch.cat([x / x.std(), when], dim=2) for m, x in both.items()}
    return InMemory(told, source.targets, num_classes=4)


def ways(seed: int, work: Path) -> list[Row]:
    """Ways to put two senses together, all on the same frozen encoders."""
    model = trained(work, seed)
    train_on = stories(model, "train")
    tests = [stories(model, "test", draw) for draw in (0, 1)]
    rows: list[Row] = []
    for name in WAYS:
        torch.manual_seed(seed)
        way = build(name)
        known = [name] if name in WIDTHS else list(WIDTHS)
        fit(way, Only(train_on, *known), epochs=8, batch_size=50, lr=5e-3, seed=seed,
            progress=False)  # fmt: skip
        with torch.no_grad():
            right = [
                accuracy(way({m: test.inputs[m] for m in known})[:, :3], test.targets)
                for test in tests
            ]
        rows.append({"model": name, "seed": seed, "balls": round(sum(right) / 2, 4)})
    return rows


def times(seed: int, work: Path) -> list[Row]:
    """Ways to read the frames of a place, all trained anew from the same clips as often."""
    return [_time(f"time: {time}", seed, run(seed, 0.5, time)) for time in TIMES]


def long_times(seed: int, work: Path) -> list[Row]:
    """The same from as many clips and passes as the shipped models had; the first seed only."""
    if seed:
        return []
    return [_time(f"long time: {time}", seed, run(seed, 0.5, time, **LONG)) for time in TIMES]


def _time(name: str, seed: int, model: nn.Module) -> Row:
    noisy = forced(model, **NOISY)
    return {"model": name, "seed": seed, "balls": forced(model), "noisy": noisy}


def without(seed: int, work: Path) -> list[Row]:
    """As *negatives*, but from clips in all of which one is heard; and then with θ set."""
    model = run(seed, 0.0, "convolution", **LONG)
    rows = [_refuses("without negatives", seed, model)]
    model.none.data.fill_(threshold(model))
    return [*rows, _refuses("without negatives, θ set", seed, model)]


def _refuses(name: str, seed: int, model: nn.Module) -> Row:
    return {"model": name, "seed": seed, "balls, none allowed": allowed(model)} | accepted(model)
