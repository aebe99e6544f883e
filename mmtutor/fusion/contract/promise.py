"""A promise: a function that puts a problem to an operator and says how it was broken.

A promise raises :class:`Broken` with a sentence about what went wrong. Where two results are one
and the same computation they must agree bit for bit; where the arithmetic is only equivalent, to
the rounding of float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mmtutor.fusion.base import Fusion
from mmtutor.fusion.contract.problem import Problem


class Broken(AssertionError):
    """A promise is broken; the message says how."""


@dataclass(frozen=True)
class Promise:
    """One promise of the contract.

    :param check: raises :class:`Broken`.
    :param modalities: it says something from this many modalities on.
    :param tokens: it concerns only operators that read tokens.
    :param ordinary: it is meant for problems of ordinary size, not for every width.
    :param program: it compiles or exports, which takes seconds.
    """

    check: Callable[[Problem], None]
    modalities: int = 1
    tokens: bool = False
    ordinary: bool = False
    program: bool = False

    @property
    def name(self) -> str:
        """The promise as a name."""
        return self.check.__name__

    @property
    def sentence(self) -> str:
        """The promise as a sentence."""
        return (self.check.__doc__ or "").split("\n")[0].replace("``", "`")

    def concerns(self, operator: type[Fusion]) -> bool:
        """Whether an operator of this kind makes this promise."""
        return operator.reads_tokens or not self.tokens


def promise(
    modalities: int = 1, *, tokens: bool = False, ordinary: bool = False, program: bool = False
) -> Callable[[Callable[[Problem], None]], Promise]:
    """Turn a function into a :class:`Promise`; its docstring's first line is the sentence."""
    return lambda check: Promise(check, modalities, tokens, ordinary, program)


def must_be_close(a: Tensor, b: Tensor, complaint: str, tolerance: float = 1e-7) -> None:
    """Raise :class:`Broken` with this complaint unless two results agree to rounding."""
    if a.shape != b.shape or not torch.allclose(a, b, rtol=tolerance, atol=tolerance):
        raise Broken(complaint)
