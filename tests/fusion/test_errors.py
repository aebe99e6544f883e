"""Bad input is refused in the words of the caller."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from mmtutor import fusion

DIMS = {"image": 4, "audio": 3}


CLASSES = dict.fromkeys(DIMS, 5)
X = torch.ones(2, 4)
POOL = r"'audio' must have shape \(batch, 3\), got a sequence \(2, 9, 3\).*Pool the tokens"


COUNTS = {
    "low_rank": ["rank"],
    "bilinear": ["rank"],
    "mutan": ["rank", "width"],
    "block": ["chunks", "width", "rank"],
    "compact_bilinear": ["sketch"],
    "bottleneck": ["tokens", "layers"],
    "joint_attention": ["layers"],
    "mixture_of_experts": ["experts", "hidden", "top"],
}


@pytest.mark.parametrize(
    ("name", "dims", "options", "words"),
    [
        ("lowrank", DIMS, {}, r"unknown fusion operator 'lowrank'.*mean 'low_rank'"),
        ("concat", DIMS, {"rank": 3}, r"'concat'.*rank"),
        *(("concat", {"image": width}, {}, "width of 'image'") for width in (0, 2.5, -1)),
        *(("weighted", {name: 3}, {}, "cannot name a modality") for name in ("", "a.b", "keys")),
        ("concat", {}, {}, "at least one modality"),
        ("concat", [4, 4], {}, "dims must be a dictionary"),
        ("weighted", DIMS, {"project": False}, "'image' has 4; use project=True"),
        ("tensor", dict.fromkeys("abc", 256), {}, "would hold 16,974,593 numbers a sample"),
        *(
            (name, DIMS, {count: wrong}, f"{count} must be a whole number of at least 1, got")
            for name, counts in COUNTS.items()
            for count in counts
            for wrong in (0, "4", 2.0)
        ),
        ("low_rank", DIMS, {"rnk": 3}, "option of fusion 'low_rank': 'rnk'.*did you mean 'rank'"),
        ("film", DIMS, {"target": "adio"}, "unknown modality 'adio'.*mean 'audio'"),
        ("attention", DIMS, {"temperature": 0.0}, "temperature must be a number above 0"),
        ("attention", DIMS, {"shared": True}, "needs equal widths"),
        ("cross_attention", DIMS, {"heads": 2}, "share the width evenly: 2 does not divide 5"),
        ("bottleneck", DIMS, {"heads": 0}, "share the width evenly: 0 does not divide 5"),
        ("bottleneck", DIMS, {"layers": 1}, "at least 2 layers, one to fill it and one to read it"),
        ("joint_attention", DIMS, {"readout": "men"}, "readout 'men'.*did you mean 'mean'"),
        ("mixture_of_experts", DIMS, {"top": 5}, "top must be in 1 … 4, the number of experts"),
        *(
            (name, {"image": 5, "audio": 3}, {}, "same 5 classes, the model for 'audio' has 3")
            for name in ("average", "weighted_vote", "product_of_experts", "max", "stacking")
        ),
        ("weighted_vote", CLASSES, {"weights": {"image": 1.0}}, "must name each model once"),
        (
            "weighted_vote",
            CLASSES,
            {"weights": dict.fromkeys(CLASSES, 0.0)},
            "must be a number above 0",
        ),
        (
            "weighted_vote",
            CLASSES,
            {"weights": dict.fromkeys(CLASSES, math.inf)},
            "must be a number above",
        ),
        ("product_of_experts", CLASSES, {"prior": [0.5, 0.5]}, "5 numbers above 0 that sum to 1"),
        ("product_of_experts", CLASSES, {"prior": [0.5] * 5}, "sum to 1"),
        ("product_of_experts", CLASSES, {"prior": [1.0, 0, 0, 0, 0]}, "above 0"),
    ],
)
def test_what_cannot_be_built(name, dims, options, words):
    with pytest.raises((TypeError, ValueError), match=words):
        fusion.make(name, dims, 5, **options)


@pytest.mark.parametrize(
    ("change", "present", "error", "words"),
    [
        ({"image": ..., "audio": ...}, None, ValueError, r"no modality in the .*'image', 'audio'"),
        ({"image": ..., "imgae": X}, None, KeyError, "modality 'imgae'.*did you mean 'image'"),
        ({"audio": torch.ones(2, 7)}, None, ValueError, r"'audio' must have shape .*got \(2, 7\)"),
        ({"audio": torch.ones(2, 9, 3)}, None, ValueError, POOL),
        ({"audio": (torch.ones(2, 9, 3), torch.zeros(2, 9) > 0)}, None, ValueError, POOL),
        ({"audio": torch.ones(5, 3)}, None, ValueError, "'image' has 2, 'audio' has 5"),
        ({"audio": np.ones((2, 3))}, None, TypeError, "'audio' must be a tensor, got ndarray"),
        ({}, {"adio": X > 0}, KeyError, "unknown modality 'adio'"),
        ({}, {"audio": torch.ones(2)}, TypeError, r"\['audio'\] must be boolean, got torch.float"),
        ({}, {"audio": torch.ones(3) > 0}, ValueError, r"\['audio'\] must have shape \(2,\)"),
        ({"audio": ...}, {"audio": torch.ones(2) > 0}, ValueError, "says that 'audio' is there"),
        ({}, dict.fromkeys(DIMS, torch.tensor([True, False])), ValueError, r"sample\(s\) 1 of"),
        ({}, torch.tensor([True, True]), TypeError, "present must be a dictionary"),
    ],
)
def test_what_cannot_be_fused(change, present, error, words):
    x = {"image": X, "audio": torch.ones(2, 3)} | change
    with pytest.raises(error, match=words):
        fusion.make("concat", DIMS, 5)({m: v for m, v in x.items() if v is not ...}, present)


@pytest.mark.parametrize("value", [torch.ones(2, 4), [torch.ones(2, 4)], None])
def test_features_that_are_no_mapping(value):
    with pytest.raises(TypeError, match="features must be a dictionary"):
        fusion.make("concat", DIMS, 5)(value)


def test_a_name_belongs_to_one_class():
    class Impostor(fusion.Concat):
        pass

    with pytest.raises(ValueError, match="called 'concat', the class Concat"):
        fusion.register(Impostor)


def test_a_cell_that_runs_again_registers_its_class_anew(monkeypatch):
    monkeypatch.setattr("mmtutor.fusion.registry.OPERATORS", dict(fusion.OPERATORS))

    def cell():
        class Mine(fusion.Average):
            name = "mine"

        return fusion.register(Mine)

    assert cell() is not cell()
    assert type(fusion.make("mine", {"a": 2}, 2)).__name__ == "Mine"


@pytest.mark.parametrize("name", sorted(fusion.OPERATORS))
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (torch.ones(2, 4, dtype=torch.int64), "must be floating-point numbers, got torch.int64"),
        (torch.ones(2, 4, dtype=torch.bool), "must be floating-point numbers, got torch.bool"),
        (torch.ones(2, 4, dtype=torch.complex64), "must be floating-point numbers"),
        (torch.ones(2, 4).to_sparse(), "must be dense, got torch.sparse_coo: use .to_dense"),
        ([[1.0] * 4] * 2, "must"),
        (None, "must be a tensor, got NoneType"),
    ],
)
def test_features_of_another_kind(name, value, words):
    op = fusion.make(name, {"image": 4, "audio": 4}, 4)
    with pytest.raises((TypeError, ValueError), match=words):
        op({"image": torch.ones(2, 4), "audio": value})


@pytest.mark.parametrize("name", sorted(fusion.OPERATORS))
def test_features_of_another_precision_than_the_weights(name):
    op = fusion.make(name, {"image": 4, "audio": 4}, 4)
    x = {m: torch.ones(2, 4, dtype=torch.float64) for m in ("image", "audio")}
    if any(p.dim() >= 2 for p in op.parameters()):  # there is a matrix to multiply with
        words = "of 'image' are torch.float64, the weights of .* torch.float32: convert one of them"
        with pytest.raises(TypeError, match=words):
            op(x)
    else:
        assert op(x).dtype == torch.float64


NO_PADDING = torch.zeros(2, 6, dtype=torch.bool)


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (
            torch.randn(2, 6, 7),
            ValueError,
            r"\(batch, tokens, 3\).*or \(batch, 3\), got \(2, 6, 7\)",
        ),
        (torch.randn(2, 0, 3), ValueError, r"at least one token.*got \(2, 0, 3\)"),
        (torch.randn(3), ValueError, r"got \(3,\)"),
        ("a word", TypeError, "features of 'audio' must be a tensor, got str"),
        ((torch.randn(2, 6, 3),), ValueError, r"the pair \(tokens, padding_mask\), got 1 things"),
        ((torch.randn(2, 3), NO_PADDING), ValueError, r"got \(2, 3\)"),
        (
            (torch.randn(2, 6, 3), NO_PADDING.float()),
            TypeError,
            "padding_mask of 'audio', .*must be boolean",
        ),
        ((torch.randn(2, 6, 3), [[True] * 6] * 2), TypeError, "must be boolean.*got list"),
        ((torch.randn(2, 6, 3), NO_PADDING[:, :5]), ValueError, r"shape \(2, 6\), got \(2, 5\)"),
        (torch.randn(5, 6, 3), ValueError, "same number of samples: 'image' has 2, 'audio' has 5"),
    ],
)
def test_tokens_that_do_not_fit(value, error, words):
    op = fusion.make("cross_attention", DIMS, 4)
    with pytest.raises(error, match=words):
        op({"image": X, "audio": value})


def test_a_sample_of_padding_alone_is_named():
    op = fusion.make("bottleneck", DIMS, 4)
    padding = torch.tensor([[False, True], [True, True]])
    with pytest.raises(ValueError, match=r"every modality is absent for sample\(s\) 1 of"):
        op({"audio": (torch.randn(2, 2, 3), padding)})


def test_an_operator_without_projections_needs_the_width_of_h():
    class Plain(fusion.Average):
        level, equal_widths = "feature", True

    with pytest.raises(
        ValueError, match="Plain needs every modality at the width of h, which is 5"
    ):
        Plain({"image": 5, "audio": 3}, 5)


def test_only_operators_can_be_checked():
    with pytest.raises(TypeError, match="inherits from Fusion is expected, got 'concat'"):
        fusion.check_contract("concat")


def test_a_contract_that_no_width_satisfies_says_why():
    class Picky(fusion.Concat):
        def __init__(self, dims, out_dim):
            raise ValueError("never good enough")

    with pytest.raises(ValueError, match="never good enough"):
        fusion.check_contract(Picky)
