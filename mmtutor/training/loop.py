"""The training loop.

An epoch passes over all training samples in batches (x, y) and takes one step per batch::

    θ ← θ - η_s · AdamW(∇_θ L(model(x; θ), y)),        η_s = lr · schedule(s / (S + 1))

with s = 1 … S the steps of all epochs. The learning rate η rises and falls once over the
whole training ("one cycle"): Smith 2018, https://arxiv.org/abs/1803.09820; AdamW: Loshchilov and
Hutter 2019, https://arxiv.org/abs/1711.05101.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm
from torchmetrics import Metric

from mmtutor import distributed
from mmtutor.names import check_name
from mmtutor.training import checkpoints
from mmtutor.training.arguments import (
    Callback,
    OptimizerFactory,
    Schedule,
    TrainingArguments,
    lower_is_better,
    make_optimizer,
    norms_of_encoders,
)
from mmtutor.training.batches import (
    Batch,
    Data,
    Step,
    check_shards,
    concatenate,
    make_batches,
    microbatches,
    steps_per_epoch,
    to_device,
)
from mmtutor.training.devices import autocast, on_device
from mmtutor.training.evaluation import validate
from mmtutor.training.failures import first_not_finite
from mmtutor.training.fingerprint import settings_of
from mmtutor.training.forward import as_target, forward, loss_of
from mmtutor.training.history import History, Progress
from mmtutor.training.interrupts import catch_interrupts
from mmtutor.training.losses import Loss, check_is_mean, denominator, total_denominator
from mmtutor.training.out_of_memory import explain_out_of_memory
from mmtutor.training.parallel import PARALLEL, make_parallel, no_sync, own, whole
from mmtutor.training.profile import part
from mmtutor.training.state import TrainingState


def fit(
    model: nn.Module,
    train: Data,
    valid: Data | None = None,
    *,
    epochs: int = 10,
    batch_size: int = 128,
    lr: float = 3e-3,
    loss: Loss | None = None,
    optimizer: OptimizerFactory | torch.optim.Optimizer | None = None,
    schedule: str | Schedule = "one-cycle",
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
    parallel: str = "ddp",
    progress: bool = True,
) -> History:
    """Train ``model`` and tell how it went. The model is left in evaluation mode, on its device.

    What is learnt is the loss's business: class numbers with cross-entropy (the default), numbers
    with ``mse_loss``, pairs with a contrastive loss, sentences with a sequence loss, an expert's
    actions with cross-entropy again. ``mmtutor.objectives`` has them.

    :param model: any module that takes what a batch holds (a dict of tensors by modality, or a
        tensor) and returns logits (B, C), or whatever ``loss`` takes.
    :param train: a data set with ``.batch(index)`` and a length, shuffled anew in each epoch; or
        any iterable of (inputs, y) batches, in its own order. ``y`` holds class numbers (B,). A
        ``DataLoader`` draws its order from ``seed`` and the epoch, its own generator too.
    :param valid: the same kind of thing; judged after each epoch, never trained on.
    :param epochs: passes over ``train``.
    :param batch_size: samples per step, where ``train`` is a data set. Under ``torchrun`` the
        samples of all processes together.
    :param lr: highest learning rate.
    :param loss: (outputs, y) → scalar mean over the batch; cross-entropy by default. For a
        regression: ``torch.nn.functional.mse_loss``. Class weights and ``ignore_index`` of
        ``torch.nn.CrossEntropyLoss(…)`` weigh microbatches, shards and batches of ``valid`` as
        they would in one batch. Any other loss that is no mean over samples is refused with
        ``accumulate`` and with several processes; ``valid_loss`` is then the mean of the losses
        of its batches, weighted by their samples.
    :param optimizer: called as ``optimizer(parameters, lr=lr)``, or one already built (then its own
        learning rates count, and it has them again afterwards); AdamW with weight decay 0.01 by
        default. Only the parameters that it holds are clipped, counted and moved.
    :param schedule: "one-cycle", "cosine", "constant", or a function from the share of the training
        that is over, in [0, 1], to a factor on ``lr``.
    :param clip: longest gradient, as a norm over all parameters; None for no limit.
    :param accumulate: pass each batch through the model in this many microbatches, to save memory.
        The step taken is the same, to rounding; but for BatchNorm, which sees the statistics of a
        microbatch, and for dropout, which draws other numbers.
    :param precision: "float32", or "bf16" to compute in bfloat16 where PyTorch thinks it safe;
        weights stay in float32.
    :param keep: "last", or "best" to end with the weights of the best epoch.
    :param monitor: the column of the history that says which epoch is best; by default the accuracy
        on ``valid``, or the loss in a regression. NaN is never best.
    :param patience: stop when that many epochs in a row brought no better one.
    :param metrics: torchmetrics to compute on ``valid``, by name: columns ``valid_<name>``.
    :param callbacks: what else to do before a step and after an epoch, see ``Callback``.
    :param gradient_norms: record the mean norm of each encoder's gradient: ``gradient_<modality>``.
    :param checkpoint: folder to write checkpoints to: at the start, after each epoch, and on
        Ctrl-C. It must not hold one yet, and belongs to this training while it runs.
    :param every: write one after that many steps too.
    :param resume: folder of a checkpoint to go on from; ends with the weights, bit for bit, of the
        training that was never stopped. Everything else must be as it was then: arguments, the
        model's options and the optimizer's are compared, and 256 samples of the data. The number
        of processes may be another, and ``parallel``: then the weights are the same to rounding,
        but for dropout, which draws other numbers, and for BatchNorm.
        Batches in an order of their own must come in the same order again, from torch's random
        numbers. New checkpoints go to the same folder unless ``checkpoint`` names another.
    :param seed: of the order of samples and of dropout. On a CPU the same seed gives the same
        weights, bit for bit, with the same number of threads; the global random state is as it was
        before.
    :param device: where to compute; the accelerator if there is one, else the CPU.
    :param parallel: under ``torchrun``, "ddp" to hold the whole model in each process, or "fsdp" to
        hold of weights, gradients and optimizer state only a part in each; the model is left so.
    :param progress: show a bar, or a line per epoch where there is no terminal. Of several
        processes only the first shows anything.
    :raises FloatingPointError: loss or gradient is not finite. Says epoch, step, and which modality
        if that can be found; the model gets back its weights from the end of the last epoch.
    :raises KeyboardInterrupt: after Ctrl-C, when the step is finished and saved. A second Ctrl-C
        does not wait.
    :raises FileNotFoundError, DamagedCheckpointError: nothing to resume from, or a damaged
        checkpoint.
    :raises OSError: the folder for checkpoints cannot be written to, holds one, or belongs to
        another training.
    :raises RuntimeError: another process of the same training has ended; says which, and where the
        last checkpoint is. ``OutOfMemoryError``: says what to lower.
    :raises KeyError: a batch lacks a modality that the model asks for.
    :raises TypeError, ValueError: data, labels or arguments that cannot be trained with, or a
        checkpoint of something else.
    """
    arguments = TrainingArguments.check(
        epochs=epochs, batch_size=batch_size, lr=lr, loss=loss, schedule=schedule, clip=clip,
        accumulate=accumulate, precision=precision, keep=keep, monitor=monitor, patience=patience,
        metrics=metrics, callbacks=callbacks, gradient_norms=gradient_norms, every=every, seed=seed,
        has_valid=valid is not None, has_checkpoint=(checkpoint or resume) is not None,
    )  # fmt: skip
    check_name("parallel", parallel, PARALLEL)
    start = checkpoints.existing(resume)
    folder = start if checkpoint is None else checkpoints.free(checkpoint, but=start)
    distributed.init_process_group()
    batches = make_batches(train, "train", arguments.batch_size, shuffle=True, seed=arguments.seed)
    valid_batches = None if valid is None else make_batches(valid, "valid", 4 * batch_size)
    for name, data in {"train": batches, "valid": valid_batches}.items():
        if data is not None:
            check_shards(data, name)
    writes = distributed.rank() == 0
    with (
        on_device(model, device) as device,
        distributed.explain_lost_process(_way_back(folder)),
        explain_out_of_memory(arguments),
        checkpoints.lock(folder if writes else None),
    ):
        parallel_model = make_parallel(model, parallel, device)
        state = TrainingState(
            model=model,
            optimizer=make_optimizer(optimizer, model, arguments.lr, device),
            device=device,
            seed=arguments.seed,
            history=History(monitor, lower_is_better(arguments.metrics, monitor)),
            keep=keep,
            folder=folder,
        )
        if folder is not None or distributed.world_size() > 1:
            state.settings = settings_of(arguments, model, state.optimizer, batches, valid_batches)
            distributed.check_agreement(state.settings)
        try:
            if start is None:
                state.save()
            else:
                state.resume(start)
            show = progress and writes
            train_model(state, parallel_model, arguments, batches, valid_batches, show)
            state.finish()
        finally:
            state.set_learning_rate(1.0)
            model.eval()
    return state.history


def _way_back(folder: Path | None) -> str:
    if folder is None:
        return " There is no checkpoint: with checkpoint=folder there would be one"
    return f" The last checkpoint is whole; go on from it with resume={str(folder)!r}"


def train_model(
    state: TrainingState,
    parallel_model: nn.Module,
    arguments: TrainingArguments,
    train: Iterable[Batch],
    valid: Iterable[Batch] | None,
    progress: bool,
) -> None:
    """The loop itself: epochs and steps."""
    model, optimizer, device = state.model, state.optimizer, state.device
    per_epoch = steps_per_epoch(train)
    total = arguments.epochs * per_epoch
    done = state.progress.epoch * per_epoch + state.progress.step
    with catch_interrupts() as interrupts, closing(Progress(total, progress, done)) as bar:
        while state.progress.epoch < arguments.epochs:
            if state.history.should_stop(arguments.patience):
                break
            model.train()
            for step in state.steps_of_epoch(train):
                done += 1
                state.set_learning_rate(arguments.factor(min(done / (total + 1), 1.0)))
                optimizer.zero_grad()
                model.zero_grad()  # also what the optimizer does not hold
                with part("input"):
                    inputs = to_device(step.inputs, device)
                loss, divisor, outputs = backward(parallel_model, inputs, step, arguments)
                norm = get_total_norm([p.grad for p in state.parameters if p.grad is not None])
                loss_value, norm_value = torch.stack([loss, whole(norm).float()]).tolist()
                if not math.isfinite(loss_value + norm_value):
                    what = first_not_finite(model, inputs, loss_value)
                    state.fail(what, step=state.progress.step + 1)
                for callback in arguments.callbacks:
                    callback.before_step(model, inputs, outputs, step.y)
                norms = dict(norms_of_encoders(model)) if arguments.gradient_norms else {}
                clip_grads_with_norm_(state.parameters, arguments.clip or math.inf, norm)
                with part("optimizer"):
                    optimizer.step()
                state.record_step(loss_value * divisor, divisor / distributed.world_size(), norms)
                bar.step()
                steps_done = state.progress.step
                if arguments.every and steps_done % arguments.every == 0 and steps_done < per_epoch:
                    state.save()
                if distributed.any_process(interrupts.should_stop):
                    state.save_and_interrupt()
            if distributed.any_process(not all(own(p).isfinite().all() for p in state.parameters)):
                state.fail("the weights are not finite", step=state.progress.step)
            row = state.end_epoch(validate(model, valid, arguments, device) if valid else {})
            for callback in arguments.callbacks:
                callback.after_epoch(model, row)
            bar.epoch(row, arguments.epochs)
            state.save()


def backward(
    model: nn.Module, inputs: Any, step: Step, arguments: TrainingArguments
) -> tuple[Tensor, float, Any]:
    r"""Put ∇L of one batch into the parameters' gradients.

    The batch is taken in microbatches, one after another; with several processes each takes those
    of its shard: :math:`L = \sum_k (D_k / D) L_k`, see ``losses.py``.

    :returns: this process's part of L, D, and the outputs for its shard.
    """
    parts = microbatches(inputs, step.y, arguments.accumulate)
    divisors = [denominator(arguments.loss, y) for _, y in parts]
    divisor = total_denominator(arguments.loss, sum(divisors), step.samples)
    total, outputs_of_parts = torch.zeros(()), []
    for k, (x, y) in enumerate(parts):
        with no_sync(model, active=k < len(parts) - 1):
            with autocast(x, arguments.dtype):
                with part("forward"):
                    outputs = forward(model, x)
                with part("loss"):
                    loss = loss_of(outputs, y, arguments.loss)
            # A microbatch in which no label counts has the loss 0 / 0, and no gradient.
            share = loss * (divisors[k] / divisor) if divisors[k] else outputs.sum() * 0
            with part("backward"):
                (share * distributed.world_size()).backward()
        total = total.to(share.device) + share.detach()
        outputs_of_parts.append(outputs)
    outputs = concatenate(outputs_of_parts)
    if len(parts) > 1 or distributed.world_size() > 1:
        check_is_mean(arguments.loss_function, outputs, as_target(step.y).to(total.device))
    return total, divisor, outputs
