"""13.4: from word to word, through pictures."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called, draw

CASES = tuple(
    (
        normalize(draw(e, 5, seed=e), dim=1),
        normalize(draw(z, 5, seed=z + 10), dim=1),
        normalize(draw(p, 5, seed=p + 20), dim=1),
        tau,
    )
    for e, z, p, tau in ((3, 4, 6, 0.3), (2, 5, 2, 0.1), (1, 3, 7, 1.0))
)


def _through(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    first = (en @ pictures.T / tau).softmax(dim=1)
    return first @ (pictures @ zh.T / tau).softmax(dim=1)


def _direct(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    return (en @ zh.T / tau).softmax(dim=1)


def _wrong_axis(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    return (en @ pictures.T / tau).softmax(dim=0) @ (pictures @ zh.T / tau).softmax(dim=0)


def _second_axis(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    return (en @ pictures.T / tau).softmax(dim=1) @ (pictures @ zh.T / tau).softmax(dim=0)


def _first_axis(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    return (en @ pictures.T / tau).softmax(dim=0) @ (pictures @ zh.T / tau).softmax(dim=1)


def _no_tau(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    return _through(en, zh, pictures, 1.0)


def _tau_first(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    return (en @ pictures.T / tau).softmax(dim=1) @ (pictures @ zh.T).softmax(dim=1)


def _tau_second(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    return (en @ pictures.T).softmax(dim=1) @ (pictures @ zh.T / tau).softmax(dim=1)


def _times(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    return (en @ pictures.T * tau).softmax(dim=1) @ (pictures @ zh.T * tau).softmax(dim=1)


def _no_softmax(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    return (en @ pictures.T / tau) @ (pictures @ zh.T / tau)


def _at_the_end(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    return (en @ pictures.T @ pictures @ zh.T / tau).softmax(dim=1)


def _one_picture(en: Tensor, zh: Tensor, pictures: Tensor, tau: float) -> Tensor:
    best = (en @ pictures.T).argmax(dim=1)
    return (pictures[best] @ zh.T / tau).softmax(dim=1)


def _probe(answer: object) -> Tensor:
    results = []
    for en, zh, pictures, tau in CASES:
        result = called(answer, en, zh, pictures, tau)
        if tuple(result.shape) != (len(en), len(zh)):
            raise NotAnAnswer(
                f"{len(en)} English and {len(zh)} Chinese words make a table of shape "
                f"({len(en)}, {len(zh)}), yours is {tuple(result.shape)}"
            )
        results.append(result.flatten())
    return torch.cat(results)


THROUGH = Exercise(
    solution=_through,
    mistakes=(
        (_direct, "You compared the words directly. Go from word to picture, then to word."),
        (_wrong_axis, "Each softmax is over what is reached: `dim=1`, in both steps."),
        (
            _second_axis,
            "The second softmax is over the Chinese words, for each picture: "
            "`(pictures @ zh.T / tau).softmax(dim=1)`.",
        ),
        (_first_axis, "The first softmax is over the pictures: `dim=1`."),
        (_no_tau, "You left out τ. Divide the cosines by it in both steps."),
        (_tau_first, "You divided by τ in the first step only."),
        (_tau_second, "You divided by τ in the second step only."),
        (_times, "Divide by τ: a low temperature makes the choice sharper."),
        (_no_softmax, "These are scores. Each step needs a softmax, so that each row sums to 1."),
        (_at_the_end, "One softmax at the end is not a sum over pictures: take one in each step."),
        (_one_picture, "You went through the best picture alone. Sum over all of them."),
    ),
    praise="Each row sums to 1. Two languages that share no pair can still be joined in this way.",
    hint="P(i | e) is a softmax of e·p_i / τ over pictures, P(z | i) one of p_i·z / τ over Chinese "
    "words; P(z | e) = Σ_i P(i | e) P(z | i) is one product of two matrices.",
    probe=_probe,
)
