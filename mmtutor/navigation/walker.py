"""The walker: an encoder for each sense, fusion by concatenation, a memory, three scores."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from mmtutor.arguments import whole_number
from mmtutor.names import check_name, listed
from mmtutor.navigation.worlds import ACTIONS

__all__ = ["SENSES", "Walker"]

SENSES = {"image": (11, 2), "audio": (13,)}  # shape of what each tells
WIDTH = 48


class Walker(nn.Module):
    r"""A policy :math:`\pi(a_t \mid x_1, \dots, x_t)` for a robot that sees and hears.

    .. math::

       z_t = \operatorname{relu}(W_z\,[f_1(x^1_t), f_2(x^2_t), a_{t-1}] + b_z), \qquad
       h_t = \operatorname{GRU}(z_t, h_{t-1}), \qquad \pi = \operatorname{softmax}(W h_t + b)

    Without memory, :math:`h_t` is a layer of :math:`z_t`: of the past it knows the last action.

    :param senses: "image", "audio" or both.
    :param memory: with the GRU, or without.
    :param outputs: a score for each of the three actions; or 1, the value that a critic tells.
    :raises ValueError: no sense, or an unknown one.
    """

    def __init__(
        self,
        senses: str | Sequence[str] = ("image", "audio"),
        *,
        memory: bool = True,
        outputs: int = len(ACTIONS),
    ) -> None:
        super().__init__()
        senses = [senses] if isinstance(senses, str) else list(senses)
        if not senses:
            raise ValueError("a walker needs a sense: 'image', 'audio' or both")
        for sense in senses:
            check_name("sense", sense, SENSES)
        self.encoders = nn.ModuleDict(
            {s: encoder(shape) for s, shape in SENSES.items() if s in senses}
        )
        self.remembers = memory
        fused = WIDTH * len(self.encoders) + len(ACTIONS) + 1
        self.fuse = nn.Sequential(nn.Linear(fused, WIDTH), nn.ReLU())
        self.state = (
            nn.GRU(WIDTH, WIDTH) if memory else nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.ReLU())
        )
        self.head = nn.Linear(WIDTH, whole_number("outputs", outputs, least=1))

    def forward(
        self, inputs: dict[str, Tensor], memory: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """Scores of the actions ``(B, 3)``, or ``(T, B, 3)`` of whole walks, and the memory.

        :param inputs: "image" ``(…, 11, 2)``, "audio" ``(…, 13)``, "previous" ``(…)``, −1 for none.
        :param memory: what the last call gave; None at the beginning of a walk.
        :raises ValueError: a sense is missing or has another shape.
        """
        parts = []
        for sense, f in self.encoders.items():
            if sense not in inputs:
                raise ValueError(f"this walker needs {sense!r}, got {listed(inputs)}")
            x, shape = inputs[sense], SENSES[sense]
            if tuple(x.shape[-len(shape) :]) != shape:
                raise ValueError(
                    f"this walker needs {sense!r} of shape (…, {str(shape)[1:-1].strip(',')}), "
                    f"got {tuple(x.shape)}"
                )
            parts.append(f(x.flatten(-len(shape))))
        parts.append(one_hot(inputs["previous"] + 1, len(ACTIONS) + 1).to(parts[0]))
        z = self.fuse(torch.cat(parts, dim=-1))
        if not self.remembers:
            return self.head(self.state(z)), None
        one_step = z.ndim == 2
        states, memory = self.state(z[None] if one_step else z, memory)
        return self.head(states[0] if one_step else states), memory


def encoder(shape: tuple[int, ...]) -> nn.Sequential:
    """Two layers: what one sense tells, as 48 features."""
    numbers = torch.Size(shape).numel()
    return nn.Sequential(nn.Linear(numbers, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU())
