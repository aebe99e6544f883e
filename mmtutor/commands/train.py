"""``python -m mmtutor train`` and ``evaluate``: the book's experiments from a terminal."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
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
    out = options.out.expanduser()
    source = options.config
    if options.resume and source is None:
        source = out / "config.yaml"  # what it was started with; options count before it
        if not source.is_file():
            raise FileNotFoundError(
                f"there is no training in {out} to go on with: leave out --resume"
            )
    config = Config.read(source, over) if source else Config.of(over, "options")

    from mmtutor import distributed
    from mmtutor.experiments.named import build
    from mmtutor.training import fit, save_weights

    distributed.init_process_group()
    first = distributed.rank() == 0
    if not options.resume and (out / "checkpoint.json").exists():
        raise ValueError(
            f"{out} holds a training already: add --resume to go on, or name another --out"
        )
    experiment = build(config)
    settings = {
        name: getattr(config, name)
        for name in (
            "epochs", "batch_size", "lr", "schedule", "clip", "accumulate", "precision", "keep",
            "patience", "every", "seed",
        )
    }  # fmt: skip
    if first and not options.resume:
        # Only after everything else has been built: what is refused leaves nothing behind.
        out.mkdir(parents=True, exist_ok=True)
        _write(out / "config.yaml", config.written())
    try:
        history = fit(
            experiment.model,
            experiment.train,
            experiment.valid,
            loss=experiment.loss,
            metrics=experiment.metrics,
            progress=not options.quiet,
            checkpoint=out,
            resume=out if options.resume else None,
            **settings,
        )
    except KeyboardInterrupt:
        if first:
            go_on = f"python -m mmtutor train --out {out} --resume"
            print(f"\nStopped and saved; go on with: {go_on}", file=sys.stderr)
        return 130
    except FloatingPointError as error:
        raise ValueError(str(error)) from None
    if first:
        save_weights(experiment.model, out / "weights.safetensors")
        _write(out / "history.json", json.dumps(history.rows, indent=1))
        print(history.table())
        print(f"\nwritten to {out}; judge it: python -m mmtutor evaluate {out}")
    return 0


def run_evaluate(options: argparse.Namespace) -> int:
    """Judge on the test set; print, and write ``result.json``."""
    folder = options.folder.expanduser()
    path = folder / "config.yaml"
    if not path.is_file():
        raise FileNotFoundError(f"there is no training in {folder} (no config.yaml)")
    weights = folder / "weights.safetensors"
    if not weights.is_file():
        raise FileNotFoundError(
            f"the training in {folder} has not finished (no {weights.name}): go on with "
            f"python -m mmtutor train --out {folder} --resume"
        )
    config = Config.read(path)

    from mmtutor import distributed
    from mmtutor.experiments.named import build
    from mmtutor.models.aligned import Aligned
    from mmtutor.training import evaluate, load_weights

    distributed.init_process_group()
    experiment = build(config)
    load_weights(experiment.model, weights)
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
        _write(folder / "result.json", json.dumps(result, indent=1))
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
