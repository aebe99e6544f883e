"""Senses that compete: where training together loses to training alone, and what helps.

    python benchmarks/competition.py --seeds 1                  # the demonstration, under a minute
    python benchmarks/competition.py --json mmtutor/results/competition.json

The question is what kind of thing an emoji is (nine groups), asked of its picture (16×16 pixels,
two artists) and of its English name. The test is on concepts of which nothing was in training: no
picture, no name. Names of training are soon known by heart: there the words alone are always
right. Then the loss is nearly nothing, and so is the gradient that the picture's encoder gets. It
stops learning long before an encoder that is trained alone.

For each seed: each sense alone; the vote of the two (their average, no training); ⊕ and a head on
the two encoders, frozen; both together by concatenation, from scratch; and the same with each
remedy of ``mmtutor.objectives.competition``.
Everything has the same encoders, epochs, batches and learning rate. Printed are accuracies on the
test with 95 % intervals over the seeds; each one's difference to training together, seed by seed,
and in how many seeds the paired bootstrap interval of the difference is above or below 0; the
accuracy of a linear probe on each encoder, frozen, which says what the encoder has learnt; and the
gradient norms of the picture's encoder, together and alone.

What was found, over five seeds (``mmtutor/results/competition.json``): training together loses to
a vote of the two with learnt weights, by 3 points, and to a layer on the two encoders trained
apart, by 5; a probe finds 11 points less in the picture's encoder than when it is trained alone.
Fusing afterwards is the cure here. Gradient blending brings the encoder back and, by its interval,
perhaps 2 points of accuracy; modality dropout half of the encoder's loss and no accuracy that five
seeds can show; OGM-GE does not help on this problem.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy
from tqdm import tqdm

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.record import machine, write  # noqa: E402
from mmtutor.datasets import Emoji, InMemory, Only  # noqa: E402
from mmtutor.encoders import ImageCNN, TextRNN  # noqa: E402
from mmtutor.metrics import compare, mean_interval  # noqa: E402
from mmtutor.models import Ensemble, MultimodalModel  # noqa: E402
from mmtutor.models.branched import Branched  # noqa: E402
from mmtutor.objectives import OGMGE, Blended, blend_weights  # noqa: E402
from mmtutor.training import evaluate, fit  # noqa: E402
from mmtutor.training.history import History  # noqa: E402

STYLES, TEXT, POOL = ("noto", "twemoji"), "name", 3
EPOCHS, RATE, DROP = 12, 0.01, 0.3
PROBE_EPOCHS = 3  # of the probes, and of the training that gradient blending measures

WAYS = (
    "image alone", "text alone", "vote of the two", "vote, weights learnt", "fused afterwards",
    "together", "modality dropout", "OGM-GE", "gradient blending",
)  # fmt: skip
"""What is compared, in the order of the table."""


def data(split: str) -> InMemory:
    """Pictures and names of one split; valid and test hold unseen concepts only."""
    unseen = None if split == "train" else "concept"
    emoji = Emoji(split, styles=STYLES, text=TEXT, unseen=unseen)
    inputs, y = emoji.batch(torch.arange(len(emoji)))
    inputs["image"] = avg_pool2d(inputs["image"], POOL)
    return InMemory(inputs, y, num_classes=emoji.num_classes)


@dataclass
class Race:
    """All trainings of one seed, on the same data."""

    train: InMemory
    valid: InMemory
    test: InMemory
    words: int
    seed: int
    epochs: int
    bar: tqdm
    models: dict[str, nn.Module] = field(default_factory=dict)
    logits: dict[str, Tensor] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    gradients: dict[str, list[float]] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)

    def new(self, *senses: str, **options: Any) -> MultimodalModel:
        """A model of these senses, drawn from the seed."""
        torch.manual_seed(self.seed)
        encoders = {
            "image": lambda: ImageCNN(in_channels=3, channels=(16, 32), grid=3),
            "text": lambda: TextRNN(self.words),
        }
        return MultimodalModel(
            {sense: encoders[sense]() for sense in senses}, out_dim=self.train.num_classes,
            **options,
        )  # fmt: skip

    def fit(
        self,
        model: nn.Module,
        senses: tuple[str, ...],
        data: InMemory | None = None,
        **options: Any,
    ) -> History:
        """Train with what all have in common."""
        settings = {"epochs": self.epochs, "lr": RATE, "seed": self.seed, "progress": False}
        part = Only(data or self.train, *senses)
        return fit(model, part, device="cpu", **(settings | options))

    def run(self) -> None:
        """Train and judge every way."""
        both = ("image", "text")
        self._way("image alone", lambda: self._plain("image"))
        self._way("text alone", lambda: self._plain("text"))
        alone = {sense: self.models[f"{sense} alone"] for sense in both}
        self._way("vote of the two", lambda: Ensemble(alone))
        self._way("vote, weights learnt", lambda: self._weighted(alone))
        self._way("fused afterwards", lambda: self._frozen(alone))
        self._way("together", lambda: self._plain(*both))
        self._way("modality dropout", lambda: self._plain(*both, modality_dropout=DROP))
        self._way("OGM-GE", lambda: self._plain(*both, callbacks=[OGMGE()]))
        self._way("gradient blending", self._blended)

    def _way(self, name: str, make: Callable[[], nn.Module]) -> None:
        start = time.perf_counter()
        self.models[name] = make()
        self.seconds[name] = time.perf_counter() - start
        senses = name.split()[:1] if name.endswith(" alone") else ("image", "text")
        judged = evaluate(self.models[name], Only(self.test, *senses), resamples=1)
        self.logits[name] = judged.logits
        self.bar.update()

    def _plain(self, *senses: str, callbacks: tuple = (), **options: Any) -> nn.Module:
        model = self.new(*senses, **options)
        history = self.fit(model, senses, callbacks=callbacks, gradient_norms=True)
        if not callbacks and not options:
            where = "together" if len(senses) > 1 else "alone"
            for sense in senses:
                self.gradients[f"{sense} {where}"] = history[f"gradient_{sense}"]
        return model

    def _frozen(self, alone: dict[str, nn.Module]) -> nn.Module:
        """⊕ and head on encoders that were trained alone and learn no more."""
        torch.manual_seed(self.seed)
        encoders = {
            sense: copy.deepcopy(model.encoders[sense]).requires_grad_(False)
            for sense, model in alone.items()
        }
        model = MultimodalModel(encoders, out_dim=self.train.num_classes)
        self.fit(model, tuple(alone), epochs=PROBE_EPOCHS)
        return model

    def _weighted(self, alone: dict[str, nn.Module]) -> nn.Module:
        """A weighted vote: two numbers, learnt where neither model knows its lines by heart."""
        frozen = {s: copy.deepcopy(model).requires_grad_(False) for s, model in alone.items()}
        model = Ensemble(frozen, "weighted_vote")
        self.fit(model, ("image", "text"), data=self.valid, epochs=30, lr=0.05)
        return model

    def _blended(self) -> nn.Module:
        """Gradient blending: weights from a short training with equal ones, then the training."""
        model = Branched(self.new("image", "text"))
        fresh = copy.deepcopy(model.state_dict())
        equal = dict.fromkeys((*model.encoders, "joint"), 1 / 3)
        before = self._losses(model)
        self.fit(model, ("image", "text"), loss=Blended(equal), epochs=PROBE_EPOCHS)
        self.weights = blend_weights(before, self._losses(model))
        model.load_state_dict(fresh)
        self.fit(model, ("image", "text"), loss=Blended(self.weights))
        return model

    def _losses(self, model: Branched) -> dict[str, tuple[float, float]]:
        """Training and validation loss of every head."""
        model.eval()
        told = []
        for part in (self.train, self.valid):
            with torch.no_grad():
                outputs = model.branches(part.inputs)
            told.append({k: float(cross_entropy(z, part.targets)) for k, z in outputs.items()})
        return {name: (told[0][name], told[1][name]) for name in told[0]}

    def probe(self, way: str, sense: str) -> float:
        """Accuracy of a linear classifier on this sense's encoder, which is frozen."""
        model = self._frozen({sense: self.models[way]})
        self.bar.update()
        return float(evaluate(model, Only(self.test, sense), resamples=1).accuracy)


