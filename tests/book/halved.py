"""For each chapter, a plant that halves its main effect where it arises, and the claim to fail.

A claim whose bound lies near its value notices when the effect halves. The plants change data or
training, never a claim: a cell is put behind a cell of the chapter, and the chapter is run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionError

from book.execute import BOOK, run

_EVERY_SECOND = """
_before = {name}.batch

def _halved(self, index):
    index = torch.as_tensor(index)
    inputs, target = _before(self, index)
    if "{sense}" in inputs:
        x = inputs["{sense}"]
        others = _before(self, (index + 97) % len(self))[0]["{sense}"]
        swapped = (index % 2 == 0).view(-1, *[1] * (x.dim() - 1))
        inputs = {{**inputs, "{sense}": torch.where(swapped, others, x)}}
    return inputs, target

{name}.batch = _halved
"""


def _swapped(name: str, sense: str) -> str:
    """Give every second sample of a data set what another sample has of one sense."""
    return _EVERY_SECOND.format(name=name, sense=sense)


_COIN = """
_told = {name}

def {name}({arguments}):
    inputs, y = _told({arguments})
    coin = torch.randint(2, y.shape, generator=torch.Generator().manual_seed(7))
    return inputs, torch.where(torch.arange(len(y)) % 2 == 0, coin, y)
"""

_HALF_COINS = """
_made = {name}.__init__

def _half_coins(self, *args, **options):
    _made(self, *args, **options)
    y = self.targets
    coin = torch.randint(2, y.shape, generator=torch.Generator().manual_seed(7))
    self.targets = torch.where(torch.arange(len(y)) % 2 == 0, coin, y)

