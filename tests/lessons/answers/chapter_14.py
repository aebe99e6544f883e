"""Chapter 14: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import math

import numpy as np
import torch

from mmtutor.objectives import information_maximisation

SAW = {"a": "inputs", "b": "labels", "c": "partners", "d": "nothing"}


def _root(C, p):
    e, V = np.linalg.eigh(C)
    return V @ np.diag(e**p) @ V.T


def whitened(x):
    return (x - x.mean(0)) @ _root(np.cov(x.T), -0.5)


def recolour_in_numpy(source, target):
    s, t = source.numpy(), target.numpy()
    return whitened(t) @ _root(np.cov(s.T), 0.5) + s.mean(0)


def recolour_by_svd(source, target):
    """The symmetric roots out of singular values."""
    n, m = len(source) - 1, len(target) - 1
    _, s, V = torch.linalg.svd(source - source.mean(0), full_matrices=False)
    _, t, W = torch.linalg.svd(target - target.mean(0), full_matrices=False)
    white = (target - target.mean(0)) @ W.T @ torch.diag(m**0.5 / t) @ W
    return white @ V.T @ torch.diag(s / n**0.5) @ V + source.mean(0)


def recolour_row_by_row(source, target):
    A = torch.tensor(_root(np.cov(target.numpy().T), -0.5)).to(target)
    B = torch.tensor(_root(np.cov(source.numpy().T), 0.5)).to(target)
    middle, home = target.mean(0), source.mean(0)
    return [((row - middle) @ A @ B + home).tolist() for row in target]


def inverse_instead_of_root(source, target):
    white = (target - target.mean(0)) @ target.T.cov().inverse()
    return white @ source.T.cov() + source.mean(0)


def only_widths(source, target):
    return (target - target.mean(0)) * source.std(0) / target.std(0) + source.mean(0)


def losses(logits):
    return torch.stack([information_maximisation(z) for z in logits])


def entropy(p):
    return -(p * p.log()).sum(dim=-1)


def choose_in_numpy(logits):
    z = logits.numpy()
    p = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
    gain = [(q * np.log(q / q.mean(0))).sum(-1).mean() for q in p]
    return np.argmax(gain)


def choose_by_loop(logits):
    best, chosen = -1.0, None
    for k, z in enumerate(logits):
        p = z.softmax(1)
        information = sum(
            float(v * math.log(v / m)) for row in p for v, m in zip(row, p.mean(0), strict=True)
        )
        if information > best:
            best, chosen = information, k
    return [chosen]


def both_low(logits):
    p = logits.softmax(-1)
    return (entropy(p).mean(1) + entropy(p.mean(1))).argmin()


def of_the_mean_logits(logits):
    mean = logits.mean(dim=1).softmax(dim=-1)
    return (entropy(logits.softmax(dim=-1)).mean(dim=1) - entropy(mean)).argmin()


RIGHT = {
    "14.1": ["50 %", 0.15 / 0.3],
    "14.2": [0.75 * math.log(1.5) + 0.25 * math.log(0.5), "0,131 nats", np.float64(0.1308)],
    "14.3": [SAW],
    "14.4": [recolour_in_numpy, recolour_by_svd, recolour_row_by_row],
    "14.5": [lambda logits: losses(logits).argmin(), choose_in_numpy, choose_by_loop],
}

WRONG = {
    "14.1": [
        (0.15, "in points"),
        (0.5357, "home after adapting"),
        ("25 %", "where it started"),
        (0.8333, "0.75 / 0.90"),
        (0.3, "what the new domain cost"),
        (0.7, "adapted − before"),
    ],
    "14.2": [
        (0.5623, "entropy of the mean belief"),
        (-0.1308, "never negative"),
        (0.1887, "log₂"),
        (0, "first part is 0"),
        (0.1438, "KL(π ‖ p̄)"),
        (0.3, "Each entropy is 0"),
    ],
    "14.3": [
        ({**SAW, "a": "nothing"}, "taken from them"),
        ({**SAW, "b": "inputs"}, "chosen by labels"),
        ({**SAW, "c": "labels"}, "nobody labelled"),
        ({**SAW, "c": "inputs"}, "have partners"),
        ({**SAW, "d": "inputs"}, "only the source is changed"),
    ],
    "14.4": [
        (lambda s, t: recolour_in_numpy(s, t) - s.mean(0).numpy(), "Add the source's mean"),
        (inverse_instead_of_root, "powers −½ and ½"),
        (only_widths, "Only the widths"),
        (lambda source, target: recolour_in_numpy(target, source), "Map the target"),
        (lambda source, target: whitened(target.numpy()) + source.mean(0).numpy(), "white"),
    ],
    "14.5": [
        (of_the_mean_logits, "mean of the softmaxes"),
        (lambda logits: logits.softmax(-1).amax(-1).log().mean(1).argmax(), "always says the same"),
        (lambda logits: entropy(logits.softmax(-1)).mean(1).argmin(), "always says the same"),
        (lambda logits: entropy(logits.softmax(-1).mean(1)).argmax(), "knows nothing is even"),
        (lambda logits: losses(logits).argmax(), "The least is best"),
        (both_low, "low. Entropy of the mean"),
        (lambda logits: 0, "then argmin"),
    ],
}
