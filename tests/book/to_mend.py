"""Complaints of the chapter contract that are known and wait for their mend, by notebook.

Whoever mends one takes it out here; a test asks for that. Nothing new comes in.
"""

TO_MEND: dict[str, tuple[str, ...]] = {
    "book/code/clinic.ipynb": (
        "'y' is read in '10.2 It cannot run' and bound in '10.1 The patient' and in "
        "'10.6 The sound pipeline'",
    ),
    "book/concepts/fusion.ipynb": (
        "'y' is read in '3.6 Why two weak witnesses make one strong one' and bound in "
        "'3.1 Look and listen' and in '3.2 The four steps' and in '3.5 Fusing "
        "decisions'",
    ),
    "book/math/fusion-equation.ipynb": ("the name 'lack' is a dictionary and a list",),
    "book/math/products.ipynb": (
        "the name 'lack' is a dictionary and a list",
        "'x1' is read in '5.3 Tensor fusion: append a 1' and bound in '5.1 The "
        "rectangle test' and in '5.2 A bilinear form: one weight for each pair'",
        "'x2' is read in '5.3 Tensor fusion: append a 1' and bound in '5.1 The "
        "rectangle test' and in '5.2 A bilinear form: one weight for each pair'",
        "'two' is read in '5.9 Side by side' and bound in '5.3 Tensor fusion: append a "
        "1' and in '5.4 Can it be learnt?'",
    ),
}
