"""Draw a digit, say it, and watch two networks make up their mind."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import traitlets
from torch import nn

from mmtutor.datasets.storage.shipped import data_file
from mmtutor.figures.live.draw_and_say import parts
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.figures.live.runtime.network import export_model


class DrawAndSay(LiveFigure):
    r"""A digit drawn by the reader and one said by the reader, believed by eyes, ears and both.

    The drawing is a grid of 8 × 8 cells, as in :class:`~mmtutor.datasets.AVDigits`: a round brush
    inks 32 × 32 dots, and a cell is the share of its 16 dots. The sound comes from the microphone
    or from a shipped voice; the page cuts out the word, brings it to a mean square of 1 and sets
    it in the middle of one second. Noise :math:`\sigma\,\varepsilon` is added to each. Given the
    digit, drawing and sound have nothing to do with each other, so what both senses believe is
    the normalised product of what each believes, the sum of their logits:

    .. math:: p(y \mid x_1, x_2) \propto p(y \mid x_1)\, p(y \mid x_2)

    What the microphone hears stays in the page; it is no part of the state.

    :param model: another model than the figure's own, such as one trained in a notebook; see
        :func:`~mmtutor.figures.live.runtime.network.export_model` for what it may be made of.
        The figure's own is described in :file:`mmtutor/figures/live/draw_and_say/DATASHEET.md`.
    :param state: ``drawing`` (32 rows of 32 dots, four dots a hexadecimal digit), ``voice`` and
        ``word`` (who says which digit at first, -1 for nothing), ``image_noise``, ``audio_noise``,
        ``seed`` (of the noise), ``words``.
    :raises TypeError: a model the page cannot run.
    :raises ValueError: such a model's sizes, or a state out of its range.

    >>> DrawAndSay(word=3)  # doctest: +SKIP
    """

    WORDS: ClassVar[dict[str, str]] = parts.WORDS
    HEIGHT: ClassVar[tuple[int, int]] = parts.HEIGHT

    network = traitlets.Dict().tag(sync=True)
    voices: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    ranges = traitlets.Dict().tag(sync=True)
    drawing = traitlets.Unicode(parts.EXAMPLE).tag(sync=True)
    voice = traitlets.Int(0).tag(sync=True, low=0, high=lambda figure: len(figure.voices) - 1)
    word = traitlets.Int(-1).tag(sync=True, low=-1, high=9)
    image_noise = traitlets.Float(0.0).tag(sync=True, low=0, high=parts.IMAGE_NOISE)
    audio_noise = traitlets.Float(0.0).tag(sync=True, low=0, high=parts.AUDIO_NOISE)
    seed = traitlets.Int(1).tag(sync=True)

    _esm = javascript("draw_and_say/figure.js")

    def __init__(self, model: nn.Module | None = None, **state: Any) -> None:
        super().__init__(
            network=parts.network() if model is None else export_model(model),
            voices=parts.voices(lambda name: data_file(f"av_digits/{name}")),
            ranges={"image_noise": parts.IMAGE_NOISE, "audio_noise": parts.AUDIO_NOISE},
            **{**parts.START, **state},
        )

    @traitlets.validate("drawing")
    def _dots(self, proposal: Any) -> str:
        if not re.fullmatch(r"[0-9a-f]{256}", proposal["value"]):
            raise ValueError(
                "a drawing is 1,024 dots as 256 hexadecimal digits, "
                f"got {len(proposal['value'])} characters: {proposal['value'][:20]!r}"
            )
        return proposal["value"]
