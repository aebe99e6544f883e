"""What a trained model believes about one sample, while you make its senses worse."""

from mmtutor.figures.live.belief.figure import Belief

__all__ = ["Belief"]
