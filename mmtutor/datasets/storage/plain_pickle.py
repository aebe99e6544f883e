"""Reading a pickle of arrays without running anything that is in it.

A pickle is a program: it may name any function of any module and have it called, which is how a
pickle from the internet can delete your files. Python's documentation shows the way out: an
unpickler whose ``find_class`` `gives nothing but what is known to be harmless
<https://docs.python.org/3/library/pickle.html#restricting-globals>`_. Here it gives, for the few
names that NumPy writes an array with, functions of our own, which take what NumPy would have
written and nothing else, and which count the bytes that they make.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

MAX_STEPS = 500_000  # instructions; the files this is for have some thousands
MAX_DEPTH = 20  # lists within lists
SIMPLE = (str, bytes, int, float, bool, type(None))


class UnsafePickleError(ValueError):
    """A pickle that holds something else than plain data; none of it was executed."""


def read_plain_pickle(path: Path | str, *, max_bytes: int = 1 << 32) -> Any:
    """The data in a pickle: dicts, lists, tuples, numbers, texts, and NumPy arrays of those.

    Arrays are read-only views of the bytes in the file, and what cannot be a view is counted, so
    a small file cannot become a large array. An array of objects may hold texts and numbers.

    :param path: the file.
    :param max_bytes: refuse a larger one.
    :raises UnsafePickleError: it names a function or class that is no part of plain data, or is not
        a pickle at all. Nothing of it was executed.
    :raises OSError: it cannot be read.
    """
    if not isinstance(path, str | Path):
        raise TypeError(f"path must name a file, got {path!r}")
    path = Path(path)
    size = path.stat().st_size
    if size > max_bytes:
        raise UnsafePickleError(f"{path} has {size:,} bytes, more than the {max_bytes:,} allowed")
    content = path.read_bytes()
    try:
        _look_through(content)
        value = _Unpickler(content).load()
        _refuse_unfinished(value)
    except UnsafePickleError as error:
        raise UnsafePickleError(f"{path} was not loaded: {error}") from None
    except (
        *(pickle.UnpicklingError, EOFError, ValueError, LookupError, TypeError),
        *(AttributeError, OverflowError, MemoryError),
    ) as error:
        # What a program that is cut off or ill-formed runs into.
        raise UnsafePickleError(
            f"{path} is damaged, or no pickle: {type(error).__name__}: {error}"
        ) from error
    return value


# ── what stands for NumPy's functions ──────────────────────────────────────────────────────────
class _Function:
    """Can be called, and is closed otherwise: no attributes, no state, no key of a dictionary."""

    __slots__ = ("call",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, call: Callable[..., object]) -> None:
        self.call = call

    def __call__(self, *arguments: object) -> object:
        try:
            return self.call(*arguments)
        except UnsafePickleError:
            raise
        except (TypeError, ValueError) as error:
            raise UnsafePickleError(
                f"it calls NumPy in a way that NumPy does not: {error}"
            ) from error

    def __setstate__(self, state: object) -> None:
        raise UnsafePickleError("it sets the state of a function")


class _Type:
    """A NumPy type on its way: its code comes first, its byte order later."""

    __slots__ = ("code", "order")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, code: str, align: object, copy: object) -> None:
        # Truth values, numbers, texts, bytes; and objects, for lists.
        if not re.fullmatch(r"[biufSU][1-9]\d{0,7}|O8?", code):
            raise UnsafePickleError(f"it has an array of type {code!r}")
        self.code, self.order = code, "|"

    def __setstate__(self, state: tuple[object, ...]) -> None:
        if state[1] not in ("<", ">", "|", "=") or any(part is not None for part in state[2:5]):
            raise UnsafePickleError("it has an array of a type with fields")
        self.order = str(state[1])

    def dtype(self) -> np.dtype:
        return np.dtype(self.code if self.code[0] in "SO" else self.order + self.code)


class _Array(np.ndarray):
    """An array that gets its content as NumPy would give it, if shape and bytes fit."""

    budget: _Budget

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, shape, kind, fortran, content = state
        self.budget.check(shape, kind, content)
        if isinstance(content, str):  # of Python 2
            content = content.encode("latin-1")
        complete: Any = (1, shape, kind.dtype(), bool(fortran), content)
        super().__setstate__(complete)
        self.flags.writeable = False


class _Budget:
    """How many bytes may still be made."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, n: int) -> None:
        self.left -= n
        if self.left < 0:
            raise UnsafePickleError("it makes more bytes than the file has: a bomb")

    def check(self, shape: object, kind: object, content: object) -> None:
        """Whether a content is that of an array of this shape and type."""
        if not isinstance(kind, _Type):
            raise UnsafePickleError("it has an array without a type")
        if (
            type(shape) is not tuple
            or len(shape) > 32
            or any(type(n) is not int or n < 0 for n in shape)
        ):
            raise UnsafePickleError(f"an array has the shape {shape!r}")
        if kind.code[0] == "O":
            if type(content) is not list or any(type(item) not in SIMPLE for item in content):
                raise UnsafePickleError("it has an array of objects that are no texts and numbers")
        elif type(content) not in (bytes, bytearray, str):
            raise UnsafePickleError("it has an array that is not made of bytes")
        size = kind.dtype().itemsize
        have = len(content) * (size if kind.code[0] == "O" else 1)  # type: ignore[arg-type]
        if math.prod(shape) * size != have:
            raise UnsafePickleError(
                f"an array of shape {shape} and type {kind.code} has {have} bytes"
            )
        self.spend(have)


