"""Train and measure the captioners of chapter 17, data/captioner.

    python recipes/captioner.py            # train each five times, measure them, write
    python recipes/captioner.py --check    # measure what is shipped, change nothing

Takes about half an hour of one core. What is done is kept in _build/captioner, and a second start
goes on from there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from pathlib import Path

import torch
from tqdm import tqdm

from mmtutor.datasets import Augmented, EmojiCaptioning
from mmtutor.datasets.storage.checksums import write_sums
from mmtutor.experiments.captioning import (
    SPEAKERS,
    UNSEEN_STYLE,
    captioner,
    emoji,
    judge,
    say,
    shipped,
)
from mmtutor.models import Captioner
from mmtutor.objectives import next_token
from mmtutor.training import fit, load_weights, save_weights

ROOT = Path(__file__).resolve().parents[1]
FOLDER, RESULTS = ROOT / "data/captioner", ROOT / "mmtutor/results/captioner.json"
KEPT = ROOT / "_build/captioner"
SEEDS = range(5)
SETTINGS = {"epochs": 30, "batch_size": 64, "lr": 3e-3}
Figures = dict[str, dict[str, float]]


def sets(speaker: str) -> dict[str, EmojiCaptioning]:
    """Test pictures: two kinds of new combinations, and an artist who was never seen."""
    return {
        "tone": emoji("test", speaker, unseen="tone"),
        "gender": emoji("test", speaker, unseen="gender"),
        "style": emoji("train", speaker, styles=UNSEEN_STYLE),
        "style and combination": emoji("test", speaker, styles=UNSEEN_STYLE, unseen="tone"),
    }


def measure(speaker: str, model: Captioner) -> Figures:
    """{test set: {exact, what, gender, tone}}."""
    return {which: judge(data, say(model, data)) for which, data in sets(speaker).items()}


def train(speaker: str, seed: int) -> tuple[Captioner, Figures]:
    """A trained one, and what it was measured at; from _build/captioner, if it is there."""
    weights, figures = KEPT / f"{speaker}-{seed}.safetensors", KEPT / f"{speaker}-{seed}.json"
    model = captioner(speaker, seed)
    if not weights.is_file():
        data = Augmented(emoji("train", speaker), shift=2, seed=seed)
        settings = SETTINGS | ({"epochs": 6} if speaker == "blind" else {})
        fit(model, data, loss=next_token, seed=seed, progress=False, **settings)
        KEPT.mkdir(parents=True, exist_ok=True)
        save_weights(model, weights)
    load_weights(model, weights)
    with torch.no_grad():  # what float16 can hold is what is shipped, so that is what is measured
        for p in model.parameters():
            p.copy_(p.half().float())
    model.eval()
    if not figures.is_file():
        figures.write_text(json.dumps(measure(speaker, model)), encoding="utf8")
    return model, json.loads(figures.read_text(encoding="utf8"))


def check() -> None:
    """Measure what is shipped, and compare with what is written down."""
    known, wrong = json.loads(RESULTS.read_text(encoding="utf8"))["rows"], []
    for speaker in SPEAKERS:
        if speaker == "blind":
            continue
        for which, parts in measure(speaker, shipped(speaker)).items():
            for part, value in parts.items():
                if abs(value - known[speaker][which][part][0]) > 0.011:
                    wrong.append(f"{speaker}, {which}, {part}: {value:.4f}")
    sys.exit("\n".join(["differs from mmtutor/results/captioner.json:", *wrong]) if wrong else 0)


def main() -> None:
    """Train, measure and write; or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="measure what is shipped")
    if parser.parse_args().check:
        check()
    todo = list(itertools.product(SEEDS, SPEAKERS))
    done = {(s, name): train(name, s) for s, name in tqdm(todo, desc="trainings")}
    rows = {
        name: {
            which: {part: [done[s, name][1][which][part] for s in SEEDS] for part in parts}
            for which, parts in done[0, name][1].items()
        }
        for name in SPEAKERS
    }
    FOLDER.mkdir(exist_ok=True)
    shipped_files = [f"{name}.safetensors" for name in SPEAKERS if name != "blind"]
    for file in shipped_files:
        save_weights(done[0, file.partition(".")[0]][0].half(), FOLDER / file)
    write_sums(FOLDER, shipped_files)
    found = {"settings": {**SETTINGS, "seeds": list(SEEDS)}, "rows": rows}
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
