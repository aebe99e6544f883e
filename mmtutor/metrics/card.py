"""A reporting card: a result on one page, with what a reader needs to judge it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from torch import Tensor

from mmtutor.metrics.intervals import mean_interval, paired_interval
from mmtutor.metrics.two_way import two_way_interval
from mmtutor.names import check_name

ASKED = {
    "question": "what should be decided",
    "data": "what, how much, of whom",
    "split": "who is in the test, and in no other part",
    "leaks": "what was looked for, and found",
    "measure": "which, and why this one",
    "baselines": "which, and how they were trained",
    "chosen": "what was chosen, and on which samples",
    "over": "what differs between the runs; the intervals cover that",
    "compared": "how many comparisons, and the correction",
    "limits": "what this does not show",
}


class Card:
    """Results, run by run, and what was done: printed, it is a report of one page.

    The card computes the means, their 95 % intervals, and each way's paired difference from the
    baseline. It says which intervals these are: of one value a run, Student's t over the runs
    (:func:`mmtutor.metrics.mean_interval`); of a table (R, N) of runs by samples, the bootstrap
    over both (:func:`mmtutor.metrics.two_way_interval`). What else belongs into a report is asked
    for by name; what nobody said is printed as *not said*, so that a reader sees the hole.

    :param results: {way: one value a run}; run i of all ways shares its seed, its people, or both.
        Or {way: (R, N) tensor}: run r, judged on sample n.
    :param baseline: the way with which the others are compared.
    :param said: one sentence each on ``question``, ``data``, ``split``, ``leaks``, ``measure``,
        ``baselines``, ``chosen``, ``over``, ``compared``, ``limits``.
    :raises TypeError: no results by name, or a sentence that is no text.
    :raises ValueError: fewer than two runs, ways with unequal runs or samples, a baseline that is
        not among them, or a field that is not asked for.

    >>> print(Card({"ear": [0.70, 0.72], "both": [0.80, 0.83]}, baseline="ear", over="seeds"))
    ... # doctest: +SKIP
    """

    def __init__(
        self, results: Mapping[str, Sequence[float] | Tensor], *, baseline: str, **said: str
    ) -> None:
        if not isinstance(results, Mapping) or not results:
            raise TypeError(f"results must be {{way: a value a run}}, got {results!r:.60}")
        check_name("baseline", baseline, results)
        for field, text in said.items():
            check_name("field of a card", field, ASKED)
            if not isinstance(text, str):
                raise TypeError(f"{field} must be a sentence, got {text!r:.60}")
        self.baseline, self.said = baseline, {k: v.strip() for k, v in said.items() if v.strip()}
        base = results[baseline]
        self.two_way = isinstance(base, Tensor) and base.ndim == 2
        self.rows = {
            way: (_mean(runs), None if way == baseline else _lead(way, runs, baseline, base))
            for way, runs in results.items()
        }

    @property
    def missing(self) -> list[str]:
        """The fields that nobody said anything about."""
        return [field for field in ASKED if field not in self.said]

    def __repr__(self) -> str:
        wide = max(10, *map(len, self.rows))
        lines = [f"{'':{wide}}   value   95 % interval     less {self.baseline}"]
        for way, ((mean, low, high), less) in self.rows.items():
            line = f"{way:{wide}}   {mean:.3f}   {low:.3f} … {high:.3f}"
            if less:
                line += f"   {less[0]:+.3f} ({less[1]:+.3f} … {less[2]:+.3f})"
            lines.append(line)
        which = (
            "two-way bootstrap over runs and samples" if self.two_way else "Student's t over runs"
        )
        lines.append(f"{'intervals':{wide}}   {which}")
        for field, meant in ASKED.items():
            text = self.said.get(field, f"NOT SAID: {meant}")
            head = f"{field:{wide}}   "
            lines.append(textwrap.fill(head + text, 79, subsequent_indent=" " * len(head)))
        return "\n".join(lines)


Ends = tuple[float, float, float]


def _mean(runs: Sequence[float] | Tensor) -> Ends:
    if isinstance(runs, Tensor) and runs.ndim == 2:
        found = two_way_interval(runs)
        return float(found), found.low, found.high
    return mean_interval(runs)


def _lead(
    way: str, runs: Sequence[float] | Tensor, baseline: str, base: Sequence[float] | Tensor
) -> Ends:
    """By how much a way is above the baseline, run by run and sample by sample."""
    if isinstance(base, Tensor) and base.ndim == 2:
        if not isinstance(runs, Tensor) or runs.shape != base.shape:
            shape = tuple(runs.shape) if isinstance(runs, Tensor) else type(runs).__name__
            raise ValueError(
                f"{way!r} has another shape than the baseline {baseline!r}: "
                f"{shape}, {tuple(base.shape)}"
            )
        return _mean(runs.double() - base.double())
    return paired_interval(runs, base)
