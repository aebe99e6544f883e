"""5.1: the four numbers of a table."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

STEPS = Question(
    form=Numbers(*(Number(name, tolerance=1e-4) for name in "abcd")),
    solution=[3, 2, 1, -4],
    mistakes=(
        (
            [3, 5, 4, None],
            "These b and c are the table's own numbers. They are steps: a is h(0,0), and b is what "
            "x1 adds to it, from (0, 0) to (1, 0).",
        ),
        (
            [3, 2, 1, -1],
            "For d you went from (0, 0) to (1, 1). Take off what x1 and x2 do alone: "
            "d = h(1,1) − h(1,0) − h(0,1) + h(0,0).",
        ),
        (
            [3, 2, 1, -7],
            "In d you took off a twice: it is in h(1,0) and in h(0,1), too. Add it again, once.",
        ),
        (
            [3, 2, 1, (-3, -2)],
            "For d you took off one neighbour of (1, 1). Take off what x1 does alone and what x2 "
            "does alone, and a.",
        ),
        ([3, 2, 1, 2], "2 is the score at (1, 1) itself. Of it, a, b and c make 6 already."),
        ([3, 2, 1, 4], "The size of d is right, its sign is not: does (1, 1) gain or lose?"),
        ([3, 1, 2, None], "b and c are exchanged: b belongs to x1, the first of the pair."),
        ([3, -2, -1, None], "The signs of b and c: a step goes *from* h(0,0), so b = 5 − 3."),
        (
            [0, 2, 1, None],
            "a is the score at (0, 0), and the table has it: h(0,0).",
        ),
        (
            [3, 2, 1, 0],
            "With d = 0 the pair (1, 1) would get 3 + 2 + 1 = 6. The table says 2.",
        ),
    ),
    praise="The two together give 4 less than the sum of what each does alone.",
    hint="a is h(0,0). Then b = h(1,0) − a, c = h(0,1) − a, and d is what is left at (1, 1).",
)
