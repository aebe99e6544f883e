"""Which ⊕ for which problem: accuracy at one budget of learnt numbers, all senses there and not.

    python benchmarks/choosing.py --seeds 1 --problems synergistic      # a look, seconds
    python benchmarks/choosing.py --json mmtutor/results/choosing.json

Every way gets the same features and ``BUDGET`` numbers to learn, ⊕ and a linear layer behind it
together: its width is the largest that fits. Two learning rates are tried with the first seed, and
the better one, on validation data, is used; of all that a training passes through, the weights with
the best validation loss are kept. Then the test: with both senses, and with each of them taken
away. Where one sense alone knows something of every sample, all is done twice, without and with
modality dropout (each sense of each training sample is absent with probability ``DROP``, never
both). The problems are in ``choosing_problems.py``.
"""

from __future__ import annotations

import argparse
import copy
import math
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tqdm import tqdm

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.choosing_problems import PROBLEMS, Inputs, Part, Problem, accuracy  # noqa: E402
from benchmarks.record import machine, write  # noqa: E402
from mmtutor import fusion  # noqa: E402
from mmtutor.costs import counted_params  # noqa: E402

BUDGET, DROP = 4000, 0.3
STEPS, BATCH, RATES = 200, 128, (0.003, 0.02)

DROPPED = ("redundant", "AV-Digits", "emoji")
"""Where modality dropout is tried too: one sense alone knows something of every sample."""


# --- the ways ----------------------------------------------------------------------------------


class Way(nn.Module):
    """⊕ and a head; an operator that reads vectors gets the mean of the tokens."""

    def __init__(self, op: fusion.Fusion, head: nn.Module) -> None:
        super().__init__()
        self.op, self.head = op, head

    def forward(self, x: Inputs, present: dict[str, Tensor] | None = None) -> Tensor:
        if not self.op.reads_tokens:
            x = {m: v.mean(dim=1) if v.dim() == 3 else v for m, v in x.items()}
        return self.head(self.op(x, present))


class Vote(nn.Module):
    """A network with a hidden layer a sense; the mean of their logits."""

    def __init__(self, dims: Mapping[str, int], classes: int, size: int) -> None:
        super().__init__()
        self.each = nn.ModuleDict(
            {
                m: nn.Sequential(nn.Linear(d, size), nn.ReLU(), nn.Linear(size, classes))
                for m, d in dims.items()
            }
        )
        self.op = fusion.make("average", dict.fromkeys(dims, classes), classes)

    def forward(self, x: Inputs, present: dict[str, Tensor] | None = None) -> Tensor:
        x = {m: v.mean(dim=1) if v.dim() == 3 else v for m, v in x.items()}
        return self.op({m: self.each[m](v) for m, v in x.items()}, present)


OPTIONS: dict[str, Callable[[int], dict[str, Any]]] = {
    "bilinear": lambda size: {"rank": size},
    "compact_bilinear": lambda size: {"sketch": 4 * size, "ones": True},
    "mutan": lambda size: {"rank": 3, "width": size},
    "block": lambda size: {"chunks": 4, "width": size, "rank": 2},
    "bottleneck": lambda size: {"tokens": 2},
}
"""What grows with the width of ``h``; all else is the operator's default."""

FEATURES = [name for name, op in fusion.OPERATORS.items() if op.level == "feature"]
WAYS = ["one sense", "average", "concat, hidden layer", *FEATURES]


def build(way: str, size: int, dims: Mapping[str, int], classes: int) -> nn.Module:
    """Build a way at a size."""
    if way == "average":
        return Vote(dims, classes, size)
    if way in ("one sense", "concat, hidden layer"):
        head = nn.Sequential(nn.ReLU(), nn.Linear(size, classes))
        return Way(fusion.make("concat", dims, size), head)
    options = OPTIONS.get(way, lambda size: {})(size)
    return Way(fusion.make(way, dims, size, **options), nn.Linear(size, classes))


def fitting(way: str, dims: Mapping[str, int], classes: int) -> tuple[int, int]:
    """The largest size within the budget, and the numbers that are learnt then."""

    def numbers(size: int) -> int:
        return counted_params(build(way, size, dims, classes))

    size = 1
    while numbers(size + 1) <= BUDGET:
        size += 1
    return size, numbers(size)


# --- training and test -------------------------------------------------------------------------


def dropped(x: Inputs, n: int) -> dict[str, Tensor]:
    """Each sense is absent with probability DROP; who would lose both keeps both."""
    keep = torch.rand(n, len(x)) >= DROP
    keep |= ~keep.any(dim=1, keepdim=True)
    return dict(zip(x, keep.unbind(dim=1), strict=True))


