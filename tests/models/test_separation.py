"""A separator is a mask between nothing and the whole mixture, told by when a thing moves."""

from __future__ import annotations

import pytest
import torch

from mmtutor.models import Separator
from mmtutor.models.synchrony import centred


@pytest.fixture(scope="module")
def model() -> Separator:
    torch.manual_seed(0)
    return Separator(track_dim=3, channels=2, hidden=4).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def asked() -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    return {"mixture": torch.randn(3, 4000), "track": torch.randn(3, 8, 3)}


def test_of_a_mask_of_ones_the_mixture_comes_back_and_of_one_of_halves_half(model, asked):
    for bias, share in ((50.0, 1.0), (0.0, 0.5), (-50.0, 0.0)):
        other = Separator(track_dim=3)
        torch.nn.init.zeros_(other.decide.weight)
        torch.nn.init.constant_(other.decide.bias, bias)
        with torch.no_grad():
            assert torch.allclose(other(asked), share * asked["mixture"], atol=1e-4)


def test_each_frequency_is_held_against_the_track_as_a_correlation():
    """Of long stories `centred` · `centred` is Pearson's r, and of silence 0."""
    torch.manual_seed(0)
    a, v = 30 * torch.randn(2, 40) + 5
    r = torch.corrcoef(torch.stack([a, v]))[0, 1]
    assert float((centred(a, (-1,)) * centred(v, (-1,))).sum()) == pytest.approx(float(r), abs=1e-4)
    assert (centred(torch.full((1, 40), 7.0), (-1,)).abs() < 1e-5).all()


def test_who_is_asked_for_changes_what_comes_and_no_other_sample(model, asked):
    first = model(asked)
    track = asked["track"].clone()
    track[1] = track[1].flip(0)
    again = model({**asked, "track": track})
    assert not torch.allclose(first[1], again[1], atol=1e-4)
    assert torch.allclose(first[[0, 2]], again[[0, 2]], atol=1e-6)
    alone = model({name: x[2:] for name, x in asked.items()})
    assert torch.allclose(alone[0], first[2], atol=1e-5)


def test_every_weight_learns():
    torch.manual_seed(0)
    model = Separator(track_dim=3)
    asked = {"mixture": torch.randn(2, 4000), "track": torch.randn(2, 8, 3)}
    model(asked).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_what_does_not_belong_together(model, asked):
    with pytest.raises(KeyError, match="'track' is missing"):
        model({"mixture": asked["mixture"]})
    with pytest.raises(ValueError, match="8 frames goes with 4000 samples, 500 a frame at 8 kHz"):
        model({**asked, "mixture": torch.randn(3, 8000)})  # 16 kHz
    with pytest.raises(ValueError, match=r"Separator: mixture: expected .* got \(3, 2, 4000\)"):
        model({**asked, "mixture": torch.randn(3, 2, 4000)})
    with pytest.raises(ValueError, match=r"Separator: track: expected .*\(3, T, 3\)"):
        model({**asked, "track": torch.randn(3, 8, 4)})
    with pytest.raises(ValueError, match=r"Separator: track: .* got \(3, 0, 3\)"):
        model({**asked, "track": torch.randn(3, 0, 3)})
    with pytest.raises(ValueError, match="channels must be a whole number"):
        Separator(channels=0)
