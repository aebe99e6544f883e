"""Chapter 4, the fusion equation."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from mmtutor.fusion import Fusion


def gate_in_numpy(x1, x2, U):
    z = 1 / (1 + np.exp(-(U.numpy() @ np.concatenate([x1, x2]))))
    return z * np.tanh(x1.numpy()) + (1 - z) * np.tanh(x2.numpy())


def gate_by_coordinates(x1, x2, U):
    both = [*x1.tolist(), *x2.tolist()]
    h = []
    for i in range(len(x1)):
        score = sum(float(u) * v for u, v in zip(U[i], both, strict=True))
        z = 1 / (1 + np.exp(-score))
        h.append(z * np.tanh(x1[i].item()) + (1 - z) * np.tanh(x2[i].item()))
    return h


def gate_as_a_mixture(x1, x2, U):
    return torch.lerp(x2.tanh(), x1.tanh(), nn.functional.linear(torch.cat([x1, x2]), U).sigmoid())


def gate(x1, x2, z):
    return z * torch.tanh(x1) + (1 - z) * torch.tanh(x2)


def weights_by_hand(a, present):
    e = a.exp() * present
    return e / e.sum(dim=1, keepdim=True)


def weights_a_row_at_a_time(a, present):
    rows = []
    for scores, there in zip(a, present, strict=True):
        e = torch.where(there, (scores - scores[there].max()).exp(), 0.0)
        rows.append((e / e.sum()).tolist())
    return rows


def weights_in_numpy(a, present):
    a = np.where(present.numpy(), a.numpy(), -np.inf)
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def weights_of_those_who_remain(a, present):
    w = a.softmax(dim=1) * present
    return w / w.sum(dim=1, keepdim=True)


class Costless(Fusion):
    name = "loudest"
    equal_widths = order_invariant = True

    def num_params(self):
        return 0

    def flops(self, batch):
        return 0


class ByPairs(Costless):
    def fuse(self, x, present):
        h = None
        for i, v in enumerate(x.values()):
            if present is not None:
                v = torch.where(present[:, i, None], v, -torch.inf)
            h = v if h is None else torch.maximum(h, v)
        return h


class ByReplacement(Costless):
    def fuse(self, x, present):
        v = torch.stack(list(x.values()), dim=0)
        if present is not None:
            v[~present.T] = torch.finfo(v.dtype).min
        return v.max(dim=0).values


class WithoutDeclarations(Fusion):
    name = "loudest"
    fuse = ByPairs.fuse
    num_params = Costless.num_params
    flops = Costless.flops


class Counted(ByPairs):
    def flops(self, batch):
        return batch * self.out_dim


class Forgetful(Costless):
    def fuse(self, x, present):
        torch.stack(list(x.values()), dim=1).amax(dim=1)


def absent_as(low):
    """Very low, and not low enough: the true entries may lie below."""

    class Low(Costless):
        def fuse(self, x, present):
            v = torch.stack(list(x.values()), dim=1)
            return (v if present is None else v.masked_fill(~present[..., None], low)).amax(dim=1)

    return Low


class WithPlaces(Costless):
    def fuse(self, x, present):
        return torch.stack(list(x.values()), dim=1).max(dim=1)


class OverCoordinates(Costless):
    def fuse(self, x, present):
        return torch.stack(list(x.values()), dim=1).amax(dim=2)


class ZeroIsAbsent(Costless):
    """Reads absence from the numbers: a modality may say 0."""

    def fuse(self, x, present):
        v = torch.stack(list(x.values()), dim=1)
        return v.masked_fill((v == 0).all(dim=-1, keepdim=True), -torch.inf).amax(dim=1)


RIGHT = {
    "4.1": [np.int64(104064), "104,064", "104.064"],
    "4.2": [["1", "3,0"], ["4/4", "3.001"]],
    "4.3": [
        gate_in_numpy,
        gate_by_coordinates,
        gate_as_a_mixture,
        lambda *a: gate_as_a_mixture(*a)[:, None],
    ],
    "4.4": [
        weights_by_hand,
        weights_a_row_at_a_time,
        weights_in_numpy,
        weights_of_those_who_remain,
        lambda *a: list(weights_by_hand(*a)),
    ],
    "4.5": [
        ["low-rank", "Gated", "tensor"],
        "gated, tensor, low rank",
        ("lowrank", "tensor", "gated"),
    ],
    "4.6": [ByPairs, ByReplacement, WithoutDeclarations],
}  # fmt: skip

WRONG = {
    "4.1": [
        (104_063, "one row for each coordinate"),
        (104_074, "one row for each coordinate"),
        (104_064.5, "A whole number is asked for"),
        ("50 %", "No percentage"),
    ],
    "4.2": [([1, 2.9], "e^0 = 1"), ([4.0, 0.0], "e^0 = 1"), ([1, True], "got bool")],
    "4.3": [
        (lambda x1, x2, U: gate(x1, x2, (U @ torch.cat([x1, x2])).softmax(-1)), "a sigmoid"),
        (lambda x1, x2, U: gate(x1, x2, torch.sigmoid(U @ torch.cat([x2, x1]))), "comes first"),
        (lambda x1, x2, U: torch.sigmoid(U @ torch.cat([x1, x2])), "That is the gate z"),
        (lambda x1, x2, U: x1.tanh() + x2.tanh(), "Step by step"),
        (lambda x1, x2, U: x1.tanh() @ x2.tanh(), "h has 3 numbers here"),
        (lambda x1, x2: x1, "stopped with TypeError"),
    ],
    "4.4": [
        (lambda a, p: a.masked_fill(~p, -10.0).softmax(dim=1), "not exactly 0"),
        (lambda a, p: a.masked_fill(~p, -100.0).softmax(dim=1), "not exactly 0"),
        (
            lambda a, p: a.masked_fill(p, -torch.inf).softmax(dim=1),
            "ruled out those that are there",
        ),
        (lambda a, p: (a.softmax(dim=1) * p)[:, :1], "weights of shape"),
        (lambda a, p: (2 * a).masked_fill(~p, -torch.inf).softmax(dim=1), "keep the ratios"),
        (lambda a, p: (a * torch.where(p, 1.0, -torch.inf)).softmax(dim=1), "not numbers"),
        (lambda a, p: p.float(), "Each row must sum to 1"),
    ],
    "4.5": [
        ({"gated"}, "Look at low_rank again"),
        ({"gated", "tensor"}, "Look at low_rank again"),
        ({"concat", "tensor"}, "And that is not all"),
    ],
    "4.6": [
        (ZeroIsAbsent, ""),
        (Counted, "h is right"),
        (Forgetful, "is there a `return`?"),
        (absent_as(-3.0), "put −∞"),
        (absent_as(-1e4), "Below −∞ there is nothing"),
        (WithPlaces, "should return a tensor"),
        (OverCoordinates, "shape"),
        (ByPairs({"a": 4, "b": 4}, 4), "a class is asked for"),
    ],
}
