"""Which ⊕ for which problem: accuracy at one budget of learnt numbers, all senses there and not.

    python benchmarks/choosing.py --seeds 1 --problems synergistic      # a look, seconds
    python benchmarks/choosing.py --json mmtutor/results/choosing.json

Every way gets the same features and ``BUDGET`` numbers to learn, ⊕ and a linear layer behind it
together: its width is the largest that fits. Two learning rates are tried with the first seed, and
the better one, on validation data, is used; of all that a training passes through, the weights with
the best validation loss are kept. Then the test: with both senses, and with each of them taken
away. Where one sense alone knows something of every sample, all is done twice, without and with
modality dropout (each sense of each training sample is absent with probability ``DROP``, never
both).

=========== ========================================================================================
problem    what it is; what is built in
=========== ========================================================================================
redundant  synthetic: both senses see the class, each through noise of its own
unique     synthetic: in each sample one sense sees the class and the other only noise
synergistic synthetic: the class is whether two signs differ (XOR), one sign a sense
unreliable synthetic: as redundant, but in each sample each sense is clear or very noisy, by chance,
           and the length of its features tells which
look-up    synthetic: the picture is four things, lit or not; the text names one; is it lit?
AV-Digits  real handwriting, synthesised voices, added noise; features of encoders that were trained
           alone, frozen. Which picture meets which voice is drawn
emoji      real: pictures by six artists (features of a network trained on photographs, 16
           components), names by people (16 components of their words); nine groups; the test holds
           concepts of which nothing was in training
=========== ========================================================================================

A seed draws everything that is synthetic anew, training and test. On AV-Digits it draws encoders,
pairs and starts, on emoji only the start and the order of the batches: there an interval over the
seeds says nothing about other pictures and names.
"""

from __future__ import annotations

import argparse
import copy
import math
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot
from tqdm import tqdm

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.record import machine, write  # noqa: E402
from mmtutor import fusion  # noqa: E402
from mmtutor.costs import counted_params  # noqa: E402
from mmtutor.datasets import AVDigits, EmojiFeatures, Only, Synthetic  # noqa: E402
from mmtutor.encoders import AudioCNN, ImageCNN  # noqa: E402
from mmtutor.models import MultimodalModel  # noqa: E402
from mmtutor.training import fit  # noqa: E402

BUDGET, DROP = 4000, 0.3
STEPS, BATCH, RATES = 200, 128, (0.003, 0.02)
Inputs = dict[str, Tensor]


class Part(NamedTuple):
    """Features and classes of one split."""

    x: Inputs
    y: Tensor


class Problem(NamedTuple):
    """Three splits and the best that can be, where it is known: both senses, one sense."""

    train: Part
    valid: Part
    test: Part
    best: tuple[float, float] | None = None


# --- the problems ------------------------------------------------------------------------------


def dials(seed: int, **options: Any) -> Problem:
    """A synthetic problem of the book, rotated into 8 dimensions."""
    parts = [
        Synthetic(split, dim=8, signal=1.5, seed=seed, samples=n, **options)
        for split, n in (("train", 4000), ("valid", 1000), ("test", 5000))
    ]
    last = parts[-1]
    alone = last.bayes_accuracy([last.modalities[0]])
    return Problem(*(Part(p.inputs, p.targets) for p in parts), (last.bayes_accuracy(), alone))


def unreliable(seed: int) -> Problem:
    """Each sense is clear (σ = 0.7) or noisy (σ = 4) in a sample; its length tells which."""
    source = torch.Generator().manual_seed(seed)
    sigmas = torch.tensor([0.7, 4.0])
    way = {m: nn.functional.normalize(torch.randn(8, generator=source), dim=0) for m in ("a", "b")}

    def part(n: int) -> Part:
        y = torch.randint(2, (n,), generator=source)
        x = {}
        for m, u in way.items():
            sigma = sigmas[torch.randint(2, (n, 1), generator=source)]
            x[m] = (2.0 * y[:, None] - 1) * u + sigma * torch.randn(n, 8, generator=source)
        return Part(x, y)

    parts = [part(n) for n in (4000, 1000, 5000)]
    x, y = parts[-1]
    odds = {}
    for m, u in way.items():
        off = torch.stack([((x[m] - t * u) ** 2).sum(1) for t in (-1, 1)], dim=1)[..., None]
        odds[m] = torch.logsumexp(-off / (2 * sigmas**2) - 8 * sigmas.log(), dim=2)  # (B, 2)
    best = [accuracy(logits, y) for logits in (odds["a"] + odds["b"], odds["a"])]
    return Problem(*parts, (best[0], best[1]))


