r"""A common space without training: features whitened, and words that are regressed onto them.

Pictures of one concept differ by artist. Directions in which they differ count less when features
are whitened by the covariance *within* concepts:

.. math:: S_W = \frac1M \sum_m (x_m - \mu_{c(m)})(x_m - \mu_{c(m)})^\top, \qquad
          z = A^\top (x - \bar x), \qquad A\,A^\top = \Big(S_W + \varepsilon \tfrac{\operatorname{tr} S_W}{D}
          I\Big)^{-1}

and with ``keep`` only the directions remain in which concepts then differ most, as in linear
discriminant analysis (Fisher 1936, https://doi.org/10.1111/j.1469-1809.1936.tb02137.x). A bag of
words is then a ridge regression, in closed form:

.. math:: E = G\,T^\top (T\,T^\top + \lambda I)^{-1} Y

with texts as rows of T: counts of pieces times weights G of how rare a piece is, made unit vectors.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from mmtutor.arguments import positive_number, whole_number
from mmtutor.encoders import TextBag


class Whitening(nn.Module):
    """An eye on features that has nothing to learn: ``(x − mean) A``.

    :param mean: ``(D,)``; A: ``(D, d)``.
    """

    def __init__(self, mean: Tensor, A: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("A", A)
        self.mean: Tensor
        self.A: Tensor
        self.out_dim = A.shape[1]

    def forward(self, x: Tensor) -> Tensor:
        """x: ``(B, D)`` → ``(B, d)``."""
        return (x - self.mean) @ self.A


def concept_means(x: Tensor, who: Tensor) -> tuple[Tensor, Tensor]:
    """Which concepts are there, in order ``(n,)``, and the mean row of each ``(n, D)``."""
    there, place = who.unique(return_inverse=True)
    sums = x.new_zeros(len(there), x.shape[1]).index_add_(0, place, x)
    return there, sums / place.bincount()[:, None]


def whiten(
    features: Tensor, who: Tensor, *, shrink: float = 0.1, keep: int | None = None
) -> Whitening:
    """Whiten by what differs within concepts.

    :param features: ``(M, D)`` of the training pictures; who: the concept of each, ``(M,)``.
    :param shrink: ε, how much of the mean variance is added to each direction.
    :param keep: how many directions remain; by default all.
    :raises ValueError: ε not above 0, or no concept with two pictures.
    """
    positive_number("shrink", shrink)
    there, place = who.unique(return_inverse=True)
    if len(there) == len(who):
        raise ValueError(f"no concept has two pictures among {len(who)}: nothing differs within")
    mean, D = features.mean(dim=0), features.shape[1]
    _, means = concept_means(features, who)
    rest = features - means[place]
    S = rest.T @ rest / len(rest)  # (D, D), within concepts
    length, direction = torch.linalg.eigh(S + shrink * S.diagonal().mean() * torch.eye(D))
    A = direction * length.rsqrt()
    between = (means - means.mean(dim=0)) @ A
    _, turned = torch.linalg.eigh(between.T @ between)  # the largest last
    keep = D if keep is None else whole_number("keep", keep, 1, D)
    return Whitening(mean, A @ turned[:, -keep:].flip(1))


def counted(ids: Tensor, pieces: int) -> Tensor:
    """How often each piece is in each text: ids ``(n, T)``, 0 is padding → ``(n, pieces)``."""
    counts = torch.zeros(len(ids), pieces).scatter_add_(1, ids, torch.ones(ids.shape))
    counts[:, 0] = 0
    return counts


def regress(
    texts: Sequence[Tensor], targets: Tensor, pieces: int, *, strength: float = 0.1
) -> TextBag:
    """A bag of pieces whose mean points where each text's target points.

    :param texts: for each language ids ``(n, T)`` of the same n things.
    :param targets: ``(n, d)``; their directions count.
    :param pieces: how many numbers pieces have, 0 for padding among them.
    :param strength: λ.
    :raises ValueError: λ not above 0.
    """
    positive_number("strength", strength)
    counts = torch.cat([counted(ids, pieces) for ids in texts])
    found = (counts > 0).sum(dim=0)
    rare = torch.where(found > 0, (len(counts) / found.clamp(min=1)).log(), 0.0)  # G
    T = normalize(counts * rare, dim=1)
    Y = normalize(targets, dim=1).repeat(len(texts), 1)
    C = torch.linalg.solve(T @ T.T + strength * torch.eye(len(T)), Y)
    bag = TextBag(pieces, out_dim=targets.shape[1])
    with torch.no_grad():
        bag.embedding.weight.copy_(rare[:, None] * (T.T @ C))
    return bag.requires_grad_(False)
