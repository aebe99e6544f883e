"""Make the models of data/one_space, and measure the dials of chapter 13.

A small eye is trained on pixels by contrast. Then what it sees is whitened, and the words are
regressed onto it, both in closed form: that is what is shipped.

    python recipes/one_space.py            # train what is missing, write, measure
    python recipes/one_space.py --check    # measure what is shipped, and compare with what is said

Needs nothing but the package: pictures, words and features are those of data/emoji,
data/emoji_features and their share-alike neighbours. A finished run is kept in --work, so that a
stop loses one run at most. About eight minutes of one core.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import safetensors.torch
import torch
from in_place import close, ship
from torch import Tensor, nn
from torch.nn.functional import affine_grid, avg_pool2d, grid_sample
from tqdm import tqdm

from mmtutor.datasets import Emoji, EmojiFeatures
from mmtutor.datasets.emoji.files import LANGUAGES
from mmtutor.encoders import ImageCNN
from mmtutor.experiments.fitted_space import concept_means, regress, whiten
from mmtutor.experiments.one_space import (
    DIM,
    Shelf,
    Space,
    joined,
    judge,
    judge_some,
    learn,
    small_eye,
)
from mmtutor.models import Aligned, read_rounded, write_rounded

ROOT = Path(__file__).resolve().parents[1]
SEEDS = range(5)
SIDE, STEPS, BATCH = 24, 1200, 128  # of the small eye that is trained from scratch
UNSEEN_STYLE = "openmoji"
SHIPPED = "small eye, fitted"
KEPT = ("DATASHEET.md", "LICENSES.md")
STRENGTH = 0.1
LOCKED = {"steps": 120, "lr": 3e-3}  # the dials' eye is locked: whitened features
DIALS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "τ = 0.5": {"temperature": 0.5},
    "τ = 0.07": {"temperature": 0.07},
    "τ = 0.01": {"temperature": 0.01},
    "hard negatives": {"hard": True},
    "one positive each": {"several": False},
    "B = 32": {"batch": 32},
    "B = 32, as many pairs": {"batch": 32, "steps": 960},
    "B = 512": {"batch": 512},
    "B = 512, one positive each": {"batch": 512, "several": False},
}


def small(data: Emoji) -> Tensor:
    """All pictures of a data set, (N, 3, 24, 24) in [0, 1]."""
    parts = torch.arange(len(data)).split(500)
    return torch.cat([avg_pool2d(data.batch(i)[0]["image"], 48 // SIDE) for i in parts])


def changed(pictures: Tensor) -> Tensor:
    """Pictures moved, resized, tinted, and in one case of four without their colours."""
    B = len(pictures)
    size = 1 + 0.15 * (2 * torch.rand(B) - 1)
    theta = torch.zeros(B, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = size, size * (1 + 0.1 * (2 * torch.rand(B) - 1))
    theta[:, 0, 1], theta[:, 1, 0] = (0.15 * (2 * torch.rand(2, B) - 1)).unbind()
    theta[:, :, 2] = 0.15 * (2 * torch.rand(B, 2) - 1)
    grid = affine_grid(theta, list(pictures.shape), align_corners=False)
    moved = 1 - grid_sample(1 - pictures, grid, align_corners=False)  # beyond the edge: white
    grey = moved.mean(dim=1, keepdim=True).expand_as(moved)
    colourless = (torch.rand(B) < 0.25)[:, None, None, None]
    tint = 1 + 0.3 * (2 * torch.rand(B, 3, 1, 1) - 1)
    return (torch.where(colourless, grey, moved) * tint).clamp(0, 1)


def train_small(seed: int, shelf: Shelf) -> Aligned:
    """One model of the small eye and one reader for both languages."""
    data = Emoji("train")
    pixels = small(data)
    bar = tqdm(total=STEPS, desc=f"small eye {seed}", mininterval=10)

    def pictures(i: Tensor) -> Tensor:
        bar.update()
        return changed(pixels[i])

    return learn(
        small_eye, pictures, shelf.numbers(data.rows), shelf,
        seed=seed, together=True, steps=STEPS, batch=BATCH, lr=4e-3,
    )  # fmt: skip


@torch.no_grad()
def grids(model: Aligned, pixels: Tensor) -> Tensor:
    """What the eye's last layer is given, (N, 432)."""
    eye = cast(ImageCNN, model.encoders["image"])
    return torch.cat([eye.pool(eye.blocks(part)).flatten(1) for part in pixels.split(500)])


def fitted(trained: Aligned, shelf: Shelf) -> Aligned:
    """The same eye, its last layer whitened, and one bag of words of both languages."""
    data = Emoji("train")
    who, pixels = shelf.numbers(data.rows), small(data)
    torch.manual_seed(0)
    x = torch.cat([grids(trained, p) for p in (pixels, changed(pixels), changed(pixels))])
    white = whiten(x, who.repeat(3), keep=DIM)
    there, means = concept_means(x, who.repeat(3))
    said = [shelf.whole(language)[there] for language in LANGUAGES]
    model = joined(small_eye(), ["text"], shelf.pieces)
    model.load_state_dict(trained.state_dict())
    cells = cast(ImageCNN, model.encoders["image"]).cells
    with torch.no_grad():
        cells.weight.copy_(white.A.T)
        cells.bias.copy_(-white.mean @ white.A)
        for W in model.W.values():
            cast(nn.Linear, W).weight.copy_(torch.eye(DIM))
    model.encoders["text"] = regress(said, white(means), len(shelf.pieces), strength=STRENGTH)
    return model.eval()


