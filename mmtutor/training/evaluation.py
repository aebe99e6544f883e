"""Judging a model: on held-out data, in evaluation mode, without gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mmtutor import distributed
from mmtutor.metrics import Evaluation
from mmtutor.training.arguments import TrainingArguments
from mmtutor.training.batches import (
    Batch,
    Data,
    check_batch,
    make_batches,
    shared,
    steps,
    to_device,
    without,
)
from mmtutor.training.devices import on_device
from mmtutor.training.forward import as_target, check_targets, forward, loss_of
from mmtutor.training.losses import denominator


def evaluate(
    model: nn.Module,
    data: Data,
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
    distributed.init_process_group()
    batches = _shard(make_batches(data, "data", batch_size))
    logits, targets = [], []
    with on_device(model, device) as device, distributed.explain_lost_process():
        for outputs, y in _outputs(model, batches, device, drop):
            check_targets(outputs, y, None)
            if y.is_floating_point():
                raise TypeError(
                    "evaluate judges classifiers, so targets must be class numbers "
                    f"(B,), got {y.dtype} of shape {tuple(y.shape)}"
                )
            logits.append(outputs.float().cpu())
            targets.append(y.cpu())
        if not logits:
            raise ValueError("data gave no batch")
        return Evaluation.of(
            distributed.all_gather(torch.cat(logits)),
            distributed.all_gather(torch.cat(targets)),
            level=level, resamples=resamples, seed=seed,
        )  # fmt: skip


def _shard(batches: Iterable[Batch]) -> Iterable[Batch]:
    """Of a data set, this process's part of the samples, in their order."""
    world_size = distributed.world_size()
    if world_size == 1:
        return (check_batch(batch, "data") for batch in batches)
    batches = shared(batches, "data")
    dataset = batches.dataset
    if len(dataset) < world_size:
        raise ValueError(f"{len(dataset)} samples are too few for {world_size} processes")
    index = distributed.shard(torch.arange(len(dataset)))
    return [dataset.batch(part) for part in index.split(batches.batch_size)]


def _outputs(
    model: nn.Module, batches: Iterable[Batch], device: torch.device, drop: Sequence[str] = ()
) -> Iterator[tuple[Any, Tensor]]:
    """(outputs, y) of each batch, in evaluation mode, without gradients."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            for inputs, y in batches:
                yield forward(model, to_device(without(inputs, drop), device)), y
    finally:
        for module, mode in modes:
            module.training = mode


def validate(
    model: nn.Module, batches: Iterable[Batch], arguments: TrainingArguments, device: torch.device
) -> dict[str, float]:
    """Mean loss, accuracy where targets are class numbers, and the metrics asked for."""
    loss_sum, divisor, correct, count, classes = 0.0, 0.0, 0.0, 0.0, False
    for metric in arguments.metrics.values():
        metric.to(device).reset()
    own = ((step.inputs, step.y) for step in steps(batches, "valid"))
    for outputs, y in _outputs(model, own, device):
        weight = denominator(arguments.loss, y)
        if weight:  # else the loss is 0 / 0
            loss_sum += float(loss_of(outputs, y, arguments.loss)) * weight
        divisor, count = divisor + weight, count + len(y)
        target = as_target(y).to(device)
        classes = (
            isinstance(outputs, Tensor)
            and outputs.ndim == 2
            and target.ndim == 1
            and not target.is_floating_point()
        )
        correct += int((outputs.argmax(1) == target).sum()) if classes else 0
        for metric in arguments.metrics.values():
            metric.update(outputs, target)
    loss_sum, divisor, correct, count = distributed.all_reduce(loss_sum, divisor, correct, count)
    row = {"valid_loss": loss_sum / divisor if divisor else float("nan")}
    row |= {"valid_accuracy": correct / count} if classes else {}
    # torchmetrics puts the processes' counts together by itself.
    return row | {f"valid_{name}": float(m.compute()) for name, m in arguments.metrics.items()}
