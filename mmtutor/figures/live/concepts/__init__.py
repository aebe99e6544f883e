"""One concept, seen in every style and read in every language."""
