"""Training and evaluation: one loop, short enough to read.

An epoch passes over all training samples in batches (x, y) and takes one step per batch::

    θ ← θ - η_s · AdamW(∇_θ L(model(x; θ), y)),        η_s = lr · schedule(s / (S + 1))

with s = 1 … S the steps of all epochs. The learning rate η rises and falls once over the
whole training ("one cycle"): Smith 2018, https://arxiv.org/abs/1803.09820; AdamW: Loshchilov and
Hutter 2019, https://arxiv.org/abs/1711.05101.
"""

from __future__ import annotations

import difflib
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NoReturn

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from mmtutor.devices import at_work, seed_epoch
from mmtutor.feed import as_target, batches_of, check_targets, pairs, to_device, without
from mmtutor.history import History, progress_bar
from mmtutor.metrics import Evaluation

__all__ = ["SCHEDULES", "evaluate", "fit"]

SCHEDULES: dict[str, Callable[[float], float]] = {
    "one-cycle": lambda p: 0.5 - 0.5 * math.cos(math.pi * (p / 0.3 if p < 0.3 else (1 - p) / 0.7)),
    "cosine": lambda p: 0.5 + 0.5 * math.cos(math.pi * p),
    "constant": lambda p: 1.0,
}
"""Share of the learning rate, by the share p of the training that is over."""


def fit(
    model: nn.Module,
    train: object,
    valid: object | None = None,
    *,
    epochs: int = 10,
    batch_size: int = 128,
    lr: float = 3e-3,
    loss: Callable[[Tensor, Tensor], Tensor] | None = None,
    optimizer: Callable[..., torch.optim.Optimizer] | torch.optim.Optimizer | None = None,
    schedule: str | Callable[[float], float] = "one-cycle",
    clip: float | None = 1.0,
    keep: str = "last",
    seed: int = 0,
    device: str | torch.device | None = None,
    progress: bool = True,
) -> History:
    """Train ``model`` and tell how it went. The model is left in evaluation mode, on its device.

    Args:
        model: any module that takes what a batch holds (a dict of tensors by modality, or a
            tensor) and returns logits (B, C), or predictions where ``loss`` is given.
        train: a data set with ``.batch(index)``, shuffled anew in each epoch; or any iterable of
            (inputs, y) batches, in its own order. ``y`` holds class numbers (B,).
        valid: the same kind of thing; judged after each epoch, never trained on.
        epochs: passes over ``train``.
        batch_size: samples per step, where ``train`` is a data set.
        lr: highest learning rate.
        loss: (outputs, y) → scalar mean over the batch; cross-entropy by default. For a
            regression: ``torch.nn.functional.mse_loss``.
        optimizer: called as ``optimizer(parameters, lr=lr)``, or one already built (then its own
            learning rate counts); AdamW with weight decay 0.01 by default.
        schedule: "one-cycle", "cosine", "constant", or a function from the share of the training
            that is over, in [0, 1], to a factor on ``lr``.
        clip: longest gradient, as a norm over all parameters; None for no limit.
        keep: "last", or "best" to end with the weights of the best epoch: highest accuracy on
            ``valid``, or lowest loss in a regression.
        seed: of the order of samples and of dropout. On a CPU the same seed gives the same
            weights, bit for bit, with the same number of threads; the global random state is as
            it was before.
        device: where to compute; the accelerator if there is one, else the CPU.
        progress: show a bar, or a line per epoch where there is no terminal.

    Raises:
        FloatingPointError: loss or gradient is not finite. Says epoch, step, and which modality
            if that can be found; the model gets back its weights from the end of the last epoch.
        TypeError, ValueError: data, labels or arguments that cannot be trained with.
    """
    batches = batches_of(train, "train", batch_size, shuffle=True, seed=seed)
    valid = None if valid is None else batches_of(valid, "valid", 4 * batch_size)
    factor = _check_arguments(epochs, lr, clip, schedule, keep, seed, valid)
    parameters = [p for p in model.parameters() if p.requires_grad]
    if not parameters:
        raise ValueError("there is nothing to learn: no parameter of the model requires a gradient")
    criterion, limit = loss or cross_entropy, math.inf if clip is None else clip
    history, steps = History(), epochs * len(batches)
    with at_work(model, device) as device, progress_bar(steps, progress) as bar:
        optimizer = _optimizer(optimizer, parameters, lr, device)
        peaks = [group["lr"] for group in optimizer.param_groups]
        good = best = _copy(model)
        for epoch in range(epochs):
            start, total, count = time.perf_counter(), 0.0, 0
            seed_epoch(seed, epoch, device)
            if hasattr(batches, "set_epoch"):
                batches.set_epoch(epoch)
            model.train()
            for step, (inputs, y) in enumerate(pairs(batches, "train")):
                share = min((epoch * len(batches) + step + 1) / (steps + 1), 1.0)
                for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                    group["lr"] = peak * factor(share)
                inputs = to_device(inputs, device)
                outputs = model(inputs)
                check_targets(outputs, y, loss)
                value = criterion(outputs, as_target(y).to(device))
                optimizer.zero_grad()
                value.backward()
                norm = get_total_norm([p.grad for p in parameters if p.grad is not None])
                now, length = torch.stack([value.detach().float(), norm.float()]).tolist()
                if not math.isfinite(now + length):
                    _stop(model, good, _blame(model, inputs, now), epoch, step)
                clip_grads_with_norm_(parameters, limit, norm)
                optimizer.step()
                total, count = total + now * len(y), count + len(y)
                bar.step()
            if not all(p.isfinite().all() for p in parameters):
                _stop(model, good, "the weights are not finite", epoch, step)
            row = {"epoch": epoch + 1, "train_loss": total / count}
            row |= {} if valid is None else _validate(model, valid, criterion, device)
            row |= {"lr": optimizer.param_groups[0]["lr"], "seconds": time.perf_counter() - start}
            history.append(row)
            bar.epoch(row, epochs)
            good = _copy(model)
            best = good if history.best_epoch == epoch + 1 else best
        if keep == "best":
            model.load_state_dict(best)
    model.eval()
    return history


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

    Args:
        model: as in ``fit``; it is judged in evaluation mode and gets its own mode back.
        data: a data set, or an iterable of (inputs, y) batches.
        batch_size: samples at a time; the result does not depend on it.
        drop: modalities to mute: the model gets its inputs without them.
        level, resamples, seed: of the bootstrap intervals, see ``mmtutor.metrics.interval``.
        device: as in ``fit``.

    Raises:
        KeyError: ``drop`` names a modality that the data do not have.
        TypeError, ValueError: data or labels that cannot be judged.
    """
    drop = (drop,) if isinstance(drop, str) else tuple(drop)
    batches = batches_of(data, "data", batch_size)
    with at_work(model, device) as device:
        said, true = [], []
        for outputs, y in _outputs(model, batches, device, drop):
            check_targets(outputs, y, None)
            if y.is_floating_point():
                raise TypeError(
                    "evaluate judges classifiers, so targets must be class numbers "
                    f"(B,), got {y.dtype} of shape {tuple(y.shape)}"
                )
            said.append(outputs.float().cpu())
            true.append(y.cpu())
    return Evaluation.of(
        torch.cat(said), torch.cat(true), level=level, resamples=resamples, seed=seed
    )


def _outputs(
    model: nn.Module, batches: Iterable, device: torch.device, drop: Sequence[str] = ()
) -> Iterator[tuple[Tensor, Tensor]]:
    """(outputs, y) of each batch, in evaluation mode, without gradients."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            for inputs, y in pairs(batches, "data"):
                yield model(to_device(without(inputs, drop), device)), y
    finally:
        for module, mode in modes:
            module.training = mode


