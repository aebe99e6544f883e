"""Pickles of plain arrays are read exactly; pickles that would run code are refused unrun."""

from __future__ import annotations

import copyreg
import io
import os
import pickle
import struct
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mmtutor.datasets import UnsafePickleError, read_plain_pickle
from tests.examples import examples


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "it.pkl"


def same(a: object, b: object) -> bool:
    """Equal in value and type; of arrays the order of bytes may differ, as it may in NumPy."""
    if isinstance(a, np.ndarray):
        kinds = [x.dtype.newbyteorder("=") for x in (a, b) if isinstance(x, np.ndarray)]
        return kinds == [kinds[0]] * 2 and a.shape == b.shape and bool(np.all((a == b) | (a != a)))
    if isinstance(a, dict):
        return type(b) is dict and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and (a == b or a != a)


def back(path: Path, value: object, protocol: int) -> object:
    path.write_bytes(pickle.dumps(value, protocol=protocol))
    return read_plain_pickle(path)


# ── what is read ───────────────────────────────────────────────────────────────────────────────
ARRAYS = hnp.arrays(
    st.sampled_from(["f4", "f8", ">f8", "i8", "u1", "?", "f2", ">i4", "U3", "S4"]),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
NUMBERS = st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False)
KEYS = st.text(max_size=4) | st.integers() | st.binary(max_size=3)


def nested(inner: st.SearchStrategy) -> st.SearchStrategy:
    lists = st.lists(inner, max_size=4)
    return lists | lists.map(tuple) | st.dictionaries(KEYS, inner, max_size=4)


PLAIN = st.recursive(
    st.none() | NUMBERS | st.text(max_size=5) | st.binary(max_size=5) | ARRAYS,
    nested,
    max_leaves=12,
)


