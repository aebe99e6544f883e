"""The book's experiments by name: which data, which model, which objective.

``python -m mmtutor train`` runs them, on one machine or, under ``torchrun``, on many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mmtutor.experiments.memory import check_memory
from mmtutor.names import check_name

if TYPE_CHECKING:
    from torch import nn

    from mmtutor.datasets import Emoji, MultimodalDataset
    from mmtutor.experiments.config import Config
    from mmtutor.models import MultimodalModel

# What needs PyTorch is imported where it is used: --help should not take seconds.


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


def av_digits(config: Config) -> Experiment:
    """Digits seen and heard: feature-level fusion of a picture and a sound."""
    from mmtutor.datasets import AVDigits
    from mmtutor.encoders import AudioCNN, ImageCNN

    model = _fused({"image": ImageCNN(), "audio": AudioCNN()}, 10, config)
    train, valid, test = (AVDigits(split, seed=config.seed) for split in ("train", "valid", "test"))
    return Experiment(model, train, valid, test)


def emoji_groups(config: Config) -> Experiment:
    """What kind of thing is it? Emoji by picture and by name."""
    train, valid, test = _emoji(config)
    return Experiment(_fused(_readers(train), train.num_classes, config), train, valid, test)


def emoji_pairs(config: Config) -> Experiment:
    """Pictures and names of emoji in one space, by contrast."""
    from mmtutor.metrics import RetrievalRank
    from mmtutor.models import Aligned
    from mmtutor.objectives import InfoNCE

    train, valid, test = _emoji(config, target="concept", shift=2)
    encoders = _readers(train)
    check_memory(config.dim * sum(encoder.out_dim for encoder in encoders.values()))
    metrics = {f"recall@{k}": RetrievalRank("image", "text", k, by_target=True) for k in (1, 10)}
    return Experiment(Aligned(encoders, dim=config.dim), train, valid, test, InfoNCE(), metrics)


def _emoji(config: Config, shift: int = 0, **options: Any) -> list[Emoji]:
    """Concepts that are judged are not trained on; only pictures to train on are shifted."""
    from mmtutor.datasets import Emoji

    train = Emoji("train", seed=config.seed, shift=shift, **options)
    judged = (Emoji(s, unseen="concept", seed=config.seed, **options) for s in ("valid", "test"))
    return [train, *judged]


def _readers(train: Emoji) -> dict[str, Any]:
    """Encoders of a picture and of a name."""
    from mmtutor.encoders import ImageCNN, TextRNN

    return {
        "image": ImageCNN(in_channels=3, channels=(16, 32, 64), grid=3),
        "text": TextRNN(len(train.tokenizers["en"])),
    }


def _fused(encoders: dict[str, Any], classes: int, config: Config) -> MultimodalModel:
    """The encoders, ⊕ and a linear head.

    :raises ValueError: options that ⊕ does not take, or numbers that do not fit into memory.
    """
    import torch

    from mmtutor.fusion import make
    from mmtutor.models import MultimodalModel

    widths = {name: encoder.out_dim for name, encoder in encoders.items()}
    for taken in ("name", "dims", "out_dim"):
        if taken in config.fusion_options:
            raise ValueError(
                f"fusion_options cannot hold {taken!r}: the widths are those of the encoders and "
                "dim, the operator is named by fusion"
            )
    try:
        # On the meta device a tensor has a shape and takes no memory.
        with torch.device("meta"):
            op = make(config.fusion, widths, config.dim, **config.fusion_options)
            size = op.num_params()
    except RuntimeError as error:
        if "overflow" not in str(error):
            raise
        size = 2**63
    check_memory(size + config.dim * classes)
    return MultimodalModel(
        encoders, make(config.fusion, widths, config.dim, **config.fusion_options),
        out_dim=classes, modality_dropout=config.modality_dropout,
    )  # fmt: skip


EXPERIMENTS: dict[str, Callable[[Config], Experiment]] = {
    "av-digits": av_digits,
    "emoji-groups": emoji_groups,
    "emoji-pairs": emoji_pairs,
}
"""Every experiment by its name."""


def build(config: Config) -> Experiment:
    """Make the data and the model that a config describes; weights drawn from its seed.

    :raises ValueError: no experiment of that name, or a model that cannot be.
    """
    import torch

    check_name("experiment", config.experiment, EXPERIMENTS)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        return EXPERIMENTS[config.experiment](config)
