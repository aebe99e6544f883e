"""One loop, five kinds of learning: each is trained by ``fit`` and must know its business.

Pairs are in tests/objectives/test_contrastive.py, captions in tests/models/test_captioner.py.
"""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import mse_loss

from mmtutor.datasets import InMemory
from mmtutor.metrics import spl, success_rate
from mmtutor.models import MultimodalModel
from mmtutor.training import evaluate, fit
from tests.training.problems import Linear


@pytest.fixture(autouse=True)
def _seeded():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


def two_views(n: int, seed: int) -> dict[str, torch.Tensor]:
    """Two senses that each see two of four numbers."""
    x = torch.randn(n, 4, generator=torch.Generator().manual_seed(seed))
    return {"eye": x[:, :2], "ear": x[:, 2:]}


def model(out_dim: int) -> MultimodalModel:
    return MultimodalModel({m: Linear(2, 16) for m in ("eye", "ear")}, out_dim=out_dim)


def test_classification():
    """The class is told by both senses together: the larger of two sums."""

    def part(n, seed):
        x = two_views(n, seed)
        return InMemory(x, (x["eye"].sum(1) + x["ear"].sum(1) > 0).long(), num_classes=2)

    learner = model(2)
    fit(learner, part(600, 0), epochs=15, lr=0.05, progress=False)
    assert evaluate(learner, part(400, 1)).accuracy > 0.95


def test_regression():
    def part(n, seed):
        x = two_views(n, seed)
        return InMemory(x, (x["eye"][:, :1] - 2 * x["ear"][:, 1:]), num_classes=0)

    history = fit(
        model(1), part(600, 0), part(400, 1), epochs=15, lr=0.05, loss=mse_loss, progress=False
    )
    # The variance of the target is 5.
    assert history["valid_loss"][-1] < 0.05
    assert history.best_epoch > 1


# In each direction the expert may go: right, left, up, down.
MOVES = torch.tensor([[1, 0], [-1, 0], [0, 1], [0, -1]])


def expert(way: torch.Tensor) -> torch.Tensor:
    """Along the longer of the two distances that are left; (B, 2) → (B,)."""
    x, y = way.T
    across = torch.where(x > 0, 0, 1)
    return torch.where(x.abs() >= y.abs(), across, torch.where(y > 0, 2, 3))


def seen_from(way: torch.Tensor) -> dict[str, torch.Tensor]:
    """Sight tells how far it is from left to right, sound how far it is up or down."""
    return {"eye": torch.stack([way[:, 0], way[:, 0].abs()], 1).float(),
            "ear": torch.stack([way[:, 1], way[:, 1].abs()], 1).float()}  # fmt: skip


def test_imitation():
    """Copy an expert's steps on some of the places; then walk alone from all of them."""
    far = torch.arange(-5, 6)
    ways = torch.cartesian_prod(far, far)
    ways = ways[ways.abs().sum(1) > 0]
    copied = InMemory(seen_from(ways[::2]), expert(ways[::2]), num_classes=4)
    walker = model(4)
    fit(walker, copied, epochs=150, lr=0.05, batch_size=30, progress=False)

    left, steps = ways.clone(), torch.zeros(len(ways))
    for _ in range(15):
        going = left.abs().sum(1) > 0
        with torch.no_grad():
            move = MOVES[walker(seen_from(left)).argmax(1)]
        left -= move * going[:, None]
        steps += going
    there, shortest = left.abs().sum(1) == 0, ways.abs().sum(1).float()
    assert success_rate(there) > 0.9
    assert spl(there, shortest, steps) > 0.9
