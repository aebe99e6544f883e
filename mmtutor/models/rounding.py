r"""Weights as small whole numbers: what a page, or a telephone, can hold.

Each row :math:`w` of a matrix gets a scale of its own,

.. math:: q_i = \mathrm{round}(w_i / s), \qquad s = \max_i |w_i| / (2^{b-1} - 1), \qquad
          w_i \approx s\, q_i,

with whole numbers of b bits, so no weight moves by more than :math:`s / 2`. Vectors (biases, norms)
are few and stay as they are. Source: Jacob et al. 2018, https://arxiv.org/abs/1712.05877 (who round
the activations as well).
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TypeVar

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from mmtutor.arguments import whole_number

Model = TypeVar("Model", bound=nn.Module)
SCALE = ".scale"


def round_rows(weight: Tensor, bits: int = 8) -> tuple[Tensor, Tensor]:
    """Whole numbers ``q`` (int8, as ``weight``) and scales ``s``, one a row: ``weight ≈ s q``.

    :param weight: ``(rows, …)``.
    :param bits: of each whole number, 2 … 8.
    """
    most = 2 ** (whole_number("bits", bits, 2, 8) - 1) - 1
    weight = weight.detach()
    s = weight.flatten(1).abs().amax(dim=1) / most  # (rows,)
    s = torch.where(s > 0, s, 1.0).view(-1, *[1] * (weight.dim() - 1))
    return (weight / s).round().to(torch.int8), s


def rounded(model: Model, bits: int = 8) -> Model:
    """A copy of a model whose matrices are rounded to ``bits`` bits."""
    other = copy.deepcopy(model)
    with torch.no_grad():
        for parameter in other.parameters():
            if parameter.dim() > 1:
                q, s = round_rows(parameter, bits)
                parameter.copy_(q * s)
    return other


def write_rounded(model: nn.Module, path: str | Path) -> None:
    """Write a model's weights, matrices rounded to 8 bits, as ``.safetensors``, in one move."""
    tensors = {}
    for name, weight in model.state_dict().items():
        if weight.dim() > 1:
            tensors[name], tensors[name + SCALE] = round_rows(weight)
        else:
            tensors[name] = weight
    part = Path(f"{path}.part")
    try:
        safetensors.torch.save_file(tensors, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_rounded(model: nn.Module, path: str | Path) -> None:
    """Fill a model with weights that `write_rounded` wrote.

    :raises ValueError: the file is damaged, or of another model.
    """
    try:
        tensors = safetensors.torch.load(Path(path).read_bytes())
    except SafetensorError as error:
        raise ValueError(f"{path} is damaged or cut off: {error}") from None
    weights = {
        name: value * tensors[name + SCALE] if name + SCALE in tensors else value
        for name, value in tensors.items()
        if not name.endswith(SCALE)
    }
    wanted = {name: value.shape for name, value in model.state_dict().items()}
    if {name: value.shape for name, value in weights.items()} != wanted:
        raise ValueError(f"{path} holds the weights of another model")
    model.load_state_dict(weights)
