"""Chapter 10, the CIFAR-100 clinic."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn.functional import cross_entropy

CAUSES = dict(zip("abcdef", ["mode", "ids", "labels", "relu", "split", "order"], strict=True))
LOSSES = [math.log(100), math.log(20)]


def step(model, optimizer, x, y, sign=1):
    loss = sign * cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return sign * loss


def by_hand(model, optimizer, x, y):
    for p in model.parameters():
        p.grad = None
    loss = -model(x).log_softmax(dim=1)[torch.arange(len(y)), y].mean()
    loss.backward()
    optimizer.step()
    return loss.item()


def without_the_optimizer(model, optimizer, x, y):
    loss = cross_entropy(model(x), y)
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= 0.5 * p.grad
    return loss


def in_evaluation_mode(model, optimizer, x, y):
    model.eval()
    return step(model, optimizer, x, y)


def in_evaluation_mode_and_back(model, optimizer, x, y):
    loss = in_evaluation_mode(model, optimizer, x, y)
    model.train()
    return loss


def emptied(model, batches):
    model.eval()
    hits = total = 0
    while batches:
        x, y = batches.pop()
        hits, total = hits + int((model(x).argmax(1) == y).sum()), total + len(y)
    model.train()
    return hits / total


def counted(model, batches):
    model.eval()
    hits = total = 0
    with torch.no_grad():
        for x, y in batches:
            hits += int((model(x).argmax(1) == y).sum())
            total += len(y)
    model.train()
    return hits / total


def all_of_one_size(model, batches):
    """Divides as if the last batch were as large as the first."""
    return (
        counted(model, batches)
        * sum(len(y) for _, y in batches)
        / (len(batches) * len(batches[0][1]))
    )


def joined(model, batches):
    x, y = (torch.cat(part) for part in zip(*batches, strict=True))
    model.eval()
    scores = model(x)
    model.train()
    return (scores.argmax(dim=1) == y).double().mean()


def of_each(features=list, felt=lambda gradient: (gradient != 0).any(dim=1)):
    def heard(read, x):
        x = x.clone().requires_grad_()
        rows = [
            [felt(torch.autograd.grad(f, x, retain_graph=True)[0]) for f in features(row)]
            for row in read(x)
        ]
        return torch.stack([torch.stack(row).any(dim=0) for row in rows])

    return heard


each_feature = of_each()


def never_emptied(read, x):
    x = x.clone().requires_grad_()
    table = torch.zeros(len(x), len(x), dtype=torch.bool)
    for i, row in enumerate(read(x)):
        for feature in row:
            feature.backward(retain_graph=True)
            table[i] |= (x.grad != 0).any(dim=1)
    return table


def by_moving(read, x):
    """No gradient at all: move an input, and look who notices."""
    with torch.no_grad():
        before = read(x)
        moved = []
        for j in range(len(x)):
            other = x.clone()
            other[j] += torch.tensor([0.3, -0.2, 0.5])
            moved.append(((read(other) - before).abs() > 1e-6).any(dim=1))
    return torch.stack(moved, dim=1)


RIGHT = {
    "10.1": [
        {**CAUSES, "d": "ReLU"},
        {**CAUSES, "a": "no eval mode", "b": "word ids", "f": "no shuffling"},
    ],
    "10.2": [
        [*LOSSES, 1, 5],
        (4.61, 3.0, 0.01, 0.05),
        [*LOSSES, 0.0103, 0.0503],
        np.array([*LOSSES, 1.0, 5.0]),
        ["4,61", "2.996", "1 %", "1/20"],
    ],
    "10.3": [
        by_hand,
        lambda *a: step(*a).item(),
        lambda *a: step(*a)[None],
        lambda *a: step(*a).detach().numpy(),
    ],
    "10.4": [
        emptied,
        counted,
        joined,
        lambda *a: torch.tensor([counted(*a)]),
        lambda *a: np.float64(counted(*a)),
    ],
    "10.5": [
        each_feature,
        by_moving,
        lambda *a: each_feature(*a).int(),
        lambda *a: each_feature(*a).tolist(),
        lambda *a: each_feature(*a).numpy(),
    ],
}

WRONG = {
    "10.1": [
        (dict.fromkeys("abcdef", "relu"), "fits exactly once; you have “relu” more than once"),
        ({**CAUSES, "a": "ids", "b": "mode"}, "4 of 6 are right so far"),
    ],
    "10.2": [
        ([*LOSSES, 5, 1], "The accuracies are exchanged"),
        ([*LOSSES, 0.1, 0.5], "the accuracy 1/C"),
        ([*LOSSES, 0.005, 0.05], "the accuracy 1/C"),
        ([*LOSSES, 5, 0.01], "Shares or per cent?"),
        ([6.64, 4.32, 0.1, 0.5], "These losses are in bits"),
    ],
    "10.3": [
        (lambda *given: step(*given, sign=-1), "`zero_grad`"),
        (without_the_optimizer, "`step`"),
        (in_evaluation_mode, "`model.train()`"),
        (in_evaluation_mode_and_back, "while it is asked"),
        (lambda *a: [1.0, 2.0], "one number is asked for, your function returns 2"),
    ],
    "10.4": [
        (lambda model, batches: 0.8, "count the right answers"),
        (lambda model, batches: joined(model.eval(), batches[:1]), "count the right answers"),
        (lambda *a: str(counted(*a)), "should return numbers"),
        (all_of_one_size, "as if it were full"),
    ],
    "10.5": [
        (of_each(lambda row: [row.mean()]), "summed the features"),
        (of_each(lambda row: [row.abs().sum()]), ""),
        (lambda read, x: each_feature(read, x)[0], "table (4, 4)"),
        (lambda read, x: torch.ones(len(x), len(x)), "everybody hears everybody"),
        (of_each(lambda row: [row.sum()]), "summed the features"),
        (of_each(lambda row: [row.square().sum()]), ""),
        (of_each(lambda row: row[:1]), "*last* feature is missed"),
        (of_each(lambda row: row[:3]), "*last* feature is missed"),
        (of_each(lambda row: row[-1:]), ""),
        (never_emptied, "`backward` *adds* to `x.grad`"),
        (of_each(felt=lambda gradient: gradient[:, 0] != 0), ""),
        (of_each(felt=lambda gradient: gradient.sum(dim=1).abs() > 1e-6), ""),
    ],
}
