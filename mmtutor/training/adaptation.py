"""Adapt networks to a new domain: the source's labels, and whatever the target may give."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from mmtutor.arguments import real_number, whole_number

__all__ = ["adapt"]

Labelled = tuple[Tensor, Tensor]
Alike = Callable[[Tensor, Tensor], Tensor]


Model = TypeVar("Model", bound=nn.Module)


def adapt(
    model: Model,
    source: Labelled | None,
    target: Tensor | None = None,
    *,
    alike: Alike | Sequence[Alike] | None = None,
    believe: Callable[[Tensor], Tensor] | None = None,
    teacher: Tensor | None = None,
    labelled: Labelled | None = None,
    weight: float = 1.0,
    steps: int = 150,
    batch_size: int = 64,
    lr: float = 2e-3,
    weight_decay: float = 0.01,
    seed: int = 0,
) -> Model:
    r"""Train a copy of the networks on a source with labels and a target without.

    In each step, for batches S of the source, T of the target and L of labelled target samples,

    .. math::

        L = \mathrm{CE}(S, y_S) + \lambda \big[ d(f(S), f(T)) + b(z_T)
            + \mathrm{CE}(z_T, q_T) + \mathrm{CE}(L, y_L) \big]

    with features f, logits z, a discrepancy d, an objective b on what is believed of the target,
    and a teacher's probabilities q. What is not given is left out. Only parameters with
    ``requires_grad`` learn; AdamW takes them. The target's labels are no argument, so nothing here
    can look at them; ``labelled`` holds the few that somebody paid for.

    :param model: R networks side by side, such as `mmtutor.models.SideBySide`; it stays as it is.
    :param source: x ``(N, d)`` and y ``(N,)``; None where the source is no longer at hand.
    :param target: x ``(M, d)``, without labels.
    :param alike: d, called with features ``(B, h)`` of both domains; or one for each network, whose
        own parameters, if it is a module, learn as well (`mmtutor.objectives.DomainCritic`).
    :param believe: b, called with logits ``(B, C)``.
    :param teacher: q, ``(M, C)`` or one for each network ``(R, M, C)``: probabilities for each
        sample of the target.
    :param labelled: x ``(n, d)`` and y ``(n,)`` of the target, or a draw for each network,
        ``(R, n, d)`` and ``(R, n)``.
    :param weight: :math:`\lambda \ge 0`.
    :param steps: of the optimizer.
    :param batch_size: B; of ``labelled`` a half.
    :param lr: learning rate.
    :param weight_decay: of AdamW.
    :param seed: of the batches.
    :returns: the adapted copy, in evaluation mode.
    :raises ValueError: a target without samples, or with fewer than a batch; source and labelled
        target with different classes; a teacher of other classes or samples; nothing to learn from.
    """
    adapted = copy.deepcopy(model).train()
    runs = int(adapted.runs)  # type: ignore[arg-type]
    batch = whole_number("batch_size", batch_size, 1)
    critics = _each(alike, runs)
    _check(source, target, labelled, teacher, batch)
    unlabelled = bool(critics) or believe is not None or teacher is not None
    if unlabelled and target is None:
        raise ValueError("alike, believe and teacher are about the target: give target=")
    if critics and source is None:
        raise ValueError("alike compares the target with the source: give source=")
    if source is None and labelled is None and not unlabelled:
        raise ValueError("nothing to learn from: give source, labelled, believe or teacher")
    weight = real_number("weight", weight)
    # A list of modules tells a parameter that several of them share once: it takes one step.
    learns = nn.ModuleList([adapted, *(c for c in critics if isinstance(c, nn.Module))])
    optimizer = torch.optim.AdamW(
        [p for p in learns.parameters() if p.requires_grad], lr=lr, weight_decay=weight_decay
    )
    draw = torch.Generator().manual_seed(whole_number("seed", seed))
    own = torch.arange(runs)[:, None]

    def some(n: int, size: int) -> Tensor:
        return torch.randint(n, (runs, size), generator=draw)

    features: Callable[[Tensor], Tensor] = adapted.features  # type: ignore[assignment]
    head: Callable[[Tensor], Tensor] = adapted.head  # type: ignore[assignment]
    for _ in range(whole_number("steps", steps, 1)):
        terms, near = [], None
        if source is not None:
            i = some(len(source[0]), batch)
            near = features(source[0][i])
            terms.append(_of_each(head(near), source[1][i]))
        if labelled is not None:
            x, y = (
                part.expand(runs, *part.shape[-k:])
                for part, k in zip(labelled, (2, 1), strict=True)
            )
            i = some(x.shape[1], max(1, batch // 2))
            terms.append(weight * _of_each(head(features(x[own, i])), y[own, i]))
        if unlabelled and target is not None:
            i = some(len(target), batch)
            far = features(target[i])
            if near is not None:
                terms += [weight * c(s, t) for c, s, t in zip(critics, near, far, strict=False)]
            if believe is not None:
                terms += [weight * believe(z) for z in head(far)]
            if teacher is not None:
                q = teacher[i] if teacher.ndim == 2 else teacher[own, i]
                terms.append(weight * _of_each(head(far), q))
        optimizer.zero_grad()
        torch.stack(terms).sum().backward()
        optimizer.step()
    return adapted.eval()


def _of_each(logits: Tensor, answer: Tensor) -> Tensor:
    """The cross-entropies of all networks, added up: each gets the gradient it would have alone."""
    shape = logits.shape[-1:] if answer.ndim == logits.ndim else ()
    loss = cross_entropy(logits.flatten(0, 1), answer.reshape(-1, *shape))
    return len(logits) * loss


def _each(alike: Alike | Sequence[Alike] | None, runs: int) -> list[Alike]:
    if alike is None:
        return []
    if not isinstance(alike, Sequence | nn.ModuleList):
        return [alike] * runs
    if len(alike) != runs:
        raise ValueError(f"alike must be one, or one for each of {runs} networks, got {len(alike)}")
    return list(alike)


def _check(
    source: Labelled | None,
    target: Tensor | None,
    labelled: Labelled | None,
    teacher: Tensor | None,
    batch: int,
) -> None:
    for name, pair in (("source", source), ("labelled", labelled)):
        if pair is not None and (len(pair) != 2 or pair[0].shape[:-1] != pair[1].shape):
            shapes = [tuple(part.shape) for part in pair]
            raise ValueError(f"{name} must be x (n, d) and y (n,), got {shapes}")
        if pair is not None and not pair[1].numel():
            raise ValueError(f"{name} has no samples")
    if target is not None:
        if not len(target):
            raise ValueError("the target domain has no samples")
        if len(target) < batch:
            raise ValueError(
                f"the target domain has {len(target)} samples, fewer than a batch: give more, or "
                f"batch_size={len(target)} at most"
            )
        if teacher is not None and teacher.shape[-2] != len(target):
            raise ValueError(
                f"the teacher speaks of {teacher.shape[-2]} samples, the target has {len(target)}"
            )
    if source is not None and labelled is not None:
        here, there = (set(pair[1].unique().tolist()) for pair in (source, labelled))
        if here != there:
            only = [
                f"only in the {name}: {sorted(have)}"
                for name, have in (("source", here - there), ("labelled target", there - here))
                if have
            ]
            raise ValueError(f"source and target must have the same classes; {'; '.join(only)}")
    if source is not None and teacher is not None and int(source[1].max()) >= teacher.shape[-1]:
        raise ValueError(
            f"the teacher knows {teacher.shape[-1]} classes, the source has class "
            f"{int(source[1].max())}"
        )
