"""A listing says what a person would see, and a trial holds both its halves."""

from __future__ import annotations

import pytest

from mmtutor.lessons import ClaimFailed, Listing, patient, trial


def test_an_attempt_says_what_a_person_would_see(capsys):
    assert Listing("print('here')\nx = [1][3]\n").attempt() is None
    assert capsys.readouterr().out == (
        "here\nline 2 | x = [1][3]\nIndexError: list index out of range\n"
    )
    assert Listing("x = 3").attempt()["x"] == 3
    assert capsys.readouterr().out == "runs, and prints nothing\n"
    Listing("def f(:").attempt()
    assert "SyntaxError" in capsys.readouterr().out


def test_the_line_is_the_listings_own_even_inside_a_library(capsys):
    Listing("import torch\ny = 1\ntorch.zeros(2) @ torch.zeros(3)").attempt()
    assert capsys.readouterr().out.startswith("line 3 | torch.zeros(2) @ torch.zeros(3)\n")


def test_a_listing_is_changed_where_it_was_meant():
    listing = Listing("a = 1\nb = 1\n")
    assert listing.changed("b = 1", "b = 2").text == "a = 1\nb = 2\n"
    assert listing.text == "a = 1\nb = 1\n"
    for old, times in (("= 1", 2), ("c = 1", 0)):
        with pytest.raises(ValueError, match=f"{times} times"):
            listing.changed(old, "")
    assert repr(listing) == "  1 | a = 1\n  2 | b = 1"
    assert repr(patient()).startswith("  1 | import torch\n")


def test_a_trial_holds_both_halves(capsys):
    def is_three(value: int) -> None:
        assert value == 3, f"{value} is not 3\nand more"

    trial("a number", is_three, broken=2, cured=3)
    assert capsys.readouterr().out == (
        "a number\n  before ✗ AssertionError: 2 is not 3\n  after  ✓ passes\n"
    )
    with pytest.raises(ClaimFailed, match="does not notice"):
        trial("asleep", is_three, broken=3, cured=3)
    with pytest.raises(ClaimFailed, match="still fails after the cure: AssertionError: 4"):
        trial("hypochondriac", is_three, broken=2, cured=4)
