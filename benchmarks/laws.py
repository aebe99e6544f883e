"""Runs to fit scaling laws to: loss against width, steps against batch.

    python benchmarks/laws.py --json mmtutor/results/laws.json    # under a minute

*Width*: a student, one hidden layer of ReLU, learns what a teacher of 512 units says of random
inputs, new ones in each of 1,500 steps of Adam, so that data never run short. The loss is the mean
square on inputs never seen, over the variance of what the teacher says of them.

*Batch*: a linear regression on 32 inputs, the k-th with the variance 1/k, and targets with noise,
by plain gradient steps on new samples. What counts is the fewest steps, over a grid of rates, until
the excess risk, known exactly here, is first below 3 % of that before the training.

Five seeds at once, each with a problem and samples of its own.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.record import machine, write

SEEDS, INPUTS, TEACHER = 5, 4, 512
WIDTHS = (4, 8, 16, 32, 64, 128)
BATCHES = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
VARIANCES = 1 / torch.arange(1, 33)  # of the regression's inputs
RATES = 0.02 * 2 ** (torch.arange(16) / 2)


def losses(width: int, steps: int = 1500, batch: int = 256) -> list[float]:
    """The loss of each seed's student; the teachers are the same for every width."""
    draw = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> Tensor:
        return torch.randn(SEEDS, *shape, generator=draw)

    into, out = 3 * normal(INPUTS, TEACHER) / INPUTS**0.5, normal(TEACHER, 1) / TEACHER**0.5

    def says(x: Tensor) -> Tensor:
        return torch.tanh(x @ into) @ out

    x_test = normal(2048, INPUTS)
    y_test = says(x_test)
    W = [normal(INPUTS, width) / INPUTS**0.5, normal(1, width), normal(width, 1) / width**0.5]
    for w in W:
        w.requires_grad_()

    def learns(x: Tensor) -> Tensor:
        return torch.relu(x @ W[0] + W[1]) @ W[2]

    adam = torch.optim.Adam(W, lr=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    for _ in range(steps):
        x = normal(batch, INPUTS)
        adam.zero_grad()
        (learns(x) - says(x)).square().mean(dim=(1, 2)).sum().backward()
        adam.step()
        schedule.step()
    with torch.no_grad():
        off = (learns(x_test) - y_test).square().mean(dim=(1, 2))
    return (off / y_test.var(dim=(1, 2))).tolist()


def steps(batch: int, noise: float, share: float = 0.03, most: int = 5000) -> list[int]:
    """The fewest steps of each seed's regression until its excess risk has so far come down."""
    draw = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> Tensor:
        return torch.randn(SEEDS, *shape, generator=draw)

    off = normal(len(VARIANCES), 1).repeat(len(RATES), 1, 1, 1)  # from the truth: (R, S, 32, 1)
    aim = share * (VARIANCES[:, None] * off[0].square()).sum(dim=(1, 2))
    took = torch.zeros(SEEDS, dtype=torch.long)
    for step in range(1, most + 1):
        x = normal(batch, len(VARIANCES)) * VARIANCES.sqrt()
        error = x @ off + noise * normal(batch, 1)
        off = off - RATES.view(-1, 1, 1, 1) * (x.mT @ error) / batch
        there = ((VARIANCES[:, None] * off.square()).sum(dim=(2, 3)) < aim).any(dim=0)
        took[there & (took == 0)] = step
        if took.all():
            return took.tolist()
    raise RuntimeError(f"batch {batch}, noise {noise}: not there after {most} steps")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[dict[str, Any]] = []
    for width in tqdm(WIDTHS, disable=None):
        rows.append({"law": "width", "width": width, "losses": losses(width)})
        print(width, *(f"{loss:.4f}" for loss in rows[-1]["losses"]))
    for noise, batch in tqdm(list(itertools.product((1.0, 2.0), BATCHES)), disable=None):
        rows.append({"law": "batch", "noise": noise, "batch": batch, "steps": steps(batch, noise)})
        print(noise, batch, *rows[-1]["steps"])
    if chosen.json:
        write(chosen.json, {"machine": machine()}, rows)


if __name__ == "__main__":
    main()
