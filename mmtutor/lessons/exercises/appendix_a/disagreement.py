"""A.4: an operator of one's own, the variance over the modalities."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmtutor.fusion import Fusion
from mmtutor.lessons.checks import Exercise, NotAnAnswer


class _Disagreement(Fusion):
    """The variance, coordinate by coordinate, over the modalities that are there."""

    name = "disagreement"
    equal_widths = True
    order_invariant = True

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)  # (B, M, d)
        there = (v.new_ones(v.shape[:2]) if present is None else present).to(v.dtype)
        share = (there / there.sum(dim=1, keepdim=True))[..., None]  # (B, M, 1)
        mean = (share * v).sum(dim=1, keepdim=True)  # (B, 1, d)
        return (share * (v - mean).square()).sum(dim=1)

    def num_params(self) -> int:
        return 0

    def flops(self, batch: int) -> int:
        return 0


class _ZerosVote(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return super().fuse(x, None)


class _DividedByAll(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        if present is None:
            return super().fuse(x, None)
        return super().fuse(x, present) * present.sum(dim=1, keepdim=True) / len(x)


class _OfASample(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        count = torch.full((len(next(iter(x.values()))), 1), len(x))
        if present is not None:
            count = present.sum(dim=1, keepdim=True)
        return super().fuse(x, present) * count / (count - 1).clamp(min=1)


class _Root(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return super().fuse(x, present).sqrt()


class _OverTheBatch(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)
        return v.var(dim=0, unbiased=False).mean(dim=0).expand(len(v), -1)


class _KnowsWho(_Disagreement):
    order_invariant = False


def _operator(answer: Any) -> Tensor:
    """Probe for an operator over three modalities of one width."""
    if not (isinstance(answer, type) and issubclass(answer, Fusion)):
        raise NotAnAnswer("a class is asked for that inherits from `fusion.Fusion`")
    op = answer(dict.fromkeys(("image", "audio", "text"), 4), 4)
    generator = torch.Generator().manual_seed(0)
    x = {name: torch.randn(4, 4, generator=generator) + 1 for name in op.dims}
    absent = {
        "audio": torch.tensor([True, False, False, True]),
        "text": torch.tensor([True, True, False, False]),
    }
    whole, partial = op(x), op(x, absent)
    if not all(isinstance(h, Tensor) for h in (whole, partial)):
        raise NotAnAnswer("`fuse` should return h, a tensor; yours does not yet")
    if whole.shape != (4, 4):
        raise NotAnAnswer(f"h should have shape (4, 4) here, yours has {tuple(whole.shape)}")
    told = [op.num_params(), op.flops(4), op.order_invariant]
    if not all(isinstance(count, int) for count in told):
        raise NotAnAnswer(f"`num_params` and `flops` should be whole numbers, got {told[:2]}")
    return torch.cat([whole.flatten(), partial.flatten(), torch.tensor(told)]).double().detach()


DISAGREEMENT = Exercise(
    solution=_Disagreement,
    mistakes=(
        (
            _ZerosVote,
            "Right while all are there. An absent sense holds zeros, and your variance takes "
            "them for an opinion. Leave out what `present` says is absent.",
        ),
        (
            _DividedByAll,
            "The absent ones are left out of the sum, but you divide by all of them. Divide "
            "by how many are there.",
        ),
        (
            _OfASample,
            "You divide by |P| - 1, as one does to estimate a variance from a sample. Here "
            "the senses are all there is: divide by |P|.",
        ),
        (_Root, "That is the standard deviation, the root of the variance."),
        (
            _OverTheBatch,
            "Your variance runs over the samples: they see each other. Take it over the "
            "modalities, dimension 1.",
        ),
        (
            _KnowsWho,
            "h is right. But if two senses exchange what they say, it stays the same: say so, "
            "`order_invariant = True`. check_contract would have told you.",
        ),
    ),
    praise="Now let fusion.check_contract look at it: it asks much more than this.",
    hint="Stack to (B, M, d). The mean over those present, then the mean of the squared "
    "distances from it, over those present too. It learns nothing and multiplies no matrices.",
    probe=_operator,
)
