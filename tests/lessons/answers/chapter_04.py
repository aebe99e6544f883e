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


class Meant(Costless):
    def fuse(self, x, present):
        return torch.stack(list(x.values()), dim=1).mean(dim=1)


class Summed(Costless):
    def fuse(self, x, present):
        return sum(x.values())


class Forgetful(Costless):
    def fuse(self, x, present):
        torch.stack(list(x.values()), dim=1).amax(dim=1)


class Lowest(Costless):
    """Very low, and not low enough: the true entries may lie below."""

    def fuse(self, x, present):
        v = torch.stack(list(x.values()), dim=1)
        if present is not None:
            v = v.masked_fill(~present[..., None], -3.0)
        return v.amax(dim=1)


class OverCoordinates(Costless):
    def fuse(self, x, present):
        return torch.stack(list(x.values()), dim=1).amax(dim=2)


RIGHT = {
    "4.1": [104064.0, torch.tensor([104064]), np.int64(104064), "104,064", "104.064", [104064]],
    "4.2": [(1, 3), torch.tensor([[1.0, 3.0]]), np.array([1, 3]), ["1", "3,0"], ["4/4", "3.001"]],
    "4.3": [gate_in_numpy, gate_by_coordinates, gate_as_a_mixture],
    "4.4": [weights_by_hand, weights_a_row_at_a_time, weights_in_numpy],
    "4.5": [
        ["low-rank", "Gated", "tensor"],
        "gated, tensor, low rank",
        ("low_rank", "tensor", "gated"),
    ],
    "4.6": [ByPairs, ByReplacement, WithoutDeclarations],
}  # fmt: skip

WRONG = {
    "4.1": [
        (104_063, "one row for each coordinate"),
        (104_074, "one row for each coordinate"),
        (104_064.5, "A whole number is asked for"),
        ("50 %", "no percentage"),
        ([812, 128], "Asked for: 1 in numbers"),
    ],
    "4.2": [([1, 2.9], "e^0 = 1"), (1, "got 1"), ([4.0, 0.0], "e^0 = 1"), ([1, True], "got bool")],
    "4.3": [
        (lambda x1, x2, U: gate(x1, x2, (U @ torch.cat([x1, x2])).softmax(-1)), "a sigmoid"),
        (lambda x1, x2, U: gate(x1, x2, torch.sigmoid(U @ torch.cat([x2, x1]))), "[x_1; x_2]"),
        (lambda x1, x2, U: torch.sigmoid(U @ torch.cat([x1, x2])), "That is the gate z"),
        (lambda x1, x2, U: None, "is there a `return`?"),
        (lambda x1, x2: x1, "stopped with TypeError"),
    ],
    "4.4": [
        (lambda a, p: a.masked_fill(~p, -10.0).softmax(dim=1), "not exactly 0"),
        (lambda a, p: a.masked_fill(~p, -100.0).softmax(dim=1), "not exactly 0"),
        (lambda a, p: a.masked_fill(p, -torch.inf).softmax(dim=1), "where `present` is False"),
        (lambda a, p: (a.softmax(dim=1) * p)[:, :1], "weights of shape"),
        (lambda a, p: p.float(), "Each row must sum to 1"),
    ],
    "4.5": [
        ({"gated"}, "Look at low_rank again"),
        ({"gated", "tensor"}, "Look at low_rank again"),
        (set(), "Nothing is chosen yet"),
        ({"attention"}, "Answer with one of these: concat, weighted"),
        ({"concat", "tensor"}, "And that is not all"),
        ({"gated": True}, "A set of words"),
    ],
    "4.6": [
        (Counted, "h is right"),
        (Meant, "amax"),
        (Summed, "amax"),
        (Forgetful, "is there a `return`?"),
        (Lowest, "put −∞"),
        (OverCoordinates, "shape"),
        (ByPairs({"a": 4, "b": 4}, 4), "a class is asked for"),
    ],
}
