"""What two senses are worth on AV-Digits, over several seeds, and how long training matters.

``python benchmarks/av_digits.py`` trains, for each seed, ``--longer`` times as long as chapter 3
does: each sense alone; ⊕ and the head on the frozen encoders of the two; with ``--together`` also
both from scratch; and takes the vote of the two. It prints accuracy on unseen pictures and voices
with 95 % intervals, the gain over the better sense, and the seconds of each training. Nothing here
is a timed test: seconds belong to the machine they were measured on. ``--json`` writes the rows:
``mmtutor/results/av_digits.json`` is ``--seeds 3 --longer 2 4``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from mmtutor.datasets import AVDigits, Only
from mmtutor.encoders import AudioCNN, ImageCNN
from mmtutor.metrics import mean_interval, paired_interval
from mmtutor.models import Ensemble, MultimodalModel
from mmtutor.training import evaluate, fit

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.record import machine, write

ENCODERS = {"image": ImageCNN, "audio": AudioCNN}
NOISE = {"image_noise": 0.46, "audio_noise": 1.8}
"""Chapter 3's."""
EPOCHS = {"image": 6, "audio": 4, "features fused": 2, "trained together": 4}
RATES = {"image": 0.01, "audio": 0.015, "features fused": 0.01, "trained together": 0.012}
"""Also chapter 3's; a run may be some times as long."""


def run(seed: int, longer: int, *, together: bool) -> dict[str, Any]:
    """Return accuracy and training seconds of each way of deciding, for one seed."""
    train, test = AVDigits("train", seed=seed, **NOISE), AVDigits("test", **NOISE)
    row: dict[str, Any] = {"seed": seed, "longer": longer, "accuracy": {}, "seconds": {}}
    models = {}

    def measure(way: str, name: str, model: MultimodalModel, sense: str | None = None) -> None:
        data = [Only(d, sense) if sense else d for d in (train, test)]
        history = fit(
            model,
            data[0],
            epochs=longer * EPOCHS[name],
            lr=RATES[name],
            seed=seed,
            progress=False,
        )
        row["accuracy"][way] = float(evaluate(model, data[1]).accuracy)
        row["seconds"][way] = history.seconds

    for sense, encoder in ENCODERS.items():
        torch.manual_seed(seed)
        models[sense] = MultimodalModel({sense: encoder()}, out_dim=10)
        measure(f"{sense} alone", sense, models[sense], sense)
    if together:
        torch.manual_seed(seed)
        fresh = {sense: encoder() for sense, encoder in ENCODERS.items()}
        measure("trained together", "trained together", MultimodalModel(fresh, out_dim=10))
    torch.manual_seed(seed)
    frozen = {sense: models[sense].encoders[sense].requires_grad_(False) for sense in ENCODERS}
    measure("features fused", "features fused", MultimodalModel(frozen, out_dim=10))
    row["accuracy"]["decisions fused"] = float(evaluate(Ensemble(models), test).accuracy)
    return row


def report(rows: list[dict[str, Any]]) -> None:
    """Print what runs of one length found."""
    ways = rows[0]["accuracy"]
    values = {way: [row["accuracy"][way] for row in rows] for way in ways}
    better = [max(pair) for pair in zip(values["image alone"], values["audio alone"], strict=True)]
    for way in ways:
        mean, low, high = mean_interval(values[way])
        seconds = statistics.median(row["seconds"].get(way, 0.0) for row in rows)
        print(f"{way:18} {mean:.3f} [{low:.3f}, {high:.3f}]   training {seconds:5.1f} s")
        if "alone" not in way:
            mean, low, high = paired_interval(values[way], better)
            print(f"{'':18} {mean:+.3f} [{low:+.3f}, {high:+.3f}]   over the better sense")


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--longer", type=int, nargs="+", default=[1])
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows = []
    for longer in chosen.longer:
        seeds = tqdm(range(chosen.seeds), unit="seed")
        rows += [run(seed, longer, together=chosen.together) for seed in seeds]
        print(f"{longer} times as long as in chapter 3, {torch.get_num_threads()} threads")
        report(rows[-chosen.seeds :])
    if chosen.json:
        write(chosen.json, {"machine": machine(), **NOISE, "epochs": EPOCHS}, rows)


if __name__ == "__main__":
    main()