@examples(300)
@given(value=PLAIN, protocol=st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_plain_data_come_back_as_pickle_gives_them(tmp_path_factory, value, protocol: int) -> None:
    path = tmp_path_factory.getbasetemp() / "plain.pkl"
    content = pickle.dumps(value, protocol=protocol)
    path.write_bytes(content)
    assert same(pickle.loads(content), read_plain_pickle(path))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_other_orders_scalars_and_objects(path, protocol: int) -> None:
    grid = np.arange(24.0).reshape(2, 3, 4)
    for array in (np.asfortranarray(grid), grid[:, ::2], grid.transpose(2, 0, 1)):
        assert (back(path, array, protocol) == array).all()
    assert back(path, np.float32(0.5), protocol) == 0.5
    names = np.array(["a", b"b", 3, None], dtype=object)
    assert same(back(path, names, protocol), names)
    assert not back(path, grid, protocol).flags.writeable


def test_shared_parts_stay_equal(path) -> None:
    array = np.arange(3)
    found = back(path, {"a": array, "b": [array, array]}, 4)
    assert (found["a"] == found["b"][1]).all()


def test_numpy_1_and_numpy_2_name_their_module_differently(path) -> None:
    content = pickle.dumps(np.arange(6.0), protocol=2)
    assert b"numpy._core.multiarray" in content or b"numpy.core.multiarray" in content
    for core in (b"numpy.core.multiarray", b"numpy._core.multiarray"):
        path.write_bytes(
            content.replace(b"numpy._core.multiarray", core).replace(b"numpy.core.multiarray", core)
        )
        assert (read_plain_pickle(path) == np.arange(6.0)).all()


def test_a_pickle_of_python_2(path) -> None:
    """There, the bytes of an array are a string."""
    raw = np.arange(3, dtype="<f8").tobytes()
    path.write_bytes(
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        b"(K\x01K\x03\x85cnumpy\ndtype\nU\x02f8K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xff"
        b"J\xff\xff\xff\xffK\x00tb\x89U" + bytes([len(raw)]) + raw + b"tb."
    )
    assert (read_plain_pickle(path) == [0.0, 1.0, 2.0]).all()


# ── what is not ────────────────────────────────────────────────────────────────────────────────
class Calls:
    """Pickles as a call."""

    def __init__(self, function, *arguments, state=None) -> None:
        self.how = (function, arguments) if state is None else (function, arguments, state)

    def __reduce__(self):
        return self.how


def stack_global(module: str, name: str, *arguments: str, protocol: bytes = b"\x80\x04") -> bytes:
    """A call by STACK_GLOBAL, whose names are made on the stack."""

    def text(value: str) -> bytes:
        return b"\x8c" + bytes([len(value)]) + value.encode()

    return protocol + text(module) + text(name) + b"\x93(" + b"".join(map(text, arguments)) + b"tR."


def evil(canary: Path) -> dict[str, bytes]:
    """Pickles that create the file ``canary`` when they are loaded, and others that misbehave."""
    touch = f"touch {canary}"
    code = f"open({str(canary)!r}, 'w').close()"
    dumps = pickle.dumps
    return {
        "os.system": dumps(Calls(os.system, touch)),
        "posix.system, protocol 0": dumps(Calls(os.system, touch), protocol=0),
        "subprocess": dumps(Calls(__import__("subprocess").check_call, ["touch", str(canary)])),
        "builtins.eval": dumps(Calls(eval, code)),
        "builtins.exec": dumps(Calls(exec, code)),
        "getattr chain": dumps(Calls(getattr, Calls(__import__, "os"), "system")),
        "os.system by STACK_GLOBAL": stack_global("os", "system", touch),
        "a dotted name": stack_global("numpy", "core.os.system", touch),
        "a name with a newline": stack_global("numpy", "dtype\nos system", touch),
        "numpy's way to load pickles": dumps(Calls(np.load, str(canary))),
        "numpy.save": dumps(Calls(np.save, str(canary), [1])),
        "numpy's runstring": stack_global("numpy.testing._private.utils", "runstring", code, "{}"),
        "numpy.f2py": stack_global("numpy.f2py", "compile", touch),
        "numpy.memmap": dumps(Calls(np.memmap, str(canary), "u1", "w+", 0, (9,))),
        "INST": f"(S'{touch}'\nios\nsystem\n.".encode(),
        "OBJ": b"(cos\nsystem\n" + f"S'{touch}'\no.".encode(),
        "NEWOBJ": b"\x80\x02cos\nsystem\n(" + f"S'{touch}'\nt\x81.".encode(),
        "NEWOBJ_EX": b"\x80\x04cos\nsystem\n(" + f"S'{touch}'\nt}}\x92.".encode(),
        "os.system hidden in a state": dumps(
            Calls(np.dtype, "f8", False, True, state=Calls(os.system, touch))
        ),
        "os.system as a key": dumps({"train": {"text": [Calls(os.system, touch)]}}),
        "a call in a list": dumps([np.arange(3), Calls(eval, code)]),
        "persistent id": b"(Pabc\n.",
        "persistent id on the stack": b"\x80\x02U\x03abcQ.",
        "an instance": dumps(Canary(str(canary))),
        "BUILD on a mark of NumPy's": b"\x80\x02cnumpy\ndtype\n}U\x04__x_K\x01sb.",
        "an object of NumPy's": b"\x80\x02cnumpy\nndarray\n(K\x09tt\x81.",
        "calling an array": dumps(np.arange(3), protocol=2)[:-1] + b"(tR.",
        "a type with fields": dumps(np.zeros(2, dtype=[("a", "f4"), ("b", "i4")])),
    }


class Canary:
    """Creates a file when its state is set."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __setstate__(self, state: dict) -> None:
        Path(state["file"]).touch()


@pytest.mark.parametrize("name", sorted(evil(Path("/nowhere/canary"))))
def test_a_pickle_that_would_run_code(tmp_path, path, name: str) -> None:
    canary = tmp_path / "canary"
    path.write_bytes(evil(canary)[name])
    with pytest.raises(UnsafePickleError, match=r"it\.pkl"):
        read_plain_pickle(path)
    assert not canary.exists()
    assert os.listdir(tmp_path) == ["it.pkl"]


# Four of them, run for real: what is refused above is not harmless.
@pytest.mark.parametrize(
    "name", ["os.system", "builtins.eval", "INST", "os.system by STACK_GLOBAL"]
)
def test_python_itself_would_run_it(tmp_path, name: str) -> None:
    canary = tmp_path / "canary"
    pickle.loads(evil(canary)[name])
    assert canary.exists()


def test_the_sentence_names_what_was_asked_for(path) -> None:
    path.write_bytes(pickle.dumps(Calls(eval, "1")))
    with pytest.raises(UnsafePickleError) as error:
        read_plain_pickle(path)
    assert "it asks for 'builtins.eval', which is no part of plain arrays" in str(error.value)
    assert "would run that code" in str(error.value)


def test_a_class_from_the_extension_registry(path) -> None:
    copyreg.add_extension("os", "system", 240)
    try:
        path.write_bytes(b"\x80\x02\x82\xf0(U\x04truetR.")
        with pytest.raises(UnsafePickleError, match="extension registry"):
            read_plain_pickle(path)
    finally:
        copyreg.remove_extension("os", "system", 240)


def test_data_outside_the_file(path) -> None:
    buffers: list = []
    path.write_bytes(pickle.dumps(np.arange(9.0), protocol=5, buffer_callback=buffers.append))
    with pytest.raises(UnsafePickleError, match="part of its data is not in the file"):
        read_plain_pickle(path)


def array_pickle(code: str, shape: tuple, raw: bytes) -> bytes:
    """An array as NumPy writes it, with the parts given: they need not fit together."""
    content = io.BytesIO()
    kind = Calls(np.dtype, code, False, True, state=(3, "<", None, None, None, -1, -1, 0))
    recon = np.arange(1).__reduce__()[0]
    pickle.dump(Calls(recon, np.ndarray, (0,), b"b", state=(1, shape, kind, False, raw)), content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("code", "shape", "raw"),
    [
        ("f8", (10**12,), b"12345678"),
        ("f8", (2**62, 4), b"12345678"),
        ("f8", (-1,), b"12345678"),
        ("f8", (1.0,), b"12345678"),
        ("f8", ("x",), b"12345678"),
        ("f8", 1, b"12345678"),
        ("f8", (1,) * 40, b"12345678"),
        ("f8", (1,), b"1234567"),
        ("f8", (1,), 7),
        ("O", (1,), b"12345678"),
        ("O8", (1,), b"12345678"),
        ("O8", (2,), ["a"]),
        ("O8", (1,), [["nested"]]),
        ("O8", (1,), [np.arange(2)]),
        ("f8", (1,), [1.0]),
        ("V8", (1,), b"12345678"),
        ("M8", (1,), b"12345678"),
        ("i3", (1,), b"123"),
        ("f8,f8", (1,), b"1234567812345678"),
        ("S0", (10**9,), b""),
        ("S99999999999", (1,), b"x"),
    ],
)
def test_an_array_that_does_not_add_up(path, code: str, shape: tuple, raw: object) -> None:
    path.write_bytes(array_pickle(code, shape, raw))
    with pytest.raises(UnsafePickleError):
        read_plain_pickle(path)


# ── bombs ──────────────────────────────────────────────────────────────────────────────────────
KIND = (
    b"cnumpy\ndtype\n(U\x08%sI0\nI1\ntR(K\x03U\x01|NNN"
    b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tbq\x01"
)


def dumped_scalar() -> bytes:
    """A content of a megabyte, from which a thousand copies are made."""
    content = b"T" + struct.pack("<I", 10**6) + b"a" * 10**6 + b"q\x00"
    one = b"cnumpy.core.multiarray\nscalar\nh\x01h\x00\x86R"
    return b"\x80\x02" + content + KIND % b"S1000000" + b"](" + one * 1000 + b"e."


def dumped_arrays() -> bytes:
    """A list of many items, from which hundreds of arrays of objects are made."""
    items = b"](" + b"K\x01" * 20_000 + b"eq\x00"
    one = (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntU\x01btR"
        b"(K\x01(I20000\nth\x01I00\nh\x00tb"
    )
    kind = KIND.replace(b"U\x08", b"U\x02") % b"O8"
    return b"\x80\x02" + items + kind + b"](" + one * 200 + b"e."


def bombs() -> dict[str, bytes]:
    laughs = b"\x80\x04](K\x01e\x94"
    for level in range(1, 60):  # each level holds the one below twice
        laughs += b"](h" + bytes([level - 1]) + b"h" + bytes([level - 1]) + b"e\x94"
    tuples = b"\x80\x04)\x94" + b"".join(b"h%ch%c\x86\x94" % (n, n) for n in range(60))
    text = b"\x80\x02X" + struct.pack("<I", 10**6) + b"a" * 10**6 + b"q\x00"
    encodes = text + b"](" + b"c_codecs\nencode\nh\x00U\x06latin1\x86R" * 5000 + b"e."
    return {
        "a billion laughs": laughs + b".",
        "doubled tuples": tuples + b".",
        "doubled tuples as a key": tuples[:-1] + b"}h\x3bK\x01s.",
        "one text, encoded 5,000 times": encodes,
        "one content, a thousand scalars": dumped_scalar(),
        "one list, a thousand arrays": dumped_arrays(),
        "a list in itself": b"\x80\x02]q\x00h\x00a.",
        "a deep list": b"\x80\x02" + b"]" * 5000 + b"a" * 4999 + b".",
        "bytes that are not there": b"\x80\x04\x8e" + struct.pack("<Q", 10**15) + b".",
        "a text that is not there": b"\x80\x04X" + struct.pack("<I", 2**31 - 1) + b".",
        "a byte array that is not there": b"\x80\x05\x96" + struct.pack("<Q", 2**62) + b".",
        "a frame that is not there": b"\x80\x04\x95" + struct.pack("<Q", 2**60) + b"\x8c\xffx.",
        "a number of many digits": b"L" + b"9" * 10**6 + b"L\n.",
    }


@pytest.mark.parametrize("name", sorted(bombs()))
def test_a_bomb_is_refused_in_little_memory(path, name: str) -> None:
    content = bombs()[name]
    not_there = "not there" in name or "digits" in name
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(UnsafePickleError) as error:
            read_plain_pickle(path)
        assert "a bomb" in str(error.value) or not_there
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000 + 4 * len(content)


def test_a_memo_with_a_large_number_costs_nothing(path) -> None:
    path.write_bytes(b"\x80\x02Nr\xff\xff\xff\x7fj\xff\xff\xff\x7f.")
    tracemalloc.start()
    with pytest.raises(UnsafePickleError, match="numbers one of its parts 2,147,483,647"):
        read_plain_pickle(path)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_too_many_instructions(path, monkeypatch) -> None:
    monkeypatch.setattr("mmtutor.datasets.storage.plain_pickle.MAX_STEPS", 1000)
    path.write_bytes(pickle.dumps(list(range(2000))))
    with pytest.raises(UnsafePickleError, match="over 1,000 instructions"):
        read_plain_pickle(path)


def test_a_file_that_is_too_large(path) -> None:
    path.write_bytes(pickle.dumps(b"x" * 2000))
    with pytest.raises(UnsafePickleError, match="more than the 1,000 allowed"):
        read_plain_pickle(path, max_bytes=1000)


# ── damage ─────────────────────────────────────────────────────────────────────────────────────
def test_what_is_no_pickle(path) -> None:
    for content in (b"", b".", b"<html>", b"\x89PNG\r\n", b"(", b"]" * 3, b"h\x05.", b"K\x01a."):
        path.write_bytes(content)
        with pytest.raises(UnsafePickleError):
            read_plain_pickle(path)


def test_no_file(path) -> None:
    with pytest.raises(FileNotFoundError):
        read_plain_pickle(path)


@examples(400)
@given(data=st.data())
def test_a_changed_pickle_gives_data_or_a_sentence(tmp_path_factory, data) -> None:
    """Whatever happens to the bytes: plain data, or UnsafePickleError, and nothing imported."""
    value = {"train": {"text": np.arange(12.0).reshape(3, 4), "id": np.array([b"x", b"y"])}}
    protocol = data.draw(st.integers(0, 5))
    content = bytearray(pickle.dumps(value, protocol=protocol))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "changed.pkl"
    path.write_bytes(bytes(content))
    before = set(sys.modules)
    try:
        found = read_plain_pickle(path)
    except UnsafePickleError:
        pass
    else:
        assert isinstance(
            found, dict | list | tuple | str | bytes | int | float | np.ndarray | None
        )
    assert set(sys.modules) == before