class _Unpickler(pickle.Unpickler):
    """Knows the names that NumPy writes an array with, and no others."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="latin1")
        # Twice, for old protocols write the bytes of an array as a text to be encoded again.
        self.budget = _Budget(2 * len(content) + (1 << 20))
        self.known = {
            ("numpy", "dtype"): _Function(_Type),
            ("numpy", "ndarray"): _Function(_no_call),
            ("_codecs", "encode"): _Function(self.encode),
            ("__builtin__", "bytes"): _Function(_no_bytes),
        }
        for core in ("numpy.core", "numpy._core"):  # NumPy 2 moved it
            self.known[f"{core}.multiarray", "_reconstruct"] = _Function(self.reconstruct)
            self.known[f"{core}.multiarray", "scalar"] = _Function(self.scalar)
            self.known[f"{core}.numeric", "_frombuffer"] = _Function(self.from_buffer)

    def find_class(self, module: str, name: str) -> Any:
        """What stands for a name; others are refused."""
        if (module, name) not in self.known:
            raise UnsafePickleError(
                f"it asks for {f'{module}.{name}'!r}, which is no part of plain arrays, lists, "
                "dictionaries, texts and numbers. Loading it with pickle would run that code"
            )
        return self.known[module, name]

    def persistent_load(self, pid: object) -> Any:
        """Nothing is kept elsewhere."""
        raise UnsafePickleError("it asks for an object kept elsewhere (persistent id)")

    def reconstruct(self, kind: object, shape: object, code: object) -> np.ndarray:
        if kind is not self.known["numpy", "ndarray"] or shape != (0,):
            raise UnsafePickleError("it makes an array in a way that NumPy does not")
        array = np.ndarray.__new__(_Array, (0,), "b")
        array.budget = self.budget
        return array

    def from_buffer(
        self, content: bytes, kind: _Type, shape: tuple[int, ...], order: str,
        axes: tuple[int, ...] | None = None,
    ) -> np.ndarray:  # fmt: skip
        self.budget.check(shape, kind, content)
        array = (
            np.frombuffer(bytes(content), kind.dtype()) if content else np.empty(0, kind.dtype())
        )
        if axes is not None:
            return array.reshape(shape).transpose(axes)
        return array.reshape(shape, order="F" if order == "F" else "C")

    def scalar(self, kind: _Type, content: bytes | str) -> object:
        self.budget.check((), kind, content)
        raw = content.encode("latin-1") if isinstance(content, str) else content
        return np.frombuffer(raw, kind.dtype())[0].item()

    def encode(self, text: str, encoding: str) -> bytes:
        if encoding not in ("latin1", "latin-1"):
            raise UnsafePickleError(f"it encodes a text as {encoding!r}")
        self.budget.spend(len(text))
        return text.encode("latin-1")


def _no_bytes() -> bytes:
    """How old protocols write no bytes."""
    return b""


def _no_call(*_: object) -> object:
    raise UnsafePickleError("it makes an array in a way that NumPy does not")


# ── before and after ───────────────────────────────────────────────────────────────────────────
def _look_through(content: bytes) -> None:
    """Refuse a program that takes for ever before it does anything.

    A tuple that holds another one twice, which holds another one twice …, is hashed in 2^n steps
    when it is a key. So each thing on the stack is counted with all that is in it.
    """
    stack: list[float] = []
    memo: dict[int, float] = {}
    mark = math.nan  # comparing it is false
    for step, (opcode, argument, _) in enumerate(pickletools.genops(io.BytesIO(content))):
        name = opcode.name
        if step == MAX_STEPS:
            raise UnsafePickleError(f"it has over {MAX_STEPS:,} instructions: a bomb")
        if name.startswith("EXT"):
            raise UnsafePickleError("it asks for a class by a number (extension registry)")
        if name in ("NEXT_BUFFER", "READONLY_BUFFER"):
            raise UnsafePickleError("part of its data is not in the file")
        if "PUT" in name or name == "MEMOIZE":
            number = len(memo) if name == "MEMOIZE" else int(argument or 0)
            if number > len(content):  # Python makes a table of that length
                raise UnsafePickleError(f"it numbers one of its parts {number:,}: a bomb")
            memo[number] = stack[-1]
        elif "GET" in name:
            stack.append(memo[int(argument or 0)])
        elif name == "MARK":
            stack.append(mark)
        else:
            weight = 1.0
            for kind in reversed(opcode.stack_before):
                if kind is pickletools.stackslice:
                    continue
                top = stack.pop()
                if kind is pickletools.markobject:
                    while top == top:
                        weight += top
                        top = stack.pop()
                else:
                    weight += top
            if weight > 1e7:
                raise UnsafePickleError("its parts hold each other too often: a bomb")
            made = weight if "TUPLE" in name or name == "DUP" else 1.0
            stack += [made] * len(opcode.stack_after)


def _refuse_unfinished(value: object) -> None:
    """Refuse what is no plain data, was begun and not made, or would take for ever to look at."""
    left, looked_at = [(value, 0)], 0
    while left:
        one, depth = left.pop()
        looked_at += 1
        if looked_at > MAX_STEPS or depth > MAX_DEPTH:
            raise UnsafePickleError("its lists and dictionaries hold each other too often: a bomb")
        if isinstance(one, list | tuple | dict):
            inside = one.values() if isinstance(one, dict) else one
            left.extend((item, depth + 1) for item in inside)
        elif not isinstance(one, (*SIMPLE, np.ndarray)):
            raise UnsafePickleError(f"it holds a {type(one).__name__.strip('_').lower()}")
