r"""From which batch on a larger one buys little: the gradient's spread beside its length."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mmtutor.arguments import whole_number
from mmtutor.datasets.batches import BatchedDataset
from mmtutor.training.forward import loss_of
from mmtutor.training.losses import Loss

__all__ = ["noise_scale"]


def noise_scale(
    model: nn.Module, data: BatchedDataset, *, samples: int = 256, loss: Loss | None = None
) -> float:
    r"""The simple noise scale of the gradient where the model stands.

    .. math::

        B_\text{simple} = \frac{\operatorname{tr} \Sigma}{\lVert G \rVert^2}

    with Σ the covariance of one sample's gradient and G their mean. Both are estimated without
    bias from n samples: the squared length of their mean is too long by tr Σ / n.

    :param model: looked at in evaluation mode; its gradients and mode are left as they were.
    :param data: a data set with ``.batch(index)``; its first samples are taken.
    :param samples: n, at least 2.
    :param loss: as in ``fit``; cross-entropy by default.
    :returns: infinite where the mean gradient cannot be told from none.

    Source: McCandlish et al. 2018, https://arxiv.org/abs/1812.06162
    """
    n = min(whole_number("samples", samples, 2), len(data))
    parameters = [p for p in model.parameters() if p.requires_grad]
    mode = model.training
    model.eval()
    total: Tensor = torch.zeros(())
    squares = 0.0
    for i in range(n):
        inputs, y = data.batch(torch.tensor([i]))
        value = loss_of(model(inputs), y, loss)
        found = torch.autograd.grad(value, parameters, allow_unused=True)
        g = torch.cat([v.flatten() for v in found if v is not None]).double()
        total, squares = total + g, squares + float(g.square().sum())
    model.train(mode)
    length = float((total / n).square().sum())
    spread = (squares - n * length) / (n - 1)
    signal = length - spread / n
    return spread / signal if signal > 0 else float("inf")
