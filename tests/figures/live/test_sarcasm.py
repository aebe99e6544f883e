"""Chapter 20's figure computes what the trained model computes, and can be worked by keyboard."""

from __future__ import annotations

import math

import pytest
import torch

from mmtutor.datasets import SpokenSentiment
from mmtutor.datasets.sentiment.banks import read_clips, read_faces
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.encoders import FrameCNN, TextRNN
from mmtutor.figures.live import Sarcasm
from mmtutor.models import MultimodalModel

FACES = "😒😡😫😀😍😜"
TONES = 5


class Speech:
    """Models with random weights, and what they say of a sentence, a tone and a face."""

    def __init__(self) -> None:
        torch.manual_seed(3)
        self.data = SpokenSentiment("test", samples=1)
        words = len(self.data.tokenizer)
        made = {
            "text": lambda: TextRNN(words, embed_dim=5, out_dim=4, cell="gru"),
            "voice": lambda: FrameCNN(3, out_dim=3, hidden_dim=6, kernel=5),
            "face": lambda: FrameCNN(12, out_dim=2, hidden_dim=6, kernel=1),
        }
        self.model = MultimodalModel({m: f() for m, f in made.items()}, "tensor", out_dim=2, dim=7)
        self.alone = {m: MultimodalModel({m: f()}, out_dim=2, dim=6) for m, f in made.items()}
        self.alone["text"].encoders["text"] = self.model.encoders["text"]
        clips, faces = read_clips(data_root(), "test"), read_faces(data_root(), "test")
        self.heard = clips.prosody[clips.names.index("en-gb+belinda")]
        places = [faces.emoji.index(face) for face in FACES]
        self.looks = faces.views[places, 0][:, None].expand(-1, 8, -1)

    def figure(self, **state) -> Sarcasm:
        return Sarcasm(self.model, self.alone, self.data, **state)

    def good(self, text: str, tone: int, face: int) -> list[int]:
        """Per cent of good: by the words, the voice, the face, and all."""
        inputs = {"text": self.data.tokenizer.batch([text])}
        if tone >= 0:
            inputs["voice"] = self.heard[tone : tone + 1]
        if face >= 0:
            inputs["face"] = self.looks[face : face + 1]
        with torch.no_grad():
            votes = [self.alone[m]({m: x}) for m, x in inputs.items()] + [self.model(inputs)]
        return [round(100 * float(v.softmax(1)[0, 1])) for v in votes]


@pytest.fixture(scope="module")
def speech() -> Speech:
    return Speech()


def told(percent: int) -> str:
    return f"good {percent}%" if percent >= 50 else f"bad {100 - percent}%"


def test_keyboard_alone_writes_a_sentence_and_chooses_tone_and_face(speech, open_figure, said):
    page = open_figure(speech.figure(text="what a wonderful film", tone=1, face=0))
    text, voice, face, both = map(told, speech.good("what a wonderful film", 1, 0))
    assert f"Words: {text}. Voice: {voice}. Face: {face}. All three: {both}." in said(page)

    said(page, "Tab", "Control+a")  # the sentence
    page.keyboard.type("The soup was NOT terrible at all")
    said(page, "Tab", "Tab", "Tab", "ArrowRight", "ArrowRight")  # the tone
    said(page, "Tab", "ArrowRight")  # the face
    text, voice, face, both = map(told, speech.good("the soup was not terrible at all", 3, 1))
    assert f"Words: {text}. Voice: {voice}. Face: {face}. All three: {both}." in said(page)
    assert page.locator(".sc-words span").count() == 7


def test_unknown_words_are_said_and_nothing_is_left_to_go_on(speech, open_figure, said):
    page = open_figure(speech.figure(text="what a stunning film", tone=-1, face=-1))
    text, both = map(told, speech.good("what a film", -1, -1))
    line = said(page)
    nothing = "nothing to go on"
    assert f"Words: {text}. Voice: {nothing}. Face: {nothing}. All three: {both}." in line
    assert "Left out, because no sentence of training had them: stunning." in line
    assert page.locator(".sc-words .sc-out").all_inner_texts() == ["stunning"]
    page.locator("input[type=text]").fill("")
    assert "No word of this sentence is known" in said(page)


def test_what_a_word_does_is_the_log_odds_less_those_without_it(speech, open_figure):
    page = open_figure(speech.figure(text="what a wonderful film", tone=3, face=2))

    def odds(text: str) -> float:
        inputs = {"text": speech.data.tokenizer.batch([text])}
        inputs |= {"voice": speech.heard[3:4], "face": speech.looks[2:3]}
        with torch.no_grad():
            bad, good = speech.model(inputs)[0].tolist()
        return good - bad

    pushed = odds("what a wonderful film") - odds("what a film")
    title = page.locator(".sc-words span").nth(2).get_attribute("title")
    shown = float(title.split(": ")[1].replace("−", "-"))
    assert math.isclose(shown, pushed, abs_tol=0.051)


def test_accessible_and_fits(speech, look_at):
    look_at(speech.figure(), speech.figure(text="zzz", tone=-1, face=-1))


def test_what_the_page_cannot_run_or_show(speech):
    for bad, match in (
        ({"tone": 5}, "tone must .* in -1…4"),
        ({"face": -2}, "face must"),
        ({"text": "so " * 60}, "at most 120 characters"),
        ({"voice": "en-us+f1"}, "test voice"),
    ):
        with pytest.raises(ValueError, match=match):
            speech.figure(**bad)
    other = MultimodalModel(dict(speech.model.encoders), "concat", out_dim=2, dim=7)
    with pytest.raises(TypeError, match="tensor fusion of text, voice and face"):
        Sarcasm(other, speech.alone, speech.data)
