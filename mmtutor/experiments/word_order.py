r"""Does a reader of captions use the order of words? Pairs of pictures, made for the question.

Two pictures side by side are one input, :math:`x = [z_\text{left}, z_\text{right}]`, and the
caption names the left one, then the right one. Half of the test is a search among captions; the
other half has the same words twice, exchanged. Everything in it is built in, also how often one
kind of thing stands left. After Yuksekgonul et al. 2023, https://arxiv.org/abs/2210.01936
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import normalize

from mmtutor.arguments import whole_number
from mmtutor.encoders import TextBag
from mmtutor.metrics import recall_at
from mmtutor.objectives import info_nce

SCALE = 20.0


class Things(NamedTuple):
    """K things of two kinds: as training and as the test sees them (K, d), and their kind (K,)."""

    seen: Tensor
    tested: Tensor
    second_kind: Tensor


def pairs(second_kind: Tensor, count: int, habit: float = 0.5, seed: int = 0) -> Tensor:
    """Pairs of one thing of each kind, left and right, ``(count, 2)``.

    :param second_kind: ``(K,)`` boolean.
    :param habit: how often the first kind stands left.
    :param seed: of the draw.
    """
    return _drawn(second_kind, count, habit, torch.Generator().manual_seed(seed))


def _drawn(second_kind: Tensor, count: int, habit: float, draw: torch.Generator) -> Tensor:
    first, second = (
        of.nonzero()[torch.randint(int(of.sum()), (count,), generator=draw), 0]
        for of in (~second_kind, second_kind)
    )
    left = torch.rand(count, generator=draw) < habit
    return torch.stack([torch.where(left, first, second), torch.where(left, second, first)], dim=1)


def shown(z: Tensor, things: Tensor) -> Tensor:
    """The unit vector of two pictures side by side: (B, 2) → (B, 2 d)."""
    return normalize(z[things].flatten(1), dim=1)


def said(reader: TextBag, things: Tensor, *, placed: bool) -> Tensor:
    """The unit vector of a caption; ``placed`` gives a word another number where it is second."""
    K = (reader.vocab_size - 1) // 2
    return normalize(reader(1 + things + torch.tensor([0, K if placed else 0])), dim=1)


def order_test(
    things: Things, seed: int, *, placed: bool, habit: float = 0.5, steps: int = 100
) -> tuple[float, float]:
    """Train one reader by contrast, and test it on 300 new pairs.

    :param placed: whether a word's number knows its place.
    :param habit: how often the first kind stands left, in training and test.
    :return: R@1 of the search among the 300 captions, and how often the right order is preferred
        to the exchanged one, a tie counting half.
    """
    draw = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        reader = TextBag(2 * len(things.seen) + 1, out_dim=2 * things.seen.shape[1])
    optimizer = torch.optim.Adam(reader.parameters(), lr=0.03)
    for _ in range(whole_number("steps", steps, 1)):
        drawn = _drawn(things.second_kind, 128, habit, draw)
        loss = info_nce(shown(things.seen, drawn), said(reader, drawn, placed=placed), SCALE)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    drawn = _drawn(things.second_kind, 300, habit, draw)
    x = shown(things.tested, drawn)
    with torch.no_grad():
        right = said(reader, drawn, placed=placed)
        turned = said(reader, drawn.flip(1), placed=placed)
    same = (drawn[:, None] == drawn[None]).all(dim=2)  # a pair may be drawn twice
    both = torch.stack([(x * right).sum(dim=1), (x * turned).sum(dim=1)], dim=1)
    first = torch.tensor([[True, False]]).expand(len(x), 2)
    return recall_at(1, x @ right.T, same), recall_at(1, both, first)
