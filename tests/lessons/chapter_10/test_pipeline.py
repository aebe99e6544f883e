"""Chapter 10's pipeline runs as it stands on CIFAR-100."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import torch

from mmtutor import lessons
from mmtutor.datasets.storage.checksums import files_below, write_sums
from tests.datasets.public import tiny
from tests.lessons.chapter_10.cases import NOTEBOOKS, cells

OF_TRAINED_MODELS = {
    "informative captions: more than the picture alone",
    "leaking captions bring it to",
    "unrelated captions: not much more than the picture alone",
    "the leaking model without the picture",
    "the leaking model where captions do not leak",
    "and that is less than the picture alone",
}
"""Claims of C.5: measured on emoji, and promised for no other pictures."""


def test_the_same_code_runs_on_cifar_100(tmp_path, monkeypatch, capsys):
    """The notebook's own cells, on a tiny archive in CIFAR-100's format, as if fetched."""
    folder = tmp_path / "cifar100"
    [packed] = tiny.cifar100().values()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    write_sums(folder, files_below(folder))
    monkeypatch.setenv("MMTUTOR_DATA", str(tmp_path))
    torch.set_num_threads(1)

    judge = lessons.claim

    def note(text: str, value: Any, **bounds: Any) -> None:
        """What a training leads to is another thing on 200 flat tiles; the rest is judged."""
        noted[text] = value
        if text not in OF_TRAINED_MODELS:
            judge(text, value, **bounds)

    noted: dict[str, Any] = {}
    monkeypatch.setattr(lessons, "claim", note)
    names = {"__name__": "clinic"}
    for source in cells("pipeline", NOTEBOOKS[1]):
        exec(source.replace('DATA = "emoji"', 'DATA = "cifar100"'), names)
    assert repr(names["train"]).startswith("CIFAR100('train', 200 photographs")
    assert len(names["test"]) == 300
    assert noted["a score for each class"] == 100
    assert set(names["accuracy"]) == {"picture alone", "informative", "leaking", "unrelated"}
    assert noted.keys() >= OF_TRAINED_MODELS
    # Three pictures of each class: here recall is accuracy, and no claim may say otherwise.
    assert "classes of equal size: recall is accuracy" in noted
    assert "classes of unequal size: recall is below accuracy" not in noted
