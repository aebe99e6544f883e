"""The figure of the tiny vision-language model: it answers in the page as PyTorch does."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mmtutor.datasets import Tokenizer
from mmtutor.datasets.tokens import END, MARKS, START
from mmtutor.encoders import ImageCNN
from mmtutor.figures.live import AskPicture
from mmtutor.figures.live.ask_picture.weights import export_model
from mmtutor.models import VisionLanguage, rounded, tiny_vlm

WORDS = ("what", "is", "it", "?", "a", "red", "green", "fish", "cat", "which", "colour")
QUESTIONS = ["what is it", "which colour"]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer((*MARKS, *WORDS), "en")


@pytest.fixture(scope="module")
def model(tokenizer) -> VisionLanguage:
    """A random model whose words depend on the picture and on one another."""
    torch.manual_seed(3)
    model = tiny_vlm(len(tokenizer))
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.mul_(1.5)
        model.embedding.weight[:END] = 0  # it says words, not marks
    return model.eval()


@pytest.fixture(scope="module")
def pictures() -> dict[str, dict[str, torch.Tensor]]:
    shades = torch.rand(3, 3, 24, 24, generator=torch.Generator().manual_seed(0))
    shades = (shades * 255).round() / 255
    return {"fish": {"pen": shades[0], "ink": shades[1]}, "cat": {"wax": shades[2]}}


def said_by_torch(model, tokenizer, question: str, picture) -> str:
    ids = torch.tensor([[START, *tokenizer.encode(f"{question} ?")]])
    seen = None if picture is None else picture[None]
    told = rounded(model).answer(ids, seen, end=END, most=32)
    return tokenizer.decode(told[0])


def test_pages_logits_are_torchs(run_js, model, tokenizer, pictures):
    ids = [START, *tokenizer.encode("what is it ? red fish")]
    given = {
        "network": export_model(model),
        "pixels": [x.flatten().tolist() for drawn in pictures.values() for x in drawn.values()],
        "ids": ids,
    }
    told = run_js(
        ("ask_picture/network.js",),
        """(() => {
          const net = visionLanguage(given.network);
          const all = given.pixels.map((x) => net.next(net.see(Float32Array.from(x)), given.ids));
          return [...all, net.next([], given.ids)].map((x) => Array.from(x));
        })()""",
        given,
    )
    image = torch.stack([x for drawn in pictures.values() for x in drawn.values()])
    text = torch.tensor([ids])
    with torch.no_grad():
        seeing = rounded(model)({"image": image, "text": text.expand(3, -1)})[:, -1]
        blind = rounded(model)({"text": text})[:, -1]
    want = torch.cat([seeing, blind]).numpy()
    np.testing.assert_allclose(np.array(told), want, atol=1e-4 * abs(want).max())
    assert abs(want[0] - want[2]).max() > 0.1  # what is seen matters


def test_keyboard_alone_asks(open_figure, said, model, tokenizer, pictures):
    page = open_figure(AskPicture(model, tokenizer, pictures, QUESTIONS))

    def answers(question: str, name: str, style: str, *keys: str) -> None:
        answer = said_by_torch(model, tokenizer, question, pictures[name][style])
        assert said(page, *keys).startswith(f"“{question}?” – “{answer}”.")

    answers("what is it", "fish", "pen")
    blind = said_by_torch(model, tokenizer, "what is it", None)
    assert f"With its eyes closed, the same model says “{blind}”." in said(page)
    answers("what is it", "cat", "wax", "Tab", "ArrowRight")  # the second picture
    answers("what is it", "fish", "pen", "ArrowLeft")  # its styles are there
    answers("what is it", "fish", "ink", "Tab", "ArrowRight")  # the second style
    answers("which colour", "fish", "ink", "Tab", "ArrowRight")  # the second question
    said(page, "Tab", "Control+A")
    page.keyboard.type("Is it a CAT?")
    answers("is it a cat", "fish", "ink", "Enter")
    assert said(page).endswith("none of the questions above: what it says may mean nothing.")
    page.keyboard.press("Control+A")
    page.keyboard.type("is it a zebra or a yak")
    unknown = f"It does not know the words “zebra”, “or”, “yak”. It knows {len(WORDS)} words."
    assert said(page, "Enter") == unknown
    page.keyboard.press("Control+A")
    page.keyboard.type("?!")
    assert said(page, "Tab", "Enter") == "Type a question."  # by the button


def test_accessible_and_fits(look_at, model, tokenizer, pictures):
    look_at(AskPicture(model, tokenizer, pictures, QUESTIONS))


def test_bad_input_is_refused_in_words(model, tokenizer, pictures):
    good = {"model": model, "tokenizer": tokenizer, "pictures": pictures, "questions": QUESTIONS}
    wide = VisionLanguage(ImageCNN(in_channels=3, channels=(8, 16, 256), grid=3), 5000)
    other = tiny_vlm(len(tokenizer), "cross_attention")
    for error, message, bad in (
        (TypeError, "a page can run a VisionLanguage", {"model": torch.nn.Linear(2, 2)}),
        (ValueError, "'one_stream', this one is 'cross_attention'", {"model": other}),
        (ValueError, "over 409,600", {"model": wide}),
        (ValueError, "does not have the 4 words", {"tokenizer": Tokenizer(MARKS, "en")}),
        (ValueError, "1 to 32 emoji", {"pictures": {}}),
        (ValueError, "that of 'fish' is", {"pictures": {"fish": {"pen": torch.zeros(3, 8, 8)}}}),
        (ValueError, "picture must be a whole number in 0…1, got 2", {"picture": 2}),
        (ValueError, "style must be a whole number in 0…1, got 5", {"style": 5}),
    ):
        with pytest.raises(error, match=message):
            AskPicture(**{**good, **bad})
