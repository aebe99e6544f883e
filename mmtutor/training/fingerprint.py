"""What the result of a training depends on, in JSON values: to know it again when it is resumed."""

from __future__ import annotations

import functools
import hashlib
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mmtutor import distributed
from mmtutor.datasets import Batches
from mmtutor.training.arguments import SCHEDULES, TrainingArguments
from mmtutor.training.batches import Batch, length, tensors_of

SAMPLES = 256  # of a data set, evenly spread, are looked at


def settings_of(
    arguments: TrainingArguments,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    train: Iterable[Batch],
    valid: Iterable[Batch] | None,
) -> dict[str, Any]:
    """All that the weights, and the choice of the best, depend on."""
    names = ("epochs", "batch_size", "lr", "clip", "accumulate", "precision", "keep", "monitor",
             "patience", "gradient_norms", "seed")  # fmt: skip
    names_of_schedules = {schedule: name for name, schedule in SCHEDULES.items()}
    return {
        **{name: getattr(arguments, name) for name in names},
        "loss": describe(arguments.loss_function),
        "schedule": describe(names_of_schedules.get(arguments.schedule, arguments.schedule)),
        "metrics": sorted(arguments.metrics),
        "optimizer": type(optimizer).__name__,
        "optimizer options": [
            {k: describe(v) for k, v in group.items() if k not in ("params", "fused")}
            for group in optimizer.param_groups
        ],
        "data": data_fingerprint(train),
        "validation data": None if valid is None else data_fingerprint(valid),
        "model options": model_fingerprint(model),
        "processes": distributed.world_size(),
    }


def describe(thing: object) -> Any:
    """A number, a name or, for what has no name to find it by, a name and a digest."""
    if isinstance(thing, bool | int | float | str | None):
        return thing
    if isinstance(thing, Tensor):
        return thing.item() if thing.numel() == 1 else f"tensor {_digest([thing])}"
    if isinstance(thing, tuple | list):
        return [describe(part) for part in thing]
    if isinstance(thing, Mapping):
        return {str(name): describe(part) for name, part in thing.items()}
    if isinstance(thing, functools.partial):
        return [describe(thing.func), describe(thing.args), describe(thing.keywords)]
    name = getattr(thing, "__qualname__", type(thing).__qualname__)
    if isinstance(thing, types.FunctionType):
        findable = "<" not in name and thing.__module__ != "__main__"
        cells = [cell.cell_contents for cell in thing.__closure__ or ()]
        return name if findable else f"{name} {_digest([*_code(thing.__code__), *cells])}"
    if isinstance(thing, type | types.BuiltinFunctionType):
        return name
    # An object, such as a loss: what it is, and what it was given.
    state = {**getattr(thing, "__dict__", {})}
    if isinstance(thing, nn.Module):
        state = {**_options(thing), **thing.state_dict(), **dict(thing.named_buffers())}
    return f"{name} {_digest([repr(sorted(state)), *(describe(v) for v in state.values())])}"


def model_fingerprint(model: nn.Module) -> str:
    """The options of all modules, such as a probability of dropout, as one short word."""
    # fully_shard gives a module's class another name.
    options = [
        (name, type(m).__name__.removeprefix("FSDP"), _options(m))
        for name, m in model.named_modules()
    ]
    return _digest([repr(options)])


def data_fingerprint(batches: Iterable[Batch]) -> str:
    """Some samples of a data set as one short word, equal for equal data."""
    if isinstance(batches, Batches):
        data = batches.dataset
        batches.set_epoch(0)
        n = len(data)
        known = getattr(data, "fingerprint", None)  # shards know themselves without being read
        if isinstance(known, str):
            return f"{n} samples, {known}"
        some = torch.linspace(0, n - 1, min(n, SAMPLES), dtype=torch.float64).round().long()
        return f"{n} samples, {_digest([data.batch(some)])}"
    if isinstance(batches, Sequence):
        return f"{len(batches)} batches, {_digest([batches[0], batches[-1]])}"
    return f"{length(batches)} batches"


def next_digest(before: str, batch: Batch) -> str:
    """A word for the batches so far: of each the targets and the first sample."""
    inputs, y = batch
    return _digest([before, y, [x[:1] for x in tensors_of(inputs) if x.ndim]])


def _options(module: nn.Module) -> dict[str, Any]:
    """A module's simple attributes, which are not in its ``state_dict``."""
    simple = (bool, int, float, str, type(None))
    return {
        name: value
        for name, value in sorted(vars(module).items())
        if not name.startswith("_")
        and name != "training"
        and (
            isinstance(value, simple)
            or (isinstance(value, tuple) and all(isinstance(part, simple) for part in value))
        )
    }


def _code(code: types.CodeType) -> list[Any]:
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    consts = [c for c in code.co_consts if not isinstance(c, types.CodeType)]
    return [code.co_code, repr(consts), repr(code.co_names), *(p for c in inner for p in _code(c))]


def _digest(parts: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, bytes | str):
            digest.update(part.encode() if isinstance(part, str) else part)
        elif isinstance(part, Tensor):
            digest.update(str((part.dtype, tuple(part.shape))).encode())
            values = part.detach().cpu().contiguous().reshape(-1)
            digest.update(values.view(torch.uint8).numpy().tobytes())
        elif isinstance(part, Mapping):
            digest.update(
                _digest([x for name in sorted(part) for x in (name, part[name])]).encode()
            )
        elif isinstance(part, tuple | list):
            digest.update(_digest(part).encode())
        else:
            digest.update(repr(describe(part)).encode())
    return digest.hexdigest()[:16]
