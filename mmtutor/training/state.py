"""A training under way: how far it is, how it stops, and how it comes back to that point."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from mmtutor import distributed
from mmtutor.datasets import Batches
from mmtutor.training import checkpoints, optimizer_state
from mmtutor.training.arguments import optimized_parameters
from mmtutor.training.batches import Batch, Step, set_epoch, steps
from mmtutor.training.checkpoints import DamagedCheckpointError
from mmtutor.training.devices import random_states, seed_epoch, set_random_states
from mmtutor.training.fingerprint import next_digest
from mmtutor.training.history import History
from mmtutor.training.parallel import sharded_like, whole
from mmtutor.training.profile import part


def copy_of_weights(model: nn.Module) -> dict[str, Tensor]:
    """The model's state, apart from the model."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


@dataclass
class Progress:
    """Where a training stands, in JSON values.

    :ivar epoch: epochs that are over.
    :ivar step: steps of the present epoch that are over.
    :ivar loss_sum: sum of this epoch's losses in this process, and ``loss_weight`` what to divide
        it by.
    :ivar gradient_norms: sums over this epoch's steps.
    :ivar seconds: that this epoch has taken.
    :ivar batches_seen: digest of this epoch's batches, where their order is not drawn by ``fit``.
    """

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    loss_weight: float = 0.0
    gradient_norms: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    batches_seen: str = ""


