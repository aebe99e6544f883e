"""A training under way: where it stands, how to leave it, and how to come back to that point."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from mmtutor import distributed
from mmtutor.datasets import Batches
from mmtutor.training import checkpoints
from mmtutor.training.devices import random_states, seed_epoch, set_random_states
from mmtutor.training.failures import copy_of
from mmtutor.training.history import History


@dataclass
class Run:
    """What moves while a model trains, besides its weights.

    :ivar made_with: what the result depends on; a checkpoint of other values is refused.
    :ivar folder: where checkpoints go, if anywhere.
    :ivar epoch: epochs that are over.
    :ivar step: steps of the present epoch that are over.
    :ivar total: sum of this epoch's losses over this process's samples; ``count`` of them.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    device: torch.device
    seed: int
    history: History
    keep: str
    folder: Path | None = None
    made_with: dict[str, Any] = field(default_factory=dict)
    epoch: int = 0
    step: int = 0
    total: float = 0.0
    count: int = 0
    norms: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    good: dict[str, Tensor] = field(default_factory=dict)
    best: dict[str, Tensor] = field(default_factory=dict)
    states: dict[str, Tensor] | None = None

    def __post_init__(self) -> None:
        self.folder = None if self.folder is None else Path(self.folder)
        self.good = self.best = copy_of(self.model)
        self.peaks = [group["lr"] for group in self.optimizer.param_groups]
        self.since = time.perf_counter()

    def enter(self) -> None:
        """Begin the epoch: random numbers from (seed, epoch), or as they were when it was left."""
        self.since = time.perf_counter() - self.seconds
        if self.states is None:
            seed_epoch(self.seed, self.epoch, self.device, distributed.rank())
        else:
            set_random_states(self.states, self.device)
            self.states = None

    def add(self, loss: float, samples: int, norms: Mapping[str, float]) -> None:
        """Count a step that is done."""
        self.step += 1
        self.total += loss
        self.count += samples
        for name, norm in norms.items():
            self.norms[name] = self.norms.get(name, 0.0) + norm

    def close(self, judged: Mapping[str, float]) -> dict[str, float]:
        """End the epoch; return its row of the history."""
        # A process may have had no sample of a batch; together they had all.
        total, count = distributed.total(self.total, self.count)
        row = {"epoch": self.epoch + 1, "train_loss": total / count, **judged}
        row |= {name: norm / self.step for name, norm in self.norms.items()}
        row["lr"] = self.optimizer.param_groups[0]["lr"]
        row["seconds"] = time.perf_counter() - self.since
        self.history.append(row)
        self.epoch, self.step, self.total, self.count = self.epoch + 1, 0, 0.0, 0
        self.norms, self.seconds = {}, 0.0
        self.good = copy_of(self.model)
        if self.history.best_epoch == self.epoch:
            self.best = self.good
        return row

    def save(self) -> None:
        """Write a checkpoint, if there is a folder for it."""
        if self.folder is None:
            return
        self.seconds = time.perf_counter() - self.since if self.step else 0.0
        states = distributed.everyones(random_states(self.device))
        if distributed.rank() != 0:
            return
        tensors, plain = checkpoints.flatten(self.optimizer)
        facts = {
            "made_with": self.made_with,
            "progress": {
                name: getattr(self, name)
                for name in ("epoch", "step", "total", "count", "norms", "seconds")
            },
            "history": self.history.rows,
            "optimizer": plain,
        }
        checkpoints.write(
            self.folder,
            facts,
            {
                **checkpoints.grouped("model", self.model.state_dict()),
                **(checkpoints.grouped("best", self.best) if self.keep == "best" else {}),
                **checkpoints.grouped("optimizer", tensors),
                **{
                    f"random/{rank}/{name}": value
                    for rank, mine in enumerate(states)
                    for name, value in mine.items()
                },
            },
        )

    def leave(self) -> NoReturn:
        """Save, and say how to come back."""
        self.save()
        where = f"epoch {self.epoch + 1}, step {self.step}"
        if self.folder is None:
            raise KeyboardInterrupt(f"stopped after {where}; the model keeps what it has learnt")
        raise KeyboardInterrupt(
            f"stopped after {where} and saved; go on with fit(…, resume={str(self.folder)!r})"
        )

    def resume(self, folder: Path) -> None:
        """Go to where the checkpoint in ``folder`` was written.

        :raises ValueError: it was made with other data, another model or other arguments.
        """
        facts, tensors = checkpoints.read(folder)
        checkpoints.fill(self.model, checkpoints.only(tensors, "model"), folder)
        _compare(facts["made_with"], self.made_with, folder)
        checkpoints.unflatten(
            self.optimizer, checkpoints.only(tensors, "optimizer"), facts["optimizer"]
        )
        for name, value in facts["progress"].items():
            setattr(self, name, value)
        self.history.rows = facts["history"]
        self.good = copy_of(self.model)
        best = checkpoints.only(tensors, "best")
        # On the model's device, whatever device the other machine had.
        self.best = {k: v.to(self.good[k].device) for k, v in best.items()} or self.good
        if self.step:
            self.states = checkpoints.only(tensors, f"random/{distributed.rank()}")


def _compare(then: Mapping[str, Any], now: Mapping[str, Any], folder: Path) -> None:
    differ = [
        f"{name} was {then.get(name)!r}, is {value!r}"
        for name, value in now.items()
        if then.get(name) != value
    ]
    if differ:
        raise ValueError(
            f"the checkpoint in {folder} was made differently, so going on from it would not give "
            f"the result of one uninterrupted training: {'; '.join(differ)}"
        )


def fingerprint(batches: object) -> str:
    """A few samples of a data set as one short word, equal for equal data."""
    if not isinstance(batches, Batches):
        return f"{len(batches)} batches"
    data = batches.dataset
    data.set_epoch(0)
    some = torch.tensor([0, len(data) // 2, len(data) - 1])
    digest = hashlib.sha256()
    for tensor in _leaves(data.batch(some)):
        digest.update(str((tensor.dtype, tuple(tensor.shape))).encode())
        digest.update(tensor.contiguous().cpu().reshape(-1).view(torch.uint8).numpy().tobytes())
    return f"{len(data)} samples, {digest.hexdigest()[:16]}"


def _leaves(nest: object) -> Iterator[Tensor]:
    if isinstance(nest, Tensor):
        yield nest
    elif isinstance(nest, Mapping):
        for name in sorted(nest):
            yield from _leaves(nest[name])
    elif isinstance(nest, tuple | list):
        for part in nest:
            yield from _leaves(part)
