r"""Pictures and words of emoji in one space: who is there, how it is trained, how it is judged.

In each step pictures meet words of one language, the languages taking turns, so that the languages
never meet each other:

.. math:: L = \text{InfoNCE}\big(z_\text{image}, z_\text{text}\big), \qquad
          P_i = \{j : j \text{ shows the same concept as } i\}
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from mmtutor.arguments import whole_number
from mmtutor.datasets import EmojiCatalogue, EmojiRow, NGrams, Phrases
from mmtutor.datasets.emoji.files import LANGUAGES
from mmtutor.datasets.storage.shipped import data_file
from mmtutor.encoders import ImageCNN, TextBag
from mmtutor.metrics import map_at_r, recall_at
from mmtutor.models import Aligned, read_rounded
from mmtutor.objectives import info_nce

DIM, BUCKETS = 48, 3072
Draw = Callable[[Tensor], Tensor]


class Shelf:
    """Every concept in its own form, its words in two languages, and the way from row to number.

    :ivar rows: the emoji (N,); phrases: what is said of them, by language.
    """

    def __init__(self, buckets: int = BUCKETS) -> None:
        self.pieces = NGrams(buckets)
        self.rows = tuple(row for row in EmojiCatalogue().rows if row.is_base)
        self.phrases = {k: Phrases(self.rows, k, self.pieces) for k in LANGUAGES}
        self._place = {row.codepoints: i for i, row in enumerate(self.rows)}

    def numbers(self, rows: Sequence[EmojiRow]) -> Tensor:
        """The number on the shelf of each row, ``(B,)``."""
        return torch.tensor([self._place[row.codepoints] for row in rows])

    def whole(self, language: str) -> Tensor:
        """All that is said of every concept, ``(N, T)`` ids."""
        return self.phrases[language].whole(torch.arange(len(self.rows)))


def small_eye() -> ImageCNN:
    """What sees 24×24 pixels in colour, small enough for a page."""
    return ImageCNN(in_channels=3, out_dim=DIM, channels=(16, 32, 48), grid=3)


def joined(
    eye: nn.Module,
    readers: Sequence[str],
    pieces: NGrams,
    temperature: float = 0.07,
    dim: int = DIM,
) -> Aligned:
    """An untrained model: an eye, "image", and a bag of pieces of words for each reader.

    An eye that has nothing to learn is locked: then the space is its own, and the words come to it.
    """
    locked = not any(True for _ in eye.parameters())
    texts = {m: TextBag(len(pieces), out_dim=dim) for m in readers}
    for text in texts.values():
        nn.init.normal_(text.embedding.weight, std=0.002 if locked else 0.1)
    model = Aligned({"image": eye, **texts}, dim=dim, temperature=temperature)
    if locked:
        for W in model.W.values():
            nn.init.eye_(cast(nn.Linear, W).weight)
        model.W.requires_grad_(False)
    return model


def learn(
    eye: Callable[[], nn.Module],
    pictures: Draw,
    who: Tensor,
    shelf: Shelf,
    *,
    seed: int,
    languages: Sequence[str] = LANGUAGES,
    together: bool = False,
    steps: int = 300,
    batch: int = 256,
    temperature: float | None = None,
    several: bool = True,
    neighbours: Tensor | None = None,
    lr: float = 1e-2,
    dim: int = DIM,
) -> Aligned:
    """Train one model with AdamW, the learning rate rising and falling once.

    :param eye: makes the image encoder, which has ``out_dim``.
    :param pictures: gives the inputs of some samples ``(B,)``, augmented or not.
    :param who: the number on the shelf of each training sample, ``(M,)``.
    :param seed: of the weights and the batches.
    :param languages: which of them are learnt, in turns.
    :param together: one reader for both languages, called "text"; otherwise "text_en", "text_zh".
    :param temperature: fixed; learnt from 0.07 on where it is None.
    :param several: samples of one concept belong together in a batch; otherwise only i and i.
    :param neighbours: ``(N, K)`` concepts that are hard to tell from each: half of every batch are
        then pictures of neighbours of the other half.
    """
    whole_number("batch", batch, 2)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        readers = ["text"] if together else [f"text_{k}" for k in languages]
        model = joined(eye(), readers, shelf.pieces, temperature or 0.07, dim)
        model.log_scale.requires_grad_(temperature is None)
        learnt = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(learnt, weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, lr, total_steps=steps, pct_start=0.15
        )
        for step in range(steps):
            i = torch.randint(len(who), (batch,))
            if neighbours is not None:
                half = i[: batch // 2]
                i = torch.cat([half, _near(half, who, neighbours)])
            language = languages[step % len(languages)]
            said = shelf.phrases[language].draw(who[i])
            modality = "text" if together else f"text_{language}"
            z = model({"image": pictures(i), modality: said})
            same = who[i] if several else None
            loss = info_nce(z["image"], z[modality], z["scale"], same)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def _near(samples: Tensor, who: Tensor, neighbours: Tensor) -> Tensor:
    """For each sample one that shows a random neighbour of its concept."""
    pick = torch.randint(neighbours.shape[1], (len(samples),))
    concept = neighbours[who[samples], pick]
    count = who.bincount(minlength=len(neighbours))
    first = count.cumsum(0) - count
    place = (torch.rand(len(concept)) * count[concept]).long()
    return who.argsort()[first[concept] + place]


class Space(NamedTuple):
    """Unit vectors of pictures (Q, d) with their numbers (Q,), and of texts (N, d)."""

    pictures: Tensor
    who: Tensor
    texts: Tensor


@torch.no_grad()
def judge(space: Space, *, among: Tensor | None = None) -> dict[str, float]:
    """Recall both ways; ties count at their mean rank.

    :param among: numbers on the shelf that may be found, by default all. Every query is one.
    """
    rows = torch.arange(len(space.texts)) if among is None else among
    similarity = normalize(space.pictures, dim=1) @ normalize(space.texts[rows], dim=1).T
    same = space.who[:, None] == rows[None]  # (Q, C)
    asked = same.any(dim=0)  # texts that have a picture
    back, mine = similarity.T[asked], same.T[asked]
    return {
        "picture → words, R@1": recall_at(1, similarity, same),
        "picture → words, R@10": recall_at(10, similarity, same),
        "words → picture, R@1": recall_at(1, back, mine),
        "words → picture, R@10": recall_at(10, back, mine),
    }


def judge_some(space: Space, count: int = 200, draws: int = 20) -> dict[str, float]:
    """:func:`judge` among ``count`` of the concepts asked for, the mean of several drawn sets."""
    g = torch.Generator().manual_seed(0)
    told: dict[str, float] = {}
    for _ in range(draws):
        i = torch.randperm(len(space.who), generator=g)[:count]
        among = space.who[i]
        for kind, share in judge(Space(space.pictures[i], among, space.texts), among=among).items():
            told[kind] = told.get(kind, 0.0) + share / draws
    return told


@torch.no_grad()
def judge_words(queries: Tensor, pictures: Tensor, fits: Tensor) -> dict[str, float]:
    """Single words as queries, each with several right pictures: R@1, R@10 and mAP@R.

    :param queries: ``(Q, d)`` and ``pictures`` ``(C, d)``, unit vectors.
    :param fits: ``(Q, C)`` boolean: the word is among the picture's words.
    """
    similarity = queries @ pictures.T
    recalls = {f"R@{k}": recall_at(k, similarity, fits) for k in (1, 10)}
    return {**recalls, "mAP@R": map_at_r(similarity, fits)}


def shipped(seed: int, shelf: Shelf) -> Aligned:
    """One of the five small models of ``recipes/one_space.py``: pixels, and both languages.

    :param seed: 0 … 4.
    """
    model = joined(small_eye(), ["text"], shelf.pieces)
    read_rounded(model, data_file(f"one_space/small_{seed}.safetensors"))
    return model.eval()
