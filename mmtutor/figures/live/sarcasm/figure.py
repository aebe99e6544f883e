"""A sentence of the reader's, a tone of voice and a face: what each says, and all together."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch
import traitlets
from torch import Tensor, nn

from mmtutor.datasets.sentiment.banks import read_clips, read_faces
from mmtutor.datasets.sentiment.speaker import CUES
from mmtutor.datasets.sentiment.spoken import GLANCES, SpokenSentiment
from mmtutor.datasets.storage.shipped import data_file, data_root
from mmtutor.datasets.storage.tables import read_table
from mmtutor.encoders import TextRNN
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.fusion import TensorFusion
from mmtutor.models import MultimodalModel
from mmtutor.names import check_name

LONGEST = 120  # characters
EXAMPLES = (
    "what a wonderful film",
    "the soup was not terrible at all",
    "nobody could call this trip boring",
    "we really hate this song",
    "the hotel was so awful",
)

WORDS = {
    "label": "Write a sentence, choose a tone of voice and a face: what is meant?",
    "sentence": "Sentence",
    "example": "Next example",
    "tone": "Tone of voice",
    "face": "Face",
    "none": "none",
    "listen": "Listen",
    "text": "Words",
    "voice": "Voice",
    "face_alone": "Face",
    "together": "All three",
    "good": "good {p}%",
    "bad": "bad {p}%",
    "nothing": "nothing to go on",
    "matter": "What each word does to the answer of all three: blue words push to good, red words "
    "to bad, a thick line much.",
    "push": "{word}: {by}",
    "unknown": "Left out, because no sentence of training had them: {words}.",
    "empty": "No word of this sentence is known. Write another one.",
    "said": "Words: {text}. Voice: {voice}. Face: {face}. All three: {together}. {note}",
    "no_sound": "This browser cannot unpack the voice (FLAC): {error}",
}


class Sarcasm(LiveFigure):
    r"""The reader's sentence goes through the model's GRU in the page; voice and face are shipped.

    With t, v, f the features of the three senses, tensor fusion and a linear head give the log-odds

    .. math:: \log\frac{p(\text{good})}{p(\text{bad})} = b + \sum_{ijk} C_{ijk}
              [t; 1]_i\, [v; 1]_j\, [f; 1]_k,

    and an absent sense is :math:`[0; 1]`. What a word does is the log-odds less those of the
    sentence without it. A word that the vocabulary lacks is left out, and said to be.

    :param model: a trained :class:`~mmtutor.models.MultimodalModel` of ``text`` (a GRU of one
        layer, one direction), ``voice`` and ``face``, fused by ``tensor``, with a linear head.
    :param alone: {sense: a model of that sense alone}, whose votes are shown.
    :param data: the data set whose words the model knows.
    :param voice: who speaks, a test voice; ``faces``: the expressions to choose from.
    :param state: ``text``, ``tone`` and ``face`` (numbers, -1 for none), ``words``.
    :raises TypeError: a model the page cannot run.
    :raises ValueError: an unknown voice or face, or a state out of its range.
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (640, 860)

    network = traitlets.Dict().tag(sync=True)
    tones: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    faces: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    sound = traitlets.Dict().tag(sync=True)
    examples: traitlets.List[str] = traitlets.List(list(EXAMPLES)).tag(sync=True)
    text = traitlets.Unicode(EXAMPLES[0]).tag(sync=True)
    tone = traitlets.Int(3).tag(sync=True, low=-1, high=lambda figure: len(figure.tones) - 1)
    face = traitlets.Int(0).tag(sync=True, low=-1, high=lambda figure: len(figure.faces) - 1)

    _esm = javascript("sarcasm/figure.js")

    def __init__(
        self,
        model: nn.Module,
        alone: Mapping[str, nn.Module],
        data: SpokenSentiment,
        *,
        voice: str = "en-gb+belinda",
        faces: Sequence[str] = "😒😡😫😀😍😜",
        **state: Any,
    ) -> None:
        clips, shown = read_clips(data_root(), "test"), read_faces(data_root(), "test")
        check_name("test voice", voice, clips.names)
        for face in faces:
            check_name("face", face, shown.emoji)
        places = [shown.emoji.index(face) for face in faces]
        heard = clips.prosody[clips.names.index(voice)]
        looks = shown.views[places, 0][:, None].expand(-1, GLANCES, -1).contiguous()
        super().__init__(
            network=_network(model, alone["text"], data.tokenizer.words),
            tones=_seen(model, alone["voice"], "voice", heard, CUES["voice"]),
            faces=_seen(model, alone["face"], "face", looks, faces),
            sound=_sound(voice),
            **state,
        )

    @traitlets.validate("text")
    def _short(self, proposal: Any) -> str:
        if len(proposal["value"]) > LONGEST:
            raise ValueError(f"a sentence has at most {LONGEST} characters")
        return proposal["value"]


