"""The ways that ``levels.py`` compares, as plain networks, and how several seeds train at once."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy

from benchmarks.levels_problems import Part
from mmtutor import fusion
from mmtutor.costs import counted_params

WIDTH = 16
Inputs = Mapping[str, Tensor]

RULES: dict[str, tuple[str, dict[str, Any]]] = {
    "average": ("average", {}),
    "product_of_experts": ("product_of_experts", {}),
    "mean of probabilities": ("weighted_vote", {"learn": False}),
    "max": ("max", {}),
    "weighted_vote": ("weighted_vote", {}),
    "stacking": ("stacking", {}),
}
"""Rules on decisions; the last two learn, on half of the validation data."""

OPTIONS: dict[str, dict[str, Any]] = {
    "compact_bilinear": {"sketch": 4 * WIDTH, "ones": True},
    "mutan": {"rank": 3, "width": WIDTH},
    "block": {"chunks": 4, "width": WIDTH, "rank": 2},
    "bottleneck": {"tokens": 2},
}
"""Where the default is made for wider features; all else is the operator's default."""

HIDDEN = "concat, hidden layer"
FEATURES = [name for name, op in fusion.OPERATORS.items() if op.level == "feature"]
PLACES = ("raw inputs", "after one layer", "after two layers", "several layers")
"""Where two networks of two layers are joined; all have about as many numbers to learn."""


def layer(d: int, width: int = WIDTH) -> nn.Sequential:
    """A linear layer, bent."""
    return nn.Sequential(nn.Linear(d, width), nn.ReLU())


class Alone(nn.Module):
    """An encoder of one sense and its head; with ``deep``, of two layers."""

    def __init__(self, sense: str, d: int, classes: int, *, deep: bool = False) -> None:
        super().__init__()
        self.sense = sense
        self.encoder = nn.Sequential(layer(d), layer(WIDTH)) if deep else layer(d)
        self.head = nn.Linear(WIDTH, classes)

    def forward(self, x: Inputs) -> Tensor:
        return self.head(self.encoder(x[self.sense]))


class Fused(nn.Module):
    """Encoders (unless the features are given), ⊕ and a linear head."""

    def __init__(
        self, dims: Mapping[str, int], classes: int, way: str, *, encoders: bool = True
    ) -> None:
        super().__init__()
        made = {m: layer(d) for m, d in dims.items()} if encoders else {}
        self.encoders = nn.ModuleDict(made)
        name = "concat" if way == HIDDEN else way
        widths = dict.fromkeys(dims, WIDTH)
        self.op = fusion.make(name, widths, WIDTH, **OPTIONS.get(name, {}))
        head = nn.Linear(WIDTH, classes)
        self.head = nn.Sequential(nn.ReLU(), head) if way == HIDDEN else head

    def forward(self, x: Inputs) -> Tensor:
        if len(self.encoders):
            x = {m: encode(x[m]) for m, encode in self.encoders.items()}
        return self.head(self.op(x))


class Joined(nn.Module):
    """Two networks of two layers, joined at one of ``PLACES``, all layers trained together."""

    def __init__(self, dims: Mapping[str, int], classes: int, place: str) -> None:
        super().__init__()
        total, both = sum(dims.values()), 2 * WIDTH
        self.place = place
        apart = place != "raw inputs"
        self.first = nn.ModuleDict({m: layer(d) for m, d in dims.items()} if apart else {})
        late = place in ("after two layers", "several layers")
        self.second = nn.ModuleDict({m: layer(WIDTH) for m in dims} if late else {})
        if place == "raw inputs":
            self.joint = nn.Sequential(layer(total, both), layer(both))
        elif place == "after one layer":
            self.joint = layer(both, both)
        elif place == "several layers":
            self.early, self.middle = layer(total, WIDTH // 2), layer(both + WIDTH // 2, WIDTH // 2)
        wide = {"raw inputs": WIDTH, "several layers": both + WIDTH // 2}.get(place, both)
        self.head = nn.Linear(wide, classes)

    def forward(self, x: Inputs) -> Tensor:
        def beside(parts: Mapping[str, Tensor]) -> Tensor:
            return torch.cat(list(parts.values()), dim=-1)

        if self.place == "raw inputs":
            return self.head(self.joint(beside(x)))
        one = {m: encode(x[m]) for m, encode in self.first.items()}
        if self.place == "after one layer":
            return self.head(self.joint(beside(one)))
        two = {m: encode(one[m]) for m, encode in self.second.items()}
        if self.place == "after two layers":
            return self.head(beside(two))
        heard = self.middle(torch.cat([self.early(beside(x)), beside(one)], dim=-1))
        return self.head(torch.cat([heard, beside(two)], dim=-1))


class Seeds:
    """Models of one kind, a seed each, that train at once: a step costs little more than one's."""

    def __init__(self, build: Callable[[], nn.Module], seeds: int) -> None:
        self.models = []
        for seed in range(seeds):
            torch.manual_seed(seed)
            self.models.append(build())
        self.numbers = counted_params(self.models[0])
        self.params, self.buffers = stack_module_state(self.models)
        one = self.models[0]
        self._call = torch.vmap(lambda p, b, x: functional_call(one, (p, b), (x,)))

    def __call__(self, x: Inputs) -> Tensor:
        """(seeds, N, C) of inputs (seeds, N, d)."""
        with sdpa_kernel(SDPBackend.MATH):  # the others have no rule for a further dimension
            return self._call(self.params, self.buffers, dict(x))

    def model(self, seed: int) -> nn.Module:
        """The trained model of one seed, by itself."""
        one = copy.deepcopy(self.models[seed])
        one.load_state_dict({k: v[seed] for k, v in {**self.params, **self.buffers}.items()})
        return one.eval()

    def fit(
        self, train: Part, valid: Part, *, rate: float, steps: int, batch: int, every: int
    ) -> Seeds:
        """Adam, falling rate; each seed keeps the weights with its best validation loss."""
        seeds, n = train.y.shape
        optimizer = torch.optim.Adam(self.params.values(), lr=rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        source = torch.Generator().manual_seed(0)
        row = torch.arange(seeds)[:, None]
        best = torch.full((seeds,), math.inf)
        kept = {k: v.detach().clone() for k, v in self.params.items()}
        for step in range(1, steps + 1):
            i = torch.randint(n, (seeds, batch), generator=source)
            told = self({m: v[row, i] for m, v in train.x.items()})
            loss = cross_entropy(told.flatten(0, 1), train.y[row, i].flatten())
            optimizer.zero_grad()
            (seeds * loss).backward()
            optimizer.step()
            schedule.step()
            if step % every == 0:
                judged = self.loss(valid)
                better = judged < best
                best = torch.where(better, judged, best)
                for k, v in self.params.items():
                    kept[k][better] = v.detach()[better]
        with torch.no_grad():
            for k, v in self.params.items():
                v.copy_(kept[k])
        return self

    @torch.no_grad()
    def loss(self, part: Part) -> Tensor:
        """Of each seed."""
        told = self(part.x).transpose(1, 2)
        return cross_entropy(told, part.y, reduction="none").mean(dim=1)


def right(logits: Tensor, y: Tensor) -> Tensor:
    """Accuracy of each seed: (seeds, N, C) and (seeds, N)."""
    return (logits.argmax(dim=-1) == y).double().mean(dim=-1)
