"""Data on their way through a CNN and an LSTM: the shape after every step, and where it breaks."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

FORMS = ("listing", "view", "mended")
ORDERS = ("sorted", "unsorted")
LENGTHS = (3, 5, 2, 6, 1, 4)
"""Words in each caption, before they are sorted; a batch takes the first B."""
STOPS = {
    "batch": [1, 2, 3, 4, 5, 6],
    "pixels": [32, 48, 64, 96, 128, 160, 192, 224],
    "layers": [1, 2, 3],
    "embedding": [16, 32, 64, 128],
    "hidden": [16, 32, 64, 128],
}
"""Where the dials stop."""
IMAGE_WIDTH, CLASSES = 64, 9
"""Width D of the new last layer when it is made right, and number of classes of the head."""

WORDS = {
    "label": "Shapes of a picture and a caption on their way through a CNN and an LSTM",
    "form": "Which network",
    "listing": "the listing",
    "view": "the wrong cure",
    "mended": "made right",
    "order": "Captions",
    "sorted": "longest first",
    "unsorted": "as they come",
    "batch": "samples in the batch B",
    "pixels": "picture, pixels a side",
    "layers": "LSTM layers",
    "embedding": "width of a word vector E",
    "hidden": "width of the LSTM state H",
    "both_ways": "read in both directions",
    "pictures": "The pictures",
    "captions": "The captions",
    "together": "Together",
    "image": "the batch",
    "stem": "first convolution, pooling",
    "layer1": "layer1",
    "layer2": "layer2",
    "layer3": "layer3",
    "layer4": "layer4",
    "avgpool": "mean over the places",
    "last": "new last layer",
    "ids": "word ids, 0 is padding",
    "vectors": "embedding",
    "packed": "packed: the real words only",
    "h_n": "LSTM, last states h_n",
    "taken_listing": "hidden.squeeze(0)",
    "taken_view": "hidden.reshape(B, -1)",
    "taken_mended": "last layer, directions side by side",
    "cat": "torch.cat([…], dim=1)",
    "head": "head",
    "no_head": "no head: these go to the loss",
    "rows": "Whose states does each row hold?",
    "row": "row {row}: {who}",
    "sample": "sample {n}",
    "stops": "stops here",
    "grid": "{b} captions of {lengths} words, filled up to {t}",
    "unsorted_error": "RuntimeError: `lengths` array must be sorted in decreasing order",
    "cat_error": "RuntimeError: Tensors must have same number of dimensions: got 2 and 3",
    "said_unsorted": "It stops at the packing: the listing wants the longest caption first.",
    "said_cat": "It stops at torch.cat: h_n has {n} states for each sample, so squeeze(0) finds no "
    "axis of size 1 and leaves three axes.",
    "said_listing": "It runs. Its output has {width} numbers for each sample, and the loss takes "
    "them for the scores of {width} classes. There are {classes}.",
    "said_view_mixed": "It runs, and it is wrong: row 0 holds states of {who}. No error will ever "
    "tell you.",
    "said_view_all": "It runs, and no samples are mixed: in a batch of one there is nothing to mix "
    "with. A test with one sample would have passed.",
    "said_view_same": "It runs, and it is right, because there is one state for each sample. Give "
    "it a second layer or direction.",
    "said_mended": "It runs: {classes} scores for each sample. Row b holds states of sample b and "
    "of no other.",
}


class ShapeFlow(LiveFigure):
    r"""The shape after every step of :math:`g([f_1(x_1); f_2(x_2)])`: ResNet-50, LSTM, head.

    The listing packs without sorting, takes ``hidden.squeeze(0)`` and has no head. The wrong cure
    takes ``hidden.reshape(B, -1)``, which runs and mixes samples. Made right, it takes the last
    layer's states, all directions side by side. The first two give the picture's features the
    width of a word vector (``embed_size`` twice); made right, they have a width of their own.

    :param form: ``"listing"``, ``"view"`` (the wrong cure) or ``"mended"``.
    :param order: of the captions, ``"sorted"`` (longest first) or ``"unsorted"``.
    :param batch: samples, 1 to 6.
    :param pixels: along a side of the picture.
    :param layers: of the LSTM, 1 to 3.
    :param both_ways: whether it reads in both directions.
    :param embedding: width of a word vector.
    :param hidden: width of the LSTM's state.
    :param words: texts to show instead of the English ones.
    :raises ValueError: an unknown name, or a number where no dial stops.
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (938, 1771)

    stops = traitlets.Dict(STOPS).tag(sync=True)
    lengths = traitlets.List(list(LENGTHS)).tag(sync=True)
    image_width = traitlets.Int(IMAGE_WIDTH).tag(sync=True)
    classes = traitlets.Int(CLASSES).tag(sync=True)
    form = traitlets.Unicode("listing").tag(sync=True, among=FORMS)
    order = traitlets.Unicode("sorted").tag(sync=True, among=ORDERS)
    batch = traitlets.Int(4).tag(sync=True, among=STOPS["batch"])
    pixels = traitlets.Int(48).tag(sync=True, among=STOPS["pixels"])
    layers = traitlets.Int(1).tag(sync=True, among=STOPS["layers"])
    both_ways = traitlets.Bool(False).tag(sync=True)
    embedding = traitlets.Int(32).tag(sync=True, among=STOPS["embedding"])
    hidden = traitlets.Int(32).tag(sync=True, among=STOPS["hidden"])

    _esm = javascript("shape_flow/figure.js")
