"""Judging a model: on held-out data, in evaluation mode, without gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor, nn

from mmtutor import distributed
from mmtutor.datasets import Batches
from mmtutor.metrics import Evaluation
from mmtutor.objectives.gather import all_rows
from mmtutor.training.arguments import Plan
from mmtutor.training.batches import (
    answer,
    as_target,
    batches_of,
    check_targets,
    pairs,
    steps,
    to_device,
    without,
)
from mmtutor.training.devices import at_work


def evaluate(
    model: nn.Module,
    data: object,
    *,
    batch_size: int = 512,
    drop: str | Sequence[str] = (),
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    device: str | torch.device | None = None,
) -> Evaluation:
    """Judge a classifier: accuracy, recall, precision and F1 with intervals, confusion matrix.

    Under ``torchrun`` each process judges a part of the samples, none of them twice, and all get
    the result for the whole.

    :param model: as in ``fit``; it is judged in evaluation mode and gets its own mode back.
    :param data: a data set, or an iterable of (inputs, y) batches.
    :param batch_size: samples at a time; the result does not depend on it.
    :param drop: modalities to mute: the model gets its inputs without them.
    :param level: of the bootstrap intervals, see ``mmtutor.metrics.interval``.
    :param resamples: of the bootstrap intervals, see ``mmtutor.metrics.interval``.
    :param seed: of the bootstrap intervals, see ``mmtutor.metrics.interval``.
    :param device: as in ``fit``.
    :raises KeyError: ``drop`` names a modality that the data do not have.
    :raises TypeError, ValueError: data or labels that cannot be judged.
    """
    drop = (drop,) if isinstance(drop, str) else tuple(drop)
    distributed.join()
    batches = _my_part(batches_of(data, "data", batch_size))
    with at_work(model, device) as device, distributed.explained():
        said, true = [], []
        for outputs, y in _outputs(model, pairs(batches, "data"), device, drop):
            check_targets(outputs, y, None)
            if y.is_floating_point():
                raise TypeError(
                    "evaluate judges classifiers, so targets must be class numbers "
                    f"(B,), got {y.dtype} of shape {tuple(y.shape)}"
                )
            said.append(outputs.float().cpu())
            true.append(y.cpu())
        outputs, targets = all_rows(torch.cat(said)), all_rows(torch.cat(true))
    return Evaluation.of(outputs, targets, level=level, resamples=resamples, seed=seed)


def _my_part(batches: Iterable) -> Iterable:
    """Of a data set, this process's part of the samples, in their order."""
    if distributed.count() == 1:
        return batches
    if not isinstance(batches, Batches):
        raise TypeError(
            "with several processes data must be a data set with .batch(index), so that each can "
            f"take its share, got {type(batches).__name__}"
        )
    if len(batches.dataset) < distributed.count():
        raise ValueError(
            f"{len(batches.dataset)} samples are too few for {distributed.count()} processes"
        )
    mine = distributed.share(torch.arange(len(batches.dataset)))
    return [batches.dataset.batch(index) for index in mine.split(batches.batch_size)]


def _outputs(
    model: nn.Module,
    batches: Iterable[tuple[object, Tensor]],
    device: torch.device,
    drop: Sequence[str] = (),
) -> Iterator[tuple[object, Tensor]]:
    """(outputs, y) of each batch, in evaluation mode, without gradients."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            for inputs, y in batches:
                yield answer(model, to_device(without(inputs, drop), device)), y
    finally:
        for module, mode in modes:
            module.training = mode


def validate(
    model: nn.Module, batches: Iterable, todo: Plan, device: torch.device
) -> dict[str, float]:
    """Mean loss, accuracy where targets are class numbers, and the metrics asked for."""
    total, right, count, classes = 0.0, 0, 0, False
    for metric in todo.metrics.values():
        metric.to(device).reset()
    mine = ((step.inputs, step.y) for step in steps(batches, "valid"))
    for outputs, y in _outputs(model, mine, device):
        check_targets(outputs, y, todo.loss)
        target = as_target(y).to(device)
        total, count = total + float(todo.criterion(outputs, target)) * len(y), count + len(y)
        classes = (
            isinstance(outputs, Tensor)
            and outputs.ndim == 2
            and target.ndim == 1
            and not target.is_floating_point()
        )
        right += int((outputs.argmax(1) == target).sum()) if classes else 0
        for metric in todo.metrics.values():
            metric.update(outputs, target)
    total, right, count = distributed.total(total, right, count)
    row = {"valid_loss": total / count}
    row |= {"valid_accuracy": right / count} if classes else {}
    # torchmetrics puts the processes' counts together by itself.
    return row | {f"valid_{name}": float(m.compute()) for name, m in todo.metrics.items()}
