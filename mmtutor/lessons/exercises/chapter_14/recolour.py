"""14.4: CORAL in closed form, the target mapped onto the source."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called, draw


def _power(covariance: Tensor, p: float) -> Tensor:
    values, vectors = torch.linalg.eigh(covariance)
    return vectors @ torch.diag(values**p) @ vectors.T


def _mapped(
    source: Tensor, target: Tensor, white: float = -0.5, colour: float = 0.5, back: bool = True
) -> Tensor:
    inner = (target - target.mean(0)) @ _power(target.T.cov(), white)
    return inner @ _power(source.T.cov(), colour) + (source.mean(0) if back else 0)


def _recolour(source: Tensor, target: Tensor) -> Tensor:
    return _mapped(source, target)


def _no_mean(source: Tensor, target: Tensor) -> Tensor:
    return _mapped(source, target, back=False)


def _own_mean(source: Tensor, target: Tensor) -> Tensor:
    return _mapped(source, target, back=False) + target.mean(0)


def _no_root(source: Tensor, target: Tensor) -> Tensor:
    return _mapped(source, target, white=-1, colour=1)


def _only_white(source: Tensor, target: Tensor) -> Tensor:
    return _mapped(source, target, colour=0.0)


def _other_direction(source: Tensor, target: Tensor) -> Tensor:
    return _mapped(target, source)


def _widths(source: Tensor, target: Tensor) -> Tensor:
    return (target - target.mean(0)) / target.std(0) * source.std(0) + source.mean(0)


def _not_whitened(source: Tensor, target: Tensor) -> Tensor:
    return _mapped(source, target, white=0.0)


_CASES = [
    (draw(n, d, seed=seed) @ draw(d, d, seed=seed + 1) + 3, 2 * draw(m, d, seed=seed + 2) - 1)
    for n, m, d, seed in ((30, 45, 3, 0), (40, 25, 2, 10))
]


def _statistics(answer: object) -> Tensor:
    """The rows themselves where the map is the asked one; a turned copy has the same covariance."""
    parts = []
    for source, target in _CASES:
        mapped = called(answer, source, target)
        if mapped.shape not in (target.shape, source.shape):  # the source mapped is told below
            raise NotAnAnswer(
                f"the target's samples, {tuple(target.shape)}, are asked for; yours have the shape "
                f"{tuple(mapped.shape)}"
            )
        # Covariances of n in place of n - 1 make all wider, or narrower, by this much: fine, too.
        n, m, home = len(source), len(target), source.mean(0).double()
        other = home + (mapped - home) * ((m - 1) / m * n / (n - 1)) ** 0.5
        right = _recolour(source, target).double()
        if other.shape == right.shape and torch.allclose(other, right, rtol=1e-4, atol=1e-4):
            mapped = right
        parts.append(mapped.flatten())
    return torch.cat(parts)


RECOLOUR = Exercise(
    solution=_recolour,
    mistakes=(
        (_no_mean, "The covariance is right. Add the source's mean at the end."),
        (_own_mean, "You put the target's own mean back. It should have the source's."),
        (_no_root, "You took the inverse and the matrix itself. Take powers −½ and ½ of them."),
        (_only_white, "It is white now: covariance 1. Multiply by the root of the source's."),
        (_other_direction, "You mapped the source onto the target. Map the target."),
        (_widths, "Only the widths are matched. CORAL matches covariances, too."),
        (_not_whitened, "You coloured before whitening: first multiply by C_T^(−1/2)."),
    ),
    praise="The same mean and covariance, to within rounding. That the *classes* lie where they "
    "should is not promised.",
    hint="white = (target − its mean) @ C_T^(−1/2); return white @ C_S^(1/2) + the source's mean.",
    probe=_statistics,
)
