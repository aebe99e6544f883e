"""Bugs to switch on and off, and what they did to a training: every combination was run."""
