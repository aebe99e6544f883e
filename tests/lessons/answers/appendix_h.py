"""Appendix H: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from fractions import Fraction

import numpy as np
import torch

BLIND, SWAPPED = "the model without the pictures", "the model with pictures of other patients"


def best_blind_by_sets(questions, answers):
    hits = 0
    for question in set(questions):
        own = [a for q, a in zip(questions, answers, strict=True) if q == question]
        hits += max(own.count(a) for a in own)
    return torch.tensor([hits / len(answers)])


def best_blind_by_counter(questions, answers):
    pairs = defaultdict(Counter)
    for q, a in zip(questions, answers, strict=True):
        pairs[q].update([a])
    return np.float64(sum(c.most_common(1)[0][1] for c in pairs.values()) / len(questions))


def hits(rule, questions, answers):
    return sum(rule[q] == a for q, a in zip(questions, answers, strict=True)) / len(answers)


def best_blind_by_rule(questions, answers):
    rule = {}
    for q in questions:
        own = [a for p, a in zip(questions, answers, strict=True) if p == q]
        rule[q] = max(set(own), key=own.count)
    return hits(rule, questions, answers)


def rows_by_loop(W, bits):
    rows = []
    for row in W.tolist():
        s = max(map(abs, row)) / (2 ** (bits - 1) - 1)
        rows.append([round(w / s) * s for w in row])
    return rows


def rows_in_numpy(W, bits):
    W = W.numpy()
    s = np.abs(W).max(axis=1, keepdims=True) / (2 ** (bits - 1) - 1)
    return np.rint(W / s) * s


def rows_clamped(W, bits):
    most = 2 ** (bits - 1) - 1
    s = W.abs().max(1, keepdim=True).values / most
    return torch.clamp(torch.round(W / s), -most, most).mul(s)


def rows_by_one(W, bits):
    s = W.abs().max() / (2 ** (bits - 1) - 1)
    return torch.round(W / s) * s


def rows_unsigned(W, bits):
    s = W.abs().amax(1, keepdim=True) / (2**bits - 1)
    return torch.round(W / s) * s


def rows_rounded(rounded):
    def rows(W, bits):
        s = W.abs().amax(1, keepdim=True) / (2 ** (bits - 1) - 1)
        return rounded(W / s) * s

    return rows


def guessing(questions, answers):
    options = defaultdict(set)
    for q, a in zip(questions, answers, strict=True):
        options[q].add(a)
    return sum(1 / len(options[q]) for q in questions) / len(questions)


def best_blind_as_fraction(questions, answers):
    most = Counter()
    for (question, _), n in Counter(zip(questions, answers, strict=True)).items():
        most[question] = max(most[question], n)
    return Fraction(sum(most.values()), len(answers))


def as_often(questions, answers):
    """Each answer is given as often as it occurs."""
    pairs, asked = Counter(zip(questions, answers, strict=True)), Counter(questions)
    return sum(n * n / asked[q] for (q, _), n in pairs.items()) / len(answers)


def rows_quantised(W, bits):
    most = 2 ** (bits - 1) - 1
    zeros = torch.zeros(len(W), dtype=torch.int32)
    s = W.abs().amax(dim=1) / most
    return torch.fake_quantize_per_channel_affine(W, s, zeros, 0, -most, most)


def rows_shifted(W, bits):
    low, high = W.aminmax(dim=1, keepdim=True)
    s = (high - low) / (2**bits - 1)
    return low + ((W - low) / s).round() * s


def best_blind_in_a_row(questions, answers):
    """Groups what stands together: unsorted, one question comes twice."""
    pairs = list(zip(questions, answers, strict=True))
    groups = ([a for _, a in group] for _, group in itertools.groupby(pairs, key=lambda p: p[0]))
    return sum(max(map(group.count, group)) for group in groups) / len(pairs)


RIGHT = {
    "H.1": [(409_600, 16_384)],
    "H.2": [{BLIND, SWAPPED}],
    "H.3": [
        best_blind_by_sets,
        best_blind_by_counter,
        best_blind_by_rule,
        best_blind_as_fraction,
    ],
    "H.4": [rows_by_loop, rows_in_numpy, rows_clamped, rows_quantised],
}

WRONG = {
    "H.1": [
        ([16_384, 409_600], "other way round"),
        ([640, 128], "square them"),
        ([36_864, 4_096], "cross-attention"),
        ([331_776, 4_096], "left out the words"),
        ([409_600, 4_096], "the 64 words are missing"),
        ([640 * 639, 128 * 127], "compared with itself"),
        ([640 * 639 // 2, 128 * 127 // 2], "no token with itself"),
        ([576 * 640, 64 * 128], "The words look, too"),
        ([64 * 640, 64 * 128], "The picture's tokens look, too"),
        ([2 * 576 * 64, 2 * 64 * 64], "Those within each are missing"),
        ([2 * 640**2, 2 * 128**2], "Twice too many"),
    ],
    "H.2": [
        ({"a larger model"}, "better at guessing"),
        ({BLIND, SWAPPED, "its number of parameters"}, "what it costs"),
        ({BLIND, SWAPPED, "its training loss"}, "by looking or not"),
        ({BLIND, SWAPPED, "a larger model"}, "better at guessing"),
        ({BLIND}, "pictures of others"),
        ({SWAPPED}, "with closed eyes"),
    ],
    "H.3": [
        (best_blind_in_a_row, ""),
        (lambda q, a: max(a.count(x) for x in a) / len(a), "does not even read"),
        (guessing, "accuracy of guessing"),
        (lambda q, a: len(set(q)) / len(a), "one hit a question"),
        (lambda q, a: 100 * best_blind_by_rule(q, a), "from 0 to 1"),
        (lambda q, a: best_blind_by_rule(q, a) * len(a), "These are the hits"),
        (
            lambda q, a: hits(dict(zip(q[::-1], a[::-1], strict=True)), q, a),
            "gives the first answer",
        ),
        (lambda q, a: hits(dict(zip(q, a, strict=True)), q, a), "gives the last answer"),
        (as_often, "always the commonest"),
        (lambda q, a: 1 - best_blind_by_rule(q, a), "share of errors"),
        (lambda q, a: round(best_blind_by_rule(q, a), 2), "but rounded"),
        (lambda q, a: len(set(zip(q, a, strict=True))) / len(a), "different pairs"),
    ],
    "H.4": [
        (rows_by_one, "Each row"),
        (rows_unsigned, "one bit more"),
        (rows_rounded(torch.trunc), "nearest whole number"),
        (lambda W, bits: rows_clamped(W.T, bits).T, "each column"),
        (lambda W, bits: W, "Nothing was rounded"),
        (rows_rounded(torch.floor), "floor"),
        (rows_rounded(torch.ceil), "ceil"),
        (rows_shifted, "both sides of zero"),
        (lambda W, bits: torch.round(W), "W itself"),
        (lambda W, bits: rows_clamped(W, bits).T, "turned around"),
        (lambda W, bits: (W / (W.abs().amax(1, True) / bits)).round(), "For each row"),
    ],
}
