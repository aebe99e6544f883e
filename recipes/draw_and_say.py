"""Train and measure the network of the book's first figure, mmtutor/figures/live/draw_and_say.

    python recipes/draw_and_say.py --speech FOLDER --pen FOLDER            # train, write, measure
    python recipes/draw_and_say.py --speech FOLDER --pen FOLDER --check    # measure what is shipped

--speech has the recordings of the Free Spoken Digit Dataset, --pen has pendigits.tra and
pendigits.tes of UCI's Pen-Based Recognition of Handwritten Digits; recipes/README.md says where
they are. Takes five minutes of one core. Nothing of either is shipped but what was learnt.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import draw_and_say_strokes as strokes
import draw_and_say_voices as voices
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from mmtutor.datasets import AVDigits
from mmtutor.encoders import AudioCNN, ImageCNN
from mmtutor.figures.live.draw_and_say.word import word
from mmtutor.figures.live.runtime.network import export_model, model_of
from mmtutor.models import MultimodalModel

HERE = Path(__file__).resolve().parents[1] / "mmtutor/figures/live/draw_and_say"
BRUSH = 2.4  # dots, as in figure.js
IMAGE_NOISE, AUDIO_NOISE = 1.0, 3.0  # where the dials end
BATCH = 128
RECORDINGS_SHA256 = "45a9b976ba3397a2fd5c70a9f2e43c34f442a3a6be47392ecfc41174b678f37e"
PEN_SHA256 = "4b0a68bbcd42238612e4cb5b581989525bb9fdfb02ab8a99287268cf99eb3fbd"


# ── what is drawn ──────────────────────────────────────────────────────────────────────────────
def handwriting(split: str) -> tuple[Tensor, Tensor]:
    """Scanned handwriting of one part of AV-Digits: pixels (N, 1, 8, 8) and digits (N,)."""
    images = AVDigits("test").images
    here = torch.tensor([s == split for s in images.split])
    return images.pixels[here], images.digit[here]


class Drawings:
    """Digits drawn by a pointer, by keys or by a pen, or written by hand and then changed."""

    def __init__(self, pen: Path, rng: np.random.Generator) -> None:
        drawn, y = strokes.read_pen(pen)
        self.pen = [drawn[y == d] for d in range(10)]
        scans, y = handwriting("train")
        self.scans = [scans[y == d] for d in range(10)]
        self.rng = rng

    def batch(self, y: Tensor) -> Tensor:
        """One drawing of each digit, without noise (B, 1, 8, 8)."""
        rng, b = self.rng, len(y)
        drawn = strokes.pointer(y, rng)
        for i, d in enumerate(y.tolist()):
            if len(self.pen[d]) and rng.random() < 0.4:
                drawn[i] = self.pen[d][rng.integers(len(self.pen[d]))]
        drawn = strokes.place(drawn, rng)
        painted = strokes.ink(drawn, torch.tensor(rng.uniform(1.1, 3.3, b)).float())
        scan = torch.stack([self.scans[d][rng.integers(len(self.scans[d]))] for d in y.tolist()])
        ways = torch.stack([painted, strokes.keys(drawn), strokes.rewrite(scan, rng), scan])
        return ways[torch.tensor(rng.choice(4, b, p=(0.4, 0.15, 0.3, 0.15))), torch.arange(b)]


# ── training ───────────────────────────────────────────────────────────────────────────────────
def train(
    net: nn.Module, draw: Callable[[], tuple[Tensor, Tensor]], noise: float, steps: int
) -> None:
    """Adam on a cosine schedule; a pool of samples serves for 1,000 steps, then it is renewed.

    :param draw: makes one batch.
    :param noise: σ of fresh noise on six in ten samples, uniform from 0 to this.
    """
    optimizer = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    pools = max(1, steps // 1000)
    for pool in range(pools):
        batches = [draw() for _ in range(160)]
        x, y = (torch.cat(parts) for parts in zip(*batches, strict=True))
        for _ in range(steps // pools):
            i = torch.randint(len(y), (BATCH,))
            sigma = noise * torch.rand(BATCH, 1, 1, 1) * (torch.rand(BATCH, 1, 1, 1) < 0.6)
            loss = cross_entropy(
                net(x[i] + sigma * torch.randn_like(x[i]) if noise else x[i]),
                y[i],
                label_smoothing=0.03,
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        print(f"  pool {pool + 1} of {pools}: loss {loss.item():.3f}", flush=True)


def train_eyes(pen: Path, steps: int = 3000) -> ImageCNN:
    """The eyes, on `Drawings`."""
    rng = np.random.default_rng(1)
    torch.manual_seed(1)
    drawings, net = Drawings(pen, rng), ImageCNN(channels=(20, 40), out_dim=10)

    def draw() -> tuple[Tensor, Tensor]:
        y = torch.tensor(rng.integers(0, 10, BATCH))
        return drawings.batch(y), y

    train(net, draw, IMAGE_NOISE, steps)
    return net.eval()


def train_ears(speech: Path, steps: int = 3000) -> AudioCNN:
    """The ears, on two synthesisers and four recorded people, who count as much as both."""
    rng = np.random.default_rng(2)
    torch.manual_seed(2)
    synthetic = [
        voices.shipped(domain, "train") + voices.shipped(domain, "valid")
        for domain in ("espeak", "flite")
    ]
    people = voices.recorded(speech, voices.LISTENED)
    studio = voices.Studio([*synthetic, people, people], rng)
    net = AudioCNN(channels=(10, 20, 40), out_dim=10)
    picture = net.spectrogram  # the same for all steps: kept instead of the waves

    def draw() -> tuple[Tensor, Tensor]:
        y = torch.tensor(rng.integers(0, 10, BATCH))
        return picture(studio.batch(y, AUDIO_NOISE)), y

    net.spectrogram = nn.Identity()
    inner = _FromPicture(net)
    train(inner, draw, 0.0, steps)
    net.spectrogram = picture
    return net.eval()


class _FromPicture(nn.Module):
    """The rest of an `AudioCNN` after its spectrogram."""

    def __init__(self, net: AudioCNN) -> None:
        super().__init__()
        self.blocks, self.step = net.blocks, net.step

    def forward(self, picture: Tensor) -> Tensor:
        grid = self.blocks(picture.unsqueeze(1))
        return self.step(grid.flatten(1, 2).transpose(1, 2)).mean(1)


def join(eyes: ImageCNN, ears: AudioCNN) -> MultimodalModel:
    """Both senses as the product of what they believe: their logits are added.

    Trained apart on digits that are all equally frequent, each sense says log p(y | x) up to a
    constant. Given the digit, picture and sound are independent, so p(y | both) is the product
    of the two, normalised: the sum of the logits. As `concat` and a linear head: W = [I I].
    """
    model = MultimodalModel({"image": eyes, "audio": ears}, "concat", out_dim=10, dim=10)
    with torch.no_grad():
        model.fusion.W.weight.copy_(torch.eye(10).repeat(1, 2))
        model.head.weight.copy_(torch.eye(10))
        model.fusion.W.bias.zero_()
        model.head.bias.zero_()
    return model.eval()


# ── measuring ──────────────────────────────────────────────────────────────────────────────────
def seen(pen: Path | None) -> dict[str, tuple[Tensor, Tensor]]:
    """Drawings to measure with; those of the pen only where its files are."""
    rng = np.random.default_rng(3)
    y = torch.arange(10).repeat(100)
    ways = strokes.place(strokes.pointer(y, rng), rng, spread=0.6)
    found = {
        "handwriting, 400 scans": handwriting("test"),
        "synthetic pointer, 1,000 drawings": (strokes.ink(ways, torch.full((1000,), BRUSH)), y),
        "synthetic arrow keys, the same 1,000": (strokes.keys(ways), y),
        "5 × 7 pixel script at 8 places, 80 drawings": strokes.pixel_digits(),
    }
    if pen is not None:
        drawn, y = strokes.read_pen(pen)
        drawn = strokes.place(drawn, rng, spread=0.6)
        name = f"real pen, 14 new writers, digits 0 1 2 3 6 8 9, {len(y):,} drawings"
        found[name] = (strokes.ink(drawn, torch.full((len(y),), BRUSH)), y)
    return found


def heard(speech: Path | None, snr: float) -> dict[str, tuple[Tensor, Tensor]]:
    """Words to measure with, each cut out of two seconds of a room, as the page does."""
    clips = {
        "espeak, synthesised, 48 new voices": voices.shipped("espeak", "test"),
        "flite, synthesised, 2 new speakers": voices.shipped("flite", "test"),
        "recorded: Allison Smith, 10 clips 10 times": voices.shipped("human", "test") * 10,
    }
    if speech is not None:
        for speaker in voices.UNHEARD:
            clips[f"recorded: {speaker}, 500 clips"] = voices.recorded(speech, (speaker,))
    rng, found = np.random.default_rng(4), {}
    for name, some in clips.items():
        waves = torch.zeros(len(some), voices.RATE)
        for wave, (clip, _) in zip(waves, some, strict=True):
            cut = word(voices.in_a_room(clip, rng, snr=snr))
            if cut is not None:
                wave.copy_(torch.from_numpy(cut))
        found[name] = (waves, torch.tensor([y for _, y in some]))
    return found


@torch.no_grad()
def share_right(model: nn.Module, sense: str, x: Tensor, y: Tensor) -> float:
    """Share of right answers from one sense alone."""
    guesses = [model({sense: part}).argmax(1) for part in x.split(500)]
    return round((torch.cat(guesses) == y).float().mean().item(), 4)


def measure(network: dict, speech: Path | None, pen: Path | None) -> dict[str, dict[str, float]]:
    """Accuracy of the network as the page has it (its weights in 16 bits), set by set."""
    model = model_of(network)
    told = {"eyes": {k: share_right(model, "image", *v) for k, v in seen(pen).items()}}
    for snr in (40, 15):
        words = heard(speech, snr)
        told[f"ears, noise {snr} dB under the voice"] = {
            k: share_right(model, "audio", *v) for k, v in words.items()
        }
    return told


def check_sources(speech: Path, pens: list[Path]) -> None:
    """Stop where the sources are not those that the network was made with."""
    if voices.digest(speech) != RECORDINGS_SHA256:
        sys.exit(f"{speech} does not hold the 3,000 recordings that the network was made with")
    # The numbers, not the bytes: copies differ in their spaces.
    numbers = hashlib.sha256(b"".join(strokes.numbers(pen).tobytes() for pen in pens)).hexdigest()
    if numbers != PEN_SHA256:
        sys.exit(f"{pens[0].parent} does not hold the strokes that the network was made with")


def main() -> None:
    """Read the options; train and write, or measure and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speech", type=Path, required=True, help="folder of recordings")
    parser.add_argument("--pen", type=Path, required=True, help="folder of pendigits.*")
    parser.add_argument("--check", action="store_true", help="measure, compare, change nothing")
    options = parser.parse_args()
    pens = [options.pen / f"pendigits.{part}" for part in ("tra", "tes")]
    check_sources(options.speech, pens)
    torch.set_num_threads(1)  # sums in another order would make another network
    if options.check:
        network = json.loads((HERE / "network.json").read_text(encoding="utf8"))
    else:
        eyes = train_eyes(pens[0])
        ears = train_ears(options.speech)
        network = export_model(join(eyes, ears))
    told = measure(network, options.speech, pens[1])
    print(json.dumps(told, indent=1, ensure_ascii=False))
    if options.check:
        recorded = json.loads((HERE / "accuracy.json").read_text(encoding="utf8"))
        near = all(
            abs(right - recorded[sense][name]) <= 0.003
            for sense, sets in told.items()
            for name, right in sets.items()
        )
        sys.exit(print("The same.") if near else "The measured accuracy differs.")
    write(HERE / "network.json", network)
    write(HERE / "accuracy.json", told, indent=1)


def write(path: Path, values: object, indent: int | None = None) -> None:
    """One JSON file."""
    text = json.dumps(values, ensure_ascii=False, indent=indent)
    path.write_text(text + "\n", encoding="utf8", newline="\n")


if __name__ == "__main__":
    main()
