"""Ask a picture a question; a tiny vision-language model answers in the page."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch
import traitlets
from torch import Tensor, nn

from mmtutor.datasets import Tokenizer
from mmtutor.datasets.tokens import MARKS
from mmtutor.figures.live.ask_picture.weights import export_model
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

MOST = 32

WORDS = {
    "label": "Ask a tiny vision-language model about a picture",
    "picture": "Choose a picture",
    "style": "Drawn by",
    "question": "Or ask with words of your own, in small sentences such as",
    "ask": "Ask",
    "forms": "Ask what it was trained to answer",
    "seen": "What the model sees: {name}, drawn by {style}, {side} × {side} pixels",
    "answer": "“{question}?” – “{answer}”.",
    "sure": "It gives this answer {percent} %.",
    "blind": "With its eyes closed, the same model says “{answer}”.",
    "new": "This is none of the questions above: what it says may mean nothing.",
    "unknown": "It does not know the word {words}. It knows {count} words.",
    "unknown_many": "It does not know the words {words}. It knows {count} words.",
    "empty": "Type a question.",
    "long": "That is too long: at most {most} words.",
}


class AskPicture(LiveFigure):
    """Choose an emoji and a style, choose or type a question; read what the model says.

    The model runs in the page, with weights of 8 bits. An answer is greedy: the likeliest word
    after the words so far, until the end mark; its probability is the product over its words,

    .. math:: p(a \\mid x, q) = \\prod_t p(a_t \\mid x, q, a_{<t}).

    Words that the model does not know are named and not answered.

    :param model: a :class:`~mmtutor.models.VisionLanguage`, see
        :func:`~mmtutor.figures.live.ask_picture.weights.export_model`.
    :param tokenizer: its words.
    :param pictures: for each emoji's name the picture by style, ``{name: {style: picture}}``,
        ``(3, side, side)`` in [0, 1]; at most 32 names.
    :param questions: what it was trained to answer, without a mark.
    :param state: ``picture`` and ``style`` (numbers), ``question`` (text), ``words``.
    :raises TypeError, ValueError: a model that a page cannot run; no picture, or one of another
        size; a tokenizer of other words than the model's.
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (640, 960)

    network = traitlets.Dict().tag(sync=True)
    vocabulary: traitlets.List[str] = traitlets.List().tag(sync=True)
    pictures: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    questions: traitlets.List[str] = traitlets.List().tag(sync=True)
    picture = traitlets.Int(0).tag(sync=True, low=0, high=lambda figure: len(figure.pictures) - 1)
    style = traitlets.Int(0).tag(
        sync=True, low=0, high=lambda figure: len(figure.pictures[figure.picture]["styles"]) - 1
    )
    question = traitlets.Unicode().tag(sync=True)

    _esm = javascript("ask_picture/figure.js")

    def __init__(
        self,
        model: nn.Module,
        tokenizer: Tokenizer,
        pictures: Mapping[str, Mapping[str, Tensor]],
        questions: Sequence[str],
        **state: Any,
    ) -> None:
        network = export_model(model)
        side = network["layout"]["side"]
        if len(tokenizer) != len(model.state_dict()["embedding.weight"]):
            raise ValueError(f"the model does not have the {len(tokenizer)} words of the tokenizer")
        if not 1 <= len(pictures) <= MOST or not all(pictures.values()):
            raise ValueError(f"1 to {MOST} emoji, each in at least one style, got {len(pictures)}")
        super().__init__(
            network=network,
            vocabulary=list(tokenizer.words[len(MARKS) :]),
            pictures=[
                {
                    "name": name,
                    "styles": list(drawn),
                    "pixels": [_pixels(name, x, side) for x in drawn.values()],
                }
                for name, drawn in pictures.items()
            ],
            questions=list(questions),
            **{"question": questions[0] if questions else "", **state},
        )


def _pixels(name: str, picture: Tensor, side: int) -> str:
    """A picture as bytes, red, green and blue plane by plane, in base64."""
    if picture.shape != (3, side, side) or not 0 <= picture.min() <= picture.max() <= 1:
        raise ValueError(
            f"a picture is (3, {side}, {side}) in [0, 1], that of {name!r} is "
            f"{tuple(picture.shape)} in {picture.min():.3g} … {picture.max():.3g}"
        )
    return base64.b64encode((picture * 255).round().to(torch.uint8).numpy().tobytes()).decode()
