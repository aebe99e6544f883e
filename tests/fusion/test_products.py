"""The products of ⊕: each against its formula written out, and the identities between them."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from mmtutor import fusion
from mmtutor.fusion import bilinear, mutan
from mmtutor.fusion.factors import signed_root, unit
from tests.fusion.problems import DIMS, difference, draw, features, make

TWO = {"image": 3, "audio": 4}


def with_one(v):
    return torch.cat([v, v.new_ones(len(v), 1)], dim=1)


def columns(weight, bias):
    """Put a bias beside its weight, as the column that the appended 1 meets."""
    return torch.cat([weight, bias[..., None]], dim=-1)


# --- tensor fusion -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dims", "out_dim", "split"),
    [
        ((3,), 5, 1),
        ((2, 2), 40, 2),
        ((6, 6), 2, 1),
        ((2, 2, 9), 1, 2),
        ((7, 3, 3), 3, 2),
        ((4, 4, 4, 4), 3, 2),
        ((30, 2, 2), 1, 1),
    ],
)
def test_tensor_fusion_is_the_same_wherever_it_is_split(dims, out_dim, split):
    op = make("tensor", dict(zip("abcd", dims, strict=False)), out_dim)
    assert op.split == split
    x = features(op)
    torch.testing.assert_close(op(x), op.outer(x) @ op.W.flatten(0, -2) + op.b)


class LargestTensor(TorchDispatchMode):
    """Remember the largest number of elements that any operation made."""

    def __init__(self):
        super().__init__()
        self.numel = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        for t in out if isinstance(out, (tuple, list)) else (out,):
            # A view of the weights makes nothing.
            if isinstance(t, torch.Tensor) and not func.is_view:
                self.numel = max(self.numel, t.numel())
        return out


@pytest.mark.parametrize(
    ("name", "widest"),
    [
        ("film", 8),
        ("bilinear", 64),
        ("low_rank", 4 * 8),
        ("mutan", 5 * 32),
        ("block", 5 * 64),
        ("compact_bilinear", 1024),
        ("tensor", 31 * 31),  # the product of two modalities, never that of all three
    ],
)
def test_nothing_is_built_that_the_formula_avoids(name, widest):
    batch = 16  # so that a batch is larger than a weight
    op = fusion.make(name, {"a": 30, "b": 30, "c": 30}, 8)
    x = draw(op, batch)
    with torch.no_grad(), LargestTensor() as largest:
        op(x)
    assert largest.numel <= batch * widest < batch * 31**3


# --- bilinear, mutan, block --------------------------------------------------------------------


def test_bilinear_is_a_low_rank_weight_tensor():
    op = make("bilinear", rank=3, tanh=False)
    x = features(op)
    U = [columns(layer.weight, layer.bias) for layer in op.U.values()]  # each (R, d_m + 1)
    weight = torch.einsum("or,ri,rj,rk->oijk", op.P.weight, *U)
    one = [with_one(v) for v in x.values()]
    expected = torch.einsum("oijk,bi,bj,bk->bo", weight, *one) + op.P.bias
    torch.testing.assert_close(op(x), expected)


@pytest.mark.parametrize("tanh", [False, True])
def test_bilinear_is_mutan_with_one_term_and_identities(tanh):
    small = make("bilinear", rank=7, tanh=tanh)
    large = make("mutan", rank=1, width=7, tanh=tanh)
    with torch.no_grad():
        for name in DIMS:
            large.W[name].load_state_dict(small.U[name].state_dict())
            large.M[name].weight.copy_(torch.eye(7))
            large.M[name].bias.zero_()
        large.W_o.load_state_dict(small.P.state_dict())
    x = features(small)
    gone = {"audio": torch.tensor([True, False] * 3)}
    torch.testing.assert_close(large(x), small(x))
    torch.testing.assert_close(large(x, gone), small(x, gone))


@pytest.mark.parametrize("tanh", [False, True])
def test_mutan_is_tucker_fusion_with_a_core_built_from_its_factors(tanh):
    R, t = 2, 3
    op = make("mutan", rank=R, width=t, tanh=tanh)
    x = features(op)
    M = [columns(f.weight, f.bias).unflatten(0, (R, t)) for f in op.M.values()]  # (R, t, t + 1)
    core = torch.einsum("rki,rkj,rkl->kijl", *M)
    small = [op.W[name](v) for name, v in x.items()]
    small = [with_one(v.tanh() if tanh else v) for v in small]
    z = torch.einsum("kijl,bi,bj,bl->bk", core, *small)
    torch.testing.assert_close(op(x), z @ op.W_o.weight.T + op.W_o.bias)


def test_block_has_a_core_of_blocks_on_the_diagonal():
    C, R, t = 3, 2, 2
    op = make("block", TWO, chunks=C, width=t, rank=R)
    x = features(op)
    small = [(v @ op.A[name].weight.T).split(t, dim=1) for name, v in x.items()]
    z = []
    for c in range(C):  # Tucker fusion within a block, nothing across
        M = [columns(f.weight[c], f.bias[c]).unflatten(0, (R, t)) for f in op.M.values()]
        core = torch.einsum("rki,rkj->kij", *M)
        z.append(torch.einsum("kij,bi,bj->bk", core, *(with_one(v[c]) for v in small)))
    torch.testing.assert_close(op(x), op.W_o(torch.cat(z, dim=1)))


def test_block_with_blocks_of_width_one_is_low_rank_bilinear_fusion():
    block = make("block", chunks=6, width=1, rank=1)
    low = make("bilinear", rank=6, tanh=False)
    with torch.no_grad():
        for name in DIMS:
            low.U[name].weight.copy_(block.M[name].weight[:, 0] * block.A[name].weight)
            low.U[name].bias.copy_(block.M[name].bias[:, 0])
        low.P.load_state_dict(block.W_o.state_dict())
    x = features(block)
    torch.testing.assert_close(block(x), low(x))


def test_signed_root_and_unit_norm_at_zero():
    z = torch.zeros(2, 3, requires_grad=True)
    y = unit(signed_root(z))
    y.sum().backward()
    assert not y.any()
    assert z.grad.isfinite().all()


# --- compact bilinear --------------------------------------------------------------------------


@pytest.mark.parametrize("ones", [False, True])
@pytest.mark.parametrize("dims", [TWO, DIMS])
def test_convolved_sketches_are_the_sketch_of_the_outer_product(dims, ones):
    op = make("compact_bilinear", dims, sketch=11, ones=ones)
    x = features(op)
    widths = list(dims.values())
    buckets, signs = op.bucket.split(widths), op.sign.sign().split(widths)
    sides = [v / math.sqrt(v.shape[1]) for v in x.values()]
    if ones:  # the 1 of tensor fusion goes into bucket 0 with sign +
        sides = [with_one(v) / math.sqrt(2) for v in sides]
        buckets = [torch.cat([b, torch.tensor([0])]) for b in buckets]
        signs = [torch.cat([s, torch.ones(1)]) for s in signs]
    # Coordinate (i, j, …) of the outer product: buckets add up, signs multiply.
    expected = torch.zeros(6, 11, dtype=torch.float64)
    for index in itertools.product(*(range(v.shape[1]) for v in sides)):
        bucket = sum(int(b[i]) for b, i in zip(buckets, index, strict=True)) % 11
        terms = [s[i] * v[:, i] for s, v, i in zip(signs, sides, index, strict=True)]
        expected[:, bucket] += torch.stack(terms).prod(dim=0)
    torch.testing.assert_close(op.compact(x), expected)


def test_inner_products_survive_compression_on_average():
    """Unbiased, with a variance under its bound.

    The mean of 3,000 draws lies over five standard errors from its expectation about once in two
    million (normal), at most once in 25 (Chebyshev). Both moments are taken from the bound, so a
    false alarm is rarer than that. The seeds are fixed: it happens always or never.
    """
    dims, D, draws = {"a": 6, "b": 5}, 32, 3000
    x, y = (draw(make("concat", dims), 1, seed, torch.float64) for seed in (1, 2))
    y = {m: 0.7 * x[m] + 0.5 * y[m] for m in dims}  # inner products well away from 0
    both = {m: torch.cat([x[m], y[m]]) for m in dims}
    found = torch.empty(draws, dtype=torch.float64)
    for seed in range(draws):
        z = fusion.CompactBilinear(dims, 1, sketch=D, seed=seed).double().compact(both)
        found[seed] = z[0] @ z[1]
    expected, bound = 1.0, (3**2 - 1) / D
    for m, d in dims.items():
        expected *= (x[m] @ y[m].T).item() / d
        bound *= (x[m].square().sum() * y[m].square().sum()).item() / d**2
    assert abs(found.mean().item() - expected) < 5 * math.sqrt(bound / draws)
    assert bound / 30 < found.var().item() < bound


def test_hashes_come_from_the_seed():
    one, two = (fusion.CompactBilinear(DIMS, 3, sketch=50, seed=4) for _ in range(2))
    assert torch.equal(one.bucket, two.bucket)
    assert torch.equal(one.sign, two.sign)
    torch.manual_seed(0)
    assert not torch.equal(one.bucket, fusion.CompactBilinear(DIMS, 3, sketch=50).bucket)


def test_a_seed_leaves_the_global_generator_alone():
    torch.manual_seed(0)
    fusion.CompactBilinear(DIMS, 3, seed=1)
    after = torch.rand(1)
    torch.manual_seed(0)
    fusion.CompactBilinear(DIMS, 3, seed=2)
    assert torch.equal(after, torch.rand(1))


def test_compact_bilinear_transforms_in_single_precision():
    op = fusion.make("compact_bilinear", DIMS, 5, sketch=64)
    x = {m: v.bfloat16() for m, v in draw(op, 4).items()}
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert op.compact(x).dtype == torch.float32
        assert op(x).isfinite().all()


# --- film --------------------------------------------------------------------------------------


def test_film_multiplies_the_target_with_each_condition_and_no_three():
    op = make("film")
    assert difference(op, ["image", "audio"]) > 0.1
    assert difference(op, ["image", "text"]) > 0.1
    assert difference(op, ["audio", "text"]) < 1e-12
    assert difference(op, ["image", "audio", "text"]) < 1e-12


@pytest.mark.parametrize("name", ["concat", "weighted"])
def test_sums_never_let_two_modalities_meet(name):
    assert difference(make(name), ["image", "audio"]) < 1e-12


@pytest.mark.parametrize(
    ("name", "options"),
    [
        *((name, {}) for name in ("tensor", "low_rank", "compact_bilinear", "mutan", "block")),
        *(("bilinear", {"tanh": tanh}) for tanh in (True, False)),
    ],
)
def test_products_let_all_modalities_meet_at_once(name, options):
    assert difference(make(name, **options), ["image", "audio", "text"]) > 0.1


# --- start ---------------------------------------------------------------------------------------


def test_moments_of_tanh():
    g = torch.linspace(-12, 12, 100_001, dtype=torch.float64)
    weight = torch.exp(-g.square() / 2) / math.sqrt(2 * math.pi) * (g[1] - g[0])
    shifted = torch.tanh(1 + g)
    assert (weight * shifted).sum().item() == pytest.approx(bilinear.TANH_MEAN, abs=1e-6)
    assert (weight * shifted**2).sum().item() == pytest.approx(bilinear.TANH_SQUARE, abs=1e-6)
    assert (weight * g.tanh() ** 2).sum().item() == pytest.approx(mutan.TANH_SQUARE, abs=1e-6)


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("width", [1, 64])
@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("tensor", {}, 1 / 3),
        ("low_rank", {}, 1),
        ("film", {}, None),
        ("bilinear", {"tanh": False}, 1),
        ("bilinear", {}, 1),
        ("mutan", {"tanh": False}, 1),
        ("mutan", {}, 1),
        ("block", {}, 1),
        ("compact_bilinear", {}, 1),
    ],
)
def test_h_starts_with_the_variance_that_was_meant(name, options, expected, width, count):
    """For features of variance 1: at any width, any number of modalities, somebody absent or not.

    Mean and variance are over weights and samples; 40 draws of the weights leave them uncertain,
    the more so the fewer independent numbers there are, hence the wide margins.
    """
    dims = {f"m{i}": width for i in range(count)}
    if name == "tensor" and (width + 1) ** count > 20_000:
        pytest.skip("too large, by design")
    if expected is None:  # film: W x, β and (γ - 1) ∘ W x
        expected = 7 / 9 if count > 1 else 1 / 3
    torch.manual_seed(0)
    h = []
    for _ in range(40):
        op = fusion.make(name, dims, 16, **options)
        with torch.no_grad():
            h.append(op({m: torch.randn(64, d) for m, d in dims.items()}))
    h = torch.cat(h)
    assert expected / 2.5 < h.var().item() < expected * 2.5
    assert abs(h.mean().item()) < 0.3
    if count > 1:
        left = {"m0": torch.randn(64, width)}
        with torch.no_grad():
            assert 0.01 < op(left).std().item() < 5
