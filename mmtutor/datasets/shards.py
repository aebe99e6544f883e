"""Data that do not fit in memory: shards, tar files that are read one after another.

A disk, and a store across a network far more so, gives few large files faster than many small
ones. So samples lie in tar files of a thousand or so, in the layout of WebDataset: sample 7 is
``000000007.image.npy``, ``000000007.audio.npy`` and ``000000007.y.npy``, arrays that NumPy opens.
``shards.json`` beside them lists the shards with their samples and SHA-256.

Shuffling all samples would open a shard for each. An epoch takes the shards in an order drawn anew
instead, a *window* of a few at a time, and shuffles the samples of the window: only these are in
memory. Aizman et al. 2019, https://arxiv.org/abs/2001.01858
"""

from __future__ import annotations

import functools
import io
import json
import tarfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample
from mmtutor.datasets.batches import BatchedDataset
from mmtutor.datasets.storage.shipped import DamagedDataError

INDEX = "shards.json"
TARGET = "y"


def write_shards(data: MultimodalDataset, folder: str | Path, *, samples: int = 1000) -> Path:
    """Write a data set as shards; the list of them comes last, so a folder with one is whole.

    :param data: ``({modality: (B, …)}, y)``, the same shape for every sample.
    :param folder: it must hold no shards yet.
    :param samples: of each shard; the last may be smaller.
    :returns: the folder.
    :raises FileExistsError: it holds shards.
    :raises TypeError, ValueError: no data set, a modality that cannot be part of a file's name, or
        tensors of a type that NumPy does not have.
    """
    from webdataset import TarWriter

    if not isinstance(data, BatchedDataset) or len(data) == 0:
        raise TypeError(f"shards are made of a data set with .batch(index), got {data!r:.60}")
    samples = whole_number("samples", samples, 1)
    folder = Path(folder).expanduser()
    if (folder / INDEX).exists():
        raise FileExistsError(f"{folder} holds shards already: name another folder, or delete it")
    folder.mkdir(parents=True, exist_ok=True)
    shards: list[dict[str, Any]] = []
    for start in range(0, len(data), samples):
        index = torch.arange(start, min(start + samples, len(data)))
        inputs, y = data.batch(index)
        columns = {f"{name}.npy": _array(name, x) for name, x in inputs.items()}
        columns[f"{TARGET}.npy"] = _array("targets", y)
        stream = io.BytesIO()
        with TarWriter(stream, mtime=0) as tar:
            for row, i in enumerate(index.tolist()):
                tar.write({"__key__": f"{i:09d}", **{k: x[row] for k, x in columns.items()}})
        name = f"shard-{len(shards):05d}.tar"
        (folder / name).write_bytes(stream.getvalue())
        digest = sha256(stream.getvalue()).hexdigest()
        shards.append({"file": name, "samples": len(index), "sha256": digest})
    facts = {"modalities": list(inputs), "num_classes": getattr(data, "num_classes", 0)}
    part = folder / f"{INDEX}.part"
    part.write_text(json.dumps({**facts, "shards": shards}, indent=1), encoding="utf8")
    part.replace(folder / INDEX)
    return folder


def _array(name: str, x: Tensor) -> np.ndarray:
    if not name.isidentifier() or name == TARGET:
        raise ValueError(f"a modality in a shard is named like a variable, and not y: got {name!r}")
    try:
        return x.cpu().numpy()
    except TypeError as error:
        raise TypeError(f"{name!r} cannot be written: {error}. Make it float32 first") from None


@functools.lru_cache(maxsize=64)
def _header(head: bytes) -> tuple[np.dtype, tuple[int, ...]]:
    """Type and shape that an array's header tells; most headers of a shard are the same bytes."""
    stream = io.BytesIO(head)
    np.lib.format.read_magic(stream)
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    if fortran or dtype.hasobject:
        raise ValueError("an array that is pickled, or laid out by columns")
    return dtype, shape


def _load(data: bytes) -> np.ndarray:
    """What ``np.load(…, allow_pickle=False)`` gives, in a third of its time for small arrays."""
    end = 10 + int.from_bytes(data[8:10], "little")
    dtype, shape = _header(data[:end])
    return np.frombuffer(data, dtype, offset=end).reshape(shape)


