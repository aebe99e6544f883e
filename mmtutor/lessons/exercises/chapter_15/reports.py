"""15.2 and 15.3: from which probability on to raise the alarm, and what a report hides."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Number, Numbers, Question

ALARM = Question(
    form=Numbers(Number("p", of="share", tolerance=4e-4)),
    solution=1 / 25,
    mistakes=(
        (
            (0.0412, 0.0421),
            "That is 1 / 24. An alarm costs only if there is *no* fall: 24 p against 1 − p.",
        ),
        ((0.9595, 0.9605), "That is 1 − p. The alarm should come early, not late."),
        ((0.957, 0.9588), "23 / 24 would be very late. Compare 24 p with 1 − p."),
        ((0.4995, 0.5005), "One half is right where both mistakes cost the same."),
        ((0.0434, 0.0436), "That is 1 / 23. Bring both p to one side: 24 p + p = 1."),
    ),
    praise="In words: one over one plus the cost. At 24 false alarms a miss, 4 % is enough.",
    hint="Silence costs 24 p on average. An alarm costs 1 − p. Where are they equal?",
)

_SLIPS = ("leak", "wrong unit", "weak baseline", "blind answer")
HIDDEN = Question(
    form=Labels("abcd", _SLIPS),
    solution={"a": "blind answer", "b": "leak", "c": "wrong unit", "d": "weak baseline"},
    mistakes=(
        ({"a": "leak"}, "Nothing in *a* says who is in the test. What does *always healthy* get?"),
        ({"a": "wrong unit"}, "*a* gives no interval. What does *always healthy* get?"),
        (
            {"a": "weak baseline"},
            "*a* names no baseline at all. What does the simplest of all answers get?",
        ),
        (
            {"b": "wrong unit"},
            "*b* may have that fault as well, but before it: what is the frame after a frame of "
            "the test? And where is it?",
        ),
        (
            {"b": "weak baseline"},
            "*b* compares nothing. What is the frame after a frame of the test? And where is it?",
        ),
        ({"b": "blind answer"}, "*b* says nothing of classes. Think of two neighbouring frames."),
        (
            {"c": "leak"},
            "Nothing in *c* says that a patient is on both sides. How many patients are there?",
        ),
        (
            {"c": "weak baseline"},
            "*c* compares no two models. What does its interval count, and what is said?",
        ),
        ({"c": "blind answer"}, "*c* is about an interval. What does it count, and what is said?"),
        (
            {"d": "blind answer"},
            "The sound model in *d* is not blind. How often was each of the two tried?",
        ),
        (
            {"d": "wrong unit"},
            "*d* gives no interval. How often was each of its two models tried?",
        ),
        ({"d": "leak"}, "How often was each of the two models in *d* tried?"),
    ),
    praise="Four questions for every report: against what, of whom, in which unit, how often "
    "tried?",
    hint="a: what does a constant answer get? b: what is next to a frame? c: who is counted, "
    "and who is spoken of? d: how often was each tried?",
)
