"""What each way of fusing reaches and costs, and which differences five runs cannot tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.names import check_name

NOISES = ("low", "middle", "high")
GROUPS = ("all", "alone", "rule", "together", "frozen", "place")
COSTS = ("numbers", "ms")
RUNGS = {
    "vote": ("rule", "average"),
    "sum": ("together", "concat"),
    "meet": ("together", "concat, hidden layer"),
}
"""What all are compared with: group and way."""

WORDS = {
    "label": "Accuracy of each way of fusing against its cost",
    "problem": "Problem",
    "noise": "Noise",
    "low": "low",
    "middle": "middle",
    "high": "high",
    "show": "Show",
    "all": "all",
    "alone": "one sense",
    "rule": "rules on decisions",
    "together": "⊕, trained together",
    "frozen": "⊕, frozen encoders",
    "place": "where two layers join",
    "cost": "Cost",
    "numbers": "numbers to learn",
    "ms": "ms a training step",
    "beside": "Compare with",
    "vote": "vote (average)",
    "sum": "sum (concat)",
    "meet": "meet (concat, hidden layer)",
    "correct": "correct for many comparisons (Holm)",
    "way": "Look at",
    "band": "no difference",
    "plot": "Accuracy against {cost}, {problem}, noise {noise}: {count} ways. Filled: another "
    "accuracy than {beside}, beyond chance; hollow: no difference that five runs can tell.",
    "said": "{group}: {way}. Right {right}, {numbers} numbers to learn{ms}. {compared} "
    "{found} of the {count} ways shown differ from it beyond chance.",
    "said_ms": ", {ms} ms a step",
    "differs": "Beside {beside}: {by} points ({low} to {high}), p {p}: a difference.",
    "alike": "Beside {beside}: {by} points ({low} to {high}), p {p}: no difference that "
    "{runs} runs can tell.",
    "itself": "It is what all are compared with.",
    "no_ms": "Rules and single senses have no training step of both: they are left out.",
    "below": "below 0.001",
}


class LevelMap(LiveFigure):
    r"""Points of accuracy and cost, and the band in which runs cannot tell a way from a rival.

    Each way's runs are compared with the rival's, run by run: :math:`\bar d`, its interval
    :math:`\bar d \pm t_{n-1} s_d / \sqrt n` and the p of the paired t test, corrected over all ways
    shown if asked (:func:`mmtutor.metrics.holm`). The band is the rival's mean :math:`\pm` what a
    difference with the usual scatter must exceed, :math:`t_{n-1}(\alpha) \sqrt{\overline{s_d^2}
    / n}`, with :math:`\alpha` = 0.05, or if corrected divided by how many ways are compared. Each
    point is filled or hollow by its own test.

    :param rows: as ``results("levels")["rows"]`` has them: dictionaries with problem, noise,
        group, way, numbers, accuracy (a list, a number a run), and perhaps ms.
    :param problem: the problem shown first.
    :param noise: ``"low"``, ``"middle"`` or ``"high"``; one that the problem has no rows for is
        replaced by one that it has.
    :param show: ``"all"`` or a group of ways.
    :param cost: ``"numbers"`` or ``"ms"``.
    :param beside: ``"vote"``, ``"sum"`` or ``"meet"``.
    :param correct: correct for many comparisons.
    :param way: which of the shown ways is looked at, from the cheapest on.
    :param words: texts to show instead of the English ones.
    :raises ValueError: no rows, or an unknown name.
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (900, 1200)

    rows: traitlets.List = traitlets.List().tag(sync=True)
    rungs = traitlets.Dict().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)
    noise = traitlets.Unicode("middle").tag(sync=True, among=NOISES)
    show = traitlets.Unicode("all").tag(sync=True, among=GROUPS)
    cost = traitlets.Unicode("numbers").tag(sync=True, among=COSTS)
    beside = traitlets.Unicode("meet").tag(sync=True, among=RUNGS)
    correct = traitlets.Bool(True).tag(sync=True)
    way = traitlets.Int(0).tag(sync=True)

    _esm = javascript("runtime/controls.js", "level_map/tests.js", "level_map/figure.js")

    def __init__(self, rows: Sequence[Mapping[str, Any]], **state: Any) -> None:
        if not rows:
            raise ValueError("there are no rows to show")
        kept = ("problem", "noise", "group", "way", "numbers", "ms")
        told = []
        for row in rows:
            short = {key: row[key] for key in kept if key in row}
            told.append({**short, "accuracy": [round(v, 4) for v in row["accuracy"]]})
        state.setdefault("problem", told[0]["problem"])
        check_name("problem", state["problem"], dict.fromkeys(row["problem"] for row in told))
        rungs = {name: list(rung) for name, rung in RUNGS.items()}
        super().__init__(rows=told, rungs=rungs, **state)
