"""Noise that is strong in both senses together: the dial turns that, and nothing else."""

from __future__ import annotations

import pytest
import torch

from mmtutor.datasets import AVDigits

N = 2000


def noise(data: AVDigits) -> torch.Tensor:
    """Log of the standard deviation of the noise in each sample (N, 2)."""
    index = torch.arange(len(data))
    (noisy, _), (clean, _) = data.batch(index), data.clean(index)
    return torch.stack([(noisy[m] - clean[m]).flatten(1).std(dim=1).log() for m in noisy], dim=1)


def test_without_spread_nothing_changes() -> None:
    plain, said = AVDigits("test", pairs=50), AVDigits("test", pairs=50, noise_spread=0.0)
    assert (plain.noise_strength == 1).all()
    index = torch.arange(50)
    for name, x in plain.batch(index)[0].items():
        assert torch.equal(x, said.batch(index)[0][name])
        start = {"image": plain._image_place, "audio": plain._audio_place}[name]
        bank = {"image": plain._image_bank, "audio": plain._audio_bank}[name]
        clean = plain.clean(index)[0][name]
        added = bank[start[7] : start[7] + clean[7].numel()].view_as(clean[7])
        assert torch.equal(x[7], clean[7] + added)


@pytest.mark.parametrize("rho", [0.0, 0.6, 1.0])
def test_the_noises_are_as_correlated_as_asked_for_and_each_alone_stays(rho: float) -> None:
    data = AVDigits("test", pairs=N, noise_spread=0.7, noise_correlation=rho)
    z = data.noise_strength.log()
    found = torch.corrcoef(z.T)[0, 1]
    assert abs(found - rho) < 4 * (1 - rho**2) / N**0.5 + 1e-3  # 4 standard errors
    # The audio is long enough to measure the strength that was put in; of 64 pixels, roughly.
    measured = noise(data)
    assert torch.corrcoef(torch.stack([measured[:, 1], z[:, 1]]))[0, 1] > 0.99
    assert torch.corrcoef(torch.stack([measured[:, 0], z[:, 0]]))[0, 1] > 0.95
    power = data.noise_strength.square().mean(dim=0)
    assert ((power - 1).abs() < 0.35).all()  # its expectation is 1
    other = AVDigits("test", pairs=N, noise_spread=0.7)
    index = torch.arange(100)
    assert torch.equal(data.batch(index)[0]["image"], other.batch(index)[0]["image"])
