"""Several processes that train one model: a thin layer over ``torch.distributed``, in its words.

``torchrun --nproc-per-node N`` starts N processes with the same program. Each holds the whole
model and, of every batch of B samples, a shard of about B/N. With ``n_r`` samples in the process
of rank r the gradient of the batch is put together from the shards as::

    ∇L = Σ_r (n_r / B) ∇L_r

so N processes take the step that one would take. Gloo exchanges tensors between CPUs, NCCL between
GPUs. With one process nothing here does anything.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from mmtutor.names import check_name, listed

T = TypeVar("T")

BACKENDS = {"gloo": dist.is_gloo_available, "nccl": dist.is_nccl_available}
"""What carries tensors from process to process, and whether this PyTorch has it."""


def is_initialized() -> bool:
    """Whether there is a process group."""
    return dist.is_available() and dist.is_initialized()


def world_size() -> int:
    """Number of processes."""
    return dist.get_world_size() if is_initialized() else 1


def rank() -> int:
    """Number of this process, from 0. Rank 0 alone prints and writes."""
    return dist.get_rank() if is_initialized() else 0


def init_process_group(timeout: float = 600, backend: str | None = None) -> None:
    """Join the processes that ``torchrun`` started, once; outside ``torchrun``, do nothing.

    :param timeout: seconds to wait for the others before giving up.
    :param backend: what carries the tensors: ``"gloo"`` or ``"nccl"``. By default NCCL, where each
        process of this machine can have a GPU of its own, else Gloo.
    :raises ValueError: no backend of that name, or this PyTorch was built without it.
    :raises OSError: the port at which the processes meet is in use.
    """
    if backend is not None:
        check_name("backend", backend, BACKENDS)
        if not BACKENDS[backend]():
            here = [name for name, available in BACKENDS.items() if available()]
            raise ValueError(
                f"this PyTorch was built without the backend {backend!r}; there is {listed(here)}"
            )
    if is_initialized() or not (dist.is_available() and dist.is_torchelastic_launched()):
        return
    # NCCL wants a GPU for each process of this machine.
    local_rank, local_world_size = (
        int(os.environ[name]) for name in ("LOCAL_RANK", "LOCAL_WORLD_SIZE")
    )
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    backend = backend or ("nccl" if gpus >= local_world_size else "gloo")
    if backend == "nccl":
        torch.cuda.set_device(local_rank)
    try:
        dist.init_process_group(backend, timeout=timedelta(seconds=timeout))
    except dist.DistNetworkError as error:
        if "in use" not in str(error):
            raise
        where = f"{os.environ.get('MASTER_ADDR')}:{os.environ.get('MASTER_PORT')}"
        raise OSError(
            f"the port at which the processes meet, {where}, is in use by another program: name "
            "another with torchrun --master-port, or let --standalone find a free one"
        ) from error
    atexit.register(dist.destroy_process_group)


@contextlib.contextmanager
def explain_lost_process(then: str = "") -> Iterator[None]:
    """Say what it means when another process does not answer, and which one it is.

    :param then: how to go on, such as where the last checkpoint lies.
    :raises RuntimeError: another process ended or fell silent while this one waited for it.
    """
    try:
        yield
    except RuntimeError as error:
        # Gloo says so with a plain RuntimeError, in one of these words.
        gloo_words = (
            "onnection closed",
            "onnection reset",
            "imed out",
            "roken pipe",
            "onnection refused",
        )
        if world_size() > 1 and (
            isinstance(error, dist.DistError) or any(words in str(error) for words in gloo_words)
        ):
            silent = _silent_ranks()
            which = f" (rank {', '.join(map(str, silent))})" if silent else ""
            raise RuntimeError(
                f"process {rank()} of {world_size()}: another process has ended or does not "
                f"answer{which}, so the training cannot go on. The output of that process says "
                f"why.{then}"
            ) from error
        raise


def _silent_ranks(patience: float = 3.0) -> list[int]:
    """The processes that do not come to the meeting point of all, which torchrun keeps open."""
    try:
        store = dist.TCPStore(
            os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]), is_master=False,
            timeout=timedelta(seconds=patience),
        )  # fmt: skip
        store.set(f"mmtutor/alive/{rank()}", "yes")
        time.sleep(patience)
        return [r for r in range(world_size()) if not store.check([f"mmtutor/alive/{r}"])]
    except (RuntimeError, OSError, KeyError, ValueError):
        return []  # nobody is left to ask


def check_agreement(what: Mapping[str, Any]) -> None:
    """See to it that all processes mean the same training.

    :param what: by name, values that JSON has.
    :raises ValueError: they differ; the same error in every process, which says how and where.
    """
    told = all_gather_object(dict(what))
    for r, other in enumerate(told):
        differ = [
            f"{name} is {told[0].get(name)!r:.200} in process 0 and {other.get(name)!r:.200} in "
            f"process {r}"
            for name in {**told[0], **other}
            if told[0].get(name) != other.get(name)
        ]
        if differ:
            raise ValueError(
                f"the processes do not agree on what to train: {'; '.join(differ[:5])}. Build "
                "model and data in the same way in each, from the same seed"
            )


def shard(index: Tensor) -> Tensor:
    """This process's part of the samples ``index`` (B,): equal parts, up to one sample."""
    return index.tensor_split(world_size())[rank()]