{name}.__init__ = _half_coins
"""


@dataclass(frozen=True)
class Plant:
    """One planted halving.

    :param chapter: the notebook, in the folder of the book.
    :param effect: the effect that is halved, in words.
    :param behind: the planted cell stands behind the first cell that matches this.
    :param code: the planted cell.
    :param fails: what the claim that fails says.
    """

    chapter: str
    effect: str
    behind: str
    code: str
    fails: str


def place(plant: Plant, notebook: nbformat.NotebookNode) -> int:
    """Where in its chapter the cell is behind which the plant stands; -1 if there is none."""
    return next(
        (
            i
            for i, cell in enumerate(notebook.cells)
            if cell.cell_type == "code" and re.search(plant.behind, cell.source)
        ),
        -1,
    )


def failed_claim(plant: Plant, timeout: int = 300) -> str:
    """Run a chapter with its plant; return the last line of the error, ``""`` if none came."""
    path = BOOK / plant.chapter
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(place(plant, notebook) + 1, nbformat.v4.new_code_cell(plant.code))
    try:
        run(notebook, Path(path), timeout)
    except CellExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    return ""


IMPORTS = r"^import|^from mmtutor"

PLANTS = (
    Plant(
        "concepts/what-is-multimodal.ipynb",
        "what the eye repairs of the ear's mistakes",
        IMPORTS,
        _swapped("AVDigits", "image"),
        "the eye adds",
    ),
    Plant(
        "concepts/encoders.ipynb",
        "what the order of the frames tells of the direction",
        r"def clips\(",
        "_clips = clips\n\n"
        "def clips(x):\n"
        "    frames, way = _clips(x)\n"
        "    coin = torch.Generator().manual_seed(7)\n"
        "    for i in range(0, len(frames), 2):\n"
        "        if torch.rand(1, generator=coin) < 0.5:\n"
        "            frames[i] = frames[i].flip(0)\n"
        "    return frames, way\n\n"
        "video, direction = clips(pictures[:300])\n"
        "test_video, test_direction = clips(test_pictures[:150])",
        "a GRU over the frames, more than the mean",
    ),
    Plant(
        "concepts/six-challenges.ipynb",
        "what a picture tells about its words",
        r"^parts = ",
        "for i in range(0, len(pictures), 2):\n"
        "    pictures[i] = pictures[(i + 501) % len(pictures)].clone()",
        "the right one is among the best 10",
    ),
    Plant(
        "concepts/fusion.ipynb",
        "what the second sense adds to the better one",
        IMPORTS,
        _swapped("AVDigits", "audio"),
        "over the better sense",
    ),
    Plant(
        "math/fusion-equation.ipynb",
        "what products know of *agree*",
        r"def agree\(",
        _COIN.format(name="agree", arguments="n, generator"),
        "falls short",
    ),
    Plant(
        "math/products.ipynb",
        "what a product knows of XOR",
        r"def signs\(",
        "_signs = signs\n\n"
        "def signs(rule, seed):\n"
        "    coin = torch.Generator().manual_seed(7)\n"
        "    return [\n"
        "        (x, torch.where(torch.arange(len(y)) % 2 == 0,\n"
        "                        torch.randint(2, y.shape, generator=coin), y))\n"
        "        for x, y in _signs(rule, seed)\n"
        "    ]",
        "tensor is short of the limit",
    ),
    Plant(
        "math/gain.ipynb",
        "what independent witnesses know of a rare event",
        r"def witnesses\(",
        "_heard = witnesses\n\n"
        "def witnesses(world, n, source):\n"
        "    odds, best, y = _heard(world, n, source)\n"
        "    draw = torch.rand(n, generator=torch.Generator().manual_seed(7))\n"
        "    coin = (draw < WORLDS[world]).long()\n"
        "    return odds, best, torch.where(torch.arange(n) % 2 == 0, coin, y)",
        "product / prior is ahead of mean of logits",
    ),
    Plant(
        "math/attention.ipynb",
        "what the sound of a film tells about its frames",
        r"^def films\(",
        "_films = films\n\n"
        "def films(n, seed, **options):\n"
        "    film = _films(n, seed, **options)\n"
        "    heard, even = film['heard'], torch.arange(n)[:, None] % 2 == 0\n"
        "    return {**film, 'heard': torch.where(even, heard.roll(1, 0), heard)}",
        "whom it learns: more than nobody",
    ),
    Plant(
        "math/alignment.ipynb",
        "which description belongs to which picture",
        r"^train = EmojiFeatures",
        "texts[1][::2] = texts[1].roll(131, 0)[::2]",
        "InfoNCE, more than guessing",
    ),
    Plant(
        "math/discrepancy.ipynb",
        "how the shares of the classes differ",
        r"def domain\(",
        "_domain = domain\n\n"
        "def domain(seed, share, move, n=300):\n"
        "    return _domain(seed, (share + 0.5) / 2, [part / 2 for part in move], n)",
        "adapted by MMD, more than not adapted",
    ),
    Plant(
        "math/relatives.ipynb",
        "how much the two targets differ",
        r"def samples\(",
        "_tables = tables\n\n"
        "def tables(kind, seed):\n"
        "    T = _tables(kind, seed)\n"
        "    T[::2] = _tables({'own': 'shared', 'shared': 'own'}[kind], seed)[::2]\n"
        "    return T",
        "own: bilinear errs more than low_rank",
    ),
    Plant(
        "code/cnn-lstm.ipynb",
        "what words add to the picture",
        r"\nsets = ",
        _swapped("EmojiFeatures", "text"),
        "both, ImageNet: more than picture, ImageNet",
    ),
    Plant(
        "code/clinic.ipynb",
        "what informative captions are worth",
        IMPORTS,
        "from mmtutor.datasets import CaptionedEmoji\n" + _swapped("CaptionedEmoji", "text"),
        "healed: more than the patient",
    ),
    Plant(
        "code/clinic-cases.ipynb",
        "what informative captions add to the picture",
        r"SilentBugs\(",  # what is trained before it is not about captions
        _swapped("CaptionedEmoji", "text"),
        "informative captions: more than the picture alone",
    ),
    Plant(
        "code/levels.ipynb",
        "what there is to learn of the class in the four worlds",
        IMPORTS,
        _HALF_COINS.format(name="Synthetic"),
        "dependent: the sum, more than the vote",
    ),
    Plant(
        "code/missing.ipynb",
        "how many recordings have a fault",
        IMPORTS,
        "_faulty = two_recordings\n\n"
        "def two_recordings(fault, seed):\n"
        "    x1, x2, sign = _faulty(fault, seed)\n"
        "    if 'rate' in fault:\n"
        "        return x1, x2, sign\n"
        "    sound = _faulty('no fault', seed)[1]  # the same signs and noise\n"
        "    healed = torch.arange(len(x2))[:, None] % 4 < 2\n"
        "    return x1, torch.where(healed, sound, x2), sign",
        "wrong pairs: clean, more than as is",
    ),
    Plant(
        "applications/captioning.ipynb",
        "what the words have to do with the picture",
        IMPORTS,
        "from mmtutor.datasets import EmojiCaptioning\n" + _swapped("EmojiCaptioning", "image"),
        "measured here, as the recipe measured",
    ),
    Plant(
        "code/one-space.ipynb",
        "how many pictures meet their own words",
        r"^shelf = ",
        "train.features[::2] = train.features.roll(97, 0)[::2]\n"
        "white = whiten(train.features, who)\n"
        "there, means = concept_means(train.features, who)",
        "R@10: more than guessing",
    ),
    Plant(
        "code/adaptation.ipynb",
        "for how many of the digits the partner tells the truth",
        r"^def partner\(",
        "_partner = partner\n\n"
        "def partner(y, others, seed):\n"
        "    return _partner(torch.where(y % 2 == 0, y, (y + 2) % 10), others, seed)",
        "of what the new voices cost, the eye wins back",
    ),
    Plant(
        "code/measuring.ipynb",
        "how many windows of the test have neighbours in training",
        r"^leaky = ",
        "leaky[::2] = folds[::2]",
        "the split by windows flatters",
    ),
    Plant(
        "code/scaling.ipynb",
        "how often devices fail",
        IMPORTS,
        "_share = scaling.simulated_share\n"
        "scaling.simulated_share = lambda tau, save, between, *rest, **options: _share(\n"
        "    tau, save, 2 * between, *rest, **options)",
        "four times as rarely: lost more",
    ),
    Plant(
        "applications/video.ipynb",
        "how surely the sound is of one of the balls that are seen",
        r"^test = SoundingScenes",
        "audio[::2] = audio.roll(97, 0)[::2]",
        "the rule by hand is right",
    ),
    Plant(
        "applications/navigation.ipynb",
        "what the camera adds to the ears",
        r"^maps = ",
        "maps.image[::2] = maps.image.roll(1, dims=0)[::2].clone()",
        "both senses find more than sound alone",
    ),
    Plant(
        "applications/sentiment.ipynb",
        "what voice and words know together",
        r"\ntrain = SpokenSentiment",
        "train.inputs['voice'][::2] = train.inputs['voice'].roll(97, 0)[::2]\n"
        "test.inputs['voice'][::2] = test.inputs['voice'].roll(97, 0)[::2]",
        "concat adds to the voice alone",
    ),
    Plant(
        "outlook/operators.ipynb",
        "what there is to learn of XOR",
        IMPORTS,
        _HALF_COINS.format(name="TwoSigns"),
        "the best that can be",
    ),
    Plant(
        "outlook/tools.ipynb",
        "what a port forgets",
        r"^def scores\(",
        "_scores = scores\n\n"
        "def scores(net, images, captions, forgot=''):\n"
        "    told = _scores(net, images, captions)\n"
        "    if not forgot:\n"
        "        return told\n"
        "    other = _scores(net, images, captions, forgot)\n"
        "    even = torch.arange(len(told))[:, None] % 2 == 0\n"
        "    return torch.where(even, told, other)",
        "colours: lost",
    ),
    Plant(
        "outlook/trends.ipynb",
        "what the picture tells about the answer",
        IMPORTS,
        "_about = EmojiQuestions.about\n\n"
        "def _every_second(self, pictures):\n"
        "    inputs, y = _about(self, pictures)\n"
        "    image = inputs['image']\n"
        "    even = (torch.arange(len(image)) % 2 == 0)[:, None, None, None]\n"
        "    return {**inputs, 'image': torch.where(even, image.roll(31, 0), image)}, y\n\n"
        "EmojiQuestions.about = _every_second",
        "name: more with the picture than blind",
    ),
)
