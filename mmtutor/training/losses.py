"""What a loss divides by: needed wherever the loss of a batch is put together from parts.

A batch may be taken in microbatches, spread over processes, and a validation set comes in batches.
Where part k has the loss :math:`L_k = S_k / D_k`, a sum of :math:`S_k` over its samples divided by
:math:`D_k`, the whole has

.. math:: L = \\frac{\\sum_k S_k}{\\sum_k D_k} = \\sum_k \\frac{D_k}{D} L_k

For a mean over samples :math:`D_k` is their number. PyTorch's cross-entropy leaves ``ignore_index``
out, and with class weights divides by the sum of the targets' weights:
https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, nll_loss

from mmtutor import distributed
from mmtutor.training.batches import microbatches, tensors_of

Loss = Callable[[Any, Tensor], Tensor]
"""(outputs, y) → scalar mean over the batch."""

IGNORE_INDEX = -100  # PyTorch's own default


def class_options(loss: object) -> Mapping[str, Any] | None:
    """``weight`` and ``ignore_index`` of PyTorch's losses of class numbers; else ``None``."""
    if isinstance(loss, nn.CrossEntropyLoss | nn.NLLLoss):
        return {"weight": loss.weight, "ignore_index": loss.ignore_index}
    if isinstance(loss, functools.partial) and loss.func in (cross_entropy, nll_loss):
        return {"weight": None, "ignore_index": IGNORE_INDEX, **loss.keywords}
    if loss in (cross_entropy, nll_loss):
        return {"weight": None, "ignore_index": IGNORE_INDEX}
    return None


def denominator(loss: object, y: Tensor) -> float:
    """What the loss divides the sum over these targets by, :math:`D_k`."""
    options = class_options(loss)
    if options is None or y.is_floating_point():
        return len(y)
    counted = y[y != options["ignore_index"]].long()
    weight = options["weight"]
    return counted.numel() if weight is None else float(weight.to(y.device)[counted].sum())


def total_denominator(loss: object, local: float, samples: int) -> float:
    """The same for the batch of all processes, :math:`D`.

    :param local: :math:`D_k` of this process's shard.
    :param samples: of all shards together.
    :raises ValueError: no label of the batch counts.
    """
    if class_options(loss) is None:
        return samples
    [total] = distributed.all_reduce(local)
    if total == 0:
        raise ValueError(
            "no label of this batch counts: all are ignore_index, or of classes of weight 0"
        )
    return total


def check_loss(loss: object, accumulate: int) -> None:
    """Refuse what cannot be a loss, or not together with microbatches.

    :raises TypeError: it is no function.
    :raises ValueError: it gives no mean, or compares all samples of the batch.
    """
    if loss is None:
        return
    if isinstance(loss, type) or not callable(loss):
        example = "an object of it" if isinstance(loss, type) else "torch.nn.functional.mse_loss"
        raise TypeError(
            f"loss must be a function (outputs, y) → scalar, got {loss!r}: pass {example}"
        )
    options = getattr(loss, "keywords", {})
    reduction = options.get("reduction", getattr(loss, "reduction", "mean"))
    if reduction not in ("mean", "batchmean"):
        raise ValueError(
            f"loss must give the mean over the batch, its reduction is {reduction!r}: "
            "pass reduction='mean'"
        )
    if accumulate > 1 and getattr(loss, "whole_batch", False):
        raise ValueError(
            f"{type(loss).__name__} compares all samples of a batch with each other, so the batch "
            "cannot be taken in parts: leave out accumulate"
        )


def check_loss_value(loss: Tensor) -> None:
    """Refuse a loss that is no scalar, or does not depend on the model."""
    if not isinstance(loss, Tensor) or loss.numel() != 1:
        got = f"shape {tuple(loss.shape)}" if isinstance(loss, Tensor) else type(loss).__name__
        raise TypeError(f"loss must give one number, the mean over the batch, as a tensor: {got}")
    if torch.is_grad_enabled() and not loss.requires_grad:
        raise ValueError(
            "the loss does not depend on the model's parameters: somewhere on the way from them "
            "gradients were switched off (.detach(), .item(), no_grad, argmax)"
        )


def check_is_mean(loss: Loss, outputs: Any, y: Tensor) -> None:
    """Refuse to put together from parts a loss that is no mean over samples.

    It is tried on the two halves of what is there.

    :raises ValueError: the mean of the halves is not the loss of the whole.
    """
    if class_options(loss) is not None or getattr(loss, "whole_batch", False) or len(y) < 2:
        return
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        whole = float(loss(outputs, y))
        halves = sum(float(loss(o, t)) * len(t) / len(y) for o, t in microbatches(outputs, y, 2))
    tolerance = 1e-5 if tensors_of(outputs)[0].dtype in (torch.float32, torch.float64) else 1e-2
    if abs(whole - halves) > tolerance * (abs(whole) + 1):
        raise ValueError(
            f"the loss of this batch is {whole:.6g}, the mean of the losses of its halves "
            f"{halves:.6g}: it is no mean over samples, so it cannot be put together from "
            "microbatches or from the shards of several processes. Class weights and ignore_index "
            "are taken care of in torch.nn.CrossEntropyLoss(…); for other losses use accumulate=1 "
            "and one process"
        )
