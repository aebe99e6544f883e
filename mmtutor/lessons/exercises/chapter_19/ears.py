"""19.1: what two ears hear, on paper."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

_LOUDER, _SOONER = 18.04, 0.262

EARS = Question(
    form=Numbers(Number("louder", tolerance=0.06), Number("sooner", tolerance=4e-3)),
    solution=[_LOUDER, _SOONER],
    mistakes=(
        ([_SOONER, _LOUDER], "The two are exchanged: first the decibels, then the milliseconds."),
        ([(11.9, 12.1), None], "That is one of the two alone, or a factor 2: a quarter of the "
                               "distance adds 20 log10 4 = 12 dB, and no wall adds 6 more."),
        ([(6.0, 6.05), None], "A quarter of the distance is 20 log10 4 = 12 dB; and there was a "
                              "wall."),
        ([(-18.2, -17.9), None], "Nearer is louder: the sign."),
        ([None, (0.51, 0.54)], "That is the whole head, for a sheep at 90 degrees. Here the sine "
                               "of 30 degrees."),
        ([None, (0.45, 0.46)], "That is the cosine. Straight ahead, both ears hear it at once."),
        ([None, (-0.53, -0.51)], "math.sin takes radians: math.sin(math.radians(30)) is 1/2."),
        ([None, (-0.27, -0.25)], "To the right, the right ear hears it sooner: the sign."),
        ([None, (0.0002, 0.0003)], "That is seconds. Milliseconds are asked for."),
    ),
    praise="Distance, walls and angle, each by a line of arithmetic.",
    hint="20 log10(8 / 2) + 6 dB; then 0.525 ms · sin 30°.",
)  # fmt: skip
