"""Bad input is refused in the words of the caller."""

from __future__ import annotations

import pytest
import torch

from mmtutor import fusion

DIMS = {"image": 4, "audio": 3}


@pytest.fixture
def op():
    return fusion.make("concat", DIMS, 5)


@pytest.fixture
def x():
    return {"image": torch.randn(2, 4), "audio": torch.randn(2, 3)}


def test_unknown_operator_names_the_nearest():
    with pytest.raises(ValueError, match=r"unknown fusion operator 'lowrank'.*mean 'low_rank'"):
        fusion.make("lowrank", DIMS, 5)


def test_unknown_option_names_the_operator():
    with pytest.raises(ValueError, match=r"'concat'.*rank"):
        fusion.make("concat", DIMS, 5, rank=3)


@pytest.mark.parametrize("dims", [{"image": 0}, {"image": 2.5}, {"image": -1}])
def test_width_must_be_a_whole_number(dims):
    with pytest.raises(ValueError, match="width of 'image'"):
        fusion.make("concat", dims, 5)


@pytest.mark.parametrize("name", ["", "a.b", "keys"])
def test_a_modality_needs_a_usable_name(name):
    with pytest.raises(ValueError, match="cannot name a modality"):
        fusion.make("weighted", {name: 3}, 5)


def test_no_modality_at_all():
    with pytest.raises(ValueError, match="at least one modality"):
        fusion.make("concat", {}, 5)


def test_empty_batch_dictionary(op):
    with pytest.raises(ValueError, match=r"no modality in the batch.*'image', 'audio'"):
        op({})


def test_unknown_modality_names_the_nearest(op, x):
    with pytest.raises(KeyError, match=r"unknown modality 'imgae'.*did you mean 'image'"):
        op({"imgae": x["image"], "audio": x["audio"]})


def test_wrong_width_says_which_got_and_expected(op, x):
    with pytest.raises(ValueError, match=r"'audio' must have shape \(batch, 3\), got \(2, 7\)"):
        op({**x, "audio": torch.randn(2, 7)})


def test_sequence_instead_of_vector(op, x):
    words = r"'audio' must have shape \(batch, 3\), got a sequence \(2, 9, 3\).*Pool the tokens"
    with pytest.raises(ValueError, match=words):
        op({**x, "audio": torch.randn(2, 9, 3)})
    with pytest.raises(ValueError, match=words):
        op({**x, "audio": (torch.randn(2, 9, 3), torch.zeros(2, 9, dtype=torch.bool))})


def test_unequal_batch_sizes(op, x):
    with pytest.raises(ValueError, match="same number of samples: 'image' has 2, 'audio' has 5"):
        op({**x, "audio": torch.randn(5, 3)})


def test_present_of_unknown_modality(op, x):
    with pytest.raises(KeyError, match="unknown modality 'adio'"):
        op(x, {"adio": torch.ones(2, dtype=torch.bool)})


def test_present_must_be_boolean(op, x):
    with pytest.raises(TypeError, match=r"present\['audio'\] must be boolean, got torch.float32"):
        op(x, {"audio": torch.ones(2)})


def test_present_must_have_one_flag_a_sample(op, x):
    with pytest.raises(ValueError, match=r"present\['audio'\] must have shape \(2,\)"):
        op(x, {"audio": torch.ones(3, dtype=torch.bool)})


def test_present_but_not_given(op, x):
    with pytest.raises(ValueError, match="says that 'audio' is there, but the batch holds no"):
        op({"image": x["image"]}, {"audio": torch.ones(2, dtype=torch.bool)})


def test_sample_with_everything_absent_is_named(op, x):
    gone = {m: torch.tensor([True, False]) for m in x}
    with pytest.raises(ValueError, match=r"every modality is absent for sample\(s\) 1 of"):
        op(x, gone)


