"""G.4: a linear layer behind ``flatten``, moved from PyTorch to Keras."""

from __future__ import annotations

from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw, function


def _to_keras(weight: Tensor, C: int, H: int, W: int) -> Tensor:
    return weight.unflatten(1, (C, H, W)).permute(2, 3, 1, 0).flatten(0, 2)


KERNEL = Exercise(
    solution=_to_keras,
    mistakes=(
        (
            lambda weight, C, H, W: weight.T,
            "You turned the matrix around. Its rows are still in PyTorch's order, channel by "
            "channel: unfold them as (C, H, W) and `permute` the channels to the end. A reshape "
            "alone moves nothing.",
        ),
        (
            lambda weight, C, H, W: _to_keras(weight, C, H, W).T,
            "The order is right; Keras's kernel is (in, out), so turn the matrix around.",
        ),
        (
            lambda weight, C, H, W: (
                weight.unflatten(1, (C, H, W)).permute(3, 2, 1, 0).flatten(0, 2)
            ),
            "Height and width are exchanged: Keras's picture is (H, W, C), so W runs faster "
            "than H.",
        ),
        (
            lambda weight, C, H, W: weight.unflatten(1, (C, H, W)).permute(2, 3, 1, 0),
            "Right, but still unfolded: join the first three axes to one, `flatten(0, 2)`.",
        ),
        (
            lambda weight, C, H, W: weight.reshape(H * W * C, -1),
            "A `reshape` to Keras's shape moves nothing: the numbers stay in their old order, "
            "and inputs and outputs are mixed. Unfold, `permute`, fold.",
        ),
        (
            lambda weight, C, H, W: weight,
            "That is PyTorch's weight as it came. Reorder its inputs, and turn it around.",
        ),
        (
            lambda weight, C, H, W: (
                weight.unflatten(1, (H, W, C)).permute(3, 1, 2, 0).flatten(0, 2)
            ),
            "You unfolded the inputs as (H, W, C). In PyTorch they are (C, H, W); (H, W, C) is "
            "where they go.",
        ),
        (
            lambda weight, C, H, W: (
                weight.unflatten(1, (C, H, W)).permute(2, 1, 3, 0).flatten(0, 2)
            ),
            "The channels stand in the middle, (H, C, W). They go last: (H, W, C).",
        ),
    ),
    praise="The small network of G.6 lost over twenty points without this, and nothing stopped.",
    hint="`unflatten` the inputs into (C, H, W), `permute` to (H, W, C, out), `flatten(0, 2)`.",
    probe=function(
        (draw(2, 3 * 2 * 4, seed=1), 3, 2, 4),
        (draw(5, 1 * 3 * 3, seed=2), 1, 3, 3),
        (draw(3, 4 * 5 * 2, seed=3), 4, 5, 2),
    ),
)
