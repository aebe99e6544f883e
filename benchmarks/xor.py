"""What each ⊕ can say: the XOR of two signs, each seen through noise, over several seeds.

``python benchmarks/xor.py`` trains every operator on :class:`mmtutor.datasets.TwoSigns`, with
nothing but a linear layer after it (before it, for operators that join decisions), and prints its
accuracy and cross-entropy beside those of the Bayes rule.

Two things make the measurement fair to operators that cannot say XOR:

- The training data are *mirrored*: each point comes with its three reflections, and the class that
  XOR gives them. They are draws from the same distribution. The best sum of terms is then the
  constant 0 itself, not a rule that follows an accident of the sample.
- A probability within 0.01 of one half is a coin toss and counts as half right. Otherwise the
  accuracy of a rule that is all but constant would depend on rounding: a straight line far from
  the origin is right up to 64% of the time here, by cutting off one of four clusters.
"""

from __future__ import annotations

import argparse
import math
import statistics
from typing import Any

import torch
from torch import Tensor, nn

from mmtutor import fusion
from mmtutor.datasets import TwoSigns

DIMS = {"x1": 1, "x2": 1}


class OneLayer(nn.Module):
    """⊕ and one linear layer: after it for features, before it, one a sense, for decisions."""

    def __init__(self, name: str, width: int = 4, **options: Any) -> None:
        super().__init__()
        self.decides = fusion.OPERATORS[name].level == "decision"
        if self.decides:
            self.fusion = fusion.make(name, dict.fromkeys(DIMS, 2), 2, **options)
            self.linear = nn.ModuleDict({m: nn.Linear(d, 2) for m, d in DIMS.items()})
        else:
            self.fusion = fusion.make(name, DIMS, width, **options)
            self.linear = nn.Linear(width, 2)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        """Return logits, ``(B, 2)``."""
        if self.decides:
            return self.fusion({m: self.linear[m](v) for m, v in x.items()})
        return self.linear(self.fusion(x))


def mirrored(data: TwoSigns) -> tuple[dict[str, Tensor], Tensor]:
    """Return all points, their reflections in both axes, and the class of each."""
    x, y = data.batch(torch.arange(len(data)))
    (one, a), (two, b) = x.items()
    return (
        {one: torch.cat([a, -a, a, -a]), two: torch.cat([b, b, -b, -b])},
        torch.cat([y, 1 - y, 1 - y, y]),
    )


def train(
    name: str, seed: int, *, samples: int = 1000, steps: int = 200, **options: Any
) -> OneLayer:
    """Train ``name`` on XOR; the step size falls to 0, so that it comes to rest."""
    x, y = mirrored(TwoSigns("train", "xor", samples=samples, seed=seed))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = OneLayer(name, **options)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        schedule.step()
    return model


def score(belief: Tensor, y: Tensor) -> tuple[float, float]:
    """Return accuracy, coin tosses counting one half, and cross-entropy."""
    margin = belief[:, 1] - 0.5
    toss = margin.abs() < 0.01
    right = torch.where(toss, 0.5, ((margin > 0) == (y == 1)).to(belief.dtype))
    loss = -belief.gather(1, y[:, None]).log().mean()
    return right.mean().item(), loss.item()


def measure(name: str, seed: int, test: TwoSigns, **options: Any) -> tuple[float, float]:
    """Train and test one operator once."""
    model = train(name, seed, **options)
    x, y = test.batch(torch.arange(len(test)))
    with torch.no_grad():
        return score(model(x).softmax(dim=1), y)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("operators", nargs="*", help="all if none is named")
    args = parser.parse_args()
    test = TwoSigns("test", "xor", samples=20_000)
    x, y = test.batch(torch.arange(len(test)))
    accuracy, loss = score(test.posterior(x), y)
    print(f"Bayes limit {test.bayes_accuracy():.4f}; on these {len(test):,} samples the Bayes rule")
    print(f"has accuracy {accuracy:.4f} and cross-entropy {loss:.4f}. ln 2 = {math.log(2):.4f}\n")
    print(f"{'⊕':<20} {'accuracy':>8} {'lowest':>8} {'highest':>8} {'cross-entropy':>14}")
    for name in args.operators or fusion.OPERATORS:
        found = [measure(name, seed, test) for seed in range(args.seeds)]
        right, losses = zip(*found, strict=True)
        print(
            f"{name:<20} {statistics.mean(right):8.4f} {min(right):8.4f} {max(right):8.4f} "
            f"{statistics.mean(losses):14.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
