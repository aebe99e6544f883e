"""Runs to fit a scaling law to: the loss of a network against its width.

    python benchmarks/laws.py --json mmtutor/results/laws.json    # about half a minute

A student, one hidden layer of ReLU, learns what a teacher of 512 units says of random inputs, new
ones in each of 1,500 steps of Adam, so that data never run short. Five seeds at once, each with a
teacher and inputs of its own. The loss is the mean square on inputs never seen, over the variance
of what the teacher says of them.
"""

from __future__ import annotations

import argparse
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[dict[str, Any]] = []
    for width in tqdm(WIDTHS, disable=None):
        rows.append({"width": width, "losses": losses(width)})
        print(width, *(f"{loss:.4f}" for loss in rows[-1]["losses"]))
    if chosen.json:
        write(chosen.json, {"machine": machine()}, rows)


if __name__ == "__main__":
    main()
