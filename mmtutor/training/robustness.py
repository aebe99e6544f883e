"""Robustness of a trained model: each modality made worse, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mmtutor.datasets import MultimodalDataset
from mmtutor.metrics import RobustnessCurve, interval, missing_curve
from mmtutor.names import check_name
from mmtutor.training.evaluation import evaluate

LEVELS = {"missing": (0.0, 0.25, 0.5, 0.75, 1.0), "noise": (0.0, 0.5, 1.0, 2.0, 4.0)}

PLACES = 2**16  # where a slice of noise can start


def robustness(
    model: nn.Module,
    data: MultimodalDataset,
    kind: str = "missing",
    *,
    modalities: Sequence[str] | None = None,
    levels: Sequence[float] | None = None,
    metric: str = "accuracy",
    batch_size: int = 512,
    seed: int = 0,
) -> dict[str, RobustnessCurve]:
    """How the metric falls as each modality is missing more often, or gets noisier.

    :param model: a classifier that does without the key of a missing modality.
    :param data: held-out samples.
    :param kind: ``"missing"`` or ``"noise"`` (Gaussian, in standard deviations of the modality over
        ``data``; for modalities of real numbers, not for words).
    :param modalities: which to damage, one at a time; all by default.
    :param levels: rates in [0, 1], or standard deviations; rising.
    :param metric: "accuracy", "recall", "precision" or "f1".
    :param seed: of who lacks it, and of the noise.
    :returns: A curve by modality; ``mmtutor.figures.show_robustness`` draws them.
    :raises ValueError: an unknown kind or modality, or levels that do not rise.
    :raises TypeError: noise on words.
    """
    check_name("kind of damage", kind, LEVELS)
    levels = tuple(LEVELS[kind] if levels is None else levels)
    curves = {}
    full = evaluate(model, data, batch_size=batch_size, resamples=1)
    for name in data.modalities if modalities is None else modalities:
        check_name("modality", name, data.modalities)
        if kind == "missing":
            without = evaluate(model, data, batch_size=batch_size, drop=name, resamples=1)
            curves[name] = missing_curve(
                full.logits, without.logits, full.targets, modality=name, rates=levels,
                metric=metric, seed=seed,
            )  # fmt: skip
            continue
        values = []
        for level in levels:
            noisy = evaluate(
                model, Noisy(data, name, level, seed), batch_size=batch_size, resamples=1
            )
            values.append(interval(metric, noisy.logits, noisy.targets, seed=seed))
        curves[name] = RobustnessCurve(name, kind, tuple(map(float, levels)), tuple(values), metric)
    return curves


class Noisy(MultimodalDataset):
    r"""A data set, one of whose modalities has Gaussian noise added.

    .. math:: x \leftarrow x + \sigma\, s\, \varepsilon

    :math:`s` is the modality's standard deviation over (at most 256 of) the samples. The noise of
    sample i is a slice of one long row of Gaussian numbers, at a place drawn for it from the seed:
    it is the same alone and in every batch.
    """

    def __init__(self, data: MultimodalDataset, modality: str, sigma: float, seed: int = 0) -> None:
        self.data, self.modality, self.sigma, self.seed = data, modality, float(sigma), seed
        self.modalities, self.num_classes = data.modalities, data.num_classes
        some = data.batch(torch.arange(min(len(data), 256)))[0][modality]
        if not some.is_floating_point():
            raise TypeError(f"noise is for real numbers, {modality!r} holds {some.dtype}")
        self.scale = float(some.std())
        draw = torch.Generator().manual_seed(seed)
        self.place = torch.randint(PLACES, (len(data),), generator=draw)
        self.bank = torch.randn(some[0].numel() + PLACES, generator=draw, dtype=some.dtype)

    def __len__(self) -> int:
        return len(self.data)

    def batch(self, index: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """The samples, one modality with noise."""
        inputs, y = self.data.batch(index)
        if self.sigma == 0:
            return inputs, y
        x = inputs[self.modality]
        windows = self.bank.unfold(0, x[0].numel(), 1)  # (PLACES + 1, numbers a sample)
        noise = windows[self.place[self._as_index(index)]].view_as(x)
        return {**inputs, self.modality: x + self.sigma * self.scale * noise}, y

    def set_epoch(self, epoch: int) -> None:
        """Pass the epoch on."""
        self.data.set_epoch(epoch)
