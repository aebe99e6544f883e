"""The figure of the search: pieces, vectors and shares in the page are those of Python."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import normalize

from mmtutor.datasets import EmojiCatalogue, NGrams
from mmtutor.datasets.ngrams import fnv1a, pieces, runs
from mmtutor.encoders import ImageCNN, TextBag
from mmtutor.figures.live import FindEmoji
from mmtutor.figures.live.find_emoji.weights import export_model
from mmtutor.models import Aligned, round_rows, rounded

GRAMS = NGrams(300)
KNOWN = ("red", "apple", "fish", "whale", "红", "鱼")
TEXTS = [
    "Red  APPLE!",
    "T恤 shirt",
    "红苹果,水果",
    "cat’s ｃａｔ",
    "pin\u0303ata",
    "a",
    "?!",
    "don't '",
]


@pytest.fixture(scope="module")
def model() -> Aligned:
    torch.manual_seed(3)
    eye = ImageCNN(in_channels=3, out_dim=8, channels=(4, 8, 8), grid=3)
    return Aligned({"image": eye, "text": TextBag(len(GRAMS), out_dim=8)}, dim=6).eval()


@pytest.fixture(scope="module")
def index() -> torch.Tensor:
    return torch.randn(30, 6, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def rows():
    return EmojiCatalogue().rows[:30]


def cosines(model: Aligned, index: torch.Tensor, modality: str, x: torch.Tensor) -> torch.Tensor:
    """What the page should compute: 8 bits a weight, in the index too."""
    q, s = round_rows(normalize(index, dim=1))
    with torch.no_grad():
        return (q * s) @ rounded(model).embed(modality, x)[0]


def test_pieces_and_hashes_are_pythons(run_js):
    told = run_js(
        ("find_emoji/pieces.js",),
        """given.map((text) => {
          const cut = runs(text).map((run) => pieces(run));
          return [runs(text), cut, cut.flat().map((piece) => fnv1a(piece))];
        })""",
        TEXTS,
    )
    for text, (found, cut, hashes) in zip(TEXTS, told, strict=True):
        assert found == runs(text)
        assert cut == [pieces(run) for run in runs(text)]
        assert hashes == [fnv1a(p) for run in runs(text) for p in pieces(run)]


def test_near_words_are_few_edits_away(run_js):
    told = run_js(
        ("find_emoji/pieces.js",),
        "given.map(([a, b]) => edits(a, b)).concat([nearest('wale', ['ale', 'whale', 'dog'])])",
        [["kitten", "sitting"], ["wale", "whale"], ["", "cat"], ["cat", "cat"]],
    )
    assert told == [3, 1, 3, 0, ["whale", "ale"]]


def test_vectors_are_torchs(run_js, model, index):
    picture = torch.rand(1, 3, 24, 24, generator=torch.Generator().manual_seed(1))
    told = run_js(
        ("find_emoji/space.js",),
        """(() => {
          const net = space(given.network);
          const asked = [net.read(runs(given.text)), net.see(Float32Array.from(given.pixels))];
          return asked.map((z) => Array.from(net.cosines(z)));
        })()""",
        {
            "network": export_model(model, index),
            "text": "red 红鱼",
            "pixels": picture.flatten().tolist(),
        },
    )
    want = [
        cosines(model, index, "text", GRAMS.batch(["red 红鱼"])),
        cosines(model, index, "image", picture),
    ]
    np.testing.assert_allclose(np.array(told), torch.stack(want).numpy(), atol=2e-5)


def best(model, index, rows, modality, x, tau) -> str:
    shares = (cosines(model, index, modality, x) / tau).softmax(dim=0)
    first = int(shares.argmax())
    return f"{rows[first].name['en']} first, with {100 * shares[first]:.1f} % at τ = {tau}."


def test_keyboard_alone_searches(open_figure, said, model, index, rows):
    page = open_figure(FindEmoji(model, index, rows, KNOWN, query="red fish"))

    def expected(text: str, tau: float = 0.07) -> str:
        return best(model, index, rows, "text", GRAMS.batch([text]), tau)

    assert said(page) == expected("red fish")
    said(page, "Tab", "Tab", "Control+A")
    page.keyboard.type("红鱼")
    assert said(page) == expected("红鱼")
    assert page.locator(".fe-found li").count() == 10
    page.keyboard.press("Control+A")
    page.keyboard.type("wale")
    assert said(page) == (
        f"{expected('wale')} It knows none of these words: “wale”. What is found goes by their "
        "letters. Words near it that are known: “whale”."
    )
    page.keyboard.press("Control+A")
    page.keyboard.type("?")
    assert said(page) == "Type a word."
    page.keyboard.press("Control+A")
    page.keyboard.type("fish")
    assert said(page, "Tab", "Home") == expected("fish", 0.01)  # the lowest temperature
    text = said(page, "Shift+Tab", "Shift+Tab", "ArrowRight")  # a drawing
    assert text == "The drawing has one colour only: there is nothing to see on it."
    text = said(page, "Tab", "Shift+ArrowRight")  # two red cells in the middle
    picture = torch.ones(3, 24, 24)
    picture[:, 12, 12:14] = torch.tensor([220, 47, 52])[:, None] / 255
    assert text == best(model, index, rows, "image", picture[None], 0.01)


def test_accessible_and_fits(look_at, model, index, rows):
    look_at(
        FindEmoji(model, index, rows, KNOWN), FindEmoji(model, index, rows, KNOWN, mode="drawing")
    )


def test_bad_input_is_refused_in_words(model, index, rows):
    good = {"model": model, "index": index, "rows": rows, "known": KNOWN}
    blind = Aligned({"image": TextBag(5), "text": TextBag(5)})
    wide = Aligned({"image": model.encoders["image"], "text": TextBag(5000, out_dim=96)}, dim=6)
    for error, message, bad in (
        (TypeError, "an Aligned with an ImageCNN", {"model": blind}),
        (ValueError, "3 vectors for 30 emoji", {"index": index[:3]}),
        (ValueError, r"must be \(N, 6\)", {"index": index[:, :4]}),
        (ValueError, "over 409,600", {"model": wide}),
        (ValueError, "unknown mode 'voice'", {"mode": "voice"}),
        (ValueError, r"temperature must be a number in 0\.01…0\.5", {"temperature": 2.0}),
        (ValueError, "576 digits from 0 to 7", {"drawing": "9"}),
    ):
        with pytest.raises(error, match=message):
            FindEmoji(**{**good, **bad})
