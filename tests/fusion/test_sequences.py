"""Operators that read tokens, and the mixture of experts, against their formulas written out."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import nn

from mmtutor import fusion
from mmtutor.fusion.attend import attend
from tests.fusion.problems import DIMS, difference, make


def sequences(dims=DIMS, batch=5, seed=1):
    """Tokens of lengths 2, 3, 4 … with padding, and who is absent."""
    generator = torch.Generator().manual_seed(seed)
    x, present = {}, {}
    for i, (name, width) in enumerate(dims.items()):
        T = 2 + i
        tokens = torch.randn(batch, T, width, generator=generator, dtype=torch.float64)
        lengths = 1 + torch.arange(batch) % T
        x[name] = tokens, torch.arange(T) >= lengths[:, None]
        present[name] = torch.arange(batch) % 5 != i + 1
    return x, present


def test_attend_without_any_key_is_finite():
    q, k, v = (torch.randn(2, 3, 4, requires_grad=True) for _ in range(3))
    present = torch.tensor([[False, False, False], [True, False, True]])
    y = attend(q, k, v, present=present)
    torch.testing.assert_close(y[0], attend(q, k, v)[0])
    y.square().sum().backward()
    assert all(t.grad.isfinite().all() for t in (q, k, v))


def test_a_lone_token_is_found_as_its_own_double_is():
    op = make("cross_attention")
    x = {m: torch.randn(5, d, requires_grad=True, dtype=torch.float64) for m, d in DIMS.items()}
    twice = {m: torch.stack([v, v], dim=1) for m, v in x.items()}
    present = {"audio": torch.tensor([True, False, True, False, True])}
    torch.testing.assert_close(op(x), op(twice))
    torch.testing.assert_close(op(x, present), op(twice, present))
    op(x, present).sum().backward()
    asked = [layer.weight.grad for layer in (*op.Q.values(), *op.K.values())]
    assert all((grad == 0).all() for grad in asked)  # there, for who waits for it, and 0


def test_cross_attention_of_vectors_is_its_linear_form():
    op = make("cross_attention", heads=2)
    x = {m: torch.randn(5, d).double() for m, d in DIMS.items()}
    looked_up = [op.V[source](x[source]) for _, source in itertools.permutations(DIMS, 2)]
    torch.testing.assert_close(op(x), op.W(torch.cat([*x.values(), *looked_up], dim=1)))


def test_cross_attention_of_one_modality_attends_to_itself():
    op = make("cross_attention", {"a": 3}, heads=2)
    x = torch.randn(2, 4, 3).double()
    own = nn.MultiheadAttention(6, 2, bias=False, batch_first=True, kdim=3, vdim=3).double()
    q, k, v = (layers["a"].weight for layers in (op.Q, op.K, op.V))
    with torch.no_grad():
        own.q_proj_weight.copy_(torch.eye(6))
        own.k_proj_weight.copy_(k)
        own.v_proj_weight.copy_(v)
        own.out_proj.weight.copy_(torch.eye(6))
    found, _ = own(x @ q.T, x, x)
    expected = op.W(torch.cat([x.mean(dim=1), found.mean(dim=1)], dim=1))
    torch.testing.assert_close(op({"a": x}), expected)


@pytest.mark.parametrize("name", ["cross_attention", "bottleneck", "joint_attention"])
def test_the_order_of_tokens_does_not_matter(name):
    op = make(name)
    x, _ = sequences()
    turned = {m: (t.flip(1), p.flip(1)) for m, (t, p) in x.items()}
    torch.testing.assert_close(op(turned), op(x))


def transformer(layers, z, ignore=None):
    """PyTorch's own encoder layers with the weights of ours."""
    for layer in layers:
        twin = nn.TransformerEncoderLayer(
            6, 2, 12, 0.0, "gelu", batch_first=True, norm_first=True, dtype=torch.float64
        )
        for parameter in twin.parameters():
            nn.init.zeros_(parameter)
        weights = {
            "self_attn.in_proj_weight": torch.cat([layer.Q.weight, layer.KV.weight]),
            "self_attn.out_proj.weight": layer.O.weight,
            "linear1.weight": layer.F1.weight,
            "linear1.bias": layer.F1.bias,
            "linear2.weight": layer.F2.weight,
            "norm1.weight": layer.norm_z.weight,
            "norm1.bias": layer.norm_z.bias,
            "norm2.weight": layer.norm_u.weight,
            "norm2.bias": layer.norm_u.bias,
        }
        assert not twin.load_state_dict(weights, strict=False).unexpected_keys
        z = twin(z, src_key_padding_mask=ignore)
    return z


