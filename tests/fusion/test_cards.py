"""What a catalogue shows of an operator is what its docstring says."""

from __future__ import annotations

import re

import pytest

from mmtutor import fusion

WITHOUT_A_PAPER = {"concat", "weighted", "average"}


@pytest.mark.parametrize("name", sorted(fusion.OPERATORS))
def test_every_operator_has_a_title_an_equation_and_its_papers(name):
    card = fusion.card(name)
    assert card.name == name
    assert card.title.endswith(".")
    assert any(equation.startswith(("h =", r"\mathrm{softmax}(h)")) for equation in card.equations)
    for equation in card.equations:
        assert equation.count("{") == equation.count("}")
        assert "\n" not in equation
    assert bool(card.papers) == (name not in WITHOUT_A_PAPER)
    for authors, address in card.papers:
        assert re.fullmatch(r"[A-Z][\w'-]+( et al\.)? \d{4}", authors)
        assert re.match(r"https://(arxiv\.org/abs/\d{4}\.\d{4,5}$|doi\.org/10\.)", address)


def test_several_equations_and_papers_are_told_apart():
    gated, attention = fusion.card("gated"), fusion.card("attention")
    assert len(gated.equations) == 2
    assert gated.equations[0] == r"h = \sum_m z_m \circ \tanh(W_m x_m + b_m)"
    assert [authors for authors, _ in attention.papers] == [
        "Bahdanau et al. 2015",
        "Vaswani et al. 2017",
    ]
    assert fusion.card("stacking").papers[0][1] == "https://doi.org/10.1016/S0893-6080(05)80023-1"


def test_an_operator_of_ones_own_has_a_card_too(monkeypatch):
    class Silent(fusion.Concat):
        name = "silent"

    class Told(fusion.Concat):
        r"""The second of a pair.

        .. math:: h = x_2, \qquad
                  x_2 \in \mathbb{R}^d

        Source: Doe 2001, *On Seconds*, https://doi.org/10.1000/182.
        """

        name = "told"

    Silent.__doc__ = None
    monkeypatch.setitem(fusion.OPERATORS, "silent", Silent)
    monkeypatch.setitem(fusion.OPERATORS, "told", Told)
    assert fusion.card("silent") == fusion.Card("silent", "", (), ())
    assert fusion.card("told").equations == ("h = x_2", r"x_2 \in \mathbb{R}^d")
    assert fusion.card("told").papers == (("Doe 2001", "https://doi.org/10.1000/182"),)


def test_an_unknown_operator_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'gated'"):
        fusion.card("gate")
