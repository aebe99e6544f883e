"""CIDEr against a plain loop and by hand; CHAIR by hand."""

from __future__ import annotations

import math

import pytest

from mmtutor.metrics import chair, cider

SAID = ["a cat sits", "a dog runs fast", "the sun"]
RIGHT = [["a cat sits", "the cat lies"], ["a dog runs"], ["the sun shines on a dog"]]


def plain(said, references, n_gram=4):
    """Vedantam et al., equations 1 to 3, with lists."""
    scores = []
    for s, several in zip(said, references, strict=True):
        of_n = []
        for n in range(1, n_gram + 1):

            def grams(text, n=n):
                w = text.split()
                return [" ".join(w[i : i + n]) for i in range(len(w) - n + 1)]

            def vector(text, vocabulary, n=n, grams=grams):
                own = grams(text)
                seen = {g: sum(any(g in grams(r) for r in rs) for rs in references)
                        for g in vocabulary}  # fmt: skip
                rarity = {g: math.log(len(references) / max(1, seen[g])) for g in vocabulary}
                return [own.count(g) / max(1, len(own)) * rarity[g] for g in vocabulary]

            vocabulary = sorted(
                {g for t in [*said, *(r for rs in references for r in rs)] for g in grams(t)}
            )
            cosines = []
            for r in several:
                a, b = vector(s, vocabulary), vector(r, vocabulary)
                length = math.sqrt(sum(v * v for v in a)) * math.sqrt(sum(v * v for v in b))
                cosines.append(sum(x * y for x, y in zip(a, b, strict=True)) / length
                               if length else 0.0)  # fmt: skip
            of_n.append(sum(cosines) / len(cosines))
        scores.append(sum(of_n) / n_gram)
    return sum(scores) / len(scores)


def test_cider_is_the_formula():
    for n_gram in (1, 2, 4):
        assert cider(SAID, RIGHT, n_gram=n_gram) == pytest.approx(plain(SAID, RIGHT, n_gram))
    assert cider(SAID[::-1], RIGHT[::-1]) == pytest.approx(cider(SAID, RIGHT))


def test_cider_by_hand():
    """Of two pictures: "a" is said of both and weighs nothing, "cat" weighs ln 2."""
    assert cider(["a cat", "a dog"], ["a cat", "a dog"], n_gram=1) == pytest.approx(1)
    # The said vector is (cat, big) with weights (ln 2, ln 2) / 2: big is in no reference.
    assert cider(["cat big", "a dog"], ["a cat", "a dog"], n_gram=1) == pytest.approx(
        (1 / math.sqrt(2) + 1) / 2
    )


def test_one_picture_has_no_rare_words():
    assert cider(["a cat on a mat"], ["a cat on a mat"]) == 0
    assert cider(["a cat on a mat"] * 2, ["a cat on a mat"] * 2) == 0
    perfect = ["a cat on a mat", "two dogs run very fast"]
    assert cider(perfect, perfect) == pytest.approx(1)
    assert cider(["a cat", "two dogs"], ["a cat", "two dogs"]) == pytest.approx(0.5)


def test_chair_by_hand():
    said = [{"cat", "dog"}, {"cat"}, set()]
    there = [{"cat"}, {"cat", "mat"}, {"dog"}]
    assert chair(said, there) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert chair([set()], [{"cat"}]) == (0, 0)
    assert chair([["cat", "cat"]], [()]) == (1, 1)
