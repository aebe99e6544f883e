"""What ``make lab`` opens: copies that are yours, and JupyterLab at the first of them."""

from __future__ import annotations

import os

import pytest

from book import lab


@pytest.fixture
def book(tmp_path):
    for name in ("setup.ipynb", "math/one.ipynb"):
        (tmp_path / "book" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "book" / name).write_text("first", encoding="utf8")
    return tmp_path / "book"


NAMES = ["setup.ipynb", "math/one.ipynb"]


def test_what_you_changed_stays_and_the_rest_follows_the_book(book, tmp_path):
    copies = tmp_path / "notebooks"
    assert lab.renew(book, copies, NAMES) == []
    (copies / "setup.ipynb").write_text("mine", encoding="utf8")
    assert lab.renew(book, copies, NAMES) == []
    for name in NAMES:
        (book / name).write_text("second", encoding="utf8")
    assert lab.renew(book, copies, NAMES) == ["setup.ipynb"]
    assert (copies / "setup.ipynb").read_text("utf8") == "mine"
    assert (copies / "math/one.ipynb").read_text("utf8") == "second"
    (copies / "setup.ipynb").unlink()
    assert lab.renew(book, copies, NAMES) == []
    assert (copies / "setup.ipynb").read_text("utf8") == "second"


@pytest.mark.parametrize(
    ("given", "wanted", "unwanted"),
    [
        ([], ["--port=8888", "/notebooks", "/lab/tree/setup.ipynb"], ["--no-browser"]),
        (["--port", "9000", "--browser", "no"], ["--port=9000", "--no-browser"], []),
        (["--edit", "1"], ["/book"], ["/notebooks"]),
    ],
)
def test_jupyterlab_opens_where_it_should(given, wanted, unwanted, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda path, words: started.append(" ".join(words)))
    monkeypatch.setattr(lab, "renew", lambda *_: [])
    lab.main(given)
    assert all(f"{word} " in f"{started[0]} " for word in wanted)
    assert not [word for word in unwanted if f"{word} " in f"{started[0]} "]


def test_a_port_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit):
        lab.main(["--port", "many"])
    assert capsys.readouterr().err == (
        "make lab: PORT=many is no port; a number from 0 (any free one) to 65535 is\n"
    )
