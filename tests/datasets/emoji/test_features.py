"""Features of the emoji: the right picture's, scaled as said, and refused with words."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import normalize

from mmtutor.datasets import Emoji, EmojiFeatures
from mmtutor.datasets.emoji.features import BODIES, WIDTH
from tests.datasets.conftest import share_alike


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_all_but_the_image_is_as_in_emoji(split):
    options = {"styles": ["noto", "fxemoji"], "text": "both", "language": "both"}
    ours, theirs = EmojiFeatures(split, **options), Emoji(split, **options)
    assert ours.rows == theirs.rows
    index = torch.arange(len(theirs)).flip(0)
    (x, y), (x_theirs, y_theirs) = ours.batch(index), theirs.batch(index)
    assert x["image"].shape == (len(theirs), WIDTH)
    assert x["image"].isfinite().all()
    assert torch.equal(y, y_theirs)
    for name in ("text_en", "text_zh"):
        assert torch.equal(x[name], x_theirs[name])
    one, _ = ours[3]
    assert torch.equal(one["image"], ours.features[3])


@pytest.mark.parametrize("body", BODIES)
def test_components_are_principal_over_training_pictures(body):
    f = EmojiFeatures("train", body=body).features
    assert f.mean(0).abs().max() < 0.01
    spread = f.square().mean(0)
    assert abs(spread[0] - 1) < 0.01
    assert (spread.diff() < 1e-3).all()  # the largest first, up to rounding
    covariance = f.T @ f / len(f)
    beside = covariance - covariance.diag().diag()
    assert beside.abs().max() < 0.01


def test_each_picture_has_its_own_features():
    """The same concept by another artist is near; with rows or styles shifted it would not be."""
    noto, twemoji = (EmojiFeatures("test", styles=s) for s in ("noto", "twemoji"))
    place = {row.codepoints: i for i, row in enumerate(twemoji.rows)}
    pairs = [(i, place[r.codepoints]) for i, r in enumerate(noto.rows) if r.codepoints in place]
    here, there = torch.tensor(pairs).T
    similar = normalize(noto.features[here], dim=1) @ normalize(twemoji.features[there], dim=1).T
    found = (similar.argmax(1) == torch.arange(len(pairs))).float().mean()
    assert len(pairs) > 150
    assert found > 0.4  # by chance: one in 200


@share_alike
def test_share_alike_pictures_have_features_of_the_same_network():
    line_art, twemoji = (EmojiFeatures("test", styles=s) for s in ("openmoji", "twemoji"))
    codes = [[row.codepoints for row in data.rows] for data in (line_art, twemoji)]
    assert codes[0] == codes[1]
    similar = normalize(line_art.features, dim=1) @ normalize(twemoji.features, dim=1).T
    found = (similar.argmax(1) == torch.arange(len(similar))).float().mean()
    assert found > 0.2  # by chance: one in 262
    both = EmojiFeatures("test", styles=["openmoji", "noto"])
    own = torch.tensor([style == "openmoji" for style in both.style_of])
    assert torch.equal(both.features[own], line_art.features)
    with pytest.raises(ValueError, match="'openmoji' has no features of the body 'untrained'"):
        EmojiFeatures("test", body="untrained", styles="openmoji")
