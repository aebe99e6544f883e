"""Chapter 10's checkers: right answers in other words pass, and nearly right ones do not."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from mmtutor.lessons.exercises.chapter_10 import EXERCISES


def verdict(name, answer):
    right, message = EXERCISES[name].judge(answer)
    return message if not right else True


LOSSES = [math.log(100), math.log(20)]


@pytest.mark.parametrize(
    "right",
    [
        [*LOSSES, 1, 5],
        (4.61, 3.0, 0.01, 0.05),
        torch.tensor([[*LOSSES, 0.01, 0.05]]),
        np.array([*LOSSES, 1.0, 5.0]),
    ],
)
def test_what_knowing_nothing_costs_in_any_form(right):
    assert verdict("10.2", right) is True


@pytest.mark.parametrize("wrong", [[*LOSSES, 5, 1], [4.61, 3.0], [*LOSSES, 0.1, 0.5], 4.61])
def test_what_knowing_nothing_does_not_cost(wrong):
    assert verdict("10.2", wrong) is not True


def step(model, optimizer, x, y):
    loss = cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def by_hand(model, optimizer, x, y):
    for p in model.parameters():
        p.grad = None
    loss = -model(x).log_softmax(dim=1)[torch.arange(len(y)), y].mean()
    loss.backward()
    optimizer.step()
    return loss.item()


@pytest.mark.parametrize(
    "right",
    [
        by_hand,
        lambda *a: step(*a).item(),
        lambda *a: step(*a)[None],
        lambda *a: step(*a).detach().numpy(),
    ],
)
def test_a_step_may_return_its_loss_in_any_form(right):
    assert verdict("10.3", right) is True


def uphill(model, optimizer, x, y):
    loss = -cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return -loss


@pytest.mark.parametrize("wrong", [uphill, lambda *a: None, lambda *a: [1.0, 2.0]])
def test_an_unforeseen_step_is_refused(wrong):
    assert verdict("10.3", wrong) is not True


def counted(model, batches):
    model.eval()
    hits = total = 0
    with torch.no_grad():
        for x, y in batches:
            hits += int((model(x).argmax(1) == y).sum())
            total += len(y)
    model.train()
    return hits / total


@pytest.mark.parametrize(
    "right",
    [counted, lambda *a: torch.tensor([counted(*a)]), lambda *a: np.float64(counted(*a))],
)
def test_an_accuracy_in_any_form(right):
    assert verdict("10.4", right) is True


def each_feature(read, x):
    x = x.clone().requires_grad_()
    table = torch.zeros(len(x), len(x), dtype=torch.bool)
    for i, row in enumerate(read(x)):
        for feature in row:
            [gradient] = torch.autograd.grad(feature, x, retain_graph=True)
            table[i] |= (gradient != 0).any(dim=1)
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


@pytest.mark.parametrize(
    "right",
    [
        each_feature,
        by_moving,
        lambda *a: each_feature(*a).int(),
        lambda *a: each_feature(*a).tolist(),
        lambda *a: each_feature(*a).numpy(),
    ],
)
def test_who_hears_whom_may_be_found_in_other_ways(right):
    assert verdict("10.5", right) is True


def test_a_table_of_another_shape_is_told_so():
    assert "table (4, 4)" in verdict("10.5", lambda read, x: each_feature(read, x)[0])