def train(
    model: nn.Module, problem: Problem, rate: float, *, drop: bool
) -> tuple[float, nn.Module]:
    """Train; return the best validation loss on the way, and the model as it was then."""
    (x, y), valid = problem.train, problem.valid
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    best, kept = math.inf, copy.deepcopy(model)
    for step in range(1, STEPS + 1):
        i = torch.randint(len(y), (BATCH,))
        part = {m: v[i] for m, v in x.items()}
        loss = cross_entropy(model(part, dropped(part, BATCH) if drop else None), y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 40 == 0:
            with torch.no_grad():
                judged = cross_entropy(model(valid.x), valid.y).item()
            if judged < best:
                best, kept = judged, copy.deepcopy(model)
    return best, kept


def measure(
    problem: Problem, way: str, seed: int, rates: tuple[float, ...] = RATES, *, drop: bool = False
) -> list[dict[str, Any]]:
    """Train one way without and with modality dropout; a row for each."""
    dims = {m: v.shape[-1] for m, v in problem.train.x.items()}
    classes = int(problem.train.y.max()) + 1
    size, numbers = fitting(way, dims, classes)
    rows = []
    for dropout in (False, True) if drop else (False,):
        tried = []
        for rate in rates:
            torch.manual_seed(seed)
            loss, model = train(build(way, size, dims, classes), problem, rate, drop=dropout)
            tried.append((loss, rate, model))
        loss, rate, model = min(tried, key=lambda one: one[0])
        rates = (rate,)  # the rate that was best without dropout
        x, y = problem.test
        row = {"way": way, "seed": seed, "dropout": dropout, "size": size, "numbers": numbers,
               "rate": rate, "valid_loss": loss}  # fmt: skip
        gone = torch.zeros(len(y), dtype=torch.bool)
        with torch.no_grad():
            row["accuracy"] = accuracy(model(x), y)
            for m in x if len(x) > 1 else ():
                row[f"without {m}"] = accuracy(model(x, {m: gone}), y)
        rows.append(row)
    return rows


def one_sense(
    problem: Problem, way: str, seed: int, rates: tuple[float, ...] = RATES, *, drop: bool = False
) -> list[dict[str, Any]]:
    """The better of two networks that see one sense each, chosen by validation loss."""
    found = []
    for m in problem.train.x:
        parts = [Part({m: part.x[m]}, part.y) for part in problem[:3]]
        found += [{**row, "sense": m} for row in measure(Problem(*parts), way, seed, rates)]
    return [min(found, key=lambda row: row["valid_loss"])]


def line(name: str, way: str, rows: list[dict[str, Any]]) -> str:
    """Means over the seeds: both senses, without the first, without the second; then dropout."""
    mine = [r for r in rows if (r["problem"], r["way"]) == (name, way)]
    text = f"{name:12} {way:21} {mine[0]['numbers']:5} {mine[0]['rate']:6}"
    for drop in (False, True):
        some = [r for r in mine if r["dropout"] == drop]
        for key in ("accuracy", *(k for k in mine[0] if k.startswith("without "))):
            if some:
                text += f"   {sum(r[key] for r in some) / len(some):.3f}"
    return text


def main() -> int:
    """Measure, print means, and write everything down if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--problems", nargs="+", default=list(PROBLEMS), choices=list(PROBLEMS))
    parser.add_argument("--ways", nargs="+", default=WAYS, choices=WAYS)
    parser.add_argument("--json", type=Path, help="write what was measured into this file")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[dict[str, Any]] = []
    best: dict[str, list[float]] = {}
    total = chosen.seeds * len(chosen.problems) * len(chosen.ways)
    with tqdm(total=total, disable=None) as bar:
        for name in chosen.problems:
            rate: dict[str, tuple[float, ...]] = {}
            known = []
            for seed in range(chosen.seeds):
                problem = PROBLEMS[name](seed)
                known.append(problem.best)
                for way in chosen.ways:
                    put = one_sense if way == "one sense" else measure
                    found = put(problem, way, seed, rate.get(way, RATES), drop=name in DROPPED)
                    rate[way] = (found[0]["rate"],)
                    rows += [{"problem": name, **row} for row in found]
                    bar.update()
            if known[0]:
                best[name] = [sum(values) / len(values) for values in zip(*known, strict=True)]
            for way in chosen.ways:
                tqdm.write(line(name, way, rows))
            if chosen.json:
                settings = {"budget": BUDGET, "dropout": DROP, "steps": STEPS, "batch": BATCH,
                            "rates": list(RATES), "seeds": chosen.seeds}  # fmt: skip
                head = {"machine": machine(), "settings": settings, "best": best}
                write(chosen.json, head, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