def all_reduce(*values: float) -> list[float]:
    """The sums of these numbers over all processes, in double precision."""
    if world_size() == 1:
        return list(values)
    sums = torch.tensor(values, dtype=torch.float64, device=_backend_device())
    dist.all_reduce(sums)
    return sums.tolist()


def any_process(flag: bool) -> bool:
    """Whether the flag is set in any process: all get the same answer, so all do the same."""
    return all_reduce(float(flag))[0] > 0


def all_gather_object(value: T) -> list[T]:
    """What each process has, in the order of their ranks."""
    if world_size() == 1:
        return [value]
    values: list[Any] = [None] * world_size()
    dist.all_gather_object(values, value)
    return values


def broadcast(x: Tensor) -> Tensor:
    """What rank 0 has, in every process."""
    if world_size() == 1:
        return x
    shared = x.to(_backend_device(), copy=True).contiguous()
    dist.broadcast(shared, src=0)
    return shared.to(x.device)


def all_gather(local: Tensor) -> Tensor:
    """``(n_r, …)`` of each process → ``(Σ n_r, …)`` on all, in the order of their ranks.

    The ``n_r`` may differ. A contrastive loss compares every sample of a batch with every other,
    so the gradient must find its way back: what all processes have as gradient for one row is
    added up and goes to the process that made it. The sum of the processes' losses then has the
    gradient of the whole.
    """
    return local if world_size() == 1 else _AllGather.apply(local)


class _AllGather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, local: Tensor) -> Tensor:
        device = _backend_device()
        sizes = [torch.zeros(1, dtype=torch.long, device=device) for _ in range(world_size())]
        dist.all_gather(sizes, torch.tensor([len(local)], device=device))
        lengths = [int(size) for size in sizes]
        padded = torch.zeros(max(lengths), *local.shape[1:], dtype=local.dtype, device=device)
        padded[: len(local)] = local.detach()
        blocks = [torch.empty_like(padded) for _ in lengths]
        dist.all_gather(blocks, padded)
        start = sum(lengths[: rank()])
        ctx.own_rows = slice(start, start + len(local))
        rows = [block[:n] for block, n in zip(blocks, lengths, strict=True)]
        return torch.cat(rows).to(local.device)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        summed = gradient.to(_backend_device(), copy=True).contiguous()
        dist.all_reduce(summed)
        return summed[ctx.own_rows].to(gradient.device)


def _backend_device() -> torch.device:
    return torch.device("cuda" if dist.get_backend() == "nccl" else "cpu")
