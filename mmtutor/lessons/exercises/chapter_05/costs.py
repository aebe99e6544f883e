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
        (
            [11 * 21 * 31, 4 * 63],
            "That is what one coordinate of h reads. h has 8, and each has a bias.",
        ),
        ([_LOW, _TENSOR], "The other way round: first tensor fusion, then low rank."),
        ([None, 63 * 8 + 8], "In the second, where is the rank R = 4?"),
        ([None, 4 * 60 * 8 + 8], "In the second you forgot the 1s: low-rank fusion keeps them."),
        ([None, _LOW - 8], "The second lacks the bias b: one number for each coordinate of h."),
        (
            [None, (4 * 63, 4 * 63 + 8)],
            "In the second, the R rows are those of one coordinate of h, and h has 8.",
        ),
        (
            [None, 4 * (63 * 8 + 8)],
            "In the second, b stands outside the sum over r: 8 numbers, not 8 for each term.",
        ),
        (
            [None, (_TENSOR, 4 * _TENSOR)],
            "Low rank never multiplies the widths: each modality has R rows of its own for each "
            "coordinate of h, and these add up.",
        ),
        (
            [10 * 20 * 30 * 8 + 8, None],
            "In the first you forgot the 1s: [x; 1] is one wider than x.",
        ),
        ([_TENSOR - 8, None], "The first lacks the bias b: one number for each coordinate of h."),
        (
            [(11 * 21 * 31, 11 * 21 * 31 + 8), None],
            "In the first, these are the numbers for one coordinate of h, and h has 8.",
        ),
        (
            [63 * 8 + 8, None],
            "The first is a *product* of the three widths: each place of the cube has its number.",
        ),
    ),
    praise="A product of three widths against a sum of three widths.",
    hint="For one coordinate of h, tensor fusion reads 11 · 21 · 31 numbers and adds a bias. "
    "Low rank has R rows for each modality, one wider than x, and a bias. h has 8 coordinates.",
)
