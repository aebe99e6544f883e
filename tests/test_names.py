"""The one sentence about a name nobody knows."""

from __future__ import annotations

import pytest

from mmtutor.names import check_name, nearest, unknown
from tests.programs import ROOT


def test_all_names_are_listed_and_the_nearest_is_guessed():
    assert unknown("domain", "humans", ["espeak", "human"]) == (
        "unknown domain 'humans', expected one of 'espeak', 'human'; did you mean 'human'?"
    )
    thirty = [f"name{i}" for i in range(30)]
    assert "…" not in unknown("name", "x", thirty)
    assert all(repr(name) in unknown("name", "x", thirty) for name in thirty)
    assert "'name7', …" in unknown("name", "x", [*thirty, "name30"])


def test_capital_letters_are_no_other_word():
    assert nearest("lstm", ["GRU", "LSTM"]) == "; did you mean 'LSTM'?"
    assert nearest("zzz", ["GRU", "LSTM"]) == ""


@pytest.mark.parametrize("name", ["Eye", "", None, 3, ["eye"]])
def test_only_a_known_name_passes(name):
    check_name("modality", "eye", {"eye": 1})
    with pytest.raises(KeyError, match="unknown modality"):
        check_name("modality", name, {"eye": 1}, KeyError)


def test_nobody_else_writes_that_sentence():
    """Other files call ``check_name``, ``unknown`` or ``nearest``."""
    for path in (ROOT / "mmtutor").rglob("*.py"):
        text = path.read_text(encoding="utf8")
        if path.name != "names.py" and "exercises" not in path.parts:
            assert "difflib" not in text, path
            assert "did you mean" not in text.lower(), path
