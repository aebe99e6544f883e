r"""Sums of terms and products of factors, one a modality: how they are built, how they start.

Three operators multiply one factor a modality, elementwise: :math:`z = \prod_m f_m(x_m)`. A product
is a delicate thing to train. If its factors start near 0 it is dead, with no gradient for anybody;
if they start large it grows like a power of the number of modalities. So each factor starts as

.. math::

    f_m = 1 + a_m, \qquad \mathrm{E}[a_m] = 0, \qquad \mathrm{Var}[a_m] = 2^{1/M} - 1

Then :math:`\mathrm{E}[z] = 1` and :math:`\mathrm{Var}[z] = \prod_m (1 + \mathrm{Var}[a_m]) - 1 = 1`
for any :math:`M` and any width. The 1 also keeps the lower orders: multiplied out, ``z`` holds each
:math:`a_m` alone, each pair, …, all together, as in tensor fusion.

**An absent modality** has the factor 1, which is what multiplying by nothing means: the product
goes over those present.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def added(terms: Iterable[Tensor]) -> Tensor:
    """Return the sum of the terms, of which there is one at least."""
    # Python's sum() starts from 0, and 0 + v is a copy of v; a stack would be a copy of all.
    first, *rest = terms
    for v in rest:
        first = first + v
    return first


def multiply(factors: Iterable[Tensor], present: Tensor | None = None) -> Tensor:
    """Multiply elementwise, over the modalities present.

    :param factors: one ``(B, …)`` a modality.
    :param present: ``(B, M)`` boolean, or ``None`` if nothing lacks.
    :returns: ``(B, …)``.
    """
    product, *rest = _or_one(factors, present)
    for factor in rest:
        product = product * factor
    return product


def sum_of_products(factors: Iterable[Tensor], rank: int, present: Tensor | None = None) -> Tensor:
    r"""Return :math:`\sum_{r=1}^{R} \prod_m f_m^{(r)}`, over the modalities present.

    :param factors: one ``(B, R·n)`` a modality, its ``R`` factors side by side.
    :param rank: ``R``.
    :param present: ``(B, M)`` boolean, or ``None`` if nothing lacks.
    :returns: ``(B, n)``.
    """
    # All R factors come from one matrix product, not from R small ones. Cut before they are
    # multiplied, the gradient of the sum is one row that is read R times; cut afterwards, it would
    # be copied R times.
    return multiply(f.unflatten(1, (rank, -1)) for f in _or_one(factors, present)).sum(dim=1)


def _or_one(factors: Iterable[Tensor], present: Tensor | None) -> Iterable[Tensor]:
    """Put 1 in place of the factor of an absent modality."""
    if present is None:
        return factors
    columns = present.split(1, dim=1)  # (B, 1) each
    return [torch.where(p, f, 1) for p, f in zip(columns, factors, strict=True)]


def spread(count: int) -> float:
    """Return ``Var[a_m]``, with which a product of ``count`` factors ``1 + a_m`` has variance 1."""
    return 2 ** (1 / count) - 1


@torch.no_grad()
def start_factor(weight: Tensor, bias: Tensor, variance: float) -> None:
    """Start ``weight · v + bias`` at mean 1, with ``variance`` where ``E[v_i²] = 1``."""
    nn.init.normal_(weight, std=(variance / weight.shape[-1]) ** 0.5)
    nn.init.ones_(bias)


@torch.no_grad()
def start_output(output: nn.Linear, *, mean: float, variance: float) -> None:
    """Start ``h = output(z)`` at mean 0 and variance 1, for ``z`` of this mean and variance."""
    nn.init.normal_(output.weight, std=(variance * output.in_features) ** -0.5)
    output.bias.copy_(-mean * output.weight.sum(dim=1))


def signed_root(z: Tensor, tiny: float = 1e-8) -> Tensor:
    r"""Return :math:`\mathrm{sign}(z)\sqrt{|z|}`, rounded off at 0, where its slope is infinite."""
    return z / (z.abs() + tiny).sqrt()


def unit(z: Tensor, tiny: float = 1e-8) -> Tensor:
    """Divide by the norm over the last dimension; 0 stays 0."""
    return z / (z.square().sum(dim=-1, keepdim=True) + tiny**2).sqrt()
