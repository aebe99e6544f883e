"""6.1: two tokens and a question on paper, at two temperatures."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

ASKED = Question(
    form=Numbers(Number("y", tolerance=5e-3), Number("y at a temperature of 1/2", tolerance=5e-3)),
    solution=[7.0, 7.6],
    mistakes=(
        (
            [5.0, 4.4],
            "The weights are exchanged: the first score, ln 3, is the larger, so 8 weighs more.",
        ),
        ([7.6, 7.0], "The other way round: first at τ = 1, then at τ = ½."),
        (
            [(7.28, 7.32), None],
            "You did not divide the scores by √d, here √2: q·k₁/√2 = ln 3.",
        ),
        (
            [7.0, (6.52, 6.55)],
            "You multiplied the scores by τ. Dividing by ½ doubles them: 2 ln 3 = ln 9.",
        ),
        (
            [7.0, 7.0],
            "A lower temperature makes the softmax prefer the best score more. Divide the scores "
            "by τ, and take e to that power anew.",
        ),
        (
            [7.0, (7.29, 7.31)],
            "At τ = ½ the scores are divided by ½, so that they double, from ln 3 to ln 9.",
        ),
        ([6.0, None], "That is the plain mean of the values. The scores are ln 3 and 0."),
        (
            [28.0, None],
            "You used e^score without dividing by the sum of both, 3 + 1.",
        ),
        ([0.75, None], "That is the weight of the first token. Now mix the values 8 and 4."),
        ([(8.7, 8.9), None], "You used the scores as weights. First the softmax: e^ln 3 = 3."),
    ),
    praise="Weights of 3 : 1, and of 9 : 1 at half the temperature. The 5 and the 7 in the keys "
    "met a 0 in the query: nobody asked for them.",
    hint="Scores: q·k/√2, which gives ln 3 and 0. Take e to their power, divide by the sum of "
    "both, and mix 8 and 4. At τ = ½ the scores are twice as large.",
)
