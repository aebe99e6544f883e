"""Pairs that are mixed up: nothing is lost, and only those that were drawn change."""

from __future__ import annotations

import pytest
import torch

from mmtutor.datasets import mismatched
from tests.refusals import refused

X = {"image": torch.arange(1000), "audio": torch.arange(1000)}


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_share_passes_its_own_to_the_next_of_them(share):
    mixed = mismatched(X, "audio", share, seed=4)
    assert torch.equal(mixed["image"], X["image"])
    assert torch.equal(X["audio"], torch.arange(1000))
    assert torch.equal(mixed["audio"].sort().values, X["audio"])
    moved = (mixed["audio"] != X["audio"]).nonzero()[:, 0]
    assert len(moved) == pytest.approx(1000 * share, abs=45)
    assert mixed["audio"][moved].tolist() == moved.roll(1).tolist()
    assert torch.equal(mixed["audio"], mismatched(X, "audio", share, seed=4)["audio"])


def test_what_it_refuses():
    refused(ValueError, "unknown modality", lambda: mismatched(X, "sound", 0.5))
    refused(ValueError, "share must be a number in 0…1", lambda: mismatched(X, "audio", 1.5))
    refused(ValueError, "seed must be a whole number", lambda: mismatched(X, "audio", 0.5, -1))
