"""Complaints of the chapter contract that are known and wait for their mend, by notebook.

Whoever mends one takes it out here; a test asks for that. Nothing new comes in.
"""

TO_MEND: dict[str, tuple[str, ...]] = {
    "book/code/clinic.ipynb": (
        "'y' is read in '10.2 It cannot run' and bound in '10.1 The patient' and in "
        "'10.6 The sound pipeline'",
    ),
}
