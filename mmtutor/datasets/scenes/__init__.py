"""Sounding scenes: short clips of things that move, one of which is heard."""
