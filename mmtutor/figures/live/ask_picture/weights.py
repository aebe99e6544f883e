"""A small vision-language model as a page reads it: whole numbers of 8 bits, and scales."""

from __future__ import annotations

from typing import Any, cast

from torch import nn

from mmtutor.encoders import ImageCNN
from mmtutor.encoders.image import ConvBlock
from mmtutor.figures.live.runtime.rounded import pack
from mmtutor.models import VisionLanguage

LIMIT = 400 * 1024


def export_model(model: nn.Module) -> dict[str, Any]:
    """Return the layout and the weights of a model as JSON values.

    :param model: a :class:`~mmtutor.models.VisionLanguage` of one stream with an
        :class:`~mmtutor.encoders.ImageCNN`. Its matrices are rounded to 8 bits.
    :raises TypeError: another kind of model or encoder.
    :raises ValueError: another form, or weights over 400 KiB.
    """
    if not isinstance(model, VisionLanguage) or not isinstance(model.encoder, ImageCNN):
        raise TypeError(
            f"a page can run a VisionLanguage with an ImageCNN, got {type(model).__name__}"
        )
    if model.form != "one_stream":
        raise ValueError(f"a page can run the form 'one_stream', this one is {model.form!r}")
    packed = pack(model.state_dict())
    size = len(packed["whole"]) + len(packed["real"])
    if size > LIMIT:
        raise ValueError(f"the weights would take {size:,} bytes in the page, over {LIMIT:,}")
    convolutions = [cast(ConvBlock, block) for block in model.encoder.blocks]
    layout = {
        "blocks": [
            [b.conv.in_channels, b.conv.out_channels, b.norm.num_groups] for b in convolutions
        ],
        "cells": cast(int, model.encoder.pool.output_size) ** 2,
        "side": cast(int, model.encoder.pool.output_size) * 2 ** len(convolutions),
        "dim": model.dim,
        "heads": model.heads,
        "layers": len(model.layers),
        "longest": model.max_len,
    }
    return {"layout": layout, **packed}
