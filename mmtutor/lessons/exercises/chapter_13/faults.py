"""13.3: what is wrong with a test."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

FAULTS = Question(
    form=Labels("abcd", ("fair", "blind can win", "ties are given away", "right called wrong")),
    solution={
        "a": "blind can win",
        "b": "right called wrong",
        "c": "ties are given away",
        "d": "fair",
    },
    mistakes=(
        (
            {"a": "fair"},
            "In *a*: which of the two sentences would you believe with your eyes closed?",
        ),
        ({"a": "right called wrong"}, "In *a* one sentence is true, and it is the one counted."),
        ({"b": "fair"}, "In *b* 30 pictures are right for “animal”. How many are counted?"),
        ({"b": "blind can win"}, "In *b* there is nothing to read off the words alone."),
        ({"c": "fair"}, "In *c*: what does a model get that gives everything the same vector?"),
        ({"c": "right called wrong"}, "In *c* the right one is counted, and so is much else."),
        (
            {"c": "blind can win"},
            "In *c* somebody blind wins only because ties are given away: name that fault.",
        ),
        ({"d": "blind can win"}, "In *d* each order is as often true as the other: a blind guess."),
        ({"d": "right called wrong"}, "In *d* one of the two sentences is true, the other false."),
        ({"d": "ties are given away"}, "In *d* a tie counts half."),
    ),
    praise="Before you believe a score, let a model take the test that cannot see.",
    hint="For each test ask three things: what does somebody get who does not look? What does a "
    "model get that finds everything alike? Is every right answer counted as right?",
)
