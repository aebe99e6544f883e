"""Emoji to be put into words: *woman firefighter: dark skin tone*, in English or Chinese.

The captions are the names of Unicode's committee. They are composed by rule from a thing, often a
gender, and a skin tone, and say nothing of what else is in the picture. So a model can be asked
for a combination that it never met though it met each part, and judged part by part.

Pictures and names are real; which combinations are held out is chosen here and in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch.nn.functional import avg_pool2d

from mmtutor.arguments import whole_number
from mmtutor.datasets.captioning import Captioning
from mmtutor.datasets.emoji.catalogue import EmojiCatalogue, choose_styles
from mmtutor.datasets.emoji.files import LANGUAGES, SIDE, SPLITS, EmojiRow, read_sheet
from mmtutor.datasets.emoji.parts import NameParts
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.datasets.tokens import Tokenizer
from mmtutor.names import check_name

UNSEEN = ("tone", "gender")

NEVER_HEARD: Mapping[str, str] = {
    "elf": "male",
    "farmer": "female",
    "firefighter": "female",
    "mage": "male",
    "person feeding baby": "male",
    "person golfing": "female",
    "person juggling": "female",
    "person mountain biking": "female",
    "person wearing turban": "female",
    "person with white cane: facing right": "male",
    "person: red hair": "male",
    "vampire": "female",
}
"""Concepts of which training lacks a gender: English forms the name by rule, and no artist draws
two of its genders alike."""


class EmojiCaptioning(Captioning):
    """Pictures of emoji with skin tones, and their names to be said; see `Captioning`.

    Left out are concepts of which nothing is in training, whose words were never heard, and two
    people of unlike skin tones. In the
    validation and test sets every word is known, and the combination is new, in one of two ways:

    - *tone*: concept and gender were seen, with other tones (the table's unseen compositions);
    - *gender*, in the test set only: *woman firefighter* is not in training with any tone, though
      *firefighter*, *man firefighter* and *woman mechanic* are; see `NEVER_HEARD`.

    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param language: ``"en"`` or ``"zh"``.
    :param styles: as in `Emoji`; a style without skin tones has no sample here.
    :param without: styles to leave out.
    :param unseen: of the test set, ``"tone"`` or ``"gender"`` only.
    :param side: S, height and width of a picture: 48, or a number that divides it.
    :ivar rows: the emoji of each sample (N,), see `EmojiRow`; style_of: each one's style.
    :ivar unseen: how each sample is new, "tone", "gender" or "" (N,).
    :ivar parts: reads what a sentence says, a `NameParts`.
    :ivar catalogue: to look emoji up.
    :raises ValueError: an unknown name, a side that does not divide 48, or no sample left.
    :raises FileNotFoundError, DamagedDataError: a data file is missing or damaged.
    """

    def __init__(
        self,
        split: str = "train",
        *,
        language: str = "en",
        styles: str | Iterable[str] = "permissive",
        without: str | Iterable[str] = (),
        unseen: str | None = None,
        side: int = SIDE,
    ) -> None:
        check_name("split", split, SPLITS)
        check_name("language", language, LANGUAGES)
        if unseen is not None:
            check_name("unseen", unseen, UNSEEN)
        if SIDE % whole_number("side", side, 1, SIDE):
            raise ValueError(f"side must divide {SIDE}, got {side!r}")
        self.split, self.language = split, language
        self.styles = choose_styles(styles, without)
        self.catalogue = EmojiCatalogue(self.styles)
        known = [
            row
            for row in self.catalogue.rows
            if row.skin_tone and "+" not in row.skin_tone and row.unseen != "concept"
        ]
        how = {
            row.codepoints: "gender"
            if row.gender and NEVER_HEARD.get(row.concept) == row.gender
            else ("tone" if row.unseen else "")
            for row in known
        }
        samples = [
            (row, style)
            for row in known
            if split == ("test" if how[row.codepoints] == "gender" else row.split)
            and unseen in (None, how[row.codepoints])
            for style in self.styles
            if style in row.cells
        ]
        if not samples:
            raise ValueError(
                f"no picture is left: split {split!r}, unseen={unseen!r}, "
                f"styles {', '.join(self.styles)}"
            )
        self.rows: tuple[EmojiRow, ...] = tuple(row for row, _ in samples)
        self.style_of: tuple[str, ...] = tuple(style for _, style in samples)
        self.unseen: tuple[str, ...] = tuple(how[row.codepoints] for row in self.rows)
        self.parts = NameParts(known, language)
        heard = [r.name[language] for r in known if r.split == "train" and not how[r.codepoints]]
        tokenizer = Tokenizer.from_texts(heard, language)
        super().__init__(
            _pictures(samples, side),
            [row.name[language] for row in self.rows],
            tokenizer,
            length=1 + max(len(tokenizer.split(row.name[language])) for row in known),
        )

    def truth(self, i: int) -> dict[str, str]:
        """The parts of sample i: {"what": …, "gender": …, "tone": …}."""
        row = self.rows[i]
        return {"what": row.concept, "gender": row.gender, "tone": row.skin_tone}

    def __repr__(self) -> str:
        emoji = len({row.codepoints for row in self.rows})
        return (
            f"EmojiCaptioning({self.split!r}, {len(self):,} pictures of {emoji:,} emoji, "
            f"styles={', '.join(self.styles)}, language={self.language!r})"
        )


def _pictures(samples: list[tuple[EmojiRow, str]], side: int) -> torch.Tensor:
    """uint8 (N, 3, side, side), over white; each pixel is the mean of those it stands for."""
    root, pixels = data_root(), torch.empty(len(samples), 3, side, side, dtype=torch.uint8)
    for style in dict.fromkeys(style for _, style in samples):
        sheet = read_sheet(root, style)
        here = [i for i, (_, s) in enumerate(samples) if s == style]
        cells = sheet.cells[[samples[i][0].cells[style] for i in here]]  # (n, 48, 48)
        image = torch.from_numpy(sheet.colours("white")[cells]).permute(0, 3, 1, 2)
        if side < SIDE:
            image = avg_pool2d(image.float(), SIDE // side).round().byte()
        pixels[here] = image
    return pixels
