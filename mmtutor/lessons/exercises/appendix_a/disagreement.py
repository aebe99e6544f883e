"""A.4: an operator of one's own, the variance over the modalities."""

from __future__ import annotations

import warnings
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
        return (super().fuse(x, present) + 1e-12).sqrt()


class _OverTheBatch(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)
        return v.var(dim=0, unbiased=False).mean(dim=0).expand(len(v), -1)


class _Estimated(_Disagreement):
    """``var`` as PyTorch has it, over all that lies there."""

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return torch.stack(list(x.values()), dim=1).var(dim=1)


class _Summed(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        count = len(x) if present is None else present.sum(dim=1, keepdim=True)
        return super().fuse(x, present) * count


class _AroundAll(_Disagreement):
    """The mean counts the zeros of the absent, the distances do not."""

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)
        there = (v.new_ones(v.shape[:2]) if present is None else present).to(v.dtype)
        share = (there / there.sum(dim=1, keepdim=True))[..., None]
        return (share * (v - v.mean(dim=1, keepdim=True)).square()).sum(dim=1)


class _AbsentAway(_Disagreement):
    """The mean is right, and the distance of the absent from it counts."""

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)
        there = (v.new_ones(v.shape[:2]) if present is None else present).to(v.dtype)
        count = there.sum(dim=1, keepdim=True)
        mean = (v * there[..., None]).sum(dim=1) / count
        return (v - mean[:, None]).square().sum(dim=1) / count


class _KnowsWho(_Disagreement):
    order_invariant = False


def _operator(answer: Any) -> Tensor:
    """Probe for an operator over one to four modalities of one width."""
    if isinstance(answer, Fusion):
        raise NotAnAnswer('the class itself is asked for: `check("A.4", Disagreement)`')
    if not (isinstance(answer, type) and issubclass(answer, Fusion)):
        raise NotAnAnswer("a class is asked for that inherits from `fusion.Fusion`")
    found = []
    for seed, (M, B, d) in enumerate([(3, 4, 4), (2, 1, 3), (4, 7, 1), (1, 2, 5)]):
        op = answer(dict.fromkeys(("image", "audio", "text", "touch")[:M], d), d)
        generator = torch.Generator().manual_seed(seed)
        x = {m: torch.randn(B, d, generator=generator).add(1) for m in op.dims}
        list(x.values())[-1][-1] = 0  # said, not silent: 0 is no sign of absence
        x = {m: v.requires_grad_() for m, v in x.items()}
        rows = torch.arange(B)
        absent = {m: (rows + i) % (M + 1) > 0 for i, m in enumerate(op.dims) if M > 1}
        for present in (None, absent):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # var() warns of a lone sense: it is told below
                h = op(x, present)
            if not isinstance(h, Tensor):
                raise NotAnAnswer("`fuse` should return h, a tensor; yours does not yet")
            if h.shape != (B, d):
                raise NotAnAnswer(f"h should have shape ({B}, {d}) here, not {tuple(h.shape)}")
            found.append(h.flatten())
            if h.requires_grad:
                slopes = torch.autograd.grad(h.sum(), list(x.values()), allow_unused=True)
                if h.isfinite().all() and any(
                    not g.isfinite().all() for g in slopes if g is not None
                ):
                    raise NotAnAnswer(
                        "h is a number, but its gradient is not: on the way back NaN times 0 is "
                        "NaN, and the infinite slope of a root at 0 too. Multiply the absent by "
                        "a share of 0 instead of marking them with NaN. And a variance is asked "
                        "for: it has no root"
                    )
    _declares(answer, op)
    return torch.cat([*found, torch.tensor([float(_invariant(answer))])]).double().detach()


def _declares(answer: type[Fusion], op: Fusion) -> None:
    """Refuse wrong costs, and an operator that does not say that all widths are equal."""
    told = {"num_params": op.num_params(), "flops": op.flops(4)}
    for name, count in told.items():
        if count is None:
            raise NotAnAnswer(f"`{name}` should return a whole number; yours returns None")
        if count != 0:
            raise NotAnAnswer(
                f"`{name}` says {count}. Nothing is learnt here, and nothing is multiplied by a "
                "matrix (elementwise work is not counted): both are 0"
            )
    if not answer.equal_widths:
        raise NotAnAnswer(
            "the senses are compared coordinate by coordinate, so all must be as wide as h: "
            "declare `equal_widths = True`, and a wrong width is refused when it is built"
        )


def _invariant(answer: type[Fusion]) -> bool:
    return bool(answer({"image": 2, "audio": 2}, 2).order_invariant)


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
        (
            _Estimated,
            "`var` divides by one less than there are senses, and counts the zeros of the absent "
            "as opinions. Divide by |P|, and leave out what `present` says is absent.",
        ),
        (_Summed, "You summed the squared distances. Their mean is asked for: divide by |P|."),
        (
            _AroundAll,
            "The distances of the absent are left out, but their zeros pull the mean. Take it over "
            "those present, too.",
        ),
        (
            _AbsentAway,
            "The mean is right. But an absent sense, which holds zeros, has a distance from it, "
            "and you count that, too. Give it a share of 0.",
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
