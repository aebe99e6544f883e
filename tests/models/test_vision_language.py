"""The vision-language model: causal, blind where it should be, and greedy as one pass says."""

from __future__ import annotations

import pytest
import torch

from mmtutor.encoders import ImageCNN
from mmtutor.models import FORMS, VisionLanguage, tiny_vlm
from mmtutor.objectives import next_token

V, END = 30, 3


@pytest.fixture(params=FORMS)
def model(request) -> VisionLanguage:
    torch.manual_seed(0)
    model = tiny_vlm(V, request.param)
    with torch.no_grad():
        model.project.weight.mul_(3)
    return model.eval()


def batch(B: int = 4, T: int = 9, seed: int = 1) -> dict[str, torch.Tensor]:
    source = torch.Generator().manual_seed(seed)
    return {
        "image": torch.rand(B, 3, 24, 24, generator=source),
        "text": torch.randint(1, V, (B, T), generator=source),
    }


def test_no_word_sees_a_later_one(model):
    inputs = batch()
    logits = model(inputs)
    for t in (0, 3, 7):
        other = {**inputs, "text": inputs["text"].clone()}
        other["text"][:, t + 1 :] = (other["text"][:, t + 1 :] + 5) % V
        torch.testing.assert_close(model(other)[:, : t + 1], logits[:, : t + 1])
        assert not torch.allclose(model(other)[:, t + 1], logits[:, t + 1])


def test_every_word_sees_the_picture_and_only_its_own(model):
    inputs = batch()
    logits = model(inputs)
    other = {**inputs, "image": inputs["image"].clone()}
    other["image"][1] = 1 - other["image"][1]
    changed = (model(other) - logits).abs().amax(dim=2) > 1e-4  # (B, T)
    assert changed[1].all()
    assert not changed[[0, 2, 3]].any()


def test_blind_without_an_image_and_one_picture_for_several_rows(model):
    inputs = batch()
    text = {"text": inputs["text"]}
    assert model(text).shape == (4, 9, V)
    of = torch.tensor([2, 0, 2, 1])
    several = model({**text, "image": inputs["image"][:3], "of": of})
    torch.testing.assert_close(several, model({**text, "image": inputs["image"][of]}))


def test_greedy_answers_are_those_that_one_pass_calls_right(model):
    """The answer is right exactly if each word is the likeliest after the right ones before it."""
    inputs = batch(B=12, T=4, seed=2)
    image, asked = inputs["image"], inputs["text"]
    said = model.answer(asked, image, end=END, most=5)
    whole = torch.cat([asked, said], dim=1)
    top = model({"image": image, "text": whole[:, :-1]}).argmax(dim=2)[:, 3:]
    assert ((top == said) | (said == 0)).all()
    wrong = said.clone()
    wrong[:, 0] = (wrong[:, 0] + 1) % V
    again = torch.cat([asked, wrong], dim=1)
    top = model({"image": image, "text": again[:, :-1]}).argmax(dim=2)[:, 3:]
    assert not ((top == wrong) | (wrong == 0)).all(dim=1).any()
    stops = (said == END).int().cumsum(dim=1) - (said == END).int()
    assert not said[stops > 0].any()  # behind the end there is nothing
    assert model.answer(asked, end=END, most=2).shape[1] <= 2


def test_every_parameter_gets_a_gradient(model):
    inputs = batch()
    y = inputs["text"].clone()
    y[:, :3] = 0
    next_token(model(inputs), y).backward()
    assert not [name for name, p in model.named_parameters() if p.grad is None]
    assert not [name for name, p in model.named_parameters() if not p.grad.any()]


def test_numbers_to_learn_of_a_layer_are_as_said():
    count = {form: sum(p.numel() for p in tiny_vlm(V, form).parameters()) for form in FORMS}
    d = 64
    assert count["cross_attention"] - count["one_stream"] == 2 * (4 * d**2 + 4 * d)
    layers = tiny_vlm(V).layers
    assert sum(p.numel() for p in layers.parameters()) == 2 * (8 * d**2 + 6 * d)


def test_bad_input_is_refused_in_words():
    eye = ImageCNN(in_channels=3)
    with pytest.raises(ValueError, match="unknown form 'one stream'"):
        VisionLanguage(eye, V, form="one stream")
    with pytest.raises(TypeError, match="the encoder of the picture must be a Encoder"):
        VisionLanguage(torch.nn.Linear(2, 2), V)
    with pytest.raises(ValueError, match="3 do not divide 64"):
        VisionLanguage(eye, V, heads=3)
    with pytest.raises(ValueError, match="vocab_size must be"):
        VisionLanguage(eye, 0)
    with pytest.raises(ValueError, match="at most 32"):
        tiny_vlm(V)({"text": torch.ones(1, 40, dtype=torch.int64)})
