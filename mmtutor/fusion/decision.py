r"""Model-level fusion: every modality has decided, now the decisions are joined.

.. math:: M = M_1 \oplus M_2 \oplus \dots \oplus M_n

The features that come in are each model's logits, all ``(B, C)``; the contract is the same.
"""

from __future__ import annotations

from torch import Tensor

from mmtutor.fusion.base import Fusion


class Average(Fusion):
    r"""The mean of the logits of those models that had something to look at.

    .. math:: h = \frac{1}{|P|} \sum_{m \in P} \ell_m, \qquad P = \text{the modalities present}

    A softmax of averaged logits is a normalised geometric mean of the models' probabilities.
    Nothing is learnt. At :math:`M = 1` the logits pass through.

    :raises ValueError: the models' logits differ in width, or from ``out_dim``.
    """

    name = "average"
    level = "decision"

    @property
    def order_invariant(self) -> bool:
        """A mean does not know who said what."""
        return True

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Average over the modalities present."""
        total = sum(x.values())  # absent ones are zeros
        count = len(x) if present is None else present.sum(dim=1, keepdim=True)  # (B, 1)
        return total / count

    def num_params(self) -> int:
        """Nothing is learnt."""
        return 0

    def flops(self, batch: int) -> int:
        """No matrix products."""
        return 0