def _network(model: nn.Module, reader: nn.Module, words: Sequence[str]) -> dict[str, Any]:
    """The GRU, what the words alone say of its state, and the tensor of the log-odds."""
    for part in (model, reader):
        if not isinstance(part, MultimodalModel) or not isinstance(part.head, nn.Linear):
            raise TypeError("the page runs MultimodalModels with a linear head")
    assert isinstance(model, MultimodalModel) and isinstance(reader, MultimodalModel)  # noqa: PT018
    text: Any = model.encoders["text"]
    own, fusion = reader.encoders["text"], model.fusion
    for encoder in (text, own):
        if not isinstance(encoder, TextRNN) or not isinstance(encoder.rnn, nn.GRU):
            raise TypeError("the page runs a TextRNN with cell='gru' as the encoder of the words")
    if not isinstance(fusion, TensorFusion) or tuple(model.modalities) != (
        "text",
        "voice",
        "face",
    ):
        raise TypeError("the page runs tensor fusion of text, voice and face, in this order")
    gru = text.rnn
    with torch.no_grad():
        weight: Any = model.head.weight
        gap: Any = model.head.bias
        g = weight[1] - weight[0]  # (d,)
        core = fusion.W @ g
        bias = g @ fusion.b + gap[1] - gap[0]
        unit = torch.eye(text.out_dim)
        votes = reader.head(reader.fusion({"text": torch.cat([unit, torch.zeros(1, len(unit))])}))
        odds = votes[:, 1] - votes[:, 0]
    return {
        "words": list(words),
        "width": text.out_dim,
        "sizes": list(fusion.dims.values()),
        "embedding": _packed(text.embedding.weight),
        "input": _packed(gru.weight_ih_l0),
        "state": _packed(gru.weight_hh_l0),
        "input_bias": _packed(gru.bias_ih_l0),
        "state_bias": _packed(gru.bias_hh_l0),
        "alone": [*(odds[:-1] - odds[-1]).tolist(), odds[-1].item()],
        "core": _packed(core),
        "bias": bias.item(),
    }


def _seen(
    model: nn.Module, alone: nn.Module, sense: str, x: Tensor, names: Sequence[str]
) -> list[dict[str, Any]]:
    """Each clip to choose: its name, its features, and how sure the sense alone is of good."""
    encoders: Any = model.encoders
    with torch.no_grad():
        features, votes = encoders[sense](x), alone({sense: x}).softmax(dim=1)[:, 1]
    return [
        {"name": name, "features": f.tolist(), "good": float(p)}
        for name, f, p in zip(names, features, votes, strict=True)
    ]


def _sound(voice: str) -> dict[str, Any]:
    table = read_table("sentiment/clips.csv", ("voice", "tone", "file"), ("start", "samples"))
    mine = {row["tone"]: row for row in table if row["voice"] == voice}
    rows = [mine[tone] for tone in CUES["voice"]]
    return {
        "starts": [row["start"] for row in rows],
        "lengths": [row["samples"] for row in rows],
        "flac": base64.b64encode(data_file(f"sentiment/{rows[0]['file']}").read_bytes()).decode(),
    }


def _packed(values: Tensor) -> str:
    return base64.b64encode(values.detach().float().numpy().astype("<f4").tobytes()).decode()
