"""Files that hold something else than they should, though their checksum says they are whole."""

from __future__ import annotations

import io
import random
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile
from PIL import Image

from mmtutor.datasets import (
    AVDigits,
    DamagedDataError,
    Emoji,
    HanziWords,
    Smartwatch,
    av_digits,
    hanzi,
    smartwatch,
)
from mmtutor.datasets.emoji import catalogue, features, files
from tests.datasets.conftest import reseal, share_alike

PACKAGE = Path(__file__).parents[3] / "mmtutor"


def digits() -> object:
    return AVDigits("test", domain="human")


def rows() -> object:
    return files.read_rows(catalogue.data_root(), True)


def seen() -> object:
    return features.read_features(catalogue.data_root(), "imagenet")


LOAD: dict[str, Callable[[], object]] = {
    "av_digits/images.csv": digits,
    "av_digits/digits.png": digits,
    "av_digits/clips.csv": digits,
    "av_digits/audio/human/allison-en.flac": digits,
    "emoji/emoji.csv": rows,
    "emoji/styles.csv": rows,
    "emoji/noto.png": lambda: files.read_sheet(catalogue.data_root(), "noto"),
    "emoji/vocabulary_zh.txt": lambda: Emoji("test", styles="fxemoji", language="zh"),
    "emoji_sharealike/sentiment.csv": rows,
    "emoji_sharealike/cells.csv": rows,
    "emoji_features/imagenet.png": seen,
    "emoji_features/imagenet.csv": seen,
    "hanzi/words.csv": lambda: HanziWords(samples=3),
    "smartwatch/recordings.csv": lambda: Smartwatch("test"),
    "smartwatch/person-01-left.flac": lambda: Smartwatch("test"),
}


def forget(*modules: ModuleType) -> None:
    """Files are read again."""
    for module in modules or (av_digits, features, files, hanzi, smartwatch):
        for value in vars(module).values():
            getattr(value, "cache_clear", lambda: None)()


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()


def written(save: Callable[[io.BytesIO], object]) -> bytes:
    memory = io.BytesIO()
    save(memory)
    return memory.getvalue()


def sound(samples: np.ndarray, rate: int = 8000) -> bytes:
    return written(lambda memory: soundfile.write(memory, samples, rate, format="FLAC"))


def sheet(mode: str, size: tuple[int, int]) -> bytes:
    return written(lambda memory: Image.new(mode, size).save(memory, "PNG"))


def damaged(name: str, whole: bytes) -> Iterator[bytes]:
    """Other contents for a file."""
    draw = random.Random(name)
    yield from (
        b"",
        b"no",
        b"\xff\xfe\x00",
        b"\n\n",
        b'a,"b\n',
        whole[: len(whole) // 2],
        whole[:40],
    )
    for _ in range(3):
        place, n = draw.randrange(len(whole)), draw.randrange(1, 40)
        yield whole[:place] + draw.randbytes(n) + whole[place + n :]
    lines = whole.split(b"\n")
    for _ in range(3):
        k = draw.randrange(min(len(lines), 30))
        fields = lines[k].split(b",")
        fields[draw.randrange(len(fields))] = draw.choice([b"", b"x", b"-1", b"99999999", b"1,1"])
        yield b"\n".join([*lines[:k], b",".join(fields), *lines[k + 1 :]])
    yield b"\n".join(lines[:1]) + b"\n"
    if name.endswith(".png"):
        for mode, size in (("L", (8, 8)), ("RGB", (400, 288)), ("P", (3072, 48)), ("1", (9, 9))):
            yield sheet(mode, size)
    if name.endswith(".flac"):
        for samples in (np.zeros(60_000), np.zeros(10), np.ones((60_000, 2)) / 2):
            yield sound(samples)
        yield sound(np.ones(60_000) / 2, 16_000)


@share_alike
@pytest.mark.parametrize("name", LOAD)
def test_it_is_read_or_the_file_is_named(name: str, copy_of: Callable[..., Path]) -> None:
    folder = name.partition("/")[0]
    with_emoji = ("emoji", "emoji_sharealike") if folder.startswith("emoji") else ()
    root = copy_of(*dict.fromkeys([folder, *with_emoji]))
    whole = (root / name).read_bytes()
    (root / name).write_bytes(whole[:30] + bytes([whole[30] ^ 4]) + whole[31:])
    forget()
    with pytest.raises(DamagedDataError) as damage:  # not sealed anew: the usual damage
        LOAD[name]()
    for words in (str(root / name), "expected", "Restore it"):
        assert words in str(damage.value)
    errors = []
    for content in damaged(name, whole):
        (root / name).write_bytes(content)
        reseal(root / folder)
        forget(av_digits, hanzi, smartwatch, files if folder != "emoji_features" else features)
        try:
            LOAD[name]()
        except ValueError as error:
            errors.append(error)
    assert len(errors) >= 6
    for error in errors:
        assert re.search(r"\.(csv|png|flac|txt)", str(error)), error
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        assert Path(frame.f_code.co_filename).is_relative_to(PACKAGE)  # no library's own words
