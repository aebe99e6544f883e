"""19.4: four reports of a navigation experiment, and what each has done."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

_REPORTS = ("A", "B", "C", "D")
_FAULTS = ("straight line", "successes only", "maps of training", "no fault")


def _said(*faults: int) -> dict[str, str]:
    return {who: _FAULTS[fault] for who, fault in zip(_REPORTS, faults, strict=True)}


REPORTS = Question(
    form=Labels(_REPORTS, _FAULTS),
    solution=_said(1, 0, 2, 3),
    mistakes=(
        ({"A": "no fault"}, "A: each walk adds at most 1 to both sums, and 0 where it fails. Can "
                            "SPL be above success?"),
        ({"A": "straight line"}, "A: a straight line is never longer than the way, so it makes SPL "
                                 "smaller, not larger."),
        ({"B": "no fault"}, "B: the expert walks the shortest way. With ℓ that way's length, its "
                            "SPL is 1."),
        ({"B": "successes only"}, "B: the expert never fails, so its successes are all walks."),
        ({"A": "maps of training"}, "A: on any maps, can SPL be above success?"),
        ({"B": "maps of training"}, "B: the expert has every map, and practised on none."),
        ({"C": "no fault"}, "C: what fell, when the maps were new?"),
        ({"C": "successes only"}, "C: success itself fell, and its mean is over all walks."),
        ({"C": "straight line"}, "C: success itself fell, and there is no ℓ in it."),
        ({"D": "straight line"}, "D: turns cost steps and no way: the expert needs more steps than "
                                 "cells."),
        ({"D": "maps of training"}, "D: the expert has every map, and practised on none."),
        ({"D": "successes only"}, "D: where all succeed, both means are one."),
    ),
    praise="SPL lies between 0 and success, and the expert's is 1: two checks that cost nothing.",
    hint="What is the largest SPL for a given success? What is the expert's?",
)  # fmt: skip
