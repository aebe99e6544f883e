"""Every data set can be sent to another process, as a DataLoader's workers need, and copied."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest
import torch

from mmtutor.datasets import (
    Augmented,
    AVDigits,
    CaptionedEmoji,
    Emoji,
    EmojiFeatures,
    MultimodalDataset,
    Only,
    Synthetic,
    TwoSigns,
)

MAKE: dict[str, Callable[[], MultimodalDataset]] = {
    "AVDigits": lambda: AVDigits("test", pairs=20),
    "Emoji": lambda: Emoji("test", styles="noto", language="both"),
    "EmojiFeatures": lambda: EmojiFeatures("test", styles="noto"),
    "CaptionedEmoji": lambda: CaptionedEmoji("test", styles="noto"),
    "Synthetic": lambda: Synthetic("test", synergy=1.0, samples=20),
    "TwoSigns": lambda: TwoSigns("test", samples=20),
    "Only": lambda: Only(AVDigits("test", pairs=20), "audio"),
    "Augmented": lambda: Augmented(Emoji("train", styles="fxemoji"), shift=2),
}


@pytest.mark.parametrize("name", MAKE)
def test_a_copy_is_the_same(name: str) -> None:
    data = MAKE[name]()
    index = torch.arange(5)
    inputs, y = data.batch(index)
    for other in (copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        again, targets = other.batch(index)
        assert torch.equal(targets, y)
        assert all(torch.equal(x, again[m]) for m, x in inputs.items())
