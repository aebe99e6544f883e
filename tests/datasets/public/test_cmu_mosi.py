"""The CMU-MOSI feature file, synthesised in its layout."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from mmtutor.commands import main
from mmtutor.datasets import CMUMOSI, UnsafePickleError
from tests.datasets.public import tiny


def write(path: Path, content: object, protocol: int = 4) -> Path:
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    return path


@pytest.fixture
def path(tmp_path) -> Path:
    return write(tmp_path / "mosi_data.pkl", tiny.mosi())


@pytest.mark.parametrize("protocol", range(6))
def test_every_number_is_that_of_the_file(tmp_path, protocol: int) -> None:
    content = tiny.mosi()
    path = write(tmp_path / "it.pkl", content, protocol)
    for split, part in content.items():
        data = CMUMOSI(path, split)
        inputs, y = data.batch(torch.arange(len(data)))
        for sense in ("text", "vision"):
            assert np.array_equal(inputs[sense], part[sense])
        whole = np.isfinite(part["audio"])
        assert np.array_equal(inputs["audio"][whole], part["audio"][whole])
        assert (inputs["audio"][~whole] == 0).all()
        assert np.array_equal(y, part["labels"][:, 0, 0])
        assert np.array_equal(data.ids, part["id"])
    assert data.dims == {"text": 7, "vision": 4, "audio": 3}


def test_targets(path) -> None:
    """Ratings -3, -1.4, -0.2, 0, 0.6, 1.6 (and 3)."""
    data = CMUMOSI(path, target="negative/non-negative")
    assert data.targets.tolist() == [0, 0, 0, 1, 1, 1]
    without = CMUMOSI(path, target="negative/positive")
    assert without.targets.tolist() == [0, 0, 0, 1, 1]
    assert torch.equal(without.ratings, data.ratings[data.ratings != 0])
    assert np.array_equal(without.ids, data.ids[[0, 1, 2, 4, 5]])
    assert torch.equal(without[3][0]["text"], data[4][0]["text"])
    seven = CMUMOSI(path, "valid", target="seven")
    assert seven.targets.tolist() == [0, 2, 3, 3, 4, 5, 6]
    assert [data.num_classes, without.num_classes, seven.num_classes] == [2, 2, 7]
    assert CMUMOSI(path).num_classes == 1
    assert CMUMOSI(path).targets.dtype == torch.float32


def test_a_changed_file_is_read_again(path) -> None:
    assert len(CMUMOSI(path)) == 6
    write(path, tiny.mosi(n=9))
    assert len(CMUMOSI(path)) == 9


def test_a_file_that_would_run_code(tmp_path) -> None:
    class Evil:
        def __reduce__(self):
            return os.system, (f"touch {tmp_path}/canary",)

    content = tiny.mosi()
    content["train"]["id"] = Evil()
    with pytest.raises(UnsafePickleError, match="system"):
        CMUMOSI(write(tmp_path / "it.pkl", content))
    assert os.listdir(tmp_path) == ["it.pkl"]


def broken(**changes: object) -> dict:
    content = tiny.mosi()
    for name, value in changes.items():
        if value is None:
            del content["valid"][name]
        else:
            content["valid"][name] = value
    return content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([1, 2], "is not a dictionary of splits"),
        ({"train": 3}, "is not a dictionary of splits"),
        ({"train": {}, "valid": {}}, "has no split 'test'; it has 'train', 'valid'"),
        (broken(audio=None), "valid: 'audio' should be an array of numbers"),
        (broken(text=np.array(["words"])), "valid: 'text' should be an array of numbers"),
        (broken(vision=np.zeros((7, 4))), r"'vision' should have the shape .*, got \(7, 4\)"),
        (broken(vision=np.zeros((7, 40, 4))), "not aligned to the same words"),
        (broken(labels=np.zeros((5, 1, 1))), "one rating in -3…3 for each segment"),
        (broken(labels=np.full((7, 1, 1), 4.0)), "one rating in -3…3"),
        (broken(labels=np.full((7, 1, 1), np.nan)), "one rating in -3…3"),
        (broken(labels=np.zeros((7, 1, 3))), "one rating in -3…3"),
    ],
)  # fmt: skip
def test_a_file_of_another_layout(tmp_path, content: object, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        CMUMOSI(write(tmp_path / "it.pkl", content), "valid")
    assert "it.pkl" in str(error.value)


def test_bad_arguments_are_named(path, tmp_path) -> None:
    with pytest.raises(ValueError, match=r"unknown split of mosi_data\.pkl 'dev'"):
        CMUMOSI(path, "dev")
    with pytest.raises(FileNotFoundError, match="brought by hand"):
        CMUMOSI(tmp_path / "nothing.pkl")


def test_the_command_says_where_to_get_it(capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["data", "get", "cmu_mosi"]) == 1
    assert "https://github.com/pliang279/MultiBench" in capsys.readouterr().err
    assert main(["data", "show", "cmu_mosi"]) == 1
    assert "brought by hand" in capsys.readouterr().err
    write(tmp_path / "mosi_data.pkl", tiny.mosi())
    assert main(["data", "show", "cmu_mosi", "--folder", str(tmp_path / "mosi_data.pkl")]) == 0
    assert (tmp_path / "cmu_mosi.png").stat().st_size > 5000
