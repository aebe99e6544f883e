"""Data on their way through a CNN and an LSTM: the shape after every step, and where it breaks."""
