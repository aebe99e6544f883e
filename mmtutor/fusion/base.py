r"""The contract that every ⊕ keeps, written once.

The fusion equation joins the features of any number of modalities into one representation:

.. math:: h = f_1(x_1) \oplus f_2(x_2) \oplus \dots \oplus f_M(x_M)

An operator is a :class:`Fusion`. It writes three things: :meth:`Fusion.fuse`, the formula;
:meth:`Fusion.num_params` and :meth:`Fusion.flops`, what the formula costs; and, where it cannot
tell who said what, :attr:`Fusion.order_invariant`. Names, widths, missing modalities and errors
are handled here, for all. :mod:`mmtutor.fusion.tokens` is the same contract for operators that
read sequences of vectors.

**Masks.** One word, one meaning, in the whole package: ``present`` is true where something *is
there*, a modality of a sample, ``(B,)``, or a token, ``(B, T)``. Only in the pair ``(tokens,
padding_mask)``, as an encoder hands it over, true means *ignore*: the name and the meaning are
PyTorch's.

**Missing modalities.** Where ``present[m]`` is false, zeros replace the features *before* the
formula sees them, so whatever they held (even NaN) cannot reach ``h`` or a gradient. A modality
whose key is left out of ``features`` is absent for the whole batch.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from mmtutor.fusion import checks

Present = TypeVar("Present")
"""How :meth:`Fusion.fuse` is told what is present: a tensor, or one for each modality's tokens."""


class Paper(NamedTuple):
    """Where an operator comes from.

    :param authors: authors and year, such as ``"Zadeh et al. 2017"``.
    :param link: its DOI or arXiv address.
    """

    authors: str
    link: str


class Fusion(nn.Module, abc.ABC, Generic[Present]):
    """One ⊕ over named modalities: ``{name: (B, d_m)} -> (B, out_dim)``.

    :param dims: width ``d_m`` of each modality's features, by name. At least one.
    :param out_dim: width of ``h``.
    :raises TypeError: ``dims`` is no mapping.
    :raises ValueError: no modality, a width below 1, or a width other than ``out_dim`` where the
        operator needs equal ones.
    """

    name: ClassVar[str]
    """The key of this operator in :data:`mmtutor.fusion.OPERATORS`."""

    equations: ClassVar[tuple[str, ...]] = ()
    """The formula in TeX, ``h`` first."""

    papers: ClassVar[tuple[Paper, ...]] = ()
    """Where it was published."""

    level: ClassVar[Literal["feature", "decision"]] = "feature"
    """What is joined: features (``h`` is a representation) or decisions (logits, ``(B, C)``)."""

    reads_tokens: ClassVar[bool] = False
    """Whether a modality may be a sequence of vectors; see :class:`mmtutor.fusion.TokenFusion`."""

    equal_widths: ClassVar[bool] = False
    """Whether every ``d_m`` must equal ``out_dim``. Decisions always do."""

    def __init__(self, dims: Mapping[str, int], out_dim: int) -> None:
        super().__init__()
        checks.check_widths(dims, out_dim)
        if self.level == "decision":
            checks.check_same_classes(dims, out_dim)
        elif self.equal_widths:
            checks.check_equal_widths(type(self).__name__, dims, out_dim)
        self.dims = dict(dims)
        self.out_dim = out_dim

    @property
    def modalities(self) -> tuple[str, ...]:
        """The names of the modalities, in the order in which they were declared."""
        return tuple(self.dims)

    @property
    def order_invariant(self) -> bool:
        """Whether ``h`` stays the same when modalities of equal width exchange their contents."""
        return len(self.dims) == 1  # nothing to exchange

    @abc.abstractmethod
    def fuse(self, x: dict[str, Tensor], present: Present | None) -> Tensor:
        """Compute ``h``: the formula itself.

        :param x: every modality of ``dims``, in that order, ``(B, d_m)``; zeros where absent.
        :param present: ``(B, M)`` boolean, at least one true in a row; ``None`` if nothing lacks.
        :returns: ``(B, out_dim)``.
        """

    @abc.abstractmethod
    def flops(self, batch: int) -> int:
        """Count the floating-point operations of the matrix products for ``batch`` samples.

        A product of ``(n, k)`` by ``(k, m)`` counts ``2 n k m``, as
        :class:`torch.utils.flop_counter.FlopCounterMode` counts. Elementwise work is left out.
        """

    @abc.abstractmethod
    def num_params(self) -> int:
        """Count the learnt numbers, in closed form."""

    def forward(
        self,
        features: Mapping[str, Any],
        present: Mapping[str, Tensor] | None = None,
    ) -> Tensor:
        """Fuse a batch.

        :param features: ``{name: (B, d_m)}``; a name left out is absent for the whole batch.
        :param present: ``{name: (B,) bool}``; a name left out is present wherever it is given.
        :returns: ``h``, ``(B, out_dim)``.
        :raises KeyError: a modality this operator does not know.
        :raises ValueError: no modality at all, a wrong width, a sequence where a vector is
            expected, unequal batch sizes, or a sample with every modality absent. (That last one
            depends on the data and is not looked for in a compiled or exported program, where
            such a sample's row of ``h`` means nothing.)
        :raises TypeError: features that are no tensors of floating-point numbers, of another type
            than the weights, or ``present`` that is not boolean.
        """
        if present is not None:
            checks.check_mapping("present", present, "{name: flags}")
        x, mask = self.admit(features, present)
        try:
            return self.fuse(x, mask)
        except RuntimeError:
            checks.check_weights(self, x)  # types that do not fit: say so in the caller's words
            raise

    def admit(
        self, features: Mapping[str, Any], present: Mapping[str, Tensor] | None
    ) -> tuple[dict[str, Tensor], Any]:
        """Check a batch and put zeros where a modality is absent.

        :returns: what :meth:`fuse` is called with.
        """
        given = checks.check_vectors(features, self.dims)
        if not present and len(given) == len(self.dims):
            return given, None

        some = next(iter(given.values()))
        batch = some.shape[0]  # not len(some): an exported program must not take it as fixed
        columns = checks.check_present(present or {}, self.dims, given)
        x = {}
        for name, width in self.dims.items():
            if name not in given:
                x[name] = some.new_zeros(batch, width)
                columns[name] = torch.zeros(batch, dtype=torch.bool, device=some.device)
            elif name in columns:
                x[name] = torch.where(columns[name][:, None], given[name], 0)
            else:
                x[name] = given[name]
                columns[name] = torch.ones(batch, dtype=torch.bool, device=some.device)
        mask = torch.stack([columns[name] for name in self.dims], dim=1)  # (B, M)
        checks.check_nobody_is_empty(mask)
        return x, mask

    def extra_repr(self) -> str:
        """Show the equation's sizes when the operator is printed."""
        widths = ", ".join(f"{name}: {width}" for name, width in self.dims.items())
        return f"{{{widths}}} -> {self.out_dim}"