def look_up(seed: int) -> Problem:
    """Four things as tokens, lit or not, and the name of one of them."""
    source = torch.Generator().manual_seed(seed)

    def part(n: int) -> Part:
        lit = torch.randint(2, (n, 4), generator=source)
        asked = torch.randint(4, (n,), generator=source)
        picture = torch.cat([torch.eye(4).expand(n, 4, 4), 2.0 * lit[..., None] - 1], dim=2)
        picture += 0.1 * torch.randn(n, 4, 5, generator=source)
        x = {"picture": picture, "text": one_hot(asked, 4).float()}
        return Part(x, lit[torch.arange(n), asked])

    majority = (2 * 1 + 8 * 3 / 4 + 6 * 1 / 2) / 16  # how many of four are lit, and not which
    return Problem(*(part(n) for n in (4000, 1000, 5000)), (1.0, majority))


def av_digits(seed: int) -> Problem:
    """Tokens of an image and an audio encoder, each trained alone, then frozen."""
    data = {s: AVDigits(s, seed=seed if s == "train" else 0) for s in ("train", "valid", "test")}
    torch.manual_seed(seed)
    encoders: dict[str, Any] = {"image": ImageCNN(out_dim=16), "audio": AudioCNN(out_dim=16)}
    for sense, encoder in encoders.items():
        model = MultimodalModel({sense: encoder}, out_dim=10)
        fit(model, Only(data["train"], sense), epochs=5, lr=0.01, seed=seed, progress=False)
        encoder.eval()

    @torch.no_grad()
    def part(split: str) -> Part:
        x, y = data[split].batch(torch.arange(len(data[split])))
        return Part({s: encoder.tokens(x[s])[0] for s, encoder in encoders.items()}, y)

    return Problem(*(part(split) for split in data))


def emoji(seed: int) -> Problem:
    """Sixteen components of a picture's features and of a name's words; unseen concepts."""
    data = {
        s: EmojiFeatures(s, text="name", unseen=None if s == "train" else "concept")
        for s in ("train", "valid", "test")
    }
    words = len(data["train"].tokenizers["en"])

    def bag(ids: Tensor) -> Tensor:
        return torch.zeros(len(ids), words).scatter(1, ids, 1)[:, 1:]  # 0 is padding

    seen, _ = data["train"].batch(torch.arange(len(data["train"])))
    centre = bag(seen["text"]).mean(0)
    _, scale, V = torch.pca_lowrank(bag(seen["text"]) - centre, q=16, center=False, niter=8)
    spread = scale / len(seen["text"]) ** 0.5

    def part(split: str) -> Part:
        x, y = data[split].batch(torch.arange(len(data[split])))
        image = x["image"][:, :16] / seen["image"][:, :16].std(0)
        return Part({"image": image, "text": (bag(x["text"]) - centre) @ V / spread}, y)

    torch.manual_seed(0)  # pca_lowrank draws
    return Problem(*(part(split) for split in data))


PROBLEMS: dict[str, Callable[[int], Problem]] = {
    "redundant": lambda seed: dials(seed, redundancy=1, shared_noise=0),
    "unique": lambda seed: dials(seed, uniqueness=1),
    "synergistic": lambda seed: dials(seed, synergy=1),
    "unreliable": unreliable,
    "look-up": look_up,
    "AV-Digits": av_digits,
    "emoji": emoji,
}


DROPPED = ("redundant", "AV-Digits", "emoji")
"""Where modality dropout is tried too: one sense alone knows something of every sample."""


