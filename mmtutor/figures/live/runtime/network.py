r"""Take a small trained model out of torch, so that :file:`network.js` can run it in a page.

The last layer of each encoder, concatenation and a linear head are all linear. With
:math:`f_m = A_m p_m + a_m` from the pooled cells :math:`p_m`, :math:`h = \sum_m W_m f_m + b` and
:math:`\hat y = G h + g`, the logits are a sum of one term a sense:

.. math:: \hat y = (Gb + g) + \sum_m \big( G W_m A_m\, p_m + G W_m a_m \big)

Only these products are sent, which is half of the numbers. The term of an absent sense is 0.
"""

from __future__ import annotations

import base64
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from mmtutor.encoders import AudioCNN, ImageCNN
from mmtutor.encoders.image import ConvBlock
from mmtutor.fusion import Concat
from mmtutor.models import MultimodalModel

LIMIT = 120_000
Part = TypeVar("Part", bound=nn.Module)


def export_model(model: nn.Module) -> dict[str, Any]:
    """Return the model's layout and its weights (float16, base64) as JSON values.

    :param model: a :class:`~mmtutor.models.MultimodalModel` of an ``ImageCNN`` called
        ``"image"`` and an ``AudioCNN`` called ``"audio"``, fused by ``concat``, with a linear head.
    :raises TypeError: another kind of model, encoder, fusion or head.
    :raises ValueError: other modalities, a frame length that is no power of two, numbers too
        large for float16, or more than 120 kB.
    """
    if not isinstance(model, MultimodalModel):
        raise TypeError(f"a page can run a MultimodalModel, got {type(model).__name__}")
    if set(model.modalities) != {"image", "audio"}:
        raise ValueError(
            "a page can run a model of the modalities 'image' and 'audio', "
            f"this one has {', '.join(map(repr, model.modalities))}"
        )
    image = _expected("encoder 'image'", model.encoders["image"], ImageCNN)
    audio = _expected("encoder 'audio'", model.encoders["audio"], AudioCNN)
    fusion = _expected("fusion", model.fusion, Concat)
    head = _expected("head", model.head, nn.Linear)
    sound, grid = audio.spectrogram, image.pool.output_size
    if sound.n_fft & (sound.n_fft - 1):
        raise ValueError(f"the page needs n_fft to be a power of two, got {sound.n_fft}")
    G, W, b = head.weight, fusion.W.weight, fusion.W.bias
    widths = [fusion.dims[name] for name in model.modalities]
    GW = dict(zip(model.modalities, (_exact(G) @ _exact(W)).split(widths, dim=1), strict=True))
    start = _exact(G) @ _exact(b) + (0 if head.bias is None else _exact(head.bias))
    tensors = [
        *_tensors(_blocks(image.blocks), image.cells, GW["image"]),
        *_tensors(_blocks(audio.blocks), audio.step, GW["audio"]),
        start,
    ]
    packed = base64.b64encode(_half(tensors).tobytes()).decode()
    if len(packed) > LIMIT:
        raise ValueError(
            f"the weights would take {len(packed):,} bytes in the page, over {LIMIT:,}; "
            "train a model with fewer channels"
        )
    return {
        "image": {**_layout(_blocks(image.blocks), image.cells), "rows": grid, "columns": grid},
        "audio": {
            **_layout(_blocks(audio.blocks), audio.step),
            "columns": 1,  # the mean over time; all rows stay
            **{key: getattr(sound, key) for key in ("sample_rate", "n_fft", "hop", "n_mels")},
            "floor": sound.floor,
        },
        "classes": model.out_dim,
        "weights": packed,
    }


def _expected(what: str, part: object, kind: type[Part]) -> Part:
    if not isinstance(part, kind):
        raise TypeError(
            f"a page can run a model whose {what} is {kind.__name__}, "
            f"this one has {type(part).__name__}"
        )
    return part


def _blocks(blocks: nn.Sequential) -> list[ConvBlock]:
    return [_expected("every block", block, ConvBlock) for block in blocks]


def _layout(blocks: list[ConvBlock], last: nn.Linear) -> dict[str, Any]:
    return {
        "blocks": [[b.conv.in_channels, b.conv.out_channels, b.norm.num_groups] for b in blocks],
        "epsilon": blocks[0].norm.eps,
        "width": last.in_features,
    }


def _tensors(blocks: list[ConvBlock], last: nn.Linear, GW: Tensor) -> list[Tensor]:
    """Everything learnt for one sense, in the order in which the page reads it."""
    inner = [tensor for block in blocks for tensor in block.parameters()]
    return [*inner, GW @ _exact(last.weight), GW @ _exact(last.bias)]


def _exact(tensor: Tensor) -> Tensor:
    return tensor.detach().double().cpu()


def _half(tensors: list[Tensor]) -> np.ndarray:
    flat = torch.cat([_exact(tensor).flatten() for tensor in tensors]).numpy()
    with np.errstate(over="ignore"):
        half = flat.astype("<f2")
    if not np.isfinite(half).all():
        raise ValueError("the model holds numbers that float16 cannot: too large, or not finite")
    return half


def model_of(network: dict[str, Any]) -> MultimodalModel:
    """Return the model that a page has: the inverse of `export_model`, with its rounded weights.

    Each encoder already gives its term of the logits, and ⊕ adds them up: W = [I I].

    :param network: what `export_model` returned.
    :raises ValueError: there are more or fewer weights than the layout needs.
    """
    image, audio, classes = network["image"], network["audio"], network["classes"]
    widths = {name: [b[1] for b in network[name]["blocks"]] for name in ("image", "audio")}
    settings = {key: audio[key] for key in ("sample_rate", "n_fft", "hop", "n_mels")}
    eyes = ImageCNN(
        in_channels=image["blocks"][0][0],
        out_dim=classes,
        channels=widths["image"],
        grid=image["rows"],
    )
    ears = AudioCNN(out_dim=classes, channels=widths["audio"], **settings)
    join, head = (
        Concat(dict.fromkeys(("image", "audio"), classes), classes),
        nn.Linear(classes, classes),
    )
    model = MultimodalModel({"image": eyes, "audio": ears}, join, head=head, out_dim=classes)
    places = [
        *(p for block in _blocks(eyes.blocks) for p in block.parameters()),
        *eyes.cells.parameters(),
        *(p for block in _blocks(ears.blocks) for p in block.parameters()),
        *ears.step.parameters(),
        join.W.bias,
    ]
    weights = np.frombuffer(base64.b64decode(network["weights"]), "<f2").astype(np.float32)
    sizes = [place.numel() for place in places]
    if len(weights) != sum(sizes):
        raise ValueError(f"this layout has {sum(sizes):,} weights, got {len(weights):,}")
    with torch.no_grad():
        for place, values in zip(places, torch.from_numpy(weights).split(sizes), strict=True):
            place.copy_(values.view_as(place))
        join.W.weight.copy_(torch.eye(classes).repeat(1, 2))
        head.weight.copy_(torch.eye(classes))
        head.bias.zero_()
    return model.eval()
