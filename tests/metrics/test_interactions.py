"""The projection onto sums: against the plain loop, closed forms, and what projections promise."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mmtutor.metrics import emap

N = 7


def senses(seed=0, n=N):
    source = torch.Generator().manual_seed(seed)
    return {
        "a": torch.randn(n, 3, generator=source),
        "b": torch.randn(n, 2, 2, generator=source),
    }


class Net(nn.Module):
    """Bent, with dropout: two senses that meet."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(7, 9), nn.Tanh(), nn.Dropout(0.5), nn.Linear(9, 4))

    def forward(self, x):
        return self.net(torch.cat([x["a"], x["b"].flatten(1)], dim=1))


def table(model, x):
    """f of every pair, one at a time."""
    (a, one), (b, two) = x.items()
    with torch.no_grad():
        rows = [[model({a: i[None], b: j[None]})[0] for j in two] for i in one]
    return torch.stack([torch.stack(row) for row in rows])  # (N, N, C)


def literally(f):
    i = torch.arange(len(f))
    return f.mean(dim=1)[i] + f.mean(dim=0)[i] - f.mean(dim=(0, 1))


@pytest.mark.parametrize("batch", [1, 7, 20, 10_000])
def test_it_is_the_plain_loop(batch):
    model, x = Net().eval(), senses()
    torch.testing.assert_close(emap(model, x, batch=batch), literally(table(model, x)))


def test_a_sum_stays_as_it_is():
    def model(x):
        return torch.stack([x["a"].sin().sum(1) + x["b"].exp().sum((1, 2)), x["a"][:, 0]], dim=1)

    torch.testing.assert_close(emap(model, senses()), model(senses()))


def test_of_a_product_remain_the_means():
    x = senses()
    u, v = x["a"][:, :1], x["b"][:, 0, :1]
    expected = u * v.mean() + u.mean() * v - u.mean() * v.mean()
    torch.testing.assert_close(emap(lambda x: x["a"][:, :1] * x["b"][:, 0, :1], x), expected)


def test_whether_two_signs_differ_leaves_nothing():
    x = {"a": torch.tensor([[1.0], [1], [-1], [-1]]), "b": torch.tensor([[1.0], [-1], [1], [-1]])}
    assert emap(lambda x: -x["a"] * x["b"], x).abs().max() == 0


def test_no_sum_is_nearer():
    """Least squares over all pairs, with a column for each picture and each sound."""
    model, x = Net().eval(), senses()
    f = table(model, x)
    i, j = torch.cartesian_prod(torch.arange(N), torch.arange(N)).T
    eye = torch.eye(N)
    design = torch.cat([eye[i], eye[j]], dim=1)
    fitted = (design @ torch.linalg.pinv(design) @ f.flatten(0, 1)).unflatten(0, (N, N))
    diagonal = fitted[torch.arange(N), torch.arange(N)]
    torch.testing.assert_close(emap(model, x), diagonal, atol=1e-5, rtol=1e-4)


def test_the_model_is_left_as_it_was():
    model = Net().train()
    first = emap(model, senses())
    assert model.training
    torch.testing.assert_close(first, emap(model, senses()))  # no dropout meanwhile
    assert not first.requires_grad
    with pytest.raises(KeyError):
        emap(model, {"a": senses()["a"], "c": senses()["b"]})
    assert model.training


def test_the_type_is_the_model_s():
    x = {name: v.double() for name, v in senses().items()}
    assert emap(Net().double(), x).dtype == torch.float64
    assert emap(Net(), senses()).dtype == torch.float32
