"""Weights for a page: matrices in whole numbers of 8 bits, a scale a row; vectors as they are."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mmtutor.models import round_rows


def pack(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """Tensors as JSON values, for ``unpack`` of ``rounded.js``: names, rows and columns, numbers.

    A tensor with more than two dimensions counts as rows of all its other numbers; a vector has 0
    columns. See `mmtutor.models.round_rows` for the rounding.
    """
    sizes, whole, real = [], [torch.empty(0, dtype=torch.int8)], []
    for name, tensor in tensors.items():
        values = tensor.detach().cpu()
        if values.dim() > 1:
            q, s = round_rows(values)
            whole.append(q.flatten())
            real.append(s.flatten())
            sizes.append([name, len(q), q[0].numel()])
        else:
            real.append(values)
            sizes.append([name, len(values), 0])
    return {
        "tensors": sizes,
        "whole": base64.b64encode(torch.cat(whole).numpy().tobytes()).decode(),
        "real": base64.b64encode(torch.cat(real).float().numpy().tobytes()).decode(),
    }
