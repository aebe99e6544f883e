"""Bad input, by kind, for every objective: refused in its own words; NaN goes through."""

from __future__ import annotations

import math

import pytest
import torch

from mmtutor import objectives
from mmtutor.objectives import (
    OGMGE,
    Blended,
    DomainCritic,
    InfoNCE,
    blend_weights,
    coral,
    info_nce,
    information_maximisation,
    mmd,
    next_token,
    reverse_gradient,
    siglip,
)
from tests.refusals import refused

B, C = 6, 4
Y = torch.arange(B) % C
BAD = (TypeError, ValueError)


def one(x):
    """A batch of one sentence."""
    return x[None] if hasattr(x, "ndim") else x


# Each as a function of two tensors (B, C), the second for those that compare, and labels (B,).
LOSSES = {
    "info_nce": lambda a, b, y: info_nce(a, b, 2.0, y),
    "siglip": lambda a, b, y: siglip(a, b, 2.0, -1.0, y),
    "InfoNCE": lambda a, b, y: InfoNCE()({"u": a, "v": b}, y),
    "coral": lambda a, b, y: coral(a, b),
    "mmd": lambda a, b, y: mmd(a, b),
    "DomainCritic": lambda a, b, y: DomainCritic(C)(a, b),
    "Blended": lambda a, b, y: Blended({"u": 0.5, "v": 0.5})({"u": a, "v": b}, y),
    "Blended, one head": lambda a, b, y: Blended({"u": 1.0})(a, y) + Blended({"u": 1.0})(b, y),
    "information_maximisation": lambda a, b, y: sum(map(information_maximisation, (a, b))),
    "next_token": lambda a, b, y: sum(next_token(one(x), one(y), padding=-1) for x in (a, b)),
}
WITHOUT_LABELS = ("coral", "mmd", "DomainCritic", "information_maximisation")
WITH_LABELS = [name for name in LOSSES if name not in WITHOUT_LABELS]
WITH_CLASSES = ["Blended", "Blended, one head", "next_token"]


ALONE = ("Blended", "Blended, one head", "information_maximisation")  # each width by itself


def draw(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_every_objective_is_here():
    no_losses = {"OGMGE", "blend_weights", "reverse_gradient"}
    assert set(objectives.__all__) == no_losses | {name.split(",")[0] for name in LOSSES}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize(
    "bad",
    [
        draw(B, C).long(), draw(B, C) > 0, draw(B, C) + 0j, draw(B, C).to_sparse(), None,
        "features", [[1.0] * C] * B, draw(B, C).numpy(), draw(0, C), draw(B, 0), draw(B, C, 2),
        torch.tensor(1.0),
    ],
    ids=["int64", "bool", "complex", "sparse", "None", "text", "list", "numpy", "no samples",
         "no width", "an axis more", "a number"],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 1])
def test_features_and_logits(name, bad, place):
    pair = [draw(B, C), draw(B, C)]
    pair[place] = bad
    refused(BAD, "got ", lambda: LOSSES[name](*pair, Y))


@pytest.mark.parametrize("name", [n for n in LOSSES if n not in ALONE])
def test_two_widths(name):
    refused(BAD, "got ", lambda: LOSSES[name](draw(B, C), draw(B, C - 1), Y))


@pytest.mark.parametrize("name", WITH_LABELS)
@pytest.mark.parametrize(
    "bad", [Y.float(), Y + 0j, Y[:-1], Y[:, None].repeat(1, 2), Y.tolist()],
    ids=["float", "complex", "too few", "an axis more", "list"],
)  # fmt: skip
def test_labels(name, bad):
    refused(BAD, "got ", lambda: LOSSES[name](draw(B, C), draw(B, C), bad))


@pytest.mark.parametrize("name", WITH_CLASSES)
@pytest.mark.parametrize("wrong", [-2, C, 10**9])
def test_labels_out_of_range(name, wrong):
    y = Y.clone()
    y[2] = wrong
    words = rf"0 … {C - 1}, got {wrong}"
    refused(ValueError, words, lambda: LOSSES[name](draw(B, C), draw(B, C), y))


@pytest.mark.parametrize("name", WITH_LABELS)
@pytest.mark.parametrize("dtype", [torch.uint8, torch.int16, torch.int32])
def test_labels_of_any_whole_type_count_the_same(name, dtype):
    a, b = draw(2, B, C)
    assert torch.equal(LOSSES[name](a, b, Y.to(dtype)), LOSSES[name](a, b, Y))


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_not_finite_is_seen_in_the_loss(name, value):
    a, b = draw(2, B, C)
    a[1] = value
    assert not LOSSES[name](a, b, Y).isfinite()


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("batch of two", lambda: info_nce(draw(1, C), draw(1, C))),
        ("gives u, two are needed", lambda: InfoNCE()({"u": draw(B, C), "scale": 1.0}, Y)),
        ("vectors by modality.* got Tensor", lambda: InfoNCE()(draw(B, C), Y)),
        (r"target must have .* at least 2 samples, got \(1, 4\)",
         lambda: coral(draw(B, C), draw(1, C))),
        ("widths must be a number above 0, got 0.0", lambda: mmd(draw(2, 2), draw(2, 2), (0.0,))),
        ("widths must be .* got nan", lambda: mmd(draw(2, 2), draw(2, 2), [math.nan])),
        ("widths must list", lambda: mmd(draw(2, 2), draw(2, 2), ())),
        ("widths must list", lambda: mmd(draw(2, 2), draw(2, 2), 1.0)),
        ("dim must be a whole number of at least 1, got 0", lambda: DomainCritic(0)),
        ("hidden must be a whole number of at least 1, got 1.5", lambda: DomainCritic(2, 1.5)),
        ("strength must be a finite number, got nan", lambda: reverse_gradient(draw(2), math.nan)),
        ("strength must be a finite number, got '1'", lambda: reverse_gradient(draw(2), "1")),
        ("sentence 1 of the batch is all padding",
         lambda: next_token(draw(2, 2, 3), torch.tensor([[1, 2], [0, 0]]))),
        ("alpha must be a number above 0, got 0", lambda: OGMGE(0)),
        ("alpha must be a number above 0, got nan", lambda: OGMGE(math.nan)),
        ("weights must give a number for each head, got {}", lambda: Blended({})),
        ("the weight of head 'u' must be .* got -1", lambda: Blended({"u": -1})),
        ("the weight of head 'u' must be .* got None", lambda: Blended({"u": None})),
        (r"weights are for \['u'\], the model has \['v'\]",
         lambda: Blended({"u": 1})({"v": draw(B, C)}, Y)),
        ("the same heads, got .'a'. and .'b'.",
         lambda: blend_weights({"a": (2.0, 2.0)}, {"b": (1.0, 3.0)})),
        ("the same heads, got", lambda: blend_weights({}, {})),
        ("each loss of head 'a' must be a finite number, got nan",
         lambda: blend_weights({"a": (2.0, math.nan)}, {"a": (1.0, 3.0)})),
        ("no head's validation loss fell",
         lambda: blend_weights({"a": (2.0, 2.0)}, {"a": (1.0, 3.0)})),
    ],
)  # fmt: skip
def test_what_one_of_them_alone_asks(words, call):
    refused(BAD, words, call)
