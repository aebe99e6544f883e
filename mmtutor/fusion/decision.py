r"""Model-level fusion: every modality has decided, now the decisions are joined by a fixed rule.

.. math:: M = M_1 \oplus M_2 \oplus \dots \oplus M_n

The features that come in are each model's logits :math:`\ell_m`, all ``(B, C)``; the contract is
the same. :math:`p_m = \mathrm{softmax}(\ell_m)` is what model :math:`m` believes. Every operator
returns logits ``(B, C)`` too: ``h.softmax(dim=1)`` is the joint belief. :math:`P` is the set of
models that had something to look at. Nothing here is learnt (see :mod:`mmtutor.fusion.voting`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from mmtutor.fusion.base import Fusion, Paper
from mmtutor.fusion.factors import added


class FixedRule(Fusion):
    """A rule that treats all models alike and learns nothing."""

    level = "decision"

    @property
    def order_invariant(self) -> bool:
        """The rule does not know who said what."""
        return True

    def num_params(self) -> int:
        """Nothing is learnt."""
        return 0

    def flops(self, batch: int) -> int:
        """No matrix products."""
        return 0


class Average(FixedRule):
    r"""The mean of the logits of those models that had something to look at.

    .. math:: h = \frac{1}{|P|} \sum_{m \in P} \ell_m, \qquad P = \text{the modalities present}

    A softmax of averaged logits is a normalised geometric mean of the models' probabilities.
    Nothing is learnt. At :math:`M = 1` the logits pass through.

    :raises ValueError: the models' logits differ in width, or from ``out_dim``.
    """

    name = "average"
    equations = (r"h = \frac{1}{|P|} \sum_{m \in P} \ell_m",)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Average over the modalities present."""
        total = added(x.values())  # absent ones are zeros
        count = len(x) if present is None else present.sum(dim=1, keepdim=True)  # (B, 1)
        return total / count


class ProductOfExperts(FixedRule):
    r"""Multiply the beliefs: a class that one model finds impossible is out.

    .. math::

        h = \sum_{m \in P} \log p_m - (|P| - 1) \log \pi, \qquad
        \mathrm{softmax}(h) \propto \pi^{1 - |P|} \prod_{m \in P} p_m

    Without a prior :math:`\pi` (all classes equal) it is the product of experts: agreement makes
    sure, a single doubt weighs much. If the modalities are independent given the class, if
    each :math:`p_m` is the true :math:`p(y \mid x_m)`, and :math:`\pi` is the share of each class,
    then ``softmax(h)`` is :math:`p(y \mid x_1, \dots, x_M)` itself, by Bayes' rule. Where the
    models have seen the same evidence it counts it twice: :class:`Average` is the same
    product under the :math:`|P|`-th root. Works for any number of models; an absent one is left
    out. At :math:`M = 1` the belief passes through.

    Source: Hinton 2002, *Training Products of Experts by Minimizing Contrastive Divergence*,
    https://doi.org/10.1162/089976602760128018; with the prior, the product rule of Kittler et al.
    1998, *On Combining Classifiers*, https://doi.org/10.1109/34.667881

    :param prior: the share :math:`\pi` of each class, ``C`` numbers above 0 that sum to 1.
    :raises ValueError: the models' logits differ in width, or from ``out_dim``, or a prior that is
        not a distribution over the classes.
    """

    name = "product_of_experts"
    equations = (r"h = \sum_{m \in P} \log p_m - (|P| - 1) \log \pi",)
    papers = (
        Paper("Hinton 2002", "https://doi.org/10.1162/089976602760128018"),
        Paper("Kittler et al. 1998", "https://doi.org/10.1109/34.667881"),
    )
    log_prior: Tensor | None

    def __init__(
        self, dims: Mapping[str, int], out_dim: int, *, prior: Sequence[float] | None = None
    ) -> None:
        super().__init__(dims, out_dim)
        log_prior = None
        if prior is not None:
            try:
                given = torch.as_tensor(prior, dtype=torch.get_default_dtype())
            except (TypeError, ValueError) as error:
                raise TypeError(f"the prior must be {out_dim} numbers, got {prior!r}") from error
            if given.shape != (out_dim,) or (given <= 0).any() or abs(given.sum() - 1) > 1e-3:
                raise ValueError(
                    f"the prior must be {out_dim} numbers above 0 that sum to 1, one a class, "
                    f"got {given.tolist()}"
                )
            log_prior = given.log()
        self.register_buffer("log_prior", log_prior)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``Σ log p_m - (|P| - 1) log π``."""
        beliefs = [v.log_softmax(dim=1) for v in x.values()]  # each (B, C)
        if present is not None:
            columns = present.split(1, dim=1)  # (B, 1) each
            beliefs = [torch.where(p, v, 0) for p, v in zip(columns, beliefs, strict=True)]
        h = added(beliefs)  # (B, C)
        if self.log_prior is None:
            return h
        count = len(x) if present is None else present.sum(dim=1, keepdim=True)  # (B, 1)
        return h - (count - 1) * self.log_prior


class Maximum(FixedRule):
    r"""Believe, class by class, whoever is most convinced of it.

    .. math::

        h = \max_{m \in P} \log p_m, \qquad
        \mathrm{softmax}(h) \propto \max_{m \in P} p_m

    Good where at most one model sees anything, bad where a model is loud and wrong. Works for
    any number of models; an absent one is left out. At :math:`M = 1` the belief passes through.

    Source: the max rule of Kittler et al. 1998, *On Combining Classifiers*,
    https://doi.org/10.1109/34.667881, where all classes are equally likely

    :raises ValueError: the models' logits differ in width, or from ``out_dim``.
    """

    name = "max"
    equations = (r"h = \max_{m \in P} \log p_m",)
    papers = (Paper("Kittler et al. 1998", "https://doi.org/10.1109/34.667881"),)

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        """Compute ``max_m log p_m``."""
        beliefs = torch.stack([v.log_softmax(dim=1) for v in x.values()])  # (M, B, C)
        if present is not None:
            beliefs = beliefs.masked_fill(~present.T[..., None], -torch.inf)
        return beliefs.max(dim=0).values  # (B, C)
