"""Appendix D: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from mmtutor.fusion import Fusion


def sketch_by_loop(v, bucket, sign, D):
    psi = [0.0] * D
    for value, place, s in zip(v.tolist(), bucket.tolist(), sign.tolist(), strict=True):
        psi[place] += s * value
    return psi


def sketch_in_numpy(v, bucket, sign, D):
    return np.bincount(bucket.numpy(), weights=(sign * v).numpy(), minlength=D)


def sketch_by_matrix(v, bucket, sign, D):
    return nn.functional.one_hot(bucket, D).T.float() @ (sign * v)


def sketch_as_column(v, bucket, sign, D):
    y = torch.zeros(D, 1)
    for i in range(len(v)):
        y[bucket[i]] += sign[i] * v[i]
    return y


def sketch_assigned(v, bucket, sign, D):
    y = torch.zeros(D)
    y[bucket] = sign * v
    return y


def sketch_assigned_in_numpy(v, bucket, sign, D):
    y = np.zeros(D)
    y[bucket.numpy()] += (sign * v).numpy()
    return y


class Given(Fusion):
    """The constructor of the exercise."""

    name = "factorized"
    k = 3

    def __init__(self, dims, out_dim):
        super().__init__(dims, out_dim)
        wide = self.k * out_dim
        self.U = nn.ModuleDict({m: nn.Linear(d, wide, bias=False) for m, d in dims.items()})

    def num_params(self):
        return sum(p.numel() for p in self.parameters())

    def flops(self, batch):
        return sum(2 * batch * d * self.k * self.out_dim for d in self.dims.values())


class ByLoop(Given):
    """One modality after the other, one window after the other."""

    def fuse(self, x, present):
        product = 1
        for i, m in enumerate(self.dims):
            v = self.U[m](x[m])
            if present is not None:
                v = torch.where(present[:, i : i + 1], v, torch.ones_like(v))
            product = product * v
        k = self.k
        return torch.stack(
            [product[:, i * k : (i + 1) * k].sum(dim=1) for i in range(self.out_dim)], dim=1
        )


class ByPooling(Given):
    """A window of k neighbours, k times its mean."""

    def fuse(self, x, present):
        v = torch.stack([self.U[m](x[m]) for m in self.dims])
        if present is not None:
            v[~present.T] = 1
        pooled = nn.functional.avg_pool1d(v.prod(dim=0)[:, None], self.k, self.k)
        return self.k * pooled[:, 0]


class ByReshape(Given):
    """Counts by hand."""

    def fuse(self, x, present):
        v = torch.stack([self.U[m](x[m]) for m in self.dims], dim=1)
        if present is not None:
            absent = (~present)[..., None].to(v)
            v = v * (1 - absent) + absent
        return v.prod(dim=1).reshape(-1, self.out_dim, self.k).sum(-1)

    def num_params(self):
        return self.k * self.out_dim * sum(self.dims.values())


class OnlyTwo(ByReshape):
    """The first two modalities."""

    def fuse(self, x, present):
        first, second = (self.U[m](x[m]) for m in list(self.dims)[:2])
        return (first * second).reshape(-1, self.out_dim, self.k).sum(-1)


class ThreeWritten(ByReshape):
    """Windows of three, whatever k."""

    def fuse(self, x, present):
        v = torch.stack([self.U[m](x[m]) for m in self.dims], dim=1)
        if present is not None:
            v = v.masked_fill(~present[..., None], 1)
        return v.prod(dim=1).reshape(-1, self.out_dim, 3).sum(-1)


class Dropped(ByReshape):
    """Dropout in the product: right in evaluation only."""

    def fuse(self, x, present):
        return nn.functional.dropout(super().fuse(x, present), 0.5, self.training)


class Wide(ByReshape):
    """The windows are not summed."""

    def fuse(self, x, present):
        return torch.stack([self.U[m](x[m]) for m in self.dims], dim=1).prod(dim=1)


class Free(ByReshape):
    """Forgets what is learnt."""

    def num_params(self):
        return 0


class Turned(ByReshape):
    """The 1 stands where the modality is."""

    def fuse(self, x, present):
        return super().fuse(x, None if present is None else ~present)


RIGHT = {
    "D.1": [(3, 39)],
    "D.2": [sketch_as_column, sketch_by_loop, sketch_in_numpy, sketch_by_matrix],
    "D.3": [ByLoop, ByPooling, ByReshape],
}

WRONG = {
    "D.1": [
        ([3, 38], "still fits"),
        ([4, 39], "over the budget"),
        ([3, 124], "P and b only"),
        ([3, 58], "through P"),
        ([3, 19], "still fits"),
        ([7, 39], "one modality"),
        ([3, 60], "There are two"),
        ([6, 40], "not all"),
    ],
    "D.2": [
        (sketch_assigned, "They add up"),
        (sketch_assigned_in_numpy, "They add up"),
        (lambda v, b, s, D: np.bincount(b.numpy(), (s * v).numpy()), "minlength"),
        (lambda v, b, s, D: torch.zeros(D).index_add(0, b, v), "signs are missing"),
        (lambda v, b, s, D: torch.zeros(D).index_add(0, b, s * v) / len(v) ** 0.5, "1/√d"),
    ],
    "D.3": [
        (OnlyTwo, "Each factor"),
        (ThreeWritten, "with k = 2 it stops"),
        (Dropped, "Each factor"),
        (Wide, "h should have shape"),
        (Free, "h is right. The costs"),
        (Turned, "turn it around"),
    ],
}
