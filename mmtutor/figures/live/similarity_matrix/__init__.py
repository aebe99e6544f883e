"""The similarity matrix of a batch, and what temperature and batch size make of it."""
