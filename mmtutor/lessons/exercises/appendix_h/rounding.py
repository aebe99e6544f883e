"""H.4: a matrix in few bits, with one scale a row."""

from __future__ import annotations

from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw
from mmtutor.lessons.exercises.any_form import in_a_row


def _rounded(W: Tensor, bits: int) -> Tensor:
    s = W.abs().amax(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)
    return (W / s).round() * s


def _one_scale(W: Tensor, bits: int) -> Tensor:
    s = W.abs().max() / (2 ** (bits - 1) - 1)
    return (W / s).round() * s


def _columns(W: Tensor, bits: int) -> Tensor:
    return _rounded(W.T, bits).T


def _too_many(W: Tensor, bits: int) -> Tensor:
    s = W.abs().amax(dim=1, keepdim=True) / (2**bits - 1)
    return (W / s).round() * s


def _without_abs(W: Tensor, bits: int) -> Tensor:
    s = W.amax(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)
    return (W / s).round() * s


def _cut(W: Tensor, bits: int) -> Tensor:
    s = W.abs().amax(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)
    return (W / s).trunc() * s


def _down(W: Tensor, bits: int) -> Tensor:
    s = W.abs().amax(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)
    return (W / s).floor() * s


def _up(W: Tensor, bits: int) -> Tensor:
    return -_down(-W, bits)


def _least_to_most(W: Tensor, bits: int) -> Tensor:
    least, most = W.amin(dim=1, keepdim=True), W.amax(dim=1, keepdim=True)
    s = (most - least) / (2**bits - 1)
    return ((W - least) / s).round() * s + least


def _by_bits(W: Tensor, bits: int) -> Tensor:
    s = W.abs().amax(dim=1, keepdim=True) / bits
    return (W / s).round() * s


def _by_mean(W: Tensor, bits: int) -> Tensor:
    s = W.abs().mean(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)
    return (W / s).round() * s


def _numbers(W: Tensor, bits: int) -> Tensor:
    s = W.abs().amax(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)
    return (W / s).round()


def _all_of(W: Tensor, bits: int) -> Tensor:
    s = W.abs().amax(dim=1, keepdim=True) / 2 ** (bits - 1)
    return (W / s).round() * s


_SIZES = draw(4, 1, seed=3).exp()
_CASES = (
    (draw(3, 5, seed=1), 3),
    (_SIZES * draw(4, 6, seed=2) - 0.3, 4),
    (draw(2, 7, seed=4) - 1.5, 8),  # the largest of a row is negative
)

ROUNDING = Exercise(
    solution=_rounded,
    mistakes=(
        (
            _one_scale,
            "One scale for the whole matrix: its largest weight decides for all rows. Each row "
            "gets its own.",
        ),
        (_columns, "You gave each column a scale. The rows get them: dim=1, keepdim=True."),
        (
            _too_many,
            "With b bits and a sign, whole numbers reach 2^(b-1) - 1. You used 2^b - 1, which "
            "needs one bit more.",
        ),
        (
            _all_of,
            "You let q reach 2^(b-1). The largest is 2^(b-1) - 1: one of the 2^b numbers is left "
            "over, so that plus and minus are alike.",
        ),
        (
            _without_abs,
            "The largest weight by its size may be negative: take the absolute value first.",
        ),
        (_cut, "You cut off. Round to the nearest whole number: `round()`."),
        (_down, "You rounded down, `floor()`. Round to the nearest whole number: `round()`."),
        (_up, "You rounded up, `ceil()`. Round to the nearest whole number: `round()`."),
        (
            _least_to_most,
            "Your steps run from the smallest weight of a row to its largest. Here they are the "
            "same on both sides of zero, and zero itself is kept.",
        ),
        (
            _by_bits,
            "You divided by the number of bits. With b bits q reaches 2^(b-1) - 1.",
        ),
        (
            _by_mean,
            "Your s comes from the mean size of a row. Then q leaves its range: the largest "
            "weight decides.",
        ),
        (lambda W, bits: W.round(), "You rounded W itself. Divide by s first, multiply after."),
        (lambda W, bits: W, "Nothing was rounded: that is W as it came."),
        (
            lambda W, bits: _rounded(W, bits).T,
            "Right, but turned around: the rows of W stay rows.",
        ),
        (_numbers, "These are the whole numbers q. Multiply by s again."),
    ),
    praise="No weight has moved by more than half a step of its own row.",
    hint="For each row: s = largest absolute weight / (2^(b-1) - 1); then s · round(w / s).",
    probe=in_a_row(*_CASES),
)
