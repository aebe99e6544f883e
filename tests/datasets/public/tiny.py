"""Tiny public data sets in the true formats of the large ones: synthesised, for tests alone."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
from dataclasses import replace

import numpy as np
import soundfile

from mmtutor.datasets.public.sources import PARTS, Part
from mmtutor.datasets.storage.download import Remote
from tests.datasets.storage.web import Web, file

FINE = [f"thing_{y}" for y in range(100)]
COARSE = ["fish", "people", "vehicles_1", *(f"family_{c}" for c in range(3, 20))]


def tar_gz(files: dict[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(memory.getvalue(), compresslevel=1, mtime=0)


def cifar_records(each: int) -> np.ndarray:
    """``each`` images of each class, in mixed order: (N, 3074). Red says the class, green where."""
    fine = np.random.default_rng(each).permutation(np.repeat(np.arange(100), each)).astype(np.uint8)
    records = np.zeros((len(fine), 2, 1 + 3 * 512), np.uint8).reshape(len(fine), -1)
    records[:, 0], records[:, 1] = fine // 5, fine
    pixels = records[:, 2:].reshape(-1, 3, 32, 32)
    pixels[:, 0] = fine[:, None, None]
    pixels[:, 1] = np.arange(32)[:, None]  # grows from row to row
    return records


def cifar100(each: int = 52) -> dict[str, bytes]:
    inside = {
        "train.bin": cifar_records(each).tobytes(),
        "test.bin": cifar_records(3).tobytes(),
        "fine_label_names.txt": "\n".join(FINE).encode() + b"\n",
        "coarse_label_names.txt": "\n".join(COARSE).encode() + b"\n",
    }
    files = {f"cifar-100-binary/{name}": content for name, content in inside.items()}
    return {"cifar-100-binary.tar.gz": tar_gz(files)}


def idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    # Without a time of day, so that the same numbers give the same bytes.
    return gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0)


def mnist() -> dict[str, bytes]:
    files = {}
    for kind, count in (("train", 200), ("t10k", 60)):
        digit = np.arange(count) * 7 % 10
        images = np.zeros((count, 28, 28), np.uint8)
        images[:, 0, 0], images[:, 0, 1] = digit, np.arange(count)
        files[f"{kind}-images-idx3-ubyte.gz"] = idx(images)
        files[f"{kind}-labels-idx1-ubyte.gz"] = idx(digit)
    return files


def wav(sound: np.ndarray, rate: int = 8000) -> bytes:
    memory = io.BytesIO()
    soundfile.write(memory, sound, rate, format="WAV", subtype="PCM_16")
    return memory.getvalue()


SPOKEN = ("george", "jackson", "nicolas", "theo", "yweweler")


def fsdd() -> dict[str, bytes]:
    """Recording k of a digit is a tone of 500 + 100 · digit Hz; theo's last ones are too long."""
    files = {"fsdd-1.0.9/README.md": b"Tiny.\n"}
    for s, speaker in enumerate(SPOKEN):
        for digit in range(10):
            for k in range(3):
                length = 9000 if (speaker, k) == ("theo", 2) else 2000 + 300 * s + 10 * k
                tone = np.sin(2 * np.pi * (500 + 100 * digit) * np.arange(length) / 8000)
                name = f"fsdd-1.0.9/recordings/{digit}_{speaker}_{k}.wav"
                files[name] = wav((0.1 + 0.2 * k) * tone)
    return {"fsdd-1.0.9.tar.gz": tar_gz(files)}


def part(web: Web | None, name: str, files: dict[str, bytes]) -> Part:
    """The real part with tiny files, served by ``web`` under their names, or by nobody."""
    remotes = []
    for file_name, content in files.items():
        if web:
            web.answers[f"/{file_name}"] = file(content)
        urls = (f"{web.address}/{file_name}",) if web else ()
        digest = hashlib.sha256(content).hexdigest()
        remotes.append(Remote(file_name, urls, len(content), digest))
    assert [r.name for r in remotes] == [r.name for r in PARTS[name].remotes]
    return replace(PARTS[name], remotes=tuple(remotes))


def mosi(n: int = 6, steps: int = 5, dims: tuple[int, int, int] = (7, 4, 3)) -> dict[str, dict]:
    """Three splits in the layout of the feature files: senses (N, T, D), labels (N, 1, 1), ids."""
    draw = np.random.default_rng(0)
    content = {}
    for k, split in enumerate(("train", "valid", "test")):
        part = {
            sense: draw.normal(size=(n + k, steps, d)).astype(np.float32)
            for sense, d in zip(("text", "vision", "audio"), dims, strict=True)
        }
        part["audio"][0, 0, 0], part["audio"][1, 0, 0] = -np.inf, np.nan
        ratings = np.resize([-3.0, -1.4, -0.2, 0.0, 0.6, 1.6, 3.0], n + k)
        part["labels"] = ratings.astype(np.float32).reshape(-1, 1, 1)
        part["id"] = np.array([[b"video", b"%d" % i, b"%d" % (i + 1)] for i in range(n + k)])
        content[split] = part
    return content
