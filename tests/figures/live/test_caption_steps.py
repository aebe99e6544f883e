"""The page says a caption as the package does: words, attention and beams, moved by keyboard."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from mmtutor.datasets import Captioning, Tokenizer
from mmtutor.encoders import GridCNN
from mmtutor.figures.live import CaptionSteps
from mmtutor.models import (
    Captioner,
    LSTMDecoder,
    TransformerDecoder,
    beam,
    round_rows,
    rounded,
)
from tests.refusals import refused

MODULE = ("runtime/rounded.js", "caption_steps/decoder.js")
SAID = ["a red cat", "a blue dog sits", "the sun"]


def made() -> tuple[Captioner, Captioning]:
    torch.manual_seed(0)
    pixels = torch.randint(256, (3, 3, 8, 8), dtype=torch.uint8)
    data = Captioning(pixels, SAID, Tokenizer.from_texts(SAID, "en"))
    decoder = LSTMDecoder(len(data.tokenizer), 6, dim=8, longest=5)
    with torch.no_grad():
        for p in decoder.parameters():
            p.mul_(3)
            if p.shape == (len(data.tokenizer),):
                p[:3] -= 20  # as any training does: no mark but the end is ever said
    return Captioner(GridCNN(out_dim=6, channels=(8,), grid=2), decoder, side=8).eval(), data


def figure(**state) -> CaptionSteps:
    return CaptionSteps.of(*made(), [0, 1, 2], **state)


def as_in_the_page() -> tuple[LSTMDecoder, torch.Tensor]:
    """The decoder and the cells with the numbers that the page has."""
    model, data = made()
    with torch.no_grad():
        grid = model.grid(data.batch(torch.arange(3))[0]["image"])
    cells = [levels * scale for levels, scale in map(round_rows, grid)]
    return rounded(model.decoder), torch.stack(cells)


def test_the_page_decodes_as_the_package(run_js):
    shown = figure()
    decoder, cells = as_in_the_page()
    given = {"w": shown.decoder, "cells": shown.cells, "path": [4, 6, 5]}
    tables = "unpack(given.w), cellsOf(unpack(given.cells)['picture 1'], 6)"
    got = run_js(MODULE, f"(({{logp, look, sum}}) => [logp, look, sum])(after({tables}, "
                         "given.path, 2))", given)  # fmt: skip
    with torch.no_grad():
        logits, look = decoder(cells[1:2], torch.tensor([[2, 4, 6, 5]]))
    log_p = logits[0].log_softmax(dim=1)
    np.testing.assert_allclose(got[0], log_p[3], atol=1e-4)
    np.testing.assert_allclose(got[1], look[0, 3], atol=1e-5)
    assert got[2] == pytest.approx(float(log_p[0, 4] + log_p[1, 6] + log_p[2, 5]), abs=1e-4)

    class Eyes(torch.nn.Module):
        out_dim = 6

        def tokens(self, image):
            return cells[1:2], None

    model = Captioner(Eyes(), decoder, side=8)
    image = torch.zeros(1, 3, 8, 8)
    for K in (1, 3):
        options = f"{{first: 2, last: 3, width: {K}, length: 5}}"
        best = run_js(MODULE, f"beam({tables}, {options})[0]", given)
        want = beam(model, image, width=K)
        assert best["path"] == [w for w in want.words[0].tolist() if w or 3 not in want.words[0]]
        assert best["sum"] == pytest.approx(float(want.log_probability), abs=1e-4)


def test_words_and_beams_by_keyboard(open_figure, said):
    shown = figure(width=2)
    decoder, cells = as_in_the_page()
    with torch.no_grad():
        first = decoder(cells[:1], torch.tensor([[2]]))[0][0, 0].log_softmax(dim=0)
    order = first.argsort(descending=True).tolist()
    page = open_figure(shown)
    assert "a red cat" in said(page)
    page.locator("select").focus()
    said(page, "Tab", "Tab")  # from the list of pictures to the likeliest word, and the second
    expect(page.locator(".cs-words button").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    word = shown.vocabulary[order[1]] if order[1] != 3 else "(end)"
    expect(page.locator(".cs-said")).to_have_text(word)  # drawn with the next frame
    assert f"Σ ln p = {float(first[order[1]]):.2f}".replace("-", "−") in said(page)
    rows = page.locator(".cs-beam li").all_inner_texts()
    assert len(rows) == 2
    assert f"{float(first[order[0]]):.2f}".replace("-", "−") in rows[0]

    page.get_by_role("button", name="Start again").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="The likeliest to the end").focus()
    assert "Said." in said(page, "Enter")
    words = greedy_words(decoder, cells[:1])
    assert page.locator(".cs-said").inner_text() == " ".join(
        "(end)" if w == 3 else shown.vocabulary[w] for w in words
    )
    page.locator("select").focus()
    assert "a blue dog sits" in said(page, "ArrowDown")
    assert "Nothing is said yet" in page.locator(".cs-said").inner_text()


def greedy_words(decoder: LSTMDecoder, cells: torch.Tensor) -> list[int]:
    path = [2]
    with torch.no_grad():
        while path[-1] != 3 and len(path) <= decoder.longest:
            path.append(int(decoder(cells, torch.tensor([path]))[0][0, -1].argmax()))
    return path[1:]


def test_accessible_and_fits(look_at):
    look_at(figure(path=[4]))


def test_bad_input_is_refused():
    model, data = made()
    other = Captioner(None, TransformerDecoder(9, 8, dim=8), side=8)
    few = Captioning(torch.zeros(1, 3, 8, 8, dtype=torch.uint8), ["a"],
                     Tokenizer.from_texts(["a"], "en"))  # fmt: skip
    for error, message, call in (
        (TypeError, "whose decoder is an LSTMDecoder", lambda: CaptionSteps.of(other, data, [0])),
        (TypeError, "whose decoder", lambda: CaptionSteps.of("x", data, [0])),
        (ValueError, "1 to 24 pictures, got 0", lambda: CaptionSteps.of(model, data, [])),
        (ValueError, "1 to 24 pictures, got 25", lambda: CaptionSteps.of(model, data, [0] * 25)),
        (ValueError, "1 pictures, but 2 names",
         lambda: CaptionSteps.of(model, data, [0], ["a", "b"])),
        (ValueError, "picture must be a whole number in 0…2, got 3", lambda: figure(picture=3)),
        (ValueError, "width must be a whole number in 1…5, got 0", lambda: figure(width=0)),
        (ValueError, "no word has the id 99", lambda: figure(path=[99])),
        (ValueError, "have 5 words, the decoder", lambda: CaptionSteps.of(model, few, [0])),
    ):  # fmt: skip
        refused(error, message, call)
