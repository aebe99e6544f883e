"""Batches a second: `Batches` beside what a reader would write with a ``DataLoader``.

``python benchmarks/loading.py`` goes through whole epochs of the same samples, shuffled, in
batches of 128, with each way in turn, many times over, and prints the median of each with its
quartiles, and the ratios. Both ways are shown to give the same samples before anything is timed.

1. *Tensors in memory, nothing changed.* `Batches` over `InMemory` against
   ``DataLoader(TensorDataset)``, and against the same with a ``BatchSampler`` as its sampler, which
   is the fast way to use it, if one knows of it.
2. *Changes drawn for each sample.* `Batches` against a ``DataLoader`` over a data set with the
   usual ``__getitem__`` for one sample: pictures moved, mirrored and brightened (CIFAR's size);
   AV-Digits with its time shifts and noise; and the same with the log-mel spectrogram of every
   sound. Once the numbers are drawn for each sample when it is asked for, as is usual; and once
   they are those of `Batches`, drawn before, at no cost to the ``DataLoader``.

Everything runs in this process (``num_workers=0``) on one thread. Time is that of the processor,
not of the clock, so that other programs disturb less; what counts is the ratio, since all ways take
turns on the same machine.

What `Batches` saves is the work around each sample. Where a sample itself is much work, there is
less to gain: a picture of 12 kB or a second of sound has to be copied out of main memory by both
ways, and a spectrogram computed. Those rows have no goal but a floor, under which something broke.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler, TensorDataset
from torchvision.transforms import v2 as transforms
from tqdm import tqdm

from mmtutor.datasets import Augmented, AVDigits, Batches, InMemory, Synthetic
from mmtutor.datasets.av_digits import PIXELS, WINDOW
from mmtutor.encoders import LogMel

BATCH = 128
DRAWN = ("DataLoader, torchvision", "DataLoader, noise drawn")  # not the same numbers, the same law
Way = Callable[[], Iterable]


class OnePicture(Dataset):
    """What `Augmented` does, for one picture at a time, with the same numbers, drawn before."""

    def __init__(self, data: Augmented) -> None:
        inner = data.dataset
        self.pictures, self.targets = inner.inputs["image"], inner.targets
        self.place, self.mirrored = data._place.tolist(), data._mirrored.tolist()
        self.gain = data._gain[:, :, None, None]
        _, _, H, W = self.pictures.shape
        self.rows, self.columns = torch.arange(H), torch.arange(W)

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        x = self.pictures[i]
        if self.mirrored[i]:
            x = x.flip(2)
        down, right = self.place[i]
        x = x[:, (self.rows - down).clamp(0, len(self.rows) - 1)]
        x = x[:, :, (self.columns - right).clamp(0, len(self.columns) - 1)]
        return (x * self.gain[i]).clamp_(max=1), self.targets[i]


class Transformed(Dataset):
    """The usual way: the same changes by torchvision, drawn for each picture when it is asked for.

    A crop out of a picture padded with its edge by 4 pixels is a shift by -4…4, and a brightness of
    0.2 multiplies with 0.8…1.2: the distribution is that of `Augmented`.
    """

    def __init__(self, data: Augmented) -> None:
        self.pictures, self.targets = data.dataset.inputs["image"], data.dataset.targets
        side = self.pictures.shape[-1]
        self.transform = transforms.Compose(
            [
                transforms.RandomHorizontalFlip(),
                transforms.RandomCrop(side, padding=data.shift, padding_mode="edge"),
                transforms.ColorJitter(brightness=data.brightness),
            ]
        )

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        return self.transform(self.pictures[i]), self.targets[i]


class OnePair(Dataset):
    """What `AVDigits` does, for one pair at a time, as one would write it.

    With ``fresh`` the noise is drawn, as most would do, and not taken from the bank of noise that
    `AVDigits` has drawn once.
    """

    def __init__(
        self, data: AVDigits, spectrogram: LogMel | None = None, *, fresh: bool = False
    ) -> None:
        self.data, self.spectrogram, self.fresh = data, spectrogram, fresh
        self.start = (data.clips.start[data._clip] - data._shift).tolist()
        self.image = data._image.tolist()
        self.places = data._image_place.tolist(), data._audio_place.tolist()

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor, Tensor]:
        data, place = self.data, [p[i] for p in self.places]
        image = data.images.pixels[self.image[i]]
        image = image + data._image_bank[place[0] : place[0] + PIXELS].view(1, 8, 8)
        audio = data.clips.waveform[self.start[i] : self.start[i] + WINDOW]
        if self.fresh:
            audio = audio + data.audio_noise * torch.randn(WINDOW)
        else:
            audio = audio + data._audio_bank[place[1] : place[1] + WINDOW]
        if self.spectrogram is not None:
            audio = self.spectrogram(audio[None])[0]
        return image, audio, data.targets[i]


class Heard:
    """Batches whose sounds are spectrograms."""

    def __init__(self, batches: Batches, spectrogram: LogMel) -> None:
        self.batches, self.spectrogram = batches, spectrogram

    def __iter__(self) -> Iterable:
        for inputs, y in self.batches:
            yield inputs | {"audio": self.spectrogram(inputs["audio"])}, y


def in_memory(data: InMemory) -> dict[str, Way]:
    """Return three ways to go through tensors in memory."""
    tensors = TensorDataset(*data.inputs.values(), data.targets)
    drawn = BatchSampler(RandomSampler(tensors), BATCH, drop_last=False)
    return {
        "Batches": lambda: Batches(data, BATCH, shuffle=True),
        "DataLoader(TensorDataset)": lambda: DataLoader(tensors, BATCH, shuffle=True),
        "… with a BatchSampler": lambda: DataLoader(tensors, sampler=drawn, batch_size=None),
    }


def changed(
    ours: object, theirs: Mapping[str, Dataset], heard: LogMel | None = None
) -> dict[str, Way]:
    """Return ways to go through samples that are changed as they are drawn."""

    def loader(data: Dataset) -> Way:
        return lambda: DataLoader(data, BATCH, shuffle=True)

    batches = Batches(ours, BATCH, shuffle=True)
    ways = {"Batches": lambda: Heard(batches, heard) if heard else batches}
    return ways | {f"DataLoader, {name}": loader(data) for name, data in theirs.items()}


def problems() -> dict[str, tuple[dict[str, Way], float]]:
    """Return ways by what is loaded, and how many times as fast `Batches` is to be at least."""
    source = torch.Generator().manual_seed(0)
    synthetic = Synthetic.mixture(samples=8192, modalities=2, dim=16)
    features = InMemory(synthetic.inputs, synthetic.targets)
    synthetic = Synthetic.mixture(samples=4096, modalities=2, dim=256)
    wide = InMemory(synthetic.inputs, synthetic.targets)
    pixels = torch.rand(2048, 3, 32, 32, generator=source)
    pictures = InMemory({"image": pixels}, torch.arange(2048) % 10)
    moved = Augmented(pictures, shift=4, flip=True, brightness=0.2)
    digits = AVDigits("train", pairs=1024)
    mel = LogMel(n_fft=512, hop=256)
    return {
        "two senses, 16 features each": (in_memory(features), 5),
        "two senses, 256 features each": (in_memory(wide), 5),
        "pictures 3 × 32 × 32": (in_memory(pictures), 2),
        "pictures, moved and brightened": (
            changed(
                moved, {"torchvision": Transformed(moved), "the same numbers": OnePicture(moved)}
            ),
            10,
        ),
        "AV-Digits, shifts and noise": (
            changed(
                digits,
                {"noise drawn": OnePair(digits, fresh=True), "the same numbers": OnePair(digits)},
            ),
            3,
        ),
        "… and log-mel": (
            changed(
                digits,
                {
                    "noise drawn": OnePair(digits, mel, fresh=True),
                    "the same numbers": OnePair(digits, mel),
                },
                mel,
            ),
            2,
        ),
    }


def check(ways: dict[str, Way]) -> None:
    """Fail unless all ways give the same samples, whatever their order."""
    sums = {}
    for name, way in ways.items():
        total = 0.0
        for batch in way():
            *senses, y = (*batch[0].values(), batch[1]) if isinstance(batch[0], dict) else batch
            for x in senses:  # each number counts by its place and by its sample's class
                x = x.double().flatten(1)
                total += float((y + 1.0).double() @ x @ torch.linspace(0, 1, x.shape[1]).double())
        sums[name] = total
    first = sums["Batches"]
    for name, total in sums.items():
        if name not in DRAWN and abs(total - first) > 1e-6 * abs(first) + 1e-3:
            raise AssertionError(f"{name} gives other samples: {total} against {first}")


def epoch(way: Way) -> tuple[float, int]:
    """Return seconds of the processor, and batches, of one pass."""
    start, count = time.process_time(), 0
    for _ in way():
        count += 1
    return time.process_time() - start, count


def quartiles(values: list[float]) -> tuple[float, float, float]:
    """Return median, lower and upper quartile."""
    low, median, high = statistics.quantiles(values, n=4)
    return median, low, high


def main() -> int:
    """Measure, print, and say whether the goals are reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    torch.set_num_threads(1)
    # As in any training, memory as large as a few layers' outputs was freed before: from then on
    # the C library keeps what is freed, and does not ask the system anew for each batch.
    torch.zeros(7 * 2**20)
    todo, missed = problems(), []
    with torch.no_grad(), tqdm(total=options.repeats * len(todo), unit="round") as bar:
        lines = []
        for title, (ways, goal) in todo.items():
            check(ways)
            seconds: dict[str, list[float]] = {name: [] for name in ways}
            for _ in range(options.repeats):
                for name, way in ways.items():
                    spent, count = epoch(way)
                    seconds[name].append(spent / count)
                bar.update()
            lines.append(title)
            for name, spent in seconds.items():
                rate, low, high = quartiles([1 / s for s in spent])
                line = f"  {name:28} {rate:9,.0f}  {f'{low:,.0f} … {high:,.0f}':18}"
                if name != "Batches":
                    ratios = [s / b for s, b in zip(spent, seconds["Batches"], strict=True)]
                    ratio, least, most = quartiles(ratios)
                    line += f"  {ratio:5.1f} × ({least:.1f} … {most:.1f})"
                    if name in (*DRAWN, "DataLoader(TensorDataset)") and ratio < goal:
                        missed.append(f"{title}: {ratio:.1f} ×, expected {goal} ×")
                lines.append(line)
    print(f"batches of {BATCH} a second, {options.repeats} interleaved repeats: median (quartiles)")
    print("\n".join(lines))
    for line in missed:
        print(f"missed  {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
