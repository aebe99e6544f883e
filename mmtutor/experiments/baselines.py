"""What a result must beat: chance, and the plainest thing that can be learnt."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.datasets import Batches, MultimodalDataset
from mmtutor.metrics import recall_at


def baselines(train: MultimodalDataset, judged: MultimodalDataset) -> dict[str, float]:
    r"""Accuracy on ``judged`` of classifiers without a network.

    - *Always the commonest class* of ``train``.
    - *Nearest mean* of one modality's raw numbers: the class c with the smallest
      :math:`\lVert x - \mu_c \rVert`, where :math:`\mu_c` is the mean of class c over ``train``.
      For modalities of real numbers; of words there is no mean.
    """
    y, sums = _sums_by_class(train)
    counts = torch.bincount(y, minlength=train.num_classes)
    means = {name: total / counts.clamp_min(1)[:, None] for name, total in sums.items()}
    right = dict.fromkeys(["always the commonest class", *(f"nearest mean, {m}" for m in means)], 0)
    for x, labels in Batches(judged, 512):
        right["always the commonest class"] += int((labels == counts.argmax()).sum())
        for name, mean in means.items():
            nearest = torch.cdist(x[name].flatten(1), mean).argmin(dim=1)
            right[f"nearest mean, {name}"] += int((nearest == labels).sum())
    return {name: count / len(judged) for name, count in right.items()}


def recall_by_chance(k: int, data: MultimodalDataset) -> float:
    """Recall@k where everything is equally similar; samples of one target belong together."""
    _, y = data.batch(torch.arange(len(data)))
    return recall_at(k, torch.zeros(len(y), len(y)), y[:, None] == y[None])


def _sums_by_class(data: MultimodalDataset) -> tuple[Tensor, dict[str, Tensor]]:
    """All labels, and of each modality of real numbers the sum of each class, ``(C, numbers)``."""
    sums: dict[str, Tensor] = {}
    labels = []
    for x, y in Batches(data, 512):
        labels.append(y)
        for name, values in x.items():
            if values.is_floating_point():
                empty = values.new_zeros(data.num_classes, values[0].numel())
                sums.setdefault(name, empty).index_add_(0, y, values.flatten(1))
    return torch.cat(labels), sums
