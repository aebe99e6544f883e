"""``python -m mmtutor evaluate``: judge on the test set what ``train`` has trained."""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from mmtutor.experiments.config import Config

if TYPE_CHECKING:
    from torch import Tensor

    from mmtutor.experiments.named import Experiment


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    evaluate = commands.add_parser(
        "evaluate",
        help="judge what train has trained",
        description="Judge a trained experiment on its test set; write result.json beside it.",
        epilog="example: python -m mmtutor evaluate runs/gated",
    )
    evaluate.add_argument("folder", type=Path, help="what train was given as --out")
    evaluate.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Judge on the test set; print, and write ``result.json``."""
    folder = options.folder.expanduser()
    path = folder / "config.yaml"
    if not path.is_file():
        raise FileNotFoundError(f"there is no training in {folder} (no config.yaml)")
    weights = folder / "weights.safetensors"
    if not weights.is_file():
        raise FileNotFoundError(
            f"the training in {folder} has not finished (no {weights.name}): go on with "
            f"python -m mmtutor train --out {shlex.quote(str(folder))} --resume"
        )
    config = Config.read(path)

    from mmtutor import distributed
    from mmtutor.experiments.baselines import baselines
    from mmtutor.experiments.named import build
    from mmtutor.models import Aligned
    from mmtutor.training import evaluate, load_weights
    from mmtutor.training.checkpoints import replace_file

    distributed.init_process_group()
    experiment = build(config)
    load_weights(experiment.model, weights)
    result: dict[str, object]
    if isinstance(experiment.model, Aligned):
        found = retrieval(experiment)
        result, text = {**found}, "\n".join(f"{n:32}{value:8.3f}" for n, value in found.items())
    else:
        judged = evaluate(experiment.model, experiment.test)
        beside = baselines(experiment.train, experiment.test)
        result = {n: {"value": float(e), "low": e.low, "high": e.high} for n, e in judged.rows()}
        result |= {"confusion": judged.confusion.tolist(), "beside accuracy": beside}
        lines = [repr(judged), "", "beside its accuracy"]
        lines += [f"  {name:30}{value:6.3f}" for name, value in beside.items()]
        text = "\n".join([*lines, "", most_confused(judged.confusion)])
    if distributed.rank() == 0:
        print(text)
        replace_file(folder / "result.json", json.dumps(result, indent=1).encode())
    return 0


def most_confused(confusion: Tensor) -> str:
    """The pairs (class, what it was called) that occur most often; all are in ``result.json``."""
    wrong = confusion.clone().fill_diagonal_(0)
    counts, places = wrong.flatten().topk(min(3, wrong.numel()))
    pairs = [
        f"class {int(p) // len(wrong)} called {int(p) % len(wrong)}, {int(n)} times"
        for n, p in zip(counts, places, strict=True)
        if n
    ]
    return f"most often wrong: {'; '.join(pairs) or 'none'}"


def retrieval(experiment: Experiment) -> dict[str, float]:
    """Recall@k, with what chance gives, and median rank among the test samples, both ways."""
    import torch

    from mmtutor.experiments.baselines import recall_by_chance
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
    return found | {f"recall@{k} by chance": recall_by_chance(k, data) for k in (1, 10)}
