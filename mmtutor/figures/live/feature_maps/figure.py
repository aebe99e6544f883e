"""A picture to move or to draw, the maps of two layers of filters, and what one cell can see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import traitlets
from torch import Tensor, nn

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

SIDE = 16
"""Pixels along a side of the picture."""
REACH = 4
"""How far the picture may be moved, in pixels."""

WORDS = {
    "label": "What two layers of filters make of a picture that you move or draw",
    "picture": "Picture",
    "own": "my own",
    "right": "moved to the right",
    "down": "moved down",
    "pixels": "{n} pixels",
    "block": "Maps of",
    "first": "layer 1",
    "second": "layer 2",
    "filter": "filter",
    "clear": "Clear the picture",
    "input": "The picture, and what the marked cell can see of it",
    "board": "Picture of {side} by {side} pixels. The arrow keys move the cursor, the space bar "
    "puts ink or takes it away",
    "map": "The map of this filter, and the marked cell",
    "map_board": "Map of {side} by {side} cells. The arrow keys move the mark",
    "all": "The maps of all filters",
    "cell": "Row {row}, column {column}: {value}",
    "said": "Layer {layer}, filter {filter}, row {row}, column {column}: {value}. This cell sees "
    "{tall} × {wide} pixels, rows {top} to {bottom} and columns {left} to {right}. {moved}",
    "said_still": "Nothing outside of them can change it.",
    "said_moved": "Before the picture was moved, it was {before}.",
}


class FeatureMaps(LiveFigure):
    r"""Two layers, each conv₃ₓ₃ → ReLU → maxpool₂ₓ₂, over a picture of 16 × 16 pixels.

    The reader moves the picture, draws one, and marks a cell of a map. Outlined is the cell's
    receptive field, all pixels that can change it: 4 × 4 in the first layer, 10 × 10 in the
    second, less at the edges.

    :param network: its two convolutions are shown: 3 × 3, one channel to C, C to C, with padding
        1. What else is in it is left out.
    :param pictures: under the name that is shown, (16, 16) with values from 0 to 1.
    :param state: ``picture`` (which of them; their number means the reader's own), ``right`` and
        ``down`` (-4 to 4 pixels), ``block`` (1 or 2), ``filter`` (from 1), ``row`` and ``column``
        of the marked cell (from 1), ``drawing`` (the reader's own: 256 hexadecimal digits, 0 paper
        to f ink), ``words``.
    :raises TypeError: the network has not two convolutions.
    :raises ValueError: convolutions of another form, a picture of another size or range, or a
        state out of its range.

    >>> FeatureMaps(net, {"a three": picture})  # doctest: +SKIP
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (640, 1390)

    layers: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    pictures: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    picture = traitlets.Int(0).tag(sync=True, low=0, high=lambda figure: len(figure.pictures))
    right = traitlets.Int(0).tag(sync=True, low=-REACH, high=REACH)
    down = traitlets.Int(0).tag(sync=True, low=-REACH, high=REACH)
    block = traitlets.Int(1).tag(sync=True, low=1, high=2)
    filter = traitlets.Int(1).tag(
        sync=True, low=1, high=lambda figure: len(figure.layers[0]["bias"]) if figure.layers else 1
    )
    row = traitlets.Int(3).tag(sync=True, low=1, high=SIDE // 2)
    column = traitlets.Int(3).tag(sync=True, low=1, high=SIDE // 2)
    drawing = traitlets.Unicode("0" * SIDE**2).tag(sync=True)

    _esm = javascript("feature_maps/figure.js")

    def __init__(self, network: nn.Module, pictures: Mapping[str, Tensor], **state: Any) -> None:
        layers = [part for part in network.modules() if isinstance(part, nn.Conv2d)]
        if len(layers) != 2:
            raise TypeError(f"the figure shows two convolutions, this network has {len(layers)}")
        filters = layers[0].out_channels
        shown = []
        for layer, channels in zip(layers, (1, filters), strict=True):
            shape, bias = tuple(layer.weight.shape), layer.bias
            if shape != (filters, channels, 3, 3) or layer.padding != (1, 1) or bias is None:
                raise ValueError(
                    f"a convolution of {channels} to {filters} channels, 3 × 3, with a bias and "
                    f"padding 1 is needed, got weights {shape}, padding {layer.padding}"
                )
            shown.append({"weight": _rounded(layer.weight.flatten(1)), "bias": _rounded(bias)})
        for name, pixels in pictures.items():
            if pixels.shape != (SIDE, SIDE) or not 0 <= pixels.min() <= pixels.max() <= 1:
                raise ValueError(
                    f"the picture {name!r} must have shape ({SIDE}, {SIDE}) and values from 0 to "
                    f"1, got {tuple(pixels.shape)}"
                )
        super().__init__(
            layers=shown,
            pictures=[
                {"name": name, "pixels": _rounded(pixels.flatten())}
                for name, pixels in pictures.items()
            ],
            **state,
        )

    @traitlets.validate("drawing")
    def _digits(self, proposal: Any) -> str:
        if not re.fullmatch(rf"[0-9a-f]{{{SIDE**2}}}", proposal["value"]):
            raise ValueError(
                f"a drawing is {SIDE**2} hexadecimal digits, got {len(proposal['value'])} "
                f"characters: {proposal['value'][:20]!r}"
            )
        return proposal["value"]


def _rounded(values: Tensor) -> Any:
    return [
        [round(v, 4) for v in one] if isinstance(one, list) else round(one, 4)
        for one in values.detach().tolist()
    ]
