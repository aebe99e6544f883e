r"""Model-level fusion with something to learn: how much each model's word is worth.

As in :mod:`mmtutor.fusion.decision`, logits come in and logits go out:
:math:`p_m = \mathrm{softmax}(\ell_m)` is a model's belief, ``h.softmax(dim=1)`` the joint one.

**Learn it on data that the models have not learnt from.** A model that has learnt its training
data by heart looks flawless there, and would get all the weight.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmtutor.arguments import positive_number
from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.checks import check_mapping
from mmtutor.fusion.factors import added
from mmtutor.names import listed


class WeightedVote(Fusion):
    r"""A weighted mean of the beliefs: each model has a share of the vote.

    .. math::

        \mathrm{softmax}(h) = \sum_{m \in P} \alpha_m\, p_m, \qquad
        \alpha_m = \frac{e^{a_m}}{\sum_{k \in P} e^{a_k}}, \qquad
        h = \log \sum_{m \in P} \alpha_m\, p_m

    A mean is never surer than its surest member, and no single model can veto a class (see
    :class:`~mmtutor.fusion.decision.ProductOfExperts` for one where it can). With equal weights it
    is the mean of the probabilities, which is not :class:`~mmtutor.fusion.decision.Average`: that
    is a mean of logits. Works for any number of models. The weight of an absent one goes to
    the others, in proportion. At :math:`M = 1` the belief passes through.

    Parameters: :math:`M` if learnt.

    Source: Jacobs 1995, *Methods for Combining Experts' Probability Assessments*,
    https://doi.org/10.1162/neco.1995.7.5.867 (linear opinion pools)

    :param weights: a weight above 0 for each model, by name, to start from or to keep; they need
        not sum to one. Equal if not given.
    :param learn: learn the weights.
    :raises ValueError: the models' logits differ in width, or from ``out_dim``; weights for other
        models, or not above 0.
    """

    name = "weighted_vote"
    equations = (
        r"h = \log \sum_{m \in P} \alpha_m\, p_m",
        r"\alpha_m = \frac{e^{a_m}}{\sum_{k \in P} e^{a_k}}",
    )
    papers = (Paper("Jacobs 1995", "https://doi.org/10.1162/neco.1995.7.5.867"),)
    level = "decision"

    def __init__(
        self,
        dims: Mapping[str, int],
        out_dim: int,
        *,
        weights: Mapping[str, float] | None = None,
        learn: bool = True,
    ) -> None:
        super().__init__(dims, out_dim)
        weights = dict.fromkeys(dims, 1.0) if weights is None else weights
        check_mapping("weights", weights, "{name: weight}")
        if set(weights) != set(dims):
            raise ValueError(
                f"weights must name each model once, {listed(dims)}, got {listed(weights)}"
            )
        for name, weight in weights.items():
            positive_number(f"the weight of {name!r}", weight)
        self.learn = learn
        a = torch.tensor([float(weights[name]) for name in dims]).log()
        self.a = nn.Parameter(a) if learn else nn.Buffer(a)
        self._alike = len(set(weights.values())) == 1

    @property
    def order_invariant(self) -> bool:
        """True if all weights are equal and stay so."""
        return len(self.dims) == 1 or (self._alike and not self.learn)

    def weights(self, present: Tensor | None = None) -> Tensor:
        """Return ``α``: ``(M,)`` with nothing absent, else ``(B, M)``."""
        a = self.a if present is None else self.a.masked_fill(~present, -torch.inf)
        return a.softmax(dim=-1)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``log Σ α_m p_m``."""
        shares = self.weights(present).split(1, dim=-1)  # (1,) or (B, 1) each
        belief = added(a * v.softmax(dim=1) for a, v in zip(shares, x.values(), strict=True))
        # The smallest number there is: it is lost in any other, and keeps log 0 away.
        return (belief + torch.finfo(belief.dtype).tiny).log()  # (B, C)

    def num_params(self) -> int:
        """``M`` if learnt."""
        return len(self.dims) if self.learn else 0

    def flops(self, batch: int) -> int:
        """No matrix products."""
        return 0


class Stacking(Fusion):
    r"""A linear model on top, which learns from what the models below say.

    .. math:: h = W\,[\ell_1; \dots; \ell_M] + b

    It can trust a model for some classes and not for others, and correct one that confuses two
    classes in a known way. It starts as the mean of the logits, :math:`W = [I\; \dots\; I] / M`.
    With ``probabilities`` the :math:`p_m` come in instead of the :math:`\ell_m`. Works for any
    number of models. An absent one has equal logits for all classes: it says that it does not
    know. At :math:`M = 1` it corrects that one model.

    Parameters: :math:`M C^2 + C`.

    Source: Wolpert 1992, *Stacked Generalization*,
    https://doi.org/10.1016/S0893-6080(05)80023-1

    :param probabilities: feed on probabilities.
    :raises ValueError: the models' logits differ in width, or from ``out_dim``.
    """

    name = "stacking"
    equations = (r"h = W\,[\ell_1; \dots; \ell_M] + b",)
    papers = (Paper("Wolpert 1992", "https://doi.org/10.1016/S0893-6080(05)80023-1"),)
    level = "decision"

    def __init__(
        self, dims: Mapping[str, int], out_dim: int, *, probabilities: bool = False
    ) -> None:
        super().__init__(dims, out_dim)
        self.probabilities = probabilities
        self.W = nn.Linear(len(dims) * out_dim, out_dim)
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Start as the mean."""
        count = len(self.dims)
        self.W.weight.copy_(torch.eye(self.out_dim).repeat(1, count) / count)
        nn.init.zeros_(self.W.bias)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``W [ℓ_1; …; ℓ_M] + b``."""
        answers = list(x.values())  # each (B, C); equal logits where absent
        if self.probabilities:
            answers = [v.softmax(dim=1) for v in answers]
        return self.W(torch.cat(answers, dim=1))  # (B, M·C) -> (B, C)

    def num_params(self) -> int:
        """``M C² + C``."""
        return (len(self.dims) * self.out_dim + 1) * self.out_dim

    def flops(self, batch: int) -> int:
        """``2 B M C²``."""
        return 2 * batch * len(self.dims) * self.out_dim**2
