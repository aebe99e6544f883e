"""Checkpoints: everything a training needs to go on as if it had never stopped.

A checkpoint is a folder of two files that a person can open: ``checkpoint.json`` (how far it is,
the history, the settings it was made with) and a safetensors file with the tensors. The JSON holds
its own SHA-256 and names the other file and the SHA-256 of that; it is put in place last, in one
move. So a process that is killed at any moment leaves a whole checkpoint behind: the new one or
the one before. Nothing is pickled.

The tensors are called ``model/<name>``, ``best/<name>``, ``optimizer/<number>/<name>`` and
``random/<rank>/<device>``. Format: https://huggingface.co/docs/safetensors
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
from filelock import FileLock, Timeout
from safetensors import SafetensorError
from torch import Tensor, nn

from mmtutor import distributed
from mmtutor.names import listed
from mmtutor.training.parallel import sharded_like, whole

__all__ = ["DamagedCheckpointError", "load_weights", "save_weights"]

FORMAT = 2
INDEX = "checkpoint.json"
FACTS = {"settings", "progress", "history", "optimizer"}


class DamagedCheckpointError(ValueError):
    """A checkpoint's files are not what was written."""


@contextlib.contextmanager
def lock(folder: Path | None) -> Iterator[None]:
    """Keep the folder to this training while it runs; the lock ends with its process.

    :raises BlockingIOError: another training writes there.
    :raises OSError: the folder cannot be written to.
    """
    if folder is None:
        yield
        return
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = FileLock(folder / "checkpoint.lock", timeout=0)
        try:
            file.acquire()
        except Timeout:
            raise BlockingIOError(
                f"another training writes its checkpoints to {folder}: wait until it has ended, "
                "or name another folder"
            ) from None
    try:
        yield
    finally:
        file.release()


def existing(folder: str | Path | None) -> Path | None:
    """The folder to resume from.

    :raises FileNotFoundError: there is no checkpoint.
    """
    if folder is None:
        return None
    path = _path("resume", folder)
    if not (path / INDEX).is_file():
        raise FileNotFoundError(
            f"there is no checkpoint in {path} (no {INDEX}). Start without resume, and with "
            "checkpoint= to have one"
        )
    return path


def free(folder: str | Path, but: Path | None = None) -> Path:
    """The folder for a new training's checkpoints.

    :param but: this folder may hold one: it is gone on from.
    :raises FileExistsError: it holds one.
    """
    path = _path("checkpoint", folder)
    if path != but and (path / INDEX).exists():
        raise FileExistsError(
            f"{path} holds the checkpoint of a training, which this one would overwrite: go on "
            "with resume=, name another folder, or delete it"
        )
    return path


def _path(name: str, folder: object) -> Path:
    if not isinstance(folder, str | os.PathLike):
        raise TypeError(f"{name} must be the path of a folder, got {folder!r}")
    return Path(folder).expanduser()


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except BlockingIOError:
        raise
    except OSError as error:
        raise type(error)(
            error.errno, f"cannot write a checkpoint: {error.strerror}", str(folder)
        ) from error


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
    index["index_sha256"] = _digest(index)
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / name, data)
        replace_file(folder / INDEX, json.dumps(index, indent=1).encode())
        for old in folder.glob("tensors-*.safetensors*"):
            if old.name != name:
                old.unlink(missing_ok=True)


def _digest(index: Mapping[str, Any]) -> str:
    """SHA-256 of the index without the digest itself, however it is laid out."""
    values = {name: value for name, value in index.items() if name != "index_sha256"}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def replace_file(path: Path, data: bytes) -> None:
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
    existing(folder)
    path = folder / INDEX
    try:
        index = json.loads(path.read_text(encoding="utf8"))
        version = index.pop("format")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise DamagedCheckpointError(f"{path} is damaged: {error!r}") from None
    if version != FORMAT:
        raise ValueError(f"{path} has format {version}, this version of mmtutor reads {FORMAT}")
    if index.pop("index_sha256", None) != _digest({"format": version, **index}):
        raise DamagedCheckpointError(f"{path} is damaged or was changed: it has another SHA-256")
    name, digest = index.pop("tensors", ""), index.pop("sha256", "")
    if index.keys() != FACTS:
        raise DamagedCheckpointError(f"{path} is damaged: it holds {listed(sorted(index))}")
    if Path(str(name)).name != name or not (folder / name).is_file():
        raise DamagedCheckpointError(f"{path} names a file that is not beside it: {name!r}")
    data = (folder / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise DamagedCheckpointError(
            f"{folder / name} is damaged or cut off: its SHA-256 is not the one in {INDEX}"
        )
    try:
        return index, safetensors.torch.load(data)
    except SafetensorError as error:
        raise DamagedCheckpointError(f"{folder / name} is damaged: {error}") from None


def only(tensors: Mapping[str, Tensor], group: str) -> dict[str, Tensor]:
    """The tensors of one group, such as ``model``, without its name in front."""
    start = f"{group}/"
    return {k.removeprefix(start): v for k, v in tensors.items() if k.startswith(start)}


def grouped(group: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors with the group's name in front."""
    return {f"{group}/{name}": value for name, value in tensors.items()}


def check_fits(model: nn.Module, weights: Mapping[str, Tensor], source: Path) -> None:
    """Refuse weights for other tensors than the model's.

    :raises ValueError: the message lists what differs.
    """
    own = model.state_dict()
    wrong = [
        f"{name}: {tuple(weights[name].shape)} there, {tuple(own[name].shape)} in the model"
        for name in own
        if name in weights and weights[name].shape != own[name].shape
    ]
    for where, names in (
        ("only in the model", own.keys() - weights.keys()),
        ("only there", weights.keys() - own.keys()),
    ):
        if names:
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            wrong.append(f"{where}: {listed(sorted(names)[:5])}{more}")
    if wrong:
        raise ValueError(f"{source} holds the weights of another model. " + "; ".join(wrong[:8]))


def save_weights(model: nn.Module, path: str | Path) -> None:
    """Write a model's weights to a ``.safetensors`` file, in one move.

    Of several processes rank 0 writes; all must call this where the model is sharded,
    ``fit(parallel="fsdp")``.

    :raises OSError: the file cannot be written; what was there before stays.
    """
    state = model.state_dict()
    tensors = {k: whole(v.detach()).cpu().contiguous().clone() for k, v in state.items()}
    if distributed.rank() != 0:
        return
    replace_file(Path(path).expanduser(), safetensors.torch.save(tensors))


def load_weights(model: nn.Module, path: str | Path) -> None:
    """Fill a model with the weights in a ``.safetensors`` file, or of a checkpoint's folder.

    A checkpoint gives the weights of its best epoch, where those were kept, else its last ones.

    :raises FileNotFoundError: nothing there.
    :raises DamagedCheckpointError: the file is damaged or cut off.
    :raises ValueError: the weights are another model's; says which tensors differ.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        _, tensors = read(path)
        weights = only(tensors, "best") or only(tensors, "model")
    else:
        try:
            weights = safetensors.torch.load(path.read_bytes())
        except SafetensorError as error:
            raise DamagedCheckpointError(f"{path} is damaged or cut off: {error}") from None
    check_fits(model, weights, path)
    own = model.state_dict()
    model.load_state_dict({name: sharded_like(x, own[name]) for name, x in weights.items()})
