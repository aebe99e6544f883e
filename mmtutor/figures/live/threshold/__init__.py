"""One score, one threshold: the confusion matrix and every measure made of it."""
