"""Chapter 20: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import numpy as np
import torch

SPEAKERS = {
    "sincere, noisy": "sum",
    "agreed": "nothing",
    "sarcastic": "product",
    "by chance": "product",
}


def accuracies_by_loop(guess, rating):
    pairs = list(zip(guess.tolist(), rating.tolist(), strict=True))
    every = [(g >= 0) == (r >= 0) for g, r in pairs]
    some = [(g > 0) == (r > 0) for g, r in pairs if r != 0]
    return [sum(every) / len(every), sum(some) / len(some)]


def accuracies_in_numpy(guess, rating):
    g, r = guess.numpy(), rating.numpy()
    return np.array([((g >= 0) == (r >= 0)).mean(), ((g > 0) == (r > 0))[r != 0].mean()])


def accuracies_by_signs(guess, rating):
    negative = (guess < 0).eq(rating < 0).double().mean()
    kept = rating.nonzero()[:, 0]
    positive = guess[kept].gt(0).eq(rating[kept].gt(0)).double().mean()
    return negative, positive


def with_second(right):
    """The first accuracy as it should be, and another one."""

    def accuracies(guess, rating):
        first = ((guess >= 0) == (rating >= 0)).float().mean()
        return first, right(guess, rating).float().mean()

    return accuracies


def pushes_by_copy(odds, words):
    found = []
    for i in range(len(words)):
        rest = list(words)
        del rest[i]
        found.append(odds(words) - odds(rest))
    return found


def pushes_in_numpy(odds, words):
    rest = [[w for j, w in enumerate(words) if j != i] for i in range(len(words))]
    return odds(words) - np.array([odds(r) for r in rest])


def pushes_by_pop(odds, words):
    whole, found = odds(words), []
    for i in range(len(words)):
        word = words.pop(i)
        found.append(whole - odds(words))
        words.insert(i, word)
    return tuple(found)


def pushes_by_remove(odds, words):
    found = []
    for word in words:
        rest = list(words)
        rest.remove(word)
        found.append(odds(words) - odds(rest))
    return found


def pushes_as_column(odds, words):
    return torch.tensor([[p] for p in pushes_by_copy(odds, words)])


def pushes_of_every(odds, words):
    return [odds(words) - odds([w for w in words if w != word]) for word in words]


RIGHT = {
    "20.1": [["70 %", "74 %"]],
    "20.2": [
        {**SPEAKERS, "agreed": "none", "sincere, noisy": "a sum", "sarcastic": "a product"},
    ],
    "20.3": [accuracies_by_loop, accuracies_in_numpy, accuracies_by_signs],
    "20.4": [pushes_by_copy, pushes_in_numpy, pushes_as_column, pushes_by_pop],
}

WRONG = {
    "20.1": [
        ([0.74, 0.7], "exchanged"),
        ([0.6, 0.74], "The rest is right"),
        ([0.75, 0.74], "the words say nothing"),
        ([0.7, 0.8], "there is no face"),
        ([0.7, 0.58], "(1 + a) / 2"),
        ([0.7, 0.64], "add ν / 2"),
        ([0.7, 0.84], "not ν, but ν / 2"),
        ([0.3, 0.74], "right with 1 − σ"),
    ],
    "20.2": [
        ({**SPEAKERS, "by chance": "nothing"}, "XOR"),
        ({**SPEAKERS, "by chance": "sum"}, "words times drawl"),
        ({**SPEAKERS, "sincere, noisy": "nothing"}, "voice and face"),
        ({**SPEAKERS, "sincere, noisy": "product"}, "log-odds add"),
        ({**SPEAKERS, "agreed": "sum"}, "is right, always"),
        ({**SPEAKERS, "sarcastic": "sum"}, "sign times sign"),
    ],
    "20.3": [
        (with_second(lambda g, r: (g > 0) == (r > 0)), "leaves out the samples rated 0"),
        (lambda guess, rating: accuracies_by_loop(guess, rating)[::-1], "The order"),
        (with_second(lambda g, r: ((g >= 0) == (r >= 0))[r != 0]), "is not positive"),
        (
            with_second(lambda g, r: ((g > 0) == (r > 0))[(r != 0) & (g != 0)]),
            "A guess of 0 stays",
        ),
        (with_second(lambda g, r: ((g > 0) == (r > 0)) & (r != 0)), "that are left"),
        (with_second(lambda g, r: (g * r > 0)[r != 0]), "a guess of 0 counts as negative"),
        (lambda guess, rating: accuracies_by_loop(rating, guess), "*guessed* 0"),
        (lambda guess, rating: [100 * a for a in accuracies_by_loop(guess, rating)], "per cent"),
    ],
    "20.4": [
        (pushes_of_every, "Leave out one *place*"),
        (pushes_by_remove, "left out the first one both times"),
        (lambda odds, words: [odds([w]) for w in words], "A word alone"),
        (lambda odds, words: [odds(words) - odds([w]) for w in words], "the word alone"),
        (lambda odds, words: [abs(p) for p in pushes_by_copy(odds, words)], "Keep the sign"),
        (lambda odds, words: [-p for p in pushes_by_copy(odds, words)], "The sign"),
        (
            lambda odds, words: [odds(words) - odds(words[:i]) for i in range(len(words))],
            "cut off",
        ),
        (
            lambda odds, words: [odds(words[:i] + words[i + 1 :]) for i in range(len(words))],
            "odds of the rest",
        ),
    ],
}
