"""D.1: the largest rank that 2,000 numbers buy."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

BUDGET = Question(
    form=Numbers(Number("low rank", of="whole"), Number("MLB", of="whole")),
    solution=[3, 39],  # 544 R + 16 and 50 R + 16
    mistakes=(
        ([39, 3], "The other way round: first low rank, then MLB."),
        ([4, 40], "Round down: with these, the numbers to learn are 2,192 and 2,016."),
        (
            [None, 124],
            "In the second you counted P and b only. The R products need U_m and b_m, too: R rows "
            "of 17 for each modality.",
        ),
        (
            [None, 58],
            "In the second every one of the 16 coordinates reads the R products through P: that "
            "is 16 R numbers more.",
        ),
        ([None, 60], "In the second you counted the factors of one modality. There are two."),
        (
            [None, 41],
            "In the second you forgot the biases b_m: a row of U_m has 16 numbers and a bias, 17.",
        ),
        ([None, 40], "With R = 40 MLB learns 2,016 numbers: over the budget."),
        ([4, None], "With R = 4 low rank learns 2,192 numbers: over the budget."),
        (
            [58, None],
            "In low rank each of the 16 coordinates of h has R products of *its own*: "
            "16 · R · 34 numbers, and b.",
        ),
        ([7, None], "In low rank you counted the factors of one modality. There are two."),
        ([(0, 2), None], "Low rank: with R = 3 it learns 1,648 numbers, and that still fits."),
        ([None, (0, 38)], "MLB: with R = 39 it learns 1,966 numbers, and that still fits."),
        ([(5, 2001), None], "Low rank: already with R = 4 it learns 2,192 numbers."),
        ([None, (41, 2001)], "MLB: already with R = 40 it learns 2,016 numbers."),
    ),
    praise="Shared products are cheap: thirteen times as many for the same budget.",
    hint="Low rank: 16 coordinates, each with R rows of 17 numbers for each of two modalities, and "
    "b. MLB: R rows of 17 for each modality, P with 16 · R, and b. What fits into 2,000?",
)
