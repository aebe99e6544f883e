"""A reader's own pictures with captions, and what is said where they are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from mmtutor.datasets import CaptionFolder, Captioning, DamagedDataError, Tokenizer
from tests.refusals import refused

LIST: dict[str, Any] = {
    "info": {"year": 2026},
    "images": [
        {"id": 7, "file_name": "cat.png", "width": 8},
        {"id": 3, "file_name": "dog.png"},
        {"id": 9, "file_name": "never.png"},  # without a caption it is not read
    ],
    "annotations": [
        {"image_id": 3, "id": 1, "caption": "a dog"},
        {"image_id": 7, "id": 2, "caption": "A cat, on a mat."},
        {"image_id": 3, "id": 3, "caption": "the dog runs"},
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.new("RGB", (8, 8), (255, 0, 0)).save(tmp_path / "cat.png")
    Image.new("RGB", (20, 10), (0, 0, 255)).save(tmp_path / "dog.png")
    (tmp_path / "captions.json").write_text(json.dumps(LIST), encoding="utf-8")
    return tmp_path


def load(folder: Path, **options: Any) -> CaptionFolder:
    return CaptionFolder(folder, folder / "captions.json", side=4, **options)


def test_each_caption_is_a_sample_with_its_picture(folder):
    data = load(folder)
    inputs, y = data.batch(torch.arange(3))
    assert data.captions == ("a dog", "A cat, on a mat.", "the dog runs")
    assert data.files == ("dog.png", "cat.png", "dog.png")
    assert data.references[0] == data.references[2] == ("a dog", "the dog runs")
    red, blue = torch.tensor([1.0, 0, 0]), torch.tensor([0, 0, 1.0])
    for i, colour in enumerate((blue, red, blue)):
        assert torch.equal(inputs["image"][i], colour[:, None, None].expand(3, 4, 4))
    assert [data.tokenizer.decode(row) for row in y] == ["a dog", "a cat on a mat", "the dog runs"]
    assert y.shape == inputs["text"].shape == (3, 6)  # five words and the end


def test_pictures_of_any_mode_and_size(folder):
    def brought(image: Image.Image) -> np.ndarray:
        image.save(folder / "cat.png")
        return (load(folder)[1][0]["image"] * 255).round().numpy().transpose(1, 2, 0)

    assert (brought(Image.new("L", (3, 3), 100)) == 100).all()
    assert (brought(Image.new("1", (9, 9), 1)) == 255).all()
    assert (brought(Image.new("RGBA", (9, 9), (9, 9, 9, 0))) == 255).all()  # transparent: white
    wide = Image.new("RGB", (12, 4), (0, 0, 0))
    wide.paste((255, 255, 255), (4, 0, 8, 4))
    assert (brought(wide) == 255).all()  # the middle square


def test_words_that_are_not_known_are_told(folder):
    data = load(folder, tokenizer=Tokenizer.from_texts(["a dog on the mat"], "en"))
    assert data.unknown_words == ("cat", "runs")
    assert data.tokenizer.decode(data[1][1]) == "a <unk> on a mat"
    assert load(folder, at_least=2).unknown_words == ("cat", "on", "mat", "the", "runs")


def put(table: str, row: int, **values: Any) -> Callable[[dict[str, Any]], Any]:
    def change(found: dict[str, Any]) -> Any:
        found[table][row].update(values)
        return found

    return change


def lack(table: str, row: int, key: str) -> Callable[[dict[str, Any]], Any]:
    def change(found: dict[str, Any]) -> Any:
        del found[table][row][key]
        return found

    return change


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda found: [found], DamagedDataError, "no rows of 'images': expected .*, found list"),
        (lambda found: {"pictures": []}, DamagedDataError, "found keys 'pictures'"),
        (lambda found: found | {"annotations": []}, DamagedDataError, "no rows of 'annotations'"),
        (lack("images", 1, "file_name"), DamagedDataError,
         "row 1 of 'images': expected 'id', 'file_name', found 'id'"),
        (lack("annotations", 0, "caption"), DamagedDataError, "row 0 of 'annotations'"),
        (put("annotations", 0, image_id=4), DamagedDataError, "of image 4, which is not in"),
        (put("annotations", 0, image_id=[4]), DamagedDataError, r"\[4\] is no image_id"),
        (put("images", 0, id=[4]), DamagedDataError, r"row 0 of 'images': \[4\] is no id"),
        (put("images", 0, file_name=7), DamagedDataError, "7 is no file name"),
        (put("images", 0, file_name="../cat.png"), DamagedDataError, "lies outside"),
        (put("images", 0, file_name="cow.png"), FileNotFoundError, "cow.png, which is not there"),
        (put("images", 0, file_name="captions.json"), DamagedDataError, "is not a picture"),
        (put("annotations", 0, caption=""), ValueError, "caption 0 has no word: ''"),
        (put("annotations", 0, caption=" . "), ValueError, "caption 0 has no word: ' . '"),
        (put("annotations", 2, caption=3), TypeError, "caption 2 is no text, but int: 3"),
        (put("annotations", 2, caption=None), TypeError, "caption 2 is no text"),
    ],
)  # fmt: skip
def test_a_list_of_another_form_is_refused(folder, change, error, message):
    found = change(json.loads(json.dumps(LIST)))
    (folder / "captions.json").write_text(json.dumps(found), encoding="utf-8")
    refused(error, message, lambda: load(folder))


def test_arguments_that_are_none(folder):
    refused(FileNotFoundError, "no folder of pictures", lambda: load(folder / "cat.png"))
    refused(FileNotFoundError, "no list of captions", lambda: CaptionFolder(folder, folder / "no"))
    refused(ValueError, "'A cat, on a mat.' has", lambda: load(folder, length=4))
    refused(ValueError, "unknown language", lambda: load(folder, language="fr"))
    (folder / "captions.json").write_text("{", encoding="utf-8")
    refused(DamagedDataError, "is not a list in the form of COCO", lambda: load(folder))


def test_pictures_and_captions_in_memory():
    words = Tokenizer.from_texts(["a dog"], "en")
    one = torch.zeros(1, 3, 4, 4, dtype=torch.uint8)
    assert len(Captioning(one, ["a dog"], words)) == 1
    refused(ValueError, "2 captions for 1 pictures", lambda: Captioning(one, ["a", "dog"], words))
    refused(ValueError, "pixels must be uint8", lambda: Captioning(one.float(), ["a"], words))
    refused(TypeError, "must be a list of sentences", lambda: Captioning(one, "a dog", words))
    refused(TypeError, "must be a Tokenizer", lambda: Captioning(one, ["a"], ["a"]))
