r"""Descriptions as numbers, with no network: what words they use, rare ones more.

With :math:`n_w` of N concepts using the word w, description i is

.. math:: t_i = \frac{c_i}{\lVert c_i \rVert}, \qquad
          c_{iw} = \ln(N / n_w) \text{ if } i \text{ uses } w, \text{ else } 0,
          \qquad z_i = (t_i - \bar t)\, [v_1, \dots, v_d] / s

:math:`v_k` are the directions in which the descriptions of the training set differ most (their
principal components; the field calls this latent semantic analysis), and s makes the mean square
length 1 there.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize

from mmtutor.arguments import whole_number
from mmtutor.datasets.emoji.pictures import Emoji
from mmtutor.datasets.tokens import MARKS


def word_features(train: Emoji, *others: Emoji, width: int = 128) -> list[Tensor]:
    """Features of the descriptions of some sets, ``(N, width)`` each; the first set decides.

    Words that only one concept of ``train`` uses are left out, and each concept counts once there,
    however many artists drew it.

    :param train: the set that chooses words and directions.
    :param others: further sets, with the same language and kind of text.
    :param width: d, at most as many as there are concepts and common words.
    :raises ValueError: sets in unlike languages or of several, or more directions than there are.
    """
    languages = {data.language for data in (train, *others)}
    if len(languages) > 1 or "both" in languages:
        raise ValueError(
            "descriptions are compared in one language, got " + ", ".join(sorted(languages))
        )
    bags = [_bag(data) for data in (train, *others)]
    concepts: dict[str, int] = {}  # the first sample of each concept
    for i, row in enumerate(train.rows):
        concepts.setdefault(row.codepoints, i)
    own = bags[0][list(concepts.values())]  # (C, V)
    used_by = own.sum(dim=0)
    common = used_by >= 2
    most = min(len(own), int(common.sum()))
    whole_number("width", width, 1, most)
    rarity = (len(own) / used_by[common]).log()
    told, *texts = (normalize(bag[:, common] * rarity, dim=1) for bag in (own, *bags))
    middle = told.mean(dim=0)
    # Eigenvectors of the covariance, the largest last.
    directions = torch.linalg.eigh((told - middle).T @ (told - middle))[1][:, -width:].flip(1)
    features = [(text - middle) @ directions for text in texts]
    size = features[0].square().sum(dim=1).mean().sqrt()
    return [z / size for z in features]


def _bag(data: Emoji) -> Tensor:
    """``(N, V)``: a 1 for each word that a description uses."""
    [tokenizer] = data.tokenizers.values()
    ids = tokenizer.batch(list(data.texts["text"]))
    bag = torch.zeros(len(ids), len(tokenizer.words)).scatter_(1, ids, 1.0)
    bag[:, : len(MARKS)] = 0  # such as the padding: no words
    return bag
