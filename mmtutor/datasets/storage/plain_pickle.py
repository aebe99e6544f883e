"""Reading a pickle of arrays without executing anything in it.

A pickle is a program for a small machine with a stack. Some of its instructions push data; others
fetch any function of any module and call it, which is how a pickle from the internet can delete
your files. This machine knows the first kind alone. Where a program wants to fetch a function, the
name must be one of those that NumPy writes an array with (`plain_arrays`), and what stands for it
here is a mark: nothing is imported, nothing is called. All else is refused by name.

The instructions are documented in Python's `pickletools
<https://docs.python.org/3/library/pickletools.html>`_, whose parser cuts the program into pieces.
"""

from __future__ import annotations

import io
import pickletools
from pathlib import Path
from typing import Any

from mmtutor.datasets.storage.plain_arrays import (
    KNOWN,
    SIMPLE,
    Array,
    Known,
    UnsafePickleError,
    called,
    complete,
)

KEYS = (str, bytes, int)
MAX_STEPS = 5_000_000  # instructions, and items; the files this is for have some thousands
MAX_DEPTH = 20  # lists within lists
_MARK = object()


def read_plain_pickle(path: Path | str, *, max_bytes: int = 1 << 32) -> Any:
    """The data in a pickle: dicts, lists, tuples, numbers, texts, and NumPy arrays of those.

    Arrays are read-only views of the bytes in the file, so a small file cannot become a large
    array. An array of objects may hold texts and numbers.

    :param path: the file.
    :param max_bytes: refuse a larger one.
    :raises UnsafePickleError: it names a function or class that is no part of plain data, or is not
        a pickle at all. Nothing of it was executed.
    :raises OSError: it cannot be read.
    """
    path = Path(path)
    size = path.stat().st_size
    if size > max_bytes:
        raise UnsafePickleError(f"{path} has {size:,} bytes, more than the {max_bytes:,} allowed")
    machine = _Machine(size)
    try:
        return machine.run(path.read_bytes())
    except UnsafePickleError as error:
        raise UnsafePickleError(f"{path} was not loaded: {error}") from None
    except (ValueError, LookupError, TypeError, OverflowError) as error:
        # What a program that is cut off or ill-formed runs into: a number that is none, a memo
        # without an entry, an empty stack.
        raise UnsafePickleError(
            f"{path} is damaged, or no pickle: {type(error).__name__}: {error}"
        ) from error


