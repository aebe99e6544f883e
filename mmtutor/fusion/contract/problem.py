"""A problem to put to an operator: sizes, contents, who is absent where, what is padding.

The promises of :data:`mmtutor.fusion.contract.PROMISES` are checked on such problems: on a few
fixed ones by :func:`mmtutor.fusion.check_contract`, on drawn ones by the test suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from mmtutor.fusion.base import Fusion

Features = dict[str, Any]
"""``{name: (B, d)}``, ``{name: (B, T, d)}`` or ``{name: ((B, T, d), padding_mask)}``."""


NAMES = ("image", "audio", "text", "touch")
"""The modalities of all problems, the first few of them."""


class Subject:
    """An operator with its options, and the widths it can be built for.

    :param operator: the class.
    :param options: what its constructor takes beside ``dims`` and ``out_dim``.
    :raises ValueError: it cannot be built for any width; the constructor's own error.
    """

    largest = 6
    """The largest width that is tried."""

    def __init__(self, operator: type[Fusion], options: Mapping[str, Any] | None = None) -> None:
        self.operator, self.options = operator, dict(options or {})
        self.equal_widths = operator.level == "decision" or operator.equal_widths
        if not self.equal_widths:
            self.equal_widths = not self._builds({"image": 2, "audio": 3}, self.largest)
        self.out_dims = [d for d in range(1, self.largest + 1) if self._builds({"image": d}, d)]
        if not self.out_dims:
            self.build({"image": self.largest}, self.largest)  # its own error

    def build(self, dims: Mapping[str, int], out_dim: int, *, seed: int = 0) -> Fusion:
        """Build the operator; the global random state stays as it was."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return self.operator(dims, out_dim, **self.options).eval()

    def _builds(self, dims: Mapping[str, int], out_dim: int) -> bool:
        try:
            self.build(dims, out_dim)
        except ValueError:
            return False
        return True

    def __repr__(self) -> str:
        options = ", ".join(f"{key}={value!r}" for key, value in self.options.items())
        return f"{self.operator.__name__}({options})"


@dataclass(frozen=True)
class Problem:
    """A subject, sizes, and masks.

    :param subject: which operator.
    :param dims: width of each modality.
    :param out_dim: width of ``h``.
    :param present: ``{name: (B,) bool}`` for every modality.
    :param tokens: how many tokens a modality has; a name left out is a vector.
    :param padding_mask: ``{name: (B, T) bool}`` for those modalities that come with a mask.
    :param seed: of weights and contents.
    """

    subject: Subject
    dims: dict[str, int]
    out_dim: int
    present: dict[str, Tensor]
    tokens: dict[str, int] = field(default_factory=dict)
    padding_mask: dict[str, Tensor] = field(default_factory=dict)
    seed: int = 0

    @property
    def batch(self) -> int:
        """``B``."""
        return next(iter(self.present.values())).shape[0]

    def operator(self, *, seed: int | None = None, dims: Mapping[str, int] | None = None) -> Fusion:
        """Build the operator for this problem, in evaluation mode."""
        seed = self.seed if seed is None else seed
        return self.subject.build(dims or self.dims, self.out_dim, seed=seed)

    def equal(self) -> Problem:
        """Return the same problem with every modality as wide, and as long, as the first.

        Then modalities can exchange their contents.
        """
        first, width = next(iter(self.dims)), next(iter(self.dims.values()))
        tokens = dict.fromkeys(self.dims, self.tokens[first]) if first in self.tokens else {}
        present = {name: torch.ones(self.batch, dtype=torch.bool) for name in self.dims}
        dims = dict.fromkeys(self.dims, width)
        return Problem(self.subject, dims, self.out_dim, present, tokens, {}, self.seed)

    def features(self, dtype: torch.dtype = torch.float32) -> Features:
        """Draw the contents, from a normal distribution."""
        generator = torch.Generator().manual_seed(self.seed)
        x: Features = {}
        for name, width in self.dims.items():
            length = [self.tokens[name]] if name in self.tokens else []
            x[name] = torch.randn(
                self.batch, *length, width, generator=generator, dtype=torch.float64
            ).to(dtype)
        return self.masked(x)

    def masked(self, contents: Mapping[str, Tensor]) -> Features:
        """Put each tensor beside its padding, as an encoder's ``tokens`` returns it."""
        return {
            name: (value, self.padding_mask[name]) if name in self.padding_mask else value
            for name, value in contents.items()
        }

    def absent(self, name: str) -> Tensor:
        """Where the modality is marked absent, ``(B,)`` or ``(B, T)``."""
        flags = ~self.present[name]
        return flags[:, None].expand(-1, self.tokens[name]) if name in self.tokens else flags

    def rows(self, rows: Tensor | slice, x: Features) -> tuple[Features, dict[str, Tensor]]:
        """Return some samples of a batch: their features, and who is present."""
        some = {
            name: tuple(t[rows] for t in value) if isinstance(value, tuple) else value[rows]
            for name, value in x.items()
        }
        return some, {name: flags[rows] for name, flags in self.present.items()}


def contents(x: Features) -> dict[str, Tensor]:
    """Return the tensors without the masks."""
    return {name: value[0] if isinstance(value, tuple) else value for name, value in x.items()}


def filled(x: Tensor, where: Tensor, value: float) -> Tensor:
    """Return ``x`` with another content where ``where`` (of the leading axes) is true."""
    return x.masked_fill(where[..., None], value)


def fixed(
    subject: Subject, modalities: int = 3, batch: int = 8, *, whole: bool = False, seed: int = 0
) -> Problem:
    """Return one problem of ordinary size, with absences and paddings unless ``whole``."""
    out_dim = subject.out_dims[-1]
    widths = [out_dim] * 4 if subject.equal_widths else [5, 3, 4, 2]
    dims = dict(zip(NAMES[:modalities], widths, strict=False))
    row, column = torch.arange(batch)[:, None], torch.arange(modalities)
    here = (row + column) % (modalities + 1) > 0  # each sample lacks another one, some none
    here |= (column == row % modalities) | torch.tensor(whole)
    tokens, padding_mask = {}, {}
    if subject.operator.reads_tokens:
        tokens = {name: 4 - i for i, name in enumerate(dims)}
        if not whole:
            # Lengths from 1 up; the last modality comes without a mask.
            for i, name in enumerate(list(dims)[:-1] if modalities > 1 else dims):
                length = 1 + (torch.arange(batch) + i) % tokens[name]
                padding_mask[name] = torch.arange(tokens[name]) >= length[:, None]
    present = {name: here[:, i] for i, name in enumerate(dims)}
    return Problem(subject, dims, out_dim, present, tokens, padding_mask, seed)
