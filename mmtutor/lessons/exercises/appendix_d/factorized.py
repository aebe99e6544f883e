"""D.3: an operator of one's own, products of projections over windows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mmtutor.fusion import Fusion
from mmtutor.lessons.checks import Exercise, NotAnAnswer, draw


class _Factorized(Fusion):
    """Products of projections, summed over windows of ``k``."""

    name = "factorized"
    k = 3

    def __init__(self, dims: Mapping[str, int], out_dim: int) -> None:
        super().__init__(dims, out_dim)
        self.U = nn.ModuleDict(
            {m: nn.Linear(d, self.k * out_dim, bias=False) for m, d in dims.items()}
        )

    def factors(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack([self.U[m](x[m]) for m in self.dims], dim=1)  # (B, M, k·d)
        return v if present is None else v.masked_fill(~present[..., None], 1)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        product = self.factors(x, present).prod(dim=1)  # (B, k·d)
        return product.unflatten(1, (self.out_dim, self.k)).sum(dim=2)

    def num_params(self) -> int:
        return sum(self.dims.values()) * self.k * self.out_dim

    def flops(self, batch: int) -> int:
        return 2 * batch * self.num_params()


class _DeadWithoutOne(_Factorized):
    def factors(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return super().factors(x, None)


class _Averaged(_Factorized):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return super().fuse(x, present) / self.k


class _Added(_Factorized):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        total = self.factors(x, present).sum(dim=1)
        return total.unflatten(1, (self.out_dim, self.k)).sum(dim=2)


class _Strided(_Factorized):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return self.factors(x, present).prod(dim=1).unflatten(1, (self.k, self.out_dim)).sum(dim=1)


class _FirstOnes(_Factorized):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return self.k * self.factors(x, present).prod(dim=1)[:, : self.out_dim]


class _Shifted(_Factorized):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        product = self.factors(x, present).prod(dim=1).roll(1, dims=1)
        return product.unflatten(1, (self.out_dim, self.k)).sum(dim=2)


class _Backwards(_Factorized):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return super().fuse(x, present).flip(1)


class _CountedOnce(_Factorized):
    def num_params(self) -> int:
        return sum(self.dims.values()) * self.out_dim

    def flops(self, batch: int) -> int:
        return 2 * batch * self.num_params()


class _Multiplications(_Factorized):
    def flops(self, batch: int) -> int:
        return batch * self.num_params()


def _numbers(
    answer: type[Fusion], dims: dict[str, int], out_dim: int, batch: int
) -> tuple[Tensor, Tensor]:
    """What one operator says, with drawn weights, in both modes, and what it costs."""
    op = answer(dims, out_dim)
    for i, parameter in enumerate(op.parameters()):
        nn.init.zeros_(parameter).add_(draw(*parameter.shape, seed=10 * out_dim + i))
    x = {name: draw(batch, width, seed=i) for i, (name, width) in enumerate(dims.items())}
    list(x.values())[-1][-1] = 0  # said, not silent: 0 is no sign of absence
    order = list(dims) if batch > 2 else list(dims)[::-1]
    absent = {name: torch.arange(batch) >= i for i, name in enumerate(order)}
    given = {"fuse": op.fuse(dict(x), None), "num_params": op.num_params(), "flops": op.flops(3)}
    for name, value in given.items():
        if value is None:
            raise NotAnAnswer(f"your `{name}` returns None: is there a `return`?")
    said = [op.train(mode)(x, who) for mode in (True, False) for who in (None, absent)]
    if said[0].shape != (batch, out_dim):
        raise NotAnAnswer(
            f"h should have shape {(batch, out_dim)} here, yours has {tuple(said[0].shape)}"
        )
    costs = torch.tensor([float(op.num_params()), float(op.flops(3))])
    return torch.cat([h.flatten() for h in said]), costs


def _operator(answer: Any) -> Tensor:
    """Probe for a fusion operator: three modalities, two, one sample, another k."""
    if not (isinstance(answer, type) and issubclass(answer, Fusion)):
        raise NotAnAnswer("a class is asked for that inherits from `fusion.Fusion`")
    with torch.no_grad():
        found = [
            _numbers(answer, {"image": 4, "audio": 3, "text": 2}, 5, batch=3),
            _numbers(answer, {"image": 7, "audio": 1}, 3, batch=1),
        ]
        try:
            two = type(answer.__name__, (answer,), {"k": 2})
            found.append(_numbers(two, {"image": 4, "audio": 3}, 4, batch=2))
        except (RuntimeError, NotAnAnswer) as error:
            raise NotAnAnswer(
                f"with k = 3 it runs, with k = 2 it stops: {error} Did you write 3 for `self.k`?"
            ) from None
    said, costs = zip(*found, strict=True)
    return torch.cat([*said, *costs]).double()


def _hint(given: Tensor) -> str:
    """Say which part is wrong: the last six numbers are the costs."""
    right = _operator(_Factorized)
    if given.shape == right.shape and torch.allclose(given[:-6], right[:-6], atol=1e-4):
        return (
            "h is right. The costs are not: it learns Σ d_m · k · d numbers, and each is "
            "multiplied and added once for each sample."
        )
    return (
        "Each factor is U_m x_m, (B, k·d), or 1 where the modality is absent. Multiply them, "
        "`unflatten` to windows of k, sum. It learns Σ d_m · k · d numbers. Leave the "
        "constructor as it is."
    )


class _Inverted(_Factorized):
    def factors(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return super().factors(x, None if present is None else ~present)


FACTORIZED = Exercise(
    solution=_Factorized,
    mistakes=(
        (
            _DeadWithoutOne,
            "It works while everything is there. An absent modality holds zeros, and its "
            "factor kills the whole product. What is neutral when you multiply?",
        ),
        (
            _Inverted,
            "You put the 1 where the modality is *present*. `present` is true where it is there: "
            "turn it around, `~present`.",
        ),
        (_Averaged, "You took the mean over each window of k. The formula has a sum."),
        (_Added, "Your factors are added. Multiply over the modalities, then sum the windows."),
        (
            _Strided,
            "Your windows take every d-th number. A window is k *neighbours*: "
            "`unflatten(1, (d, k))`, then sum over the last axis.",
        ),
        (_FirstOnes, "You took the first d products, k times. Each window of k is summed."),
        (_Shifted, "Your windows start one place off. The first holds places 1 to k."),
        (_Backwards, "Your h is in reverse order. The first window gives its first coordinate."),
        (
            _CountedOnce,
            "h is right. The costs are not: U_m has k · d rows, one for each place.",
        ),
        (
            _Multiplications,
            "h and `num_params` are right. `flops` counts a multiplication and an addition for "
            "each weight: 2 · batch · n · m.",
        ),
    ),
    praise="A product of any number of modalities, at the price of sums.",
    hint=_hint,
    probe=_operator,
)
