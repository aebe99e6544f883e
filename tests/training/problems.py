"""A small data set, a model with dropout, and a training of both, for tests in many processes."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import torch
from torch import nn

from mmtutor import distributed
from mmtutor.datasets import MultimodalDataset
from mmtutor.metrics import RetrievalRank
from mmtutor.models.aligned import Aligned
from mmtutor.objectives import OGMGE, InfoNCE, siglip
from mmtutor.training import Callback, evaluate, fit, save_weights


class Clouds(MultimodalDataset):
    """Gaussian clouds, one a class; `left` and `right` each see the class."""

    modalities, num_classes = ("left", "right"), 3

    def __init__(self, n: int = 200, *, seed: int = 0) -> None:
        g = torch.Generator().manual_seed(seed)
        self.targets = torch.arange(n) % 3
        centres = torch.randn(3, 4, generator=torch.Generator().manual_seed(99)) * 1.5
        self.x = {
            m: centres[self.targets] + torch.randn(n, 4, generator=g) for m in self.modalities
        }
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def batch(self, index):
        index = self._as_index(index)
        shift = 0.1 * torch.sin(index[:, None] + 7.0 * self.epoch)
        return {m: x[index] + shift for m, x in self.x.items()}, self.targets[index]


class Linear(nn.Linear):
    """An encoder."""

    @property
    def out_dim(self) -> int:
        return self.out_features


class TwoSenses(nn.Module):
    """A sum of linear maps, one per modality, with dropout."""

    def __init__(self, seed: int = 0, dropout: float = 0.3) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.encoders = nn.ModuleDict({m: Linear(4, 8) for m in ("left", "right")})
            self.head = nn.Linear(8, 3)
        self.dropout = nn.Dropout(dropout)

    def forward(self, inputs):
        h = sum(self.encoders[name](x) for name, x in inputs.items())
        return self.head(self.dropout(torch.relu(h)))


class StopAt(Callback):
    """Break off before a step, in every process, as a failing machine would."""

    def __init__(self, step: int) -> None:
        self.step = step

    def before_step(self, model, inputs, outputs, y):
        self.step -= 1
        if self.step < 0:
            raise InterruptedError


def train(folder: str | None = None, *, resume: bool = False, dropout: float = 0.3, **options):
    """Train; with a folder, save often there. Returns the model and its history."""
    torch.set_num_threads(1)
    model = TwoSenses(dropout=dropout)
    if folder is not None:
        options |= {"resume" if resume else "checkpoint": folder, "every": 2}
    settings = {"epochs": 6, "batch_size": 32, "progress": False, "keep": "best"} | options
    history = fit(model, Clouds(), Clouds(101, seed=1), **settings)
    return model, history


def train_and_write(folder: str, resume: bool, out: str) -> None:
    """Train in a process of its own; the weights of the finished training go to ``out``."""
    model, _ = train(folder, resume=resume)
    save_weights(model, Path(out))


class Sigmoid(InfoNCE):
    """The same question of each pair, asked by ``siglip``."""

    def __call__(self, outputs, y):
        same = y if self.by_target else None
        return siglip(outputs["left"], outputs["right"], outputs["scale"], -3.0, same)


def train_pairs(loss: object) -> tuple[nn.Module, list[dict[str, float]]]:
    """Align the two senses; samples of one class belong together. The model, and its history."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Aligned(TwoSenses().encoders, dim=6)
    history = fit(
        model, Clouds(), Clouds(101, seed=1), epochs=3, batch_size=32, loss=loss, progress=False,
        metrics={f"at {k}": RetrievalRank("left", "right", k) for k in (1, 10)},
    )  # fmt: skip
    return model, history.rows


def compared(out: str) -> str:
    """Trainings of which rank 0 writes weights and facts to ``out``; what this process printed."""
    torch.set_num_threads(1)
    printed = io.StringIO()
    # Class weights: shards weigh by the weights of their labels. OGM-GE: all hear of all samples.
    weighted = torch.nn.CrossEntropyLoss(weight=torch.tensor([1.0, 5.0, 0.2]), ignore_index=2)
    with contextlib.redirect_stdout(printed):
        model, history = train(
            dropout=0.0, keep="last", gradient_norms=True, progress=True, loss=weighted,
            callbacks=[OGMGE(noise=False)],
        )  # fmt: skip
    judged = evaluate(model, Clouds(101, seed=2))
    pairs = {"nce": InfoNCE(), "nce-alone": InfoNCE(by_target=False)}
    pairs |= {"sig": Sigmoid(), "sig-alone": Sigmoid(by_target=False)}
    aligned = {name: train_pairs(loss) for name, loss in pairs.items()}
    if distributed.rank() == 0:
        place = Path(out)
        save_weights(model, place / "supervised.safetensors")
        for name, (trained, _) in aligned.items():
            save_weights(trained, place / f"{name}.safetensors")
        facts = {"rows": history.rows, "accuracy": judged.accuracy, "f1": judged.f1}
        facts["confusion"] = judged.confusion.tolist()
        facts["pairs"] = {name: rows for name, (_, rows) in aligned.items()}
        (place / "facts.json").write_text(json.dumps(facts))
    return printed.getvalue()
