r"""Encoders that meet in one space: the model that contrastive objectives train.

.. math:: z_m = \frac{W_m f_m(x_m)}{\lVert W_m f_m(x_m) \rVert}, \qquad
    s_{ij} = \gamma\, z_{m,i}^\top z_{k,j}

Everything has length one, so a similarity is a cosine. :math:`\gamma` is learnt as its logarithm.
Source: Radford et al. 2021, https://arxiv.org/abs/2103.00020
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from mmtutor.arguments import positive_number, whole_number
from mmtutor.models.checks import encoder_widths
from mmtutor.names import check_name


class Aligned(nn.Module):
    r"""Several encoders, each followed by a linear map into one space of unit vectors.

    :param encoders: :math:`f_m` by modality, at least two; each has ``out_dim``.
    :param dim: width of the common space.
    :param temperature: :math:`1 / \gamma` at the start.
    :raises ValueError: fewer than two encoders, or a temperature not above 0.
    """

    LIMIT = math.log(100)
    r"""Highest :math:`\log \gamma`, as published: more makes training unstable."""

    def __init__(
        self,
        encoders: Mapping[str, nn.Module],
        *,
        dim: int = 64,
        temperature: float = 0.07,
    ) -> None:
        super().__init__()
        widths = encoder_widths(encoders, least=2)
        temperature = positive_number("temperature", temperature)
        if "scale" in encoders:
            raise ValueError("'scale' cannot name a modality here")
        dim = whole_number("dim", dim, 1)
        self.encoders = nn.ModuleDict(encoders)
        self.W = nn.ModuleDict({m: nn.Linear(d, dim, bias=False) for m, d in widths.items()})
        self.log_scale = nn.Parameter(torch.tensor(-math.log(temperature)))

    def embed(self, name: str, x: Any) -> Tensor:
        """The unit vectors z_m of one modality's batch, ``(B, dim)``.

        :raises KeyError: a modality that has no encoder.
        """
        check_name("modality", name, self.encoders, KeyError)
        return normalize(self.W[name](self.encoders[name](x)), dim=1)

    def forward(self, inputs: Mapping[str, Any]) -> dict[str, Tensor]:
        """``{modality: (B, dim)}``, and the ``scale``."""
        outputs = {name: self.embed(name, x) for name, x in inputs.items()}
        outputs["scale"] = self.log_scale.clamp(max=self.LIMIT).exp()
        return outputs
