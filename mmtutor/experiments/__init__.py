"""The book's experiments by name, and the file that says how one is run."""
