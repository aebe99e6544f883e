"""``python -m mmtutor train`` and ``evaluate``: the book's experiments from a terminal."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
from pathlib import Path
from typing import Any

from mmtutor.experiments.config import Config
from mmtutor.experiments.named import Experiment

EXAMPLES = """examples:
  python -m mmtutor train --experiment av-digits --fusion gated --out runs/gated
  python -m mmtutor train runs/gated/config.yaml --seed 1 --out runs/gated-1
  python -m mmtutor train runs/gated/config.yaml --out runs/gated --resume
  torchrun --nproc-per-node 2 -m mmtutor train --experiment emoji-pairs --out runs/pairs
  python -m mmtutor evaluate runs/gated
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Declare both commands."""
    raw = argparse.RawDescriptionHelpFormatter
    train = commands.add_parser(
        "train",
        help="train one of the book's experiments",
        description="Train one of the book's experiments: from a YAML file, from options, or both.",
        epilog=EXAMPLES,
        formatter_class=raw,
    )
    train.add_argument("config", nargs="?", type=Path, help="YAML file; options count before it")
    train.add_argument("--out", type=Path, default=Path("runs/last"), help="folder for the results")
    train.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    train.add_argument("--quiet", action="store_true", help="no progress bar")
    for option in dataclasses.fields(Config):
        name = "--" + option.name.replace("_", "-")
        if option.name == "fusion_options":
            train.add_argument(
                name, type=json.loads, metavar="JSON", help="such as '{\"rank\": 8}'"
            )
        else:
            shown = "none" if option.default is None else option.default
            train.add_argument(name, metavar="VALUE", help=f"default: {shown}")
    train.set_defaults(run=run_train)

    evaluate = commands.add_parser(
        "evaluate",
        help="judge what train has trained",
        description="Judge a trained experiment on its test set.",
        epilog=EXAMPLES,
        formatter_class=raw,
    )
    evaluate.add_argument("folder", type=Path, help="what train was given as --out")
    evaluate.set_defaults(run=run_evaluate)


def run_train(options: argparse.Namespace) -> int:
    """Train, and write config, history, weights and checkpoint to the folder."""
    names = [option.name for option in dataclasses.fields(Config)]
    over = {n: getattr(options, n) for n in names if getattr(options, n) is not None}
    config = Config.read(options.config, over) if options.config else Config.of(over, "options")

    from mmtutor import distributed
    from mmtutor.experiments.named import build
    from mmtutor.training import fit, save_weights

    distributed.init_process_group()
    first = distributed.rank() == 0
    if first and not options.resume and (options.out / "checkpoint.json").exists():
        raise ValueError(
            f"{options.out} holds a training already: add --resume to go on, or name another --out"
        )
    if first:
        options.out.mkdir(parents=True, exist_ok=True)
        _write(options.out / "config.yaml", config.written())
    experiment = build(config)
    history = fit(
        experiment.model,
        experiment.train,
        experiment.valid,
        loss=experiment.loss,
        metrics=experiment.metrics,
        progress=not options.quiet,
        checkpoint=options.out,
        resume=options.out if options.resume else None,
        **{
            name: getattr(config, name)
            for name in (
                "epochs", "batch_size", "lr", "schedule", "clip", "accumulate", "precision", "keep",
                "patience", "every", "seed",
            )
        },
    )  # fmt: skip
    if first:
        save_weights(experiment.model, options.out / "weights.safetensors")
        _write(options.out / "history.json", json.dumps(history.rows, indent=1))
        print(history.table())
        print(f"\nwritten to {options.out}; judge it: python -m mmtutor evaluate {options.out}")
    return 0


def run_evaluate(options: argparse.Namespace) -> int:
    """Judge on the test set; print, and write ``result.json``."""
    path = options.folder / "config.yaml"
    if not path.is_file():
        raise FileNotFoundError(f"there is no training in {options.folder} (no config.yaml)")
    config = Config.read(path)

    from mmtutor import distributed
    from mmtutor.experiments.named import build
    from mmtutor.models.aligned import Aligned
    from mmtutor.training import evaluate, load_weights

    distributed.init_process_group()
    experiment = build(config)
    load_weights(experiment.model, options.folder / "weights.safetensors")
    if isinstance(experiment.model, Aligned):
        result: dict[str, Any] = dict(_retrieve(experiment))
        text = "\n".join(f"{name:32}{value:8.3f}" for name, value in result.items())
    else:
        judged = evaluate(experiment.model, experiment.test)
        text = repr(judged)
        result = {
            name: {"value": float(e), "low": e.low, "high": e.high} for name, e in judged.rows()
        }
    if distributed.rank() == 0:
        print(text)
        _write(options.folder / "result.json", json.dumps(result, indent=1))
    return 0


def _retrieve(experiment: Experiment) -> dict[str, float]:
    """Recall@k and median rank among the test samples, both ways."""
    import torch

    from mmtutor.metrics import median_rank, recall_at

    data, model = experiment.test, experiment.model.eval()
    with torch.no_grad():
        inputs, y = data.batch(torch.arange(len(data)))
        z = model(inputs)
    first, second = data.modalities[:2]
    same = y[:, None] == y[None]
    found = {}
    for query, answer in ((first, second), (second, first)):
        similarity = z[query] @ z[answer].T
        for k in (1, 10):
            found[f"{query} → {answer}, recall@{k}"] = recall_at(k, similarity, same)
        found[f"{query} → {answer}, median rank"] = median_rank(similarity, same)
    return found


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf8")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
