"""IDX, the format of MNIST: a header with the shape, then the numbers.

Two zero bytes, a byte for the type (8: unsigned byte), a byte for the number of axes, each axis's
length as four bytes (big-endian), then the values, the last axis fastest.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from mmtutor.datasets.storage.shipped import DamagedDataError

MOST = 1 << 28  # values; MNIST's largest file has 47 million


def read_idx(path: Path) -> np.ndarray:
    """The array of unsigned bytes in an IDX file, packed by gzip or not.

    :raises DamagedDataError: another format, another number type, or fewer or more values than the
        header declares.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as file:
            start = file.read(4)
            if len(start) < 4 or start[:3] != b"\0\0\x08" or not 1 <= start[3] <= 4:
                raise DamagedDataError(f"{path} is no IDX file of unsigned bytes")
            shape = struct.unpack(f">{start[3]}I", file.read(4 * start[3]))
            count = math.prod(shape)
            if count > MOST:
                raise DamagedDataError(f"{path} declares {count:,} values, more than {MOST:,}")
            content = file.read(count + 1)
    except (OSError, EOFError, zlib.error, struct.error) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise DamagedDataError(f"{path} is damaged: {error}") from error
    if len(content) != count:
        raise DamagedDataError(f"{path} is damaged: it should have {count:,} values")
    return np.frombuffer(bytearray(content), np.uint8).reshape(shape)
