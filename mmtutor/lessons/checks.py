"""``check``: what a learner's answer got right, and what went wrong in *this* one.

An exercise knows its solution and the typical wrong answers, each with a word about the slip
behind it. Answers are compared by what they do: a function is run on fixed inputs. So a wrong
answer is recognised however it was written. Where the answer is a value, the exercise is a
:class:`~mmtutor.lessons.questions.Question`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sysconfig
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.questions import NotAnAnswer, Question
from mmtutor.names import check_name
from mmtutor.printing import say

EXERCISES = "mmtutor.lessons.exercises"


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise of a chapter that is answered with code.

    :param solution: a right answer.
    :param mistakes: typical wrong answers, each with the sentence that explains it.
    :param praise: what to say when it is right: the point of the exercise.
    :param hint: what to say when it is wrong in a way nobody foresaw; a function makes it of the
        probed answer.
    :param probe: turns an answer into numbers or a text that can be compared; raises
        :class:`NotAnAnswer` for the wrong kind of answer.
    :param tolerance: how far numbers may be apart.
    """

    solution: Any
    mistakes: tuple[tuple[Any, str], ...]
    praise: str
    hint: str | Callable[[Any], str]
    probe: Callable[[Any], Tensor | str]
    tolerance: float = 1e-4

    def same(self, a: Tensor | str, b: Tensor | str) -> bool:
        """Tell whether two probed answers agree."""
        if isinstance(a, str) or isinstance(b, str):
            return a == b
        return a.shape == b.shape and torch.allclose(
            a, b, rtol=self.tolerance, atol=self.tolerance, equal_nan=True
        )

    # Probed once: who is stuck asks again and again, and a probe may train a network.
    @cached_property
    def _right(self) -> Tensor | str:
        return self.probe(self.solution)

    @cached_property
    def _wrong(self) -> Callable[[int], Tensor | str]:
        return cache(lambda i: self.probe(self.mistakes[i][0]))

    def judge(self, answer: Any) -> tuple[bool, str]:
        """Return whether the answer is right, and what to tell the learner."""
        try:
            given = self.probe(answer)
        except NotAnAnswer as error:
            return False, str(error)
        except Exception as error:  # the learner's own code failed: that is the news
            return False, stopped(error)
        if self.same(given, self._right):
            return True, self.praise
        for i, (_, message) in enumerate(self.mistakes):
            if self.same(given, self._wrong(i)):
                return False, message
        return False, self.hint(given) if callable(self.hint) else self.hint


def stopped(error: Exception) -> str:
    """Say that the learner's code stopped, in which of its lines, and with which error."""
    package, libraries = Path(__file__).parents[1], Path(torch.__file__).parents[1]
    not_theirs = (str(package), str(libraries), sysconfig.get_path("stdlib"), "<frozen")
    theirs = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.line and not frame.filename.startswith(not_theirs)
    ]
    where = f" in line {theirs[-1].lineno}, `{theirs[-1].line}`," if theirs else ""
    return f"your code stopped{where} with {type(error).__name__}: {error}"


def draw(*shape: int, seed: int) -> Tensor:
    """Draw numbers for a probe: the same ones each time, whatever was drawn before."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def called(answer: Any, *case: Any) -> Tensor:
    """Call a function on one case and return the numbers that come back.

    :raises NotAnAnswer: it cannot be called, or returns something else.
    """
    if not callable(answer):
        raise NotAnAnswer(
            f"a function is asked for, got {type(answer).__name__}: hand over its name alone"
        )
    own = [_own(v) for v in case]
    result = answer(*own)
    for mine, given in zip(own, case, strict=True):
        if isinstance(given, Tensor) and not _untouched(mine, given):
            raise NotAnAnswer(
                "your function changes a tensor that it was given: the caller still needs it. "
                "Work on a copy, or without methods that end in `_`, `+=` and assignments into it"
            )
    if result is None:
        raise NotAnAnswer("your function returns None: is there a `return`?")
    if isinstance(result, Tensor):
        return result.detach().double()
    if hasattr(result, "indices") and hasattr(result, "values"):
        raise NotAnAnswer("your function returns `values` and `indices` together: take one of them")
    try:
        return torch.as_tensor(_in_lists(result), dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):
        raise NotAnAnswer(
            f"your function should return numbers, it returns {type(result).__name__}"
        ) from None


def _untouched(mine: Tensor, given: Tensor) -> bool:
    same = mine.shape == given.shape and (mine == given) | (mine != mine) & (given != given)
    return bool(torch.as_tensor(same).all())


def _own(value: Any) -> Any:
    """Copy an input: a function that changes its own, or empties its lists, harms no one."""
    if isinstance(value, Tensor):
        return value.clone()
    return type(value)(map(_own, value)) if type(value) in (list, tuple) else value


def _in_lists(result: Any) -> Any:
    """Return tensors and arrays as lists, also those that stand in a list."""
    if isinstance(result, (list, tuple)):
        return [_in_lists(part) for part in result]
    return result.tolist() if hasattr(result, "tolist") else result


def function(*cases: tuple[Any, ...]) -> Callable[[Any], Tensor]:
    """Probe for a function: call it on each case and join what comes back."""

    def probe(answer: Any) -> Tensor:
        results = [called(answer, *case) for case in cases]
        shape = torch.tensor([size for r in results for size in (r.dim(), *r.shape)])
        return torch.cat([shape.double(), *(r.flatten() for r in results)])

    return probe


def exercise(name: str) -> Exercise | Question:
    """Look up an exercise by its number, such as ``"3.1"``, in an appendix ``"A.1"``.

    :raises KeyError: there is none of that number.
    """
    chapter = name.partition(".")[0]
    folder = f"chapter_{chapter:0>2}" if chapter.isdecimal() else f"appendix_{chapter.lower()}"
    try:
        found = _of_folder(folder)
    except ModuleNotFoundError:
        raise KeyError(f"no exercises for chapter {chapter!r} (asked for {name!r})") from None
    check_name("exercise", name, found, KeyError)
    return found[name]


def every_exercise() -> dict[str, Exercise | Question]:
    """Return the exercises of all chapters by their numbers."""
    places = importlib.import_module(EXERCISES).__path__
    folders = (found.name for found in pkgutil.iter_modules(places) if found.ispkg)
    return {name: it for folder in sorted(folders) for name, it in _of_folder(folder).items()}


def _of_folder(folder: str) -> dict[str, Exercise | Question]:
    return importlib.import_module(f"{EXERCISES}.{folder}").EXERCISES


def check(name: str, answer: Any) -> None:
    """Print whether an answer to an exercise is right, and if not, what is wrong with it.

    :param name: the exercise's number, such as ``"3.1"``, in an appendix ``"A.1"``.
    :param answer: the learner's answer; ``None`` or ``...`` count as not answered yet.
    :raises KeyError: there is no such exercise.
    """
    if not isinstance(name, str):
        say(f'○ The number of an exercise is a text, in quotes: check("{name}", …)')
        return
    asked = exercise(name)
    if answer is None or answer is ...:
        say(f"○ Exercise {name}: not answered yet. Fill in the cell and run it again.")
        return
    right, message = asked.judge(answer)
    say(f"{'✓' if right else '✗'} Exercise {name}: {'right. ' if right else ''}{message}")
