r"""Retrieval: given one modality, find its partner in another.

With :math:`s_{ij}` the similarity of query i and candidate j, the **rank** of query i is one more
than the number of candidates that are more similar to it than its best partner is::

    rank_i = 1 + |{j : s_ij > max_{p ∈ P_i} s_ip}|

``recall@k`` is the share of queries with a rank of at most k; the median rank is what its name
says. Ties count for the query here and against it nowhere: equal similarities do not push it down.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torchmetrics import Metric

__all__ = ["RetrievalRank", "median_rank", "ranks", "recall_at"]


def ranks(similarity: Tensor, same: Tensor | None = None) -> Tensor:
    """Rank of each query's best partner, from 1: ``(Q,)``.

    :param similarity: ``(Q, C)``, queries by candidates.
    :param same: ``(Q, C)`` boolean, what belongs together; by default query i and candidate i.
    :raises ValueError: shapes that do not fit, similarities that are not numbers, or a query
        without a partner.
    """
    if similarity.ndim != 2 or (same is None and similarity.shape[0] != similarity.shape[1]):
        raise ValueError(
            f"similarity must be queries by candidates, (Q, C); got {tuple(similarity.shape)}"
            + ("" if same is not None else ", and without same both must be as many")
        )
    if similarity.isnan().any():
        raise ValueError("a similarity is not a number")
    if same is None:
        best = similarity.diagonal()
    else:
        if same.shape != similarity.shape or same.dtype != torch.bool:
            raise ValueError(
                f"same must be boolean of shape {tuple(similarity.shape)}, got {same.dtype} "
                f"{tuple(same.shape)}"
            )
        if not same.any(dim=1).all():
            lonely = int((~same.any(dim=1)).nonzero()[0])
            raise ValueError(f"query {lonely} has no partner among the candidates")
        best = similarity.masked_fill(~same, -torch.inf).amax(dim=1)
    return 1 + (similarity > best[:, None]).sum(dim=1)


def recall_at(k: int, similarity: Tensor, same: Tensor | None = None) -> float:
    """Share of queries whose best partner is among the k most similar candidates."""
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    return float((ranks(similarity, same) <= k).double().mean())


def median_rank(similarity: Tensor, same: Tensor | None = None) -> float:
    """Median of :func:`ranks`."""
    return float(ranks(similarity, same).double().quantile(0.5))


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

    def __init__(self, query: str, candidate: str, k: int = 1, *, by_target: bool = False) -> None:
        super().__init__()
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        self.query, self.candidate, self.k, self.by_target = query, candidate, k, by_target
        for name in ("asked", "searched", "targets"):
            self.add_state(name, default=[], dist_reduce_fx="cat")

    def update(self, outputs: Mapping[str, Tensor], y: Tensor) -> None:
        """Keep a batch's vectors."""
        for name in (self.query, self.candidate):
            if name not in outputs:
                raise KeyError(f"the model gives no {name!r}, it gives {', '.join(outputs)}")
        self.asked.append(outputs[self.query].detach())
        self.searched.append(outputs[self.candidate].detach())
        self.targets.append(y)

    def compute(self) -> Tensor:
        """Recall@k of all that was kept."""
        asked, searched, y = (
            torch.cat(list(part)) if isinstance(part, list) else part
            for part in (self.asked, self.searched, self.targets)
        )
        same = y[:, None] == y[None] if self.by_target else None
        return torch.tensor(recall_at(self.k, asked @ searched.T, same))
