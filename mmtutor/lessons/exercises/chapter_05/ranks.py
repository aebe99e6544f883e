"""5.3: the rank of a score."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

_SCORES = ("pair", "sum", "same way", "both north")


def _ranks(*numbers: int) -> dict[str, str]:
    return dict(zip(_SCORES, map(str, numbers), strict=True))


RANKS = Question(
    form=Labels(_SCORES, "1234"),
    solution=_ranks(1, 2, 2, 1),
    mistakes=(
        (
            _ranks(1, 1, 2, 2),
            "'sum' and 'both north' are the other way round. Write their tables: in which of "
            "them is every row a multiple of one row?",
        ),
        (
            _ranks(1, 1, 2, 4),
            "A rank does not count the terms of a score. It counts the rows of its table that "
            "cannot be made from the other rows. Write the tables of 'sum' and 'both north'.",
        ),
        (
            _ranks(1, 1, 1, 1),
            "Write each as a table with the rows n1, e1, 1 and the columns n2, e2, 1. Are all "
            "rows multiples of one row?",
        ),
        (
            {"pair": "2"},
            "'pair' is one product, n1·n2: its table has one number that is not 0.",
        ),
        (
            {"same way": "4"},
            "A rank does not count numbers, nor terms. The table of 'same way' has two rows that "
            "are not 0, and neither is a multiple of the other.",
        ),
        (
            {"sum": "1"},
            "A sum looks harmless, but look at its table: 1s at (n1, 1) and at (1, n2). No row "
            "is a multiple of the other.",
        ),
        (
            {"sum": "3"},
            "The table of 'sum' has three rows, but one of them, e1, holds only zeros: it adds "
            "nothing to the rank.",
        ),
        (
            {"same way": "3"},
            "The table of 'same way' has three rows, but the last one holds only zeros: it adds "
            "nothing to the rank.",
        ),
        (
            {"both north": "2"},
            "(1 + n1)(1 + n2) *is* one product: the rows of its table are multiples of each other.",
        ),
        (
            {"both north": "4"},
            "(1 + n1)(1 + n2) has four terms, but they come from *one* product. A 3 × 3 table has "
            "no rank of 4.",
        ),
        (
            {"same way": "1"},
            "'same way' has two terms, n1·n2 and e1·e2, and no product of one u with one v "
            "holds both without n1·e2 and e1·n2.",
        ),
    ),
    praise="To a product, even a sum is a thing of rank two: it needs two terms, each times 1.",
    hint="Write the 3 × 3 table. The rank is 1 if all rows are multiples of one row; each "
    "further row that is new adds 1.",
)