# --- the ways ----------------------------------------------------------------------------------


class Way(nn.Module):
    """⊕ and a head; an operator that reads vectors gets the mean of the tokens."""

    def __init__(self, op: fusion.Fusion, head: nn.Module) -> None:
        super().__init__()
        self.op, self.head = op, head

    def forward(self, x: Inputs, present: dict[str, Tensor] | None = None) -> Tensor:
        if not self.op.reads_tokens:
            x = {m: v.mean(dim=1) if v.dim() == 3 else v for m, v in x.items()}
        return self.head(self.op(x, present))


class Vote(nn.Module):
    """A network with a hidden layer a sense; the mean of their logits."""

    def __init__(self, dims: Mapping[str, int], classes: int, size: int) -> None:
        super().__init__()
        self.each = nn.ModuleDict(
            {
                m: nn.Sequential(nn.Linear(d, size), nn.ReLU(), nn.Linear(size, classes))
                for m, d in dims.items()
            }
        )
        self.op = fusion.make("average", dict.fromkeys(dims, classes), classes)

    def forward(self, x: Inputs, present: dict[str, Tensor] | None = None) -> Tensor:
        x = {m: v.mean(dim=1) if v.dim() == 3 else v for m, v in x.items()}
        return self.op({m: self.each[m](v) for m, v in x.items()}, present)


OPTIONS: dict[str, Callable[[int], dict[str, Any]]] = {
    "bilinear": lambda size: {"rank": size},
    "compact_bilinear": lambda size: {"sketch": 4 * size, "ones": True},
    "mutan": lambda size: {"rank": 3, "width": size},
    "block": lambda size: {"chunks": 4, "width": size, "rank": 2},
    "bottleneck": lambda size: {"tokens": 2},
}
"""What grows with the width of ``h``; all else is the operator's default."""

FEATURES = [name for name, op in fusion.OPERATORS.items() if op.level == "feature"]
WAYS = ["one sense", "average", "concat, hidden layer", *FEATURES]


def build(way: str, size: int, dims: Mapping[str, int], classes: int) -> nn.Module:
    """Build a way at a size."""
    if way == "average":
        return Vote(dims, classes, size)
    if way in ("one sense", "concat, hidden layer"):
        head = nn.Sequential(nn.ReLU(), nn.Linear(size, classes))
        return Way(fusion.make("concat", dims, size), head)
    options = OPTIONS.get(way, lambda size: {})(size)
    return Way(fusion.make(way, dims, size, **options), nn.Linear(size, classes))


def fitting(way: str, dims: Mapping[str, int], classes: int) -> tuple[int, int]:
    """The largest size within the budget, and the numbers that are learnt then."""

    def numbers(size: int) -> int:
        return counted_params(build(way, size, dims, classes))

    size = 1
    while numbers(size + 1) <= BUDGET:
        size += 1
    return size, numbers(size)


# --- training and test -------------------------------------------------------------------------


def accuracy(logits: Tensor, y: Tensor) -> float:
    return (logits.argmax(dim=1) == y).double().mean().item()


def dropped(x: Inputs, n: int) -> dict[str, Tensor]:
    """Each sense is absent with probability DROP; who would lose both keeps both."""
    keep = torch.rand(n, len(x)) >= DROP
    keep |= ~keep.any(dim=1, keepdim=True)
    return dict(zip(x, keep.unbind(dim=1), strict=True))


