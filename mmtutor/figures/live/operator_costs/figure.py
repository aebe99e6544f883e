"""What each ⊕ costs: numbers and operations against width, modalities and rank, on a log plot."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable
from typing import Any, ClassVar

import torch
import traitlets

from mmtutor import fusion
from mmtutor.figures.live.operator_costs.closed_form import NotPolynomialError, polynomial
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript

BATCH = 128
MODALITIES = 5
AXES = ("width", "out_dim", "rank")
"""What a closed form is a polynomial of, for each number of modalities."""
STOPS = {
    "modalities": list(range(1, MODALITIES + 1)),
    "width": [2**k for k in range(3, 11)],
    "out_dim": [2**k for k in range(3, 11)],
    "rank": [2**k for k in range(6)],
}
"""Where the dials stop."""
MEASURES = ("params", "flops")
LEVELS = ("modalities", "width", "rank")

WORDS = {
    "label": "Cost of each fusion operator, on a logarithmic scale",
    "measure": "Show",
    "params": "numbers to learn",
    "flops": f"operations, {BATCH} samples",
    "along": "Against",
    "modalities": "number of modalities",
    "width": "width of each modality",
    "out_dim": "width of h",
    "rank": "rank",
    "operator": "Look at",
    "plot": "{measure} against {along}, logarithmic. {name} in blue, tensor fusion in red, the "
    "other operators thin.",
    "none": "0",
    "million": "{n} million",
    "billion": "{n} billion",
    "power": "{n} · 10{k}",
    "laptop": "16 GB of numbers",
    "said_params": "{name}, {count} times {width} → {out}{rank}: {value} to learn, {bytes} in "
    "float32. {compared}",
    "said_flops": "{name}, {count} times {width} → {out}{rank}: {value} operations for 128 "
    "samples. {compared}",
    "said_rank": ", rank {rank}",
    "said_numbers": "{value} numbers",
    "said_one_number": "1 number",
    "said_free": "{name} learns nothing.",
    "times_more": "That is {times} times concat.",
    "times_less": "concat costs {times} times as much.",
    "times_same": "About what concat costs.",
    "concat_itself": "The measure for the others.",
    "explodes": "tensor: {times} times concat.",
    "kilobyte": "{n} kB",
    "megabyte": "{n} MB",
    "gigabyte": "{n} GB",
    "terabyte": "{n} TB",
    "petabyte": "{n} PB",
}


class OperatorCosts(LiveFigure):
    r"""Closed-form costs of every feature-level ⊕ that is registered, with dials.

    The page evaluates polynomials that were read off ``num_params`` and ``flops`` of the
    operators themselves (:mod:`mmtutor.figures.live.operator_costs.closed_form`), each with its
    default options and vectors for features. A cost that is no polynomial of the dials is sent
    as its value at every stop.

    :param operator: the ⊕ looked at, a name in :data:`mmtutor.fusion.OPERATORS`.
    :param measure: ``"params"`` or ``"flops"``.
    :param along: what grows to the right: ``"modalities"``, ``"width"`` or ``"rank"``.
    :param modalities: 1 to 5.
    :param width: width of each modality, a power of two from 8 to 1,024.
    :param out_dim: width of :math:`h`, likewise.
    :param rank: for the operators that have one, a power of two from 1 to 32.
    :param words: texts to show instead of the English ones.
    :raises ValueError: an unknown name, or a number where no dial stops.

    >>> OperatorCosts(modalities=3, width=64).modalities
    3
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (1008, 1290)

    operators: traitlets.List = traitlets.List().tag(sync=True)
    stops = traitlets.Dict().tag(sync=True)
    batch = traitlets.Int(BATCH).tag(sync=True)
    operator = traitlets.Unicode("low_rank").tag(
        sync=True, among=lambda figure: [form["name"] for form in figure.operators]
    )
    measure = traitlets.Unicode("params").tag(sync=True, among=MEASURES)
    along = traitlets.Unicode("modalities").tag(sync=True, among=LEVELS)
    modalities = traitlets.Int(3).tag(sync=True, among=STOPS["modalities"])
    width = traitlets.Int(64).tag(sync=True, among=STOPS["width"])
    out_dim = traitlets.Int(64).tag(sync=True, among=STOPS["out_dim"])
    rank = traitlets.Int(4).tag(sync=True, among=STOPS["rank"])

    _esm = javascript("runtime/controls.js", "operator_costs/costs.js", "operator_costs/figure.js")

    def __init__(self, **state: Any) -> None:
        super().__init__(operators=closed_forms(), stops=STOPS, **state)


def closed_forms() -> list[dict[str, Any]]:
    """Return the costs of every feature-level operator that takes modalities of any width.

    One is ``{"name", "ranked", "params", "flops"}``. Either cost is ``{"terms": …}``, a list with,
    for each number of modalities from one, the terms ``[coefficient, [powers of width, out_dim,
    rank]]``; or ``{"table": …}``, a flat list of the values at the stops of modalities, width,
    out_dim and (where ``ranked``) rank, the last one fastest.
    """
    return [
        _form(name, operator)
        for name, operator in fusion.OPERATORS.items()
        if operator.level == "feature" and not operator.equal_widths
    ]


@functools.cache
def _form(name: str, operator: type[fusion.Fusion]) -> dict[str, Any]:
    """Cached by class: the closed forms of a class do not change."""
    takes = inspect.signature(operator.__init__).parameters
    axes = [axis for axis in AXES if axis != "rank" or "rank" in takes]
    most = {"max_size": 10**60} if "max_size" in takes else {}

    @functools.cache
    def built(modalities: int, width: int, out_dim: int, **rank: int) -> fusion.Fusion:
        dims = {f"modality {m}": width for m in range(modalities)}
        with torch.device("meta"):  # shapes without memory
            return operator(dims, out_dim, **rank, **most)

    def cost(measure: Callable[[fusion.Fusion], int], modalities: int, **sizes: int) -> int:
        return measure(built(modalities, **sizes))

    def told(measure: Callable[[fusion.Fusion], int]) -> dict[str, list]:
        try:
            terms = [
                polynomial(functools.partial(cost, measure, count), axes)
                for count in STOPS["modalities"]
            ]
        except NotPolynomialError:
            names = ("modalities", *axes)
            stops = itertools.product(*(STOPS[axis] for axis in names))
            return {"table": [cost(measure, **dict(zip(names, at, strict=True))) for at in stops]}
        pad = [0] * (len(AXES) - len(axes))
        return {"terms": [[[c, [*powers, *pad]] for c, powers in one] for one in terms]}

    return {
        "name": name,
        "ranked": "rank" in takes,
        "params": told(lambda op: op.num_params()),
        "flops": told(lambda op: op.flops(BATCH)),
    }
