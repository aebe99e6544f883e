r"""Retrieval: given one modality, find its partner in another.

With :math:`s_{ij}` the similarity of query i and candidate j, let :math:`b_i` be that of the best
partner of query i, and

.. math::
    g_i = |\{j : s_{ij} > b_i\}|, \qquad
    e_i = |\{j : s_{ij} = b_i\}|, \qquad
    p_i = |\{j : s_{ij} = b_i,\ j \text{ is a partner}\}|

Candidates that are equally similar come in random order, and what is reported is the mean over all
orders. The first of :math:`p` partners among :math:`e` equals stands, on average, at place
:math:`(e + 1) / (p + 1)`, and none of them is among the first m with the probability
:math:`\binom{e - p}{m} / \binom{e}{m}`:

.. math::
    \text{rank}_i = g_i + \frac{e_i + 1}{p_i + 1}, \qquad
    P(\text{rank}_i \le k) = 1 - \binom{e_i - p_i}{k - g_i} \Big/ \binom{e_i}{k - g_i}
    \quad (k > g_i)

Without ties that is the usual rank, :math:`1 + g_i`. An encoder that gives everything the same
vector scores what guessing scores, recall@k = k / C, and not 100 %.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torchmetrics import Metric

from mmtutor.arguments import whole_number
from mmtutor.metrics.arguments import check_tensor
from mmtutor.names import check_name


def ranks(similarity: Tensor, same: Tensor | None = None) -> Tensor:
    """Rank of each query's best partner, from 1: ``(Q,)`` float64. Ties count at their mean rank.

    :param similarity: ``(Q, C)``, queries by candidates.
    :param same: ``(Q, C)`` boolean, what belongs together; by default query i and candidate i.
    :raises TypeError: no tensors.
    :raises ValueError: shapes that do not fit, no query, similarities that are not numbers, or a
        query without a partner.
    """
    greater, equal, partners = _places(similarity, same)
    return greater + (equal + 1) / (partners + 1)


def recall_at(k: int, similarity: Tensor, same: Tensor | None = None) -> float:
    """Share of queries whose best partner is among the k most similar candidates.

    Ties count with the probability that a random order brings a partner among the first k.
    Arguments as for :func:`ranks`.
    """
    whole_number("k", k, 1)
    greater, equal, partners = _places(similarity, same)
    m = (k - greater).clamp(min=0).minimum(equal)
    others = equal - partners
    # ln C(n, m), up to a term that is the same for both; of m > n there is no way.
    none = torch.where(
        m > others,
        0.0,
        torch.exp(
            torch.lgamma(others + 1)
            - torch.lgamma((others - m).clamp(min=0) + 1)
            - torch.lgamma(equal + 1)
            + torch.lgamma(equal - m + 1)
        ),
    )
    return float((1 - none).mean())


def median_rank(similarity: Tensor, same: Tensor | None = None) -> float:
    """Median of :func:`ranks`."""
    return float(ranks(similarity, same).quantile(0.5))


def map_at_r(similarity: Tensor, same: Tensor) -> float:
    r"""Mean average precision at R: are *all* partners of a query first, and not one of them only?

    A query with R partners looks at R answers. With :math:`P_k` the share of partners among the
    first k,

    .. math:: \mathrm{MAP@R} = \frac{1}{Q} \sum_q \frac{1}{R_q} \sum_{k=1}^{R_q}
              P_k \cdot 1[\text{answer } k \text{ is a partner}]

    Of candidates that are equally similar, partners come last: ties count against you.
    Arguments as for :func:`ranks`; ``same`` must be given.

    Source: Musgrave et al. 2020, https://arxiv.org/abs/2003.08505
    """
    check_tensor("same", same)
    _places(similarity, same)
    by_name = same.long().argsort(dim=1, stable=True)  # partners last …
    order = similarity.gather(1, by_name).argsort(dim=1, descending=True, stable=True)
    hit = same.gather(1, by_name.gather(1, order)).double()  # … among equals
    place = torch.arange(1, hit.shape[1] + 1, device=hit.device)
    R = hit.sum(dim=1, keepdim=True)
    precision = hit.cumsum(dim=1) / place
    return float(((precision * hit * (place <= R)).sum(dim=1) / R[:, 0]).mean())


class RetrievalRank(Metric):
    """Recall@k over a whole validation set; a metric for ``fit``.

    Takes the outputs of :class:`mmtutor.models.Aligned` batch by batch, and compares all samples
    at the end. Several processes put their samples together first.

    :param query: the modality that asks.
    :param candidate: the modality that is searched.
    :param k: how many answers may be looked at.
    :param by_target: samples of equal ``y`` are partners; otherwise only the sample itself.
    """

    higher_is_better = True
    full_state_update = False
    queries: list[Tensor]
    candidates: list[Tensor]
    targets: list[Tensor]

    def __init__(self, query: str, candidate: str, k: int = 1, *, by_target: bool = False) -> None:
        super().__init__()
        whole_number("k", k, 1)
        self.query, self.candidate, self.k, self.by_target = query, candidate, k, by_target
        for name in ("queries", "candidates", "targets"):
            self.add_state(name, default=[], dist_reduce_fx="cat")

    def update(self, outputs: Mapping[str, Tensor], y: Tensor) -> None:
        """Keep a batch's vectors."""
        if not isinstance(outputs, Mapping):
            raise TypeError(
                f"RetrievalRank needs {{modality: vectors}}, got {type(outputs).__name__}"
            )
        check_tensor("y", y)
        for name in (self.query, self.candidate):
            check_name("modality", name, outputs, KeyError)
            check_tensor(f"the vectors of {name!r}", outputs[name])
            if outputs[name].ndim != 2 or len(outputs[name]) != len(y):
                raise ValueError(
                    f"{len(y)} samples need vectors of shape ({len(y)}, d) of {name!r}, got "
                    f"{tuple(outputs[name].shape)}"
                )
        self.queries.append(outputs[self.query].detach())
        self.candidates.append(outputs[self.candidate].detach())
        self.targets.append(y)

    def compute(self) -> Tensor:
        """Recall@k of all that was kept."""
        if isinstance(self.queries, list) and not self.queries:
            raise ValueError("there are no samples to search in: update comes before compute")
        queries, candidates, y = (
            torch.cat(list(part)) if isinstance(part, list) else part
            for part in (self.queries, self.candidates, self.targets)
        )
        same = y[:, None] == y[None] if self.by_target else None
        # Equal vectors must give equal similarities; sums of float32 may differ in the last bit.
        similarity = (queries.double() @ candidates.double().T).float()
        return torch.tensor(recall_at(self.k, similarity, same))


