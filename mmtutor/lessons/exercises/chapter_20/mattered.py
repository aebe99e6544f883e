"""20.4: what each word does, by leaving it out."""

from __future__ import annotations

from collections.abc import Callable

import torch

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import in_a_row

Odds = Callable[[list[str]], float]


def _turning(words: list[str]) -> float:
    """A word's place counts, and "not" turns round what follows."""
    total, sign = 0.25, 1.0
    for place, word in enumerate(words):
        if word == "not":
            sign = -sign
        total += sign * (len(word) - 4.5) * (1 + 0.1 * place)
    return total


_CASES = (
    (_turning, ["the", "film", "was", "not", "wonderful"]),
    (_turning, ["so", "so", "good"]),
    (_turning, ["not", "good", "and", "not", "awful"]),
    (_turning, ["awful"]),
)


def _left_out(odds: Odds, words: list[str]) -> torch.Tensor:
    return torch.tensor([odds(words) - odds(words[:i] + words[i + 1 :]) for i in range(len(words))])


def _turned(odds: Odds, words: list[str]) -> torch.Tensor:
    return -_left_out(odds, words)


def _each_alone(odds: Odds, words: list[str]) -> torch.Tensor:
    return torch.tensor([odds([word]) for word in words])


def _every_such_word(odds: Odds, words: list[str]) -> torch.Tensor:
    without = ([w for w in words if w != word] for word in words)
    return torch.tensor([odds(words) - odds(left) for left in without])


def _first_such_word(odds: Odds, words: list[str]) -> torch.Tensor:
    """What ``list.remove`` and ``list.index`` find."""
    return torch.tensor([_left_out(odds, words)[words.index(word)] for word in words])


def _without_its_sign(odds: Odds, words: list[str]) -> torch.Tensor:
    return _left_out(odds, words).abs()


def _against_itself(odds: Odds, words: list[str]) -> torch.Tensor:
    return torch.tensor([odds(words) - odds([word]) for word in words])


def _by_and_by(odds: Odds, words: list[str]) -> torch.Tensor:
    return torch.tensor([odds(words[: i + 1]) - odds(words[:i]) for i in range(len(words))])


def _cut_off(odds: Odds, words: list[str]) -> torch.Tensor:
    return torch.tensor([odds(words) - odds(words[:i]) for i in range(len(words))])


def _only_the_rest(odds: Odds, words: list[str]) -> torch.Tensor:
    return torch.tensor([odds(words[:i] + words[i + 1 :]) for i in range(len(words))])


MATTERED = Exercise(
    solution=_left_out,
    mistakes=(
        (_turned, "The sign: the whole less the rest, so that a good word pushes upwards."),
        (_each_alone, "A word alone has no 'not' before it. Leave it out of the whole list."),
        (_every_such_word, "You left out every word that is the same. Leave out one *place*."),
        (_first_such_word, "A word stands twice, and you left out the first one both times, as "
                           "words.remove and words.index do. Go by the place i."),
        (_without_its_sign, "Keep the sign: a word can push up or down."),
        (_against_itself, "You took off the odds of the word alone. Take off those of the others."),
        (_by_and_by, "You read word by word, and stopped there. What follows stays in both lists."),
        (_cut_off, "You cut off all that follows. Take words[:i] + words[i + 1:]."),
        (_only_the_rest, "Those are the odds of the rest. Take them from the odds of the whole."),
    ),
    praise="With 'not' in the list, a good word pushes down: context is what you measure.",
    hint="odds(words) - odds(words[:i] + words[i + 1:]) for each place i.",
    probe=in_a_row(*_CASES),
)  # fmt: skip
