"""What each ⊕ costs: numbers and operations against width, modalities and rank, on a log plot."""

from mmtutor.figures.live.operator_costs.figure import OperatorCosts

__all__ = ["OperatorCosts"]
