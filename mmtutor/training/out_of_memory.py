"""Too little memory on the accelerator: what to lower, said before PyTorch's own words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

from mmtutor.training.arguments import TrainingArguments


@contextlib.contextmanager
def explain_out_of_memory(arguments: TrainingArguments) -> Iterator[None]:
    """Say which arguments take memory, inside the block.

    :raises OutOfMemoryError: memory did not suffice.
    """
    try:
        yield
    except torch.OutOfMemoryError as error:
        ways = [f"a larger accumulate (now {arguments.accumulate}: the same step in smaller parts)"]
        if getattr(arguments.loss, "whole_batch", False):
            ways = []  # it compares all samples, so the batch cannot be taken in parts
        ways += [f"a smaller batch_size (now {arguments.batch_size})"]
        if arguments.dtype is None:
            ways += ["precision='bf16'"]
        ways += ["several processes and parallel='fsdp'", "a narrower model"]
        raise torch.OutOfMemoryError(
            f"the training does not fit into the device's memory. In this order: "
            f"{'; '.join(ways)}. PyTorch says: {str(error).partition(chr(10))[0]}"
        ) from error
