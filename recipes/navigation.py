"""Train the walkers of data/navigation, five seeds of each kind.

    python recipes/navigation.py            # train what is missing, write, measure
    python recipes/navigation.py --check    # measure what is shipped, and compare with what is said

Maps and voices are drawn, nothing is fetched. A finished run is kept in --work, so that a stop
loses one run at most. Training by reward needs stable-baselines3, --check does not.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch
from in_place import ship
from tqdm import tqdm

from mmtutor.models import read_rounded, write_rounded
from mmtutor.navigation import Walker, draw_worlds, imitate, walk
from mmtutor.navigation.worlds import NEARER, Worlds

ROOT = Path(__file__).resolve().parents[1]
SEEDS = range(5)
SETS, MAPS = 8, 128  # worlds to practise in: so many sets of so many maps, from seed 10,000 on
TESTS = {"maps": {}, "lambs": {"voice": "lamb"}, "hum": {"distractors": 1}}  # 200 maps, seeds 0 …
BOTH = ("image", "audio")
KINDS = {  # senses, a memory, corrected by the expert (DAgger), rounds
    "both": (BOTH, False, True, 60),
    "sight": (("image",), False, True, 30),
    "sound": (("audio",), False, True, 60),
    "cloned": (BOTH, False, False, 60),
    "memory": (BOTH, True, True, 60),
}
REWARDED = {  # starts as, whose PPO, reward for each cell nearer
    "scratch": ("nothing", "the book's", NEARER),
    "sparse": ("nothing", "the book's", 0.0),
    "tuned": ("cloned", "the book's", NEARER),
    "library": ("nothing", "stable-baselines3's", NEARER),
    "library_tuned": ("cloned", "stable-baselines3's", NEARER),
}
KEPT = ("DATASHEET.md", "LICENSES.md")


def untrained(kind: str) -> Walker:
    """A walker of a kind."""
    senses, memory, _, _ = KINDS.get(kind, KINDS["both"])
    return Walker(senses, memory=memory)


def train(kind: str, seed: int, practice: list[Worlds], work: Path) -> Walker:
    """One walker of a kind; of those that learn by reward, the learning curve is written, too."""
    torch.manual_seed(seed)
    if kind in REWARDED:
        return rewarded(kind, seed, practice, work)
    *_, corrected, rounds = KINDS[kind]
    walker = untrained(kind)
    return imitate(
        walker, practice, corrected=corrected, rounds=rounds, seed=seed, progress=True
    ).eval()


def rewarded(kind: str, seed: int, practice: list[Worlds], work: Path) -> Walker:
    """One walker that learns by reward."""
    from navigation_rewards import by_the_book, by_the_library

    walker = untrained(kind)
    start, whose, nearer = REWARDED[kind]
    if start != "nothing":
        read_rounded(walker, work / name_of(start, seed))
    if whose == "the book's":
        points = by_the_book(walker, practice, seed, nearer)
    else:
        points = by_the_library(walker, practice, seed)
    curve = {"kind": kind, "seed": seed} | {key: [p[key] for p in points] for key in points[0]}
    (work / f"{kind}_{seed}.json").write_text(json.dumps(curve), encoding="utf8")
    return walker


def measured(walker: Walker, tests: dict[str, Worlds]) -> dict[str, dict[str, float]]:
    """The four measures in each test set."""
    told = {}
    for name, worlds in tests.items():
        told[name] = {
            key: round(value, 4) for key, value in walk(worlds, walker, seed=0).measures().items()
        }
    return told


def main() -> None:
    """Read the options; train what is missing, or measure what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="measure, change nothing")
    parser.add_argument("--work", type=Path, default=ROOT / "_build/navigation", help="runs")
    options = parser.parse_args()
    out, results = ROOT / "data/navigation", ROOT / "mmtutor/results/navigation.json"
    runs = [(kind, seed) for kind in KINDS for seed in SEEDS]
    runs += [(kind, seed) for kind in REWARDED for seed in SEEDS[:3]]
    if not options.check:
        options.work.mkdir(parents=True, exist_ok=True)
        missing = [r for r in runs if not (options.work / name_of(*r)).exists()]
        sets = tqdm(range(SETS if missing else 0), desc="worlds")
        practice = [draw_worlds(range(s := 10_000 + MAPS * i, s + MAPS)) for i in sets]
        for kind, seed in missing:
            walker = train(kind, seed, practice, options.work)
            write_rounded(walker, options.work / name_of(kind, seed))
    tests = {name: draw_worlds(range(200), **dials) for name, dials in TESTS.items()}
    rows = []
    for kind, seed in runs:
        walker = untrained(kind)
        read_rounded(walker, (out if options.check else options.work) / name_of(kind, seed))
        count = sum(p.numel() for p in walker.parameters())
        row = {"kind": kind, "seed": seed, "parameters": count}
        rows.append(row | {"tests": measured(walker.eval(), tests)})
        print(json.dumps(rows[-1]), flush=True)
    if options.check:
        said = json.loads(results.read_text(encoding="utf8"))["rows"]
        sys.exit(0 if close(rows, said) else "What is measured is not what is said.")
    out.mkdir(exist_ok=True)
    names = [name_of(*run) for run in runs]
    ship(options.work, names, out, KEPT)
    kinds = {kind: dict(zip(("senses", "memory", "corrected", "rounds"), how, strict=True))
             for kind, how in KINDS.items()}  # fmt: skip
    kinds |= {kind: dict(zip(("start", "ppo", "nearer"), how, strict=True))
              for kind, how in REWARDED.items()}  # fmt: skip
    curves = [
        json.loads(Path(options.work, f"{kind}_{seed}.json").read_text(encoding="utf8"))
        for kind, seed in runs
        if kind in REWARDED
    ]
    told = {"torch": torch.__version__, "recipe": kinds, "rows": rows, "curves": curves}
    results.write_text(by_line(told), encoding="utf8")


def name_of(kind: str, seed: int) -> str:
    """The file of one walker."""
    return f"{kind}_{seed}.safetensors"


def by_line(told: dict) -> str:
    """As JSON, one run a line."""
    parts = []
    for key, value in told.items():
        if isinstance(value, list):
            lines = ",\n".join(f"  {json.dumps(row)}" for row in value)
            parts.append(f" {json.dumps(key)}: [\n{lines}\n ]")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def close(rows: list[dict], said: list[dict], most: float = 0.04) -> bool:
    """Whether two lists of rows tell the same successes: sums, and so walks, differ by machine."""
    return all(
        abs(value["success"] - old["tests"][name]["success"]) <= most
        for row, old in zip(rows, said, strict=True)
        for name, value in row["tests"].items()
    )


if __name__ == "__main__":
    main()
