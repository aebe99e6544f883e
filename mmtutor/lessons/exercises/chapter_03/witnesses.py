"""3.1, 3.3 and 3.4: two witnesses, their vote, and how often both are wrong."""

from __future__ import annotations

from torch import Tensor

from mmtutor.lessons.checks import Exercise, draw, function
from mmtutor.lessons.questions import Number, Numbers, Question


def _vote(eye: Tensor, ear: Tensor) -> Tensor:
    return ((eye + ear) / 2).softmax(dim=1)


def _mean_of_probabilities(eye: Tensor, ear: Tensor) -> Tensor:
    return (eye.softmax(dim=1) + ear.softmax(dim=1)) / 2


def _sum_of_logits(eye: Tensor, ear: Tensor) -> Tensor:
    return (eye + ear).softmax(dim=1)


def _no_softmax(eye: Tensor, ear: Tensor) -> Tensor:
    return (eye + ear) / 2


def _not_normalised(eye: Tensor, ear: Tensor) -> Tensor:
    return eye.softmax(dim=1) * ear.softmax(dim=1)


def _winners(eye: Tensor, ear: Tensor) -> Tensor:
    return (eye + ear).argmax(dim=1)


def _logarithms(eye: Tensor, ear: Tensor) -> Tensor:
    return ((eye + ear) / 2).log_softmax(dim=1)


def _over_the_batch(eye: Tensor, ear: Tensor) -> Tensor:
    return ((eye + ear) / 2).softmax(dim=0)


AGREEMENT = Question(
    form=Numbers(Number(of="share", tolerance=5e-3)),
    solution=0.42 / 0.54,
    mistakes=(
        (
            0.65,
            "That is the mean of 0.6 and 0.7. Two witnesses who agree should make you "
            "*surer* than each of them.",
        ),
        (
            0.42,
            "0.6 · 0.7 is right for the seven. The one has a product too, 0.4 · 0.3: divide "
            "by the sum of both, so that the two probabilities sum to 1.",
        ),
        (0.7, "That is what the ear says alone. The eye has something to add."),
        (
            0.88,
            "1 − 0.4 · 0.3 would be right if one right witness were enough to make it a "
            "seven. They report on the *same* digit: multiply, then normalise.",
        ),
        (
            0.54,
            "That is the sum of the two products, 0.42 + 0.12. Which part of it is the seven's?",
        ),
        (0.12 / 0.54, "That is the probability of a one."),
        (
            0.6,
            "That is what the eye says alone. Close to it lies the mean of both, 0.65: neither "
            "makes you *surer*, as two who agree should.",
        ),
    ),
    praise="0.6 and 0.7 make 0.78: agreement makes surer.",
    hint="Multiply what the two say about the seven, the same for the one, and normalise.",
)


VOTE = Exercise(
    solution=_vote,
    mistakes=(
        (
            _mean_of_probabilities,
            "You averaged probabilities. Average the *logits*, then take one softmax: that "
            "multiplies the beliefs (and takes the root).",
        ),
        (
            _sum_of_logits,
            "The sum counts each witness fully: a fair rule, but `average` divides by 2. "
            "The winner is the same, the confidence is not.",
        ),
        (
            lambda eye, ear: (eye + ear / 2).softmax(dim=1),
            "`eye + ear / 2` halves the ear alone. Put the sum in brackets: `(eye + ear) / 2`.",
        ),
        (
            lambda eye, ear: _mean_of_probabilities(eye, ear).softmax(dim=1),
            "You took a softmax of probabilities. Average the *logits*, then one softmax.",
        ),
        (
            lambda eye, ear: _vote(eye, ear).softmax(dim=1),
            "You took a softmax of a softmax. One is enough.",
        ),
        (
            lambda eye, ear: 2 * _mean_of_probabilities(eye, ear),
            "You added probabilities, and each row sums to 2. Average the *logits*, then one "
            "softmax.",
        ),
        (
            lambda eye, ear: ((eye + ear) / 2).sigmoid(),
            "A sigmoid judges each class by itself. Classes compete: `softmax(dim=1)`.",
        ),
        (_no_softmax, "These are logits. Turn them into probabilities: each row sums to 1."),
        (
            _over_the_batch,
            "Your softmax runs over the samples (dim 0). It should run over the classes.",
        ),
        (
            _not_normalised,
            "You multiplied the two beliefs, and they no longer sum to 1. Average the logits, then "
            "take one softmax.",
        ),
        (_winners, "These are the winners. The probabilities of all classes are asked for."),
        (_logarithms, "These are logarithms of probabilities: `softmax`, not `log_softmax`."),
    ),
    praise="One softmax, after the joining.",
    hint="(eye + ear) / 2, then a softmax over the classes (dim 1).",
    probe=function(
        (draw(4, 10, seed=0), 3 * draw(4, 10, seed=1)),
        (draw(2, 3, seed=4), draw(2, 3, seed=5)),
        (draw(1, 7, seed=6), draw(1, 7, seed=7)),
    ),
)


BOTH_WRONG = Question(
    form=Numbers(Number(of="share", tolerance=1e-3)),
    solution=0.25 * 0.30,
    mistakes=(
        (0.55, "You added the two rates. Both wrong *at once* is rarer than each."),
        (0.25, "That is how often the eye is wrong, whatever the ear does."),
        (0.30, "That is how often the ear is wrong, whatever the eye does."),
        (0.275, "That is the mean of the two rates. Both wrong *at once* is rarer than each."),
        (0.05, "That is the difference of the two rates. For independent events, multiply."),
        (0.75 * 0.70, "That is how often both are *right*."),
        (1 - 0.75 * 0.70, "That is how often at least one is wrong."),
    ),
    praise="Only 7.5 %: in all other cases at least one witness knows.",
    hint="For independent events, the probability of both is the product.",
)
