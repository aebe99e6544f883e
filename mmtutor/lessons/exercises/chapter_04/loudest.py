"""4.6: an operator of one's own, the maximum."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmtutor.fusion import Fusion
from mmtutor.lessons.checks import Exercise, NotAnAnswer, draw


class _Loudest(Fusion):
    """The elementwise maximum over the modalities that are there."""

    name = "loudest"

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)  # (B, M, d)
        if present is not None:
            v = v.masked_fill(~present[..., None], -torch.inf)
        return v.amax(dim=1)

    def num_params(self) -> int:
        return 0

    def flops(self, batch: int) -> int:
        return 0


class _LoudestOfZeros(_Loudest):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return torch.stack(list(x.values()), dim=1).amax(dim=1)


class _LoudestOverBatch(_Loudest):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)
        if present is not None:
            v = v.masked_fill(~present[..., None], -torch.inf)
        return v.amax(dim=(0, 1))[None].expand(len(v), -1)


class _LargestMagnitude(_Loudest):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)  # zeros where absent never win
        return v.gather(1, v.abs().argmax(dim=1, keepdim=True))[:, 0]


class _Quietest(_Loudest):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)
        if present is not None:
            v = v.masked_fill(~present[..., None], torch.inf)
        return v.amin(dim=1)


class _Mean(_Loudest):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return torch.stack(list(x.values()), dim=1).mean(dim=1)


class _Sum(_Loudest):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return torch.stack(list(x.values()), dim=1).sum(dim=1)


class _LoudestOfTheAbsent(_Loudest):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)
        if present is not None:
            v = v.masked_fill(present[..., None], -torch.inf)
        return v.amax(dim=1)


_WIDTHS = (
    {"image": 4, "audio": 4, "text": 4},
    {"left": 5, "right": 5},
    {"alone": 1},
    {"deep": 3, "deeper": 3},
)
_LOWEST = -1e5  # the last ones lie so low: a low number in place of −∞ would be the maximum


def _operator(answer: Any) -> Tensor:
    """Probe for a fusion operator: of three modalities, two and one, whole and in part."""
    if not (isinstance(answer, type) and issubclass(answer, Fusion)):
        raise NotAnAnswer("a class is asked for that inherits from `fusion.Fusion`")
    return torch.cat([_values(answer, dims, seed) for seed, dims in enumerate(_WIDTHS)])


def _values(answer: type[Fusion], dims: dict[str, int], seed: int) -> Tensor:
    [width] = set(dims.values())
    op = answer(dims, width).train(seed % 2 == 0)
    middle = _LOWEST if "deep" in dims else -2
    x = {name: 3 * draw(3, width, seed=10 * seed + i) + middle for i, name in enumerate(dims)}
    if middle != _LOWEST:
        x[list(dims)[-1]][0] = 0  # said, not silent: 0 is no sign of absence
    # One end of the row is always there; of the others each sample lacks one more.
    order = list(dims) if seed % 2 == 0 else list(dims)[::-1]
    absent = {name: torch.arange(3) < 3 - i for i, name in enumerate(order)}
    whole, partial = op(x), op(x, absent)
    if whole is None or partial is None:
        raise NotAnAnswer("`fuse` returns None: is there a `return`?")
    if not isinstance(whole, Tensor):
        raise NotAnAnswer(
            f"`fuse` should return a tensor, it returns {type(whole).__name__}. (`max(dim=…)` "
            "gives values and indices, `amax(dim=…)` the values alone.)"
        )
    if op.num_params() is None or op.flops(3) is None:
        raise NotAnAnswer("`num_params` and `flops` return None: how much does a maximum cost?")
    if whole.shape != (3, width):
        raise NotAnAnswer(f"h should have shape (3, {width}) here, yours has {tuple(whole.shape)}")
    costs = torch.tensor([op.num_params(), op.flops(3)])
    return torch.cat([costs, whole.flatten(), partial.flatten()]).double().detach()


def _what_is_wrong(given: Tensor) -> str:
    """Tell wrong costs from a wrong h."""
    right = _operator(_Loudest)
    sizes = [2 + 2 * 3 * next(iter(dims.values())) for dims in _WIDTHS]
    pairs = list(zip(given.split(sizes), right.split(sizes), strict=True))
    h = [torch.allclose(g[2:], r[2:]) for g, r in pairs]
    if all(h[:-1]) and not h[-1]:
        return (
            f"The number that you put in place of the absent is too high: where all entries lie "
            f"around {_LOWEST:,.0f}, it is the maximum. Below −∞ there is nothing."
        )
    if all(h):
        return (
            "h is right. The costs are not: a maximum learns nothing, and flops count matrix "
            "products only. Both are 0."
        )
    return (
        "Stack to (B, M, d), put −∞ where `present` is False, then `amax` over dimension 1. "
        "It learns nothing and multiplies no matrices: both costs are 0."
    )


LOUDEST = Exercise(
    solution=_Loudest,
    mistakes=(
        (
            _LoudestOfZeros,
            "It works while everything is there. Where a modality is absent it holds zeros, "
            "and zero can be the maximum. Use `present` to rule those out.",
        ),
        (
            _LoudestOverBatch,
            "The maximum runs over the samples too: they see each other. Take it over the "
            "modalities only.",
        ),
        (
            _LargestMagnitude,
            "That is the entry of the largest *absolute* value: −3 beats 2. The maximum of −3 and "
            "2 is 2.",
        ),
        (_Quietest, "That is the minimum."),
        (_Mean, "That is the mean. The maximum is asked for: `amax(dim=1)`."),
        (_Sum, "That is the sum. The maximum is asked for: `amax(dim=1)`."),
        (
            _LoudestOfTheAbsent,
            "You ruled out those that are there: `present` is True where a modality is there.",
        ),
    ),
    praise="Your own ⊕, with names, masks and errors from the contract.",
    hint=_what_is_wrong,
    probe=_operator,
)
