"""Robustness curves: how a metric falls as one modality gets worse."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib import pyplot as plt

from mmtutor.figures.picture import Picture
from mmtutor.figures.style import MODALITY_COLOURS, PALETTE, style
from mmtutor.metrics import RobustnessCurve

AXIS = {
    "missing": "share of samples that lack the modality",
    "noise": "noise, in standard deviations",
}


def show_robustness(curves: Mapping[str, RobustnessCurve]) -> Picture:
    """Draw several curves into one picture, with bands for their intervals.

    :param curves: by the name to show; all of one kind.
    :raises ValueError: none, or of several kinds.
    """
    kinds = {(curve.kind, curve.metric) for curve in curves.values()}
    if len(kinds) != 1:
        raise ValueError("curves of one kind and metric can be drawn together, at least one")
    [(kind, metric)] = kinds
    spare = iter([*PALETTE.values()] * len(curves))
    with style():
        figure, ax = plt.subplots(figsize=(5, 3))
        for (name, curve), mark in zip(curves.items(), "os^Dv<>p" * len(curves), strict=False):
            colour = MODALITY_COLOURS.get(name) or next(spare)
            low, high = zip(*((v.low, v.high) for v in curve.values), strict=True)
            ax.fill_between(curve.levels, low, high, color=colour, alpha=0.2, lw=0)
            ax.plot(
                curve.levels, [float(v) for v in curve.values], f"{mark}-",
                ms=4, color=colour, label=name,
            )  # fmt: skip
        ax.set(xlabel=AXIS[kind], ylabel=metric)
        ax.legend()
    falls = "; ".join(
        f"{name} from {float(c.values[0]):.2f} to {float(c.values[-1]):.2f}, mean {c.area:.2f}"
        for name, c in curves.items()
    )
    return Picture(figure, alt=f"{metric} as {kind} grows: {falls}.")
