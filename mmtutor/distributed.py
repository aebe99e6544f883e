"""Many processes that train one model: who I am, what is my share, and what we say together.

``torchrun --nproc-per-node N`` starts N processes with the same program. Each holds the whole
model and, of every batch of B samples, a share of about B/N. With ``n_r`` samples in process r the
gradient of the batch is put together from the shares as::

    ∇L = Σ_r (n_r / B) ∇L_r

so N processes take the step that one would take. Everything is done by torch.distributed (gloo on
CPUs, nccl on GPUs) and its DistributedDataParallel: Li et al. 2020,
https://arxiv.org/abs/2006.15704. With one process nothing here does anything.
"""

from __future__ import annotations

import atexit
import contextlib
import os
from collections.abc import Iterator
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


def count() -> int:
    """Number of processes."""
    return dist.get_world_size() if _talking() else 1


def rank() -> int:
    """Number of this process, from 0. Process 0 alone prints and writes."""
    return dist.get_rank() if _talking() else 0


def _talking() -> bool:
    return dist.is_available() and dist.is_initialized()


def join(timeout: float = 600) -> None:
    """Join the processes that ``torchrun`` started, once; outside ``torchrun``, do nothing.

    :param timeout: seconds to wait for the others before giving up.
    """
    if _talking() or not (dist.is_available() and dist.is_torchelastic_launched()):
        return
    # nccl wants a GPU for each process of this machine.
    local, here = (int(os.environ[name]) for name in ("LOCAL_RANK", "LOCAL_WORLD_SIZE"))
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if gpus >= here:
        torch.cuda.set_device(local)
    dist.init_process_group("nccl" if gpus >= here else "gloo", timeout=timedelta(seconds=timeout))
    atexit.register(dist.destroy_process_group)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Say what it means when another process does not answer.

    :raises RuntimeError: another process ended or fell silent while this one waited for it.
    """
    try:
        yield
    except RuntimeError as error:
        # gloo says so with a plain RuntimeError, in one of these words.
        silent = (
            "onnection closed",
            "onnection reset",
            "imed out",
            "roken pipe",
            "onnection refused",
        )
        if count() > 1 and (
            isinstance(error, dist.DistError) or any(words in str(error) for words in silent)
        ):
            raise RuntimeError(
                f"process {rank()} of {count()}: another process has ended or does not answer, so "
                "the training cannot go on. The output of that process says why"
            ) from error
        raise


def parallel(model: nn.Module, device: torch.device) -> nn.Module:
    """The model, with gradients that are averaged over the processes in ``backward``."""
    if count() == 1:
        return model
    # A batch may lack a modality: then some parameters take no part in it.
    return DistributedDataParallel(
        model,
        device_ids=[device] if device.type == "cuda" else None,
        find_unused_parameters=True,
    )


def quiet(network: nn.Module, silent: bool) -> contextlib.AbstractContextManager:
    """While ``silent``, gradients are only added up here: they are exchanged in a later part."""
    if silent and isinstance(network, DistributedDataParallel):
        return network.no_sync()
    return contextlib.nullcontext()


def share(index: Tensor) -> Tensor:
    """This process's part of the samples ``index`` (B,): equal parts, up to one sample."""
    return index.tensor_split(count())[rank()]


def total(*values: float) -> list[float]:
    """The sums of these numbers over all processes, in double precision."""
    if count() == 1:
        return list(values)
    summed = torch.tensor(values, dtype=torch.float64, device=_meeting_place())
    dist.all_reduce(summed)
    return summed.tolist()


def anyone(asks: bool) -> bool:
    """Whether any process says yes: all get the same answer, so all turn the same way."""
    return asks if count() == 1 else total(float(asks))[0] > 0


def everyones(value: object) -> list[object]:
    """What each process has, in their order."""
    if count() == 1:
        return [value]
    values: list[object] = [None] * count()
    dist.all_gather_object(values, value)
    return values


def _meeting_place() -> torch.device:
    return torch.device("cuda" if dist.get_backend() == "nccl" else "cpu")
