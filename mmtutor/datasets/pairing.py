"""Who is paired with whom: for each target an item of its class."""

from __future__ import annotations

import torch
from torch import Tensor


def take_turns(targets: Tensor, label: Tensor, source: torch.Generator) -> Tensor:
    """Number of an item for each target, of its class; each equally often, up to one (N,).

    :param targets: classes y (N,).
    :param label: class of each item (M,); -1 for one that may not be taken.
    """
    chosen = torch.empty_like(targets)
    for c in targets.unique():
        wanted, pool = (targets == c).nonzero()[:, 0], (label == c).nonzero()[:, 0]
        rounds = -(-len(wanted) // len(pool))
        turns = [pool[torch.randperm(len(pool), generator=source)] for _ in range(rounds)]
        chosen[wanted] = torch.cat(turns)[: len(wanted)]
    return chosen