def test_mean_without_projection_needs_equal_widths():
    with pytest.raises(ValueError, match="'audio' has 3; use project=True"):
        fusion.make("weighted", {"image": 5, "audio": 3}, 5, project=False)


def test_tensor_fusion_says_when_it_explodes():
    with pytest.raises(ValueError, match="would hold 16,974,593 numbers a sample"):
        fusion.make("tensor", {"a": 256, "b": 256, "c": 256}, 8)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("low_rank", {"rank": 0}, "rank must be at least 1"),
        ("attention", {"temperature": 0.0}, "temperature must be above 0"),
        ("attention", {"shared": True}, "needs equal widths"),
        ("cross_attention", {"heads": 2}, "heads share the width evenly: 2 does not divide 5"),
        ("bottleneck", {"heads": 0}, "heads share the width evenly: 0 does not divide 5"),
        ("bottleneck", {"tokens": 0}, "tokens must be at least 1"),
        ("bottleneck", {"layers": 1}, "at least 2 layers, one to fill it and one to read it"),
        ("joint_attention", {"layers": 0}, "layers must be at least 1, got 0"),
        ("joint_attention", {"readout": "men"}, "unknown readout 'men'.*did you mean 'mean'"),
        ("mixture_of_experts", {"experts": 0}, "experts must be at least 1, got 0"),
        ("mixture_of_experts", {"hidden": 0}, "hidden must be at least 1, got 0"),
        ("mixture_of_experts", {"top": 5}, r"top must be in 1 … 4, the number of experts, got 5"),
    ],
)
def test_options_out_of_range(name, options, words):
    with pytest.raises(ValueError, match=words):
        fusion.make(name, DIMS, 5, **options)


def test_decisions_must_be_over_the_same_classes():
    with pytest.raises(ValueError, match="same 5 classes, the model for 'audio' has 3"):
        fusion.make("average", {"image": 5, "audio": 3}, 5)


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


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rnk": 3}, "unknown option of fusion 'low_rank': 'rnk'.*did you mean 'rank'"),
        ({"rank": "4"}, "rank must be a whole number, got '4'"),
        ({"rank": 2.0}, "rank must be a whole number, got 2.0"),
    ],
)
def test_options_of_the_wrong_kind(options, words):
    with pytest.raises((TypeError, ValueError), match=words):
        fusion.make("low_rank", {"a": 2}, 2, **options)


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
    if any(p.dim() == 2 for p in op.parameters()):  # there is a matrix to multiply with
        words = "of 'image' are torch.float64, the weights of .* torch.float32: convert one of them"
        with pytest.raises(TypeError, match=words):
            op(x)
    else:
        assert op(x).dtype == torch.float64


@pytest.mark.parametrize("value", [torch.ones(2, 4), [torch.ones(2, 4)], None])
def test_what_is_no_mapping(value):
    op = fusion.make("concat", {"image": 4}, 4)
    with pytest.raises(TypeError, match="features must be a dictionary"):
        op(value)
    with pytest.raises(TypeError, match="present must be a dictionary"):
        op({"image": torch.ones(2, 4)}, torch.tensor([True, True]))
    with pytest.raises(TypeError, match="dims must be a dictionary"):
        fusion.make("concat", [4, 4], 4)


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
def test_tokens_that_do_not_fit(x, value, error, words):
    op = fusion.make("cross_attention", DIMS, 4)
    with pytest.raises(error, match=words):
        op({**x, "audio": value})


def test_a_sample_of_padding_alone_is_named():
    op = fusion.make("bottleneck", DIMS, 4)
    padding = torch.tensor([[False, True], [True, True]])
    with pytest.raises(ValueError, match=r"every modality is absent for sample\(s\) 1 of"):
        op({"audio": (torch.randn(2, 2, 3), padding)})


def test_features_that_are_no_tensor(op, x):
    with pytest.raises(TypeError, match="features of 'audio' must be a tensor, got ndarray"):
        op({**x, "audio": x["audio"].numpy()})


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
