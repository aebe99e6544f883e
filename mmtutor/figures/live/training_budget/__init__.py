"""Training budget: what a training costs on many devices, and where the wire takes over."""

from mmtutor.figures.live.training_budget.figure import TrainingBudget

__all__ = ["TrainingBudget"]
