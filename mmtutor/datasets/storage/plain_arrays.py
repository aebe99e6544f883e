"""The forms in which NumPy writes an array into a pickle, recognised without calling NumPy.

In a pickle, an array is a call of ``numpy.core.multiarray._reconstruct`` whose result is then
given its state: shape, type, order, bytes. Here nothing is called. A name from the table `KNOWN`
becomes a mark, and a "call" of that mark is compared with what NumPy itself would have written; an
array is ``np.frombuffer`` of the bytes, once their number is what shape and type ask for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

SIMPLE = (str, bytes, int, float, bool, type(None))

AsBytes = Callable[["str | bytes"], bytes]
"""Turns text back into the bytes it stands for, within a budget."""


class UnsafePickleError(ValueError):
    """A pickle that holds something else than plain data; none of it was executed."""


# What the program may name, and what stands for it here. NumPy 2 moved numpy.core to numpy._core.
KNOWN = {
    ("numpy", "dtype"): "dtype",
    ("numpy", "ndarray"): "ndarray",
    # Old protocols write bytes as text to be encoded again, and no bytes as a call of bytes.
    ("_codecs", "encode"): "encode",
    ("__builtin__", "bytes"): "bytes",
}
for _core in ("numpy.core", "numpy._core"):
    KNOWN[f"{_core}.multiarray", "_reconstruct"] = "array"
    KNOWN[f"{_core}.multiarray", "scalar"] = "scalar"
    KNOWN[f"{_core}.numeric", "_frombuffer"] = "buffer"


@dataclass(frozen=True)
class Known:
    """Stands on the stack where the program asked for a function."""

    what: str


@dataclass
class Type:
    """A NumPy type on its way: its code comes first, its byte order later."""

    code: str
    order: str = "|"

    def dtype(self) -> np.dtype:
        """The type, with its byte order where it has one."""
        return np.dtype(self.code if self.code[0] in "SO" else self.order + self.code)


@dataclass
class Array:
    """An array on its way: without a value until its state comes."""

    value: Any = None


def called(function: object, arguments: object, as_bytes: AsBytes) -> object:
    """What a call of NumPy's would have made; any other call is refused."""
    if type(function) is not Known or type(arguments) is not tuple:
        raise UnsafePickleError("it calls something that is no function of NumPy's")
    match function.what, arguments:
        case "array", (Known(what="ndarray"), (0,), bytes() | str()):
            return Array()
        case "buffer", (bytes() | bytearray() as raw, Type() as kind, shape, "C" | "F" as order):
            return Array(array(bytes(raw), kind, shape, order))
        case "buffer", (bytes() | bytearray() as raw, Type() as kind, shape, "K", tuple() as axes):
            return Array(array(bytes(raw), kind, shape).transpose(axes))  # another order of axes
        case "dtype", (str(code), 0, 1):
            return Type(checked(code))
        case "scalar", (Type() as kind, bytes() | str() as raw):
            return array(as_bytes(raw), kind, ()).item()
        case "encode", (str(text), "latin1" | "latin-1"):
            return as_bytes(text)
        case "bytes", ():
            return b""
    raise UnsafePickleError(f"it uses {function.what!r} in a way that NumPy does not")


def complete(target: object, state: object, as_bytes: AsBytes) -> None:
    """Give a type its byte order, or an array its value; any other state is refused."""
    match target, state:
        case Type(), (3 | 4, "<" | ">" | "|" | "=" as order, None, None, None, *_):
            target.order = order
        case Array(value=None), (1, shape, Type() as kind, 0 | 1, list() as items):
            target.value = objects(items, kind, shape)
        case Array(value=None), (1, shape, Type() as kind, 0 | 1 as f, (bytes() | str()) as raw):
            target.value = array(as_bytes(raw), kind, shape, "F" if f else "C")
        case _:
            raise UnsafePickleError("it sets the state of something that is no array")


def checked(code: str) -> str:
    """The code of a NumPy type: truth values, numbers, texts, bytes; and objects, for lists."""
    if not re.fullmatch(r"[biufSUO]\d{1,8}", code):
        raise UnsafePickleError(f"it has an array of type {code!r}")
    return code


def array(raw: bytes, kind: Type, shape: object, order: str = "C") -> np.ndarray:
    """A view of some bytes as an array, if they are exactly as many as it needs."""
    if kind.code[0] == "O":
        raise UnsafePickleError("it has an array of objects that is made of bytes")
    dtype = kind.dtype()
    if not dtype.itemsize:
        raise UnsafePickleError(f"an array of type {kind.code!r} has items without bytes")
    if count(shape) * dtype.itemsize != len(raw):
        raise UnsafePickleError(f"an array of shape {shape} and type {dtype} has {len(raw)} bytes")
    if not raw:
        return np.empty(shape, dtype)
    return np.frombuffer(bytes(raw), dtype).reshape(shape, order=order)


def objects(items: list[Any], kind: Type, shape: object) -> np.ndarray:
    """An array of Python's own texts and numbers."""
    if kind.code[0] != "O" or count(shape) != len(items):
        raise UnsafePickleError("a list does not fit the array it is for")
    if any(type(item) not in SIMPLE for item in items):
        raise UnsafePickleError("it has an array of objects that are no texts and numbers")
    array = np.empty(len(items), object)
    array[:] = items
    return array.reshape(shape)


def count(shape: object) -> int:
    """How many items an array of this shape has."""
    if (
        type(shape) is not tuple
        or len(shape) > 32
        or any(type(n) is not int or n < 0 for n in shape)
    ):
        raise UnsafePickleError(f"an array has the shape {shape!r}")
    return math.prod(shape)
