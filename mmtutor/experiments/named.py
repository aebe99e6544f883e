"""The book's experiments by name: which data, which model, which objective.

``python -m mmtutor train`` runs them, on one machine or, under ``torchrun``, on many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mmtutor.names import check_name

if TYPE_CHECKING:
    from torch import nn

    from mmtutor.datasets import MultimodalDataset


@dataclass(frozen=True)
class Experiment:
    """One experiment, built.

    :ivar loss: for ``fit``; ``None`` for cross-entropy.
    :ivar metrics: for ``fit``, beside loss and accuracy.
    """

    model: nn.Module
    train: MultimodalDataset
    valid: MultimodalDataset
    test: MultimodalDataset
    loss: Callable[..., Any] | None = None
    metrics: dict[str, Any] | None = None


def av_digits(config: Any) -> Experiment:
    """Digits seen and heard: feature-level fusion of a picture and a sound."""
    from mmtutor.datasets import AVDigits
    from mmtutor.encoders import AudioCNN, ImageCNN
    from mmtutor.models import MultimodalModel

    options = config.fusion_options
    model = MultimodalModel(
        {"image": ImageCNN(), "audio": AudioCNN()}, config.fusion, out_dim=10, dim=config.dim,
        modality_dropout=config.modality_dropout, **options,
    )  # fmt: skip
    train, valid, test = (AVDigits(split, seed=config.seed) for split in ("train", "valid", "test"))
    return Experiment(model, train, valid, test)


def emoji_groups(config: Any) -> Experiment:
    """What kind of thing is it? Emoji by picture and by name."""
    from mmtutor.datasets import Emoji
    from mmtutor.encoders import ImageCNN, TextRNN
    from mmtutor.models import MultimodalModel

    train, valid, test = (
        Emoji(split, unseen=None if split == "train" else "concept", seed=config.seed)
        for split in ("train", "valid", "test")
    )
    encoders = {
        "image": ImageCNN(in_channels=3, channels=(16, 32, 64), grid=3),
        "text": TextRNN(len(train.tokenizers["en"])),
    }
    model = MultimodalModel(
        encoders, config.fusion, out_dim=train.num_classes, dim=config.dim,
        modality_dropout=config.modality_dropout, **config.fusion_options,
    )  # fmt: skip
    return Experiment(model, train, valid, test)


def emoji_pairs(config: Any) -> Experiment:
    """Pictures and names of emoji in one space, by contrast."""
    from mmtutor.datasets import Emoji
    from mmtutor.encoders import ImageCNN, TextRNN
    from mmtutor.metrics import RetrievalRank
    from mmtutor.models.aligned import Aligned
    from mmtutor.objectives import InfoNCE

    train, valid, test = (
        Emoji(split, target="concept", unseen=None if split == "train" else "concept",
              seed=config.seed, shift=2 if split == "train" else 0)
        for split in ("train", "valid", "test")
    )  # fmt: skip
    encoders = {
        "image": ImageCNN(in_channels=3, channels=(16, 32, 64), grid=3),
        "text": TextRNN(len(train.tokenizers["en"])),
    }
    metrics = {f"recall@{k}": RetrievalRank("image", "text", k, by_target=True) for k in (1, 10)}
    return Experiment(Aligned(encoders, dim=config.dim), train, valid, test, InfoNCE(), metrics)


EXPERIMENTS: dict[str, Callable[[Any], Experiment]] = {
    "av-digits": av_digits,
    "emoji-groups": emoji_groups,
    "emoji-pairs": emoji_pairs,
}
"""Every experiment by its name."""


def build(config: Any) -> Experiment:
    """Make the data and the model that a config describes; weights drawn from its seed.

    :raises ValueError: no experiment of that name.
    """
    import torch

    check_name("experiment", config.experiment, EXPERIMENTS)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        return EXPERIMENTS[config.experiment](config)
