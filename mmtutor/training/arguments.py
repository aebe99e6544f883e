"""The arguments of ``fit``, checked; and what is built from them: schedule and optimizer."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import get_total_norm
from torchmetrics import Metric

from mmtutor.arguments import positive_number, whole_number
from mmtutor.names import check_name
from mmtutor.training.losses import Loss, check_loss
from mmtutor.training.parallel import whole

Schedule = Callable[[float], float]
"""Share of the training that is over, in [0, 1] → factor on the learning rate."""

SCHEDULES: dict[str, Schedule] = {
    "one-cycle": lambda p: 0.5 - 0.5 * math.cos(math.pi * (p / 0.3 if p < 0.3 else (1 - p) / 0.7)),
    "cosine": lambda p: 0.5 + 0.5 * math.cos(math.pi * p),
    "constant": lambda p: 1.0,
}
"""Factor on the learning rate, by the share p of the training that is over."""

PRECISIONS = {"float32": None, "bf16": torch.bfloat16}


class OptimizerFactory(Protocol):
    """What makes an optimizer, such as ``torch.optim.SGD``."""

    def __call__(self, params: Any, *, lr: float) -> torch.optim.Optimizer:
        """Make an optimizer of these parameters."""


class Callback:
    """Something to do while a model trains; override what is needed.

    What a callback remembers is not in a checkpoint.
    """

    def before_step(self, model: nn.Module, inputs: Any, outputs: Any, y: Tensor) -> None:
        """The gradients are there, the weights have not moved yet. Gradients may be changed.

        ``inputs``, ``outputs`` and ``y`` are those of the whole batch, also where it was
        accumulated from microbatches; under ``torchrun``, of this process's shard.
        """

    def after_epoch(self, model: nn.Module, row: dict[str, float]) -> None:
        """An epoch is over; ``row`` is its row of the history."""


@dataclass(frozen=True, kw_only=True)
class TrainingArguments:
    """What ``fit`` was asked for, checked. See there what each means."""

    epochs: int
    batch_size: int
    lr: float
    loss: Loss | None
    schedule: Schedule
    clip: float | None
    accumulate: int
    precision: str
    keep: str
    monitor: str | None
    patience: int | None
    metrics: Mapping[str, Metric]
    callbacks: Sequence[Callback]
    gradient_norms: bool
    every: int | None
    seed: int

    @classmethod
    def check(
        cls,
        *,
        schedule: str | Schedule,
        metrics: Mapping[str, Metric] | None,
        has_valid: bool,
        has_checkpoint: bool,
        **given: Any,
    ) -> TrainingArguments:
        """Check each argument, then all together.

        :raises TypeError, ValueError: they make no sense.
        """
        for name in ("epochs", "batch_size", "accumulate", "patience", "every", "seed"):
            if given[name] is not None or name not in ("patience", "every"):
                given[name] = whole_number(name, given[name], least=0 if name == "seed" else 1)
        given["lr"] = positive_number("lr", given["lr"])
        if given["clip"] is not None:
            given["clip"] = positive_number("clip", given["clip"])
        check_name("precision", given["precision"], PRECISIONS)
        check_loss(given["loss"], accumulate=given["accumulate"])
        _check_metrics(metrics, given["monitor"])
        _check_callbacks(given["callbacks"])
        keep, monitor = given["keep"], given["monitor"]
        if keep not in ("last", "best") or (keep == "best" and not has_valid):
            raise ValueError(f"keep must be 'last', or 'best' together with valid, got {keep!r}")
        needing = {"monitor": monitor, "patience": given["patience"], "metrics": metrics}
        for name, value in needing.items():
            if value and not has_valid:
                raise ValueError(f"{name} needs a validation set: give valid")
        columns = {"valid_loss", "valid_accuracy", *(f"valid_{name}" for name in metrics or ())}
        if monitor is not None:
            check_name("column to monitor", monitor, sorted(columns))
        if given["every"] is not None and not has_checkpoint:
            raise ValueError("every says how often to save: say where, with checkpoint=folder")
        if not callable(schedule):
            check_name("schedule", schedule, SCHEDULES)
            schedule = SCHEDULES[schedule]
        return cls(schedule=schedule, metrics=dict(metrics or {}), **given)

    @property
    def loss_function(self) -> Loss:
        """The loss; cross-entropy where none was named."""
        return self.loss or cross_entropy

    @property
    def dtype(self) -> torch.dtype | None:
        """What autocast computes in; ``None`` for the model's own."""
        return PRECISIONS[self.precision]

    def factor(self, share: float) -> float:
        """Factor on the learning rate when that share of the training is over.

        :raises ValueError: the schedule gives no number of at least 0.
        """
        factor = self.schedule(share)
        if not isinstance(factor, numbers.Real) or not 0 <= factor < math.inf:
            raise ValueError(
                f"schedule must give a number of at least 0 for each share of the training, for "
                f"{share:.3g} it gave {factor!r}"
            )
        return float(factor)


