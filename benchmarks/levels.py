"""Feature-level or model-level: every ⊕, every rule, every place to join; accuracy beside cost.

    python benchmarks/levels.py --problems synergistic --noises middle   # a look, half a minute
    python benchmarks/levels.py --json mmtutor/results/levels.json

Six problems, three strengths of noise (``levels_problems.py``), five seeds. An encoder of a sense
is one hidden layer of 16. For each:

- *alone*: each sense with a head of its own;
- *rule*: every rule on the decisions of those two; the two that learn do so on half of the
  validation data;
- *together*: the encoders, every ⊕ of level feature and a linear head learn from one loss; and
  ``concat`` with a hidden layer behind it; away from the main noise a few of them;
- *frozen* (at the main noise, the same few): the encoders of *alone* stay, ⊕ and head learn;
- *place*: two networks of two layers, joined at the raw inputs, after one layer, after two, or at
  several; and a rule on two that learnt alone (*decisions*).

All have the same learning rate and steps, 150 or (real data) 300; each seed keeps the weights with
its best validation loss. Written down are, seed by seed, accuracy on test and validation; at the
main noise also the accuracy of the first 200 test samples and of their projection without
interactions (``mmtutor.metrics.emap``); how many numbers are learnt in all; and the processor time
of a training step of one model at batch 128, in turns with the others.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.levels_problems import (  # noqa: E402
    ADDED,
    AV,
    MAIN,
    NOISES,
    PROBLEMS,
    SIGNALS,
    Part,
    Problem,
)
from benchmarks.levels_ways import (  # noqa: E402
    FEATURES,
    HIDDEN,
    PLACES,
    RULES,
    WIDTH,
    Alone,
    Fused,
    Joined,
    Seeds,
    right,
)
from benchmarks.record import machine, write  # noqa: E402
from mmtutor import fusion  # noqa: E402
from mmtutor.costs import own_time, race, training_step  # noqa: E402
from mmtutor.metrics import emap  # noqa: E402

BATCH, RATE, EVERY = 128, 0.01, 50
SOME = ["concat", "gated", "low_rank", "attention", HIDDEN]
"""The ⊕ that are tried on frozen encoders, and at the other strengths of noise."""
STEPS = {"AV-Digits": 300, "emoji": 300}
"""Steps of training, 150 where nothing is said."""
PROJECTED = 200
"""Test samples whose projection is asked for: a model answers 40,000 pairs."""


class Measured:
    """Rows of one problem at one noise."""

    def __init__(self, name: str, noise: str, seeds: int, *, whole: bool) -> None:
        self.problem: Problem = PROBLEMS[name](seeds, noise)
        self.head = {"problem": name, "noise": noise}
        steps = STEPS.get(name, 150)
        self.plan: Any = {"rate": RATE, "steps": steps, "batch": BATCH, "every": EVERY}
        self.seeds, self.whole = seeds, whole
        self.dims = {m: v.shape[2] for m, v in self.problem.train.x.items()}
        self.classes = int(self.problem.train.y.max()) + 1
        self.rows: list[dict[str, Any]] = []
        self.steps: dict[tuple[str, str], Any] = {}

    def run(self) -> None:
        """Every way."""
        alone = self.alone(deep=False)
        self.rules(alone, "rule", RULES)
        for way in [*FEATURES, HIDDEN] if self.whole else SOME:
            self.note("together", way, Seeds(lambda w=way: Fused(self.dims, self.classes, w),
                                             self.seeds), self.problem)  # fmt: skip
        for place in PLACES:
            self.note("place", place, Seeds(lambda p=place: Joined(self.dims, self.classes, p),
                                            self.seeds), self.problem)  # fmt: skip
        self.rules(self.alone(deep=True), "place", {"decisions": ("average", {})})
        if self.whole:
            self.frozen(alone)
            self.clock()

    def note(self, group: str, way: str, twin: Seeds, problem: Problem, more: int = 0) -> Seeds:
        """Train, judge, and write a row."""
        twin.fit(problem.train, problem.valid, **self.plan)
        row = self.row(group, way, twin.numbers + more, *self.judged(twin, problem))
        if self.whole and group in ("together", "place"):
            self.project(twin, problem.test, row)
            x = {m: v[0, :BATCH] for m, v in problem.test.x.items()}
            self.steps[group, way] = training_step(twin.models[0], x)
        return twin

    def judged(self, twin: Seeds, problem: Problem) -> tuple[Tensor, Tensor]:
        """Accuracy on test and validation, a number a seed."""
        with torch.no_grad():
            test, valid = (right(twin(part.x), part.y) for part in (problem.test, problem.valid))
        return test, valid

    def row(self, group: str, way: str, numbers: int, test: Tensor, valid: Tensor) -> dict:
        """Write a row."""
        row = {**self.head, "group": group, "way": way, "numbers": numbers,
               "accuracy": test.tolist(), "valid": valid.tolist()}  # fmt: skip
        self.rows.append(row)
        return row

    def project(self, twin: Seeds, test: Part, row: dict[str, Any]) -> None:
        """What is right of the first samples, as they are and without interactions."""
        some = {m: v[:, :PROJECTED] for m, v in test.x.items()}
        y = test.y[:, :PROJECTED]
        with torch.no_grad():
            row["some"] = right(twin(some), y).tolist()
        row["projected"] = [
            right(emap(twin.model(s), {m: v[s] for m, v in some.items()}), y[s]).item()
            for s in range(self.seeds)
        ]

    def alone(self, *, deep: bool) -> dict[str, Seeds]:
        """A model of each sense."""
        found = {}
        for m, d in self.dims.items():
            twin = Seeds(lambda m=m, d=d: Alone(m, d, self.classes, deep=deep), self.seeds)
            parts = [Part({m: p.x[m]}, p.y) for p in self.problem[:3]]
            one = Problem(*parts, {})
            if deep:
                found[m] = twin.fit(one.train, one.valid, **self.plan)
            else:
                found[m] = self.note("alone", m, twin, one)
        return found

    def rules(self, alone: dict[str, Seeds], group: str, rules: dict[str, tuple]) -> None:
        """Rules on what the two models say; the learnt ones learn on half of validation."""
        with torch.no_grad():
            said = [Part({m: one(p.x) for m, one in alone.items()}, p.y) for p in self.problem[:3]]
        parts = [Part({m: v[:, k::2] for m, v in said[1].x.items()}, said[1].y[:, k::2])
                 for k in (0, 1)]  # fmt: skip
        told = Problem(*parts, said[2], {})
        numbers = sum(one.numbers for one in alone.values())
        dims = dict.fromkeys(self.dims, self.classes)
        for name, (op, options) in rules.items():
            build = lambda o=op, k=options: fusion.make(o, dims, self.classes, **k)  # noqa: E731
            twin = Seeds(build, self.seeds)
            if twin.numbers:
                self.note(group, name, twin, told, more=numbers)
            else:
                self.row(group, name, numbers, *self.judged(twin, told))

    def frozen(self, alone: dict[str, Seeds]) -> None:
        """⊕ and a head on the features of the encoders that learnt alone."""
        parts = []
        for part in self.problem[:3]:
            with torch.no_grad():
                x = {m: torch.stack([one.model(s).encoder(part.x[m][s]) for s in range(self.seeds)])
                     for m, one in alone.items()}  # fmt: skip
            parts.append(Part(x, part.y))
        problem = Problem(*parts, {})
        for way in SOME:
            build = lambda w=way: Fused(self.dims, self.classes, w, encoders=False)  # noqa: E731
            numbers = sum((d + 1) * WIDTH for d in self.dims.values())
            self.note("frozen", way, Seeds(build, self.seeds), problem, more=numbers)

    def clock(self) -> None:
        """Processor time of a training step, in turns."""
        times = race(self.steps, rounds=3, floor=0.003, clock=own_time)  # type: ignore[arg-type]
        for row in self.rows:
            if found := times.get((row["group"], row["way"])):  # type: ignore[call-overload]
                row["ms"] = 1000 * statistics.median(found)


def main() -> int:
    """Measure, print means, and write everything down if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--problems", nargs="+", default=list(PROBLEMS), choices=list(PROBLEMS))
    parser.add_argument("--noises", nargs="+", default=list(NOISES), choices=NOISES)
    parser.add_argument("--json", type=Path, help="write what was measured into this file")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[dict[str, Any]] = []
    best: dict[str, dict[str, dict[str, float]]] = {}
    pairs = [(name, noise) for name in chosen.problems for noise in chosen.noises]
    pairs.sort(key=lambda pair: pair[1] != MAIN.get(pair[0], "middle"))
    for name, noise in tqdm(pairs, disable=None):
        found = Measured(name, noise, chosen.seeds, whole=noise == MAIN.get(name, "middle"))
        found.run()
        rows += found.rows
        if found.problem.best:
            best.setdefault(name, {})[noise] = found.problem.best
        for row in found.rows:
            mean = statistics.mean(row["accuracy"])
            tqdm.write(f"{name:12} {noise:7} {row['group']:9} {row['way']:22} "
                       f"{row['numbers']:6} {mean:.3f} {row.get('ms', 0):.2f} "
                       f"{statistics.mean(row.get('projected', [0])):.3f}")  # fmt: skip
        if chosen.json:
            settings = {
                "width": WIDTH,
                "steps": {name: STEPS.get(name, 150) for name in PROBLEMS},
                "batch": BATCH,
                "rate": RATE,
                "seeds": chosen.seeds,
                "projected": PROJECTED,
                "main": {name: MAIN.get(name, "middle") for name in PROBLEMS},
                "signal": SIGNALS,
                "AV-Digits": {k: list(v) for k, v in AV.items()},
                "emoji": ADDED,
            }
            write(chosen.json, {"machine": machine(), "settings": settings, "best": best}, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
