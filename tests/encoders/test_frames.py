"""FrameCNN against its formula, and padding that may stand anywhere."""

from __future__ import annotations

import torch

from mmtutor.encoders import FrameCNN


def by_hand(encoder: FrameCNN, x: torch.Tensor) -> torch.Tensor:
    """The formula for one sample (T, D), frame by frame."""
    real = [bool(frame.any()) for frame in x]
    z = x
    for layer in encoder.layers:
        reach, out = layer.kernel_size[0] // 2, []
        for t in range(len(z)):
            total = layer.bias.clone()
            for k in range(-reach, reach + 1):
                if 0 <= t + k < len(z):
                    total += layer.weight[:, :, k + reach] @ z[t + k]
            out.append(total.relu() * real[t])
        z = torch.stack(out)
    return encoder.project.weight @ (z.sum(0) / max(sum(real), 1)) + encoder.project.bias


def test_it_is_its_formula_and_skips_empty_frames():
    torch.manual_seed(0)
    encoder = FrameCNN(3, out_dim=4, hidden_dim=5, kernel=3, layers=2)
    x = torch.randn(4, 6, 3)
    x[1, 4:] = 0  # behind
    x[2, :2] = 0  # in front
    x[3] = 0  # nothing at all
    with torch.no_grad():
        expected = torch.stack([by_hand(encoder, one) for one in x])
        torch.testing.assert_close(encoder(x), expected)
        tokens, padding = encoder.tokens(x)
        assert padding.sum(1).tolist() == [0, 2, 2, 6]
        assert not tokens[padding].any()
        mean = tokens[1, :4].mean(0)
        torch.testing.assert_close(mean, expected[1])