class _Machine:
    """The stack, the memo, and what each allowed instruction does with them."""

    def __init__(self, budget: int) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.bytes_left = budget  # encoding may make as many bytes as the file has
        self.steps_left = MAX_STEPS

    def run(self, content: bytes) -> Any:
        for opcode, argument, _ in pickletools.genops(io.BytesIO(content)):
            self._spend(1)
            name = opcode.name
            if name == "STOP":
                return self.finished(self._take(1)[0])
            if name not in _DO:
                asked = f" of {argument!r}" if name == "INST" else ""
                other = f"it uses the instruction {name}{asked}, which plain data do not need"
                raise UnsafePickleError(_REFUSED.get(name, other))
            _DO[name](self, argument)
        raise UnsafePickleError("it ends early")

    # ── stack and memo ─────────────────────────────────────────────────────────────────────────
    def _to_mark(self) -> list[Any]:
        place = len(self.stack) - 1
        while self.stack[place] is not _MARK:
            place -= 1
            if place < 0:
                raise UnsafePickleError("it is ill-formed: no mark on the stack")
        taken = self.stack[place + 1 :]
        del self.stack[place:]
        return taken

    def _take(self, n: int) -> list[Any]:
        if len(self.stack) < n:
            raise UnsafePickleError("it is ill-formed: too little on the stack")
        taken = self.stack[-n:]
        del self.stack[-n:]
        if any(item is _MARK for item in taken):
            raise UnsafePickleError("it is ill-formed: a mark where a value should be")
        return taken

    def tuple_of(self, n: int) -> None:
        self.stack.append(tuple(self._take(n)))

    def marked_tuple(self, _: None) -> None:
        self.stack.append(tuple(self._to_mark()))

    def marked_list(self, _: None) -> None:
        self.stack.append(self._to_mark())

    def marked_dict(self, _: None) -> None:
        items = self._to_mark()
        self.stack.append({})
        self._put_items(items)

    def append(self, _: None) -> None:
        self._extend(self._take(1))

    def appends(self, _: None) -> None:
        self._extend(self._to_mark())

    def _extend(self, items: list[Any]) -> None:
        if type(self.stack[-1]) is not list:
            raise UnsafePickleError("it appends to something that is no list")
        self.stack[-1].extend(items)

    def set_item(self, _: None) -> None:
        self._put_items(self._take(2))

    def set_items(self, _: None) -> None:
        self._put_items(self._to_mark())

    def _put_items(self, items: list[Any]) -> None:
        if type(self.stack[-1]) is not dict or len(items) % 2:
            raise UnsafePickleError("it sets items of something that is no dictionary")
        for key, value in zip(items[::2], items[1::2], strict=True):
            if type(key) not in KEYS:
                raise UnsafePickleError(f"a key of a dictionary is a {type(key).__name__}")
            self.stack[-1][key] = value

    def put(self, number: int | None) -> None:
        self.memo[len(self.memo) if number is None else number] = self.stack[-1]

    def get(self, number: int) -> None:
        self.stack.append(self.memo[number])

    # ── what stands for functions ──────────────────────────────────────────────────────────────
    def named(self, argument: str) -> None:
        self._push_known(*argument.split(" ", 1))

    def named_on_stack(self, _: None) -> None:
        module, name = self._take(2)
        if type(module) is not str or type(name) is not str:
            raise UnsafePickleError("it names a function by something that is no text")
        self._push_known(module, name)

    def _push_known(self, module: str, name: str) -> None:
        if (module, name) not in KNOWN:
            raise UnsafePickleError(
                f"it asks for {f'{module}.{name}'!r}, which is no part of plain arrays, lists, "
                "dictionaries, texts and numbers. Loading it with pickle would run that code"
            )
        self.stack.append(Known(KNOWN[module, name]))

    def reduce(self, _: None) -> None:
        """In pickle, this calls a function."""
        function, arguments = self._take(2)
        self.stack.append(called(function, arguments, self._as_bytes))

    def build(self, _: None) -> None:
        """In pickle, this sets any attribute of an object, or lets it do so itself."""
        target, state = self._take(2)
        complete(target, state, self._as_bytes)
        self.stack.append(target)

    def _as_bytes(self, text: str | bytes) -> bytes:
        if type(text) is bytes:
            return text
        self.bytes_left -= len(text)
        if self.bytes_left < 0:
            raise UnsafePickleError("it makes more bytes than the file has: a bomb")
        return text.encode("latin-1")

    def _spend(self, steps: int) -> None:
        self.steps_left -= steps
        if self.steps_left < 0:
            raise UnsafePickleError(f"it has over {MAX_STEPS:,} instructions and items: a bomb")

    def finished(self, value: Any, depth: int = 0) -> Any:
        """The value, with arrays in the place of what stood for them."""
        if type(value) in SIMPLE:
            return value
        if type(value) is Array and value.value is not None:
            return value.value
        if depth > MAX_DEPTH:
            raise UnsafePickleError(f"its lists and dictionaries are nested over {MAX_DEPTH} deep")
        if type(value) in (list, tuple):
            self._spend(len(value))
            return type(value)(self.finished(item, depth + 1) for item in value)
        if type(value) is dict:
            self._spend(len(value))
            return {key: self.finished(item, depth + 1) for key, item in value.items()}
        raise UnsafePickleError(f"it holds an unfinished {type(value).__name__.strip('_').lower()}")


_NOTHING = dict.fromkeys(("PROTO", "FRAME"), lambda machine, argument: None)
_VALUES = dict.fromkeys(
    [
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
        *("STRING", "BINSTRING", "SHORT_BINSTRING"),
        *("UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"),
        *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    ],
    lambda machine, argument: machine.stack.append(argument),
)
_CONSTANTS = {
    name: lambda machine, _, make=make: machine.stack.append(make())
    for name, make in {
        "NONE": lambda: None,
        "NEWTRUE": lambda: True,
        "NEWFALSE": lambda: False,
        "MARK": lambda: _MARK,
        "EMPTY_LIST": list,
        "EMPTY_TUPLE": tuple,
        "EMPTY_DICT": dict,
    }.items()
}
_DO = {
    **_NOTHING,
    **_VALUES,
    **_CONSTANTS,
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "TUPLE": _Machine.marked_tuple,
    "LIST": _Machine.marked_list,
    "DICT": _Machine.marked_dict,
    "APPEND": _Machine.append,
    "APPENDS": _Machine.appends,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"), _Machine.put),
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), _Machine.get),
    "GLOBAL": _Machine.named,
    "STACK_GLOBAL": _Machine.named_on_stack,
    "REDUCE": _Machine.reduce,
    "BUILD": _Machine.build,
}
_REFUSED = {
    **dict.fromkeys(
        ("EXT1", "EXT2", "EXT4"), "it asks for a class by a number (extension registry)"
    ),
    **dict.fromkeys(
        ("PERSID", "BINPERSID"), "it asks for an object kept elsewhere (persistent id)"
    ),
    **dict.fromkeys(("NEXT_BUFFER", "READONLY_BUFFER"), "part of its data is not in the file"),
}
