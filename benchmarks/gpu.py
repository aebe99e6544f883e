"""On one CUDA device: what each operator takes there, beside its plain formula and its peers.

    python benchmarks/gpu.py --json mmtutor/results/gpu.json     # under five minutes
    python benchmarks/gpu.py --device cpu --quick                # a rehearsal, with no such device

A table with, for batches of 1,024 and 16,384: milliseconds forward and backward (the least of many,
by the device's own clock), bytes at the peak, and the share of the card's best rate in matrix
products, which is measured too. That the results are right is asked by ``pytest -m gpu``.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import peers
from benchmarks.fusion import OUT, Formula, features
from benchmarks.record import machine, write
from mmtutor import fusion
from mmtutor.costs import peak_memory, training_step

BATCHES = (1024, 16_384)
SHAPE = (64, 64)


def seconds(run: Callable[[], Any], device: torch.device, repeats: int) -> float:
    """The least time of one call, with nothing left to do on the device."""
    least = math.inf
    for k in range(repeats + 2):
        if device.type == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        run()
        if device.type == "cuda":
            torch.cuda.synchronize()
        if k >= 2:  # the first calls prepare things
            least = min(least, time.perf_counter() - start)
    return least


def best_rate(device: torch.device, repeats: int) -> float:
    """Operations a second in a large product of float32 matrices."""
    n = 8192 if device.type == "cuda" else 1024
    a = torch.randn(n, n, device=device)
    return 2 * n**3 / seconds(lambda: a @ a, device, repeats)


def contestants(name: str, x: dict[str, torch.Tensor]) -> dict[str, nn.Module]:
    """The operator, its formula, and the peers that are installed."""
    ours = fusion.make(name, {m: v.shape[-1] for m, v in x.items()}, OUT)
    found: dict[str, nn.Module] = {"mmtutor": ours, "formula": Formula(ours)}
    for peer in peers.PEERS.get(name, []):
        if peers.load(peer) is not None and peer.fits(ours):
            found[peer.title] = peer.build(peers.load(peer), ours)
    return found


def measure(name: str, batch: int, device: torch.device, repeats: int, rate: float) -> list[dict]:
    """A row for the operator and for each that stands beside it."""
    torch.manual_seed(0)
    x = features(SHAPE, 1, batch)
    modules = contestants(name, x)
    x = {m: v.detach().to(device).requires_grad_() for m, v in x.items()}
    rows = []
    for who, module in modules.items():
        step = training_step(module.to(device), x)
        took = seconds(step, device, repeats)
        row = {"operator": name, "batch": batch, "who": who, "ms": 1e3 * took}
        row["bytes"] = peak_memory(step)
        if who == "mmtutor":
            row["share_of_peak"] = 3 * modules[who].flops(batch) / took / rate  # there, and back
        rows.append(row)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true", help="three operators, one batch")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    if chosen.device.startswith("cuda") and not torch.cuda.is_available():
        print("NO CUDA DEVICE: nothing was measured. --device cpu rehearses.", file=sys.stderr)
        return 1
    device, repeats = torch.device(chosen.device), 3 if chosen.quick else 20
    card = torch.cuda.get_device_name() if device.type == "cuda" else "the CPU"
    rate = best_rate(device, repeats)
    print(f"{card}: {rate / 1e12:.2f} · 10¹² operations a second in products")
    names = [name for name, op in fusion.OPERATORS.items() if op.level == "feature"]
    cases = [(n, b) for n in names[: 3 if chosen.quick else None] for b in BATCHES]
    rows = []
    for name, batch in tqdm(cases[::2] if chosen.quick else cases, disable=None):
        for row in measure(name, batch, device, repeats, rate):
            rows.append(row)
            share = f"{row['share_of_peak']:7.1%}" if "share_of_peak" in row else ""
            print(f"{name:20}{batch:7}  {row['who']:26}{row['ms']:9.3f} ms"
                  f"{row['bytes'] / 1e6:9.1f} MB{share}")  # fmt: skip
    if chosen.json:
        write(chosen.json, {"machine": {**machine(), "card": card, "rate": rate}}, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
