"""Chapter 12 with other experts: what silence and a blank page cost, for ten pairs of networks.

``python benchmarks/experts.py --json mmtutor/results/experts.json`` takes a minute or two.

In the chapter, one eye and one ear are trained once, frozen, and five gated units learn to join
what they say. All its intervals are about those five, given the two experts. Here the experts are
trained ten times, from other first weights and in another order of the batches; each pair gets
five runs with pairs of its own, as in the chapter (pair 0 is the chapter's). A row has, for a pair
of experts and a run, the accuracy of each expert alone, that of the joint model with both, and
that of the joint model where the sound (the picture) is replaced by zeros or by the mean of its
features, without being told. ``belief`` is how sure the ear is of its digit in silence, and the eye
on a blank page. The summary has a number for each pair of experts, the mean of its runs: what zeros
cost against the other expert alone, the belief, and by how much zeros are above the mean.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tqdm import tqdm

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.record import machine, write  # noqa: E402
from mmtutor.datasets import AVDigits, Only  # noqa: E402
from mmtutor.encoders import AudioCNN, ImageCNN  # noqa: E402
from mmtutor.metrics import mean_interval  # noqa: E402
from mmtutor.models import MultimodalModel  # noqa: E402
from mmtutor.training import fit  # noqa: E402

NOISE = {"image_noise": 0.7, "audio_noise": 3.0, "noise_spread": 1.0}
EMPTY = {"image": torch.zeros(1, 1, 8, 8), "audio": torch.zeros(1, 8000)}
WIDTH = 64
Features = dict[str, Tensor]


def train_experts(seed: int) -> dict[str, MultimodalModel]:
    """An eye and an ear, each trained alone and frozen."""
    lessons, experts = AVDigits("train", **NOISE), {}
    for name, encoder, epochs, lr in (("image", ImageCNN, 6, 0.01), ("audio", AudioCNN, 4, 0.015)):
        torch.manual_seed(seed)
        model = MultimodalModel({name: encoder(out_dim=WIDTH)}, out_dim=10)
        fit(model, Only(lessons, name), epochs=epochs, lr=lr, seed=seed, progress=False)
        experts[name] = model.eval().requires_grad_(False)
    return experts


def features(experts: dict[str, MultimodalModel], data: AVDigits) -> tuple[Features, Tensor]:
    """What the frozen encoders say of every sample, ``(N, WIDTH)`` each, and the digits."""
    parts = [data.batch(i)[0] for i in torch.arange(len(data)).split(500)]
    return {
        name: torch.cat([expert.encoders[name](part[name]) for part in parts])
        for name, expert in experts.items()
    }, data.targets


def join(x: Features, y: Tensor, seed: int) -> nn.Module:
    """Train a gated unit and a head on features, as the chapter's ``learn`` does."""
    torch.manual_seed(seed)
    encoders: dict[str, Any] = {name: nn.Identity() for name in x}
    for identity in encoders.values():
        identity.out_dim = WIDTH
    model = MultimodalModel(encoders, "gated", out_dim=10)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(8):
        for i in torch.randperm(len(y)).split(250):
            loss = cross_entropy(model({name: v[i] for name, v in x.items()}), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval().requires_grad_(False)


def rows(pair: int, runs: int) -> list[dict[str, Any]]:
    """All runs with one pair of experts."""
    experts = train_experts(pair)
    heads = {m: nn.Sequential(_Alone(e, m), e.head) for m, e in experts.items()}
    nothing = {m: experts[m].encoders[m](EMPTY[m]) for m in experts}
    belief = {m: heads[m](nothing[m]).softmax(dim=1).max().item() for m in experts}
    found = []
    for seed in range(runs):
        x, y = features(experts, AVDigits("train", pairs=1500, seed=10 + seed, **NOISE))
        test, digits = features(experts, AVDigits("test", pairs=1000, seed=seed, **NOISE))
        model = join(x, y, seed)

        def right(logits: Tensor, digits: Tensor = digits) -> float:
            return (logits.argmax(dim=1) == digits).float().mean().item()

        row: dict[str, Any] = {"experts": pair, "seed": seed, "belief": belief}
        row["alone"] = {m: right(head(test[m])) for m, head in heads.items()}
        row["both"] = right(model(test))
        for way, stand_in in (("zeros", nothing), ("mean", {m: x[m].mean(0) for m in x})):
            row[way] = {
                m: right(model({**test, m: stand_in[m].expand(len(digits), -1)})) for m in x
            }
        found.append(row)
    return found


def summary(every: list[dict[str, Any]]) -> dict[str, dict[str, list[float]]]:
    """What each pair of experts loses: a list over the pairs, each the mean of its runs."""
    pairs = sorted({row["experts"] for row in every})

    def over_pairs(value: Callable[[dict[str, Any]], float]) -> list[float]:
        return [fmean(value(r) for r in every if r["experts"] == pair) for pair in pairs]

    return {
        name: {
            "cost": over_pairs(lambda r, kept=kept, lost=lost: r["alone"][kept] - r["zeros"][lost]),
            "belief": over_pairs(lambda r, lost=lost: r["belief"][lost]),
            "above the mean": over_pairs(lambda r, lost=lost: r["zeros"][lost] - r["mean"][lost]),
        }
        for name, lost, kept in (
            ("silence", "audio", "image"), ("blank page", "image", "audio"),
        )
    }  # fmt: skip


class _Alone(nn.Module):
    """The fusion of an expert, which has one sense: what it says of its features alone."""

    def __init__(self, expert: MultimodalModel, name: str) -> None:
        super().__init__()
        self.fusion, self.name = expert.fusion, name

    def forward(self, x: Tensor) -> Tensor:
        return self.fusion({self.name: x})


def main() -> None:
    """Train, print what each pair of experts loses, and write the file."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=10, help="pairs of experts")
    parser.add_argument("--runs", type=int, default=5, help="runs with each pair")
    parser.add_argument("--json", type=Path, help="write all rows to this file")
    args = parser.parse_args()
    every = []
    for pair in tqdm(range(args.pairs), desc="pairs of experts"):
        every += rows(pair, args.runs)
    told = summary(every)
    for name, found in told.items():
        for what, values in found.items():
            print(f"{name:10} {what:14}", *(f"{v:6.3f}" for v in values))
        if args.pairs > 1:
            mean, low, high = (100 * v for v in mean_interval(found["cost"]))
            print(f"{name:10} costs {mean:.1f} points ({low:.1f} to {high:.1f}, over the pairs)")
    if args.json:
        settings = {"pairs": args.pairs, "runs": args.runs, "noise": NOISE}
        write(args.json, {"machine": machine(), "settings": settings, "summary": told}, every)


if __name__ == "__main__":
    main()
