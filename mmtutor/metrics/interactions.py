r"""Does a model of two senses use what only the two together say? Take that away, and see.

Ask the model of every picture with every sound, :math:`f_{ij} = f(x_i, z_j)`. What of this table
is a sum of one term for the picture and one for the sound? The nearest such sum is

.. math:: \hat f_{ij} = \bar f_{i\cdot} + \bar f_{\cdot j} - \bar f_{\cdot\cdot},

the mean of the row, plus the mean of the column, less the mean of all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from mmtutor.arguments import whole_number
from mmtutor.metrics.arguments import check_tensor
from mmtutor.names import listed


@torch.no_grad()
def emap(
    model: Callable[[Mapping[str, Tensor]], Tensor],
    inputs: Mapping[str, Tensor],
    *,
    batch: int = 8192,
) -> Tensor:
    r"""What a model would say of its samples if the two senses could not meet, ``(N, C)``.

    .. math:: \hat f(x_i, z_i) = \frac1N \sum_j f(x_i, z_j) + \frac1N \sum_j f(x_j, z_i)
              - \frac{1}{N^2} \sum_{jk} f(x_j, z_k)

    This *empirical multimodally-additive projection* (EMAP) is the sum of one term for each sense
    that is nearest to the model over all :math:`N^2` pairs, in the mean square. Where it is as
    accurate as the model, the accuracy owes nothing to interactions between the senses; that the
    model *computes* none does not follow. It is taken of what ``model`` gives: of logits, as in
    the paper, and not of probabilities, whose sums mean something else.

    The model is asked of :math:`N^2` pairs. A module is in evaluation mode meanwhile.

    :param model: maps ``{name: (B, …)}`` to ``(B, C)``.
    :param inputs: both senses of N samples.
    :param batch: pairs that the model is asked of at once, about.
    :raises TypeError: inputs that are no tensors.
    :raises ValueError: not two senses, no or unequal numbers of samples, or an answer that is not
        ``(B, C)``.

    Source: Hessel and Lee 2020, *Does My Multimodal Model Learn Cross-modal Interactions? It's
    Harder to Tell than You Might Think!*, https://arxiv.org/abs/2010.06572

    >>> x = {"a": torch.tensor([[1.0], [3.0]]), "b": torch.tensor([[2.0], [4.0]])}
    >>> emap(lambda x: x["a"] * x["b"], x).flatten().tolist()
    [1.0, 11.0]
    """
    if not isinstance(inputs, Mapping) or len(inputs) != 2:
        names = listed(inputs) if isinstance(inputs, Mapping) else type(inputs).__name__
        raise ValueError(f"the projection takes two senses, {{name: tensor}}, got {names}")
    (first, x), (second, z) = inputs.items()
    for name, values in inputs.items():
        check_tensor(name, values)
    if not x.ndim or not z.ndim or not len(x) == len(z) > 0:
        raise ValueError(
            f"both senses need the same samples, got {first!r} {tuple(x.shape)} and "
            f"{second!r} {tuple(z.shape)}"
        )
    N, rows = len(x), max(1, whole_number("batch", batch, 1) // len(x))
    training = isinstance(model, nn.Module) and model.training
    if isinstance(model, nn.Module):
        model.eval()
    try:
        of_x, of_z = [], 0.0
        for part in x.split(rows):
            pairs = {
                first: part.repeat_interleave(N, dim=0),
                second: z.repeat(len(part), *[1] * (z.ndim - 1)),
            }
            told = model(pairs)  # (rows · N, C)
            if not isinstance(told, Tensor) or told.ndim != 2 or len(told) != len(part) * N:
                shape = tuple(told.shape) if isinstance(told, Tensor) else type(told).__name__
                raise ValueError(f"the model must give (B, C) of B pairs, got {shape} of {N} each")
            f = told.double().unflatten(0, (len(part), N))  # (rows, N, C)
            of_x.append(f.mean(dim=1))
            of_z = of_z + f.sum(dim=0) / N
    finally:
        if isinstance(model, nn.Module):
            model.train(training)
    row = torch.cat(of_x)  # (N, C)
    return (row + of_z - row.mean(dim=0)).to(told.dtype)
