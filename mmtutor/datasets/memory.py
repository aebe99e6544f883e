"""Tensors in memory as a data set: a batch is one gather for each modality."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample


class InMemory(MultimodalDataset):
    """Samples that are here as whole tensors: ``({modality: x[index]}, y[index])``.

    :param inputs: {modality: (N, …)}.
    :param targets: class numbers, or other targets (N, …).
    :param num_classes: C; by default one more than the largest class number, and 0 for targets that
        are no class numbers.
    :raises ValueError, TypeError: no modality, no sample, different numbers of samples, no tensor.
    """

    def __init__(
        self, inputs: Mapping[str, Tensor], targets: Tensor, *, num_classes: int | None = None
    ) -> None:
        if not isinstance(inputs, Mapping) or not inputs:
            raise ValueError(
                f"inputs must be {{modality: tensor (N, …)}} with a modality, got {inputs!r:.60}"
            )
        for name, x in {**inputs, "targets": targets}.items():
            if not isinstance(x, Tensor):
                raise TypeError(f"{name!r} must be a tensor, got {type(x).__name__}")
        if targets.ndim == 0 or len(targets) == 0:
            raise ValueError(f"targets must be (N, …) with N ≥ 1, got {tuple(targets.shape)}")
        for name, x in inputs.items():
            if x.ndim == 0 or len(x) != len(targets):
                raise ValueError(
                    f"modality {name!r} has shape {tuple(x.shape)}, but there are {len(targets)} "
                    "targets"
                )
        self.modalities = tuple(inputs)
        self.inputs = {name: x.cpu().contiguous() for name, x in inputs.items()}
        self.targets = targets.cpu().contiguous()
        if num_classes is None:
            classes = targets.ndim == 1 and not targets.is_floating_point()
            num_classes = int(targets.max()) + 1 if classes else 0
        self.num_classes = whole_number("num_classes", num_classes)

    def batch(self, index: Tensor) -> Sample:
        """``({modality: (B, …)}, y (B, …))`` of samples ``index`` (B,)."""
        i = self._as_index(index)
        # index_select copies row by row; x[i] takes 2.5 times as long where rows are long.
        inputs = {name: x.index_select(0, i) for name, x in self.inputs.items()}
        return inputs, self.targets.index_select(0, i)

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name}: {tuple(x.shape[1:])}" for name, x in self.inputs.items())
        return f"InMemory({len(self):,} samples of {shapes})"