@dataclass
class TrainingState:
    """What changes while a model trains, besides its weights.

    :ivar settings: what the result depends on; a checkpoint of others is refused.
    :ivar folder: where checkpoints go, if anywhere.
    :ivar base_lrs: learning rate of each of the optimizer's groups, before the schedule.
    :ivar last_good_weights: those from the end of the last epoch.
    :ivar best_weights: of the best epoch, where they are to be kept.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    device: torch.device
    seed: int
    history: History
    keep: str
    folder: Path | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    progress: Progress = field(default_factory=Progress)
    rng_states: dict[str, Tensor] | None = None

    def __post_init__(self) -> None:
        self.last_good_weights = copy_of_weights(self.model)
        self.best_weights = self.last_good_weights if self.keep == "best" else {}
        self.base_lrs = [group["lr"] for group in self.optimizer.param_groups]
        self.parameters = optimized_parameters(self.optimizer)
        self.epoch_start = time.perf_counter()

    def steps_of_epoch(self, batches: Iterable[Batch]) -> Iterator[Step]:
        """The steps of the present epoch that are still to be taken.

        Random numbers come from (seed, epoch), or go on where a checkpoint was written.

        :raises ValueError: the batches before the checkpoint come in another order than then.
        """
        now, done = self.progress, self.progress.step
        self.epoch_start = time.perf_counter() - now.seconds
        epoch_seed = seed_epoch(self.seed, now.epoch, self.device, distributed.rank())
        set_epoch(batches, now.epoch, epoch_seed)
        foreign_order = self.folder is not None and not isinstance(batches, Batches)
        coming = _timed(steps(batches, "train", start=done))
        if foreign_order and done:
            seen = ""
            for _, step in zip(range(done), coming, strict=False):
                seen = next_digest(seen, (step.inputs, step.y))
            if seen != now.batches_seen:
                raise ValueError(
                    f"train gives its batches in another order than before the checkpoint in "
                    f"{self.folder}, so epoch {now.epoch + 1} cannot go on where it was: some "
                    "samples would come twice and others never. Let the order depend on torch's "
                    "random numbers alone, or give a data set with .batch(index)"
                )
        if self.rng_states is not None:
            set_random_states(self.rng_states, self.device)
            self.rng_states = None
        for step in coming:
            if foreign_order:
                now.batches_seen = next_digest(now.batches_seen, (step.inputs, step.y))
            yield step

    def set_learning_rate(self, factor: float) -> None:
        """Set the rate of each group to that factor of its base rate."""
        for group, lr in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = lr * factor

    def record_step(self, loss_sum: float, weight: float, norms: Mapping[str, float]) -> None:
        """Count a step that is done: its loss as a sum, and what the sum is divided by."""
        now = self.progress
        now.step += 1
        now.loss_sum += loss_sum
        now.loss_weight += weight
        for name, norm in norms.items():
            now.gradient_norms[name] = now.gradient_norms.get(name, 0.0) + norm

    def end_epoch(self, validation: Mapping[str, float]) -> dict[str, float]:
        """End the epoch; return its row of the history."""
        now = self.progress
        # A process may have had no sample of a batch; together they had all.
        loss_sum, loss_weight = distributed.all_reduce(now.loss_sum, now.loss_weight)
        row = {"epoch": now.epoch + 1, "train_loss": loss_sum / loss_weight, **validation}
        row |= {name: norm / now.step for name, norm in now.gradient_norms.items()}
        row["lr"] = self.optimizer.param_groups[0]["lr"]
        row["seconds"] = time.perf_counter() - self.epoch_start
        self.history.append(row)
        self.progress = Progress(epoch=now.epoch + 1)
        self.last_good_weights = {}  # gone before the new ones are made: two copies would count
        self.last_good_weights = copy_of_weights(self.model)
        if self.keep == "best" and self.history.best_epoch == self.progress.epoch:
            self.best_weights = self.last_good_weights
        return row

    def finish(self) -> None:
        """Leave the model with the weights that were to be kept."""
        if self.keep == "best" and self.history.best_epoch is not None:
            self.model.load_state_dict(self.best_weights)

    def save(self) -> None:
        """Write a checkpoint, if there is a folder for it."""
        if self.folder is None:
            return
        self.progress.seconds = (
            time.perf_counter() - self.epoch_start if self.progress.step else 0.0
        )
        states = distributed.all_gather_object(random_states(self.device))
        sums = distributed.all_reduce(self.progress.loss_sum, self.progress.loss_weight)
        progress = {**vars(self.progress), "loss_sum": sums[0], "loss_weight": sums[1]}
        tensors, numbers = optimizer_state.flatten(self.optimizer)
        weights = {name: whole(x) for name, x in self.model.state_dict().items()}
        best = {name: whole(x) for name, x in self.best_weights.items()}
        if distributed.rank() != 0:
            return
        checkpoints.write(
            self.folder,
            {
                "settings": self.settings,
                "progress": progress,
                "history": self.history.rows,
                "optimizer": numbers,
            },
            {
                **checkpoints.grouped("model", weights),
                **checkpoints.grouped("best", best),
                **checkpoints.grouped("optimizer", tensors),
                **{
                    f"random/{rank}/{name}": value
                    for rank, of_rank in enumerate(states)
                    for name, value in of_rank.items()
                },
            },
        )

    def save_and_interrupt(self) -> NoReturn:
        """Save, and say how to come back."""
        self.save()
        where = f"epoch {self.progress.epoch + 1}, step {self.progress.step}"
        if self.folder is None:
            raise KeyboardInterrupt(f"stopped after {where}; the model keeps what it has learnt")
        raise KeyboardInterrupt(
            f"stopped after {where} and saved; go on with fit(…, resume={str(self.folder)!r})"
        )

    def fail(self, what: str, step: int) -> NoReturn:
        """Give the model its last good weights back and say what is not finite."""
        self.model.load_state_dict(self.last_good_weights)
        epoch = self.progress.epoch
        since = f"the end of epoch {epoch}" if epoch else "before the training"
        kept = f" The checkpoint in {self.folder} is whole." if self.folder else ""
        raise FloatingPointError(
            f"{what}, in epoch {epoch + 1}, step {step}. The training stopped there, and the "
            f"model has its weights from {since} again.{kept} Look for NaN or very large numbers "
            "in the data; if there are none, a smaller lr often helps"
        )

    def resume(self, folder: Path) -> None:
        """Go to where the checkpoint in ``folder`` was written.

        :raises ValueError: it was made with other data, another model or other arguments.
        :raises DamagedCheckpointError: what it holds does not fit together.
        """
        facts, tensors = checkpoints.read(folder)
        weights = checkpoints.only(tensors, "model")
        checkpoints.check_fits(self.model, weights, folder)
        _compare(facts["settings"], self.settings, folder)
        progress = _checked_progress(facts, self.settings, folder)
        same_processes = facts["settings"].get("processes") == distributed.world_size()
        random = checkpoints.only(tensors, f"random/{distributed.rank() if same_processes else 0}")
        best = checkpoints.only(tensors, "best")
        try:
            optimizer_state.unflatten(
                self.optimizer, checkpoints.only(tensors, "optimizer"), facts["optimizer"]
            )
            if self.keep == "best" and {k: v.shape for k, v in best.items()} != {
                k: v.shape for k, v in weights.items()
            }:
                raise ValueError("the best weights are not those of this model")
            set_random_states(random, self.device)
            own = self.model.state_dict()
            self.model.load_state_dict(
                {name: sharded_like(x, own[name]) for name, x in weights.items()}
            )
        except (ValueError, KeyError, TypeError, RuntimeError) as error:
            raise DamagedCheckpointError(
                f"the checkpoint in {folder} is damaged: {error}"
            ) from None
        self.progress, self.history.rows = progress, facts["history"]
        self.last_good_weights = copy_of_weights(self.model)
        # On the model's device, whatever device the other machine had.
        here = self.last_good_weights
        if self.keep == "best":
            self.best_weights = {
                k: sharded_like(v.to(here[k].device), here[k]) for k, v in best.items()
            }
        if distributed.rank() != 0:  # the sums are those of all processes: one keeps them
            progress.loss_sum = progress.loss_weight = 0.0
        self.rng_states = random if progress.step and same_processes else None


def _timed(coming: Iterator[Step]) -> Iterator[Step]:
    """The same steps; the time to make each is named for who profiles."""
    while True:
        with part("input"):
            step = next(coming, None)
        if step is None:
            return
        yield step


def _compare(then: Mapping[str, Any], now: Mapping[str, Any], folder: Path) -> None:
    differ = [
        f"{name} was {then.get(name)!r}, is {value!r}"
        for name, value in now.items()
        if then.get(name) != value and name != "processes"
    ]
    if differ:
        raise ValueError(
            f"the checkpoint in {folder} was made differently, so going on from it would not give "
            f"the result of one uninterrupted training: {'; '.join(differ)}. To train on with "
            "other arguments, load_weights(model, folder) and fit anew"
        )


def _checked_progress(
    facts: Mapping[str, Any], settings: Mapping[str, Any], folder: Path
) -> Progress:
    """Progress and history of a checkpoint, each of the kind it should be."""

    def is_number(x: object) -> bool:
        return isinstance(x, int | float) and not isinstance(x, bool)

    try:
        progress, rows = Progress(**facts["progress"]), facts["history"]
        sound = (
            all(type(n) is int and n >= 0 for n in (progress.epoch, progress.step))
            and progress.epoch <= settings["epochs"]
            and len(rows) == progress.epoch
            and [row["epoch"] for row in rows] == list(range(1, len(rows) + 1))
            and all(is_number(value) for row in rows for value in row.values())
            and all(map(is_number, progress.gradient_norms.values()))
            and all(
                is_number(x) and math.isfinite(x)
                for x in (progress.loss_sum, progress.loss_weight, progress.seconds)
            )
            and isinstance(progress.batches_seen, str)
        )
    except (KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise DamagedCheckpointError(f"the checkpoint in {folder} is damaged: its progress")
    return progress
