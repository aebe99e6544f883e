"""5.6: an operator of one's own, products of projections over windows."""

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


class _CountedOnce(_Factorized):
    def num_params(self) -> int:
        return sum(self.dims.values()) * self.out_dim

    def flops(self, batch: int) -> int:
        return 2 * batch * self.num_params()


def _operator(answer: Any) -> Tensor:
    """Probe for a fusion operator over three modalities."""
    if not (isinstance(answer, type) and issubclass(answer, Fusion)):
        raise NotAnAnswer("a class is asked for that inherits from `fusion.Fusion`")
    op = answer({"image": 4, "audio": 3, "text": 2}, 5)
    # The same number everywhere: then it does not matter how the windows lie.
    for parameter in op.parameters():
        nn.init.constant_(parameter, 0.5)
    x = {name: draw(3, width, seed=i) for i, (name, width) in enumerate(op.dims.items())}
    absent = {
        "audio": torch.tensor([True, False, False]),
        "text": torch.tensor([True, True, False]),
    }
    given = {"fuse": op.fuse(dict(x), None), "num_params": op.num_params(), "flops": op.flops(3)}
    for name, value in given.items():
        if value is None:
            raise NotAnAnswer(f"your `{name}` returns None: is there a `return`?")
    whole, partial = op(x), op(x, absent)
    if whole.shape != (3, 5):
        raise NotAnAnswer(f"h should have shape (3, 5) here, yours has {tuple(whole.shape)}")
    costs = torch.tensor([op.num_params(), op.flops(3)])
    return torch.cat([whole.flatten(), partial.flatten(), costs]).double().detach()


FACTORIZED = Exercise(
    solution=_Factorized,
    mistakes=(
        (
            _DeadWithoutOne,
            "It works while everything is there. An absent modality holds zeros, and its "
            "factor kills the whole product. What is neutral when you multiply?",
        ),
        (_Averaged, "You took the mean over each window of k. The formula has a sum."),
        (_Added, "Your factors are added. Multiply over the modalities, then sum the windows."),
        (
            _CountedOnce,
            "h is right. The costs are not: U_m has k · d rows, one for each place.",
        ),
    ),
    praise="A product of any number of modalities, at the price of sums.",
    hint="Each factor is U_m x_m, (B, k·d), or 1 where the modality is absent. Multiply them, "
    "`unflatten` to windows of k, sum. It learns Σ d_m · k · d numbers.",
    probe=_operator,
)
