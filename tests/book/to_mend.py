"""Complaints of the chapter contract that are known and wait for their mend, by notebook.

Whoever mends one takes it out here; a test asks for that. Nothing new comes in.
"""

TO_MEND: dict[str, tuple[str, ...]] = {}
