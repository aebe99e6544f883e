r"""From text to word ids and back: English by words, Chinese by characters.

A vocabulary is a text file with one word a line; the number of the line, from 0, is the id.
Its first four lines are no words: ``<pad>`` fills up short sentences (id 0, which the text
encoders skip), ``<unk>`` stands for every word that is not in the file, ``<start>`` and
``<end>`` mark the ends of a sentence to be written word by word.

.. math:: \text{decode}(\text{encode}(s)) = \text{the words of } s,
          \text{ where each is in the vocabulary}
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.names import check_name

PAD, UNK, START, END = range(4)
MARKS = ("<pad>", "<unk>", "<start>", "<end>")

# A run of letters and digits, or one sign that is a name by itself: keycap *, a button's P!
_WORD = re.compile(r"[^\W_]+(?:['’‘ʼ′][^\W_]+)*|[#*!?&+]")
# The same, but a Chinese character is a word of its own.
HAN = "\u3400-\u9fff"
_CHARACTER = re.compile(rf"[{HAN}]|[^\W_{HAN}]+|[#*!?&+]")


_WIDE = [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
_HALF_WIDTH = {code: code - 0xFEE0 for code in _WIDE}  # letters and digits


def composed(text: str) -> str:
    """One form for what looks alike: composed letters, no full width, no variation selectors."""
    # Not NFKC: that would also make a word, "!", of the full-width signs of Chinese.
    plain = re.sub("[\ufe00-\ufe0f]", "", text).translate(_HALF_WIDTH)
    return unicodedata.normalize("NFC", plain)


def spelling(word: str) -> str:
    """A word as it is compared: lower case, one form of letters, and one form of apostrophe."""
    return re.sub("[’‘ʼ′]", "'", composed(word)).lower()


def english_words(text: str) -> list[str]:
    """Lower-case words: ``"Woman: dark skin tone"`` → ``["woman", "dark", "skin", "tone"]``."""
    return _WORD.findall(composed(text).lower())


def chinese_characters(text: str) -> list[str]:
    """Chinese characters one by one, other letters as words: ``"T恤"`` → ``["t", "恤"]``."""
    return _CHARACTER.findall(composed(text).lower())


SPLITTERS = {"en": english_words, "zh": chinese_characters}


def _listed(name: str, values: Any) -> tuple[Any, ...]:
    """The values; one text is no list of texts, though Python would take it letter by letter."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"{name} must be a list, got {values!r}")
    return tuple(values)


def check_texts(name: str, values: Any) -> tuple[str, ...]:
    """The values, if they are several texts; else raise TypeError."""
    for value in (values := _listed(name, values)):
        if not isinstance(value, str):
            raise TypeError(f"{name} must be text, got {value!r}")
    return values


class Tokenizer:
    """Texts of one language as ids of a fixed vocabulary.

    :param words: the vocabulary; the first four must be `MARKS`.
    :param language: ``"en"`` (words) or ``"zh"`` (characters).
    :ivar words: the vocabulary, in the order of ids.
    :ivar id: word → id.
    :raises ValueError: an unknown language, a word twice, or a vocabulary without its four marks.
    """

    def __init__(self, words: Sequence[str], language: str) -> None:
        check_name("language", language, SPLITTERS)
        words = check_texts("words", words)
        if words[: len(MARKS)] != MARKS:
            start = " ".join(words[:4]) or "nothing"
            raise ValueError(f"a vocabulary starts with {' '.join(MARKS)}, got {start}")
        twice = [word for word, n in Counter(words).items() if n > 1]
        if twice:
            raise ValueError(f"the vocabulary has {twice[0]!r} twice")
        self.language, self.words = language, words
        self.id = {word: i for i, word in enumerate(words)}
        self._spelt = {spelling(word): i for word, i in self.id.items()}

    @classmethod
    def from_texts(cls, texts: Iterable[str], language: str, at_least: int = 1) -> Tokenizer:
        """The vocabulary of some texts: words seen ``at_least`` so often, most frequent first."""
        check_name("language", language, SPLITTERS)
        at_least, split = whole_number("at_least", at_least, 1), SPLITTERS[language]
        count = Counter(word for text in check_texts("texts", texts) for word in split(text))
        words = sorted((w for w, n in count.items() if n >= at_least), key=lambda w: (-count[w], w))
        return cls((*MARKS, *words), language)

    @classmethod
    def from_file(cls, path: Path, language: str) -> Tokenizer:
        """Read a vocabulary, one word a line; errors name the file."""
        try:
            return cls(Path(path).read_text(encoding="utf-8").splitlines(), language)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error

    def save(self, path: Path) -> None:
        """Write the vocabulary, one word a line."""
        Path(path).write_bytes("".join(f"{word}\n" for word in self.words).encode())

    def split(self, text: str) -> list[str]:
        """The words of a text, known or not."""
        check_texts("text", [text])
        return SPLITTERS[self.language](text)

    def encode(self, text: str, *, ends: bool = False) -> list[int]:
        """Ids of a text's words; with ``ends``, between ``<start>`` and ``<end>``.

        A text without any word is one unknown word, so that no sentence is empty.
        """
        words = self.split(text)
        ids = [self.id.get(w, self._spelt.get(spelling(w), UNK)) for w in words] or [UNK]
        return [START, *ids, END] if ends else ids

    def decode(self, ids: Iterable[int] | Tensor) -> str:
        """The text of some ids, up to ``<end>``; padding and ``<start>`` are left out."""
        words: list[str] = []
        for i in _listed("ids", ids.tolist() if isinstance(ids, Tensor) else ids):
            if not isinstance(i, int) or not 0 <= i < len(self):
                raise ValueError(f"no word has the id {i}: ids are 0 … {len(self) - 1}")
            if i == END:
                break
            if i not in (PAD, START):
                words.append(self.words[i])
        text = " ".join(words)
        if self.language == "zh":  # a blank stays only between words that are not Chinese
            text = re.sub(rf"(?<=[{HAN}]) | (?=[{HAN}])", "", text)
        return text

    def batch(
        self, texts: Sequence[str], *, length: int | None = None, ends: bool = False
    ) -> Tensor:
        """Ids (B, T) int64, short texts filled up with 0; T is ``length`` or the longest text's.

        :raises ValueError: no text, or one longer than ``length``.
        """
        texts = check_texts("texts", texts)
        if not texts:
            raise ValueError("no text to encode")
        rows = [self.encode(text, ends=ends) for text in texts]
        longest = max(map(len, rows))
        length = whole_number("length", longest if length is None else length, 1)
        if longest > length:
            text = texts[max(range(len(rows)), key=lambda b: len(rows[b]))]
            raise ValueError(f"{text!r} has {longest} words, but length is {length}")
        return torch.tensor([row + [PAD] * (length - len(row)) for row in rows])  # (B, T)

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return f"Tokenizer({len(self):,} words, language={self.language!r})"
