"""Where a model computes, and the random numbers it draws there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import Tensor, nn


@contextlib.contextmanager
def at_work(model: nn.Module, device: str | torch.device | None) -> Iterator[torch.device]:
    """The model on the device it works on; afterwards at home, and the global random state too."""
    tensors = [*model.parameters(), *model.buffers()]
    home = tensors[0].device if tensors else torch.device("cpu")
    device = torch.device(device) if device is not None else _accelerator() or home
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


def _accelerator() -> torch.device | None:
    module = getattr(torch, "accelerator", None)
    return module.current_accelerator() if module and module.is_available() else None


def seed_epoch(seed: int, epoch: int, device: torch.device, process: int = 0) -> None:
    """Seed this device's dropout from (seed, epoch, process), and no other device."""
    words = (seed, epoch, process) if process else (seed, epoch)
    number = int(np.random.SeedSequence(words).generate_state(1)[0])
    torch.default_generator.manual_seed(number)
    if device.type != "cpu":
        getattr(torch, device.type).manual_seed(number)


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
