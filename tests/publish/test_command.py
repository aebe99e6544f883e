"""``make publish`` on a small book: what it writes, what it refuses."""

from __future__ import annotations

import json
import re
from html import unescape

import nbformat
import pytest

from tests.book.conftest import build
from tests.programs import git
from tests.publish.conftest import SETUP, a_notebook, commit_all

ADDRESS = re.compile(r'href="(https://[^"]+)"')


def links(page) -> list[str]:
    """Return the addresses that a page's links lead to outside of the book."""
    return [unescape(link) for link in ADDRESS.findall(page.read_text(encoding="utf8"))]


def test_every_link_follows_from_one_name(small_repository, publish, tmp_path):
    out = tmp_path / "out"
    code, said = publish(small_repository, "--repository", "ada/a-book", "--out", out)
    assert code == 0, said
    commit = git(small_repository, "rev-parse", "HEAD")
    record = json.loads((out / "published.json").read_text(encoding="utf8"))
    home = "https://github.com/ada/a-book"
    assert "published.json" not in record.pop("files")
    assert record == {"repository": home, "commit": commit, "version": "1.2.3"}
    assert f"git push {home}.git HEAD:main" in said

    notebook = nbformat.read(out / "notebooks/book/one/first.ipynb", as_version=4)
    stamped = f'SOURCE = "mmtutor @ git+{home}@{commit}"'
    assert notebook.cells[1].source == SETUP.replace('SOURCE = ""', stamped)
    downloaded = out / "site/_sources/book/one/first.ipynb"
    assert nbformat.read(downloaded, as_version=4) == notebook

    page = links(out / "site/book/one/first.html")
    blob = "ada/a-book/blob/notebooks/book/one/first.ipynb"
    assert f"https://colab.research.google.com/github/{blob}" in page
    assert f"https://www.kaggle.com/kernels/welcome?src=https://github.com/{blob}" in page
    assert f"{home}/edit/main/book/one/first.ipynb" in page
    assert f"{home}/commit/{commit}" in page
    assert [link for link in page if link.startswith(f"{home}/issues/new?title=1+")]
    assert f"{home}/edit/main/book/intro.md" in links(out / "site/book/intro.html")
    assert not [link for link in links(out / "site/book/intro.html") if "colab" in link]

    front = (out / "notebooks/README.md").read_text(encoding="utf8")
    assert f"[Colab](https://colab.research.google.com/github/{blob})" in front
    assert "https://ada.github.io/a-book/" in front
    assert (out / "site/.nojekyll").exists()
    assert (out / "site/index.html").exists()
    assert f"git+{home}@{commit}" in (out / "notebooks/binder/environment.yml").read_text()


def test_without_an_address_no_link_leads_nowhere(small_repository, tmp_path):
    made = build(small_repository, tmp_path)
    assert made.code == 0, made.log
    page = tmp_path / "_build/html/book/one/first.html"
    assert links(page) == []
    text = page.read_text(encoding="utf8")
    assert not re.search("colab|binder|kaggle|github|edit this page|report a problem", text, re.I)
    [notebook] = re.findall(r'href="([^"]+)" download', text)
    assert (page.parent / notebook).read_bytes() == (
        small_repository / "book/one/first.ipynb"
    ).read_bytes()
    assert "<pre>make lab</pre>" in text
    assert "<code>one/first.ipynb</code>" in text


def test_a_company_has_a_host_of_its_own(small_repository, publish, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/book")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example.edu")
    site_url = "https://pages.example.edu/book/"
    code, said = publish(small_repository, "--out", tmp_path / "out", "--site-url", site_url)
    assert code == 0, said
    page = links(tmp_path / "out/site/book/one/first.html")
    assert "https://git.example.edu/team/book/edit/main/book/one/first.ipynb" in page
    assert not [link for link in page if re.search("github.com|colab|binder|kaggle", link)]
    text = (tmp_path / "out/site/book/one/first.html").read_text(encoding="utf8")
    assert "git clone https://git.example.edu/team/book" in text
    front = (tmp_path / "out/notebooks/README.md").read_text(encoding="utf8")
    assert site_url in front
    assert "colab" not in front.lower()


def test_a_commit_is_published_and_not_what_lies_about(small_repository, publish, tmp_path):
    git(small_repository, "tag", "v1")
    a_notebook(small_repository / "book/one/first.ipynb", "A later chapter")
    commit_all(small_repository)
    (small_repository / "book/intro.md").write_text("# Unfinished\n\nText.\n", encoding="utf8")
    (small_repository / "secret.txt").touch()
    out = tmp_path / "out"
    arguments = ["--repository", "ada/a-book", "--out", out]
    code, said = publish(small_repository, *arguments, "--ref", "v1", "--branch", "teaching")
    assert code == 0, said
    assert "Left out: what is changed and not committed, 2 files" in said
    assert "first" in (out / "notebooks/README.md").read_text(encoding="utf8")
    assert "Unfinished" not in (out / "site/book/intro.html").read_text(encoding="utf8")
    assert not list(out.rglob("secret.txt"))
    page = links(out / "site/book/intro.html")
    assert "https://github.com/ada/a-book/edit/teaching/book/intro.md" in page


@pytest.mark.parametrize("name", ["ada", "ada/b/c", "ada/b c", 'ada/"b', "../b", "ada/-b", ""])
def test_what_is_no_repository_is_refused(name, small_repository, publish, tmp_path):
    code, said = publish(small_repository, "--repository", name, "--out", tmp_path / "out")
    assert code == 2
    assert "owner/name" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("--ref=nowhere", "'nowhere' names no commit"),
        ("--ref=--output=x", "names no commit"),
        ("--branch=a b", "the branch 'a b' is not"),
    ],
)
def test_the_reason_is_said(argument, reason, small_repository, publish, tmp_path):
    out = tmp_path / "out"
    code, said = publish(small_repository, "--repository", "ada/b", "--out", out, argument)
    assert code == 1
    assert reason in said
    assert not out.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["repository"]


def test_a_folder_of_others_is_refused(small_repository, publish, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.tex").touch()
    code, said = publish(small_repository, "--repository", "ada/b", "--out", tmp_path / "out")
    assert code == 1
    assert "did not write" in said
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.tex"]


def test_a_notebook_without_the_cell_is_named(small_repository, publish, tmp_path):
    a_notebook(small_repository / "book/one/first.ipynb", "First", setup="import mmtutor")
    commit_all(small_repository)
    code, said = publish(small_repository, "--repository", "ada/b", "--out", tmp_path / "out")
    assert code == 1
    assert "first.ipynb has no setup cell" in said


def test_pages_that_do_not_build_are_not_published(small_repository, publish, tmp_path):
    (small_repository / "book/intro.md").write_text("# A\n\n[gone](gone.md)\n", encoding="utf8")
    commit_all(small_repository)
    code, said = publish(small_repository, "--repository", "ada/b", "--out", tmp_path / "out")
    assert code == 1
    assert "gone.md" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["repository"]
