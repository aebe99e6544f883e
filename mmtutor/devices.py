"""Where a model computes, and the random numbers it draws there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np
import torch
from torch import nn


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


def seed_epoch(seed: int, epoch: int, device: torch.device) -> None:
    """Seed this device's dropout from (seed, epoch), and no other device."""
    number = int(np.random.SeedSequence((seed, epoch)).generate_state(1)[0])
    torch.default_generator.manual_seed(number)
    if device.type != "cpu":
        getattr(torch, device.type).manual_seed(number)
