r"""Questions about pictures of emoji, and their answers: for a tiny vision-language model.

The pictures and their labels are real. Nobody asked these questions: they are synthesised from a
few templates, and the answers follow from the labels, or, for the colour, from the pixels. A pair
is one row of words, what is asked, a mark, and what is to be said,

.. math:: \text{<start>}\; q_1 \dots q_n\; \text{?}\; a_1 \dots a_m\; \text{<end>},

and only the words after the mark are learnt. Splits are those of :class:`Emoji`: of an *unseen
composition* the concept, the gender and the skin tone are in training, but never the three
together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample, random_source
from mmtutor.datasets.emoji.catalogue import EmojiCatalogue, choose_styles
from mmtutor.datasets.emoji.files import SIDE, EmojiRow
from mmtutor.datasets.emoji.pictures import Emoji
from mmtutor.datasets.tokens import PAD, Tokenizer, english_words
from mmtutor.names import check_name

MARK = "?"

# The form of a question that is drawn in an epoch; the first is the one of validation and test.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "name": ("what is it", "what is this"),
    "group": ("which group", "what kind is it"),
    "tone": ("what skin tone", "which skin tone"),
    "woman": ("is it a woman", "is this a woman"),
    "colour": ("which colour", "what colour is it"),
    "caption": ("describe it", "describe this"),
}

GROUPS: Mapping[str, str] = {
    "smileys-emotion": "smileys",
    "people-body": "people",
    "animals-nature": "nature",
    "food-drink": "food",
    "travel-places": "travel",
    "activities": "activities",
    "objects": "objects",
}
"""How an answer says a group; signs and flags, more writing than picture, are left out."""

STYLES, WORDS = 4, 3  # at least so many artists drew it, at most so many words name it

COLOURS: Mapping[str, tuple[int, int, int]] = {
    "red": (215, 45, 50),
    "orange": (245, 140, 30),
    "yellow": (252, 205, 60),
    "green": (95, 160, 60),
    "blue": (70, 150, 220),
    "purple": (140, 90, 190),
    "pink": (240, 130, 180),
    "brown": (125, 80, 55),
    "black": (40, 40, 45),
    "grey": (140, 150, 160),
    "white": (240, 240, 240),
}
CLEAR = 0.5


def colours_of(rgba: Tensor) -> list[str]:
    r"""The colour that most of a picture's ink is nearest to, ``""`` if none has half of it.

    Each pixel votes for the :data:`COLOURS` entry at the smallest Euclidean distance in RGB, with
    its opacity as weight.

    :param rgba: ``(B, 4, H, W)`` in [0, 1], the colours multiplied by the opacity.
    """
    table = torch.tensor(list(COLOURS.values())) / 255  # (C, 3)
    ink = rgba[:, 3].flatten(1)  # (B, H W)
    pixels = rgba[:, :3].flatten(2).mT / ink.clamp_min(1e-6)[..., None]  # (B, H W, 3)
    nearest = torch.cdist(pixels, table.expand(len(rgba), -1, -1)).argmin(dim=2)
    votes = torch.zeros(len(rgba), len(table)).scatter_add_(1, nearest, ink)
    most, best = votes.max(dim=1)
    names = list(COLOURS)
    clear = most > CLEAR * ink.sum(dim=1)
    return [names[c] if there else "" for c, there in zip(best, clear, strict=True)]


def usable(row: EmojiRow) -> bool:
    """Whether questions are asked about an emoji: often drawn, short of name, no two skin tones."""
    drawn = sum(style in row.cells for style in choose_styles("permissive"))
    short = len(english_words(row.concept)) <= WORDS
    return row.group in GROUPS and "+" not in row.skin_tone and drawn >= STYLES and short


def answers_of(row: EmojiRow, colour: str = "") -> dict[str, str]:
    """The answer to each kind of question that can be asked about an emoji.

    Whether a neutral figure is a woman is not asked: its picture does not say.
    """
    found = {"name": row.concept, "group": GROUPS[row.group]}
    tone = "yellow" if row.skin_tone == "default" else row.skin_tone
    who = {"female": "woman", "male": "man"}.get(row.gender, "")
    if tone:
        found |= {"tone": tone, "caption": f"{who} {row.concept} {tone} skin"}
    if who:
        found["woman"] = "yes" if who == "woman" else "no"
    if colour:
        found["colour"] = colour
    return {kind: " ".join(english_words(text)) for kind, text in found.items()}


@lru_cache(maxsize=1)
def question_tokenizer() -> Tokenizer:
    """The words of all questions and of the answers of training, most frequent first."""
    rows = [row for row in EmojiCatalogue().rows if usable(row)]
    said = [text for row in rows if row.split == "train" for text in answers_of(row).values()]
    asked = [f"{form} {MARK}" for forms in QUESTIONS.values() for form in forms]
    return Tokenizer.from_texts([*asked, *COLOURS, *said], "en")


class EmojiQuestions(MultimodalDataset):
    """Pictures, questions and answers: ``({"image": …, "text": …}, y)``, words to be said next.

    Position t of ``text`` holds the words so far, position t of ``y`` the word that comes next if
    it belongs to the answer, else 0: so :func:`mmtutor.objectives.next_token` learns answers only.

    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param kinds: of questions, see `QUESTIONS`.
    :param styles: of the pictures, as in `Emoji`.
    :param unseen: ``"concept"`` or ``"composition"``: only that kind of valid or test samples.
    :param side: height and width of a picture, 48 or a number that divides it.
    :param seed: of the forms of questions in training.
    :ivar rows: the emoji of each sample (N,), style_of: its style, kind: what is asked.
    :ivar picture_of: number of each sample's picture (N,).
    :ivar tokenizer: words and ids, of training.
    :ivar answers: the right answer of each sample, as text.
    :raises ValueError: an unknown name, or a side that does not divide 48.
    """

    modalities = ("image", "text")

    def __init__(
        self,
        split: str = "train",
        *,
        kinds: Iterable[str] = tuple(QUESTIONS),
        styles: str | Iterable[str] = "permissive",
        unseen: str | None = None,
        side: int = 24,
        seed: int = 0,
    ) -> None:
        several = isinstance(kinds, Iterable) and not isinstance(kinds, str)
        asked = tuple(kinds) if several else (kinds,)
        for kind in asked:
            check_name("kind of question", kind, QUESTIONS)
        if SIDE % whole_number("side", side, 1, SIDE):
            raise ValueError(f"side must divide {SIDE}, got {side!r}")
        self.split, self.side, self.seed = split, side, whole_number("seed", seed)
        self.tokenizer = question_tokenizer()
        self.num_classes = len(self.tokenizer)
        drawn = Emoji(split, styles=styles, variants=True, unseen=unseen, background="transparent")
        own = torch.tensor([i for i, row in enumerate(drawn.rows) if usable(row)])
        colours, pixels = [], []
        for index in own.split(500):  # as floats they are large
            rgba = drawn.batch(index)[0]["image"]  # (B, 4, 48, 48)
            rgba[:, :3] *= rgba[:, 3:]
            rgba = avg_pool2d(rgba, SIDE // side)
            colours += colours_of(rgba)
            pixels.append((rgba[:, :3] + 1 - rgba[:, 3:]).mul(255).round().byte())
        self._pixels = torch.cat(pixels)  # (P, 3, side, side)
        samples = [
            (p, kind, told[kind])
            for p, (i, colour) in enumerate(zip(own.tolist(), colours, strict=True))
            for told in [answers_of(drawn.rows[i], colour)]
            for kind in asked
            if kind in told
        ]
        if not samples:
            raise ValueError(
                f"no question is left: split {split!r}, unseen={unseen!r}, kinds {asked}, "
                f"styles {', '.join(drawn.styles)}"
            )
        self.pictures = len(own)
        self.picture_of = torch.tensor([p for p, _, _ in samples])
        counts = torch.bincount(self.picture_of, minlength=len(own))
        self._last = counts.cumsum(0)  # samples of a picture stand side by side
        self._start_of = self._last - counts
        self.kind = tuple(kind for _, kind, _ in samples)
        self.answers = tuple(answer for _, _, answer in samples)
        self.rows = tuple(drawn.rows[own[p]] for p, _, _ in samples)
        self.style_of = tuple(drawn.style_of[own[p]] for p, _, _ in samples)
        self._read_words()
        self._draw_epoch(0)

    def _read_words(self) -> None:
        """Ids of every form of question and of every answer, and where they start."""
        self._asked: list[list[int]] = []
        place = {}
        for kind, forms in QUESTIONS.items():
            place[kind] = len(self._asked)
            self._asked += [self.tokenizer.encode(f"{form} {MARK}") for form in forms]
        self._first = torch.tensor([place[kind] for kind in self.kind])
        self._forms = torch.tensor([len(QUESTIONS[kind]) for kind in self.kind])
        self._said = [self.tokenizer.encode(answer, ends=True) for answer in self.answers]
        self.length = max(map(len, self._asked)) + max(map(len, self._said))

    def _draw_epoch(self, epoch: int) -> None:
        """Which form of its question each sample is asked in; beyond training, the first."""
        source = random_source("emoji questions", self.seed, epoch)
        share = torch.rand(len(self), generator=source) * (self.split == "train")
        form = self._first + (share * self._forms).long()
        rows = torch.zeros(len(self), self.length, dtype=torch.int64)
        start = torch.zeros(len(self), dtype=torch.int64)
        for i, (f, said) in enumerate(zip(form.tolist(), self._said, strict=True)):
            ids = [said[0], *self._asked[f], *said[1:]]
            rows[i, : len(ids)] = torch.tensor(ids)
            start[i] = 1 + len(self._asked[f])
        self._ids, self.start = rows, start

    def __len__(self) -> int:
        return len(self.answers)

    def batch(self, index: Tensor) -> Sample:
        """``({"image": (B, 3, side, side), "text": ids (B, T)}, y (B, T))``."""
        index = self._as_index(index)
        text, y = self._pair(index)
        return {"image": self.pixels(self.picture_of[index]), "text": text}, y

    def about(self, pictures: Tensor) -> Sample:
        """All questions about some pictures, which are then looked at only once.

        ``({"image": (P, 3, side, side), "of": (B,), "text": (B, T)}, y (B, T))``: question b is
        about picture ``of[b]`` of these.
        """
        counts = self._last[pictures] - self._start_of[pictures]
        of = torch.arange(len(pictures)).repeat_interleave(counts)  # (B,)
        before = (counts.cumsum(0) - counts)[of]
        index = self._start_of[pictures][of] + torch.arange(len(of)) - before
        text, y = self._pair(index)
        return {"image": self.pixels(pictures), "of": of, "text": text}, y

    def pixels(self, pictures: Tensor) -> Tensor:
        """Some pictures, (P, 3, side, side) in [0, 1]."""
        return self._pixels[pictures].float() / 255

    def _pair(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """Words so far and words to be said, each (B, T)."""
        ids, start = self._ids[index], self.start[index]
        place = torch.arange(1, self.length)
        return ids[:, :-1].contiguous(), ids[:, 1:].masked_fill(place < start[:, None], PAD)

    def __repr__(self) -> str:
        about = f"{len(self):,} questions about {self.pictures:,} pictures"
        return f"EmojiQuestions({self.split!r}, {about})"
