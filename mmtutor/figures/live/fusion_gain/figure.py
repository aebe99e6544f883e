"""Dials for what two senses know: Bayes limits, and where each rule that joins decisions lands."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

SHARES = ("redundancy", "unique_1", "unique_2", "synergy")

WORDS = {
    "label": "What two senses know, with dials, and what can be made of it",
    "redundancy": "redundant: both see it",
    "unique_1": "unique: only x_1 sees it",
    "unique_2": "unique: only x_2 sees it",
    "synergy": "synergistic: whether the two differ",
    "signal": "strength of the evidence s",
    "shared_noise": "share ρ of the noise that is common",
    "share": "{p}%",
    "legend": "Right, from 50 to 100 %. The upright mark: how sure of it one is, on average.",
    "first": "x₁ alone, at best",
    "second": "x₂ alone, at best",
    "both": "both, the Bayes limit",
    "product": "product of experts",
    "logits": "mean of logits",
    "probabilities": "mean of probabilities",
    "vote": "vote, ties by a coin",
    "row": "{name}: right {right}, believes {believes}",
    "row_plain": "{name}: right {right}",
    "said": "Both are right {both} at best, {more} points more than the better one. Of these, "
    "{out} are out of reach for rules on decisions. Bits: {first} and {second} alone, {together} "
    "together; by any measure {low} to {high} redundant.",
}


class FusionGain(LiveFigure):
    r"""Bayes accuracy of each sense and of both, and of rules that join two perfect models.

    The problem is :class:`~mmtutor.datasets.Synthetic` with two senses, two classes and equal
    signals. With :math:`d = s \sqrt{2 / (1 + \rho)}` and rest = 1 - R - U₁ - U₂ - S,

    ===================== ====================================================================
    bar                   how often right
    ===================== ====================================================================
    one sense             :math:`(R + U_m) \Phi(s) + (1 - R - U_m) / 2`
    both                  :math:`R\,\Phi(d) + (U_1 + U_2) \Phi(s)
                          + S (1 + (2 \Phi(s) - 1)^2) / 2 + \text{rest} / 2`
    product, means        the same with S / 2: of a synergistic sample a model of one sense
                          says one half
    vote                  the mean of both senses
    ===================== ====================================================================

    The mark on a bar is :math:`E \max_y p(y)`, the mean confidence; what a Bayes classifier
    believes is true, so there it stands at the end of the bar. Bits are :math:`1 - E\, H(p)`. The
    integrals are sums over a grid, made in the page.

    :param redundancy: share R of samples that both senses see; 0 to 1.
    :param unique_1: share U₁ of those that only the first sees.
    :param unique_2: share U₂ of those that only the second sees.
    :param synergy: share S of those where y says whether two signs differ. The four add up to at
        most 1; where a dial asks for more, the others make room.
    :param signal: s, from 0 to 3.
    :param shared_noise: ρ, from 0 to 1.
    :param words: texts to show instead of the English ones.
    :raises ValueError: a number out of its range, or shares that add up to more than 1.

    >>> FusionGain(synergy=0.5).synergy
    0.5
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (650, 1010)

    redundancy = traitlets.Float(0.4).tag(sync=True, low=0, high=1)
    unique_1 = traitlets.Float(0.05).tag(sync=True, low=0, high=1)
    unique_2 = traitlets.Float(0.05).tag(sync=True, low=0, high=1)
    synergy = traitlets.Float(0.3).tag(sync=True, low=0, high=1)
    signal = traitlets.Float(1.5).tag(sync=True, low=0, high=3)
    shared_noise = traitlets.Float(0.5).tag(sync=True, low=0, high=1)

    _esm = javascript("fusion_gain/figure.js")

    def __init__(self, **state: Any) -> None:
        super().__init__(**state)
        if (total := sum(getattr(self, name) for name in SHARES)) > 1 + 1e-9:
            raise ValueError(f"the shares of the four kinds add up to {total:g}, more than 1")
