"""Where a model computes, and the random numbers it draws there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mmtutor.training.batches import tensors_of


@contextlib.contextmanager
def on_device(model: nn.Module, device: str | torch.device | None) -> Iterator[torch.device]:
    """The model on a device; afterwards it, and the global random state, are as they were.

    :raises TypeError: the model is none.
    :raises ValueError: there is no such device.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
    tensors = [*model.parameters(), *model.buffers()]
    home = tensors[0].device if tensors else torch.device("cpu")
    device = _checked(device) if device is not None else _accelerator() or home
    if home.type == device.type and device.index is None:
        device = home
    accelerators = [] if device.type == "cpu" else [device]
    kind = "cuda" if device.type == "cpu" else device.type
    with torch.random.fork_rng(accelerators, device_type=kind):
        model.to(device)
        try:
            yield device
        finally:
            model.to(home)


def _checked(device: str | torch.device) -> torch.device:
    try:
        device = torch.device(device)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, TypeError, NotImplementedError) as error:
        best = _accelerator()
        here = "'cpu'" if best is None else f"'cpu' and {best.type!r}"
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"device {str(device)!r} cannot be used, there is {here}: {reason}"
        ) from None
    return device


def _accelerator() -> torch.device | None:
    return torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None


def autocast(nest: Any, dtype: torch.dtype | None) -> torch.autocast:
    """Compute in that type, where PyTorch thinks it safe, on the device of these tensors."""
    tensors = tensors_of(nest)
    device_type = tensors[0].device.type if tensors else "cpu"
    return torch.autocast(device_type, dtype, enabled=dtype is not None)


def seed_epoch(seed: int, epoch: int, device: torch.device, rank: int = 0) -> int:
    """Seed this device's dropout from (seed, epoch, rank), and no other device; return the seed."""
    words = (seed, epoch, rank) if rank else (seed, epoch)
    number = int(np.random.SeedSequence(words).generate_state(1)[0])
    torch.default_generator.manual_seed(number)
    if device.type != "cpu":
        getattr(torch, device.type).manual_seed(number)
    return number


def random_states(device: torch.device) -> dict[str, Tensor]:
    """Where the random numbers of the CPU and of this device have come to."""
    states = {"cpu": torch.get_rng_state()}
    if device.type != "cpu":
        states[device.type] = getattr(torch, device.type).get_rng_state(device)
    return states


def set_random_states(states: Mapping[str, Tensor], device: torch.device) -> None:
    """Go back to where they were. A device of another kind starts from the CPU's place."""
    torch.set_rng_state(states["cpu"].cpu())
    if device.type != "cpu" and device.type in states:
        getattr(torch, device.type).set_rng_state(states[device.type].cpu(), device)
