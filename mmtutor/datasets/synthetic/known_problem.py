r"""Problems whose distribution is written down, so that the best possible accuracy is known.

A classifier can only be as good as its data. If the distribution p(x, y) is known, so is the
limit: the classifier that always names the most probable class,

.. math:: \hat y(x_A) = \arg\max_y p(y \mid x_A), \qquad
          \mathrm{acc}(A) = \mathbb E\left[\max_y p(y \mid x_A)\right],

is the best that can be made of the modalities A (the *Bayes classifier*), and acc(A) is its *Bayes
accuracy*. Whatever a trained model lacks to it, is the model's own fault.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, combinations
from typing import Any

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import Sample, random_source
from mmtutor.datasets.memory import InMemory
from mmtutor.names import check_name, listed

MOST = 12  # modalities all of whose subsets are gone through
SAMPLES = {"train": 4000, "valid": 1000, "test": 10_000}


class KnownProblem(InMemory):
    """A data set that also knows its own Bayes classifier.

    Every split is drawn on its own from (seed, split). Training data stay as they are, or with
    ``fresh`` are drawn anew each epoch, from (seed, epoch).

    A subclass writes `_sample`, `_accuracy` and `_posterior`; it sets its dials before it calls
    the constructor of this class.

    :ivar inputs: everything that is seen, {modality: (N, D)}.
    :ivar targets: the classes y (N,).
    """

    def __init__(
        self,
        split: str,
        modalities: int | Sequence[str],
        *,
        samples: int | None,
        seed: int,
        fresh: bool,
    ) -> None:
        check_name("split", split, SAMPLES)
        n = whole_number("samples", SAMPLES[split] if samples is None else samples, 1, 10**8)
        self.split, self.seed, self.fresh = split, whole_number("seed", seed), fresh
        self.modalities = modality_names(modalities)
        self._draw(n, epoch=0)

    @abstractmethod
    def _sample(self, n: int, source: torch.Generator) -> Sample:
        """Draw n samples."""

    @abstractmethod
    def _accuracy(self, subset: tuple[str, ...]) -> float:
        """Bayes accuracy of a subset of the modalities, in their order, perhaps empty."""

    @abstractmethod
    def _posterior(self, inputs: Mapping[str, Tensor], subset: tuple[str, ...]) -> Tensor:
        """p(y | x_A), (B, C), from float64 inputs of a subset with at least one modality."""

    def _draw(self, n: int, epoch: int) -> None:
        words = (type(self).__name__, self.seed, self.split, epoch)
        self.inputs, self.targets = self._sample(n, random_source(*words))

    def _draw_epoch(self, epoch: int) -> None:
        if self.fresh:
            self._draw(len(self), epoch)

    def bayes_accuracy(self, modalities: Iterable[str] | None = None) -> float:
        r"""Return the best accuracy that any classifier reaches, :math:`E \max_y p(y | x_A)`.

        :param modalities: names of the modalities A that the classifier sees; all by default. With
            none at all, it is the share of the most frequent class.
        :raises ValueError: a name that the problem does not have.
        """
        return self._accuracy(self._subset(modalities))

    def bayes_accuracies(self) -> dict[tuple[str, ...], float]:
        """Bayes accuracy of every subset of the modalities, smallest first: {(names): accuracy}.

        :raises ValueError: more than `MOST` modalities, which have too many subsets.
        """
        if (m := len(self.modalities)) > MOST:
            raise ValueError(
                f"{m} modalities have {2**m - 1:,} subsets; ask for one with bayes_accuracy(names)"
            )
        sizes = range(1, len(self.modalities) + 1)
        subsets = chain.from_iterable(combinations(self.modalities, k) for k in sizes)
        return {subset: self._accuracy(subset) for subset in subsets}

    def posterior(
        self, inputs: Mapping[str, Tensor], modalities: Iterable[str] | None = None
    ) -> Tensor:
        """Probability of each class given what is seen, p(y | x_A): (B, C), in double precision.

        :param inputs: {modality: (B, D)}; a modality may be missing.
        :param modalities: the modalities A to look at; by default all in ``inputs``. The content of
            others is not looked at.
        :raises ValueError: no modality, an unknown or absent one, or a tensor of the wrong shape.
        """
        if not isinstance(inputs, Mapping):
            raise TypeError(f"inputs must be {{modality: tensor}}, got {type(inputs).__name__}")
        subset = self._subset(inputs if modalities is None else modalities)
        if not subset:
            raise ValueError("posterior needs the tensor of at least one modality")
        absent = [name for name in subset if name not in inputs]
        if absent:
            raise ValueError(f"inputs lack modality {listed(absent)}, they have {listed(inputs)}")
        for name in subset:
            if not isinstance(inputs[name], Tensor) or inputs[name].is_complex():
                raise TypeError(f"modality {name!r} must be a tensor of real numbers")
            shape, width = tuple(inputs[name].shape), self.inputs[name].shape[1]
            if len(shape) != 2 or shape[1] != width:
                raise ValueError(f"modality {name!r} must have shape (B, {width}), got {shape}")
            if len(inputs[name]) != len(inputs[subset[0]]):
                raise ValueError(
                    f"modality {name!r} has {len(inputs[name])} samples, {subset[0]!r} has "
                    f"{len(inputs[subset[0]])}"
                )
        return self._posterior({name: inputs[name].double() for name in subset}, subset)

    def _subset(self, modalities: Iterable[str] | None) -> tuple[str, ...]:
        """The names asked for, in the order of the problem."""
        if modalities is None:
            return self.modalities
        if not isinstance(modalities, Iterable):
            raise TypeError(f"modalities are given by their names, got {modalities!r}")
        wanted = [modalities] if isinstance(modalities, str) else list(modalities)
        for name in wanted:
            check_name("modality", name, self.modalities)
        return tuple(name for name in self.modalities if name in wanted)


def modality_names(modalities: Any) -> tuple[str, ...]:
    """Names as given, or x1, x2, … for a number of them."""
    named = isinstance(modalities, Iterable) and not isinstance(modalities, str)
    if not named:
        count = whole_number("modalities", modalities, 1, 1000)
        return tuple(f"x{m}" for m in range(1, count + 1))
    names = tuple(modalities)
    if not all(isinstance(name, str) for name in names) or not 0 < len(set(names)) == len(names):
        raise ValueError(f"modalities must be a number or different names, got {modalities!r}")
    return names
