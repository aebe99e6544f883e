"""Spoken sentiment: what stands in a sample says the cue, and no split knows another's."""

from __future__ import annotations

import pytest
import torch

from mmtutor.datasets import DamagedDataError, SpokenSentiment
from mmtutor.datasets.sentiment import banks, sentences
from mmtutor.datasets.storage.shipped import data_root
from tests.refusals import refused

SPLITS = ("train", "valid", "test")


def test_splits_share_no_sentence_voice_or_picture():
    said = [
        {text for frames in sentences.sentences(data_root(), split).values()
         for frame in frames for text in frame}
        for split in SPLITS
    ]  # fmt: skip
    voices = [set(banks.read_clips(data_root(), split).names) for split in SPLITS]
    drawn = [banks.read_faces(data_root(), split) for split in SPLITS]
    faces = [set(zip(f.emoji, f.styles, strict=True)) for f in drawn]
    for parts in (said, voices, faces):
        assert all(parts)
        assert len(set.union(*parts)) == sum(map(len, parts))


def test_a_sentence_says_its_cue_by_the_ratings_and_the_rule_of_not():
    data, rated = SpokenSentiment("test", samples=400), sentences.ratings(data_root())
    for text, cue in zip(data.texts, data.cues[:, 0].tolist(), strict=True):
        words = text.split()
        found = [sum(rated[w][1]) for w in words if w in rated]
        turned = {"not", "never", "nobody"} & set(words)
        sign = (0 if not found else found[0]) * (-1 if turned else 1)
        assert cue == (2 if not found else int(sign > 0)), text
    assert data.tokenizer.decode(data.inputs["text"][0]) == data.texts[0]
    assert not (data.inputs["text"] == 1).any()  # training knows every word of the test


def test_bright_voices_rise_and_dark_ones_fall_and_drawls_last():
    for split in SPLITS:
        x = banks.read_clips(data_root(), split).prosody
        voiced = x[..., 2] > 0
        place = torch.arange(x.shape[2]).expand_as(voiced)
        middle = (place * voiced).sum(-1, keepdim=True) / voiced.sum(-1, keepdim=True)
        rise = (x[..., 0] * (place - middle) * voiced).sum(-1).sign()
        assert (rise[:, [1, 4]] == 1).all()
        assert (rise[:, [0, 3]] == -1).all()
        length = (x != 0).any(-1).sum(-1)
        assert (length[:, 3:] > 1.3 * length[:, :2]).all()


def test_a_face_that_shows_nothing_is_nowhere_and_padding_stays_empty():
    data = SpokenSentiment("test", samples=300)
    views = banks.read_faces(data_root(), "test").views[data.faces]  # (N, views, 12)
    known = (data.inputs["face"][:, :, None] == views[:, None]).all(-1).any(-1)
    shown, nothing = known.sum(1), data.cues[:, 2] == 2
    assert (shown[nothing] == 0).all()
    assert set(shown[~nothing].tolist()) == {2, 3, 4, 5}
    clips = banks.read_clips(data_root(), "test").prosody[data.voices, data.cues[:, 1]]
    assert (data.inputs["voice"][clips == 0] == 0).all()
    emoji, votes = data.expression(int(data.faces[0]))
    good = votes[2] > votes[0]
    assert data.cues[0, 2] == 2 or good == bool(data.cues[0, 2]), emoji


def test_an_utterance_is_a_clip_of_the_voice():
    data = SpokenSentiment("test", samples=1)
    plain, slow = (data.utterance(0, tone) for tone in ("dark", "dark, drawled"))
    assert len(slow) > 1.4 * len(plain)
    refused(ValueError, "did you mean 'dark'", lambda: data.utterance(0, "darc"))
    refused(ValueError, "voice must be a whole number in 0…4", lambda: data.utterance(5, "dark"))
    refused(ValueError, "face must be a whole number in 0…27", lambda: data.expression(28))


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ({"ratings": "1 2 3"}, "line 2: expected a kind and ten ratings"),
        ({"ratings": "5 5 5 5 5 5 5 5 5 5"}, r"ten ratings in -4…4"),
        ({"ratings": "a b"}, "ten ratings"),
        ({"kind": "noun"}, "expected a kind"),
    ],
)
def test_a_damaged_lexicon_is_named_by_its_line(monkeypatch, row, match):
    whole = {"word": "great", "kind": "adjective", "ratings": "2 4 4 4 3 3 3 3 2 3"}
    monkeypatch.setattr(sentences, "read_table", lambda *_: [whole | row])
    with pytest.raises(DamagedDataError, match=match):
        sentences.ratings.__wrapped__(data_root())


def test_voices_and_faces_that_lack_a_part_are_named(monkeypatch):
    clips = banks.read_table("sentiment/clips.csv", (), ("start", "samples"))
    monkeypatch.setattr(banks, "read_table", lambda *_: clips[1:])
    with pytest.raises(DamagedDataError, match="every voice of 'train' should speak"):
        banks.read_clips.__wrapped__(data_root(), "train")
    monkeypatch.undo()
    faces = banks.read_table("sentiment_faces/faces.csv", ())
    for broken in (faces[1:], [faces[0] | {"f1": "nan"}, *faces[1:]], [faces[0] | {"f1": "x"}]):
        monkeypatch.setattr(banks, "read_table", lambda *_, rows=broken: rows)
        with pytest.raises(DamagedDataError, match="a table of views of faces"):
            banks.read_faces.__wrapped__(data_root(), "train")
