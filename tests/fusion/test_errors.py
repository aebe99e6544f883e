"""Bad input at the door of ⊕, in the words of the caller."""

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
    ],
)
def test_options_out_of_range(name, options, words):
    with pytest.raises(ValueError, match=words):
        fusion.make(name, DIMS, 5, **options)


def test_decisions_must_be_over_the_same_classes():
    with pytest.raises(ValueError, match="same 5 classes, the model for 'audio' has 3"):
        fusion.make("average", {"image": 5, "audio": 3}, 5)


def test_a_name_can_be_registered_once():
    class Impostor(fusion.Concat):
        pass

    with pytest.raises(ValueError, match="already a fusion operator called 'concat'"):
        fusion.register(Impostor)
