"""Chapter 6's figure computes what mmtutor's attention computes, and can be worked by keyboard."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from mmtutor.figures.live import AttentionWeights
from mmtutor.fusion.attention import Attention

KEYS = [[-1.4, 1.1], [1.6, 0.9], [0.2, -1.6]]
NAMES = ("sight", "sound", "text")
QUERIES = [[1.0, 0.6], [0.0, 0.0], [-2.0, 2.0], [0.3, -1.7]]
MASKS = [list(mask) for mask in itertools.product([True, False], repeat=3) if any(mask)]


def expected(query: list[float], temperature: float = 1.0, present=(True, True, True)):
    """The weights and y, by the operator of mmtutor with these keys."""
    operator = Attention(dict.fromkeys(NAMES, 2), 2, temperature=temperature).double()
    for layers in (operator.K, operator.V):
        for m in NAMES:
            layers[m].weight.data = torch.eye(2, dtype=torch.double)
    operator.q.data = torch.tensor(query, dtype=torch.double)
    x = {m: torch.tensor([k], dtype=torch.double) for m, k in zip(NAMES, KEYS, strict=True)}
    mask = torch.tensor([present])
    with torch.no_grad():
        y = operator(x, {m: mask[:, i] for i, m in enumerate(NAMES)})
        return operator.weights(x, mask)[0].numpy(), y[0].numpy()


def shown(page) -> list[float]:
    """The weights that stand in the table."""
    return [float(text) for text in page.locator(".aw-weight b").all_inner_texts()]


@pytest.mark.parametrize("temperature", [0.1, 1.0, 10.0])
def test_numbers_equal_those_of_the_package(run_js, temperature):
    cases = [(query, mask) for query in QUERIES for mask in MASKS]
    found = run_js(
        ("attention_weights/attention.js",),
        """given.cases.map(([query, present]) => attendTo(query, given.keys, given.keys,
             { temperature: given.temperature, present }))""",
        {"cases": cases, "keys": KEYS, "temperature": temperature},
    )
    for one, (query, mask) in zip(found, cases, strict=True):
        weights, y = expected(query, temperature, mask)
        np.testing.assert_allclose(one["weights"], weights, atol=1e-12)
        np.testing.assert_allclose(one["y"], y, atol=1e-12)


def test_values_apart_from_the_keys_and_scores_beyond_any_exponential(run_js):
    torch.manual_seed(0)
    q, k, v = torch.randn(1, 4), torch.randn(5, 4), torch.randn(5, 3)
    call = """attendTo(given.q, given.k, given.v,
                { temperature: given.temperature, present: given.k.map(() => true) })"""
    given = {"q": q[0].tolist(), "k": k.tolist(), "v": v.tolist(), "temperature": 1}
    found = run_js(("attention_weights/attention.js",), call, given)
    by_hand = (q @ k.T / math.sqrt(4)).softmax(1) @ v
    np.testing.assert_allclose(found["y"], by_hand[0], atol=1e-5)
    cold = run_js(("attention_weights/attention.js",), call, {**given, "temperature": 1e-5})
    np.testing.assert_allclose(cold["y"], v[(k @ q[0]).argmax()], atol=1e-6)


def test_keyboard_alone_moves_query_temperature_and_masks(open_figure, said):
    page = open_figure(AttentionWeights(query=[1.0, 0.5]))
    np.testing.assert_allclose(shown(page), expected([1.0, 0.5])[0], atol=0.006)
    text = said(page, "Tab", "ArrowRight", "Shift+ArrowUp")  # the query
    weights, y = expected([1.1, 1.0])
    assert "Query (1.1, 1.0)" in text
    assert f"sound is listened to most, with {100 * weights[1]:.0f} %" in text
    assert f"({y[0]:.2f}, {y[1]:.2f})" in text
    np.testing.assert_allclose(shown(page), weights, atol=0.006)

    said(page, "Tab", "Home")  # the temperature
    np.testing.assert_allclose(shown(page), expected([1.1, 1.0], 0.1)[0], atol=0.006)
    said(page, "End")
    np.testing.assert_allclose(shown(page), expected([1.1, 1.0], 10.0)[0], atol=0.006)

    text = said(page, "Tab", "Space")  # sight is absent
    weights, y = expected([1.1, 1.0], 10.0, (False, True, True))
    np.testing.assert_allclose(shown(page), weights, atol=0.006)
    assert f"({y[0]:.2f}, {y[1]:.2f})".replace("-", "−") in text
    assert "Only text is there" in said(page, "Tab", "Space")  # and sound
    assert shown(page) == [0, 0, 1]
    assert "Nobody is there" in said(page, "Tab", "Space")  # and text
    assert "(0.20, −1.60)" in said(page, "Space")


def test_a_zero_query_listens_to_all_alike(open_figure, said):
    page = open_figure(AttentionWeights())
    page.locator(".live-handle").press("Home")
    assert "listened to alike" in said(page)
    assert shown(page) == [0.33, 0.33, 0.33]


def test_an_absent_key_cannot_change_the_answer(open_figure, said):
    heard = [
        said(open_figure(AttentionWeights(absent=["sound"], key_vectors=[KEYS[0], key, KEYS[2]])))
        for key in (KEYS[1], [-2.0, -2.0])
    ]
    assert heard[0] == heard[1]


def test_drag_moves_the_query_and_stays_in_the_plane(open_figure, said):
    page = open_figure(AttentionWeights(query=[0.0, 0.0]), has_touch=True)
    box = page.locator(".live-handle").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 2000, steps=3)
    page.mouse.up()
    assert "Query (0.0, −2.0): text is listened to most" in said(page)


def test_accessible_and_fits(look_at):
    look_at(
        AttentionWeights(),
        AttentionWeights(query=[0.0, -2.0], temperature=0.1, absent=["sight"]),
        AttentionWeights(absent=list(NAMES)),
    )
