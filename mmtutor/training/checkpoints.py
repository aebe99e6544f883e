"""Checkpoints: everything a training needs to go on as if it had never stopped.

A checkpoint is a folder of two files that a person can open: ``checkpoint.json`` (how far it is,
the history, what it was made with) and a safetensors file with the tensors. The JSON names the
other file and its SHA-256, and is put in place last, in one move. So a process that is killed at
any moment leaves a whole checkpoint behind: the new one or the one before. Nothing is pickled.

The tensors are called ``model/<name>``, ``best/<name>``, ``optimizer/<number>/<name>`` and
``random/<process>/<device>``. Format: https://huggingface.co/docs/safetensors
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from mmtutor.names import listed

__all__ = ["DamagedCheckpointError", "load_weights", "save_weights"]

FORMAT = 1
INDEX = "checkpoint.json"


class DamagedCheckpointError(ValueError):
    """A checkpoint's files are not what was written."""


def write(folder: Path, facts: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Replace the checkpoint in ``folder``; the one before stays until the new one is whole.

    :param facts: JSON values.
    :param tensors: on any device; they are copied.
    :raises OSError: the folder cannot be written to, or the disk is full.
    """
    data = safetensors.torch.save(
        {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    )
    digest = hashlib.sha256(data).hexdigest()
    name = f"tensors-{digest[:16]}.safetensors"
    index = {"format": FORMAT, "tensors": name, "sha256": digest, **facts}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / name, data)
        _replace(folder / INDEX, json.dumps(index, indent=1).encode())
        for old in folder.glob("tensors-*.safetensors*"):
            if old.name != name:
                old.unlink(missing_ok=True)
    except OSError as error:
        raise type(error)(
            error.errno, f"cannot write a checkpoint: {error.strerror}", str(folder)
        ) from error


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that under its name there is the old content or the new, never a part."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def read(folder: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Facts and tensors of the checkpoint in ``folder``, verified.

    :raises FileNotFoundError: there is no checkpoint.
    :raises DamagedCheckpointError: a file is damaged, truncated or missing.
    """
    path = folder / INDEX
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no checkpoint in {folder} (no {INDEX}). Start without resume, and with "
            "checkpoint= to have one"
        )
    try:
        index = json.loads(path.read_text(encoding="utf8"))
        name, digest, version = index.pop("tensors"), index.pop("sha256"), index.pop("format")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DamagedCheckpointError(f"{path} is damaged: {error!r}") from None
    if version != FORMAT:
        raise ValueError(f"{path} has format {version}, this version of mmtutor reads {FORMAT}")
    if Path(str(name)).name != name or not (folder / name).is_file():
        raise DamagedCheckpointError(f"{path} names a file that is not beside it: {name!r}")
    data = (folder / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise DamagedCheckpointError(
            f"{folder / name} is damaged or cut off: its SHA-256 is not the one in {INDEX}"
        )
    return index, safetensors.torch.load(data)


def only(tensors: Mapping[str, Tensor], group: str) -> dict[str, Tensor]:
    """The tensors of one group, such as ``model``, without its name in front."""
    start = f"{group}/"
    return {k.removeprefix(start): v for k, v in tensors.items() if k.startswith(start)}


def grouped(group: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors with the group's name in front."""
    return {f"{group}/{name}": value for name, value in tensors.items()}


def flatten(optimizer: torch.optim.Optimizer) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """An optimizer's state as tensors and JSON values."""
    state = optimizer.state_dict()
    tensors, plain = {}, {}
    for number, values in state["state"].items():
        for name, value in values.items():
            if isinstance(value, Tensor):
                tensors[f"{number}/{name}"] = value
            else:
                plain.setdefault(str(number), {})[name] = value
    groups = [
        {k: v.item() if isinstance(v, Tensor) else v for k, v in group.items()}
        for group in state["param_groups"]
    ]
    return tensors, {"groups": groups, "state": plain}


def unflatten(
    optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]
) -> None:
    """Put back what :func:`flatten` took out."""
    state: dict[int, dict[str, Any]] = {
        int(number): dict(values) for number, values in plain["state"].items()
    }
    for path, value in tensors.items():
        number, _, name = path.partition("/")
        state.setdefault(int(number), {})[name] = value
    groups = [
        # JSON knows no tuples, and Adam's betas are one.
        {k: tuple(v) if k == "betas" else v for k, v in group.items()}
        for group in plain["groups"]
    ]
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def fill(model: nn.Module, weights: Mapping[str, Tensor], source: Path) -> None:
    """Load weights into a model that has the same tensors.

    :raises ValueError: it has others; the message lists what differs.
    """
    have, want = model.state_dict(), weights
    wrong = [
        f"{name}: {tuple(want[name].shape)} there, {tuple(have[name].shape)} in the model"
        for name in have
        if name in want and want[name].shape != have[name].shape
    ]
    for where, names in (
        ("only in the model", have.keys() - want.keys()),
        ("only there", want.keys() - have.keys()),
    ):
        if names:
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            wrong.append(f"{where}: {listed(sorted(names)[:5])}{more}")
    if wrong:
        raise ValueError(f"{source} holds the weights of another model. " + "; ".join(wrong[:8]))
    model.load_state_dict(weights)


def save_weights(model: nn.Module, path: str | Path) -> None:
    """Write a model's weights to a ``.safetensors`` file, in one move.

    :raises OSError: the file cannot be written; what was there before stays.
    """
    tensors = {k: v.detach().cpu().contiguous().clone() for k, v in model.state_dict().items()}
    _replace(Path(path), safetensors.torch.save(tensors))


def load_weights(model: nn.Module, path: str | Path) -> None:
    """Fill a model with the weights in a ``.safetensors`` file, or of a checkpoint's folder.

    A checkpoint gives the weights of its best epoch, where those were kept, else its last ones.

    :raises FileNotFoundError: nothing there.
    :raises DamagedCheckpointError: the file is damaged or cut off.
    :raises ValueError: the weights are another model's; says which tensors differ.
    """
    path = Path(path)
    if path.is_dir():
        _, tensors = read(path)
        weights = only(tensors, "best") or only(tensors, "model")
    else:
        try:
            weights = safetensors.torch.load(path.read_bytes())
        except SafetensorError as error:
            raise DamagedCheckpointError(f"{path} is damaged or cut off: {error}") from None
    fill(model, weights, path)
