"""A search by words and by drawings: the nearest first, and what is refused in words."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import normalize

from mmtutor.datasets import NGrams
from mmtutor.encoders import ImageCNN, TextBag
from mmtutor.experiments.emoji_search import EmojiSearch, KnownWords
from mmtutor.models import Aligned

GRAMS = NGrams(512)


@pytest.fixture(scope="module")
def known() -> KnownWords:
    return KnownWords(["Red apple", "fish", "红鱼"])


@pytest.fixture(scope="module")
def search(known) -> EmojiSearch:
    torch.manual_seed(0)
    eye = ImageCNN(in_channels=3, out_dim=8, channels=(4, 4), grid=2)
    model = Aligned({"image": eye, "text": TextBag(len(GRAMS), out_dim=8)}, dim=6)
    return EmojiSearch(model, torch.randn(20, 6), GRAMS, known, temperature=0.1)


def test_the_nearest_come_first_and_shares_are_a_softmax(search):
    found = search.words("red fish", k=20)
    with torch.no_grad():
        z = search.model.embed("text", GRAMS.batch(["red fish"]))[0]
    cosine = normalize(search.index, dim=1) @ z
    assert [f.row for f in found] == cosine.argsort(descending=True).tolist()
    assert sum(f.share for f in found) == pytest.approx(1, abs=1e-5)
    ratio = torch.tensor((found[0].cosine - found[1].cosine) / 0.1).exp().item()
    assert found[0].share / found[1].share == pytest.approx(ratio, rel=1e-3)


def test_what_a_picture_finds_is_itself(search):
    torch.manual_seed(1)
    picture = torch.rand(3, 8, 8)
    with torch.no_grad():
        own = search.model.embed("image", picture[None])
    index = torch.cat([search.index[:3], own, search.index[4:]])
    again = EmojiSearch(search.model, index, GRAMS, search.known)
    assert again.drawing(picture, k=1)[0].row == 3


def test_unknown_words_are_named(known):
    assert known.unknown("red zebra 红马") == ["zebra", "马"]
    known.check("red zebra")
    with pytest.raises(ValueError, match="'aple', 'zzz'; did you mean 'apple'"):
        known.check("aple zzz")
    with pytest.raises(ValueError, match=r"none of these words is known: '马'$"):
        known.check("马")
    with pytest.raises(ValueError, match="there is no word in"):
        known.check("?")


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (torch.ones(3, 8, 8), "one colour only"),
        (torch.zeros(3, 8, 8), "one colour only"),
        (torch.rand(8, 8), r"a drawing is \(3, H, W\)"),
        (None, "got NoneType"),
        (2 * torch.eye(8).expand(3, 8, 8), r"in \[0, 1\], got 0 … 2"),
    ],
)
def test_a_drawing_with_nothing_on_it_is_refused(search, picture, said):
    with pytest.raises(ValueError, match=said):
        search.drawing(picture)


def test_bad_settings_are_refused(search, known):
    with pytest.raises(ValueError, match="temperature must be a number above 0"):
        EmojiSearch(search.model, search.index, GRAMS, known, temperature=0)
    with pytest.raises(ValueError, match=r"\(N, 6\)"):
        EmojiSearch(search.model, torch.zeros(3, 5), GRAMS, known)
    with pytest.raises(ValueError, match="k"):
        search.words("red", k=0)
