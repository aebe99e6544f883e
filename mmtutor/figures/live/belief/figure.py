"""What a trained model believes about one sample, while you make its senses worse."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import traitlets
from torch import Tensor, nn

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.figures.live.runtime.network import export_model

WORDS = {
    "label": "A trained model's belief about one digit, seen and heard through noise",
    "choose": "Choose a digit",
    "sample": "sample {i}, digit {digit}",
    "eyes": "Eyes",
    "ears": "Ears",
    "image": "The image, with noise of {sigma}",
    "sound": "Spectrogram of the sound, time to the right, frequency upwards; noise of {sigma}",
    "noise": "Noise σ",
    "trained": "in training",
    "close_eyes": "close the eyes",
    "cover_ears": "cover the ears",
    "eyes_closed": "closed",
    "ears_covered": "covered",
    "listen": "Listen",
    "new_noise": "New noise",
    "eyes_alone": "Eyes alone",
    "ears_alone": "Ears alone",
    "both": "Both senses",
    "verdict": "{digit} with {p}%",
    "row": "{name}: {first}, then {second}",
    "nothing": "nothing to go on",
    "truth": "The framed column is the true digit.",
    "said": "Both senses: {both}. Eyes alone: {eyes}. Ears alone: {ears}. It is a {digit}.",
    "said_eyes_closed": "The eyes are closed, only the ears are left: {ears}. It is a {digit}.",
    "said_ears_covered": "The ears are covered, only the eyes are left: {eyes}. It is a {digit}.",
    "said_nothing": "Eyes closed, ears covered: there is nothing to go on.",
}


class Belief(LiveFigure):
    r"""Dials for the noise of each sense, and the probability of each class, computed in the page.

    The page holds the model's weights and a few clean samples. It adds
    :math:`\sigma\,\varepsilon` with one fixed :math:`\varepsilon` a sense, runs both encoders, and
    shows :math:`\mathrm{softmax}(\hat y)` three times: from the image alone, from the sound
    alone, from both. "Alone" is the same model with the other modality marked absent.

    :param model: a trained :class:`~mmtutor.models.MultimodalModel`; see
        :func:`~mmtutor.figures.live.runtime.network.export_model` for what it may be made of.
    :param dataset: where the samples come from: ``clean(i)`` gives ``({"image": (1, H, W) in
        [0, 1], "audio": (samples,)}, y)``, and ``image_noise``, ``audio_noise`` are those of the
        training, as in :class:`~mmtutor.datasets.AVDigits`.
    :param indices: which samples, 1 to 10 of them.
    :param state: ``sample`` (which of them is shown first), ``image_noise``, ``audio_noise``,
        ``eyes_closed``, ``ears_covered``, ``seed`` (of the noise), ``words``.
    :raises TypeError: a model the page cannot run.
    :raises ValueError: such a model's sizes, no or too many indices, or an image outside [0, 1].
    :raises IndexError: an index that the data set does not have.

    >>> Belief(model, AVDigits("test"), [3, 14, 15, 92])  # doctest: +SKIP
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (730, 1110)

    network = traitlets.Dict().tag(sync=True)
    samples: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    ranges = traitlets.Dict().tag(sync=True)
    sample = traitlets.Int(0).tag(sync=True, low=0, high=lambda figure: len(figure.samples) - 1)
    image_noise = traitlets.Float(0.5).tag(sync=True, low=0)
    audio_noise = traitlets.Float(0.5).tag(sync=True, low=0)
    eyes_closed = traitlets.Bool(False).tag(sync=True)
    ears_covered = traitlets.Bool(False).tag(sync=True)
    seed = traitlets.Int(1).tag(sync=True)

    _esm = javascript("belief/figure.js")

    def __init__(
        self, model: nn.Module, dataset: Any, indices: Sequence[int], **state: Any
    ) -> None:
        indices = [int(i) for i in indices]
        if not 1 <= len(indices) <= 10:
            raise ValueError(f"the figure shows 1 to 10 samples, got {len(indices)} indices")
        for i in indices:
            if not 0 <= i < len(dataset):
                raise IndexError(f"there is no sample {i}, the data set has {len(dataset)}")
        usual = {name: float(getattr(dataset, name)) for name in ("image_noise", "audio_noise")}
        super().__init__(
            network=export_model(model),
            samples=[_pack(*dataset.clean(i)) for i in indices],
            ranges={name: [usual[name], 3 * usual[name] or 1.0] for name in usual},
            **{**usual, **state},
        )


def _pack(inputs: dict[str, Tensor], y: Tensor) -> dict[str, Any]:
    """One clean sample as JSON: pixels in 1/240, the sound in μ-law without its silent ends.

    μ-law: :math:`F(s) = \\mathrm{sign}(s) \\ln(1 + 255|s|) / \\ln 256`, rounded to 1/127
    (ITU-T G.711 has the idea; https://www.itu.int/rec/T-REC-G.711).
    """
    image, audio = inputs["image"].numpy(), inputs["audio"].numpy()
    if image.min() < 0 or image.max() > 1:
        raise ValueError(
            f"pixels must lie in [0, 1], these go from {image.min():g} to {image.max():g}"
        )
    _, rows, columns = image.shape
    sounding = np.flatnonzero(audio)
    start, stop = (sounding[0], sounding[-1] + 1) if len(sounding) else (0, 0)
    peak = float(np.abs(audio).max()) or 1.0
    small = audio[start:stop] / peak
    mu_law = np.sign(small) * np.log1p(255 * np.abs(small)) / np.log(256)
    return {
        "digit": int(y),
        "rows": rows,
        "columns": columns,
        "pixels": _base64(np.round(image * 240).astype(np.uint8)),
        "start": int(start),
        "length": len(audio),
        "peak": peak,
        "wave": _base64(np.round(127 * mu_law).astype(np.int8)),
    }


def _base64(values: np.ndarray) -> str:
    return base64.b64encode(values.tobytes()).decode()
