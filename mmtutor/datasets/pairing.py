"""Who is paired with whom: for each target an item of its class, or by mistake another's."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from mmtutor.arguments import real_number, whole_number
from mmtutor.names import check_name


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


def mismatched(
    inputs: Mapping[str, Tensor], modality: str, share: float, seed: int = 0
) -> dict[str, Tensor]:
    """Mix up pairs: a share of the samples pass what they have of one modality to the next of them.

    Each sample is among them with the probability ``share``, whatever the others are; the last
    passes its own to the first. So all that was there stays there, and who is not among them keeps
    what is his.

    :param inputs: {modality: (N, …)}; it is not changed.
    :param modality: which one changes hands.
    :param share: of the samples, 0 to 1.
    :param seed: of the draw.
    :raises ValueError: an unknown modality, a share outside 0 … 1, or a bad seed.
    """
    check_name("modality", modality, inputs)
    share = real_number("share", share, 0, 1)
    source = torch.Generator().manual_seed(whole_number("seed", seed))
    passed = inputs[modality].clone()
    wrong = (torch.rand(len(passed), generator=source) < share).nonzero()[:, 0]
    passed[wrong] = passed[wrong.roll(1)]
    return {**inputs, modality: passed}
