"""Each operator against its formula written out, and the identities that tie them together."""

from __future__ import annotations

import math

import torch

from mmtutor import fusion
from tests.fusion.problems import DIMS, draw, features, make


def test_weighted_with_equal_weights_is_the_mean():
    for learn in (True, False):
        op = fusion.make("weighted", dict.fromkeys(DIMS, 5), 5, project=False, learn=learn)
        x = draw(op, 6)
        torch.testing.assert_close(op(x), torch.stack(list(x.values())).mean(dim=0))


def test_weighted_by_hand():
    op = make("weighted", {"a": 2, "b": 2}, 2, project=False)
    with torch.no_grad():
        op.a.copy_(torch.tensor([0.0, math.log(3)]))
    x = {"a": torch.tensor([[4.0, 0]]).double(), "b": torch.tensor([[0, 4.0]]).double()}
    torch.testing.assert_close(op(x), torch.tensor([[1.0, 3.0]]).double())


def test_gated_is_the_published_unit_for_two():
    op = make("gated", {"v": 3, "t": 4})
    x = features(op)
    h_v, h_t = (op.W[m](x[m]).tanh() for m in "vt")
    U_v, U_t = op.U.weight.chunk(2)
    both = torch.cat([x["v"], x["t"]], dim=1)
    z = torch.sigmoid(both @ (U_v - U_t).T)
    torch.testing.assert_close(op(x), z * h_v + (1 - z) * h_t)


def test_attention_at_high_temperature_is_the_mean():
    op = make("attention", temperature=1e12)
    x = features(op)
    mean = torch.stack([op.V[m](v) for m, v in x.items()]).mean(dim=0)
    torch.testing.assert_close(op(x), mean)


def test_attention_at_low_temperature_picks_one():
    op = make("attention", temperature=1e-9)
    x = features(op)
    values = torch.stack([op.V[m](v) for m, v in x.items()], dim=1)  # (B, M, d)
    distance = (values - op(x)[:, None]).abs().amax(dim=2)  # (B, M)
    assert (distance.min(dim=1).values < 1e-9).all()


def test_norm_of_the_outer_product_factorises():
    op = make("tensor")
    x = features(op)
    expected = torch.stack([1 + v.square().sum(dim=1) for v in x.values()]).prod(dim=0)
    torch.testing.assert_close(op.outer(x).square().sum(dim=1), expected)


def test_low_rank_is_tensor_fusion_with_a_weight_built_from_the_factors():
    low = make("low_rank", rank=3)
    full = make("tensor")
    x = features(low)
    factors = [
        torch.cat([f.weight, f.bias[:, None]], dim=1).unflatten(0, (3, 6)) for f in low.W.values()
    ]  # (R, d, d_m + 1)
    weight = torch.einsum("rdi,rdj,rdk->ijkd", *factors)
    with torch.no_grad():
        full.W.copy_(weight)
        full.b.copy_(low.b)
    torch.testing.assert_close(low(x), full(x))
    gone = {"audio": torch.zeros(6, dtype=torch.bool)}
    torch.testing.assert_close(low(x, gone), full(x, gone))
