"""Chapter 18's separator and the model that names an event: train one, measure it."""

from __future__ import annotations

from pathlib import Path

import torch
from scene_clips import data, tracks, trained
from torch import Tensor, nn
from torchmetrics.functional.audio import scale_invariant_signal_distortion_ratio as si_sdr

from mmtutor.datasets import InMemory, Only, SoundingScenes
from mmtutor.datasets.scenes.sounding import KINDS
from mmtutor.metrics import accuracy
from mmtutor.models import MultimodalModel, Separator, Synchrony, event_model
from mmtutor.training import fit

SENSES = {"event_image": "image", "event_audio": "audio"}


class Kept(nn.Module):
    """A separator that says what it keeps of each magnitude, M |X|, (B, F, T')."""

    def __init__(self, model: Separator) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        """Without the way back to a wave, which training does not need."""
        X = self.model.spectrum(x["mixture"])
        return self.model.mask(X, x["track"]) * X.abs()


def mixed(model: Synchrony, source: SoundingScenes) -> dict[str, Tensor]:
    """Each clip's sound with the next one's, and tracks of the object that is heard and another."""
    everyone = torch.arange(len(source))
    x, y = source.batch(everyone)
    seen, _ = tracks(model, source)
    sound = x["audio"]
    return {
        "alone": sound, "mixture": sound + sound.roll(1, dims=0),
        "track": seen[everyone, y], "silent": seen[everyone, (y + 1) % 3],
    }  # fmt: skip


def train_separator(seed: int, work: Path, *, mixtures: int = 500, told: bool = True) -> Separator:
    """From mixtures of balls and animals, four passes; ``told=False``: every track is 0."""
    torch.manual_seed(seed)
    clips = mixed(trained(work, seed), data("train", mixtures, cast="both"))
    model = Separator()
    inputs = {"mixture": clips["mixture"], "track": clips["track"] * told}
    wanted = InMemory(inputs, model.spectrum(clips["alone"]).abs())
    fit(Kept(model), wanted, epochs=4, batch_size=25, lr=0.02, seed=seed, progress=False,
        loss=lambda kept, alone: (kept - alone).abs().mean())  # fmt: skip
    return model.eval()


@torch.no_grad()
def separated(model: Separator, seed: int, work: Path) -> dict[str, float]:
    """SI-SDR improvement in decibels over the mixture itself, mean of 200 test mixtures each."""
    told = {}
    for cast in ("balls", "animals"):
        clips = mixed(trained(work, seed), data("test", 200, cast=cast))
        before = si_sdr(clips["mixture"], clips["alone"])
        asked = {"asked": clips["track"], "asked for a silent one": clips["silent"]}
        for how, track in asked.items():
            after = si_sdr(model({"mixture": clips["mixture"], "track": track}), clips["alone"])
            told[f"{cast}, {how}"] = round(float((after - before).mean()), 3)
    return told


def untold(seed: int, work: Path) -> list[dict[str, object]]:
    """The same network, never told which object is asked for; from 100 mixtures."""
    model = train_separator(seed, work, mixtures=100, told=False)
    told: dict[str, object] = {"model": "separator, never told", "seed": seed}
    for cast in ("balls", "animals"):
        clips = mixed(trained(work, seed), data("test", 200, cast=cast))
        with torch.no_grad():
            sound = model({"mixture": clips["mixture"], "track": torch.zeros(200, 32, 8)})
        gain = si_sdr(sound, clips["alone"]) - si_sdr(clips["mixture"], clips["alone"])
        told[f"{cast}, asked"] = round(float(gain.mean()), 3)
    return [told]


def masks() -> list[dict[str, object]]:
    """The same of two masks that nobody trained.

    One is made by hand: of frequency f the correlation, over the frames, of its magnitude with how
    much the pixels of the object's third change; negative ones count as 0, the others are squared.
    The other knows both sounds, |S₁| / (|S₁| + |S₂|).
    """
    told: dict[str, dict[str, object]] = {
        name: {"model": name} for name in ("mask by hand", "mask that knows both sounds")
    }
    model, everyone = Separator(), torch.arange(200)
    for cast in ("balls", "animals"):
        x, y = data("test", 200, cast=cast).batch(everyone)
        sound, other = x["audio"], x["audio"].roll(1, dims=0)
        X, one, two = (model.spectrum(s) for s in (sound + other, sound, other))
        change = x["video"].diff(dim=1).abs().tensor_split(3, dim=3)
        track = torch.stack([part.mean(dim=(2, 3)) for part in change], dim=1)[everyone, y]
        level = X.abs()[..., 4:128].unflatten(2, (31, 4)).mean(dim=3)
        r = (standardised(level) * standardised(track)[:, None]).sum(dim=2, keepdim=True)
        both = one.abs() / (one.abs() + two.abs() + 1e-8)
        for name, mask in zip(told, (r.clamp(min=0).square(), both), strict=True):
            after = si_sdr(model.wave(mask * X, sound.shape[1]), sound)
            gain = float((after - si_sdr(sound + other, sound)).mean())
            told[name][f"{cast}, asked"] = round(gain, 3)
    return [*told.values()]


def standardised(x: Tensor) -> Tensor:
    """Centred over the last axis, of length 1."""
    x = x - x.mean(dim=-1, keepdim=True)
    return x / x.norm(dim=-1, keepdim=True).clamp(min=1e-9)


def named(split: str, samples: int, cast: str) -> InMemory:
    """First frames and sounds, and what kind is seen and heard."""
    source = data(split, samples, cast=cast)
    x, _ = source.batch(torch.arange(samples))
    inputs = {"image": x["video"][:, :1], "audio": x["audio"]}
    return InMemory(inputs, source.kinds, num_classes=len(KINDS))


def train_event(name: str, seed: int) -> MultimodalModel:
    """One sense that names the kind: twelve passes over 2,000 clips of balls and animals."""
    torch.manual_seed(seed)
    model = event_model(len(KINDS), SENSES[name])
    clips = Only(named("train", 2000, "both"), SENSES[name])
    fit(model, clips, epochs=12, batch_size=50, lr=0.005, seed=seed, progress=False)
    return model.eval()


@torch.no_grad()
def label_accuracy(model: MultimodalModel) -> dict[str, float]:
    """Share of 200 test clips of animals with the right name."""
    clips = named("test", 200, "animals")
    logits = model({m: clips.inputs[m] for m in model.modalities})
    return {"animals named": round(accuracy(logits, clips.targets), 4)}
