"""What the processes of tests/training/test_parallel.py do."""

from __future__ import annotations

import os
import socket
import time
from typing import Any

import torch
from torch import nn

from mmtutor import distributed
from mmtutor.training import Callback, fit, save_weights
from mmtutor.training.parallel import own
from tests.training.problems import Clouds, StopAt, TwoSenses


class Slow(Callback):
    """Time to be killed in."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def before_step(self, *_):
        time.sleep(self.seconds)


def trained(
    kind: str, out: str, stop: int | None = None, resume: bool = False, slow: float = 0.0
) -> dict[str, Any]:
    """Train, or train on; tell the share of the numbers that this process holds."""
    torch.set_num_threads(1)
    model = TwoSenses(seed=3 if distributed.rank() == 0 else 4, dropout=0.0)
    options = {"resume" if resume else "checkpoint": f"{out}/run"}
    history = fit(
        model, Clouds(), Clouds(101, seed=1), epochs=4, batch_size=32, every=2, keep="best",
        parallel=kind, accumulate=2, gradient_norms=True, progress=False,
        callbacks=[Slow(slow), *([] if stop is None else [StopAt(stop)])], **options,
    )  # fmt: skip
    save_weights(model, f"{out}/weights.safetensors")
    held = sum(own(p).numel() for p in model.parameters())
    return {"rows": history.rows, "held": held / sum(p.numel() for p in model.parameters())}


def disagreeing(what: str) -> None:
    distributed.init_process_group()
    other = distributed.rank() == 1
    model: nn.Module = TwoSenses()
    if other and what == "model":
        model.head = nn.Linear(8, 5)
    data = Clouds(200, seed=1 if other and what == "data" else 0)
    fit(model, data, epochs=3 if other and what == "arguments" else 2, progress=False)


def meet_at_a_busy_port() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        names = {"RANK": 0, "LOCAL_RANK": 0, "WORLD_SIZE": 2, "LOCAL_WORLD_SIZE": 2}
        names |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": busy.getsockname()[1]}
        names |= {"TORCHELASTIC_RUN_ID": "test"}
        os.environ.update({name: str(value) for name, value in names.items()})
        distributed.init_process_group(timeout=5)
