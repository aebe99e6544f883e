from __future__ import annotations

import pytest

from mmtutor.datasets import Synthetic, TwoSigns
from mmtutor.figures import show_limits


def test_every_subset_has_its_bar_and_its_words():
    problem = Synthetic.mixture(modalities=3, samples=1)
    picture = show_limits(problem, {("x1", "x2"): 0.612})
    svg = picture.svg()
    for subset, limit in problem.bayes_accuracies().items():
        for said in (" + ".join(subset), f"{limit:.3f}"):
            assert said in picture.alt
            assert f">{said}<" in svg
    assert "a model with x1 + x2 reached 0.612" in picture.alt
    assert "A guess: 0.500" in picture.alt


def test_a_dot_for_each_model():
    problem = TwoSigns(samples=1)
    plain, dotted = show_limits(problem).svg(), show_limits(problem, {("x1", "x2"): 0.8}).svg()
    assert "#d55e00" not in plain.lower()
    assert "#d55e00" in dotted.lower()


def test_senses_that_are_not_there():
    with pytest.raises(ValueError, match=r"no senses \('x2', 'x1'\), it has"):
        show_limits(TwoSigns(samples=1), {("x2", "x1"): 0.8})
    with pytest.raises(TypeError, match=r"known of a KnownProblem.*got list"):
        show_limits([1, 2])
