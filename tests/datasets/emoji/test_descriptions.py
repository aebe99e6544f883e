"""Word features: held against a plain reckoning over sets of words."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import torch

from mmtutor.datasets import EmojiFeatures, word_features


@pytest.fixture(scope="module")
def sets():
    return [EmojiFeatures(s, text="both", styles="noto") for s in ("train", "valid")]


def weighted(sets) -> tuple[torch.Tensor, torch.Tensor]:
    """The weighted bags t of both sets, by counting words in dictionaries."""
    tokenizer = sets[0].tokenizers["en"]
    marks = set(range(4))
    told = [
        [set(tokenizer.batch([text])[0].tolist()) - marks for text in data.texts["text"]]
        for data in sets
    ]
    used = Counter(w for words in told[0] for w in words)
    common = sorted(w for w, n in used.items() if n >= 2)
    place = {w: k for k, w in enumerate(common)}
    tables = []
    for rows in told:
        table = torch.zeros(len(rows), len(common))
        for i, words in enumerate(rows):
            for w in words & place.keys():
                table[i, place[w]] = math.log(len(told[0]) / used[w])
        tables.append(table / table.norm(dim=1, keepdim=True).clamp_min(1e-12))
    return tables[0], tables[1]


def test_distances_are_those_of_weighted_words(sets):
    # One picture a concept here, so concepts are samples. All directions keep all distances.
    t, t_valid = weighted(sets)
    width = min(t.shape)
    z, z_valid = word_features(*sets, width=width)
    scale = torch.cdist(t[:50], t[50:100]).sum() / torch.cdist(z[:50], z[50:100]).sum()
    torch.testing.assert_close(
        scale * torch.cdist(z[:50], z[50:100]), torch.cdist(t[:50], t[50:100]), atol=1e-4, rtol=0
    )
    # What is new in the valid set may lie outside of all directions: distances only shrink.
    assert (
        scale * torch.cdist(z_valid[:50], z[:50]) <= torch.cdist(t_valid[:50], t[:50]) + 1e-4
    ).all()


def test_few_directions_are_the_ones_that_differ_most(sets):
    t, _ = weighted(sets)
    z, _ = word_features(*sets, width=5)
    spread = torch.linalg.svdvals(t - t.mean(dim=0))[:5].square()
    own = z.square().sum(dim=0)
    torch.testing.assert_close(own / own.sum(), spread / spread.sum(), atol=1e-4, rtol=0)
    assert z.square().sum(dim=1).mean() == pytest.approx(1, abs=1e-5)
    assert z.mean(dim=0).abs().max() < 1e-4


def test_a_concept_counts_once_however_often_it_was_drawn(sets):
    every = EmojiFeatures("train", text="both", styles=["noto", "twemoji"])
    z = word_features(every, width=4)[0]
    first: dict[str, int] = {}
    for i, row in enumerate(every.rows):
        assert torch.allclose(z[i], z[first.setdefault(row.codepoints, i)], atol=1e-5)
    assert z[list(first.values())].mean(dim=0).abs().max() < 1e-4


def test_bad_input_is_refused_in_words(sets):
    chinese = EmojiFeatures("valid", language="zh", styles="noto")
    with pytest.raises(ValueError, match="one language, got en, zh"):
        word_features(sets[0], chinese)
    with pytest.raises(ValueError, match="width"):
        word_features(sets[0], width=5000)
