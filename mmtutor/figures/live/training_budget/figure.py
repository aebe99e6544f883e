"""What a training costs on N devices: dials for its size, the wire and the failures."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.scaling import (
    BYTES_A_PARAMETER,
    BYTES_SAVED,
    CLASSES,
    KEPT,
    Cluster,
    Costs,
    Machine,
    Workload,
    costs,
)

LAYERS = 12
SAMPLES = 10**9
STOPS = {
    "batch": [2**k for k in range(6, 17)],
    "width": [2**k for k in range(6, 13)],
    "tokens": [2**k for k in range(3, 10)],
    "modalities": [1, 2, 3, 4],
    "devices": [2**k for k in range(13)],
    "link": [0.1, 1, 10, 100, 1000],
    "failures": [100, 1000, 10_000, 100_000],
    "speed": [1, 10, 100, 1000, 10_000],
}
"""Where the dials stop. ``link`` in gigabytes a second, ``failures`` in hours between two of one
device, ``speed`` in machines like the one that was measured."""

WORDS = {
    "label": "What a training costs, on one device or on many",
    "batch": "batch, samples",
    "width": "width of a token",
    "tokens": "tokens of a modality",
    "modalities": "modalities",
    "devices": "devices",
    "link": "link",
    "say_link": "{n} GB a second",
    "failures": "a device fails every",
    "say_failures": "{n} hours",
    "speed": "speed of a device",
    "say_speed": "{n} × measured",
    "computing": "computing",
    "exchanging": "exchanging",
    "axis": "devices",
    "seconds": "seconds of a step",
    "alt": "Seconds of a step against the number of devices, both logarithmic: computing falls, "
    "exchanging does not. {said}",
    "said": "{params} million weights, {samples} samples seen once. On {devices} devices a step "
    "computes {compute} and exchanges {exchange}: {balance}. Memory of each: {memory} GB. "
    "The training takes {hours}, {money} dollars and {energy} at 2 dollars an hour and 500 watts "
    "a device. Save every {interval}; saving and failures cost {lost} more time.",
    "one": "nothing to exchange with",
    "work": "computing dominates",
    "wire": "communication dominates, as from {crossing} devices on",
    "too_much": "more than doubles the time: beyond the formula",
    "unit_us": "{n} µs",
    "unit_ms": "{n} ms",
    "unit_s": "{n} s",
    "unit_min": "{n} minutes",
    "unit_h": "{n} hours",
    "unit_d": "{n} days",
    "unit_y": "{n} years",
    "kwh": "{n} kWh",
    "mwh": "{n} MWh",
}


class TrainingBudget(LiveFigure):
    """Time, memory, money and lost work of a training, by :func:`mmtutor.scaling.costs`.

    Twelve blocks a tower, a billion samples, no overlap of work and exchange; what else
    :class:`mmtutor.scaling.Cluster` has, with its defaults. Far outside of what was measured, the
    machine's prices are an extrapolation.

    :param machine: as fitted by :func:`mmtutor.scaling.fit_machine`.
    :param state: ``batch``, ``width``, ``tokens``, ``modalities``, ``devices``, ``link``,
        ``failures``, ``speed``, each one of `STOPS`; ``words``.
    :raises ValueError: a number where no dial stops.

    >>> TrainingBudget(Machine((0.0, 0.0, 1e-11, 0.0, 0.0)), devices=8).devices
    8
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (760, 1130)

    stops = traitlets.Dict().tag(sync=True)
    prices: traitlets.List[float] = traitlets.List().tag(sync=True)
    fixed = traitlets.Dict().tag(sync=True)
    batch = traitlets.Int(4096).tag(sync=True, among=STOPS["batch"])
    width = traitlets.Int(512).tag(sync=True, among=STOPS["width"])
    tokens = traitlets.Int(64).tag(sync=True, among=STOPS["tokens"])
    modalities = traitlets.Int(2).tag(sync=True, among=STOPS["modalities"])
    devices = traitlets.Int(8).tag(sync=True, among=STOPS["devices"])
    link = traitlets.Float(10.0).tag(sync=True, among=STOPS["link"])
    failures = traitlets.Int(10_000).tag(sync=True, among=STOPS["failures"])
    speed = traitlets.Int(1000).tag(sync=True, among=STOPS["speed"])

    _esm = javascript(
        "runtime/controls.js", "training_budget/budget.js", "training_budget/figure.js"
    )

    def __init__(self, machine: Machine, **state: Any) -> None:
        cluster = Cluster()
        fixed = {name: getattr(cluster, name) for name in ("delay", "disk", "restart")}
        fixed |= {"price": cluster.price, "watts": cluster.watts, "layers": LAYERS}
        fixed |= {"classes": CLASSES, "samples": SAMPLES, "kept": KEPT}
        fixed |= {"bytes": BYTES_A_PARAMETER, "saved": BYTES_SAVED}
        super().__init__(stops=STOPS, prices=list(machine.seconds), fixed=fixed, **state)

    def costs(self) -> Costs:
        """What the dials say, from the package's own formulas."""
        sizes = {name: getattr(self, name) for name in ("batch", "width", "tokens", "modalities")}
        cluster = Cluster(
            devices=self.devices, link=1e9 * self.link, hours_between_failures=self.failures
        )
        machine = Machine(tuple(price / self.speed for price in self.prices))
        return costs(Workload(layers=LAYERS, **sizes), machine, cluster, samples=SAMPLES)
