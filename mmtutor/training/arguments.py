"""What `fit` is asked to do: its arguments checked, schedule and optimizer chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import get_total_norm
from torchmetrics import Metric

from mmtutor.names import check_name, unknown

SCHEDULES: dict[str, Callable[[float], float]] = {
    "one-cycle": lambda p: 0.5 - 0.5 * math.cos(math.pi * (p / 0.3 if p < 0.3 else (1 - p) / 0.7)),
    "cosine": lambda p: 0.5 + 0.5 * math.cos(math.pi * p),
    "constant": lambda p: 1.0,
}
"""Share of the learning rate, by the share p of the training that is over."""

PRECISIONS = {"float32": None, "bf16": torch.bfloat16}


class Callback:
    """Something to do while a model trains; override what is needed.

    What a callback remembers is not in a checkpoint.
    """

    def before_step(self, model: nn.Module, inputs: object, outputs: object, y: Tensor) -> None:
        """The gradients are there, the weights have not moved yet. Gradients may be changed."""

    def after_epoch(self, model: nn.Module, row: dict[str, float]) -> None:
        """An epoch is over; ``row`` is its row of the history."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a training does at each step and after each epoch, checked. See ``fit``."""

    epochs: int
    lr: float
    loss: Callable[..., Tensor] | None
    schedule: Callable[[float], float]
    clip: float | None
    accumulate: int
    precision: str
    metrics: Mapping[str, Metric]
    callbacks: Sequence[Callback]
    gradient_norms: bool
    patience: int | None
    every: int | None
    seed: int
    called: Mapping[str, str]

    @classmethod
    def of(
        cls,
        *,
        schedule: str | Callable[[float], float],
        metrics: Mapping[str, Metric] | None,
        keep: str,
        monitor: str | None,
        judged: bool,
        saved: bool,
        **rest: Any,
    ) -> Plan:
        """Check the arguments of ``fit``, alone and together.

        :raises ValueError: they make no sense.
        """
        called = {"loss": name_of(rest["loss"] or cross_entropy), "schedule": name_of(schedule)}
        known = {"valid_loss", "valid_accuracy", *(f"valid_{name}" for name in metrics or ())}
        if keep not in ("last", "best") or (keep == "best" and not judged):
            raise ValueError(f"keep must be 'last', or 'best' together with valid, got {keep!r}")
        asked = {"monitor": monitor, "patience": rest["patience"], "metrics": metrics}
        for name, value in asked.items():
            if value and not judged:
                raise ValueError(f"{name} needs a validation set: give valid")
        if monitor is not None and monitor not in known:
            raise ValueError(unknown("column to monitor", monitor, sorted(known)))
        if rest["every"] is not None and not saved:
            raise ValueError("every says how often to save: say where, with checkpoint=folder")
        plan = cls(
            schedule=schedule_of(schedule), metrics=dict(metrics or {}), called=called, **rest
        )
        plan._check_numbers()
        return plan

    def _check_numbers(self) -> None:
        for name in ("epochs", "accumulate", "patience", "every"):
            value = getattr(self, name)
            optional = value is None and name in ("patience", "every")
            if not optional and (not isinstance(value, int) or value < 1):
                raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
        if not (self.lr > 0 and math.isfinite(self.lr)) or not (self.clip is None or self.clip > 0):
            raise ValueError(f"lr and clip must be positive, got lr={self.lr} and clip={self.clip}")
        if not isinstance(self.seed, int) or self.seed < 0:
            raise ValueError(f"seed must be a whole number of at least 0, got {self.seed!r}")
        check_name("precision", self.precision, PRECISIONS)
        if self.accumulate > 1 and getattr(self.loss, "whole_batch", False):
            raise ValueError(
                f"{self.called['loss']} compares all samples of a batch with each other, so the "
                "batch cannot be taken in parts: leave out accumulate"
            )

    @property
    def criterion(self) -> Callable[..., Tensor]:
        """The loss; cross-entropy where none was named."""
        return self.loss or cross_entropy

    @property
    def limit(self) -> float:
        """The longest gradient."""
        return math.inf if self.clip is None else self.clip

    @property
    def dtype(self) -> torch.dtype | None:
        """What autocast computes in; ``None`` for what it is."""
        return PRECISIONS[self.precision]

    @property
    def mixed(self) -> bool:
        """Whether to compute in less than float32."""
        return self.dtype is not None

    def record(self) -> dict[str, Any]:
        """What the result depends on, as JSON values."""
        names = ("epochs", "lr", "clip", "accumulate", "precision", "seed")
        return {**{name: getattr(self, name) for name in names}, **self.called}


def schedule_of(schedule: str | Callable[[float], float]) -> Callable[[float], float]:
    """A schedule by its name, or the function itself."""
    if callable(schedule):
        return schedule
    check_name("schedule", schedule, SCHEDULES)
    return SCHEDULES[schedule]


def optimizer_of(
    optimizer: object, parameters: list[nn.Parameter], lr: float, device: torch.device
) -> torch.optim.Optimizer:
    """The optimizer asked for, over these parameters."""
    if isinstance(optimizer, torch.optim.Optimizer):
        return optimizer
    if optimizer is None:
        # One call for all parameters: a fifth of the time of a loop over small ones.
        return torch.optim.AdamW(parameters, lr=lr, fused=device.type in ("cpu", "cuda"))
    return optimizer(parameters, lr=lr)


def name_of(thing: object) -> str:
    """A function's or class's name, for the record of how a checkpoint was made."""
    return thing if isinstance(thing, str) else getattr(thing, "__name__", type(thing).__name__)


def gradient_norms_of(model: nn.Module) -> Iterator[tuple[str, float]]:
    """``("gradient_<modality>", ‖∂L/∂θ_m‖)`` for every encoder of the model."""
    for name, encoder in getattr(model, "encoders", {}).items():
        gradients = [p.grad for p in encoder.parameters() if p.grad is not None]
        yield f"gradient_{name}", float(get_total_norm(gradients)) if gradients else 0.0


def lower_is_better(metrics: Mapping[str, Metric] | None, monitor: str | None) -> bool | None:
    """Whether a lower value of the monitored metric is better, where the metric says so."""
    metric = (metrics or {}).get((monitor or "").removeprefix("valid_"))
    return None if metric is None else metric.higher_is_better is False


def trainable(model: nn.Module) -> list[nn.Parameter]:
    """The parameters that learn.

    :raises ValueError: there are none.
    """
    parameters = [p for p in model.parameters() if p.requires_grad]
    if not parameters:
        raise ValueError("there is nothing to learn: no parameter of the model requires a gradient")
    return parameters
