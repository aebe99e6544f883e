"""Features, widths and absence patterns for every operator that is registered."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from mmtutor import fusion

NAMES = ("image", "audio", "text", "touch")


def build(name: str, dims: dict[str, int], out_dim: int) -> fusion.Fusion:
    """Build an operator; model-level ones need logits of one width."""
    if fusion.OPERATORS[name].level == "decision":
        dims = dict.fromkeys(dims, out_dim)
    torch.manual_seed(0)
    return fusion.make(name, dims, out_dim)


def draw(op: fusion.Fusion, batch: int, seed: int = 0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn(batch, width, generator=generator, dtype=dtype)
        for name, width in op.dims.items()
    }


@st.composite
def problems(draw_value, max_modalities: int = 4, max_width: int = 6):
    """An operator, its modalities, a batch size and who is absent where."""
    name = draw_value(st.sampled_from(sorted(fusion.OPERATORS)))
    count = draw_value(st.integers(1, max_modalities))
    dims = {m: draw_value(st.integers(1, max_width)) for m in NAMES[:count]}
    out_dim = draw_value(st.integers(1, max_width))
    batch = draw_value(st.integers(1, 5))
    rows = st.lists(st.booleans(), min_size=count, max_size=count).filter(any)
    mask = torch.tensor(draw_value(st.lists(rows, min_size=batch, max_size=batch)))
    op = build(name, dims, out_dim)
    return op, batch, {m: mask[:, i] for i, m in enumerate(op.dims)}