def _check_metrics(metrics: Mapping[str, Metric] | None, monitor: str | None) -> None:
    if not isinstance(metrics or {}, Mapping):
        raise TypeError(f"metrics must be a mapping of names to torchmetrics, got {metrics!r}")
    for name, metric in (metrics or {}).items():
        if not isinstance(metric, Metric):
            raise TypeError(
                f"metrics must be torchmetrics.Metric objects, {name!r} is {type(metric).__name__}"
            )
        if name in ("loss", "accuracy"):
            raise ValueError(f"the history has a column valid_{name} already: rename this metric")
        if monitor == f"valid_{name}" and metric.higher_is_better is None:
            raise ValueError(
                f"monitor={monitor!r}: the metric does not say whether a higher value is better. "
                "Set its attribute higher_is_better to True or False"
            )


def _check_callbacks(callbacks: object) -> None:
    if not isinstance(callbacks, Sequence):
        raise TypeError(f"callbacks must be a list, got {type(callbacks).__name__}")
    for callback in callbacks:
        for method in ("before_step", "after_epoch"):
            if not callable(getattr(callback, method, None)):
                raise TypeError(
                    f"callbacks need {method}, {type(callback).__name__} has none: inherit from "
                    "mmtutor.training.Callback"
                )


def make_optimizer(
    optimizer: OptimizerFactory | torch.optim.Optimizer | None,
    model: nn.Module,
    lr: float,
    device: torch.device,
) -> torch.optim.Optimizer:
    """The optimizer asked for, over the model's trainable parameters.

    :raises TypeError: it is none.
    :raises ValueError: it moves another model's parameters, or wants several losses a step.
    """
    parameters = trainable_parameters(model)
    if optimizer is None:
        # One call for all parameters: a fifth of the time of a loop over small ones.
        return torch.optim.AdamW(parameters, lr=lr, fused=device.type in ("cpu", "cuda"))
    built = optimizer
    if callable(optimizer) and not isinstance(optimizer, torch.optim.Optimizer):
        built = optimizer(parameters, lr=lr)
    if not isinstance(built, torch.optim.Optimizer):
        raise TypeError(
            "optimizer must be called as optimizer(parameters, lr=lr), such as torch.optim.SGD, "
            f"or be an optimizer already built, got {optimizer!r}"
        )
    if isinstance(built, torch.optim.LBFGS):
        raise ValueError("LBFGS asks for the loss several times a step; fit gives one gradient")
    if {id(p) for p in parameters}.isdisjoint(map(id, optimized_parameters(built))):
        raise ValueError(
            "the optimizer holds no parameter of this model that requires a gradient: it was "
            "built for another model, or before the model was changed"
        )
    return built


def optimized_parameters(optimizer: torch.optim.Optimizer) -> list[nn.Parameter]:
    """The parameters that the optimizer moves."""
    return [p for group in optimizer.param_groups for p in group["params"]]


def trainable_parameters(model: nn.Module) -> list[nn.Parameter]:
    """The parameters that learn.

    :raises ValueError: there are none, or they hold no numbers yet.
    """
    for name, p in model.named_parameters():
        if nn.parameter.is_lazy(p) or p.is_meta:
            raise ValueError(
                f"the model's {name} holds no numbers yet: pass a batch through a lazy module, "
                "or take a module on the meta device to another device with to_empty, first"
            )
    parameters = [p for p in model.parameters() if p.requires_grad]
    if not parameters:
        raise ValueError("there is nothing to learn: no parameter of the model requires a gradient")
    return parameters


def norms_of_encoders(model: nn.Module) -> Iterator[tuple[str, float]]:
    """``("gradient_<modality>", ‖∂L/∂θ_m‖)`` for every encoder of the model."""
    encoders = getattr(model, "encoders", {})
    for name, encoder in encoders.items():
        gradients = [p.grad for p in encoder.parameters() if p.grad is not None]
        yield f"gradient_{name}", float(whole(get_total_norm(gradients))) if gradients else 0.0


def lower_is_better(metrics: Mapping[str, Metric], monitor: str | None) -> bool | None:
    """Whether a lower value of the monitored metric is better, where the metric says so."""
    metric = metrics.get((monitor or "").removeprefix("valid_"))
    return None if metric is None else metric.higher_is_better is False
