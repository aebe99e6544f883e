"""Promises about what is learnt: costs, gradients, saved weights."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd.gradcheck import GradcheckError, gradcheck

from mmtutor.fusion.contract.problem import Problem, contents
from mmtutor.fusion.contract.promise import Broken, promise
from mmtutor.fusion.tokens import TokenFusion


@promise()
def costs_are_as_counted(p: Problem) -> None:
    """``num_params`` and ``flops`` in closed form equal what is counted."""
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode  # slow to import, and needed only here

    op, x = p.operator(), p.features()
    counted = sum(v.numel() for v in op.parameters() if v.requires_grad)
    if op.num_params() != counted:
        raise Broken(f"num_params() says {op.num_params()}, the module holds {counted}")
    flops = op.flops(p.batch, p.tokens) if isinstance(op, TokenFusion) else op.flops(p.batch)
    for words, present in (("", None), (", with absences", p.present)):
        # Attention as matrix products: PyTorch before 2.15 does not count its kernel for CPUs.
        with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
            op(x if present else contents(x), present)
        if counter.get_total_flops() != flops:
            raise Broken(
                f"flops({p.batch}) says {flops}, counted are {counter.get_total_flops()}{words}"
            )


@promise(ordinary=True)
def every_parameter_learns(p: Problem) -> None:
    """Every parameter gets a gradient that is finite and not zero."""
    op, x = p.operator().train(), contents(p.features())
    h = op({name: v.requires_grad_() for name, v in x.items()})
    if not list(op.parameters()):
        return
    if not h.requires_grad:
        raise Broken("h is cut off from the parameters: no gradient flows")
    (h * torch.linspace(-1, 1, h.numel()).view_as(h)).sum().backward()
    for name, parameter in op.named_parameters():
        if parameter.grad is None or not parameter.grad.any():
            raise Broken(f"the parameter {name!r} gets no gradient")
        if not parameter.grad.isfinite().all():
            raise Broken(f"the gradient of {name!r} is not finite")


@promise()
def gradients_are_right(p: Problem) -> None:
    """In float64 the gradients, by inputs and parameters, agree with finite differences."""
    op, x = p.operator().double(), contents(p.features(torch.float64))
    names, weights = list(x), dict(op.named_parameters())

    def h(*values: Tensor) -> Tensor:
        given = p.masked(dict(zip(names, values[: len(names)], strict=True)))
        learnt = dict(zip(weights, values[len(names) :], strict=True))
        return torch.func.functional_call(op, learnt, (given, p.present))

    inputs = [v.detach().requires_grad_() for v in (*x.values(), *weights.values())]
    with torch.random.fork_rng(devices=[]):
        try:
            gradcheck(h, inputs, fast_mode=True, atol=1e-4)
        except GradcheckError as error:
            raise Broken(f"a gradient is wrong: {str(error).splitlines()[0]}") from error


@promise()
def weights_can_be_saved(p: Problem) -> None:
    """``state_dict`` holds all there is to know: a twin that loads it gives the same ``h``."""
    op, x = p.operator(), p.features()
    twin = p.operator(seed=p.seed + 1)
    twin.load_state_dict(op.state_dict())
    if not torch.equal(twin(x, p.present), op(x, p.present)):
        raise Broken("after load_state_dict a twin gives another h: something is not saved")
