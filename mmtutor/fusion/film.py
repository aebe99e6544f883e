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

from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.factors import added
from mmtutor.fusion.layers import Linears
from mmtutor.names import check_name


class Film(Fusion):
    r"""Feature-wise linear modulation of one modality by all others.

    .. math::

        h = \gamma \circ W x_t + \beta + b, \qquad
        \gamma = 1 + \sum_{m \neq t} \Gamma_m x_m, \qquad \beta = \sum_{m \neq t} B_m x_m

    :math:`t` is the modality that is modulated. Published with one that conditions; of several,
    each adds its own part to the scale and to the shift. As in the paper, what is predicted is the
    difference of :math:`\gamma` from 1, so that a condition that says nothing changes nothing.
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
    equations = (
        r"h = \gamma \circ W x_t + \beta + b",
        r"\gamma = 1 + \sum_{m \neq t} \Gamma_m x_m",
        r"\beta = \sum_{m \neq t} B_m x_m",
    )
    papers = (Paper("Perez et al. 2018", "https://arxiv.org/abs/1709.07871"),)

    def __init__(self, dims: Mapping[str, int], out_dim: int, *, target: str | None = None) -> None:
        super().__init__(dims, out_dim)
        if target is not None:
            check_name("modality", target, dims)
        self.target = next(iter(dims)) if target is None else target
        self.W = nn.Linear(dims[self.target], out_dim, bias=False)
        others = {name: d for name, d in dims.items() if name != self.target}
        self.G = Linears(others, out_dim, bias=False)
        self.B = Linears(others, out_dim, bias=False)
        self.b = nn.Parameter(torch.zeros(out_dim))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start ``W x_t``, ``γ`` and ``β`` with variance 1/3 each, however many condition.

        That is what :class:`torch.nn.Linear` does for one; ``h`` starts with variance 7/9.
        """
        others = sum(layer.in_features for layer in self.G.values())
        for layer in (self.W, *self.G.values(), *self.B.values()):
            bound = (layer.in_features if layer is self.W else others) ** -0.5
            nn.init.uniform_(layer.weight, -bound, bound)
        nn.init.zeros_(self.b)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``γ ∘ W x_t + β + b``."""
        features = self.W(x[self.target])  # (B, d)
        if len(x) == 1:
            return features + self.b  # nothing conditions
        gamma = 1 + added(G_m(x[m]) for m, G_m in self.G.items())  # (B, d)
        beta = added(B_m(x[m]) for m, B_m in self.B.items())  # (B, d)
        return gamma * features + beta + self.b

    def num_params(self) -> int:
        """``d_t d + 2 (Σ_{m≠t} d_m) d + d``."""
        target = self.dims[self.target]
        return (target + 2 * (sum(self.dims.values()) - target) + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B (d_t + 2 Σ_{m≠t} d_m) d``."""
        target = self.dims[self.target]
        return 2 * batch * (target + 2 * (sum(self.dims.values()) - target)) * self.out_dim
