"""``python -m mmtutor train``: train one of the book's experiments."""

from __future__ import annotations

import argparse
import dataclasses
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmtutor.experiments.config import Config

if TYPE_CHECKING:
    from mmtutor.experiments.named import Experiment
    from mmtutor.training.history import History

# What needs PyTorch is imported where it is used: --help should not take seconds.

OF_FIT = ("epochs", "batch_size", "lr", "schedule", "clip", "accumulate", "precision", "keep",
          "patience", "every", "seed")  # fmt: skip

EXAMPLES = """examples:
  python -m mmtutor train --experiment av-digits --fusion gated --out runs/gated
  python -m mmtutor train runs/gated/config.yaml --seed 1 --out runs/gated-1
  python -m mmtutor train --out runs/gated --resume
  python -m mmtutor evaluate runs/gated
  torchrun --nproc-per-node 2 -m mmtutor train --experiment emoji-pairs --out runs/pairs

a YAML file holds the same options, such as
  experiment: av-digits
  fusion: low_rank
  fusion_options: {rank: 8}
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    train = commands.add_parser(
        "train",
        help="train one of the book's experiments",
        description="Train one of the book's experiments: from a YAML file, from options, or both.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    train.add_argument("config", nargs="?", type=Path, help="YAML file; options count before it")
    train.add_argument("--out", type=Path, default=Path("runs/last"), help="folder for the results")
    train.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    train.add_argument("--weights", type=Path, metavar="FOLDER",
                       help="start from the weights of that training")  # fmt: skip
    train.add_argument("--device", help="such as cpu or cuda; default: an accelerator if any")
    train.add_argument("--parallel", default="ddp", metavar="KIND", help="under torchrun: ddp, the "
                       "whole model in each process, or fsdp, a part (default: ddp)")  # fmt: skip
    train.add_argument("--profile", action="store_true",
                       help="tell samples a second, and where the time of a step goes")  # fmt: skip
    train.add_argument("--quiet", action="store_true", help="no progress bar")
    for option in dataclasses.fields(Config):
        name, told = "--" + option.name.replace("_", "-"), option.metadata["help"]
        if option.name == "fusion_options":
            train.add_argument(name, type=_mapping, metavar="JSON", help=told)
        else:
            default = "none" if option.default is None else option.default
            train.add_argument(name, metavar="VALUE", help=f"{told} (default: {default})")
    train.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train, and write config, history, its picture, weights and checkpoint to the folder."""
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
    from mmtutor.training import Profile, fit, load_weights, save_weights
    from mmtutor.training.checkpoints import replace_file

    distributed.init_process_group()
    first = distributed.rank() == 0
    if not options.resume and (out / "checkpoint.json").exists():
        raise ValueError(
            f"{out} holds a training already: add --resume to go on, or name another --out"
        )
    finished = options.resume and (out / "weights.safetensors").is_file()
    experiment = build(config)
    if options.weights and not options.resume:
        load_weights(experiment.model, options.weights.expanduser() / "weights.safetensors")
    if first and not options.resume:
        # Only after everything else has been built: what is refused leaves nothing behind.
        out.mkdir(parents=True, exist_ok=True)
        replace_file(out / "config.yaml", config.written().encode())
    profile = Profile()
    try:
        with profile:
            history = fit(
                experiment.model,
                experiment.train,
                experiment.valid,
                loss=experiment.loss,
                metrics=experiment.metrics,
                progress=not options.quiet,
                checkpoint=out,
                resume=out if options.resume else None,
                device=options.device,
                parallel=options.parallel,
                callbacks=[profile] if options.profile else [],
                **{name: getattr(config, name) for name in OF_FIT},
            )
    except KeyboardInterrupt:
        if first:
            print(f"\nStopped and saved; go on with: {_command('--out', out, '--resume')}",
                  file=sys.stderr)  # fmt: skip
        return 130
    except ValueError as error:
        if options.resume and "made differently" in str(error):
            on = _command(out / "config.yaml", "--weights", out, "--out", f"{out}-on")
            raise ValueError(f"{error}. Here, with the new options behind it: {on}") from None
        raise
    if not finished:
        save_weights(experiment.model, out / "weights.safetensors")  # of a model in parts, by all
    if not first:
        return 0
    if finished:
        print(f"{out} has finished all its epochs: nothing was left to train")
    else:
        from mmtutor.figures import show_history

        replace_file(out / "history.json", json.dumps(history.rows, indent=1).encode())
        replace_file(out / "history.svg", show_history(history).svg().encode())
        print(f"{history.table()}\n\n{_beside(experiment, history, config.keep)}\n")
        print(f"{out} holds history.svg (the curves), history.json, config.yaml and the weights")
        if options.profile:
            print(f"\nwhere the time went, in process 0\n{profile}\n")
    print(_next(out, config))
    return 0


def _beside(experiment: Experiment, history: History, keep: str) -> str:
    """What was reached on the validation set, beside what is reached without learning."""
    from mmtutor.experiments.baselines import baselines, recall_by_chance

    epoch = (history.best_epoch if keep == "best" else None) or len(history)
    row, valid = history.rows[epoch - 1], experiment.valid
    if "valid_accuracy" in row:
        found = {f"accuracy, epoch {epoch}": row["valid_accuracy"]}
        found |= baselines(experiment.train, valid)
    else:
        found = {}
        for k in (1, 10):
            found[f"recall@{k}, epoch {epoch}"] = row[f"valid_recall@{k}"]
            found[f"recall@{k} by chance"] = recall_by_chance(k, valid)
    return "\n".join(
        ["on the validation set", *(f"  {name:30}{value:6.3f}" for name, value in found.items())]
    )


def _next(out: Path, config: Config) -> str:
    """Commands to copy: judge, repeat, compare, go on."""
    file = out / "config.yaml"
    ways = {
        "judge it on the test set": f"python -m mmtutor evaluate {shlex.quote(str(out))}",
        "is it the seed?": _command(file, "--seed", config.seed + 1, "--out", f"{out}-seed"),
    }
    if config.experiment != "emoji-pairs":
        other = "gated" if config.fusion != "gated" else "concat"
        ways["another ⊕"] = _command(file, "--fusion", other, "--out", f"{out}-{other}")
    ways["train on from its weights"] = _command(file, "--weights", out, "--out", f"{out}-on")
    return "next:\n" + "\n".join(f"  {way:27}{line}" for way, line in ways.items())


def _command(*words: object) -> str:
    return f"python -m mmtutor train {' '.join(shlex.quote(str(word)) for word in words)}"


def _mapping(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(f'a JSON object such as {{"rank": 8}}, got {text:.60}')
    return value
