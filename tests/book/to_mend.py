"""Complaints of the chapter contract that are known and wait for their mend, by notebook.

Whoever mends one takes it out here; a test asks for that. Nothing new comes in.
"""

LONG = "lines of code, more than 350: make it two chapters, or an appendix"

TO_MEND: dict[str, tuple[str, ...]] = {}
