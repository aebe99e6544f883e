"""One training step taken in three ways: as it is, compiled, and with activation checkpointing.

    python benchmarks/steps.py --json mmtutor/results/steps.json    # about three minutes

Processor time of one thread, all ways in turns; the ratio is the median over the turns. *Warm-up*
is the processor time, with that of the C++ compiler, from ``torch.compile`` to the end of the first
step, in a process of its own and with nothing kept from earlier ones. After so many steps it has
paid. Bytes are the most that PyTorch's allocator had given out at once during a step.
"""

from __future__ import annotations

import argparse
import copy
import multiprocessing
import os
import resource
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.checkpoint import checkpoint
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.fusion import allocated
from benchmarks.record import machine, write
from benchmarks.scaling import Block, Towers
from mmtutor.costs import counted_graphs, counted_params, own_time, race
from mmtutor.datasets import AVDigits
from mmtutor.encoders import AudioCNN, ImageCNN
from mmtutor.lessons import processes
from mmtutor.models import MultimodalModel
from mmtutor.scaling import Workload


def classifier() -> tuple[nn.Module, Any, Tensor]:
    return processes.Net(), *processes.data().batch(torch.arange(64))


def digits() -> tuple[nn.Module, Any, Tensor]:
    model = MultimodalModel({"image": ImageCNN(), "audio": AudioCNN()}, "gated", out_dim=10)
    return model, *AVDigits("train", pairs=128).batch(torch.arange(128))


def towers(**sizes: int) -> tuple[nn.Module, Any, Tensor]:
    w = Workload(modalities=2, **sizes)
    y = torch.arange(w.batch) % 10
    return Towers(w), torch.randn(w.modalities, w.batch, w.tokens, w.width), y


MODELS: dict[str, Callable[[], tuple[nn.Module, Any, Tensor]]] = {
    "two linear encoders, batch 64": classifier,
    "digits seen and heard, batch 128": digits,
    "towers of 4 blocks, width 64, batch 16": lambda: towers(
        batch=16, width=64, tokens=16, layers=4
    ),
    "towers of 4 blocks, width 128, batch 64": lambda: towers(
        batch=64, width=128, tokens=32, layers=4
    ),
}


class Recomputed(Block):
    """Keeps what comes in, and computes the rest once more on the way back."""

    def forward(self, x: Tensor) -> Tensor:
        return checkpoint(super().forward, x, use_reentrant=False)


def recomputing(model: nn.Module) -> nn.Module:
    for module in model.modules():
        if isinstance(module, Block):
            module.__class__ = Recomputed
    return model


def step_of(model: nn.Module, x: Any, y: Tensor) -> Callable[[], None]:
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)

    def step() -> None:
        optimizer.zero_grad()
        cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


def worked() -> float:
    """Seconds of processor time of this process and of those that it started and that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def measure(name: str, seconds: float) -> list[dict[str, Any]]:
    """Rows of one model, in a fresh process."""
    os.environ |= {"TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1", "TORCHINDUCTOR_COMPILE_THREADS": "1"}
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, x, y = MODELS[name]()
    graphs = counted_graphs(copy.deepcopy(model), x)
    ways = {"plain": copy.deepcopy(model), "compiled": copy.deepcopy(model)}
    ways["compiled"].compile()
    if any(isinstance(module, Block) for module in model.modules()):
        ways["recomputing"] = recomputing(copy.deepcopy(model))
    steps = {way: step_of(module, x, y) for way, module in ways.items()}
    steps["plain"]()
    start = worked()
    steps["compiled"]()
    warm_up = worked() - start
    times = race(steps, rounds=60, budget=seconds, clock=own_time)
    peak = {way: allocated(step) for way, step in steps.items()}
    rows = []
    for way, took in times.items():
        ratios = [t / p for t, p in zip(took, times["plain"], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
        row = {"model": name, "params": counted_params(model), "way": way,
               "ms": 1e3 * statistics.median(took), "ratio": middle, "quartiles": [low, high],
               "bytes": peak[way]}  # fmt: skip
        if way == "compiled":
            saved = statistics.median(times["plain"]) * (1 - middle)
            row |= {"graphs": graphs, "warm_up": warm_up}
            row["pays_after"] = round(warm_up / saved) if saved > 0 else None
        rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=15, help="for one model's race")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows = []
    fresh = multiprocessing.get_context("spawn")
    for name in tqdm(MODELS, disable=None, unit="model"):
        with fresh.Pool(1) as pool:
            found = pool.apply(measure, (name, chosen.seconds))
        rows += found
        for row in found:
            low, high = row["quartiles"]
            more = [f"{k} {row[k]}" for k in ("graphs", "warm_up", "pays_after") if k in row]
            print(f"{name:42}{row['way']:12}{row['ms']:9.2f} ms {row['ratio']:6.2f} "
                  f"[{low:.2f}, {high:.2f}]{row['bytes'] / 1e6:8.1f} MB", *more)  # fmt: skip
    if chosen.json:
        write(chosen.json, {"machine": machine()}, rows)


if __name__ == "__main__":
    main()
