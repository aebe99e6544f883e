"""Sounding scenes: the picture is the same whoever is heard, and what is heard is what is seen."""

from __future__ import annotations

import itertools

import pytest
import soundfile
import torch

from mmtutor.datasets import DamagedDataError, Scene, SoundingScenes, delay, heard_from
from mmtutor.datasets.scenes import calls
from mmtutor.datasets.scenes.motion import heights, rhythms, stretches
from mmtutor.datasets.scenes.sounding import KINDS
from mmtutor.datasets.scenes.sounds import hits, pitch_of_size, placed, to_ears
from mmtutor.datasets.scenes.stage import FIRST, GAP, LAST, RHYTHMS
from mmtutor.datasets.storage.shipped import data_root


def source(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_every_rhythm_is_drawn_and_there_are_as_many_as_is_said():
    spans = itertools.combinations(range(FIRST, LAST + 1), 4)
    allowed = {t for t in spans if all(b - a >= GAP for a, b in itertools.pairwise(t))}
    assert len(allowed) == RHYTHMS
    drawn = {tuple(t) for t in rhythms(12_000, 1, source())[:, 0].tolist()}
    assert drawn <= allowed
    assert len(drawn) > 0.99 * RHYTHMS


def test_a_ball_is_on_its_floor_exactly_at_its_landings_and_in_the_air_before():
    events = rhythms(50, 3, source())
    height = heights(events, source(1))
    assert (height >= 0).all()
    assert (height.gather(2, events) == 0).all()
    assert (height.gather(2, events - 1) > 0).all()
    assert float(height.max()) <= 16


def test_an_animal_stretches_from_its_call_on():
    events = rhythms(20, 2, source())
    tall = stretches(events)
    assert (tall.gather(2, events) == 1.5).all()
    assert (tall.gather(2, events - 1) < 1.5).all()
    assert ((tall > 1).sum(dim=2) == 12).all()


def test_the_bound_is_the_mean_of_guesses_among_equal_rhythms():
    """By counting, for two rhythms; and at the ends."""
    for K in (2, 3, 4):
        worlds = list(itertools.product(range(2), repeat=K))
        counted = sum(1 / w.count(w[who]) for w in worlds for who in range(K)) / len(worlds) / K
        R = 2
        assert abs(R / K * (1 - (1 - 1 / R) ** K) - counted) < 1e-12
    assert Scene(objects=1).bayes_accuracy() == pytest.approx(1)
    assert Scene(objects=4).bayes_accuracy(("audio",)) == 0.25
    assert 0.999 < Scene().bayes_accuracy() < 1


def test_the_picture_does_not_know_who_is_heard_and_the_sound_is_of_that_one():
    """Another source changes the sound alone; each event is where the rhythm says."""
    seen, other = (SoundingScenes("test", Scene(source=s), samples=20) for s in ("seen", "noise"))
    i = torch.arange(20)
    (x, y), (z, none) = seen.batch(i), other.batch(i)
    assert torch.equal(x["video"], z["video"])
    assert (none == 3).all()
    loud = x["audio"].unflatten(1, (32, 500)).square().mean(dim=2)
    mine = seen.rhythms[i, y]
    quiet = loud.gather(1, mine - 1)
    assert (loud.gather(1, mine) > 20 * quiet.median()).all()


@pytest.mark.parametrize("cast", ["balls", "animals"])
def test_neither_sense_leans_to_a_place(cast):
    """Correlations of y with simple facts of one sense are those of chance, |r| < 4 / √N."""
    data = SoundingScenes("train", Scene(cast=cast, clutter=0), samples=250)
    x, y = data.batch(torch.arange(250))
    facts = [x["audio"].square().mean(dim=1), x["audio"].abs().amax(dim=1)]
    facts += [part.mean(dim=(1, 2, 3)) for part in x["video"].tensor_split(3, dim=3)]
    facts += [data.radii[:, k] for k in range(3)]
    for fact in facts:
        r = torch.corrcoef(torch.stack([fact, y.float()]))[0, 1]
        assert abs(float(r)) < 0.25


def test_silence_noise_and_off_screen_are_what_they_say():
    i = torch.arange(10)
    silent = SoundingScenes("test", Scene(source="silent"), samples=10).batch(i)[0]["audio"]
    noise = SoundingScenes("test", Scene(source="noise"), samples=10).batch(i)[0]["audio"]
    assert (silent == 0).all()
    assert 0.005 < float(noise.square().mean().sqrt()) < 0.02
    away = SoundingScenes("test", Scene(source="off-screen"), samples=10)
    loud = away.batch(i)[0]["audio"].unflatten(1, (32, 500)).square().mean(dim=2)
    mine = away.rhythms[:, 3]
    assert (loud.gather(1, mine) > 5 * loud.median(dim=1, keepdim=True).values).all()


def test_negatives_are_as_many_as_is_said_and_half_of_them_off_screen():
    data = SoundingScenes("train", Scene(objects=1, negatives=0.5), samples=200)
    counts = (data.sources.bincount(minlength=4) / 200).tolist()
    assert counts == pytest.approx([0.5, 0.125, 0.125, 0.25], abs=0.1)
    assert torch.equal(data.targets == 1, data.sources > 0)


def test_held_out_are_sizes_backgrounds_calls_and_an_animal():
    train, test = (SoundingScenes(s, Scene(cast="animals"), samples=60) for s in ("train", "test"))
    inside = (train.radii > 3.0) & (train.radii < 3.6)
    assert not inside.any()
    assert ((test.radii >= 3.0) & (test.radii <= 3.6)).all()
    sheep = KINDS.index("sheep")
    for data in (train, test):
        assert not (data.kinds == sheep).any()
    unseen = SoundingScenes("test", Scene(cast="animals"), samples=5, unseen=True)
    assert (unseen.kinds == sheep).all()
    heard = {s: calls.read_calls(data_root(), s) for s in ("train", "valid", "test")}
    assert "sheep" not in heard["train"]
    for a, b in itertools.combinations(heard.values(), 2):
        for animal in a.keys() & b.keys():
            assert not any(torch.equal(p, q) for p in a[animal] for q in b[animal])


def test_stereo_says_where_and_pitch_says_how_large():
    data = SoundingScenes("test", Scene(stereo=True, hiss=0), samples=30)
    x, y = data.batch(torch.arange(30))
    assert torch.equal((heard_from(x["audio"]) * 3).long(), y)
    assert pitch_of_size(torch.tensor([4.4, 2.2])).tolist() == pytest.approx([300, 2400])
    both = to_ears(torch.ones(1, 4), torch.tensor([0.3]))
    assert torch.allclose(both.square().sum(dim=1), torch.ones(1, 4))  # as loud from anywhere
    where = torch.tensor([0.0, 0.3, 1.0])
    assert torch.allclose(heard_from(to_ears(torch.randn(3, 50), where)), where, atol=1e-6)


def test_a_sound_is_placed_at_its_events_and_a_delay_is_a_roll():
    sound = hits(torch.tensor([440.0]))
    wave = placed(sound, torch.tensor([[4, 10, 20, 28]]), torch.ones(1))
    assert torch.equal(wave[0, 5000:7000], sound[0])
    assert (wave[0, :2000] == 0).all()
    assert torch.equal(delay(wave, 3), wave.roll(1500, dims=1))
    assert torch.equal(delay(delay(wave, 5), -5), wave)
    two = torch.stack([wave, 2 * wave], dim=1)
    assert torch.equal(delay(two, torch.tensor([2]))[:, 0], delay(wave, 2))


def test_a_mask_is_its_box_and_holds_the_ball_at_rest():
    """Where nothing is drawn but bright balls, a frame of all at rest lies in the masks."""
    data = SoundingScenes("test", Scene(grain=0, clutter=0), samples=5)
    masks, boxes = data.masks(), data.boxes()
    i, k, row, column = masks.nonzero()[::7].unbind(dim=1)
    left, top, right, bottom = boxes[i, k].unbind(dim=1)
    assert ((column + 0.5 - left).abs() + (right - column - 0.5).abs() <= right - left + 1e-4).all()
    assert ((row + 0.5 - top).abs() + (bottom - row - 0.5).abs() <= bottom - top + 1e-4).all()
    x = data.batch(torch.arange(5))[0]["video"][:, 0]  # all stand still in the first frame
    bright = x > x.flatten(1).amin(dim=1)[:, None, None] + 0.25
    assert (bright & masks.any(dim=1)).sum() > 0.9 * bright.sum()
    assert torch.equal(masks.sum(dim=(2, 3)) > 20, torch.ones(5, 3, dtype=torch.bool))


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Scene(objects=5), "at most 4 objects fit side by side, got 5"),
        (lambda: Scene(shift=32), "shorter than the clip of 32"),
        (lambda: Scene(shift=1.5), "shift must be a whole number"),
        (lambda: Scene(negatives=0.5, source="noise"), "negatives mix with"),
        (lambda: Scene(stereo="yes"), "stereo must be True or False"),
        (lambda: Scene(pitch="size").bayes_accuracy(), "no bound is known"),
        (lambda: Scene(source="silent").bayes_accuracy(), "one of the objects is heard"),
        (lambda: Scene().bayes_accuracy(("sound",)), "unknown sense"),
        (lambda: SoundingScenes("train", unseen=True), "unseen=True needs"),
        (lambda: heard_from(torch.zeros(2, 9)), r"stereo, .*\(B, 2, samples\), got \(2, 9\)"),
        (lambda: heard_from(torch.zeros(2, 1, 9)), r"needs stereo, .* got \(2, 1, 9\)"),
        (lambda: delay(torch.zeros(2, 16000), 40), "shorter than the clip"),
        (lambda: delay(torch.zeros(16000), 1), "the sound must be"),
        (lambda: delay(torch.zeros(2, 16000), torch.tensor([1])), "2 sounds, but shifts"),
    ],
)
def test_what_no_clip_can_be(make, match):
    with pytest.raises(ValueError, match=match):
        make()


def test_recordings_that_are_missing_of_another_rate_or_too_short(monkeypatch, tmp_path):
    read = calls.read_calls.__wrapped__
    monkeypatch.setattr(calls, "data_file", lambda name: tmp_path / name)
    with pytest.raises(DamagedDataError, match=r"cat\.flac is not a sound that can be read"):
        read(data_root(), "test")
    (tmp_path / "animals").mkdir()
    for rate, samples, match in (
        (16000, 20_000, "8000 Hz"),
        (8000, 100, "expected a call of 2000"),
    ):
        soundfile.write(tmp_path / "animals/cat.flac", torch.zeros(samples).numpy(), rate)
        with pytest.raises(DamagedDataError, match=match):
            read(data_root(), "test")
    monkeypatch.undo()
    rows = calls.read_table("animals/calls.csv", (), ("start", "samples"))
    monkeypatch.setattr(calls, "read_table", lambda *_: [r for r in rows if r["animal"] != "dog"])
    with pytest.raises(DamagedDataError, match="'dog' has no call in 'test'"):
        read(data_root(), "test")
