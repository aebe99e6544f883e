"""Emoji with captions made from their labels: the small stand-in for `CIFAR100`.

Pictures and labels are real: a fine class is a subgroup of Unicode's list (*food-fruit*), a coarse
class the group it lies in (*food-drink*). Nobody wrote the captions: they are synthesised from the
labels, see `captions`. Splits are those of `Emoji`, so no concept of the test set is in training.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample
from mmtutor.datasets.captions import KINDS, Captions
from mmtutor.datasets.emoji.files import SIDE
from mmtutor.datasets.emoji.pictures import Emoji
from mmtutor.names import check_name

TARGETS = ("fine", "coarse")

# How a caption says a group, with no word of the name of one of its subgroups.
COARSE: Mapping[str, str] = {
    "smileys-emotion": "smileys and feelings",
    "people-body": "humans and their gestures",
    "animals-nature": "living nature",
    "food-drink": "things from the kitchen",
    "travel-places": "things seen on a journey",
    "activities": "leisure activities",
    "objects": "useful objects",
    "symbols": "abstract symbols",
    "flags": "flags",
}


class CaptionedEmoji(MultimodalDataset):
    """Pictures (3, side, side) and captions made from their labels; see `CIFAR100` for the rest.

    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param captions: ``"informative"`` (from the coarse class), ``"leaking"`` (names the fine class)
        or ``"unrelated"`` (drawn independently of the picture); see `Captions`.
    :param target: ``"fine"`` (98 subgroups) or ``"coarse"`` (9 groups).
    :param styles: of the pictures, as in `Emoji`.
    :param side: height and width of a picture, 48 or a number that divides it: each pixel is the
        mean of those it stands for.
    :param seed: of the captions.
    :ivar targets: the classes y (N,).
    :ivar captions: texts and word ids, a `Captions`.
    :ivar class_names: of the targets.
    :raises ValueError: an unknown name, or a side that does not divide 48.
    """

    modalities = ("image", "text")

    def __init__(
        self,
        split: str = "train",
        *,
        captions: str = "informative",
        target: str = "fine",
        styles: str | Iterable[str] = "permissive",
        side: int = 24,
        seed: int = 0,
    ) -> None:
        check_name("kind of captions", captions, KINDS)
        check_name("target", target, TARGETS)
        if SIDE % whole_number("side", side, 1, SIDE):
            raise ValueError(f"side must divide {SIDE}, got {side!r}")
        drawn = Emoji(split, styles=styles, target="subgroup")
        groups, fine = drawn.catalogue.groups, drawn.targets
        coarse_of = torch.zeros(drawn.num_classes, dtype=torch.int64)
        for row in drawn.catalogue.rows:
            coarse_of[drawn.class_names.index(row.subgroup)] = groups.index(row.group)

        self.split, self.target = split, target
        # Bytes, for all pictures stay in memory; 500 at a time, for as floats they are large.
        self._pixels = torch.cat(
            [
                avg_pool2d(drawn.batch(index)[0]["image"], SIDE // side).mul(255).round().byte()
                for index in torch.arange(len(drawn)).split(500)
            ]
        )  # (N, 3, side, side)
        self.captions = Captions(
            captions,
            fine,
            coarse_of=coarse_of,
            fine_names=[name.replace("-", " ") for name in drawn.class_names],
            coarse_names=[COARSE[name] for name in groups],
            source=("captioned emoji", split, whole_number("seed", seed)),
        )
        self.targets = fine if target == "fine" else coarse_of[fine]
        self.class_names = drawn.class_names if target == "fine" else groups
        self.num_classes = len(self.class_names)

    def batch(self, index: Tensor) -> Sample:
        """``({"image": (B, 3, side, side) in [0, 1], "text": word ids (B, T)}, y (B,))``."""
        index = self._as_index(index)
        image = self._pixels[index].float() / 255  # (B, 3, side, side)
        return {"image": image, "text": self.captions.ids(index)}, self.targets[index]

    def __repr__(self) -> str:
        return (
            f"CaptionedEmoji({self.split!r}, {len(self):,} pictures, {self.captions.kind} captions)"
        )
