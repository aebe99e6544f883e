"""After the last word: what is taken for the output there, rightly and wrongly.

All get an LSTM's outputs (B, T, H), padded, and the number of real words (B,).
"""

from __future__ import annotations

import torch
from torch import Tensor


def at_the_end(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Take the output at the last real word, (B, H): right with one direction."""
    return outputs[torch.arange(len(outputs)), lengths - 1]


def one_too_far(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Take the place after it."""
    # After a caption that fills all places there is nothing: who goes too far is stopped there.
    return outputs[torch.arange(len(outputs)), lengths.clamp(max=outputs.shape[1] - 1)]


def of_every_caption(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Take the ends of all captions out of each, (B, B, H)."""
    return outputs[:, lengths - 1]


def squeezed(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Take the right one, and drop the axis of a batch of one."""
    place = (lengths - 1)[:, None, None].expand(-1, 1, outputs.shape[2])
    return outputs.gather(1, place).squeeze()


def mean_of_words(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Average over the real words."""
    real = torch.arange(outputs.shape[1]) < lengths[:, None]
    return (outputs * real[..., None]).sum(dim=1) / lengths[:, None]


def in_the_last_place(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Take the last place, padding or not."""
    return outputs[:, -1]


def at_the_start(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Take the first word."""
    return outputs[:, 0]
