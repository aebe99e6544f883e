"""A question before the answer, and what the reader committed."""
