"""The captioners of chapter 17: who they are, how they are judged, and what is shipped."""

from __future__ import annotations

import json

import pytest
import torch

from mmtutor.experiments.captioning import (
    SPEAKERS,
    UNSEEN_STYLE,
    captioner,
    emoji,
    judge,
    say,
    shipped,
)
from mmtutor.results import results
from tests.refusals import refused

PARTS = ("exact", "what", "gender", "tone")


def test_sentences_are_judged_by_part():
    data = emoji("test", unseen="gender", styles="fluent")
    said = list(data.captions)
    assert judge(data, said) == dict.fromkeys(PARTS, 1.0)
    one = 1 / len(data)
    woman = next(i for i, c in enumerate(said) if c == "woman firefighter: dark skin tone")
    for wrong, parts in (
        ("man firefighter: dark skin tone", ("gender",)),
        ("woman firefighter: light skin tone", ("tone",)),
        ("woman firefighter", ("tone",)),
        ("woman dark skin tone", ("what", "gender")),
        ("firefighter woman: dark skin tone", ("what", "gender")),
    ):
        found = judge(data, [*said[:woman], wrong, *said[woman + 1 :]])
        for part in PARTS:
            lost = part == "exact" or part in parts
            assert found[part] == pytest.approx(1 - one * lost), (wrong, part)


def test_the_unseen_artist_is_in_no_training():
    for speaker in ("lstm", "chinese"):
        assert UNSEEN_STYLE not in emoji("train", speaker).style_of
    assert set(emoji("test", styles=UNSEEN_STYLE).style_of) == {UNSEEN_STYLE}


def test_an_unknown_speaker_is_refused():
    refused(ValueError, "did you mean 'chinese'", lambda: captioner("chinse"))


def test_every_figure_is_there_for_every_seed():
    told = results("captioner")
    assert set(told["rows"]) == set(SPEAKERS)
    for of in told["rows"].values():
        for parts in of.values():
            assert tuple(parts) == PARTS
            assert {len(runs) for runs in parts.values()} == {len(told["settings"]["seeds"])}
            exact = torch.tensor(parts["exact"])
            for part in PARTS[1:]:
                assert (torch.tensor(parts[part]) >= exact - 1e-9).all()
    json.dumps(told, allow_nan=False)


@pytest.mark.parametrize("speaker", ["lstm", "transformer", "chinese"])
def test_what_is_shipped_does_what_was_measured(speaker):
    data = emoji("test", speaker, unseen="gender")
    found = judge(data, say(shipped(speaker), data))
    for part, value in found.items():
        known = results("captioner")["rows"][speaker]["gender"][part][0]
        assert value == pytest.approx(known, abs=0.011)
