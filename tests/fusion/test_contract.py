"""The contract of ⊕, for every operator that is registered."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from torch.utils.flop_counter import FlopCounterMode

from mmtutor import fusion
from tests.fusion.problems import build, draw, problems

CASES = settings(max_examples=150, deadline=None)


@CASES
@given(problems())
def test_content_of_an_absent_modality_cannot_change_h(problem):
    op, batch, present = problem
    x = draw(op, batch)
    junk = {
        m: torch.where(present[m][:, None], v, torch.tensor(float("nan"))) for m, v in x.items()
    }
    assert torch.equal(op(x, present), op(junk, present))


@CASES
@given(problems())
def test_nan_in_an_absent_modality_reaches_no_gradient(problem):
    op, batch, present = problem
    x = {m: v.requires_grad_() for m, v in draw(op, batch).items()}
    junk = {
        m: torch.where(present[m][:, None], v, torch.tensor(float("nan"))) for m, v in x.items()
    }
    op(junk, present).square().sum().backward()
    for value in (*x.values(), *op.parameters()):
        assert value.grad is None or value.grad.isfinite().all()
    for m, v in x.items():
        if v.grad is not None:
            assert not v.grad[~present[m]].any()


@CASES
@given(problems())
def test_samples_do_not_mix(problem):
    op, batch, present = problem
    x = draw(op, batch)
    h = op(x, present)
    for i in range(batch):
        alone = op(
            {m: v[i : i + 1] for m, v in x.items()}, {m: p[i : i + 1] for m, p in present.items()}
        )
        torch.testing.assert_close(alone, h[i : i + 1], atol=1e-5, rtol=1e-4)


@CASES
@given(problems())
def test_a_key_left_out_is_a_modality_absent_everywhere(problem):
    op, batch, _ = problem
    x = draw(op, batch)
    gone = next(iter(op.dims))
    if len(op.dims) == 1:
        return
    rest = {m: v for m, v in x.items() if m != gone}
    flagged = op(x, {gone: torch.zeros(batch, dtype=torch.bool)})
    assert torch.equal(op(rest), flagged)


@CASES
@given(problems())
def test_all_present_is_the_same_as_nothing_said(problem):
    op, batch, _ = problem
    x = draw(op, batch)
    said = {m: torch.ones(batch, dtype=torch.bool) for m in op.dims}
    torch.testing.assert_close(op(x, said), op(x), atol=1e-6, rtol=1e-5)


@CASES
@given(problems())
def test_the_order_of_the_keys_does_not_matter(problem):
    op, batch, present = problem
    x = draw(op, batch)
    backwards = dict(reversed(x.items()))
    assert torch.equal(op(x, present), op(backwards, dict(reversed(present.items()))))


@CASES
@given(problems())
def test_costs_in_closed_form_equal_the_counted_ones(problem):
    op, batch, _ = problem
    assert op.num_params() == sum(p.numel() for p in op.parameters() if p.requires_grad)
    with FlopCounterMode(display=False) as counter:
        op(draw(op, batch))
    assert op.flops(batch) == counter.get_total_flops()


def test_every_parameter_gets_a_gradient(op):
    op({m: v.requires_grad_() for m, v in draw(op, 8).items()}).square().sum().backward()
    for name, parameter in op.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.any(), name


@pytest.mark.parametrize("name", sorted(fusion.OPERATORS))
@pytest.mark.parametrize("absent", [False, True])
def test_gradcheck_in_double_precision(name, absent):
    op = build(name, {"image": 2, "audio": 2}, 2).double()
    x = draw(op, 3, dtype=torch.float64)
    present = {"image": torch.tensor([True, False, True])} if absent else None
    inputs = tuple(v.requires_grad_() for v in x.values())
    assert torch.autograd.gradcheck(
        lambda *v: op(dict(zip(op.dims, v, strict=True)), present), inputs
    )


def test_state_dict_round_trip(op):
    twin = build(op.name, op.dims, op.out_dim)
    for parameter in twin.parameters():
        torch.nn.init.normal_(parameter)
    twin.load_state_dict(op.state_dict())
    x = draw(op, 4)
    assert torch.equal(twin(x), op(x))


VARIANTS = {
    "weighted, plain mean": lambda: fusion.make(
        "weighted", {"a": 4, "b": 4, "c": 4}, 4, learn=False, project=False
    ),
    "weighted, learnt": lambda: fusion.make("weighted", {"a": 4, "b": 4}, 4, project=False),
    "attention, shared": lambda: fusion.make("attention", {"a": 4, "b": 4}, 4, shared=True),
    **{
        name: lambda name=name: build(name, {"a": 4, "b": 4}, 4)
        for name in sorted(fusion.OPERATORS)
    },
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_order_invariance_is_what_is_declared(variant):
    torch.manual_seed(1)
    op = VARIANTS[variant]()
    for parameter in op.parameters():
        torch.nn.init.normal_(parameter)
    x = draw(op, 6)
    names = list(x)
    turned = dict(zip(names, [x[m] for m in names[1:] + names[:1]], strict=True))
    same = torch.allclose(op(x), op(turned), atol=1e-6)
    assert same == op.order_invariant


def test_works_without_gradients_and_in_half_precision(op):
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        half = op(draw(op, 4), {"image": torch.tensor([True, False, True, True])})
    full = op(draw(op, 4), {"image": torch.tensor([True, False, True, True])})
    assert half.isfinite().all()
    torch.testing.assert_close(half.float(), full, atol=0.1, rtol=0.1)
