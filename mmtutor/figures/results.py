"""Results of repeated runs, as dots with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar, cast

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import is_color_like
from matplotlib.lines import Line2D

from mmtutor.figures.picture import Picture
from mmtutor.figures.style import MODALITY_COLOURS, PALETTE, style
from mmtutor.metrics import mean_interval
from mmtutor.names import check_name, unknown

T = TypeVar("T")

Runs = Mapping[str, Sequence[float]]
"""The values of each way's runs, by the name of the way."""

LINES = ((":", "grey"), ("--", "vermillion"), ("-.", "green"), ((0, (5, 1, 1, 1)), "purple"))
"""Reference lines differ in dash and colour."""


def show_runs(
    runs: Runs | Mapping[str, Runs],
    *,
    of: str,
    lines: Mapping[str, float] | Mapping[str, Mapping[str, float]] | None = None,
    colours: Mapping[str, str] | None = None,
    limits: tuple[float, float] | None = None,
    digits: int = 2,
    narrow: bool = False,
    note: str = "",
) -> Picture:
    r"""Draw what several ways reach in repeated runs: a row a way, and write the alt text.

    A ring is a run, the dot their mean :math:`\bar v`, the bar its 95 % interval
    :math:`\bar v \pm t_{n-1}\, s / \sqrt n`. The interval is about *other runs of the same kind on
    the same test samples*; see :func:`mmtutor.metrics.mean_interval`.

    >>> show_runs(
    ...     {"image alone": [0.74, 0.76, 0.75], "both": [0.89, 0.91, 0.90]},
    ...     of="accuracy on new samples",
    ...     lines={"a guess": 0.1},
    ...     colours={"image alone": "image"},
    ...     limits=(0, 1),
    ... )  # doctest: +ELLIPSIS
    Picture: accuracy on new samples: 2 ways, 3 runs each, with mean and 95 % interval. ...

    :param runs: the values of each way's runs by its name; or several such tables by their title,
        drawn beside each other.
    :param of: what is measured, with its unit; it stands below the axis and begins the alt text.
    :param lines: values to compare with, such as the share of the commonest class, by their name;
        or such a table for each title.
    :param colours: of a row by its name: a modality, a name in `PALETTE`, or any colour. A modality
        keeps its own colour without being asked, all other rows are blue.
    :param limits: ends of the axis, by default as the values ask for.
    :param digits: after the point, in picture and alt text.
    :param narrow: for a phone: the names stand above their rows, and one table below the other.
    :param note: a sentence to add to the alt text: what is there to be seen.
    :raises ValueError: no way, fewer than two runs of one, a value that is not finite, a colour or
        title that is not known.
    """
    tables, below = _by_title(runs), _by_title(lines or {})
    for title in below:
        if title:
            check_name("title", title, tables)
    ways = {way: None for table in tables.values() for way in table}
    if not ways:
        raise ValueError("there are no runs to show")
    for way in colours or {}:
        check_name("way", way, ways)
    painted = {way: colour(way, (colours or {}).get(way)) for way in ways}
    rows = [len(table) for table in tables.values()]
    named = {name for table in below.values() for name in table}
    # Below a narrow picture each line has a row of the legend: two of them fit.
    tall = 0.5 * sum(rows) + 0.9 * len(rows) + 0.35 * max(0, len(named) - 2)
    first = next(iter(tables.values()))
    with style():
        figure, axes = plt.subplots(
            *((len(rows), 1) if narrow else (1, len(rows))),
            figsize=(3.65, tall) if narrow else (7.5, 0.4 * max(rows) + 1.0),
            height_ratios=rows if narrow else None,
            squeeze=False,
        )
        drawn: dict[str, Line2D] = {}
        told = []
        for ax, (title, table) in zip(axes.flat, tables.items(), strict=True):
            own = below.get(title) or below.get("") or {}
            dots(
                ax,
                table,
                colours=painted,
                digits=digits,
                names=not narrow and (ax is axes[0, 0] or list(table) != list(first)),
                means=not narrow,
            )
            for (name, value), (dash, paint) in zip(own.items(), LINES * len(own), strict=False):
                drawn[name] = ax.axvline(value, ls=dash, color=PALETTE[paint], lw=1.5, zorder=0)
            ax.set(title=title, xlabel=of)
            if limits is not None:
                ax.set_xlim(*limits)
            if narrow:
                # One line above each row: beside a dot at the left a number would meet its name.
                for row, (way, values) in enumerate(table.items()):
                    ax.annotate(
                        f"{way}: {_interval(way, values)[0]:.{digits}f}",
                        (0, row),
                        (2, 7),
                        va="bottom",
                        xycoords=ax.get_yaxis_transform(),
                        textcoords="offset points",
                    )
            told.append(_told(title, table, own, digits))
        if drawn:
            figure.legend(
                list(drawn.values()), list(drawn), loc="outside lower center",
                ncols=1 if narrow else len(drawn),
            )  # fmt: skip
    counts = sorted({len(v) for table in tables.values() for v in table.values()})
    number = " to ".join(str(c) for c in dict.fromkeys([counts[0], counts[-1]]))
    head = f"{of}: {len(ways)} ways, {number} runs each, with mean and 95 % interval."
    return Picture(figure, alt=" ".join([head, *told, note]))


