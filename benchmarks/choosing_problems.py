"""The seven problems of ``choosing.py``: features of two senses, a class, and what is built in.

=========== ========================================================================================
problem    what it is; what is built in
=========== ========================================================================================
redundant  synthetic: both senses see the class, each through noise of its own
unique     synthetic: in each sample one sense sees the class and the other only noise
synergistic synthetic: the class is whether two signs differ (XOR), one sign a sense
unreliable synthetic: as redundant, but in each sample each sense is clear or very noisy, by chance,
           and the length of its features tells which
look-up    synthetic: the picture is four things, lit or not; the text names one; is it lit?
AV-Digits  real handwriting, synthesised voices, added noise; features of encoders that were trained
           alone, frozen. Which picture meets which voice is drawn
emoji      real: pictures by six artists (features of a network trained on photographs, 16
           components), names by people (16 components of their words); nine groups; the test holds
           concepts of which nothing was in training
=========== ========================================================================================

A seed draws everything that is synthetic anew, training and test. On AV-Digits it draws encoders,
pairs and starts, on emoji only the start and the order of the batches: there an interval over the
seeds says nothing about other pictures and names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from mmtutor.datasets import AVDigits, EmojiFeatures, Only, Synthetic
from mmtutor.encoders import AudioCNN, ImageCNN
from mmtutor.models import MultimodalModel
from mmtutor.training import fit

Inputs = dict[str, Tensor]


def accuracy(logits: Tensor, y: Tensor) -> float:
    return (logits.argmax(dim=1) == y).double().mean().item()


class Part(NamedTuple):
    """Features and classes of one split."""

    x: Inputs
    y: Tensor


class Problem(NamedTuple):
    """Three splits and the best that can be, where it is known: both senses, one sense."""

    train: Part
    valid: Part
    test: Part
    best: tuple[float, float] | None = None


# --- the problems ------------------------------------------------------------------------------


def dials(seed: int, **options: Any) -> Problem:
    """A synthetic problem of the book, rotated into 8 dimensions."""
    parts = [
        Synthetic(split, dim=8, signal=1.5, seed=seed, samples=n, **options)
        for split, n in (("train", 4000), ("valid", 1000), ("test", 5000))
    ]
    last = parts[-1]
    alone = last.bayes_accuracy([last.modalities[0]])
    return Problem(*(Part(p.inputs, p.targets) for p in parts), (last.bayes_accuracy(), alone))


def unreliable(seed: int) -> Problem:
    """Each sense is clear (σ = 0.7) or noisy (σ = 4) in a sample; its length tells which."""
    source = torch.Generator().manual_seed(seed)
    sigmas = torch.tensor([0.7, 4.0])
    way = {m: nn.functional.normalize(torch.randn(8, generator=source), dim=0) for m in ("a", "b")}

    def part(n: int) -> Part:
        y = torch.randint(2, (n,), generator=source)
        x = {}
        for m, u in way.items():
            sigma = sigmas[torch.randint(2, (n, 1), generator=source)]
            x[m] = (2.0 * y[:, None] - 1) * u + sigma * torch.randn(n, 8, generator=source)
        return Part(x, y)

    parts = [part(n) for n in (4000, 1000, 5000)]
    x, y = parts[-1]
    odds = {}
    for m, u in way.items():
        off = torch.stack([((x[m] - t * u) ** 2).sum(1) for t in (-1, 1)], dim=1)[..., None]
        odds[m] = torch.logsumexp(-off / (2 * sigmas**2) - 8 * sigmas.log(), dim=2)  # (B, 2)
    best = [accuracy(logits, y) for logits in (odds["a"] + odds["b"], odds["a"])]
    return Problem(*parts, (best[0], best[1]))


def look_up(seed: int) -> Problem:
    """Four things as tokens, lit or not, and the name of one of them."""
    source = torch.Generator().manual_seed(seed)

    def part(n: int) -> Part:
        lit = torch.randint(2, (n, 4), generator=source)
        asked = torch.randint(4, (n,), generator=source)
        picture = torch.cat([torch.eye(4).expand(n, 4, 4), 2.0 * lit[..., None] - 1], dim=2)
        picture += 0.1 * torch.randn(n, 4, 5, generator=source)
        x = {"picture": picture, "text": one_hot(asked, 4).float()}
        return Part(x, lit[torch.arange(n), asked])

    majority = (2 * 1 + 8 * 3 / 4 + 6 * 1 / 2) / 16  # how many of four are lit, and not which
    return Problem(*(part(n) for n in (4000, 1000, 5000)), (1.0, majority))


def av_digits(seed: int) -> Problem:
    """Tokens of an image and an audio encoder, each trained alone, then frozen."""
    data = {s: AVDigits(s, seed=seed if s == "train" else 0) for s in ("train", "valid", "test")}
    torch.manual_seed(seed)
    encoders: dict[str, Any] = {"image": ImageCNN(out_dim=16), "audio": AudioCNN(out_dim=16)}
    for sense, encoder in encoders.items():
        model = MultimodalModel({sense: encoder}, out_dim=10)
        fit(model, Only(data["train"], sense), epochs=5, lr=0.01, seed=seed, progress=False)
        encoder.eval()

    @torch.no_grad()
    def part(split: str) -> Part:
        x, y = data[split].batch(torch.arange(len(data[split])))
        return Part({s: encoder.tokens(x[s])[0] for s, encoder in encoders.items()}, y)

    return Problem(*(part(split) for split in data))


def emoji(seed: int) -> Problem:
    """Sixteen components of a picture's features and of a name's words; unseen concepts."""
    data = {
        s: EmojiFeatures(s, text="name", unseen=None if s == "train" else "concept")
        for s in ("train", "valid", "test")
    }
    words = len(data["train"].tokenizers["en"])

    def bag(ids: Tensor) -> Tensor:
        return torch.zeros(len(ids), words).scatter(1, ids, 1)[:, 1:]  # 0 is padding

    seen, _ = data["train"].batch(torch.arange(len(data["train"])))
    centre = bag(seen["text"]).mean(0)
    _, scale, V = torch.pca_lowrank(bag(seen["text"]) - centre, q=16, center=False, niter=8)
    spread = scale / len(seen["text"]) ** 0.5

    def part(split: str) -> Part:
        x, y = data[split].batch(torch.arange(len(data[split])))
        image = x["image"][:, :16] / seen["image"][:, :16].std(0)
        return Part({"image": image, "text": (bag(x["text"]) - centre) @ V / spread}, y)

    torch.manual_seed(0)  # pca_lowrank draws
    return Problem(*(part(split) for split in data))


PROBLEMS: dict[str, Callable[[int], Problem]] = {
    "redundant": lambda seed: dials(seed, redundancy=1, shared_noise=0),
    "unique": lambda seed: dials(seed, uniqueness=1),
    "synergistic": lambda seed: dials(seed, synergy=1),
    "unreliable": unreliable,
    "look-up": look_up,
    "AV-Digits": av_digits,
    "emoji": emoji,
}
