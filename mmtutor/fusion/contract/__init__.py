"""The contract of ⊕ as a check: does an operator keep every promise?

:func:`check_contract` puts each promise to an operator, on a few fixed problems. The test suite
puts the same promises on drawn ones. :data:`PROMISES` lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmtutor.fusion.base import Fusion
from mmtutor.fusion.contract import learning, masks, programs, values
from mmtutor.fusion.contract.problem import Problem, Subject, fixed
from mmtutor.fusion.contract.promise import Broken, Promise

PROMISES: dict[str, Promise] = {
    thing.name: thing
    for module in (values, masks, learning, programs)
    for thing in vars(module).values()
    if isinstance(thing, Promise)
}
"""All promises by name, in the order in which a report lists them."""


@dataclass(frozen=True)
class Report:
    """What came of checking an operator.

    :param subject: the operator, as a text.
    :param complaints: for each promise checked, what is wrong, or ``None`` where it is kept.
    """

    subject: str
    complaints: dict[str, str | None]

    @property
    def broken(self) -> dict[str, str]:
        """The promises that are broken, each with what is wrong."""
        return {name: words for name, words in self.complaints.items() if words is not None}

    @property
    def ok(self) -> bool:
        """Whether every promise is kept."""
        return not self.broken

    def __str__(self) -> str:
        lines = [
            f"{'✓' if words is None else '✗'} {PROMISES[name].sentence}"
            + ("" if words is None else f"\n    {words}")
            for name, words in self.complaints.items()
        ]
        kept = len(self.complaints) - len(self.broken)
        return "\n".join([*lines, f"{self.subject}: {kept} of {len(lines)} promises kept"])

    __repr__ = __str__


def check_contract(operator: type[Fusion], *, programs: bool = True, **options: Any) -> Report:
    """Check whether an operator keeps every promise of ⊕.

    :param operator: a class that inherits from :class:`mmtutor.fusion.Fusion`; it need not be
        registered.
    :param programs: also compile and export it, which takes some seconds.
    :param options: what its constructor takes beside ``dims`` and ``out_dim``.
    :returns: a :class:`Report`; print it.
    :raises TypeError: not a subclass of ``Fusion``, or a method of the contract is missing.

    >>> from mmtutor import fusion
    >>> fusion.check_contract(fusion.Concat, programs=False).ok
    True
    """
    if not (isinstance(operator, type) and issubclass(operator, Fusion)):
        raise TypeError(f"a class that inherits from Fusion is expected, got {operator!r}")
    subject = Subject(operator, options)
    complaints = {}
    for name, promise in PROMISES.items():
        if promise.concerns(operator) and (programs or not promise.program):
            complaints[name] = _complaint(promise, subject)
    return Report(repr(subject), complaints)


def _complaint(promise: Promise, subject: Subject) -> str | None:
    try:
        for problem in _problems(promise, subject):
            promise.check(problem)
    except Broken as broken:
        return str(broken)
    except Exception as error:  # the operator's own code failed: that is the news
        return f"the operator stopped with {type(error).__name__}: {error}"
    return None


def _problems(promise: Promise, subject: Subject) -> list[Problem]:
    """One problem of ordinary size, and some small ones: 1 to 4 modalities, B = 1."""
    if promise.name == "every_parameter_learns":
        return [fixed(subject, batch=32, whole=True)]
    problems = [fixed(subject)]
    if not promise.ordinary:
        small = [(1, 1), (1, 3), (2, 4), (4, 5)]
        problems += [
            fixed(subject, count, batch, seed=batch)
            for count, batch in small
            if count >= promise.modalities
        ]
    return problems


__all__ = [
    "PROMISES",
    "Broken",
    "Problem",
    "Promise",
    "Report",
    "Subject",
    "check_contract",
    "fixed",
]
