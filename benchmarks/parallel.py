"""How much memory one of two processes needs at its peak, with DDP and with FSDP.

    python benchmarks/parallel.py --json mmtutor/results/parallel.json    # about a minute

``fit`` trains a chain of eight linear layers, on few samples, so that what grows with the weights
is all that counts. The peak is the operating system's own (``ru_maxrss``), from which the memory
before the model was built is taken away. One thread a process.

The C library of Linux keeps much of what a program gives back, for later. Each way is therefore run
twice: as it is, and with ``MALLOC_MMAP_THRESHOLD_``, a setting of that library, so low that large
tensors go back to the system at once.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.record import machine, write
from mmtutor import distributed
from mmtutor.costs import counted_params
from mmtutor.datasets import InMemory
from mmtutor.training import fit

LAYERS = 8
WIDTH = 1024
GIVES_BACK = {"MALLOC_MMAP_THRESHOLD_": "262144"}


def peak() -> int:
    """The most bytes that this process has had in memory, so far."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def each(kind: str) -> None:
    """What each process does; the first tells what all of them needed."""
    torch.set_num_threads(1)
    draw = torch.Generator().manual_seed(0)
    data = InMemory({"x": torch.randn(64, WIDTH, generator=draw)}, torch.arange(64) % 10)
    # A small training first: what PyTorch needs for any is not counted.
    fit(Chain(16), data, epochs=1, batch_size=16, parallel=kind, progress=False)
    before = peak()
    model = Chain(WIDTH)
    params = counted_params(model)
    fit(model, data, epochs=2, batch_size=16, parallel=kind, progress=False)
    needed = distributed.all_gather_object(peak() - before)
    if distributed.rank() == 0:
        print(json.dumps({"params": params, "bytes": needed}))


class Chain(nn.Module):
    """Linear layers of one width, one after another."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter = nn.Linear(WIDTH, width)
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(LAYERS - 1)])
        self.head = nn.Linear(width, 10)

    def forward(self, x: dict[str, torch.Tensor]) -> torch.Tensor:
        h = self.enter(x["x"])
        for layer in self.layers:
            h = layer(h.relu())
        return self.head(h)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--each", choices=["ddp", "fsdp"], help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.each:
        each(chosen.each)
        return
    rows = []
    start = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    for kind, gives_back in itertools.product(("ddp", "fsdp"), (False, True)):
        around = {**os.environ, "OMP_NUM_THREADS": "1", **(GIVES_BACK if gives_back else {})}
        done = subprocess.run(
            [*start, __file__, f"--each={kind}"], capture_output=True, text=True, env=around,
        )  # fmt: skip
        if done.returncode:
            sys.exit(done.stderr[-3000:])
        told = json.loads(done.stdout.splitlines()[-1])
        rows.append({"parallel": kind, "gives_back": gives_back, **told})
        print(kind, "gives back," if gives_back else "as it is,", f"{told['params']:,} weights:",
              ", ".join(f"{n / 1e6:.0f} MB" for n in told["bytes"]),
              f"= {max(told['bytes']) / told['params']:.1f} bytes a weight")  # fmt: skip
    if chosen.json:
        write(chosen.json, {"machine": machine()}, rows)


if __name__ == "__main__":
    main()
