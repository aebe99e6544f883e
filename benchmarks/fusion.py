"""Every ⊕ beside its formula written literally, and beside published modules: time and memory.

``python benchmarks/fusion.py`` measures, forward and backward, operator by operator and shape by
shape. All that computes one thing takes turns in one run (:func:`mmtutor.costs.race`), so what is
reported is a *ratio*: how many times as long the other one takes, as the median over the rounds
with its quartiles. 1.30 means ours takes 1/1.30 of the time. Before anything is timed, the formula
must give the operator's numbers and gradients in float64 (:func:`check`).

Memory is the most that PyTorch's allocator gave out at once in a step, beyond weights and inputs,
as its profiler tells.

``--json FILE`` writes all that was measured; ``--quick`` takes the small batch and less time;
``--only NAME …`` takes some operators; ``--cpu-time`` counts the processor's time of one thread,
which is steady on a machine that others use too. Peers that are not installed are left out by
name; see ``benchmarks/peers.py`` for what they are.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import math
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile
from tqdm import tqdm

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import peers  # noqa: E402
from benchmarks.record import machine, write  # noqa: E402
from mmtutor import fusion  # noqa: E402
from mmtutor.costs import race, training_step  # noqa: E402
from mmtutor.fusion.reference import FORMULAS  # noqa: E402

OUT = 64
SHAPES = [(64, 64), (256, 256), (64, 64, 64), (32, 32, 32)]
TOKENS = (64, 64)
TOKENS_EACH = 16
BATCHES = (128, 1024)
PLAIN = {
    *("concat", "weighted", "stacking"),
    *("average", "weighted_vote", "product_of_experts", "max"),
}
"""Operators whose formula is one step already: there is nothing to gain, only to lose."""


def cases(only: list[str], quick: bool) -> Iterator[tuple[str, tuple[int, ...], int, int]]:
    """Yield what is measured: operator, widths, tokens a modality, batch."""
    for name, operator in fusion.OPERATORS.items():
        if only and name not in only:
            continue
        for batch in BATCHES[:1] if quick else BATCHES:
            for shape in SHAPES:
                if operator.level == "feature" or set(shape) == {OUT}:
                    yield name, shape, 1, batch
            if operator.reads_tokens:
                yield name, TOKENS, TOKENS_EACH, batch


def features(shape: tuple[int, ...], tokens: int, batch: int) -> dict[str, Tensor]:
    """Draw a batch."""
    size = (batch,) if tokens == 1 else (batch, tokens)
    return {f"m{i}": torch.randn(*size, d, requires_grad=True) for i, d in enumerate(shape)}


class Formula(nn.Module):
    """An operator's formula, read literally, on the operator's own weights."""

    def __init__(self, op: fusion.Fusion) -> None:
        super().__init__()
        self.op = op

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        return FORMULAS[self.op.name](self.op, x)


def check(op: nn.Module, formula: nn.Module, x: dict[str, Tensor]) -> None:
    """Make sure that a formula gives the operator's ``h`` and gradients, in float64."""
    results = []
    for module in (op, formula):
        leaves = {m: v.detach().double().requires_grad_() for m, v in x.items()}
        h = copy.deepcopy(module).double()(leaves)
        h.square().sum().backward()
        results.append([h, *(v.grad for v in leaves.values())])
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-7, atol=1e-7)


def measure(
    name: str,
    shape: tuple[int, ...],
    tokens: int,
    batch: int,
    *,
    budget: float,
    clock: Callable[[], float] = time.perf_counter,
) -> list[dict[str, Any]]:
    """Race one operator against its formula and its peers; return a row for each of them."""
    torch.manual_seed(0)
    x = features(shape, tokens, batch)
    dims = {m: v.shape[-1] for m, v in x.items()}
    ours = fusion.make(name, dims, OUT)
    formula = Formula(ours)
    # A few samples say whether the numbers agree; many would take long in float64.
    check(ours, formula, {m: v[:8] for m, v in x.items()})

    modules: dict[str, nn.Module] = {"mmtutor": ours, "formula": formula}
    beside = {"formula": "mmtutor"}  # which of our operators each one is held against
    for peer in peers.PEERS.get(name, []):
        work = batch * math.prod(shape) * OUT
        if peers.load(peer) is None or not peer.fits(ours) or work > peer.most:
            continue
        modules[peer.title] = peer.build(peers.load(peer), ours)
        beside[peer.title] = "mmtutor"
        if peer.options:
            beside[peer.title] = f"mmtutor, as {peer.title}"
            modules[beside[peer.title]] = fusion.make(name, dims, OUT, **peer.options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old packages warn about what they do
        steps = {title: training_step(module, x) for title, module in modules.items()}
        memory = {title: allocated(step) for title, step in steps.items()}
        times = race(steps, rounds=60, budget=budget, clock=clock)

    rows = []
    for title, mine in beside.items():
        ratios = [b / a for a, b in zip(times[mine], times[title], strict=True)]
        low, middle, high = quartiles(ratios)
        rows.append(
            {
                "operator": name,
                "plain": name in PLAIN,
                "shape": list(shape),
                "tokens": tokens,
                "batch": batch,
                "beside": title,
                "ms": 1e3 * statistics.median(times[mine]),
                "ratio": middle,
                "quartiles": [low, high],
                "rounds": len(ratios),
                "bytes": memory[mine],
                "memory_ratio": memory[title] / max(memory[mine], 1),
            }
        )
    return rows


def allocated(step: Callable[[], None]) -> int:
    """Return the most bytes that PyTorch's allocator had given out at once during a step."""
    step()
    with _silence(), profile(activities=[ProfilerActivity.CPU], profile_memory=True) as told:
        step()
    now = most = 0
    events = (e for e in told.profiler.kineto_results.events() if e.name() == "[memory]")
    for event in sorted(events, key=lambda e: e.start_ns()):
        now += event.nbytes()
        most = max(most, now)
    return most


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """The profiler's library talks to the terminal past Python; let it talk to nobody."""
    sys.stderr.flush()
    kept, nobody = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nobody, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nobody)


