"""When something happens: the largest frames that are far enough apart."""

from __future__ import annotations

import pytest
import torch

from mmtutor.datasets.scenes.motion import rhythms
from mmtutor.models import event_frames, event_model


def by_loop(curve: list[float], events: int, gap: int) -> list[int]:
    free, found = set(range(len(curve))), []
    for _ in range(events):
        best = max(sorted(free), key=lambda t: curve[t])
        found.append(best)
        free -= set(range(best - gap + 1, best + gap))
    return sorted(found)


@pytest.mark.parametrize(("events", "gap"), [(1, 1), (4, 4), (3, 6), (8, 2)])
def test_the_largest_that_are_far_enough_apart(events, gap):
    curve = torch.randn(20, 32, generator=torch.Generator().manual_seed(events))
    found = event_frames(curve, events=events, gap=gap)
    assert found.tolist() == [by_loop(row, events, gap) for row in curve.tolist()]
    assert (torch.diff(found, dim=1) >= gap).all()


def test_every_rhythm_is_found_again_though_each_sound_lasts_a_while():
    events = rhythms(50, 1, torch.Generator().manual_seed(0))[:, 0]
    curve = torch.zeros(50, 36)
    for later, level in enumerate((1.0, 0.7, 0.5)):
        curve.scatter_(1, events + later, level)
    assert torch.equal(event_frames(curve), events)


def test_a_name_needs_the_senses_that_were_asked_for():
    model = event_model(5, "image", "audio").eval()
    x = {"image": torch.rand(2, 1, 32, 32), "audio": torch.randn(2, 16000)}
    assert model(x).shape == (2, 5)
    with pytest.raises(KeyError, match="unknown modality 'audio'"):
        event_model(5, "image")({"audio": x["audio"]})


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: event_frames(torch.randn(32)), r"expected a float tensor of shape \(B, T\)"),
        (lambda: event_frames(torch.randn(1, 21)), "4 events 4 frames apart may not fit into 21"),
        (lambda: event_frames(torch.randn(1, 32), events=0), "events must be a whole number"),
        (lambda: event_frames(torch.randn(1, 32), gap=1.5), "gap must be a whole number"),
        (lambda: event_model(5, "video"), "unknown sense .video., expected one of"),
        (lambda: event_model(5), "at least one encoder"),
    ],
)
def test_what_cannot_be_read(make, match):
    with pytest.raises(ValueError, match=match):
        make()
