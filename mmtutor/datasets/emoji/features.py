"""Emoji as a network trained on photographs sees them: features instead of pixels.

A frozen body gives the same features for a picture in every epoch, so they need to be computed
only once. Here that was done beforehand: EfficientNet-Lite0, an image classifier, looked at every
emoji in its own form, and of its 1,280 features 128 components are kept,

.. math:: z_k = v_k^\\top (f(x) - \\bar f) / s,

the directions v_k of largest variance over the training pictures (principal components), scaled so
that the first has a mean square of 1 there. See ``data/emoji_features/DATASHEET.md``. Of OpenMoji,
whose licence is share-alike, the features lie in ``data/emoji_sharealike_features``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from mmtutor.datasets.base import Sample
from mmtutor.datasets.emoji.catalogue import choose_styles
from mmtutor.datasets.emoji.files import read_rows
from mmtutor.datasets.emoji.pictures import Emoji
from mmtutor.datasets.storage.shipped import DamagedDataError, data_file, data_root
from mmtutor.datasets.storage.tables import read_table, reading
from mmtutor.names import check_name

BODIES = ("imagenet", "untrained")
WIDTH = 128
SHARE_ALIKE_STYLE = "openmoji"


class EmojiFeatures(Emoji):
    """`Emoji` in their own forms, with features in place of pictures: "image" is (B, 128).

    Everything else (rows, words, targets, splits) is as in `Emoji`.

    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param body: ``"imagenet"``, the network trained on the photographs of ImageNet (Tan and Le
        2019, https://arxiv.org/abs/1905.11946); ``"untrained"``, the same network with the random
        weights that it was born with.
    :param options: of `Emoji`: styles, without, language, text, target, unseen.
    :raises ValueError: as `Emoji`; an unknown body; a style without features (emojione-v1; for
        the untrained body, openmoji too).
    :raises TypeError: an option that features have no use for: background, variants, shift, seed.
    :raises FileNotFoundError, DamagedDataError: a data file is missing or damaged.
    """

    def __init__(self, split: str = "train", *, body: str = "imagenet", **options: Any) -> None:
        check_name("body", body, BODIES)
        for name in ("background", "variants", "shift", "seed"):
            if name in options:
                raise TypeError(
                    f"EmojiFeatures takes no {name}: the features were computed beforehand, of "
                    "pictures on white, unmoved, in their own forms"
                )
        styles = choose_styles("permissive")
        if body == "imagenet":  # which saw the pictures of openmoji, too
            styles = (*styles, SHARE_ALIKE_STYLE)
        super().__init__(split, **options)
        for style in self.styles:
            if style not in styles:
                raise ValueError(
                    f"style {style!r} has no features of the body {body!r}, those with are "
                    f"{', '.join(styles)}"
                )
        self.body = body
        place = own_forms()
        emoji = [place[row.codepoints] for row in self.rows]
        drawn = [styles.index(name) for name in self.style_of]
        sheets = [read_features(data_root(), body)]
        if SHARE_ALIKE_STYLE in self.styles:
            sheets.append(read_features(data_root(), body, SHARE_ALIKE_STYLE))
        self.features = torch.cat(sheets, dim=1)[emoji, drawn]  # (N, 128)

    def batch(self, index: Tensor) -> Sample:
        """``({"image": (B, 128), "text": (B, T)}, y (B,))`` of samples ``index``."""
        index = self._as_index(index)
        inputs = {"image": self.features[index]}
        inputs |= {name: ids[self._row[index]] for name, ids in self._ids.items()}
        return inputs, self.targets[index]


def own_forms() -> MappingProxyType[str, int]:
    """{code points: row of the sheets of features}: every emoji in its own form, in order."""
    return _own_forms(data_root())


@lru_cache(maxsize=4)
def _own_forms(root: Path) -> MappingProxyType[str, int]:
    own = [row.codepoints for row in read_rows(root, False) if row.is_base]
    return MappingProxyType({code: k for k, code in enumerate(own)})


@lru_cache(maxsize=4)
def read_features(root: Path, body: str, style: str | None = None) -> Tensor:
    """Features (own forms, styles, 128) of a body; NaN where a style has no picture.

    :param style: a share-alike style, alone; by default all that are not.
    """
    folder = "emoji_features" if style is None else "emoji_sharealike_features"
    sheet = data_file(f"{folder}/{style or body}.png")
    scale = f"emoji_features/{body}.csv"
    with reading(sheet, "a sheet of features"), Image.open(sheet) as image:
        levels = np.asarray(image)
    rows = read_table(scale, ("low", "high"))
    with reading(data_file(scale), "a table of numbers"):
        low, high = np.array([[float(row["low"]), float(row["high"])] for row in rows]).T
        if not np.isfinite([low, high]).all():
            raise ValueError("a number in it is none")
    shape = (len(own_forms()), len(choose_styles("permissive")) if style is None else 1, WIDTH)
    if levels.size != np.prod(shape) or len(low) != WIDTH:
        raise DamagedDataError(
            f"{sheet.name} is {levels.shape[0]}×{levels.shape[-1]} with {len(low)} components, "
            f"expected {shape[0]}×{shape[1] * shape[2]} with {WIDTH}"
        )
    levels = levels.reshape(shape).astype(np.float64)
    values = low + (levels - 1) / 254 * (high - low)
    values[levels == 0] = np.nan
    return torch.from_numpy(values.astype(np.float32))