def quartiles(values: list[float]) -> tuple[float, float, float]:
    """Return the first quartile, the median and the third."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def geometric_mean(values: list[float]) -> float:
    """Return the mean of ratios: twice as fast here and twice as slow there is 1."""
    return math.exp(statistics.fmean(map(math.log, values))) if values else math.nan


def line(row: dict[str, Any]) -> str:
    """Write one row of the table."""
    sizes = "×".join(map(str, row["shape"])) + (f", T={row['tokens']}" if row["tokens"] > 1 else "")
    low, high = row["quartiles"]
    slower = "  ← slower" if row["ratio"] < 1 and high < 1 else ""
    larger = "  ← larger" if row["memory_ratio"] < 0.995 else ""
    return (
        f"{row['operator']:19} {sizes:14} {row['batch']:5} {row['beside']:26} {row['ms']:9.3f} "
        f"{row['ratio']:7.2f} [{low:6.2f}, {high:6.2f}] {row['bytes'] / 2**20:8.2f} "
        f"{row['memory_ratio']:6.2f}{slower}{larger}"
    )


def summary(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Condense the rows to the numbers that count."""
    literal = [r for r in rows if r["beside"] == "formula"]
    rich = [r for r in literal if not r["plain"]]
    others = [r for r in rows if r["beside"] != "formula"]
    bare = [r["ratio"] for r in literal if r["operator"] == "concat"]
    told = {
        "formula, geometric mean, operators that do more than one step": geometric_mean(
            [r["ratio"] for r in rich]
        ),
        "formula, geometric mean, all": geometric_mean([r["ratio"] for r in literal]),
        "formula, smallest": min((r["ratio"] for r in literal), default=math.nan),
        "peers, geometric mean": geometric_mean([r["ratio"] for r in others]),
        "peers, smallest": min((r["ratio"] for r in others), default=math.nan),
        "memory, smallest ratio": min((r["memory_ratio"] for r in rows), default=math.nan),
        "concat: our time in bare cat + Linear": 1 / geometric_mean(bare) if bare else math.nan,
    }
    return {name: value for name, value in told.items() if not math.isnan(value)}


def main() -> int:
    """Measure, print a table, and write it down if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="batch 128 only, in about a minute")
    parser.add_argument("--only", nargs="+", default=[], choices=list(fusion.OPERATORS))
    parser.add_argument("--json", type=Path, help="write what was measured into this file")
    parser.add_argument("--threads", type=int, help="threads of PyTorch; its own default if left")
    parser.add_argument("--seconds", type=float, help="time for one race; 1.2, or 0.4 if quick")
    parser.add_argument("--cpu-time", action="store_true", help="processor time of one thread")
    arguments = parser.parse_args()
    clock = time.process_time if arguments.cpu_time else time.perf_counter
    if arguments.threads or arguments.cpu_time:
        torch.set_num_threads(1 if arguments.cpu_time else arguments.threads)
    budget = arguments.seconds or (0.4 if arguments.quick else 1.2)
    versions, missing = peers.found()
    here = {**machine(), "clock": "cpu" if arguments.cpu_time else "wall"}
    print(", ".join(f"{name} {value}" for name, value in here.items()))
    print("peers:", ", ".join(f"{name} {version}" for name, version in versions.items()))
    if missing:
        print("left out, not installed:", ", ".join(missing))
    print(
        f"\n{'operator':19} {'widths':14} {'batch':>5} {'beside':26} {'ours ms':>9} "
        f"{'× time':>7} {'[quartiles]':16} {'ours MiB':>8} {'× mem':>6}"
    )
    rows = []
    wanted = list(cases(arguments.only, arguments.quick))
    with tqdm(wanted, unit="race", leave=False, disable=None) as bar:
        for case in bar:
            bar.set_postfix_str(case[0])
            rows += (found := measure(*case, budget=budget, clock=clock))
            for row in found:
                tqdm.write(line(row))
    told = summary(rows)
    print()
    for name, value in told.items():
        print(f"{value:8.3f}  {name}")
    if arguments.json:
        head = {"machine": here, "peers": versions, "out_dim": OUT, "summary": told}
        write(arguments.json, head, rows)
        print(f"written: {arguments.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