def _places(similarity: Tensor, same: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """g, e and p of the formulas above, ``(Q,)`` float64 each."""
    check_tensor("similarity", similarity)
    if similarity.ndim != 2 or (same is None and similarity.shape[0] != similarity.shape[1]):
        raise ValueError(
            f"similarity must be queries by candidates, (Q, C); got {tuple(similarity.shape)}"
            + ("" if same is not None else ", and without same both must be as many")
        )
    if not similarity.numel():
        raise ValueError("there are no queries, or no candidates, to compare")
    if similarity.isnan().any():
        raise ValueError("a similarity is not a number")
    if same is None:
        same = torch.eye(len(similarity), dtype=torch.bool, device=similarity.device)
    check_tensor("same", same)
    if same.shape != similarity.shape or same.dtype != torch.bool:
        raise ValueError(
            f"same must be boolean of shape {tuple(similarity.shape)}, got {same.dtype} "
            f"{tuple(same.shape)}"
        )
    if not same.any(dim=1).all():
        lonely = int((~same.any(dim=1)).nonzero()[0])
        raise ValueError(f"query {lonely} has no partner among the candidates")
    lowest = -torch.inf if similarity.is_floating_point() else torch.iinfo(similarity.dtype).min
    best = similarity.masked_fill(~same, lowest).amax(dim=1, keepdim=True)
    ties = similarity == best
    counts = (similarity > best, ties, ties & same)
    greater, equal, partners = (count.sum(dim=1).double() for count in counts)
    return greater, equal, partners
