"""2.1 and 2.2: how far a cell sees, and how long a window must be."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

FIELD = Question(
    form=Numbers(Number(of="whole", unit="pixels")),
    solution=22,
    mistakes=(
        (18, "That is after the third convolution. Its pooling adds (2 − 1) · 4."),
        (
            16,
            "After two poolings, neighbouring cells lie 4 pixels apart, not 2: the convolution "
            "adds 2 · 4. (And the frame of 16 pixels does not matter: only the layers count.)",
        ),
        (14, "The convolution adds (3 − 1) · j, and j is 4 by now. Then comes the pooling."),
        (13, "You added 2 and 1, as if cells lay one pixel apart. By now j = 4."),
        (10, "That is after two layers, as in the table. Go on with a third."),
        (20, "Not twice the field: the convolution adds 2 · 4, the pooling 1 · 4."),
        (34, "You took j = 8 already. j doubles *after* the pooling."),
        (26, "You took j = 8 for the pooling. j doubles *after* it: it adds 1 · 4."),
        (484, "That is how many pixels the square has. Its side is asked for."),
    ),
    praise="10 + 2 · 4 = 18, and 18 + 1 · 4 = 22: wider than our frame.",
    hint="Go on with the table: r = 10 and j = 4 after two layers. Add (k − 1) · j twice.",
)

WINDOW = Question(
    form=Numbers(
        Number("window", of="whole", unit="samples"), Number("clicks", tolerance=0.05, unit="ms")
    ),
    solution=[640, 20.0],
    mistakes=(
        ([320, None], "At r / N apart the two lines still run together: Δf = 2 r / N."),
        ([640, 40.0], "That is how long the window is. Clicks are two from half of it on."),
        ([640, 0.02], "That is in seconds. How many milliseconds?"),
        ([640, 80.0], "You took 8,000 samples a second here. It is 16,000: Δt = N / (2 r)."),
        ([1280, None], "You have a factor of 2 too many: N = 2 r / Δf."),
    ),
    praise="N = 2 · 16,000 / 50 = 640, and 1 / (50 Hz) = 20 ms.",
    hint="Solve Δf = 2 r / N for N. Then Δf · Δt = 1 gives the other.",
)
