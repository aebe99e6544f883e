"""The reader's own predictions, and how well calibrated they are."""
