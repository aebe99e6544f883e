"""AV-Digits to look at: what the eye gets and what the ear gets, clean and noisy."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from matplotlib import pyplot as plt

from mmtutor.datasets import AVDigits
from mmtutor.encoders import LogMel
from mmtutor.figures.picture import Picture
from mmtutor.figures.style import style


def show_pairs(dataset: AVDigits, indices: Sequence[int], *, answers: bool = True) -> Picture:
    """Draw samples as four rows: image and sound, each clean and as the data set gives it.

    Sounds are drawn as log-mel spectrograms: time to the right, frequency upwards, brighter is
    louder.

    :param indices: which samples, a column each.
    :param answers: show the clean rows and the digits too; without, the reader has to guess.
    :raises TypeError: another data set than AV-Digits.
    :raises ValueError: no samples asked for.
    """
    if not isinstance(dataset, AVDigits):
        raise TypeError(f"pairs are drawn of AVDigits, got {type(dataset).__name__}")
    if not len(indices):
        raise ValueError("which samples? indices is empty")
    index = torch.as_tensor(indices)
    clean, y = dataset.clean(index)
    noisy, _ = dataset.batch(index)
    ear = LogMel(sample_rate=dataset.sample_rate)
    rows = {
        "image, clean": clean["image"][:, 0],
        "image, noisy": noisy["image"][:, 0],
        "sound, clean": ear(clean["audio"]),
        "sound, noisy": ear(noisy["audio"]),
    }
    if not answers:
        rows = {name: pictures for name, pictures in rows.items() if name.endswith("noisy")}

    with style():
        figure, axes = plt.subplots(
            len(rows),
            len(index),
            figsize=(1.25 * len(index) + 0.9, 1.25 * len(rows)),
            squeeze=False,
        )
        for r, (name, pictures) in enumerate(rows.items()):
            eye = name.startswith("image")
            low, high = (-0.5, 1.5) if eye else (float(pictures.min()), float(pictures.max()))
            for column, (ax, one) in enumerate(zip(axes[r], pictures, strict=True)):
                ax.imshow(
                    one.numpy(),
                    cmap="gray_r" if eye else "cividis",
                    vmin=low,
                    vmax=high,
                    origin="upper" if eye else "lower",
                    aspect="equal" if eye else "auto",
                )
                ax.set(xticks=[], yticks=[])
                ax.spines[:].set_visible(False)
                if r == 0:
                    ax.set_title(f"“{int(y[column])}”" if answers else f"sample {column + 1}")
            axes[r, 0].set_ylabel(name, rotation=0, ha="right", va="center")
    if not answers:
        told = f"{len(index)} samples with noise: images above, spectrograms below. Which digits?"
        return Picture(figure, alt=told)
    digits = ", ".join(str(int(digit)) for digit in y)
    return Picture(
        figure,
        alt=f"The digits {digits}, a column each. From top to bottom: the handwritten digit clean "
        "and with noise, and the spectrogram of the spoken digit clean and with noise. With "
        "noise, most are hard to recognise.",
    )
