"""Sheets of the public data sets, which a reader fetches."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from mmtutor.datasets import AVMNIST, CIFAR100, CMUMOSI
from mmtutor.datasets.captions import KINDS
from mmtutor.datasets.public.av_mnist import SPEAKERS
from mmtutor.figures.sheets.layout import Row, broken, spectrogram, table


def cifar100(folder: Path | None) -> Figure:
    """Six photographs with their three captions."""
    kinds = {k: CIFAR100("test", captions=k, folder=folder) for k in KINDS}
    data = kinds["informative"]
    some = range(0, len(data), len(data) // 6)[:6]
    pictures = [data[i][0]["image"] for i in some]
    heads = [data.class_names[int(data.targets[i])] for i in some]
    figure = table("CIFAR-100: test photographs", heads, [("", pictures)], 1.6)
    for ax, i in zip(figure.axes, some, strict=True):
        said = (f"{kind}:\n{captioned.captions.text(i)}" for kind, captioned in kinds.items())
        ax.set_xlabel("\n".join(broken(line, 24) for line in said), fontsize=6)
    return figure


def av_mnist(folder: Path | None) -> Figure:
    """For each digit two handwritings and what each split's speakers say."""
    rows: list[Row] = []
    for split in SPEAKERS:
        data = AVMNIST(split, folder=folder)
        for k in range(2):
            picked = [data[int((data.targets == d).nonzero()[k, 0])][0] for d in range(10)]
            rows.append((f"{split}\nimage", [x["image"][0] for x in picked]))
            heard = [spectrogram(x["audio"], data.sample_rate) for x in picked]
            rows.append((f"spoken by\n{', '.join(SPEAKERS[split])}", heard))
    return table("AV-MNIST: pairs of each split", list("0123456789"), rows)


def cmu_mosi(folder: Path | None) -> Figure:
    """Features over time of the lowest and highest rated segments; ``folder`` is the file."""
    data = CMUMOSI("mosi_data.pkl" if folder is None else folder, "test")
    order = data.ratings.argsort()
    picked = [*order[:3].tolist(), *order[-3:].tolist()]
    rows = []
    for sense in data.modalities:
        x = data.batch(order)[0][sense].flatten(0, 1)
        low, spread = x.mean(dim=0), x.std(dim=0).clamp(min=1e-6)
        pictures = [((data[i][0][sense] - low) / spread).clamp(-3, 3).T - 4 for i in picked]
        rows.append((f"{sense}\n{data.dims[sense]} features", pictures))
    heads = [f"rated {float(data.ratings[i]):+.1f}" for i in picked]
    return table("CMU-MOSI: features over the words of a segment", heads, rows, 1.3)
