r"""Remedies for modality competition: senses that learn at different speeds, trained together.

The sense that learns fastest soon explains the training set, the loss becomes small, and with it
the gradient for the others: they stay behind what they could do alone. Wang et al. 2020
(https://arxiv.org/abs/1905.12681) saw joint networks lose to their best single sense; Peng et al.
2022 (https://arxiv.org/abs/2203.15332) traced it to the gradients.

A third remedy, dropping modalities at random while training (Neverova et al. 2016,
https://arxiv.org/abs/1501.00102), is the ``modality_dropout`` of
:class:`mmtutor.models.MultimodalModel`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from mmtutor import distributed
from mmtutor.arguments import positive_number, real_number
from mmtutor.objectives.checks import check_numbers, check_reals

__all__ = ["OGMGE", "Blended", "blend_weights"]


class OGMGE:
    r"""On-the-fly gradient modulation with generalisation enhancement; a callback for ``fit``.

    Before each step the gradient of encoder m is slowed down if m is ahead of the others:

    .. math::

        \rho_m = \frac{\sum_i p_m(y_i)}{\frac{1}{M-1} \sum_{k \ne m} \sum_i p_k(y_i)}, \qquad
        g_m \leftarrow \kappa_m\, g_m + \varepsilon, \qquad
        \kappa_m = \begin{cases} 1 - \tanh(\alpha \rho_m) & \rho_m > 1 \\ 1 & \text{else}
        \end{cases}

    :math:`p_m(y)` is what the model says with modality m alone. Published for two modalities with
    the ratio of the two; with M = 2 the mean over the others is that. The noise
    :math:`\varepsilon` is Gaussian with the standard deviation of the gradient it is added to
    (the paper's GE); it is drawn from the global random source, which ``fit`` seeds.

    The published way to :math:`p_m` splits the weight of a concatenation. Here the model is asked
    with the other modalities absent, so any ⊕ will do; for a concatenation this differs only in
    that the whole bias is used. Every encoder parameter is modulated, in every epoch; the authors'
    code does so for convolutions, in the first epochs.

    :param alpha: :math:`\alpha > 0`, how hard the leading sense is held back.
    :param noise: whether to add :math:`\varepsilon`.
    :raises ValueError: alpha not above 0.

    Source: Peng et al. 2022, https://arxiv.org/abs/2203.15332
    """

    def __init__(self, alpha: float = 0.5, *, noise: bool = True) -> None:
        positive_number("alpha", alpha)
        self.alpha, self.noise = alpha, noise

    def strengths(self, model: nn.Module, inputs: Mapping[str, object], y: Tensor) -> Tensor:
        r"""The sums :math:`\sum_i p_m(y_i)`, ``(M,)`` in the order of ``inputs``."""
        was = model.training
        model.eval()
        with torch.no_grad():
            probabilities = [model({name: x}).softmax(dim=1) for name, x in inputs.items()]
        model.train(was)
        y = y.to(probabilities[0].device)
        return torch.stack([p.gather(1, y[:, None]).sum() for p in probabilities])

    def factors(self, strengths: Tensor) -> Tensor:
        r"""The :math:`\kappa_m` for :meth:`strengths`, ``(M,)``."""
        others = (strengths.sum() - strengths) / (len(strengths) - 1)
        ratio = strengths / others.clamp_min(torch.finfo(strengths.dtype).tiny)
        return torch.where(ratio > 1, 1 - torch.tanh(self.alpha * ratio), 1.0)

    def before_step(
        self, model: nn.Module, inputs: Mapping[str, object], outputs: object, y: Tensor
    ) -> None:
        """Slow down the encoders that are ahead."""
        if len(inputs) < 2:
            return
        encoders = getattr(model, "encoders", None)
        if not isinstance(encoders, nn.ModuleDict):
            raise TypeError("OGM-GE slows down model.encoders, a ModuleDict by modality: none here")
        # Over all processes, and the same noise in each, so that their weights stay the same.
        strengths = distributed.all_reduce(*self.strengths(model, inputs, y).tolist())
        kappa = self.factors(torch.tensor(strengths)).tolist()
        for name, factor in zip(inputs, kappa, strict=True):
            for parameter in encoders[name].parameters():
                gradient = parameter.grad
                if gradient is None:
                    continue
                spread = gradient.std(correction=0) if self.noise else 0.0
                gradient.mul_(factor)
                if self.noise:
                    gradient.add_(distributed.broadcast(torch.randn_like(gradient)) * spread)

    def after_epoch(self, model: nn.Module, row: Mapping[str, float]) -> None:
        """Nothing to do."""


def blend_weights(
    before: Mapping[str, tuple[float, float]], after: Mapping[str, tuple[float, float]]
) -> dict[str, float]:
    r"""How much each head's loss should count, from how it overfits and how it generalises.

    .. math::

        w_k \propto \frac{G_k}{O_k^2}, \qquad
        G_k = V_k^{\text{before}} - V_k^{\text{after}}, \qquad
        O_k = (V_k - T_k)^{\text{after}} - (V_k - T_k)^{\text{before}}

    T and V are training and validation loss of head k at two moments of a training. A head whose
    validation loss did not fall gets 0; the weights sum to one.

    :param before: ``{head: (training loss, validation loss)}``.
    :param after: the same heads, later.
    :raises ValueError: other heads, numbers that are not finite, or no head that generalises.

    Source: Wang et al. 2020, https://arxiv.org/abs/1905.12681
    """
    if not before or before.keys() != after.keys():
        raise ValueError(
            f"before and after must have the same heads, got {list(before)} and {list(after)}"
        )
    for name, pair in (*before.items(), *after.items()):
        for loss in pair:
            real_number(f"each loss of head {name!r}", loss, -math.inf)
    raw = {}
    for name, (t_0, v_0) in before.items():
        t_1, v_1 = after[name]
        gain, overfit = v_0 - v_1, (v_1 - t_1) - (v_0 - t_0)
        # An overfitting of nearly 0 would give all weight to one head on a whim of rounding.
        raw[name] = max(gain, 0.0) / max(overfit**2, 1e-4)
    total = sum(raw.values())
    if total == 0:
        raise ValueError("no head's validation loss fell between the two moments")
    return {name: value / total for name, value in raw.items()}


class Blended:
    r"""Cross-entropy of several heads, weighted; a loss for ``fit``.

    .. math:: L = \sum_k w_k\, \mathrm{CE}(z_k, y)

    Takes the outputs of :class:`mmtutor.models.Branched`: logits by head while training, those of
    the joint head alone otherwise.

    :param weights: :math:`w_k` by head, such as :func:`blend_weights` gives.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        if not isinstance(weights, Mapping) or not weights:
            raise ValueError(f"weights must give a number for each head, got {weights!r}")
        for name, weight in weights.items():
            real_number(f"the weight of head {name!r}", weight)
        self.weights = dict(weights)

    def __call__(self, outputs: Mapping[str, Tensor] | Tensor, y: Tensor) -> Tensor:
        """Weigh the heads' losses."""
        for name, z in (outputs if isinstance(outputs, Mapping) else {"": outputs}).items():
            check_reals(f"the logits{f' of head {name!r}' if name else ''}", z, "(B, C)")
            check_numbers("y", y, z.shape[:1], below=z.shape[1])
        y = y.long()
        if isinstance(outputs, Tensor):
            return cross_entropy(outputs, y)
        if outputs.keys() != self.weights.keys():
            raise ValueError(f"weights are for {list(self.weights)}, the model has {list(outputs)}")
        losses = [w * cross_entropy(outputs[name], y) for name, w in self.weights.items()]
        return torch.stack(losses).sum()
