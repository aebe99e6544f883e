"""H.3: the best accuracy of a rule that sees only the question."""

from __future__ import annotations

from collections import Counter, defaultdict

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import one_number_each


def _counts(questions: list[str], answers: list[str]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for question, answer in zip(questions, answers, strict=True):
        counts[question][answer] += 1
    return counts


def _best(questions: list[str], answers: list[str]) -> float:
    tops = [max(counter.values()) for counter in _counts(questions, answers).values()]
    return sum(tops) / len(answers)


def _mean_of_questions(questions: list[str], answers: list[str]) -> float:
    counts = _counts(questions, answers).values()
    return sum(max(c.values()) / sum(c.values()) for c in counts) / len(counts)


def _in_proportion(questions: list[str], answers: list[str]) -> float:
    counts = _counts(questions, answers).values()
    return sum(n * n / sum(c.values()) for c in counts for n in c.values()) / len(answers)


def _one_answer(questions: list[str], answers: list[str], newest: bool) -> float:
    """The first, or the last, answer to each question is given every time."""
    rule: dict[str, str] = {}
    for question, answer in zip(questions, answers, strict=True):
        if newest or question not in rule:
            rule[question] = answer
    hits = [rule[q] == a for q, a in zip(questions, answers, strict=True)]
    return sum(hits) / len(answers)


def _chance(questions: list[str], answers: list[str]) -> float:
    counts = _counts(questions, answers)
    return sum(1 / len(counts[question]) for question in questions) / len(answers)


_CASES = (
    (
        ["tone", "group", "tone", "woman", "tone", "group"],
        ["dark", "people", "light", "yes", "dark", "food"],
    ),
    # neither the first answer to "a" nor the last is the commonest
    (list("abacabaaa"), list("yxxyxyxzz")),
    (["one"], ["answer"]),
)

BLIND = Exercise(
    solution=_best,
    mistakes=(
        (
            lambda questions, answers: max(Counter(answers).values()) / len(answers),
            "One answer for all questions: that rule does not even read the question. Count for "
            "each question on its own.",
        ),
        (
            _mean_of_questions,
            "You averaged over the kinds of question. A question that is asked more often counts "
            "more: divide all hits by all answers.",
        ),
        (_chance, "That is the accuracy of guessing. The best rule gives the commonest answer."),
        (
            _in_proportion,
            "Your rule gives each answer as often as it occurs. Better: always the commonest.",
        ),
        (
            lambda questions, answers: _one_answer(questions, answers, newest=False),
            "Your rule gives the first answer that a question had. The first need not be the "
            "commonest.",
        ),
        (
            lambda questions, answers: _one_answer(questions, answers, newest=True),
            "Your rule gives the last answer that a question had: a dictionary was overwritten. "
            "Count the answers.",
        ),
        (
            lambda questions, answers: (
                len(set(zip(questions, answers, strict=True))) / len(answers)
            ),
            "You counted the different pairs. Count how often each occurs, and take the largest "
            "of each question.",
        ),
        (
            lambda questions, answers: 1 - _best(questions, answers),
            "That is the share of errors. The share of hits is asked for.",
        ),
        (
            lambda questions, answers: round(_best(questions, answers), 2),
            "Right, but rounded. Return the share as it is.",
        ),
        (
            lambda questions, answers: len(set(questions)) / len(answers),
            "You counted one hit a question. The commonest answer is right as often as it occurs.",
        ),
        (
            lambda questions, answers: 100 * _best(questions, answers),
            "Right, in per cent. A share from 0 to 1 is asked for.",
        ),
        (
            lambda questions, answers: _best(questions, answers) * len(answers),
            "These are the hits. Divide by the number of answers.",
        ),
    ),
    praise="This is the line that a model which looks has to beat.",
    hint="For each question count its answers; the commonest is right as often as it occurs. Add "
    "up these hits, and divide by the number of all answers.",
    probe=one_number_each(*_CASES),
)
