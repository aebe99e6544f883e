r"""The contract that every ⊕ keeps, written once.

The fusion equation joins the features of any number of modalities into one representation:

.. math:: h = f_1(x_1) \oplus f_2(x_2) \oplus \dots \oplus f_M(x_M)

An operator is a :class:`Fusion`. It writes three things: :meth:`Fusion.fuse`, the formula;
:meth:`Fusion.flops`, what the formula costs; and :attr:`Fusion.order_invariant`, whether it can
tell who said what. Names, widths, missing modalities and errors are handled here, for all.

**Missing modalities.** ``present[m]`` is a ``(B,)`` boolean tensor: which samples have modality
``m``. Where it is false the features are replaced by zeros *before* the formula sees them, so
whatever they held (even NaN) cannot reach ``h`` or a gradient. A modality whose key is left out
of ``features`` is absent for the whole batch.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from mmtutor.names import listed, unknown


class Fusion(nn.Module, abc.ABC):
    """One ⊕ over named modalities: ``{name: (B, d_m)} -> (B, out_dim)``.

    :param dims: width ``d_m`` of each modality's features, by name. At least one.
    :param out_dim: width of ``h``.
    :raises ValueError: no modality, or a width below 1.
    """

    name: ClassVar[str]
    """The key of this operator in :data:`mmtutor.fusion.OPERATORS`."""

    def __init__(self, dims: Mapping[str, int], out_dim: int) -> None:
        super().__init__()
        if not dims:
            raise ValueError("fusion needs at least one modality, dims is empty")
        for name, width in {**dims, "out_dim": out_dim}.items():
            if not isinstance(width, int) or width < 1:
                raise ValueError(f"the width of {name!r} must be a whole number ≥ 1, got {width!r}")
        for name in dims:
            # The name becomes part of parameter names, where a dot has a meaning of its own.
            if not name or "." in name or hasattr(nn.ModuleDict, name):
                raise ValueError(f"{name!r} cannot name a modality; use a word such as 'image'")
        self.dims = dict(dims)
        self.out_dim = out_dim

    @property
    def modalities(self) -> tuple[str, ...]:
        """The names of the modalities, in the order in which they were declared."""
        return tuple(self.dims)

    @property
    def order_invariant(self) -> bool:
        """Whether ``h`` stays the same when modalities of equal width exchange their contents."""
        return False

    @abc.abstractmethod
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
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
        features: Mapping[str, Tensor],
        present: Mapping[str, Tensor] | None = None,
    ) -> Tensor:
        """Fuse a batch.

        :param features: ``{name: (B, d_m)}``; a name left out is absent for the whole batch.
        :param present: ``{name: (B,) bool}``; a name left out is present wherever it is given.
        :returns: ``h``, ``(B, out_dim)``.
        :raises KeyError: a modality this operator does not know.
        :raises ValueError: no modality at all, a wrong width, unequal batch sizes, or a sample
            with every modality absent.
        :raises TypeError: ``present`` is not boolean.
        """
        x, mask = self.admit(features, present)
        return self.fuse(x, mask)

    def admit(
        self,
        features: Mapping[str, Tensor],
        present: Mapping[str, Tensor] | None,
    ) -> tuple[dict[str, Tensor], Tensor | None]:
        """Check a batch at the door and put zeros where a modality is absent."""
        given = self._check_features(features)
        some = next(iter(given.values()))
        if not present and len(given) == len(self.dims):
            return given, None

        columns = self._check_present(present or {}, given, len(some))
        x = {}
        for name, width in self.dims.items():
            if name not in given:
                x[name] = some.new_zeros(len(some), width)
                columns[name] = torch.zeros(len(some), dtype=torch.bool, device=some.device)
            elif name in columns:
                x[name] = torch.where(columns[name][:, None], given[name], 0)
            else:
                x[name] = given[name]
                columns[name] = torch.ones(len(some), dtype=torch.bool, device=some.device)
        mask = torch.stack([columns[name] for name in self.dims], dim=1)  # (B, M)
        if not torch.compiler.is_compiling() and not mask.any(dim=1).all():
            empty = (~mask.any(dim=1)).nonzero().flatten().tolist()
            raise ValueError(
                f"every modality is absent for sample(s) {_some(empty)} of the batch: "
                "there is nothing to fuse"
            )
        return x, mask

    def _check_features(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        for name in features:
            if name not in self.dims:
                raise KeyError(unknown("modality", name, self.dims))
        given = {name: features[name] for name in self.dims if name in features}
        if not given:
            raise ValueError(f"no modality in the batch, expected some of {listed(self.dims)}")
        for name, value in given.items():
            if value.dim() != 2 or value.shape[1] != self.dims[name]:
                raise ValueError(
                    f"features of {name!r} must have shape (batch, {self.dims[name]}), "
                    f"got {tuple(value.shape)}"
                )
        sizes = {name: len(value) for name, value in given.items()}
        if len(set(sizes.values())) > 1:
            told = ", ".join(f"{name!r} has {size}" for name, size in sizes.items())
            raise ValueError(f"the modalities must hold the same number of samples: {told}")
        return given

    def _check_present(
        self, present: Mapping[str, Tensor], given: Mapping[str, Tensor], batch: int
    ) -> dict[str, Tensor]:
        columns = {}
        for name, flags in present.items():
            if name not in self.dims:
                raise KeyError(unknown("modality", name, self.dims))
            if flags.dtype != torch.bool:
                raise TypeError(f"present[{name!r}] must be boolean, got {flags.dtype}")
            if flags.shape != (batch,):
                raise ValueError(
                    f"present[{name!r}] must have shape ({batch},), one flag a sample, "
                    f"got {tuple(flags.shape)}"
                )
            if name not in given:
                if not torch.compiler.is_compiling() and flags.any():
                    raise ValueError(
                        f"present says that {name!r} is there, but the batch holds no {name!r}"
                    )
                continue
            columns[name] = flags.to(given[name].device)
        return columns

    def extra_repr(self) -> str:
        """Show the equation's sizes when the operator is printed."""
        widths = ", ".join(f"{name}: {width}" for name, width in self.dims.items())
        return f"{{{widths}}} -> {self.out_dim}"


def _some(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:5])) + (", …" if len(numbers) > 5 else "")
