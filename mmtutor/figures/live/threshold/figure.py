"""A threshold on a score, how rare the event is, and what a miss costs: every measure moves."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

LOW, HIGH = -2.0, 5.0
SHARES = (0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005)
"""How common the event may be."""
COSTS = (1, 2, 5, 10, 20, 50, 100, 200)
"""How many false alarms a miss may cost."""

WORDS = {
    "label": "A threshold on a score, with dials for the class balance and the cost of a miss",
    "threshold": "Threshold",
    "share": "Share of cases with the event",
    "cost": "A miss costs as much as",
    "times": "{c} false alarms",
    "time": "1 false alarm",
    "without": "without the event",
    "with": "with the event",
    "border": "threshold: yes to the right",
    "drawing": "Two bells of scores, without the event around 0, with it around 2. Threshold "
    "{t}. Above it lie {alarm}% of those without and {recall}% of those with the event.",
    "caption": "Of 10,000 cases",
    "called_yes": "called yes",
    "called_no": "called no",
    "true_yes": "event",
    "true_no": "no event",
    "measures": "Measures at this threshold, and where the threshold is best for each",
    "measure": "measure",
    "here": "here",
    "best": "best",
    "at": "at",
    "accuracy": "accuracy",
    "recall": "recall (sensitivity)",
    "specificity": "recall of the others",
    "precision": "precision",
    "f1": "F1",
    "balanced": "macro recall",
    "loss": "cost a case",
    "never": "no case is called yes",
    "said": "{right}% right; always *no* would have {blind}%. Recall {recall}%, precision "
    "{precision}, F1 {f1}. {verdict}",
    "dear": "This costs more than to say *no* always.",
    "cheap": "This costs less than to say *no* always.",
    "auc": "Whatever the threshold, the share and the cost: the area under the ROC curve is {auc}.",
}


class Threshold(LiveFigure):
    r"""A detector whose score is normal: around 0 without the event, around 2 with it.

    It says *yes* above the threshold t. With the share π of cases that have the event,

    .. math:: \mathrm{TP} = \pi\,\Phi(2 - t), \quad \mathrm{FN} = \pi - \mathrm{TP}, \quad
              \mathrm{FP} = (1 - \pi)\,\Phi(-t), \quad \mathrm{TN} = 1 - \pi - \mathrm{FP},

    and every measure is made of these four. A case costs :math:`c\,\mathrm{FN} + \mathrm{FP}` on
    average. Numbers are exact, from the normal distribution function; nothing is drawn at random.

    :param threshold: t, −2 to 5.
    :param share: π, one of `SHARES`.
    :param cost: c, how many false alarms a miss costs, one of `COSTS`.
    :param words: texts to show instead of the English ones.
    :raises ValueError: a number outside its range, or none of those there are.

    >>> Threshold(threshold=1.0, share=0.02).cost
    1
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (760, 1010)

    shares: traitlets.List[float] = traitlets.List(list(SHARES)).tag(sync=True)
    costs: traitlets.List[int] = traitlets.List(list(COSTS)).tag(sync=True)
    threshold = traitlets.Float(1.0).tag(sync=True, low=LOW, high=HIGH)
    share = traitlets.Float(0.5).tag(sync=True, among=SHARES)
    cost = traitlets.Int(1).tag(sync=True, among=COSTS)

    _esm = javascript("threshold/figure.js")
