"""Encoders, fusion operators and training loops for learning multimodal learning."""

__version__ = "0.1.0"
