"""Dials for what two senses know, and what can be made of it."""
