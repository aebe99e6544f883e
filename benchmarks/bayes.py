"""Bayes accuracies in closed form against ten million samples.

``python benchmarks/bayes.py`` draws, for each problem of a grid of dials, 10⁷ samples in chunks,
lets the Bayes classifier of every subset of the senses answer, and compares the share that it gets
right with `bayes_accuracy`. The difference is given in standard errors √(p (1 - p) / n). It prints
a table, and ends with status 1 if one of them is beyond the limit, three by default.

All answers of one problem are about the same samples, so that their differences are not
independent. Where a subset knows nothing at all, a guess is right 1/C of the time and says nothing
about the classifier; these rows are left out of the table and counted below it.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable

import torch
from tqdm import tqdm

from mmtutor.datasets import KnownProblem, Synthetic, TwoSigns

CHUNK = 250_000
UNEQUAL = {"x1": 0.8, "x2": 1.6, "x3": 2.4}


def grid() -> dict[str, Callable[..., KnownProblem]]:
    """Return the problems by name: each is called with ``samples`` and ``seed``."""

    def signs(rule: str, *signal: float) -> Callable[..., KnownProblem]:
        return lambda **size: TwoSigns("test", rule, signal=signal, **size)

    def dials(**options: object) -> Callable[..., KnownProblem]:
        return lambda **size: Synthetic("test", **options, **size)

    return {
        "xor, s = 1.5": dials(synergy=1.0),
        "xor, s = 0.7": dials(synergy=1.0, signal=0.7),
        "xor, three unequal senses": dials(synergy=1.0, modalities=3, signal=UNEQUAL),
        "xor, 3 classes": dials(synergy=1.0, classes=3),
        "xor, 5 classes, three senses": dials(synergy=1.0, classes=5, modalities=3, signal=2.5),
        "copy": dials(redundancy=1.0),
        "copy, own noise, 4 classes": dials(
            redundancy=1.0, shared_noise=0.0, classes=4, signal=1.0
        ),
        "copy, half shared, unequal": dials(
            redundancy=1.0, shared_noise=0.5, modalities=3, signal=UNEQUAL
        ),
        "unique, 0.7 and 0.3": dials(uniqueness={"x1": 0.7, "x2": 0.3}),
        "unique, 3 classes": dials(uniqueness=1.0, classes=3),
        "mixture": dials(redundancy=1 / 3, uniqueness=1 / 3, synergy=1 / 3),
        "mixture, 3 classes, turned": dials(
            redundancy=0.4, uniqueness=0.2, synergy=0.3, classes=3, dim=12
        ),
        "mixture, three unequal senses": dials(
            redundancy=0.3,
            uniqueness={"x1": 0.1, "x3": 0.2},
            synergy=0.3,
            modalities=3,
            signal=UNEQUAL,
            shared_noise=0.3,
        ),
        "and, s = 1.5": signs("and", 1.5, 1.5),
        "or, s = 0.7 and 2.4": signs("or", 0.7, 2.4),
        "xor, s = 0.7 and 2.4": signs("xor", 0.7, 2.4),
    }


def measure(
    make: Callable[..., KnownProblem], samples: int, bar: tqdm
) -> dict[tuple[str, ...], tuple[float, float]]:
    """Return exact and measured accuracy of each subset of the senses."""
    right, exact = {}, {}
    for seed, n in enumerate(chunks(samples)):
        data = make(samples=n, seed=seed)
        exact = exact or data.bayes_accuracies()
        for subset in exact:
            said = data.posterior(data.inputs, subset).argmax(dim=1)
            right[subset] = right.get(subset, 0) + int((said == data.targets).sum())
        bar.update(n)
    return {subset: (accuracy, right[subset] / samples) for subset, accuracy in exact.items()}


def chunks(samples: int) -> list[int]:
    """Return chunk sizes that add up."""
    full, rest = divmod(samples, CHUNK)
    return [CHUNK] * full + [rest] * (rest > 0)


def main() -> int:
    """Measure, print, and say whether all agree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=10**7)
    parser.add_argument("--limit", type=float, default=3.0, help="standard errors")
    parser.add_argument("--only", default="", help="problems whose name holds this")
    options = parser.parse_args()
    problems = {name: make for name, make in grid().items() if options.only in name}
    torch.set_num_threads(1)

    with tqdm(total=options.samples * len(problems), unit="sample", unit_scale=True) as bar:
        found = {name: measure(make, options.samples, bar) for name, make in problems.items()}

    print(f"{options.samples:,} samples a problem")
    print(f"{'problem':30} {'senses':10} {'exact':>10} {'measured':>10} {'std. errors':>12}")
    worst, shown, guesses = 0.0, 0, 0
    for name, subsets in found.items():
        chance = problems[name](samples=1, seed=0).bayes_accuracy(())
        for subset, (exact, measured) in subsets.items():
            off = (measured - exact) / math.sqrt(exact * (1 - exact) / options.samples)
            worst = max(worst, abs(off))
            if exact - chance < 1e-9:
                guesses += 1
                continue
            shown += 1
            senses = "+".join(subset)
            print(f"{name:30} {senses:10} {exact:10.6f} {measured:10.6f} {off:+12.2f}")
    print(
        f"{shown} accuracies, and {guesses} that are a guess: at most {worst:.2f} standard errors"
    )
    return 0 if worst <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
