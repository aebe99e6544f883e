"""Bad input of every data set: refused in the package's own words, whatever kind of thing came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mmtutor.datasets import (
    AVMNIST,
    CIFAR100,
    CMUMOSI,
    Augmented,
    AVDigits,
    Batches,
    CaptionedEmoji,
    Emoji,
    EmojiCaptioning,
    EmojiCatalogue,
    EmojiFeatures,
    EmojiQuestions,
    HanziWords,
    InMemory,
    Only,
    Scene,
    Smartwatch,
    SoundingScenes,
    Speaker,
    SpokenSentiment,
    Synthetic,
    Tokenizer,
    TwoSigns,
    data_file,
    data_home,
    read_plain_pickle,
)
from mmtutor.datasets.tokens import MARKS

PACKAGE = Path(__file__).parents[2] / "mmtutor"
NAN, INF = float("nan"), float("inf")

# Values of each kind of argument that are none.
NO_NAME = ("tset", "", 3, 1.5, None, True, b"train", ["train"])
NO_WHOLE = (-1, 1.5, "3", True, NAN, [1], 1j, np.float32(3), torch.tensor([1, 2]))
NO_COUNT = (0, *NO_WHOLE)
NO_SEED = (None, *NO_WHOLE)
NO_SIZE = (-0.1, NAN, INF, -INF, "0.1", None, True, [0.1], 1j, torch.tensor(0.1))
NO_SHARE = (1.5, *NO_SIZE)
NO_NAMES = (3, 1.5, None, b"noto", [3], [["noto"]], ["noto", "noto"], ["nota"], [])
NO_FOLDER = (3, 1.5, b"data", ["data"])

few = {"samples": 5}
noto = {"styles": "noto"}
pictures = InMemory({"image": torch.rand(4, 3, 5, 5)}, torch.tensor([0, 1, 0, 1]))
words = Tokenizer((*MARKS, "dark", "tone"), "en")
problem = Synthetic("test", redundancy=0.5, synergy=0.5, samples=5)


@cache
def catalogue() -> EmojiCatalogue:
    return EmojiCatalogue(["noto", "fxemoji"])


@cache
def digits() -> AVDigits:
    return AVDigits("test", pairs=5)


def of(make: Callable[[], object], method: str) -> Callable[..., Any]:
    """A method of what is made when it is called, and not when tests are collected."""

    def call(**arguments: object) -> object:
        return getattr(make(), method)(**arguments)

    call.__qualname__ = f"{make.__name__}.{method}"
    return call


def arguments() -> Iterator[tuple[Callable[..., Any], dict[str, Any], str, tuple[Any, ...]]]:
    """(what to call, the other arguments, which one is bad, its bad values)."""
    for make, others in (
        *((AVDigits, {}), (Emoji, noto), (EmojiFeatures, noto), (CaptionedEmoji, noto)),
        *((Synthetic, few), (TwoSigns, few), (HanziWords, few), (AVMNIST, {}), (CIFAR100, {})),
        *((Smartwatch, {}), (SpokenSentiment, few), (SoundingScenes, few), (EmojiQuestions, noto)),
    ):
        yield make, others, "split", NO_NAME
        if make is not EmojiFeatures:
            yield make, others, "seed", NO_SEED
    for name in ("domain", "language"):
        yield AVDigits, {}, name, ("human", *NO_NAME)  # of whom nothing is in training
    for name in ("image_noise", "audio_noise", "noise_spread"):
        yield AVDigits, {}, name, NO_SIZE
    yield AVDigits, {"noise_spread": 0.5}, "noise_correlation", NO_SHARE
    yield AVDigits, {}, "noise_correlation", (0.5,)
    yield AVDigits, {}, "pairs", (10**12, *NO_COUNT)
    for name in ("language", "text", "target", "background"):
        yield Emoji, noto, name, NO_NAME
    for make in (Emoji, EmojiCatalogue, CaptionedEmoji, EmojiFeatures, EmojiCaptioning):
        yield make, {}, "styles", NO_NAMES
    yield Emoji, {}, "without", tuple(v for v in NO_NAMES if v not in ([], ["noto", "noto"]))
    yield Emoji, noto, "unseen", tuple(v for v in NO_NAME if v is not None)
    yield Emoji, noto, "shift", (48, *NO_SEED)
    left = {"split": "test", "styles": "emojione-v1", "variants": True}
    yield Emoji, noto, "unseen", ("concept",)  # of which nothing is in training
    yield Emoji, left, "unseen", ("composition",)
    yield Emoji, noto, "without", ("noto",)
    yield EmojiFeatures, noto, "body", NO_NAME
    yield EmojiFeatures, {}, "styles", (["noto", "emojione-v1"],)
    yield EmojiFeatures, noto, "shift", (2,)
    for make, others in ((CaptionedEmoji, noto), (CIFAR100, {})):
        for name in ("captions", "target"):
            yield make, others, name, NO_NAME
    yield EmojiQuestions, noto, "kinds", NO_NAMES
    for make in (CaptionedEmoji, EmojiCaptioning, EmojiQuestions):
        yield make, noto, "side", (13, 96, None, *NO_COUNT)
    for name in ("split", "language"):
        yield EmojiCaptioning, noto, name, NO_NAME
    yield EmojiCaptioning, noto, "unseen", ("tone", *(v for v in NO_NAME if v is not None))
    for name in ("redundancy", "synergy", "shared_noise", "uniqueness"):
        yield Synthetic, few, name, NO_SHARE
    yield Synthetic, few, "uniqueness", ({"x3": 0.5}, {"x2": 1.5}, {"x1": "a"}, {1: 0.1})
    yield Synthetic, {**few, "synergy": 0.4}, "redundancy", (0.7,)
    yield Synthetic, {**few, "redundancy": 1.0}, "signal", ({"x1": 1.0, "x2": 2.0},)
    yield Synthetic, few, "signal", (9.0, {"x1": 1.0}, {"x1": 1, "x2": NAN}, *NO_SIZE)
    yield Synthetic, few, "modalities", (*NO_COUNT, None, "image", ("a", "a"), (), (1, 2), ([],))
    yield Synthetic, few, "classes", (1, 10**9, None, *NO_COUNT)
    yield Synthetic, {**few, "classes": 5, "synergy": 1.0}, "dim", (4, 10**6, *NO_COUNT)
    yield Smartwatch, {}, "split_by", ("people", *NO_NAME)
    yield Smartwatch, {}, "arm", ("rigth", *NO_NAME)
    yield Smartwatch, {}, "fold", (5, *NO_SEED)
    yield Smartwatch, {}, "seconds", (0, 15.1, *NO_SIZE)
    yield Smartwatch, {}, "step", (0, 0.01, 61, *NO_SIZE)
    yield HanziWords, few, "target", ("entri", *NO_NAME)
    for make in (Synthetic, TwoSigns, HanziWords, SoundingScenes, SpokenSentiment):
        yield make, {}, "samples", (10**12, *NO_COUNT)
    wrong = ((0, 1), (0, 1, 2, 0), (0.0, 1.0, 1.0, 0.0), (False, True, True, False), np.zeros(4))
    yield TwoSigns, few, "rule", ("xnor", "", 3, None, (0, 1, None, 1), *wrong)
    yield TwoSigns, few, "signal", (0.0, 9.0, (1.0,), (1.0, NAN), (1, 1, 1), ("a", "b"), *NO_SIZE)
    yield TwoSigns, few, "modalities", ("ab", 3, 2.5, None, ("a",), ("a", "a"), (1, 2), ("a", []))
    for name in ("sarcasm", "agreement", "noise", "drawl"):
        yield Speaker, {}, name, NO_SHARE
    yield SpokenSentiment, few, "speaker", ("sarcastic", 0.4, {"sarcasm": 0.4}, Speaker)
    yield SoundingScenes, few, "scene", ("balls", 3, {"objects": 3}, Scene)
    for name in ("negatives", "grain", "hiss", "clutter"):
        yield Scene, {}, name, NO_SHARE
    for name in ("cast", "source", "pitch"):
        yield Scene, {}, name, NO_NAME
    yield Scene, {}, "objects", (5, *NO_COUNT)
    yield AVMNIST, {}, "pairs", (101, *NO_COUNT)
    for make in (AVMNIST, CIFAR100):
        yield make, {}, "folder", NO_FOLDER
    yield data_home, {}, "folder", NO_FOLDER
    yield CMUMOSI, {}, "path", (None, *NO_FOLDER)
    yield CMUMOSI, {"path": "it.pkl"}, "target", ("binary", *NO_NAME)
    yield InMemory, {"targets": torch.zeros(3)}, "inputs", (
        {}, None, [torch.zeros(3)], torch.zeros(3), {"x": [1, 2, 3]}, {"x": torch.zeros(2)},
        {"x": torch.tensor(1.0)},
    )  # fmt: skip
    yield InMemory, {"inputs": {"x": torch.zeros(3)}}, "targets", (
        None, [0, 1, 0], torch.tensor(1), torch.zeros(2), torch.zeros(0),
    )  # fmt: skip
    one = {"inputs": {"x": torch.zeros(1)}, "targets": torch.zeros(1)}
    yield InMemory, one, "num_classes", NO_WHOLE
    for make in (Augmented, Batches):
        yield make, {}, "dataset", (None, 3, "emoji", [1, 2], torch.zeros(3))
        yield make, {"dataset": pictures}, "seed", NO_SEED
    yield Augmented, {"dataset": pictures}, "modality", NO_NAME
    yield Augmented, {"dataset": pictures}, "shift", (10**9, *NO_SEED)
    for name in ("brightness", "colour"):
        yield Augmented, {"dataset": pictures}, name, NO_SHARE
    yield (
        Batches,
        {"dataset": pictures},
        "batch_size",
        (None, *NO_COUNT),
    )
    yield Batches, {"dataset": pictures, "batch_size": 5}, "drop_last", (True,)
    yield Tokenizer, {"words": MARKS}, "language", NO_NAME
    yield Tokenizer, {"language": "en"}, "words", (None, 3, "<pad>", [], [1, 2], (*MARKS, "a", "a"))
    yield (
        Tokenizer.from_texts,
        {"texts": ["a"], "language": "en"},
        "at_least",
        (None, *NO_COUNT),
    )
    yield Tokenizer.from_texts, {"language": "en"}, "texts", (None, 3, "a text", [3], [None])
    yield words.batch, {}, "texts", (None, 3, "a text", [3], [None], [])
    yield words.batch, {"texts": ["dark tone"]}, "length", (1, 0, -1, 1.5, "3", [3], True)
    yield words.encode, {}, "text", (None, 3, ["dark"], b"dark")
    yield words.decode, {}, "ids", (None, 3, "dark", [1.5], ["dark"], [-1], [99], torch.tensor(1))
    yield (
        data_file,
        {},
        "relative",
        (None, 3, b"a/b", "/etc/passwd", "../secret", "av_digits", "", "."),
    )
    yield read_plain_pickle, {}, "path", (None, 3, [])
    yield problem.bayes_accuracy, {}, "modalities", (3, "x4", ["x1", "x4"], [["x1"]], [None], [1])
    yield problem.posterior, {}, "inputs", (
        None, 3, [], {}, torch.zeros(2, 2), {"x1": [1.0]}, {"x1": torch.zeros(2)},
        {"y": torch.zeros(2)}, {"x1": torch.zeros(5, 3)},
        {"x1": torch.zeros(2, 2), "x2": torch.zeros(3, 2)},
        {"x1": torch.zeros(2, 2, dtype=torch.complex64)},
    )  # fmt: skip
    yield of(catalogue, "find"), {}, "what", ("fire fighter", "", 3, None, ["😀"], b"x")
    yield of(catalogue, "picture"), {"what": "😀"}, "style", ("nota", 3, ["noto"])
    yield of(catalogue, "picture"), {"what": "firefighter"}, "style", ("fxemoji",)
    yield of(catalogue, "picture"), {"what": "😀"}, "background", NO_NAME
    yield of(catalogue, "words"), {"what": "😀"}, "language", NO_NAME
    yield of(catalogue, "credit"), {}, "style", NO_NAME
    yield of(digits, "utterance"), {"digit": 3}, "voice", NO_NAME
    yield of(digits, "utterance"), {"voice": "en-us+boris"}, "digit", (10, *NO_SEED)
    for method in ("voice_of", "image_of"):
        yield of(digits, method), {}, "i", (5, -6, 1.5, "0", None, [0], 10**30)
    yield Only, {}, "dataset", (None, 3, "emoji")


def cases() -> Iterator[Any]:
    for call, others, name, values in arguments():
        for value in values:
            said = repr(value) if len(repr(value)) < 25 else type(value).__name__
            yield pytest.param(call, others, name, value, id=f"{call.__qualname__}-{name}={said}")


@pytest.mark.usefixtures("public_home")
@pytest.mark.parametrize(("call", "others", "name", "value"), list(cases()))
def test_it_is_refused_where_it_comes_in(
    call: Callable[..., Any], others: dict[str, Any], name: str, value: object
) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)) as error:
        call(**others, **{name: value})
    assert Path(str(error.traceback[-1].path)).is_relative_to(PACKAGE)  # no library's own words
    assert len(str(error.value)) > 15


@pytest.mark.parametrize(
    ("call", "arguments", "message"),
    [
        (AVDigits, {"domain": "humans"}, "unknown domain 'humans', .*; did you mean 'human'?"),
        (AVDigits, {"domain": "human"}, "unknown split of domain 'human' 'train', expected"),
        (AVDigits, {"language": "fr"}, "unknown language of domain 'espeak' 'fr', expected"),
        (AVDigits, {"audio_noise": NAN}, "audio_noise must be a number of at least 0, got nan"),
        (AVDigits, {"noise_correlation": 0.5}, "give a noise_spread above 0"),
        (Emoji, {"without": "permisive"}, "did you mean 'permissive'?"),
        (Emoji, {"styles": ["noto", "noto"]}, "a style is named twice: noto, noto"),
        (Emoji, {"shift": 1.5}, "shift must be a whole number in 0…47, got 1.5"),
        (Emoji, {"unseen": "concept"}, "no picture is left: split 'train', unseen='concept'"),
        (CaptionedEmoji, {"side": 13}, "side must divide 48, got 13"),
        (EmojiFeatures, {"shift": 2}, "EmojiFeatures takes no shift"),
        (EmojiFeatures, {"styles": "emojione-v1"}, "style 'emojione-v1' has no features"),
        (Synthetic, {"redundancy": 0.7, "synergy": 0.4}, "add up to 1.1, more than 1"),
        (Synthetic, {"signal": {"x1": 1.0}}, "signal says nothing of modality 'x2'"),
        (CMUMOSI, {"path": "x", "target": "binary"}, "over all segments, .* without those rated 0"),
        (SoundingScenes, {"scene": {"objects": 3}}, "scene must be a Scene, got dict"),
        (Only, {"dataset": pictures}, "which modalities should stay"),
        (Batches, {"dataset": pictures, "batch_size": 5, "drop_last": True}, "leaves nothing: 4"),
        (data_file, {"relative": "av_digits/clip.csv"}, r"did you mean 'clips\.csv'"),
    ],
)
def test_the_sentence_says_what_was_meant(
    call: Callable[..., Any], arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises((ValueError, TypeError, KeyError), match=message):
        call(**arguments)
