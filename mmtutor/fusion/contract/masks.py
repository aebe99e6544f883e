"""Promises about what is not there: absent modalities, padding, keys left out."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from mmtutor.fusion.contract.problem import Features, Problem, contents, filled
from mmtutor.fusion.contract.promise import Broken, must_be_close, promise


@promise()
def absent_content_cannot_change_h(p: Problem) -> None:
    """What a modality marked absent holds, NaN included, cannot change ``h``, bit for bit."""
    _blind(p, {name: p.absent(name) for name in p.dims}, "a modality marked absent")


@promise()
def absent_content_reaches_no_gradient(p: Problem) -> None:
    """What a modality marked absent holds cannot change a gradient, and gets none."""
    _blind_backwards(p, {name: p.absent(name) for name in p.dims}, "a modality marked absent")


@promise(tokens=True)
def padding_cannot_change_h(p: Problem) -> None:
    """What a padding token holds, NaN included, cannot change ``h``, bit for bit."""
    _blind(p, p.padding_mask, "a padding token")


@promise(tokens=True)
def padding_reaches_no_gradient(p: Problem) -> None:
    """What a padding token holds cannot change a gradient, and gets none."""
    _blind_backwards(p, p.padding_mask, "a padding token")


@promise(tokens=True)
def more_padding_changes_nothing(p: Problem) -> None:
    """Sequences filled up with two more padding tokens give the same ``h``."""
    op, x = p.operator().double(), p.features(torch.float64)
    longer: Features = {}
    for name, value in contents(x).items():
        tokens = value if name in p.tokens else value[:, None]
        mask = p.padding_mask.get(name, torch.zeros(tokens.shape[:2], dtype=torch.bool))
        more = tokens.new_full((p.batch, 2, tokens.shape[2]), torch.nan)
        mask = torch.nn.functional.pad(mask, (0, 2), value=True)
        longer[name] = torch.cat([tokens, more], dim=1), mask
    must_be_close(op(longer, p.present), op(x, p.present), "two more padding tokens changed h")


@promise(tokens=True)
def all_padding_is_absent(p: Problem) -> None:
    """A modality that is all padding for a sample counts as absent there."""
    op, x = p.operator(), contents(p.features())
    masked: Features = {}
    for name, value in x.items():
        tokens = value if name in p.tokens else value[:, None]
        gone = p.absent(name).view(tokens.shape[:2])
        masked[name] = tokens, gone | p.padding_mask.get(name, gone)
    if not torch.equal(op(masked), op(p.masked(x), p.present)):
        raise Broken("a modality of padding alone is not treated as absent")


@promise(tokens=True)
def a_vector_is_one_token(p: Problem) -> None:
    """A vector counts as a sequence of one token."""
    x = {name: v[:, 0] if v.dim() == 3 else v for name, v in contents(p.features()).items()}
    op = p.operator()
    if not torch.equal(op(x, p.present), op({m: v[:, None] for m, v in x.items()}, p.present)):
        raise Broken("a vector (B, d) and a sequence of one token (B, 1, d) give different h")


@promise(modalities=2)
def a_key_left_out_is_absent(p: Problem) -> None:
    """A modality left out of the batch counts as absent for every sample."""
    op, x = p.operator().double(), contents(p.features(torch.float64))
    for gone in p.dims:
        rest = {name: value for name, value in x.items() if name != gone}
        absent = {gone: torch.zeros(p.batch, dtype=torch.bool)}
        must_be_close(
            op(rest), op(x, absent), f"leaving {gone!r} out is not the same as marking it absent"
        )


@promise(modalities=2)
def absent_takes_no_part(p: Problem) -> None:
    """Where nothing is learnt, an absent modality is as if the operator had been built without it.

    With weights there is no saying in general: a sum of terms may well take zeros for the absent.
    """
    op, x = p.operator().double(), contents(p.features(torch.float64))
    if op.num_params():
        return
    for gone in p.dims:
        rest = {name: value for name, value in x.items() if name != gone}
        without = p.operator(dims={name: p.dims[name] for name in rest}).double()
        h = op(x, {gone: torch.zeros(p.batch, dtype=torch.bool)})
        must_be_close(h, without(rest), f"{gone!r} is absent and takes part all the same")


@promise()
def nothing_said_is_all_present(p: Problem) -> None:
    """``present`` true everywhere, padding masks false everywhere, is the same as nothing said."""
    op, x = p.operator().double(), contents(p.features(torch.float64))
    h = op(x)
    all_present = {name: torch.ones(p.batch, dtype=torch.bool) for name in p.dims}
    must_be_close(op(x, all_present), h, "marking every modality present changed h")
    if p.tokens:
        pairs = {
            name: (v, torch.zeros(v.shape[:2], dtype=torch.bool)) if v.dim() == 3 else v
            for name, v in x.items()
        }
        must_be_close(op(pairs), h, "a padding_mask that is false everywhere changed h")


def _blind(p: Problem, where: Mapping[str, Tensor], what: str) -> None:
    op, x = p.operator(), p.features()
    h = op(x, p.present)
    for junk in (torch.nan, torch.inf, 1e30):
        holds = {m: filled(v, where[m], junk) if m in where else v for m, v in contents(x).items()}
        if not torch.equal(op(p.masked(holds), p.present), h):
            raise Broken(f"{what} that holds {junk} changed h")


def _blind_backwards(p: Problem, where: Mapping[str, Tensor], what: str) -> None:
    def gradients(junk: float) -> tuple[dict[str, Tensor | None], dict[str, Tensor | None]]:
        op = p.operator()
        x = {
            m: (filled(v, where[m], junk) if m in where else v).requires_grad_()
            for m, v in contents(p.features()).items()
        }
        h = op(p.masked(x), p.present)
        if h.requires_grad:
            h.square().sum().backward()
        return {m: v.grad for m, v in x.items()}, {m: v.grad for m, v in op.named_parameters()}

    (x, learnt), (x_junk, learnt_junk) = gradients(0.5), gradients(torch.nan)
    both = {**x_junk, **learnt_junk}
    for name, clean in {**x, **learnt}.items():
        junk = both[name]
        if clean is None or junk is None:
            continue
        if not junk.isfinite().all():
            raise Broken(f"NaN in {what} reached the gradient of {name!r}")
        if not torch.equal(clean, junk):
            raise Broken(f"the content of {what} changed the gradient of {name!r}")
    for name, mask in where.items():
        gradient = x[name]
        if gradient is not None and gradient[mask].any():
            raise Broken(f"{what}, {name!r}, gets a gradient")