PROBED = [("image alone", "image"), ("text alone", "text")]
PROBED += [(way, sense) for way in WAYS[5:] for sense in ("image", "text")]


def measure(seeds: Iterable[int], epochs: int, bar: tqdm) -> list[dict[str, Any]]:
    """All ways with every seed: a row for each seed."""
    parts = {split: data(split) for split in ("train", "valid", "test")}
    words = len(Emoji("test", styles=STYLES).tokenizers["en"])
    rows = []
    for seed in seeds:
        race = Race(**parts, words=words, seed=seed, epochs=epochs, bar=bar)
        race.run()
        y, rival = race.test.targets, race.logits["together"]
        differences = {way: compare(said, rival, y) for way, said in race.logits.items()}
        rows.append(
            {
                "seed": seed,
                "accuracy": {
                    way: float((said.argmax(1) == y).double().mean())
                    for way, said in race.logits.items()
                },
                "against together": {
                    way: [float(d), d.low, d.high]
                    for way, d in differences.items()
                    if way != "together"
                },
                "probe": {f"{way}: {sense}": race.probe(way, sense) for way, sense in PROBED},
                "gradient": race.gradients,
                "blend weights": race.weights,
                "seconds": race.seconds,
            }
        )
    return rows


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Means and intervals over the seeds; with one seed, its numbers alone."""

    def over(values: list[float]) -> list[float]:
        return list(mean_interval(values)) if len(values) > 1 else values

    first = rows[0]
    told = {
        name: {key: over([row[name][key] for row in rows]) for key in first[name]}
        for name in ("accuracy", "probe")
    }
    told["difference"] = {
        way: {
            "mean": over([row["against together"][way][0] for row in rows]),
            "seeds above": sum(row["against together"][way][1] > 0 for row in rows),
            "seeds below": sum(row["against together"][way][2] < 0 for row in rows),
        }
        for way in first["against together"]
    }
    return told


def show(rows: list[dict[str, Any]]) -> None:
    """Print everything."""
    told, n = summary(rows), len(rows)

    def line(values: list[float], sign: str = "") -> str:
        mean, *ends = (format(value, f"{sign}.3f") for value in values)
        return f"{mean} [{', '.join(ends)}]" if ends else mean

    print(f"\n{'':26}{'accuracy':24}minus training together")
    for way, values in told["accuracy"].items():
        text = f"{way:26}{line(values):24}"
        if way in told["difference"]:
            d = told["difference"][way]
            text += f"{line(d['mean'], '+'):28}"
            text += f"above 0 in {d['seeds above']} of {n}, below in {d['seeds below']}"
        print(text)
    print("\nlinear probe on the frozen encoder")
    for name, values in told["probe"].items():
        print(f"{name:26}{line(values)}")
    print("\nmean gradient norm of each encoder, epoch by epoch, first seed")
    for name, norms in rows[0]["gradient"].items():
        print(f"{name:20}" + " ".join(f"{norm:6.3f}" for norm in norms))
    print("\nweights of gradient blending")
    for row in rows:
        weights = ", ".join(f"{head} {w:.2f}" for head, w in row["blend weights"].items())
        print(f"seed {row['seed']}   {weights}")
    trained = [sum(row["seconds"].values()) for row in rows]
    print(f"\nseconds of all trainings of one seed: {min(trained):.0f} … {max(trained):.0f}")


def main() -> int:
    """Measure, print, and write it down if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write what was measured into this file")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    with tqdm(total=chosen.seeds * (len(WAYS) + len(PROBED)), disable=None) as bar:
        rows = measure(range(chosen.seeds), chosen.epochs, bar)
    show(rows)
    if chosen.json:
        if chosen.seeds < 2:
            parser.error("results are written with two seeds at least: intervals need them")
        settings = {
            "styles": list(STYLES), "text": TEXT, "epochs": chosen.epochs, "lr": RATE,
            "modality_dropout": DROP,
        }  # fmt: skip
        facts = {"machine": machine(), "settings": settings, "summary": summary(rows)}
        write(chosen.json, facts, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
