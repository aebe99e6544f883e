"""Problems whose distribution is written down, so that the best possible accuracy is known."""

from mmtutor.datasets.synthetic.dials import Synthetic
from mmtutor.datasets.synthetic.known_problem import KnownProblem
from mmtutor.datasets.synthetic.two_signs import TwoSigns

__all__ = ["KnownProblem", "Synthetic", "TwoSigns"]