class Shards(MultimodalDataset):
    """A data set in shards, of which ``window`` are in memory at a time.

    ``fit`` trains on it like on any other: each sample once an epoch, in an order drawn from
    (seed, epoch), and a training that was stopped goes on at the very next sample. Under
    ``torchrun`` each process reads the shards of the window and takes its share of each batch.

    :param folder: what :func:`write_shards` wrote.
    :param window: shards that are shuffled together, and so held in memory. Fewer save memory;
        more mix better, where one shard holds samples that are alike.
    :raises FileNotFoundError: no list of shards, or a shard that it names is missing; says which.
    :raises DamagedDataError: the list is damaged; later, when it is read, a shard; says which.
    """

    def __init__(self, folder: str | Path, *, window: int = 4) -> None:
        self.folder = Path(folder).expanduser()
        self.window = whole_number("window", window, 1)
        index = self.folder / INDEX
        if not index.is_file():
            raise FileNotFoundError(f"there are no shards in {self.folder} (no {INDEX})")
        text = index.read_bytes()
        try:
            facts = json.loads(text)
            self.modalities = tuple(facts["modalities"])
            self.num_classes = int(facts["num_classes"])
            self.shards = [
                (str(s["file"]), int(s["samples"]), s["sha256"]) for s in facts["shards"]
            ]
            ends = np.cumsum([0, *(samples for _, samples, _ in self.shards)])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise DamagedDataError(f"{index} is damaged: {error!r}") from None
        missing = [name for name, *_ in self.shards if not (self.folder / name).is_file()]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise FileNotFoundError(f"shard {self.folder / missing[0]} is missing{more}")
        self.starts = torch.from_numpy(ends)
        self.fingerprint = sha256(text).hexdigest()[:16]
        self.read: dict[int, dict[str, Tensor]] = {}

    def __len__(self) -> int:
        return int(self.starts[-1])

    def shuffled(self, generator: torch.Generator) -> Tensor:
        """An order of all samples (N,) that keeps those of a window of shards together."""
        order = torch.randperm(len(self.shards), generator=generator)
        parts = []
        for window in order.split(self.window):
            own = [torch.arange(*self.starts[s : s + 2].tolist()) for s in window.tolist()]
            rows = torch.cat(own)
            parts.append(rows[torch.randperm(len(rows), generator=generator)])
        return torch.cat(parts)

    def batch(self, index: Tensor) -> Sample:
        """``({modality: (B, …)}, y (B, …))`` of samples ``index`` (B,)."""
        i = self._as_index(index)
        of_shard = torch.searchsorted(self.starts, i, right=True) - 1
        parts, places = [], []
        # In the order in which they come: those of the window that ends are still in memory.
        for s in dict.fromkeys(of_shard.tolist()):
            place = (of_shard == s).nonzero()[:, 0]
            row = i[place] - self.starts[s]
            parts.append({name: x[row] for name, x in self._shard(s).items()})
            places.append(place)
        if parts:
            back = torch.cat(places).argsort()
            whole = {name: torch.cat([part[name] for part in parts])[back] for name in parts[0]}
        else:  # no sample: the shapes of the first shard, and no rows
            whole = {name: x[:0] for name, x in self._shard(0).items()}
        y = whole.pop(TARGET)
        return whole, y

    def _shard(self, number: int) -> dict[str, Tensor]:
        """One shard's tensors; the one that was used longest ago makes room for it."""
        found = self.read.pop(number, None)
        if found is None:
            while len(self.read) >= self.window:
                del self.read[next(iter(self.read))]
            found = self._read(number)
        self.read[number] = found
        return found

    def _read(self, number: int) -> dict[str, Tensor]:
        """Every modality and the targets of one shard, {name: (samples, …)}."""
        from webdataset.tariterators import group_by_keys, tar_file_expander

        name, samples, digest = self.shards[number]
        path = self.folder / name
        if not path.is_file():
            raise FileNotFoundError(f"shard {path} is missing")
        data = path.read_bytes()
        if sha256(data).hexdigest() != digest:
            raise DamagedDataError(
                f"shard {path} is damaged or cut off: its SHA-256 is not the one in {INDEX}"
            )
        stream = {"url": str(path), "stream": io.BytesIO(data)}
        rows: list[Mapping[str, Any]] = []
        try:
            # No decoder of the library: some of them unpickle.
            for sample in group_by_keys(tar_file_expander(iter([stream])), lcase=False):
                rows.append(
                    {name: _load(sample[f"{name}.npy"]) for name in (*self.modalities, TARGET)}
                )
            columns = {
                name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]
            }
        except (ValueError, KeyError, IndexError, OSError, tarfile.TarError) as error:
            raise DamagedDataError(f"shard {path} is damaged: {error!r}") from None
        if len(rows) != samples:
            raise DamagedDataError(f"shard {path} holds {len(rows)} samples, not {samples}")
        return columns

    def __repr__(self) -> str:
        return (
            f"Shards({len(self):,} samples in {len(self.shards)} shards, {self.window} at a time)"
        )
