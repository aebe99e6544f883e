"""Synchrony is a correlation of stories: what it must and must not depend on."""

from __future__ import annotations

import pytest
import torch

from mmtutor.encoders import AudioCNN, VideoCNN
from mmtutor.models import Synchrony, scene_model


@pytest.fixture(scope="module")
def model() -> Synchrony:
    torch.manual_seed(0)
    return scene_model().eval().requires_grad_(False)


@pytest.fixture(scope="module")
def clips() -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    return {"video": torch.rand(3, 32, 32, 32), "audio": torch.randn(3, 16000)}


def test_the_map_is_a_correlation_of_vectors_over_time(model, clips):
    S = model.map(clips)
    v = model.video.grid(clips["video"])[1, :, 2, 5]
    a = model.audio.tokens(clips["audio"])[0][1]
    v, a = v - v.mean(dim=0), a - a.mean(dim=0)
    plain = (v * a).sum() / ((0.1 + (v**2).sum()).sqrt() * (0.1 + (a**2).sum()).sqrt())
    assert torch.allclose(S[1, 2, 5], plain, atol=1e-6)
    assert (S.abs() <= 1).all()


def test_of_silence_the_map_is_nearly_nothing(model, clips):
    assert float(model.map({**clips, "audio": torch.zeros(3, 16000)}).abs().max()) < 0.2


def test_scores_hold_every_video_against_every_sound(model, clips):
    scores = model.scores(clips)
    scale = model.log_scale.exp()
    for j in range(3):
        one = {"video": clips["video"], "audio": clips["audio"][j : j + 1].expand(3, -1)}
        assert torch.allclose(
            scores[:, j], scale * model.map(one).flatten(1).amax(dim=1), atol=1e-4
        )


def test_a_logit_gathers_its_third_of_the_map(model):
    S = torch.zeros(1, 8, 8)
    S[0, 3, 6] = 1.0
    logits = model.of_map(S)[0]
    assert int(logits[:3].argmax()) == 2
    assert float(logits[3]) == float(model.none)
    four = scene_model(objects=4)
    assert four.of_map(S).shape == (1, 5)
    assert int(four.of_map(S)[0, :4].argmax()) == 3


def test_a_track_is_the_largest_of_its_part(model, clips):
    v = model.seen(clips["video"])
    assert torch.equal(model.tracks(v)[1, 2, 7], v[1, :, 5:, 7].amax(dim=(0, 1)))
    assert torch.equal(model.tracks(v)[0, 0, 3], v[0, :, :3, 3].amax(dim=(0, 1)))


def test_what_does_not_belong_together(model, clips):
    with pytest.raises(KeyError, match="'audio' is missing"):
        model({"video": clips["video"]})
    with pytest.raises(ValueError, match="16 frames"):
        model({"video": clips["video"][:, :16], "audio": clips["audio"]})
    with pytest.raises(ValueError, match=r"32 frames.* do not meet 3 sounds of 64 frames"):
        model({**clips, "audio": torch.zeros(3, 32000)})  # two seconds at 16 kHz
    with pytest.raises(ValueError, match="at least 375 samples"):
        model({**clips, "audio": clips["audio"][:, :200]})
    with pytest.raises(ValueError, match="expected a float tensor of shape"):
        model({**clips, "audio": clips["audio"][:, None].expand(-1, 2, -1)})  # two ears
    with pytest.raises(ValueError, match="VideoCNN"):
        model({**clips, "video": clips["video"][:, :0]})
    with pytest.raises(TypeError, match="must have a method 'grid'"):
        Synchrony(torch.nn.Identity(), AudioCNN())
    with pytest.raises(TypeError, match="must have a method 'tokens'"):
        Synchrony(VideoCNN(), torch.nn.Identity())


@pytest.mark.parametrize("time", ["convolution", "3d", "gru", "transformer", "none"])
def test_how_far_a_place_sees_in_time(time):
    """A frame changes the story near it, after it, everywhere, or at its own time alone."""
    torch.manual_seed(0)
    encoder = VideoCNN(time=time).eval()
    x = torch.rand(1, 12, 32, 32)
    y = x.clone()
    y[:, 6] = 0
    changed = (encoder.grid(x) != encoder.grid(y)).any(dim=4).any(dim=3).any(dim=2)[0]
    where = {
        "convolution": range(4, 9), "3d": range(4, 9), "gru": range(6, 12),
        "transformer": range(12), "none": [6],
    }[time]  # fmt: skip
    assert changed.nonzero()[:, 0].tolist() == list(where)
