"""19.2: success and SPL of four walks, on paper."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

_SUCCESS, _SPL = 0.75, 0.5

DIRECTNESS = Question(
    form=Numbers(
        Number("success", of="share", tolerance=2e-3), Number("SPL", of="share", tolerance=2e-3)
    ),
    solution=[_SUCCESS, _SPL],
    mistakes=(
        ([_SPL, _SUCCESS], "The two are exchanged: SPL is never above success."),
        ([None, (0.665, 0.668)], "You divided by the three that succeeded. The one that failed "
                                 "counts, as 0."),
        ([None, (0.610, 0.612)], "A failure counts 0, however direct the way was."),
        ([None, (0.560, 0.562)], "Not the ratio of the sums: one ratio a walk, then their mean."),
        ([None, (0.593, 0.595)], "Not the ratio of the sums: one ratio a walk, and the failure is "
                                 "0."),
        ([(0.99, 1.01), None], "The last walk did not reach the goal."),
    ),
    praise="Each walk counts between 0 and 1, and all four are in the denominator.",
    hint="The four walks count 1, 1/2, 1/2 and 0.",
)  # fmt: skip
