"""A reader's own pictures with captions: a folder, and a list in the form of COCO.

COCO's list is a JSON file with two tables, and so is ours::

    {"images": [{"id": 7, "file_name": "cat.jpg"}, …],
     "annotations": [{"image_id": 7, "caption": "a cat on a mat"}, …]}

Other keys are not looked at. A picture may have several captions: each is a sample. Source:
Chen et al. 2015, https://arxiv.org/abs/1504.00325, and https://cocodataset.org/#format-data
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.captioning import Captioning, check_captions
from mmtutor.datasets.storage.shipped import DamagedDataError
from mmtutor.datasets.storage.tables import reading
from mmtutor.datasets.tokens import MARKS, Tokenizer
from mmtutor.names import listed


class CaptionFolder(Captioning):
    """Pictures of a folder and their captions, as `Captioning` gives them.

    A picture is cut to its middle square and brought to S × S; what is transparent lies on white.

    :param pictures: the folder.
    :param captions: the JSON file.
    :param tokenizer: that of the training captions, for a validation or test folder; by default one
        is made of these captions.
    :param language: ``"en"`` or ``"zh"``, where a tokenizer is made.
    :param at_least: a word seen less often is ``<unk>``, where a tokenizer is made.
    :param side: S.
    :param length: T; a longer caption is refused.
    :ivar files: name of the picture of each sample (N,).
    :ivar references: all captions of each sample's picture (N,), for `mmtutor.metrics.cider`.
    :raises TypeError, ValueError: a caption that is no text, has no word, or is longer than
        ``length``; a bad argument.
    :raises FileNotFoundError: no such folder, list or picture.
    :raises DamagedDataError: the list has another form, or a picture is none; says what was found.
    """

    split = "train"

    def __init__(
        self,
        pictures: Path | str,
        captions: Path | str,
        *,
        tokenizer: Tokenizer | None = None,
        language: str = "en",
        at_least: int = 1,
        side: int = 48,
        length: int | None = None,
    ) -> None:
        folder, side = Path(pictures), whole_number("side", side, 1, 1024)
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder} is no folder of pictures")
        names, said = _read_list(Path(captions))
        texts = [text for _, text in said]
        check_captions(texts, Tokenizer(MARKS, language))
        used = list(dict.fromkeys(i for i, _ in said))
        pixels = torch.stack([read_picture(_inside(folder, names[i]), side) for i in used])
        place = {i: k for k, i in enumerate(used)}
        super().__init__(
            pixels,
            texts,
            tokenizer or Tokenizer.from_texts(texts, language, at_least),
            picture=torch.tensor([place[i] for i, _ in said]),
            length=length,
        )
        self.files = tuple(names[i] for i, _ in said)
        of: dict[Any, list[str]] = {}
        for i, text in said:
            of.setdefault(i, []).append(text)
        self.references = tuple(tuple(of[i]) for i, _ in said)

    def __repr__(self) -> str:
        return f"CaptionFolder({len(self):,} captions of {len(self._pixels):,} pictures)"


def read_picture(path: Path, side: int) -> Tensor:
    """A picture of any size and mode as uint8 (3, side, side): middle square, over white.

    :raises FileNotFoundError: it is not there.
    :raises DamagedDataError: it is no picture.
    """
    if not path.is_file():
        raise FileNotFoundError(f"the list of captions names {path}, which is not there")
    with reading(path, "a picture"), Image.open(path) as opened:
        image = ImageOps.exif_transpose(opened).convert("RGBA")
        square = ImageOps.fit(image, (side, side))
        white = Image.new("RGBA", square.size, "white")
        pixels = np.asarray(Image.alpha_composite(white, square).convert("RGB"))
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1)


def _inside(folder: Path, name: str) -> Path:
    """The file of that name, which must lie in the folder."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DamagedDataError(f"the list of captions names {name!r}, which lies outside {folder}")
    return path


def _read_list(path: Path) -> tuple[dict[Any, str], list[tuple[Any, str]]]:
    """{id: file name} and (id, caption) of each annotation."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is no list of captions")
    with reading(path, "a list in the form of COCO"):
        found = json.loads(path.read_text(encoding="utf-8"))
    wanted = {"images": ("id", "file_name"), "annotations": ("image_id", "caption")}
    for table, keys in wanted.items():
        rows = found.get(table) if isinstance(found, dict) else None
        if not isinstance(rows, list) or not rows:
            there = f"keys {listed(found)}" if isinstance(found, dict) else type(found).__name__
            raise DamagedDataError(f"{path} has no rows of {table!r}: expected the keys "
                                   f"{listed(wanted)}, found {there}")  # fmt: skip
        for k, row in enumerate(rows):
            if not isinstance(row, dict) or not set(keys) <= set(row):
                there = listed(map(str, row)) if isinstance(row, dict) else repr(row)[:60]
                raise DamagedDataError(
                    f"{path}, row {k} of {table!r}: expected {listed(keys)}, found {there}"
                )
    for table, key in (("images", "id"), ("annotations", "image_id")):
        for k, row in enumerate(found[table]):
            if not isinstance(row[key], int | str):
                raise DamagedDataError(f"{path}, row {k} of {table!r}: {row[key]!r} is no {key}")
    names = {row["id"]: row["file_name"] for row in found["images"]}
    for name in names.values():
        if not isinstance(name, str):
            raise DamagedDataError(f"{path}: {name!r} is no file name")
    for row in found["annotations"]:
        if row["image_id"] not in names:
            raise DamagedDataError(
                f"{path}: a caption is of image {row['image_id']!r}, which is not in 'images'"
            )
    return names, [(row["image_id"], row["caption"]) for row in found["annotations"]]
