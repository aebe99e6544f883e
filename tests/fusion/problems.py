"""Operators, contents, and drawn problems for the tests of ⊕."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from mmtutor import fusion
from mmtutor.fusion.contract import Problem, Promise, Subject
from mmtutor.fusion.contract.problem import NAMES
from tests import examples

PROBLEMS = 200 if examples.thorough() else 6
"""How many are drawn for a promise and an operator; 6 find every bug of ``test_mutants.py``."""

ALONE = max(PROBLEMS, 20)
"""How many where ``--operator`` names one: hundreds for all promises together."""

SLOW = {"gradients_are_right": 0.25}
"""The share of problems drawn for a promise that is slow to check."""


DIMS = {"image": 3, "audio": 4, "text": 2}


def make(name: str, dims=DIMS, out_dim: int = 6, **options) -> fusion.Fusion:
    """Build an operator with all parameters random: nothing is tested at a special point."""
    torch.manual_seed(0)
    op = fusion.make(name, dims, out_dim, **options).double()
    for parameter in op.parameters():
        nn.init.normal_(parameter)
    return op


def draw(op: fusion.Fusion, batch: int, seed: int = 0, dtype=torch.float32, tokens=()):
    """Draw a batch of vectors, or of sequences of ``tokens`` = ``(T,)``."""
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn(batch, *tokens, width, generator=generator, dtype=dtype)
        for name, width in op.dims.items()
    }


def features(op: fusion.Fusion, batch: int = 6, seed: int = 3):
    """Draw vectors in the precision of `make`."""
    return draw(op, batch, seed, torch.float64)


def difference(op: fusion.Fusion, names: Sequence[str], tokens=()) -> torch.Tensor:
    """Take the mixed difference of ``h`` in all the modalities named: 0 if they never meet."""
    here, there = (draw(op, 6, seed, torch.float64, tokens) for seed in (1, 2))
    total = 0
    for moved in itertools.product([False, True], repeat=len(names)):
        x = dict(here)
        x.update({m: there[m] for m, yes in zip(names, moved, strict=True) if yes})
        total = total + (-1) ** sum(moved) * op(x)
    return total.abs().max()


def _flags(*shape: int) -> st.SearchStrategy[torch.Tensor]:
    """Draw a boolean tensor, as the digits of one number: fast to draw, and shrinks to false."""
    size = torch.Size(shape).numel()
    return st.integers(0, 2**size - 1).map(
        lambda bits: torch.tensor([bool(bits >> i & 1) for i in range(size)]).view(shape)
    )


@st.composite
def problems(draw_value, subject: Subject, promise: Promise) -> Problem:
    """Widths, a batch size, who is absent where, sequences and their padding."""
    count = draw_value(st.integers(promise.modalities, len(NAMES)))
    names = NAMES[:count]
    out_dim = draw_value(st.sampled_from(subject.out_dims))
    widths = st.just(out_dim) if subject.equal_widths else st.integers(1, subject.largest)
    dims = {name: draw_value(widths) for name in names}
    batch = draw_value(st.integers(1, 5))
    absent = dict(zip(names, draw_value(_flags(count, batch)), strict=True))
    tokens, padding_mask = {}, {}
    if subject.operator.reads_tokens:
        for name in names:
            kind = draw_value(st.sampled_from(["masked", "tokens", "vector"]))
            if kind != "vector":
                tokens[name] = draw_value(st.integers(1, 4))
            if kind == "masked":
                padding_mask[name] = draw_value(_flags(batch, tokens[name]))
    # A sample that has nothing at all gets the first modality back.
    no_tokens = {m: mask.all(dim=1) for m, mask in padding_mask.items()}
    exists = [~absent[m] & ~no_tokens.get(m, torch.tensor(False)) for m in names]
    nothing = ~torch.stack(exists).any(dim=0)
    absent[names[0]] &= ~nothing
    if names[0] in padding_mask:
        padding_mask[names[0]][nothing, 0] = False
    present = {name: ~flags for name, flags in absent.items()}
    seed = draw_value(st.integers(0, 999))
    return Problem(subject, dims, out_dim, present, tokens, padding_mask, seed)


def put_drawn(
    subject: Subject, promise: Promise, count: int, put: Callable[[Problem], None]
) -> None:
    """Call ``put`` with ``count`` drawn problems, or the share of them that is drawn if slow."""
    drawn = settings(
        max_examples=max(1, round(count * SLOW.get(promise.name, 1))),
        deadline=None,
        database=None,  # problems differ from operator to operator
        suppress_health_check=[HealthCheck.too_slow],
    )
    drawn(given(problems(subject, promise))(put))()
