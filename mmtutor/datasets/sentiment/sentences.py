"""Sentences, each with one adjective or verb that ten people rated, from VADER's lexicon.

Hutto and Gilbert 2014, *VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text*, https://doi.org/10.1609/icwsm.v8i1.14550. The ratings are theirs; the frames around the
words, and that "not" turns a rating round, are ours. Every sentence belongs to one split, drawn
from the sentence itself, so that no sentence of one split occurs in another.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from itertools import product
from pathlib import Path

from mmtutor.datasets.storage.shipped import DamagedDataError
from mmtutor.datasets.storage.tables import read_table
from mmtutor.datasets.tokens import Tokenizer

NOUNS = [
    "film",
    "soup",
    "hotel",
    "song",
    "train",
    "lesson",
    "phone",
    "party",
    "book",
    "game",
    "garden",
    "speech",
    "cake",
    "trip",
]
PLAIN = [
    "wooden",
    "round",
    "recent",
    "local",
    "early",
    "second",
    "northern",
    "indoor",
    "weekly",
    "yellow",
]
ADVERBS = ["really", "very", "quite", "so"]
AS_RATED = (
    "the {noun} was {adverb} {adjective}",
    "what a {adjective} {noun}",
    "we had a {adjective} {noun} again",
    "this is the most {adjective} {noun} so far",
    "we really {verb} this {noun}",
)
TURNED = (
    "the {noun} was not {adjective} at all",
    "nobody could call this {noun} {adjective}",
    "it was never a {adjective} {noun}",
    "i do not {verb} this {noun}",
)
MEANINGS = ("bad", "good", "nothing")  # as the cues of the text


@lru_cache(maxsize=4)
def ratings(root: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Word → ("adjective" or "verb", what ten people said of it, each in -4…4)."""
    found = {}
    for line, row in enumerate(read_table("sentiment/words.csv", ("word", "kind", "ratings")), 2):
        try:
            said = tuple(int(r) for r in row["ratings"].split())
        except ValueError:
            said = ()
        fits = len(said) == 10 and all(-4 <= r <= 4 for r in said) and sum(said) != 0
        if row["kind"] not in ("adjective", "verb") or not fits:
            raise DamagedDataError(
                f"sentiment/words.csv, line {line}: expected a kind and ten ratings in -4…4 whose "
                f"mean is not 0, got {row['kind']!r}, {row['ratings']!r}"
            )
        found[row["word"]] = row["kind"], said
    return found


@lru_cache(maxsize=4)
def sentences(root: Path, split: str) -> dict[str, list[list[str]]]:
    """{meaning: for each frame, the sentences of the split that say it}."""
    rated = ratings(root)
    found: dict[str, list[list[str]]] = {meaning: [] for meaning in MEANINGS}
    for turn, frames in ((1, AS_RATED), (-1, TURNED)):
        for frame, meaning in product(frames, ("bad", "good")):
            sign = turn * (1 if meaning == "good" else -1)
            words = [w for w, (_, said) in rated.items() if sign * sum(said) > 0]
            found[meaning].append(_filled(frame, words, rated, split))
    for frame in (*AS_RATED[:4], *TURNED[:3]):
        found["nothing"].append(_filled(frame, PLAIN, None, split))
    return found


def _filled(frame: str, words: list[str], rated: dict | None, split: str) -> list[str]:
    """What a frame says with these words, as far as it is of the split."""
    kind = "verb" if "{verb}" in frame else "adjective"
    words = [w for w in words if rated is None or rated[w][0] == kind]
    adverbs = ADVERBS if "{adverb}" in frame else [""]
    texts = (
        frame.format(noun=noun, adverb=adverb, **{kind: word}).replace("what a a", "what an a")
        for word, noun, adverb in product(words, NOUNS, adverbs)
    )
    return [text for text in texts if _split(text) == split]


def _split(text: str) -> str:
    """Seven tenths of all sentences are train, one valid, two test."""
    tenth = hashlib.sha256(text.encode()).digest()[0] % 10
    return "train" if tenth < 7 else "valid" if tenth == 7 else "test"


@lru_cache(maxsize=4)
def vocabulary(root: Path) -> Tokenizer:
    """Every word that a sentence of training can have, and no other."""
    every = sentences(root, "train").values()
    return Tokenizer.from_texts((text for frames in every for f in frames for text in f), "en")