def _validate(
    model: nn.Module, batches: Iterable, criterion: Callable, device: torch.device
) -> dict[str, float]:
    """Mean loss and, where targets are class numbers, accuracy."""
    total, right, count, classes = 0.0, 0, 0, False
    for outputs, y in _outputs(model, batches, device):
        check_targets(outputs, y, None if criterion is cross_entropy else criterion)
        target = as_target(y).to(device)
        total, count = total + float(criterion(outputs, target)) * len(y), count + len(y)
        classes = outputs.ndim == 2 and target.ndim == 1 and not target.is_floating_point()
        right += int((outputs.argmax(1) == target).sum()) if classes else 0
    return {"valid_loss": total / count} | ({"valid_accuracy": right / count} if classes else {})


def _optimizer(
    optimizer: object, parameters: list[nn.Parameter], lr: float, device: torch.device
) -> torch.optim.Optimizer:
    if isinstance(optimizer, torch.optim.Optimizer):
        return optimizer
    if optimizer is None:
        # One call for all parameters: a fifth of the time of a loop over small ones.
        return torch.optim.AdamW(parameters, lr=lr, fused=device.type in ("cpu", "cuda"))
    return optimizer(parameters, lr=lr)


def _copy(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def _stop(model: nn.Module, good: dict[str, Tensor], what: str, epoch: int, step: int) -> NoReturn:
    """Give the model its last good weights back and say what happened."""
    model.load_state_dict(good)
    model.eval()
    since = f"the end of epoch {epoch}" if epoch else "before the training"
    raise FloatingPointError(
        f"{what}, in epoch {epoch + 1}, step {step + 1}. The training stopped there, and the model "
        f"has its weights from {since} again. Look for NaN or very large numbers in the data; if "
        "there are none, a smaller lr often helps"
    )


def _blame(model: nn.Module, inputs: object, loss: float) -> str:
    """What is not finite, and in which modality it starts, if that can be seen."""
    what = "the gradient is not finite" if math.isfinite(loss) else f"the loss is {loss}"
    named = inputs if isinstance(inputs, Mapping) else {}
    encoders = getattr(model, "encoders", {})
    for name, x in named.items():
        if isinstance(x, Tensor) and not x.isfinite().all():
            return f"{what} (the input of modality {name!r} is not finite)"
    with torch.no_grad():
        for name in named:
            if name in encoders and not encoders[name](named[name]).isfinite().all():
                return f"{what} (the encoder of modality {name!r} is first to give such features)"
    if math.isfinite(loss):
        for name, parameter in model.named_parameters():
            if parameter.grad is not None and not parameter.grad.isfinite().all():
                return f"{what} (first in {name})"
    return what


def _check_arguments(
    epochs: int,
    lr: float,
    clip: float | None,
    schedule: str | Callable[[float], float],
    keep: str,
    seed: int,
    valid: object,
) -> Callable[[float], float]:
    """The schedule as a function, all arguments checked."""
    if not isinstance(epochs, int) or epochs < 1:
        raise ValueError(f"epochs must be a whole number of at least 1, got {epochs!r}")
    if not (lr > 0 and math.isfinite(lr)) or not (clip is None or clip > 0):
        raise ValueError(f"lr and clip must be positive, got lr={lr} and clip={clip}")
    if not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed must be a whole number of at least 0, got {seed!r}")
    if keep not in ("last", "best") or (keep == "best" and valid is None):
        raise ValueError(f"keep must be 'last', or 'best' together with valid, got {keep!r}")
    if callable(schedule):
        return schedule
    if schedule not in SCHEDULES:
        near = difflib.get_close_matches(str(schedule), SCHEDULES, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"unknown schedule {schedule!r}, known are {', '.join(SCHEDULES)}{hint}")
    return SCHEDULES[schedule]