class Tests:
    """The three tests: known concepts by an unseen artist, unseen ones by a seen and by that one.

    :param make: gives a data set, `Emoji` or `EmojiFeatures`.
    :param inputs: the inputs of the image encoder.
    """

    def __init__(self, shelf: Shelf, make: Callable, inputs: Callable[[Any], Tensor]) -> None:
        asked = {
            "known concepts, unseen style": make("train", styles=UNSEEN_STYLE),
            "unseen concepts, seen style": make("test", styles="twemoji", unseen="concept"),
            "unseen concepts, unseen style": make("test", styles=UNSEEN_STYLE, unseen="concept"),
        }
        self.shelf = shelf
        self.parts = {k: (inputs(d), shelf.numbers(d.rows)) for k, d in asked.items()}

    def measure(self, model: Aligned) -> dict[str, dict[str, float]]:
        """Known concepts are sought among all, unseen ones among 200, drawn twenty times."""
        told = {}
        with torch.no_grad():
            for name, (x, who) in self.parts.items():
                for language in ("en", "zh"):
                    modality = "text" if "text" in model.encoders else f"text_{language}"
                    if modality not in model.encoders:
                        continue
                    texts = model.embed(modality, self.shelf.whole(language))
                    ask = judge if name.startswith("known") else judge_some
                    found = ask(Space(model.embed("image", x), who, texts))
                    told[f"{name}, {language}"] = {k: round(v, 4) for k, v in found.items()}
        return told


def trained(seed: int, shelf: Shelf, work: Path) -> Aligned:
    """A small eye by contrast, as it was kept, or trained now."""
    work.mkdir(parents=True, exist_ok=True)
    kept = work / f"eye_{seed}.safetensors"
    if not kept.exists():
        safetensors.torch.save_file(train_small(seed, shelf).state_dict(), kept)
    model = joined(small_eye(), ["text"], shelf.pieces)
    model.load_state_dict(safetensors.torch.load_file(kept))
    return model.eval()


def neighbours(train: EmojiFeatures, who: Tensor, concepts: int, count: int = 10) -> Tensor:
    """For each concept of training the others whose pictures look most alike, (N, count)."""
    there, means = concept_means(train.features, who)
    near = torch.cdist(means, means).fill_diagonal_(torch.inf).topk(count, largest=False).indices
    found = torch.zeros(concepts, count, dtype=torch.long)
    found[there] = there[near]
    return found


def dials(shelf: Shelf, tests: Tests, work: Path) -> list[dict[str, Any]]:
    """Every dial, five seeds, on frozen features."""
    train = EmojiFeatures("train")
    who, x = shelf.numbers(train.rows), train.features
    white = whiten(x, who)
    near = neighbours(train, who, len(shelf.rows))
    rows = []
    for name, options in tqdm(DIALS.items()):
        path = work / f"{name}.json"
        if not path.exists():
            told = []
            for seed in SEEDS:
                given = dict(options)
                if given.pop("hard", False):
                    given["neighbours"] = near
                model = learn(
                    lambda: white, x.__getitem__, who, shelf,
                    seed=seed, dim=white.out_dim, **{**LOCKED, **given},
                )  # fmt: skip
                told.append({"dial": name, "seed": seed, "accuracy": tests.measure(model)})
            path.write_text(json.dumps(told))
        rows += json.loads(path.read_text())
    return rows


def main() -> None:
    """Read the options; train what is missing, or measure what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="measure, change nothing")
    parser.add_argument(
        "--work", type=Path, default=ROOT / "_build/one_space", help="finished runs"
    )
    options = parser.parse_args()
    shelf = Shelf()
    out, results = ROOT / "data/one_space", ROOT / "mmtutor/results/one_space.json"
    names = [f"small_{seed}.safetensors" for seed in SEEDS]
    source = out if options.check else options.work
    tests = Tests(shelf, Emoji, small)
    rows = []
    for seed, name in zip(SEEDS, names, strict=True):
        model = joined(small_eye(), ["text"], shelf.pieces)
        if not options.check:
            model = trained(seed, shelf, options.work)
            told = tests.measure(model)
            rows.append({"dial": "small eye, contrast", "seed": seed, "accuracy": told})
            model = fitted(model, shelf)
            told = tests.measure(model)
            rows.append({"dial": "small eye, fitted, 32 bits", "seed": seed, "accuracy": told})
            write_rounded(model, options.work / name)
        read_rounded(model, source / name)
        rows.append({"dial": SHIPPED, "seed": seed, "accuracy": tests.measure(model.eval())})
        print(json.dumps(rows[-1]), flush=True)
    if options.check:
        said = json.loads(results.read_text(encoding="utf8"))["rows"]
        said = [row for row in said if row["dial"] == SHIPPED]
        sys.exit(0 if close(rows, said) else "What is measured is not what is said.")
    frozen = Tests(shelf, EmojiFeatures, lambda data: data.features)
    rows += dials(shelf, frozen, options.work)
    ship(options.work, names, out, KEPT)
    recipe = {"steps": STEPS, "batch": BATCH, "strength": STRENGTH, "locked": LOCKED}
    told = {"torch": torch.__version__, "recipe": recipe, "rows": rows}
    results.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
