"""The similarity matrix of a batch, and what temperature and batch size make of it."""

from mmtutor.figures.live.similarity_matrix.figure import SimilarityMatrix

__all__ = ["SimilarityMatrix"]
