"""How often each sense is missing and how noisy it is: what several models make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import torch
import traitlets
from torch import Tensor

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.names import listed

DIALS = ("missing 0", "missing 1", "noise 0", "noise 1")
"""What the curves may run along: a kind of damage, and the place of the sense."""

WORDS = {
    "label": "Two senses, missing or noisy, and how often several models are right",
    "missing": "{sense}: missing in",
    "noise": "{sense}: noise",
    "percent": "{p}%",
    "times": "{n} times",
    "told": "The models are told who is missing",
    "along": "Curves along",
    "along_missing": "{sense} missing",
    "along_noise": "noise of the {sense}",
    "axis_missing": "share of samples without the {sense}, %",
    "axis_noise": "noise of the {sense}, times the calm one",
    "model": "model",
    "here": "right here, %",
    "area": "area, %",
    "drawing": "A curve for each model, along {axis}. {curves}",
    "curve": "{model}: from {first}% to {last}%.",
    "said": "Best here: {best}, right in {p}%. The largest area, which is the mean along the dial: "
    "{wide}, {a}%.",
}

Model = Callable[[Mapping[str, Tensor]], Tensor]


class DamagedSenses(LiveFigure):
    r"""Dials for how often each of two senses is missing, and how noisy it is where it is there.

    Samples lack each sense independently of the other, in shares :math:`r_1` and :math:`r_2`. So
    how often a model is right is a mean of four numbers that were measured:

    .. math:: (1 - r_1)(1 - r_2)\,a_{12} + r_1 (1 - r_2)\,a_2 + (1 - r_1)\,r_2\,a_1 + r_1 r_2\,a_0

    :math:`a_{12}` with both senses, :math:`a_m` with sense m alone, :math:`a_0` with neither, each
    at the noise of the dials. The area under a curve is its mean (trapezoids, divided by the
    width). Make it with :meth:`measure`.

    :param accuracy: of each model, ``{name: {"told": table, "untold": table}}``; a table has
        ``[noise of the first][noise of the second]`` and then
        :math:`[a_{12}, a_2, a_1, a_0]`.
    :param senses: the names of the two senses, as shown.
    :param steps: the levels of noise, rising.
    :param state: ``missing`` (two shares), ``noise`` (two places in ``steps``), ``told``,
        ``along`` (one of `DIALS`), ``words``.
    :raises ValueError: a state out of its range, or not two senses.
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (955, 1120)

    accuracy = traitlets.Dict().tag(sync=True)
    senses: traitlets.List[str] = traitlets.List().tag(sync=True)
    steps: traitlets.List[float] = traitlets.List().tag(sync=True)
    missing: traitlets.List[float] = traitlets.List([0.0, 0.0]).tag(sync=True)
    noise: traitlets.List[int] = traitlets.List([1, 1]).tag(sync=True)
    told = traitlets.Bool(True).tag(sync=True)
    along = traitlets.Unicode("missing 1").tag(sync=True, among=DIALS)

    _esm = javascript("damaged_senses/figure.js")

    def __init__(
        self,
        accuracy: Mapping[str, Mapping[str, Any]],
        *,
        senses: Sequence[str],
        steps: Sequence[float],
        **state: Any,
    ) -> None:
        if len(senses) != 2:
            raise ValueError(f"this figure shows two senses, got {len(senses)}")
        super().__init__(accuracy=dict(accuracy), senses=list(senses), steps=list(steps), **state)

    @classmethod
    def measure(
        cls,
        models: Mapping[str, Model],
        features: Mapping[str, Sequence[Tensor]],
        targets: Tensor,
        empty: Mapping[str, Tensor],
        *,
        steps: Sequence[float],
        names: Mapping[str, str] | None = None,
        **state: Any,
    ) -> DamagedSenses:
        """Measure every model at every noise, with both senses, one and none.

        Told, a model gets the senses that are there, and where there is none it guesses: one
        class in C. Not told, it gets ``empty`` in the place of what is missing.

        :param models: by name; each maps ``{sense: (N, d)}`` to logits ``(N, C)`` and does without
            the key of a missing sense.
        :param features: of two senses, the same N samples at each level of noise.
        :param targets: classes, ``(N,)``.
        :param empty: of each sense, what stands for it where nobody says that it is missing,
            ``(1, d)``.
        :param steps: the levels of noise, one for each entry of ``features``.
        :param names: of the senses, as shown; their keys if left out.
        :raises ValueError: not two senses, or not as many features as steps.
        """
        if len(features) != 2 or set(empty) != set(features):
            raise ValueError(
                f"two senses and an empty one of each, got {listed(features)} and {listed(empty)}"
            )
        for name, levels in features.items():
            if len(levels) != len(steps):
                raise ValueError(
                    f"{len(steps)} steps of noise need as many features, {name!r} has {len(levels)}"
                )
        first, second = features
        blank = {m: v.expand(len(targets), -1) for m, v in empty.items()}
        accuracy: dict[str, dict[str, Any]] = {}
        for model, say in models.items():
            tables: dict[str, list[list[list[float]]]] = {"told": [], "untold": []}
            for a in features[first]:
                rows: dict[str, list[list[float]]] = {"told": [], "untold": []}
                for b in features[second]:
                    x = {first: a, second: b}
                    both, classes = _right(say, x, targets)
                    told = [both, _right(say, {second: b}, targets)[0]]
                    told += [_right(say, {first: a}, targets)[0], round(1 / classes, 4)]
                    rows["told"].append(told)
                    untold = [{first: blank[first]}, {second: blank[second]}, blank]
                    rows["untold"].append(
                        [both, *(_right(say, {**x, **lack}, targets)[0] for lack in untold)]
                    )
                for kind, row in rows.items():
                    tables[kind].append(row)
            accuracy[model] = tables
        shown = [(names or {}).get(name, name) for name in features]
        return cls(accuracy, senses=shown, steps=steps, **state)

    @traitlets.validate("missing")
    def _shares(self, proposal: Any) -> list[float]:
        if len(proposal["value"]) != 2 or not all(0 <= r <= 1 for r in proposal["value"]):
            raise ValueError(f"missing must be two shares in [0, 1], got {proposal['value']}")
        return proposal["value"]

    @traitlets.validate("noise")
    def _places(self, proposal: Any) -> list[int]:
        places = range(len(self.steps))
        if len(proposal["value"]) != 2 or not all(k in places for k in proposal["value"]):
            raise ValueError(f"noise must be two places in steps, got {proposal['value']}")
        return proposal["value"]


@torch.no_grad()
def _right(say: Model, x: Mapping[str, Tensor], targets: Tensor) -> tuple[float, int]:
    """How often a model is right, and its number of classes."""
    logits = say(x)
    hits = (logits.argmax(dim=1) == targets).double().mean()
    return round(float(hits), 4), logits.shape[1]
