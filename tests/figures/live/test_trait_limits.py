"""Limits that stand beside a trait: what they refuse, in which words, and when."""

from __future__ import annotations

import math
import re

import pytest
import traitlets
from traitlets.traitlets import ValidateHandler

from mmtutor.figures import live
from mmtutor.figures.live import LiveFigure


class Shelf(LiveFigure):
    """Books of which some are lent, and one is looked at."""

    books = traitlets.List(["atlas", "novel"]).tag(sync=True)
    book = traitlets.Int(0).tag(sync=True, low=0, high=lambda figure: len(figure.books) - 1)
    lent = traitlets.List().tag(sync=True, among=lambda figure: figure.books)
    order = traitlets.Unicode("author").tag(sync=True, among=("author", "title"))
    zoom = traitlets.Int(1).tag(sync=True, among=(1, 2, 4))
    light = traitlets.Float(0.5).tag(sync=True, low=0, high=1)
    dust = traitlets.Float(9.0).tag(sync=True, low=0)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"book": 2}, "book must be a whole number in 0…1, got 2"),
        ({"light": -0.5}, "light must be a number in 0…1, got -0.5"),
        ({"light": math.nan}, "light must be a number in 0…1, got nan"),
        ({"dust": -1}, "dust must be a number of at least 0, got -1.0"),
        ({"dust": math.inf}, "dust must be a number of at least 0, got inf"),
        ({"zoom": 3}, "zoom must be one of 1, 2, 4, got 3"),
        (
            {"order": "titel"},
            "unknown order 'titel', expected one of 'author', 'title'; did you mean 'title'?",
        ),
        (
            {"lent": ["atlas", "novle"]},
            "unknown name in lent 'novle', expected one of 'atlas', 'novel'; did you mean 'novel'?",
        ),
        ({"lent": [3]}, "unknown name in lent 3, expected one of 'atlas', 'novel'"),
    ],
    ids=str,
)
def test_what_lies_outside_is_refused_in_words(state, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        Shelf(**state)
    shelf = Shelf()
    before = shelf.state()
    for name, value in state.items():
        with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
            setattr(shelf, name, value)
    assert shelf.state() == before


def test_both_ends_and_every_stop_are_allowed_and_stay_what_they_are():
    for state in (
        {"book": 1, "light": 0, "dust": 1e300, "zoom": 4, "order": "title"},
        {"book": 0, "light": 1, "dust": 0, "zoom": 1, "lent": ["novel", "novel"]},
    ):
        shown = Shelf(**state).state()
        assert {name: shown[name] for name in state} == state


def test_limits_are_looked_at_when_all_that_were_given_together_are_set():
    three = ["atlas", "novel", "poems"]
    for state in ({"book": 2, "books": three}, {"books": three, "book": 2}):
        shelf = Shelf(**state)
        assert shelf.book == 2
        with shelf.hold_trait_notifications():  # as a widget takes what a page sends
            shelf.book, shelf.books = 3, [*three, "plays"]
        assert shelf.book == 3
        with pytest.raises(ValueError, match=r"in 0…3, got 4"):
            shelf.book = 4
    with pytest.raises(ValueError, match=r"'poems', expected one of 'atlas', 'novel'"):
        Shelf(lent=["poems"])


def test_a_figure_made_from_another_keeps_its_limits_or_sets_its_own():
    class Tall(Shelf):
        ladder = traitlets.Int(1).tag(sync=True, low=1, high=3)
        zoom = traitlets.Int(1).tag(sync=True, among=(1, 8))
        light = traitlets.Any().tag(sync=True)

    assert Tall(zoom=8, light="dim").light == "dim"
    for state in ({"ladder": 4}, {"zoom": 2}, {"book": 2}):
        with pytest.raises(ValueError, match=next(iter(state))):
            Tall(**state)
    assert Shelf(zoom=2).zoom == 2


def test_a_limit_that_nothing_would_hold_is_refused():
    with pytest.raises(ValueError, match=r"tag of Bent\.height 'hihg'.*did you mean 'high'"):

        class Bent(LiveFigure):
            height = traitlets.Int(1).tag(sync=True, low=0, hihg=3)


def test_no_trait_has_both_limits_and_a_method():
    """Only one of the two would be asked."""
    for name in live.__all__:
        members = vars(getattr(live, name)).values() if name != "javascript" else ()
        handlers = (each for each in members if isinstance(each, ValidateHandler))
        checked = [trait for handler in handlers for trait in handler.trait_names]
        assert len(checked) == len(set(checked)), name
