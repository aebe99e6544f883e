"""One model in several processes: whole in each (DDP), or a part in each (FSDP).

``DistributedDataParallel`` keeps weights, gradients and the optimizer's state of all P parameters
in every process, and sums the gradients: Li et al. 2020, https://arxiv.org/abs/2006.15704.
``fully_shard`` keeps 1/N of them in each of N processes and puts a module's weights together where
they are needed: Zhao et al. 2023, https://arxiv.org/abs/2304.11277. Both take the step that one
process would take. A sharded parameter is a ``DTensor``: it has the whole's shape, and knows where
its parts are.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule, fully_shard, register_fsdp_forward_method
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.nn.parallel import DistributedDataParallel

from mmtutor import distributed

PARALLEL = ("ddp", "fsdp")


def make_parallel(model: nn.Module, kind: str, device: torch.device) -> nn.Module:
    """The model as it is called in training, so that a backward exchanges the gradients.

    With one process it is the model itself. "fsdp" changes the model: its parameters become
    sharded. All processes get the weights of rank 0.

    :param kind: one of :data:`PARALLEL`.
    :raises ValueError: the processes have models with other parameters.
    """
    if distributed.world_size() == 1:
        return model
    distributed.check_agreement(
        {f"parameter {name}": [*p.shape, str(p.dtype)] for name, p in model.named_parameters()}
    )
    if kind == "ddp":
        # A batch may lack a modality: then some parameters take no part in it.
        return DistributedDataParallel(
            model,
            device_ids=[device] if device.type == "cuda" else None,
            find_unused_parameters=True,
        )
    if not isinstance(model, FSDPModule):
        with torch.no_grad():
            for value in model.state_dict().values():
                value.copy_(distributed.broadcast(value))
        for part in _parts(model):
            fully_shard(part)
            if hasattr(part, "tokens"):  # an encoder's other way through
                register_fsdp_forward_method(part, "tokens")
        fully_shard(model)
    return model


def _parts(module: nn.Module) -> Iterator[nn.Module]:
    """The modules that a model is put together from; lists and dictionaries are opened."""
    for child in module.children():
        if isinstance(child, nn.ModuleList | nn.ModuleDict):
            yield from _parts(child)
        elif any(True for _ in child.parameters()):
            yield child


@contextlib.contextmanager
def no_sync(model: nn.Module, active: bool = True) -> Iterator[None]:
    """While ``active``, gradients add up in this process; a later backward exchanges them."""
    if active and isinstance(model, DistributedDataParallel):
        with model.no_sync():
            yield
    elif active and isinstance(model, FSDPModule):
        model.set_requires_gradient_sync(False)
        yield
        model.set_requires_gradient_sync(True)
    else:
        yield


def whole(x: Tensor) -> Tensor:
    """A sharded tensor put together, in every process; all must ask. Others as they are."""
    if not isinstance(x, DTensor):
        return x
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return x.full_tensor()


def own(x: Tensor) -> Tensor:
    """Of a sharded tensor, the part that this process holds. Others as they are."""
    return x.to_local() if isinstance(x, DTensor) else x


def sharded_like(x: Tensor, like: Tensor) -> Tensor:
    """Of a whole tensor, what belongs here if ``like`` is sharded and has its shape."""
    if not isinstance(like, DTensor) or isinstance(x, DTensor) or x.shape != like.shape:
        return x
    return distribute_tensor(x.to(like.device), like.device_mesh, like.placements)
