"""What chapter 16 runs in processes of their own: one to be killed, two that train one model.

python -m mmtutor.lessons.processes slowly FOLDER
torchrun --standalone --nproc-per-node=2 -m mmtutor.lessons.processes each FOLDER
"""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path
from typing import Any

import torch
import torch.distributed.checkpoint as dcp
from torch import Tensor, nn
from torch.distributed.checkpoint.state_dict import get_model_state_dict
from torch.distributed.tensor import DTensor

from mmtutor import distributed
from mmtutor.datasets import InMemory
from mmtutor.training import Callback, fit, save_weights

OPTIONS: dict[str, Any] = {"epochs": 4, "batch_size": 64, "progress": False, "device": "cpu"}
"""Ten steps an epoch."""


def data() -> InMemory:
    """640 samples of four classes, each seen and heard through noise."""
    draw = torch.Generator().manual_seed(0)
    y = torch.randint(4, (640,), generator=draw)
    centres = torch.randn(2, 4, 16, generator=draw)
    see, hear = centres[:, y] + torch.randn(2, 640, 16, generator=draw)
    return InMemory({"image": see, "audio": hear}, y)


class Net(nn.Module):
    """Two encoders, concatenation, a body and a head; the same weights from the same seed."""

    def __init__(self, dropout: float = 0.0, width: int = 64, seed: int = 1) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.encoders = nn.ModuleDict({m: nn.Linear(16, width) for m in ("image", "audio")})
            self.body, self.head = nn.Linear(2 * width, width), nn.Linear(width, 4)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        """``(B, 16)`` of each sense → logits ``(B, 4)``."""
        h = torch.cat([encoder(x[m]) for m, encoder in self.encoders.items()], dim=1).relu()
        return self.head(self.dropout(self.body(h).relu()))


class Slow(Callback):
    """Time to be killed in."""

    def before_step(self, *_: Any) -> None:
        """Wait a little."""
        time.sleep(0.05)


def slowly(folder: str) -> None:
    """A training with dropout that saves every five steps."""
    torch.set_num_threads(1)
    fit(Net(dropout=0.2), data(), checkpoint=folder, every=5, callbacks=[Slow()], **OPTIONS)


def each(folder: str) -> None:
    """What each of several processes does: train with DDP, then in parts; print what it keeps."""
    for kind in ("ddp", "fsdp"):
        net = Net()
        fit(net, data(), parallel=kind, **OPTIONS)
        save_weights(net, f"{folder}/{kind}.safetensors")
        mine = [p.to_local() if isinstance(p, DTensor) else p for p in net.parameters()]
        numbers = distributed.all_gather_object(sum(p.numel() for p in mine))
        if distributed.rank() == 0:
            print(kind, *numbers)
    dcp.save(get_model_state_dict(net), checkpoint_id=f"{folder}/parts")  # each its own part


def read_parts(folder: str | Path, net: nn.Module) -> dict[str, Tensor]:
    """The weights that :func:`each` wrote in parts, read by one process."""
    state = {name: torch.zeros_like(value) for name, value in net.state_dict().items()}
    with warnings.catch_warnings():  # that there is one process only
        warnings.simplefilter("ignore", UserWarning)
        dcp.load(state, checkpoint_id=folder, no_dist=True)
    return state


if __name__ == "__main__":
    {"slowly": slowly, "each": each}[sys.argv[1]](sys.argv[2])
