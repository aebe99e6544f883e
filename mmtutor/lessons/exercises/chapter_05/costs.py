"""5.2: what tensor and low-rank fusion cost."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

_TENSOR = 11 * 21 * 31 * 8 + 8


_LOW = 4 * (11 + 21 + 31) * 8 + 8


COSTS = Question(
    form=Numbers(Number("tensor fusion", of="whole"), Number("low rank, R = 4", of="whole")),
    solution=[_TENSOR, _LOW],
    mistakes=(
        (
            [10 * 20 * 30 * 8 + 8, 4 * 60 * 8 + 8],
            "You forgot the 1s: [x; 1] is one wider than x.",
        ),
        (
            [_TENSOR - 8, _LOW - 8],
            "You forgot the bias b: one number for each coordinate of h.",
        ),
        ([_TENSOR, 63 * 8 + 8], "The first is right. In the second, where is the rank R = 4?"),
        (
            [_TENSOR, 4 * 60 * 8 + 8],
            "The first is right. In the second you forgot the 1s: low-rank fusion keeps them.",
        ),
        (
            [_TENSOR, _LOW - 8],
            "The first is right. The second lacks the bias b: one number for each coordinate of h.",
        ),
        (
            [10 * 20 * 30 * 8 + 8, _LOW],
            "The second is right. In the first you forgot the 1s: [x; 1] is one wider than x.",
        ),
        (
            [_TENSOR, _TENSOR * 4],
            "The first is right. Low rank never multiplies the widths: each modality has R "
            "rows of its own for each coordinate of h, and these add up.",
        ),
        (
            [11 * 21 * 31, 4 * 63],
            "That is what one coordinate of h reads. h has 8, and each has a bias.",
        ),
        ([_LOW, _TENSOR], "The other way round: first tensor fusion, then low rank."),
    ),
    praise="A product of three widths against a sum of three widths.",
    hint="For one coordinate of h, tensor fusion reads 11 · 21 · 31 numbers and adds a bias. "
    "Low rank has R rows for each modality, one wider than x, and a bias. h has 8 coordinates.",
)
