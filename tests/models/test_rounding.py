"""Weights in few bits: how far they move, and that a file gives them back."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from mmtutor.models import read_rounded, round_rows, rounded, write_rounded


@given(seed=st.integers(0, 99), bits=st.integers(2, 8), size=st.floats(1e-3, 1e3))
def test_no_weight_moves_by_more_than_half_a_step_of_its_row(seed, bits, size):
    source = torch.Generator().manual_seed(seed)
    weight = size * torch.randn(5, 2, 3, generator=source) * torch.arange(5.0)[:, None, None]
    q, s = round_rows(weight, bits)
    assert q.dtype == torch.int8
    assert q.abs().max() <= 2 ** (bits - 1) - 1
    assert ((weight - q * s).abs() <= 0.5001 * s + 1e-12).all()
    assert not q[0].any()  # a row of zeros stays one
    most = weight[1:].flatten(1).abs().amax(dim=1)
    torch.testing.assert_close((q * s)[1:].flatten(1).abs().amax(dim=1), most)


def net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(2, 3, 3), nn.Flatten(), nn.Linear(12, 4), nn.LayerNorm(4))


def test_rounding_leaves_vectors_and_the_model_itself_alone():
    model = net()
    before = {name: p.clone() for name, p in model.state_dict().items()}
    other = rounded(model, 3).state_dict()
    for name, p in model.state_dict().items():
        assert torch.equal(p, before[name])
        assert torch.equal(other[name], p) == (p.dim() == 1)


def test_a_file_gives_back_what_was_rounded(tmp_path):
    model, path = net(), tmp_path / "w.safetensors"
    write_rounded(model, path)
    other = net()
    for p in other.parameters():
        nn.init.zeros_(p)
    read_rounded(other, path)
    for a, b in zip(other.parameters(), rounded(model).parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)
    whole = sum(p.numel() for p in model.parameters() if p.dim() > 1)
    assert path.stat().st_size < whole + 1500


def test_another_models_or_damaged_files_are_refused(tmp_path):
    path = tmp_path / "w.safetensors"
    write_rounded(net(), path)
    with pytest.raises(ValueError, match="weights of another model"):
        read_rounded(nn.Linear(2, 2), path)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(ValueError, match="damaged or cut off"):
        read_rounded(net(), path)
    with pytest.raises(ValueError, match="bits"):
        round_rows(torch.ones(2, 2), 9)
