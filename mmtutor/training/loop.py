"""The training loop.

An epoch passes over all training samples in batches (x, y) and takes one step per batch::

    θ ← θ - η_s · AdamW(∇_θ L(model(x; θ), y)),        η_s = lr · schedule(s / (S + 1))

with s = 1 … S the steps of all epochs. The learning rate η rises and falls once over the
whole training ("one cycle"): Smith 2018, https://arxiv.org/abs/1803.09820; AdamW: Loshchilov and
Hutter 2019, https://arxiv.org/abs/1711.05101.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm
from torchmetrics import Metric

from mmtutor import distributed
from mmtutor.training.arguments import (
    Callback,
    Plan,
    gradient_norms_of,
    lower_is_better,
    name_of,
    optimizer_of,
    trainable,
)
from mmtutor.training.batches import (
    answer,
    as_target,
    batches_of,
    check_shares,
    check_targets,
    parts,
    steps,
    to_device,
)
from mmtutor.training.devices import at_work
from mmtutor.training.evaluation import validate
from mmtutor.training.failures import blame, give_up
from mmtutor.training.history import History, progress_bar
from mmtutor.training.interrupts import noticed
from mmtutor.training.state import Run, fingerprint


def fit(
    model: nn.Module,
    train: object,
    valid: object | None = None,
    *,
    epochs: int = 10,
    batch_size: int = 128,
    lr: float = 3e-3,
    loss: Callable[..., Tensor] | None = None,
    optimizer: Callable[..., torch.optim.Optimizer] | torch.optim.Optimizer | None = None,
    schedule: str | Callable[[float], float] = "one-cycle",
    clip: float | None = 1.0,
    accumulate: int = 1,
    precision: str = "float32",
    keep: str = "last",
    monitor: str | None = None,
    patience: int | None = None,
    metrics: Mapping[str, Metric] | None = None,
    callbacks: Sequence[Callback] = (),
    gradient_norms: bool = False,
    checkpoint: str | Path | None = None,
    every: int | None = None,
    resume: str | Path | None = None,
    seed: int = 0,
    device: str | torch.device | None = None,
    progress: bool = True,
) -> History:
    """Train ``model`` and tell how it went. The model is left in evaluation mode, on its device.

    What is learnt is the loss's business: class numbers with cross-entropy (the default), numbers
    with ``mse_loss``, pairs with a contrastive loss, sentences with a sequence loss, an expert's
    actions with cross-entropy again. ``mmtutor.objectives`` has them.

    :param model: any module that takes what a batch holds (a dict of tensors by modality, or a
        tensor) and returns logits (B, C), or whatever ``loss`` takes.
    :param train: a data set with ``.batch(index)``, shuffled anew in each epoch; or any iterable of
        (inputs, y) batches, in its own order. ``y`` holds class numbers (B,).
    :param valid: the same kind of thing; judged after each epoch, never trained on.
    :param epochs: passes over ``train``.
    :param batch_size: samples per step, where ``train`` is a data set. Under ``torchrun`` the
        samples of all processes together.
    :param lr: highest learning rate.
    :param loss: (outputs, y) → scalar mean over the batch; cross-entropy by default. For a
        regression: ``torch.nn.functional.mse_loss``.
    :param optimizer: called as ``optimizer(parameters, lr=lr)``, or one already built (then its own
        learning rate counts); AdamW with weight decay 0.01 by default.
    :param schedule: "one-cycle", "cosine", "constant", or a function from the share of the training
        that is over, in [0, 1], to a factor on ``lr``.
    :param clip: longest gradient, as a norm over all parameters; None for no limit.
    :param accumulate: pass each batch through the model in this many parts, to save memory. The
        step taken is the same, to rounding.
    :param precision: "float32", or "bf16" to compute in bfloat16 where PyTorch thinks it safe;
        weights stay in float32.
    :param keep: "last", or "best" to end with the weights of the best epoch.
    :param monitor: the column of the history that says which epoch is best; by default the accuracy
        on ``valid``, or the loss in a regression.
    :param patience: stop when that many epochs in a row brought no better one.
    :param metrics: torchmetrics to compute on ``valid``, by name: columns ``valid_<name>``.
    :param callbacks: what else to do before a step and after an epoch, see ``Callback``.
    :param gradient_norms: record the mean norm of each encoder's gradient: ``gradient_<modality>``.
    :param checkpoint: folder to write checkpoints to: at the start, after each epoch, and on
        Ctrl-C.
    :param every: write one after that many steps too.
    :param resume: folder of a checkpoint to go on from; ends with the weights, bit for bit, of the
        training that was never stopped. Everything else must be as it was then. New checkpoints go
        to the same folder unless ``checkpoint`` names another.
    :param seed: of the order of samples and of dropout. On a CPU the same seed gives the same
        weights, bit for bit, with the same number of threads; the global random state is as it was
        before.
    :param device: where to compute; the accelerator if there is one, else the CPU.
    :param progress: show a bar, or a line per epoch where there is no terminal. Of several
        processes only the first shows anything.
    :raises FloatingPointError: loss or gradient is not finite. Says epoch, step, and which modality
        if that can be found; the model gets back its weights from the end of the last epoch.
    :raises KeyboardInterrupt: after Ctrl-C, when the step is finished and saved. A second Ctrl-C
        does not wait.
    :raises FileNotFoundError, DamagedCheckpointError: nothing to resume from, or a damaged
        checkpoint.
    :raises OSError: the folder for checkpoints cannot be written to.
    :raises RuntimeError: another process of the same training has ended.
    :raises KeyError: a batch lacks a modality that the model asks for.
    :raises TypeError, ValueError: data, labels or arguments that cannot be trained with, or a
        checkpoint of something else.
    """
    checkpoint = checkpoint or resume
    todo = Plan.of(
        epochs=epochs, lr=lr, loss=loss, schedule=schedule, clip=clip, accumulate=accumulate,
        precision=precision, metrics=metrics, callbacks=callbacks, gradient_norms=gradient_norms,
        patience=patience, every=every, keep=keep, monitor=monitor, seed=seed,
        judged=valid is not None, saved=checkpoint is not None,
    )  # fmt: skip
    distributed.join()
    batches = batches_of(train, "train", batch_size, shuffle=True, seed=seed)
    valid = None if valid is None else batches_of(valid, "valid", 4 * batch_size)
    for name, data in {"train": batches, "valid": valid}.items():
        if data is not None:
            check_shares(data, name)
    with at_work(model, device) as device, distributed.explained():
        optimizer = optimizer_of(optimizer, trainable(model), lr, device)
        history = History(monitor, lower_is_better(metrics, monitor))
        run = Run(model, optimizer, device, seed, history, keep, checkpoint)
        run.made_with = {} if checkpoint is None else {
            "data": fingerprint(batches), "batch_size": batch_size, "optimizer": name_of(optimizer),
            "processes": distributed.count(), **todo.record(),
        }  # fmt: skip
        if resume is not None:
            run.resume(Path(resume))
        else:
            run.save()
        train_model(run, todo, batches, valid, progress and distributed.rank() == 0)
        if keep == "best":
            model.load_state_dict(run.best)
    model.eval()
    return history


def train_model(run: Run, todo: Plan, batches: object, valid: object, progress: bool) -> None:
    """The loop itself: epochs, steps, parts of a batch."""
    model, optimizer, device = run.model, run.optimizer, run.device
    network, parameters = distributed.parallel(model, device), trainable(model)
    planned = todo.epochs * len(batches)
    done = run.epoch * len(batches) + run.step
    with noticed() as interrupt, progress_bar(planned, progress, done) as bar:
        while run.epoch < todo.epochs and not run.history.stalls(todo.patience):
            run.enter()
            if hasattr(batches, "set_epoch"):
                batches.set_epoch(run.epoch)
            model.train()
            for step in steps(batches, "train", start=run.step):
                over = (run.epoch * len(batches) + step.number + 1) / (planned + 1)
                for group, peak in zip(optimizer.param_groups, run.peaks, strict=True):
                    group["lr"] = peak * todo.schedule(min(over, 1.0))
                optimizer.zero_grad()
                value = torch.zeros((), device=device)
                for x, y, last in parts(to_device(step.inputs, device), step.y, todo.accumulate):
                    with distributed.quiet(network, silent=not last):
                        with torch.autocast(device.type, todo.dtype, enabled=todo.mixed):
                            outputs = answer(network, x)
                            check_targets(outputs, y, todo.loss)
                            part = todo.criterion(outputs, as_target(y).to(device))
                        part = part.float() * (len(y) / step.samples)
                        (part * distributed.count()).backward()
                    value += part.detach()
                norm = get_total_norm([p.grad for p in parameters if p.grad is not None])
                now, length = torch.stack([value, norm.float()]).tolist()
                if not math.isfinite(now + length):
                    give_up(run, blame(model, to_device(step.inputs, device), now), step.number)
                for callback in todo.callbacks:
                    callback.before_step(model, x, outputs, y)
                norms = dict(gradient_norms_of(model)) if todo.gradient_norms else {}
                clip_grads_with_norm_(parameters, todo.limit, norm)
                optimizer.step()
                run.add(now * step.samples, len(step.y), norms)
                bar.step()
                if todo.every and run.step % todo.every == 0 and run.step < len(batches):
                    run.save()
                if distributed.anyone(interrupt.asked):
                    run.leave()
            if not all(p.isfinite().all() for p in parameters):
                give_up(run, "the weights are not finite", run.step - 1)
            judged = {} if valid is None else validate(model, valid, todo, device)
            row = run.close(judged)
            for callback in todo.callbacks:
                callback.after_epoch(model, row)
            bar.epoch(row, todo.epochs)
            run.save()
