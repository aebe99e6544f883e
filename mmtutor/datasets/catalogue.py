"""Every data set of the book in one place: what it is, whose it is, and how one gets it.

``python -m mmtutor data`` and the tests read from here; a new data set is one more entry.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmtutor.datasets.public.cmu_mosi import WHERE
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.names import check_name


@dataclass(frozen=True)
class Entry:
    """What is known about one data set."""

    name: str  # what the command calls it
    what: str  # one line about it
    senses: tuple[str, ...]  # its modalities
    # "shipped" with the package, "public" (fetched when asked for, or brought by the user) or
    # "computed" (drawn from a formula, no files)
    kind: str
    samples: str  # how many
    licence: str  # of the data, short
    loader: str  # name of its class in `mmtutor.datasets`, or with its module if it is elsewhere
    folders: tuple[str, ...] = ()  # in ``data/``, if shipped
    optional: tuple[str, ...] = ()  # those of its folders that a teacher may take out
    recipe: str = ""  # the program that made its files, if shipped
    packages: tuple[str, ...] = ()  # the fetched parts it is made of, names in `sources.PARTS`
    by_hand: str = ""  # where a person gets the file, if no address is known to last
    source: str = ""  # where to read about it

    def load(self) -> Callable[..., Any]:
        """The class, or function, that makes the data set."""
        module, _, name = self.loader.rpartition(".")
        return getattr(importlib.import_module(module or "mmtutor.datasets"), name)

    def paths(self) -> list[Path]:
        """Folders of a shipped data set that are here."""
        return [p for folder in self.folders if (p := data_root() / folder).is_dir()]


def _shipped(*, folders: tuple[str, ...], **facts: Any) -> Entry:
    """An entry whose files come with the package; its first folder has the datasheet."""
    source = f"data/{folders[0]}/DATASHEET.md"
    return Entry(kind="shipped", folders=folders, source=source, **facts)


_ENTRIES = (
    _shipped(
        name="av_digits",
        what="handwritten digits and spoken digits, noise by dial",
        senses=("image", "audio"),
        samples="7,000 pairs from 1,797 images and 2,420 clips",
        licence="CC BY 4.0; recorded voices CC BY-SA 3.0, CC BY 3.0",
        loader="AVDigits",
        folders=("av_digits",),
        recipe="recipes/av_digits.py",
    ),
    _shipped(
        name="emoji",
        what="emoji in eight artists' styles, their names and keywords, people's ratings",
        senses=("image", "text"),
        samples="3,944 emoji, 20,628 pictures",
        licence="per style: Apache-2.0, MIT, CC BY 4.0; kept apart: CC BY-SA 4.0",
        loader="Emoji",
        folders=("emoji", "emoji_sharealike"),
        optional=("emoji_sharealike",),
        recipe="recipes/emoji.py",
    ),
    _shipped(
        name="emoji_captioning",
        what="emoji with skin tones and their names, combinations held out; trained captioners",
        senses=("image", "text"),
        samples="5,593 pictures",
        licence="pictures as emoji, names Unicode; weights CC BY 4.0",
        loader="EmojiCaptioning",
        folders=("captioner",),
        recipe="recipes/captioner.py",
    ),
    _shipped(
        name="emoji_features",
        what="the emoji as a network trained on photographs sees them, 128 numbers each",
        senses=("image", "text"),
        samples="9,693 pictures of 1,740 emoji",
        licence="as the pictures, kept apart: CC BY-SA 4.0; weights of the network Apache-2.0",
        loader="EmojiFeatures",
        folders=("emoji_features", "emoji_sharealike_features"),
        optional=("emoji_sharealike_features",),
        recipe="recipes/emoji_features.py",
    ),
    _shipped(
        name="emoji_questions",
        what="questions about emoji and their answers, made from labels; trained tiny models",
        senses=("image", "text"),
        samples="29,000 questions about 7,800 pictures",
        licence="pictures as emoji, words Unicode; weights CC BY 4.0",
        loader="EmojiQuestions",
        folders=("tiny_vlm",),
        recipe="recipes/tiny_vlm.py",
    ),
    _shipped(
        name="emoji_search",
        what="trained models that find emoji by words in two languages, and words by a drawing",
        senses=("image", "text"),
        samples="five models of 190,000 weights",
        licence="weights CC BY 4.0",
        loader="Phrases",
        folders=("one_space",),
        recipe="recipes/one_space.py",
    ),
    _shipped(
        name="hanzi",
        what="a written Chinese character and its spoken syllable, as often as words are counted",
        senses=("character", "syllable"),
        samples="any number, of 20,000 words",
        licence="MIT",
        loader="HanziWords",
        folders=("hanzi",),
        recipe="recipes/hanzi.py",
    ),
    _shipped(
        name="navigation",
        what="maps with a sheep that bleats among silent ones; trained walkers",
        senses=("image", "audio"),
        samples="any number of maps; 25 walkers",
        licence="CC BY 4.0",
        loader="mmtutor.navigation.draw_worlds",
        folders=("navigation",),
        recipe="recipes/navigation.py",
    ),
    _shipped(
        name="smartwatch",
        what="two sensors of a watch while ten people do seven exercises for the shoulder",
        senses=("accelerometer", "gyroscope"),
        samples="2,229 windows of 4 s from 140 recordings",
        licence="BSD-3-Clause",
        loader="Smartwatch",
        folders=("smartwatch",),
        recipe="recipes/smartwatch.py",
    ),
    _shipped(
        name="scenes",
        what="things that move, one of which is heard: balls and animals; trained small models",
        senses=("video", "audio"),
        samples="any number of clips of 2 s; 51 recorded calls of ten animals",
        licence="calls CC0, pictures Apache-2.0, weights CC BY 4.0",
        loader="SoundingScenes",
        folders=("animals", "scenes"),
        recipe="recipes/scenes.py",
    ),
    _shipped(
        name="sentiment",
        what="a sentence, a tone of voice and a face that may disagree, sarcasm by dial",
        senses=("text", "voice", "face"),
        samples="any number, of 74 rated words, 150 clips and 168 faces",
        licence="words MIT, voices CC0; kept apart: faces CC BY-SA 4.0",
        loader="SpokenSentiment",
        folders=("sentiment", "sentiment_faces"),
        recipe="recipes/sentiment.py",
    ),
    Entry(
        name="synthetic",
        what="dials for redundancy, uniqueness and synergy, and the Bayes accuracy",
        senses=("x1", "x2"),
        kind="computed",
        samples="any number",
        licence="none: drawn from a formula",
        loader="Synthetic",
        source="mmtutor/datasets/synthetic/dials.py",
    ),
    Entry(
        name="two_signs",
        what="AND, OR, XOR of two signs seen through noise, and the Bayes accuracy",
        senses=("x1", "x2"),
        kind="computed",
        samples="any number",
        licence="none: drawn from a formula",
        loader="TwoSigns",
        source="mmtutor/datasets/synthetic/two_signs.py",
    ),
    Entry(
        name="cifar100",
        what="photographs with captions made from their labels",
        senses=("image", "text"),
        kind="public",
        samples="60,000 photographs",
        licence="not stated by its authors",
        loader="CIFAR100",
        packages=("cifar100",),
        source="https://www.cs.toronto.edu/~kriz/cifar.html",
    ),
    Entry(
        name="av_mnist",
        what="handwritten digits and recorded spoken digits",
        senses=("image", "audio"),
        kind="public",
        samples="70,000 pairs from 70,000 images and 2,500 clips",
        licence="MNIST not stated by its authors; sounds CC BY-SA 4.0",
        loader="AVMNIST",
        packages=("mnist", "fsdd"),
        source="https://github.com/Jakobovski/free-spoken-digit-dataset",
    ),
    Entry(
        name="cmu_mosi",
        what="features of opinions in videos, rated by people",
        senses=("text", "vision", "audio"),
        kind="public",
        samples="2,199 segments",
        licence="see its authors; not redistributed here",
        loader="CMUMOSI",
        by_hand=WHERE,
        source="https://arxiv.org/abs/1606.06259",
    ),
)

CATALOGUE: dict[str, Entry] = {entry.name: entry for entry in _ENTRIES}
"""Every data set by its name."""


def entry(name: str) -> Entry:
    """The entry of a data set; an unknown name raises `ValueError` with the nearest one."""
    check_name("data set", name, CATALOGUE)
    return CATALOGUE[name]
