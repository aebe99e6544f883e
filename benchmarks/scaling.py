"""Measure training steps of the network that ``mmtutor.scaling`` prices: to fit, and to judge.

    python benchmarks/scaling.py --json mmtutor/results/scaling.json    # about two minutes

Processor time of one thread, so that other programs count little: of each configuration the least
of many steps, in turns, so that a slow minute is shared by all. AdamW, cross-entropy, float32. The
configurations to judge by are drawn at random, and not used to fit. Two lines at the end say how
far the fitted model is from both.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, layer_norm, scaled_dot_product_attention
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.record import machine as described
from benchmarks.record import write
from mmtutor.scaling import CLASSES, Workload, fit_machine


class Block(nn.Module):
    """A Transformer block with heads of width 16; 12 d² + 13 d numbers."""

    def __init__(self, d: int) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.up, self.down = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        self.norms = nn.ParameterList([nn.Parameter(torch.ones(d)) for _ in range(2)])
        self.shifts = nn.ParameterList([nn.Parameter(torch.zeros(d)) for _ in range(2)])

    def forward(self, x: Tensor) -> Tensor:
        B, T, d = x.shape
        h = layer_norm(x, (d,), self.norms[0], self.shifts[0])
        q, k, v = self.qkv(h).view(B, T, 3, d // 16, 16).permute(2, 0, 3, 1, 4)  # (B, h, T, 16)
        x = x + self.out(scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(B, T, d))
        h = layer_norm(x, (d,), self.norms[1], self.shifts[1])
        return x + self.down(torch.relu(self.up(h)))


class Towers(nn.Module):
    """The network priced: a tower a modality, concatenation, a head."""

    def __init__(self, workload: Workload) -> None:
        super().__init__()
        d, M = workload.width, workload.modalities
        towers = [nn.Sequential(*(Block(d) for _ in range(workload.layers))) for _ in range(M)]
        self.towers = nn.ModuleList(towers)
        self.head = nn.Linear(M * d, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """``(M, B, T, d)`` → ``(B, 10)``."""
        h = [tower(part).mean(dim=1) for tower, part in zip(self.towers, x, strict=True)]
        return self.head(torch.cat(h, dim=1))


FIT = [
    (8, 32, 8, 1), (64, 32, 8, 1), (16, 32, 32, 2), (64, 32, 16, 3),
    (8, 64, 16, 1), (32, 64, 16, 2), (16, 64, 64, 1), (64, 64, 8, 3),
    (8, 128, 8, 1), (16, 128, 32, 1), (32, 128, 8, 2), (8, 128, 16, 3),
    (8, 192, 16, 1), (16, 192, 16, 2), (8, 256, 16, 1), (16, 256, 8, 2),
]  # fmt: skip
"""Batch, width, tokens, modalities."""


def judged(number: int = 16, seed: int = 0) -> list[tuple[int, int, int, int]]:
    """Configurations drawn at random in about the range of those above, below 1e9 operations."""
    dice, found = random.Random(seed), []
    while len(found) < number:
        one = (
            dice.randint(6, 64),
            16 * dice.randint(2, 16),
            dice.randint(6, 64),
            dice.randint(1, 3),
        )
        if one not in FIT and Workload(**named(one)).flops < 1e9:
            found.append(one)
    return found


def named(one: tuple[int, int, int, int]) -> dict[str, int]:
    return dict(zip(("batch", "width", "tokens", "modalities"), one, strict=True))


class Step:
    """A training step that can be taken again and again."""

    def __init__(self, one: tuple[int, int, int, int]) -> None:
        self.workload = w = Workload(**named(one))
        self.model = Towers(w)
        assert sum(p.numel() for p in self.model.parameters()) == w.params
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-4, fused=True)
        self.x = torch.randn(w.modalities, w.batch, w.tokens, w.width)
        self.y = torch.randint(CLASSES, (w.batch,))

    def __call__(self) -> float:
        start = time.thread_time()
        self.optimizer.zero_grad()
        cross_entropy(self.model(self.x), self.y).backward()
        self.optimizer.step()
        return time.thread_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    torch.autograd.set_multithreading_enabled(False)  # the way back too is timed in this thread
    torch.manual_seed(0)
    parts = {"fit": FIT, "judge": judged()}
    steps = {name: [Step(one) for one in part] for name, part in parts.items()}
    best = {name: [float("inf")] * len(part) for name, part in steps.items()}
    for _ in tqdm(range(chosen.rounds), disable=None, unit="round"):
        for name, part in steps.items():
            for k, step in enumerate(part):
                best[name][k] = min(best[name][k], *(step() for _ in range(2)))
    machine = fit_machine((s.workload, t) for s, t in zip(steps["fit"], best["fit"], strict=True))
    for name, part in steps.items():
        errors = [
            abs(machine.step(s.workload) / t - 1) for s, t in zip(part, best[name], strict=True)
        ]
        print(f"{name}: median error {statistics.median(errors):.1%}, largest {max(errors):.1%}")
    print(
        "seconds",
        *(f"{a:.3g}" for a in machine.seconds),
        f"| {1e-9 / machine.seconds[2]:.1f} GFLOP/s",
    )
    if chosen.json:
        rows = [
            {"use": name, **named(one), "seconds": seconds}
            for name, part in parts.items()
            for one, seconds in zip(part, best[name], strict=True)
        ]
        write(chosen.json, {"machine": described()}, rows)


if __name__ == "__main__":
    main()