def test_bottleneck_of_one_modality_is_a_transformer():
    op = make("bottleneck", {"a": 3}, layers=3, heads=2, tokens=2)
    x = torch.randn(4, 5, 3).double()
    z = torch.cat([op.c.expand(4, 1, -1), op.P["a"](x), op.f.expand(4, -1, -1)], dim=1)
    torch.testing.assert_close(op({"a": x}), op.norm(transformer(op.layers["a"], z)[:, 0]))


@pytest.mark.parametrize("readout", ["class", "mean"])
def test_joint_attention_is_a_transformer_over_all_tokens(readout):
    op = make("joint_attention", layers=3, heads=2, readout=readout)
    x, present = sequences()
    z = [op.P[m](t) + e for (m, (t, _)), e in zip(x.items(), op.e, strict=True)]
    ignore = [padding | ~present[m][:, None] for m, (_, padding) in x.items()]
    if readout == "class":
        z, ignore = [op.c.expand(5, 1, -1), *z], [torch.zeros(5, 1, dtype=torch.bool), *ignore]
    ignore = torch.cat(ignore, dim=1)
    z = op.norm(transformer(op.layers, torch.cat(z, dim=1), ignore))
    mean = torch.stack([one[~gone].mean(dim=0) for one, gone in zip(z, ignore, strict=True)])
    torch.testing.assert_close(op(x, present), z[:, 0] if readout == "class" else mean)


def test_modalities_talk_through_the_bottleneck_alone(monkeypatch):
    op = make("bottleneck", {"a": 3, "b": 4}, layers=3)
    assert difference(op, ["a", "b"], tokens=(3,)) > 1e-3
    average = op.exchange

    def silent(tokens, present):
        # Between layers the bottleneck stays at its start; the ends (one token) are averaged.
        return op.f.expand(len(tokens), -1, -1) if tokens.shape[2] > 1 else average(tokens, present)

    monkeypatch.setattr(op, "exchange", silent)
    assert difference(op, ["a", "b"], tokens=(3,)) < 1e-12


def test_two_experts_and_a_gate_say_xor():
    """By hand: the sign of a chooses between an expert that says b and one that says -b."""
    op = fusion.make("mixture_of_experts", {"a": 1, "b": 1}, 1, experts=2, hidden=2).double()
    with torch.no_grad():
        for parameter in op.parameters():
            parameter.zero_()
        for layer, sign in zip(op.E["b"], (1, -1), strict=True):  # relu(b) - relu(-b) = b
            layer[0].weight.copy_(torch.tensor([[1.0], [-1.0]]))
            layer[2].weight.copy_(sign * torch.tensor([[1.0, -1.0]]))
        op.G.weight.copy_(torch.tensor([[0, 0], [0, 0], [1e3, 0], [-1e3, 0]]))
        op.G.bias.copy_(torch.tensor([-1e3, -1e3, 0, 0]))
    a, b = torch.randn(2, 100, 1).double()
    a = a + 0.1 * a.sign()  # at the very edge a gate is soft
    torch.testing.assert_close(op({"a": a, "b": b}), a.sign() * b)


def test_cross_attention_learns_to_look_up():
    """Text names one of four things in the picture, and asks whether it is lit.

    The picture holds four tokens: a one-hot name and ±1. Their mean tells only how many are lit:
    whoever reads that alone is right in (2·1 + 8·3/4 + 6·1/2) / 16 = 69 %.
    """
    generator = torch.Generator().manual_seed(0)

    def sample(n):
        lit = torch.randint(0, 2, (n, 4), generator=generator)
        asked = torch.randint(0, 4, (n,), generator=generator)
        things = torch.cat([torch.eye(4).expand(n, 4, 4), 2.0 * lit[..., None] - 1], dim=2)
        text = nn.functional.one_hot(asked, 4).float()
        return {"picture": things, "text": text}, lit[torch.arange(n), asked]

    torch.manual_seed(0)
    op, head = fusion.make("cross_attention", {"picture": 5, "text": 4}, 8), nn.Linear(8, 2)
    optimizer = torch.optim.Adam([*op.parameters(), *head.parameters()], lr=0.05)
    for _ in range(150):
        x, y = sample(128)
        optimizer.zero_grad()
        nn.functional.cross_entropy(head(op(x)), y).backward()
        optimizer.step()
    x, y = sample(4000)
    with torch.no_grad():
        assert (head(op(x)).argmax(dim=1) == y).float().mean() > 0.97
