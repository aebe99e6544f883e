"""An address is made of harmless characters, and every door follows from it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book._ext.address import Address

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def address(**changed: str) -> Address:
    whole = {"repository": "ada/a-book", "branch": "main", "commit": COMMIT, "version": "0.1.0"}
    return Address(**{**whole, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"repository": "ada"},
        {"repository": "ada/"},
        {"repository": "/book"},
        {"repository": "ada/book/more"},
        {"repository": "ada/.."},
        {"repository": "-x/book"},
        {"repository": 'ada/book"'},
        {"repository": "ada/b\nook"},
        {"repository": "ada/book\n"},
        {"repository": "ada/böök"},
        {"repository": "ada/<b>"},
        {"branch": "--upload-pack=x"},
        {"branch": "a/../b"},
        {"branch": "a b"},
        {"commit": "main"},
        {"commit": COMMIT[:12]},
        {"version": '0.1"'},
        {"server": "http://github.com"},
        {"server": "https://github.com/"},
        {"server": "https://u:p@github.com"},
        {"server": "javascript:alert(1)//"},
    ],
    ids=str,
)
def test_what_is_no_address_is_refused_by_name(changed):
    [name] = changed
    with pytest.raises(ValueError, match=f"the {name} "):
        address(**changed)


@given(st.text(), st.sampled_from(["repository", "branch", "commit", "version"]))
def test_nothing_gets_through_that_could_end_a_string(text, name):
    try:
        made = address(**{name: text})
    except ValueError:
        return
    for written in (made.source, made.home, made.edit("book/x.ipynb")):
        assert written.isascii()
        assert not set(written.removeprefix("mmtutor @ ")) & set("\"'<>&\\ \n\t{}$`;")


def test_what_pip_installs_is_one_state_for_ever():
    assert address().source == f"mmtutor @ git+https://github.com/ada/a-book@{COMMIT}"


def test_doors_open_the_published_notebook():
    doors = address().doors("book/math/a.ipynb")
    blob = "ada/a-book/blob/notebooks/book/math/a.ipynb"
    assert doors["Colab"] == f"https://colab.research.google.com/github/{blob}"
    assert doors["Kaggle"].endswith(f"?src=https://github.com/{blob}")
    binder = urlsplit(doors["Binder"])
    assert binder.path == "/v2/gh/ada/a-book/notebooks"
    assert parse_qs(binder.query) == {"urlpath": ["lab/tree/book/math/a.ipynb"]}


def test_another_host_has_no_door_to_services_that_do_not_know_it():
    made = address(server="https://git.example.edu:8443")
    assert made.doors("book/a.ipynb") == {}
    assert made.source.startswith("mmtutor @ git+https://git.example.edu:8443/ada/a-book@")
    assert made.pages == ""


@pytest.mark.parametrize(
    ("repository", "pages"),
    [
        ("Ada/Book", "https://ada.github.io/Book/"),
        ("Ada/ada.github.io", "https://ada.github.io/"),
    ],
)
def test_pages_of_a_project_and_of_a_person(repository, pages):
    assert address(repository=repository).pages == pages


def test_a_problem_names_its_page_and_state():
    asked = parse_qs(urlsplit(address().problem("4 · A & B", "book/a.ipynb")).query)
    assert asked["title"] == ["4 · A & B: "]
    assert "book/a.ipynb" in asked["body"][0]
    assert COMMIT[:12] in asked["body"][0]