def dots(
    ax: Axes,
    results: Runs,
    *,
    colours: Mapping[str, str] | None = None,
    names: bool = True,
    means: bool = True,
    digits: int = 2,
) -> None:
    """Draw one row for each name: small rings for the runs, a dot for their mean, a 95 % bar.

    :param ax: where to draw.
    :param results: the runs' values by name; at least two runs each.
    :param colours: colour of a row by its name; blue where none is given.
    :param names: write the names beside the rows.
    :param means: write each mean beside its dot.
    :param digits: of the means, after the point.
    :raises ValueError: fewer than two runs of a name, or a value that is not finite.
    """
    for row, (name, values) in enumerate(results.items()):
        mean, low, high = _interval(name, values)
        paint = (colours or {}).get(name, PALETTE["blue"])
        ax.plot(values, [row] * len(values), "o", mfc="none", mec=paint, ms=5)
        ax.plot([low, high], [row, row], color="black", lw=2)
        ax.plot(mean, row, "o", color=paint, ms=9)
        if means:
            label = f"{mean:.{digits}f}"
            ax.annotate(label, (mean, row), (-7, 5), textcoords="offset points", ha="right")
    ax.set_ylim(len(results) - 0.5, -0.75)
    ax.set_yticks(range(len(results)), list(results) if names else [""] * len(results))
    ax.tick_params(axis="y", length=0)


def colour(name: str, asked: str | None = None) -> str:
    """Colour of what is called ``name``: of the modality, or blue; or the one asked for.

    :raises ValueError: ``asked`` is no modality, no name in `PALETTE`, and no colour.
    """
    known = {**PALETTE, **MODALITY_COLOURS}
    if asked is None:
        return MODALITY_COLOURS.get(name, PALETTE["blue"])
    if asked not in known and not is_color_like(asked):
        raise ValueError(unknown("colour", asked, known))
    return known.get(asked, asked)


def _by_title(table: Mapping[str, T] | Mapping[str, Mapping[str, T]]) -> dict[str, Mapping[str, T]]:
    """Tables by their title; one without a title is ``{"": table}``."""
    titled = {name: value for name, value in table.items() if isinstance(value, Mapping)}
    return titled or {"": cast("Mapping[str, T]", table)}


def _interval(name: str, values: Iterable[float]) -> tuple[float, float, float]:
    try:
        return mean_interval([float(v) for v in values])
    except ValueError as error:
        raise ValueError(f"{name!r}: {error}") from None


def _told(title: str, table: Runs, lines: Mapping[str, float], digits: int) -> str:
    rows = []
    for name, values in table.items():
        mean, low, high = (f"{v:.{digits}f}" for v in _interval(name, values))
        rows.append(f"{name}: {mean} ({low} to {high})")
    rows += [f"{name}, a line: {value:.{digits}f}" for name, value in lines.items()]
    return f"{title + '. ' if title else ''}{'; '.join(rows)}."
