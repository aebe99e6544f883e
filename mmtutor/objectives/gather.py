"""Rows that other processes hold, with their gradient.

A contrastive loss compares every sample of a batch with every other. Where the batch is spread over
several processes, each needs the rows of all. ``all_rows`` puts them one below the other; in the
backward pass the gradients that all processes have for one row are added up and go back to the
process that made it, so the sum of the processes' losses has the gradient of the whole.
"""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import Tensor

__all__ = ["all_rows"]


def all_rows(local: Tensor) -> Tensor:
    """``(n_r, …)`` of each process → ``(Σ n_r, …)`` on all, in the order of the processes.

    With one process it is the tensor itself. The numbers of rows ``n_r`` may differ.
    """
    if not (dist.is_available() and dist.is_initialized()) or dist.get_world_size() == 1:
        return local
    return _Rows.apply(local)


class _Rows(torch.autograd.Function):
    @staticmethod
    def forward(ctx, local: Tensor) -> Tensor:  # noqa: ANN001
        # gloo exchanges tensors on the CPU, nccl on the GPU.
        place = torch.device("cuda" if dist.get_backend() == "nccl" else "cpu")
        world, mine = dist.get_world_size(), dist.get_rank()
        sizes = [torch.zeros(1, dtype=torch.long, device=place) for _ in range(world)]
        dist.all_gather(sizes, torch.tensor([len(local)], device=place))
        lengths = [int(size) for size in sizes]
        padded = torch.zeros(max(lengths), *local.shape[1:], dtype=local.dtype, device=place)
        padded[: len(local)] = local.detach()
        blocks = [torch.empty_like(padded) for _ in lengths]
        dist.all_gather(blocks, padded)
        ctx.place, ctx.rows = place, slice(sum(lengths[:mine]), sum(lengths[: mine + 1]))
        rows = [block[:n] for block, n in zip(blocks, lengths, strict=True)]
        return torch.cat(rows).to(local.device)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:  # noqa: ANN001
        summed = gradient.to(ctx.place, copy=True).contiguous()
        dist.all_reduce(summed)
        return summed[ctx.rows].to(gradient.device)