def train(
    model: nn.Module, problem: Problem, rate: float, *, drop: bool
) -> tuple[float, nn.Module]:
    """Train; return the best validation loss on the way, and the model as it was then."""
    (x, y), valid = problem.train, problem.valid
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    best, kept = math.inf, copy.deepcopy(model)
    for step in range(1, STEPS + 1):
        i = torch.randint(len(y), (BATCH,))
        part = {m: v[i] for m, v in x.items()}
        loss = cross_entropy(model(part, dropped(part, BATCH) if drop else None), y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 40 == 0:
            with torch.no_grad():
                judged = cross_entropy(model(valid.x), valid.y).item()
            if judged < best:
                best, kept = judged, copy.deepcopy(model)
    return best, kept


def measure(
    problem: Problem, way: str, seed: int, rates: tuple[float, ...] = RATES, *, drop: bool = False
) -> list[dict[str, Any]]:
    """Train one way without and with modality dropout; a row for each."""
    dims = {m: v.shape[-1] for m, v in problem.train.x.items()}
    classes = int(problem.train.y.max()) + 1
    size, numbers = fitting(way, dims, classes)
    rows = []
    for dropout in (False, True) if drop else (False,):
        tried = []
        for rate in rates:
            torch.manual_seed(seed)
            loss, model = train(build(way, size, dims, classes), problem, rate, drop=dropout)
            tried.append((loss, rate, model))
        loss, rate, model = min(tried, key=lambda one: one[0])
        rates = (rate,)  # the rate that was best without dropout
        x, y = problem.test
        row = {"way": way, "seed": seed, "dropout": dropout, "size": size, "numbers": numbers,
               "rate": rate, "valid_loss": loss}  # fmt: skip
        gone = torch.zeros(len(y), dtype=torch.bool)
        with torch.no_grad():
            row["accuracy"] = accuracy(model(x), y)
            for m in x if len(x) > 1 else ():
                row[f"without {m}"] = accuracy(model(x, {m: gone}), y)
        rows.append(row)
    return rows


def one_sense(
    problem: Problem, way: str, seed: int, rates: tuple[float, ...] = RATES, *, drop: bool = False
) -> list[dict[str, Any]]:
    """The better of two networks that see one sense each, chosen by validation loss."""
    found = []
    for m in problem.train.x:
        parts = [Part({m: part.x[m]}, part.y) for part in problem[:3]]
        found += [{**row, "sense": m} for row in measure(Problem(*parts), way, seed, rates)]
    return [min(found, key=lambda row: row["valid_loss"])]


def line(name: str, way: str, rows: list[dict[str, Any]]) -> str:
    """Means over the seeds: both senses, without the first, without the second; then dropout."""
    mine = [r for r in rows if (r["problem"], r["way"]) == (name, way)]
    text = f"{name:12} {way:21} {mine[0]['numbers']:5} {mine[0]['rate']:6}"
    for drop in (False, True):
        some = [r for r in mine if r["dropout"] == drop]
        for key in ("accuracy", *(k for k in mine[0] if k.startswith("without "))):
            if some:
                text += f"   {sum(r[key] for r in some) / len(some):.3f}"
    return text


def main() -> int:
    """Measure, print means, and write everything down if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--problems", nargs="+", default=list(PROBLEMS), choices=list(PROBLEMS))
    parser.add_argument("--ways", nargs="+", default=WAYS, choices=WAYS)
    parser.add_argument("--json", type=Path, help="write what was measured into this file")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[dict[str, Any]] = []
    best: dict[str, list[float]] = {}
    total = chosen.seeds * len(chosen.problems) * len(chosen.ways)
    with tqdm(total=total, disable=None) as bar:
        for name in chosen.problems:
            rate: dict[str, tuple[float, ...]] = {}
            known = []
            for seed in range(chosen.seeds):
                problem = PROBLEMS[name](seed)
                known.append(problem.best)
                for way in chosen.ways:
                    put = one_sense if way == "one sense" else measure
                    found = put(problem, way, seed, rate.get(way, RATES), drop=name in DROPPED)
                    rate[way] = (found[0]["rate"],)
                    rows += [{"problem": name, **row} for row in found]
                    bar.update()
            if known[0]:
                best[name] = [sum(values) / len(values) for values in zip(*known, strict=True)]
            for way in chosen.ways:
                tqdm.write(line(name, way, rows))
            if chosen.json:
                settings = {"budget": BUDGET, "dropout": DROP, "steps": STEPS, "batch": BATCH,
                            "rates": list(RATES), "seeds": chosen.seeds}  # fmt: skip
                head = {"machine": machine(), "settings": settings, "best": best}
                write(chosen.json, head, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
