"""Promises about how it runs: half precision, ``torch.compile``, ``torch.export``."""

from __future__ import annotations

import warnings

import torch
from torch import Tensor

from mmtutor.fusion.contract.problem import Problem, contents
from mmtutor.fusion.contract.promise import Broken, must_be_close, promise


@promise(ordinary=True)
def half_precision_works(p: Problem) -> None:
    """Under bfloat16 autocast ``h`` and the gradients are finite and near those of float32."""

    def run(enabled: bool) -> tuple[Tensor, Tensor]:
        op = p.operator()
        x = {name: v.requires_grad_() for name, v in contents(p.features()).items()}
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            h = op(p.masked(x), p.present)
        h.float().square().sum().backward()
        leaves = (*x.values(), *op.parameters())
        return h.float(), torch.cat([v.grad.flatten() for v in leaves if v.grad is not None])

    # Eight bits of precision: about 1 % off, more where a square root or a choice is near its edge.
    near = {"h": 0.2, "the gradient": 0.3}
    for what, half, full in zip(near, run(True), run(False), strict=True):
        if not half.isfinite().all():
            raise Broken(f"under bfloat16 autocast {what} is not finite")
        if (half - full).norm() > near[what] * full.norm() + 1e-3:
            raise Broken(f"under bfloat16 autocast {what} is far from that of float32")


@promise(ordinary=True, program=True)
def it_compiles(p: Problem) -> None:
    """``torch.compile`` makes one graph of it, with the same ``h`` and gradients."""
    torch.compiler.reset()  # operators share one forward, and a forward has few compiled versions
    op, x = p.operator(), p.features()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of compilers about themselves: no news about the operator
        compiled = torch.compile(op, fullgraph=True, backend="aot_eager")
        h, eager = compiled(x, p.present), op(x, p.present)
        must_be_close(h, eager, "the compiled operator gives another h", 1e-5)
        if eager.requires_grad:
            learnt = list(op.parameters())
            slow = torch.autograd.grad(eager.square().sum(), learnt)
            for fast, grad in zip(torch.autograd.grad(h.square().sum(), learnt), slow, strict=True):
                must_be_close(fast, grad, "the compiled operator gives another gradient", 1e-4)


@promise(ordinary=True, program=True)
def it_exports(p: Problem) -> None:
    """``torch.export`` makes a program of it that takes any batch size, ``present`` included."""
    op, x = p.operator(), p.features()
    batch = torch.export.Dim("batch", min=1, max=4096)
    axes = {
        name: ({0: batch}, {0: batch}) if isinstance(value, tuple) else {0: batch}
        for name, value in x.items()
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.export.export(
            op, (x, p.present), dynamic_shapes=(axes, {m: {0: batch} for m in p.present})
        ).module()
        for rows in (slice(None), slice(0, 3), slice(1, 2)):
            some = p.rows(rows, x)
            h = program(*some)
            must_be_close(
                h, op(*some), f"the exported program gives another h for {len(h)} samples", 1e-5
            )
