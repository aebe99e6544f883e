"""Emoji: a picture in one of several artists' styles, and its words in English and Chinese.

Pictures, names and keywords are real; nothing is synthesised. A sample is one emoji as one artist
drew it. See ``data/emoji/DATASHEET.md``.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample, random_source
from mmtutor.datasets.emoji.catalogue import EmojiCatalogue, choose_styles, require_share_alike
from mmtutor.datasets.emoji.files import (
    BACKGROUNDS,
    LANGUAGES,
    SIDE,
    SPLITS,
    EmojiRow,
    read_sheet,
)
from mmtutor.datasets.storage.shipped import data_file, data_root
from mmtutor.datasets.tokens import Tokenizer
from mmtutor.names import check_name

SENTIMENTS = ("negative", "neutral", "positive")
TARGETS = ("group", "subgroup", "concept", "style", "sentiment")
TEXTS = ("name", "keywords", "both")
UNSEEN = ("concept", "composition")


class Emoji(MultimodalDataset):
    r"""Pictures of emoji and their words: ``({"image": …, "text": …}, y)``.

    A concept (firefighter) comes in several styles, and some concepts also in genders and skin
    tones. With ``variants=False`` a concept is shown in its own form only.

    Splits are fixed, and stored in the table. What is in validation and test is of two kinds:
    *unseen concepts*, of which nothing is in training; and *unseen compositions*, whose concept,
    gender and skin tone are in training, but never together. The splits hold for all styles: a
    style is held out with ``without`` while training, and asked for with ``styles`` in the test.

    A picture's colour c with opacity α over white is :math:`αc + (1 - α)`, from 0 to 1.
    Training pictures may be moved by up to ``shift`` pixels, drawn anew in each epoch from
    (seed, epoch). All else never changes.

    The sentiment of an emoji is what people thought of the tweets that held it: 83 of them
    labelled about 70,000 tweets with emoji. Of n ratings, n_c of them c, the probability is
    :math:`p_c = (n_c + 1) / (n + 3)`; the target is the most probable class
    (Kralj Novak et al. 2015, https://doi.org/10.1371/journal.pone.0144296).

    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param styles: ``"permissive"``, all styles that are not share-alike; ``"all"``; a name; or
        names.
    :param without: a style, or styles, to leave out.
    :param language: ``"en"`` or ``"zh"``: modality "text"; ``"both"``: "text_en" and "text_zh".
    :param text: ``"name"``, ``"keywords"``, or ``"both"``, the name before the keywords.
    :param target: ``"group"``, ``"subgroup"``, ``"concept"``, ``"style"`` or ``"sentiment"``. A
        class has the same number in every split. Sentiment leaves out what nobody rated.
    :param background: ``"white"``, 3 channels; ``"transparent"``, 4 channels, the last one α.
    :param variants: also genders and skin tones.
    :param unseen: ``"concept"`` or ``"composition"``: only that kind of valid or test samples.
    :param shift: most pixels a training picture moves, in each direction.
    :param seed: of the shifts.
    :ivar rows: the emoji of each sample (N,), see `EmojiRow`; style_of: name of each one's style.
    :ivar targets: the classes y (N,); class_names: what they are called.
    :ivar sentiment: probabilities of negative, neutral, positive (N, 3); NaN where not rated. Only
        with target "sentiment" or a share-alike style, else None.
    :ivar tokenizers: {language: Tokenizer}; texts: {modality: words of each sample}.
    :ivar catalogue: everything of all splits, to look up; ``picture``, ``words`` and ``concepts``
        are its own.
    :raises ValueError: an unknown name, a bad shift, or a choice that leaves no sample.
    :raises FileNotFoundError, DamagedDataError: a data file is missing or damaged.
    """

    def __init__(
        self,
        split: str = "train",
        *,
        styles: str | Iterable[str] = "permissive",
        without: str | Iterable[str] = (),
        language: str = "en",
        text: str = "name",
        target: str = "group",
        background: str = "white",
        variants: bool = False,
        unseen: str | None = None,
        shift: int = 0,
        seed: int = 0,
    ) -> None:
        check_name("split", split, SPLITS)
        check_name("language", language, (*LANGUAGES, "both"))
        check_name("text", text, TEXTS)
        check_name("target", target, TARGETS)
        check_name("background", background, BACKGROUNDS)
        if unseen is not None:
            check_name("unseen", unseen, UNSEEN)
        shift, seed = whole_number("shift", shift, 0, SIDE - 1), whole_number("seed", seed)
        self.styles = choose_styles(styles, without)
        if target == "sentiment":
            require_share_alike('target="sentiment"')
        self.split, self.language, self.background = split, language, background
        self.target, self.shift, self.seed = target, shift, seed
        self.catalogue = EmojiCatalogue(
            self.styles, ratings=True if target == "sentiment" else None
        )
        self.concepts, self.picture = self.catalogue.concepts, self.catalogue.picture
        self.words = self.catalogue.words

        samples = [
            (row, style)
            for row in self.catalogue.rows
            if row.split == split
            and (variants or row.is_base)
            and (unseen is None or row.unseen == unseen)
            and (target != "sentiment" or row.sentiment is not None)
            for style in self.styles
            if style in row.cells
        ]
        if not samples:
            raise ValueError(
                f"no picture is left: split {split!r}, unseen={unseen!r}, target={target!r}, "
                f"variants={variants}, styles {', '.join(self.styles)}"
            )
        self.rows: tuple[EmojiRow, ...] = tuple(row for row, _ in samples)
        self.style_of: tuple[str, ...] = tuple(style for _, style in samples)
        self._read_pictures()
        self._read_words(text)
        self._read_targets()
        self._draw_epoch(0)

    def _read_pictures(self) -> None:
        """Colour numbers (N, 48 + 2·shift, 48 + 2·shift), and each style's colours, by channel."""
        root, number = data_root(), {style: s for s, style in enumerate(self.styles)}
        sheets = [read_sheet(root, style) for style in self.styles]
        cells = np.empty((len(self.rows), SIDE, SIDE), np.uint8)
        self._style = np.array([number[style] for style in self.style_of])
        for s, (style, sheet) in enumerate(zip(self.styles, sheets, strict=True)):
            here = np.flatnonzero(self._style == s)
            cells[here] = sheet.cells[[self.rows[i].cells[style] for i in here]]
        margin = self.shift if self.split == "train" else 0
        self._cells = np.pad(cells, ((0, 0), (margin, margin), (margin, margin)))  # 0: nothing
        colours = np.concatenate([sheet.colours(self.background) for sheet in sheets])
        self._colours = np.ascontiguousarray(colours.T, np.float32) / 255  # (C, styles · 256)

    def _read_words(self, text: str) -> None:
        """Ids (rows, T) of every modality of text, T the same in all splits."""
        one = self.language != "both"
        self.modalities = ("image", "text") if one else ("image", "text_en", "text_zh")
        self.tokenizers, self.texts, self._ids = {}, {}, {}
        place = {id(row): r for r, row in enumerate(self.catalogue.rows)}
        self._row = torch.tensor([place[id(row)] for row in self.rows])
        for language in (self.language,) if one else LANGUAGES:
            vocabulary = data_file(f"emoji/vocabulary_{language}.txt")
            tokenizer = Tokenizer.from_file(vocabulary, language)
            sentences = [_sentence(row, language, text) for row in self.catalogue.rows]
            modality = "text" if one else f"text_{language}"
            self.tokenizers[language] = tokenizer
            self.texts[modality] = tuple(sentences[r] for r in self._row.tolist())
            self._ids[modality] = tokenizer.batch(sentences)

    def _read_targets(self) -> None:
        names = {
            "group": self.catalogue.groups,
            "subgroup": self.catalogue.subgroups,
            "concept": self.catalogue.concepts,
            "style": self.styles,
            "sentiment": SENTIMENTS,
        }
        self.class_names = names[self.target]
        self.num_classes = len(self.class_names)
        self.sentiment = None
        if any(row.sentiment for row in self.catalogue.rows):
            unrated = (float("nan"),) * 3
            counts = torch.tensor([row.sentiment or unrated for row in self.rows])
            self.sentiment = (counts + 1) / (counts.sum(dim=1, keepdim=True) + 3)  # (N, 3)
        if self.target == "style":
            self.targets = torch.from_numpy(self._style)
        elif self.target == "sentiment" and self.sentiment is not None:
            self.targets = self.sentiment.argmax(dim=1)
        else:
            number = {name: c for c, name in enumerate(self.class_names)}
            self.targets = torch.tensor([number[getattr(row, self.target)] for row in self.rows])

    def _draw_epoch(self, epoch: int) -> None:
        """Where each picture's window starts in its padded cell: down and across (N,)."""
        margin = self.shift if self.split == "train" else 0
        source = random_source("emoji", self.seed, epoch)
        places = torch.randint(2 * margin + 1, (2, len(self)), generator=source)
        self._down, self._across = places.numpy()

    def batch(self, index: Tensor) -> Sample:
        """``({"image": (B, 3 or 4, 48, 48), "text": (B, T)}, y (B,))`` of samples ``index``."""
        index = self._as_index(index)
        i = index.numpy()
        windows = np.lib.stride_tricks.sliding_window_view(self._cells, (SIDE, SIDE), axis=(1, 2))
        colour = windows[i, self._down[i], self._across[i]].astype(np.intp)  # (B, 48, 48)
        colour += 256 * self._style[i][:, None, None]
        image = np.empty((len(i), len(self._colours), SIDE, SIDE), np.float32)
        for c, values in enumerate(self._colours):
            image[:, c] = values[colour]
        inputs = {"image": torch.from_numpy(image)}
        inputs |= {name: ids[self._row[index]] for name, ids in self._ids.items()}
        return inputs, self.targets[index]

    def __repr__(self) -> str:
        emoji = len(set(self._row.tolist()))
        return (
            f"{type(self).__name__}({self.split!r}, {len(self):,} pictures of {emoji:,} emoji, "
            f"styles={', '.join(self.styles)}, language={self.language!r}, "
            f"target={self.target!r}, {self.num_classes:,} classes)"
        )


def _sentence(row: EmojiRow, language: str, text: str) -> str:
    """What is said of an emoji; one without keywords is called by its name."""
    name, keywords = row.name[language], row.keywords[language]
    if text == "name" or not keywords:
        return name
    return ", ".join(keywords if text == "keywords" else (name, *keywords))
