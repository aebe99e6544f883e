r"""Feature-wise linear modulation (FiLM): one modality sets the volume of another's features.

.. math:: h = \gamma \circ F + \beta

The features :math:`F` of one modality are scaled and shifted, coordinate by coordinate, by numbers
that the other modalities choose: a question may mute some coordinates of a picture and turn up
others.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.fusion.base import Fusion
from mmtutor.names import unknown


class Film(Fusion):
    r"""Feature-wise linear modulation of one modality by all others.

    .. math::

        h = \gamma \circ W x_t + \beta + b, \qquad
        \gamma = 1 + \sum_{m \neq t} \Gamma_m x_m, \qquad \beta = \sum_{m \neq t} B_m x_m

    :math:`t` is the modality that is modulated. Published with one that conditions; of several,
    each adds its own part to the scale and to the shift (one linear map of all of them, put in a
    row). As in the paper, what is predicted is the difference of :math:`\gamma` from 1, so that a
    condition that says nothing changes nothing.
    An absent condition leaves its terms out: with none there, :math:`\gamma = 1`, :math:`\beta = 0`
    and :math:`h = W x_t + b`. Without the modality :math:`t` itself, only the shift
    :math:`\beta + b` is left. At :math:`M = 1` it is a linear layer.

    Two modalities are multiplied, never three: conditions meet :math:`x_t`, not each other.

    Parameters: :math:`d_t d + 2\,(\sum_{m \neq t} d_m)\,d + d`.

    Source: Perez et al. 2018, *FiLM: Visual Reasoning with a General Conditioning Layer*,
    https://arxiv.org/abs/1709.07871

    :param target: ``t``; the first modality if not given.
    :raises ValueError: ``target`` is not a modality.
    """

    name = "film"

    def __init__(self, dims: Mapping[str, int], out_dim: int, *, target: str | None = None) -> None:
        super().__init__(dims, out_dim)
        if target is not None and target not in dims:
            raise ValueError(unknown("modality", target, dims))
        self.target = next(iter(dims)) if target is None else target
        # nn.Linear's own start gives each term variance 1/3 at any width: h starts near 7/9.
        self.W = nn.Linear(dims[self.target], out_dim, bias=False)
        others = sum(d for name, d in dims.items() if name != self.target)
        # Scale and shift in one matrix product: the rows of Γ, then those of B.
        self.condition = nn.Linear(others, 2 * out_dim, bias=False) if others else None
        self.b = nn.Parameter(torch.zeros(out_dim))

    @property
    def order_invariant(self) -> bool:
        """Only when there is nothing to exchange."""
        return len(self.dims) == 1

    def modulation(self, x: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return ``γ - 1`` and ``β``, ``(B, d)`` each, for two modalities or more."""
        others = torch.cat([v for name, v in x.items() if name != self.target], dim=1)
        return self.condition(others).chunk(2, dim=1)  # (B, Σd_m) -> (B, 2d)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``γ ∘ W x_t + β + b``."""
        features = self.W(x[self.target])  # (B, d_t) -> (B, d)
        if self.condition is None:
            return features + self.b
        scale, shift = self.modulation(x)
        return torch.addcmul(features + shift + self.b, scale, features)

    def num_params(self) -> int:
        """``d_t d + 2 (Σ_{m≠t} d_m) d + d``."""
        target = self.dims[self.target]
        return (target + 2 * (sum(self.dims.values()) - target) + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B (d_t + 2 Σ_{m≠t} d_m) d``."""
        target = self.dims[self.target]
        return 2 * batch * (target + 2 * (sum(self.dims.values()) - target)) * self.out_dim
