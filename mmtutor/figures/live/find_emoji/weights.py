"""A searching model and its index as a page reads them: whole numbers of 8 bits, and scales."""

from __future__ import annotations

from typing import Any, cast

from torch import Tensor
from torch.nn.functional import normalize

from mmtutor.encoders import ImageCNN, TextBag
from mmtutor.encoders.image import ConvBlock
from mmtutor.figures.live.runtime.rounded import pack
from mmtutor.models import Aligned

LIMIT = 400 * 1024


def export_model(model: Aligned, index: Tensor) -> dict[str, Any]:
    """Return the layout and the weights of a model, and the index, as JSON values.

    :param model: an :class:`~mmtutor.models.Aligned` of an :class:`~mmtutor.encoders.ImageCNN`,
        "image", and a :class:`~mmtutor.encoders.TextBag`, "text". Matrices are rounded to 8 bits.
    :param index: ``(N, d)``; its rows are made unit vectors, then rounded.
    :raises TypeError: another kind of model or encoder.
    :raises ValueError: an index of another width, or more than 400 KiB in all.
    """
    eye, reader = (dict(model.encoders.items()).get(m) for m in ("image", "text"))
    if not (isinstance(eye, ImageCNN) and isinstance(reader, TextBag)):
        raise TypeError("a page can run an Aligned with an ImageCNN (image) and a TextBag (text)")
    dim = model.W["text"].out_features
    if index.ndim != 2 or index.shape[1] != dim:
        raise ValueError(f"the index must be (N, {dim}), got {tuple(index.shape)}")
    weights = {k: v for k, v in model.state_dict().items() if v.dim() > 0}
    packed = pack({**weights, "index": normalize(index, dim=1)})
    size = len(packed["whole"]) + len(packed["real"])
    if size > LIMIT:
        raise ValueError(f"weights and index would take {size:,} bytes, over {LIMIT:,}")
    convolutions = [cast(ConvBlock, block) for block in eye.blocks]
    layout = {
        "blocks": [[b.conv.out_channels, b.norm.num_groups] for b in convolutions],
        "channels": eye.in_channels,
        "side": cast(int, eye.pool.output_size) * 2 ** len(convolutions),
        "dim": dim,
        "buckets": reader.vocab_size - 1,
    }
    return {"layout": layout, **packed}
