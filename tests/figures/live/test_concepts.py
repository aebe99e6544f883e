"""Chapter 1's figure of concepts: every picture and every word is where it should be."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from mmtutor.datasets import EmojiCatalogue
from mmtutor.figures.live import Concepts

WORDS = {
    "en": [
        ["cat", "pet", "whiskers"],
        ["dog", "pet", "hot dog"],
        ["café", "drink", "cup"],
        ["moon", "night"],
    ],
    "zh": [["猫", "小猫", "宠物"], ["狗", "宠物"], ["咖啡", "热饮"], ["月亮", "夜晚"]],
}
LANGUAGES = {"en": "English", "zh": "中文"}


def drawings() -> dict[str, torch.Tensor]:
    """Three styles of four pictures, all opaque and all different."""
    random = torch.Generator().manual_seed(0)
    drawn = {style: torch.rand(4, 4, 12, 12, generator=random) for style in ("pen", "ink", "wax")}
    for pictures in drawn.values():
        pictures[:, 3] = 1.0
    return drawn


@pytest.fixture
def figure():
    return Concepts(WORDS, drawings(), languages=LANGUAGES)


SHOWN = """async () => {
  const sheet = getComputedStyle(document.querySelector(".cn-cell")).backgroundImage.slice(5, -2);
  const image = new Image();
  image.src = sheet;
  await image.decode();
  return [...document.querySelectorAll(".cn-wall .cn-cell")].map((cell) => {
    const style = getComputedStyle(cell);
    const [x, y] = style.backgroundPosition.split(" ").map(parseFloat);
    const side = parseFloat(style.width);
    const scale = parseFloat(style.backgroundSize) / image.naturalWidth;
    const canvas = new OffscreenCanvas(side / scale, side / scale);
    const context = canvas.getContext("2d");
    context.drawImage(image, x / scale, y / scale);
    const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
    return [cell.getAttribute("aria-label"), canvas.width, Array.from(data)];
  });
}"""


@pytest.mark.parametrize("concept", [0, 2])
def test_each_picture_is_the_artists_own(open_figure, figure, concept):
    figure.concept = concept
    shown = open_figure(figure).evaluate(SHOWN)
    assert len(shown) == 3
    for (label, side, data), (style, pictures) in zip(shown, drawings().items(), strict=True):
        assert label == f"{WORDS['en'][concept][0]}, drawn by {style}"
        got = np.reshape(data, (side, side, 4))[2:-2, 2:-2]
        want = np.round(255 * pictures[concept].permute(1, 2, 0).numpy())
        np.testing.assert_array_equal(got, want)


def on_shelf(page) -> list[str]:
    return page.locator(".cn-shelf input:not([hidden])").evaluate_all(
        "nodes => nodes.map((node) => node.getAttribute('aria-label'))"
    )


def tongues(page) -> dict[str, str]:
    return {
        node.get_attribute("lang"): node.inner_text()
        for node in page.locator(".cn-tongue > div").all()
    }


def test_keyboard_alone_works_every_control(open_figure, said, figure):
    page = open_figure(figure)
    assert said(page) == "“cat”: 3 pictures, 6 words, one idea."
    page.keyboard.press("Tab")
    page.keyboard.type("ho")
    assert on_shelf(page) == ["dog"]
    assert said(page) == "1 of 4 concepts match “ho”."
    assert said(page, "Enter") == "“dog”: 3 pictures, 5 words, one idea."
    assert tongues(page) == {"en": "dog\npet, hot dog", "zh": "狗\n宠物"}
    page.keyboard.press("Escape")
    assert on_shelf(page) == ["cat", "dog", "café", "moon"]
    page.keyboard.press("Tab")
    for _ in range(5):  # a surprise is never the concept that is there already
        assert said(page) != said(page, "Enter")
    chosen = "document.activeElement.getAttribute('aria-label')"
    for key in ("Tab", "ArrowRight"):
        text = said(page, key)
        assert page.evaluate(chosen) in text


def test_a_surprise_is_on_the_shelf_whatever_was_searched(open_figure, said, figure):
    page = open_figure(figure)
    page.keyboard.press("Tab")
    page.keyboard.type("cat")  # the concept that is there: a surprise is another
    said(page, "Tab", "Enter")
    chosen = page.locator(".cn-shelf input:checked:not([hidden])").get_attribute("aria-label")
    assert said(page).startswith(f"“{chosen}”: ")
    assert page.locator("input[type=search]").input_value() == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pet", ["cat", "dog"]),
        ("PE", ["cat", "dog"]),
        ("dog", ["dog"]),
        ("et", []),  # a word must begin with it
        ("cafe", ["café"]),
        ("宠", ["cat", "dog"]),
        ("猫", ["cat"]),  # any place in a Chinese word
        ("", ["cat", "dog", "café", "moon"]),
    ],
)
def test_search_reads_every_language(open_figure, said, figure, text, found):
    page = open_figure(figure)
    page.locator("input[type=search]").fill(text)
    assert on_shelf(page) == found
    if not found:
        assert said(page) == f"No concept here has a word that begins with “{text}”."


def test_every_language_is_marked_as_such(open_figure, figure):
    page = open_figure(figure)
    chinese = page.locator("[lang=zh]").all_inner_texts()
    assert any("中文" in text for text in chinese)
    assert any("猫" in text for text in chinese)
    rest = page.evaluate(
        """() => {
          const copy = document.querySelector(".live-figure").cloneNode(true);
          copy.querySelectorAll("[lang=zh], style").forEach((node) => node.remove());
          return copy.textContent;
        }"""
    )
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in rest)


def test_accessible_and_fits(look_at, figure):
    look_at(figure, Concepts(WORDS, drawings(), concept=3))


def test_bad_input_is_refused_in_words():
    good = drawings()
    named = WORDS["en"]
    for words, pictures, state, message in (
        ({}, good, {}, "at least one language"),
        ({"en": []}, good, {}, "1 to 64 concepts"),
        ({"en": named, "zh": [["猫"]]}, good, {}, "4 concepts, but 1 of them in language 'zh'"),
        ({"en": [[], *named[1:]]}, good, {}, "concept 0 has no name in language 'en'"),
        ({"en": [["cat"], "dog", *named[2:]]}, good, {}, "concept 1 has no name in language 'en'"),
        (WORDS, {**good, "ink": good["ink"][:, :3]}, {}, "style 'ink' must have shape"),
        (WORDS, {**good, "wax": 255 * good["wax"]}, {}, r"style 'wax' must lie in \[0, 1\]"),
        (WORDS, good, {"concept": 4}, "concept must be a whole number in 0…3"),
    ):
        with pytest.raises(ValueError, match=message):
            Concepts(words, pictures, **state)


def test_catalogue_is_shown_in_all_its_styles_and_both_languages():
    catalogue = EmojiCatalogue(["noto", "twemoji"])
    figure = Concepts.of(catalogue, ["cat", "🚀"], concept=1)
    assert figure.styles == [catalogue.credits[s]["title"] for s in catalogue.styles]
    assert [language["code"] for language in figure.languages] == ["en", "zh"]
    for language in figure.languages:
        name, keywords = catalogue.words("rocket", language["code"])
        assert language["words"][1] == [name, *keywords]
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(figure.sheet))))
    for column, style in enumerate(catalogue.styles):
        cell = sheet[52:104, 52 * column : 52 * (column + 1)][2:-2, 2:-2]
        want = catalogue.picture("rocket", style, "transparent")
        seen = want[..., 3] > 0
        np.testing.assert_array_equal(cell[seen], want[seen])
        assert not cell[~seen].any()
    with pytest.raises(ValueError, match="did you mean"):
        Concepts.of(catalogue, ["rockit"])
    with pytest.raises(ValueError, match="at least one"):
        Concepts.of(catalogue, [])
