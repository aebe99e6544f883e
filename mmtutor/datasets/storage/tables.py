"""Reading what lies in a file that is whole, but may hold something else than it should."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mmtutor.datasets.storage.shipped import DamagedDataError, data_file


@contextlib.contextmanager
def reading(path: Path, what: str = "what it should be") -> Iterator[None]:
    """Say of the file what a library says of its content, which may be any kind of error."""
    try:
        yield
    except DamagedDataError:
        raise
    except Exception as error:
        raise DamagedDataError(f"{path} is not {what}: {error}") from error


def read_table(
    file: str, texts: Iterable[str] = (), numbers: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Rows of a shipped CSV file; every column named must be there, in every row.

    :param file: as for `data_file`.
    :param texts: columns that stay texts.
    :param numbers: columns of whole numbers of at least 0.
    :raises DamagedDataError: a column, or a number, is none; the message names file and line.
    """
    path = data_file(file)
    with reading(path, "a table"), path.open(newline="", encoding="utf-8") as table:
        reader = csv.DictReader(table, strict=True)
        columns, rows = reader.fieldnames or (), list(reader)
    if lacking := [c for c in (*texts, *numbers) if c not in columns]:
        raise DamagedDataError(f"{file} has no column {lacking[0]!r}")
    if not rows:
        raise DamagedDataError(f"{file} has no row")
    for line, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise DamagedDataError(f"{file}, line {line}: expected {len(columns)} columns")
        for column in numbers:
            if not row[column].isdecimal():
                raise DamagedDataError(
                    f"{file}, line {line}: {column} should be a number, got {row[column]!r}"
                )
            row[column] = int(row[column])
    return rows
