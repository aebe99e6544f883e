"""A caption, word by word."""
