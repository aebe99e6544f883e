"""The captioners of chapter 17: eyes, and a decoder that speaks from what they see.

``recipes/captioner.py`` trains each of them five times; the weights of the first time are in
``data/captioner``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from mmtutor.datasets import EmojiCaptioning, data_file
from mmtutor.encoders import GridCNN
from mmtutor.metrics import exact_match
from mmtutor.models import Captioner, Decoder, LSTMDecoder, Said, TransformerDecoder, greedy
from mmtutor.names import check_name
from mmtutor.training import load_weights

SIDE, UNSEEN_STYLE, CELL = 24, "noto-v1", 48
SPEAKERS: Mapping[str, str] = {"lstm": "en", "transformer": "en", "chinese": "zh", "blind": "en"}
"""Who speaks, and the language of each. All but the Transformer have an LSTM."""


def emoji(split: str, speaker: str = "lstm", **options: Any) -> EmojiCaptioning:
    """Pictures for a speaker, in the styles that it is trained on if nothing else is said."""
    check_name("speaker", speaker, SPEAKERS)
    chosen = options if "styles" in options else {"without": UNSEEN_STYLE, **options}
    return EmojiCaptioning(split, language=SPEAKERS[speaker], side=SIDE, **chosen)


def captioner(speaker: str, seed: int = 0) -> Captioner:
    """One that was not trained yet; the same seed, the same first weights.

    :raises ValueError: an unknown speaker.
    """
    data = emoji("train", speaker)
    V, T = len(data.tokenizer), data.targets.shape[1]
    decoder: Decoder
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if speaker == "transformer":
            decoder = TransformerDecoder(V, CELL, dim=64, longest=T, layers=1, dropout=0.1)
        else:
            decoder = LSTMDecoder(V, CELL, dim=96, longest=T, dropout=0.1)
        eyes = GridCNN(out_dim=CELL, channels=(24, 48), grid=6, levels=20)
    return Captioner(None if speaker == "blind" else eyes, decoder, side=SIDE, word_dropout=0.3)


def shipped(speaker: str) -> Captioner:
    """The first of five that the recipe trains, from ``data/captioner``; its weights are float16.

    :raises ValueError: an unknown speaker.
    :raises FileNotFoundError, DamagedDataError: the file is missing or damaged.
    """
    model = captioner(speaker).half()
    load_weights(model, data_file(f"captioner/{speaker}.safetensors"))
    return model.float().eval()


def say(
    model: Captioner, data: EmojiCaptioning, how: Callable[..., Said] = greedy, **options: Any
) -> list[str]:
    """What a captioner says of every picture of a data set."""
    return [
        data.tokenizer.decode(words)
        for index in torch.arange(len(data)).split(256)
        for words in how(model, data.batch(index)[0]["image"], **options).words
    ]


def judge(data: EmojiCaptioning, said: Sequence[str]) -> dict[str, float]:
    """Shares of sentences that are right as a whole, and part by part."""
    split = [" ".join(data.tokenizer.split(s)) for s in said]
    right = [" ".join(data.tokenizer.split(c)) for c in data.captions]
    told = [(data.parts.of(s), data.truth(i)) for i, s in enumerate(said)]
    share = {part: sum(s[part] == t[part] for s, t in told) / len(told) for part in told[0][1]}
    return {"exact": exact_match(split, right), **share}
