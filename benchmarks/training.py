"""How much a training loop costs beside the work itself, in one run, as ratios.

    python benchmarks/training.py            # about two minutes
    python benchmarks/training.py --repeats 3
    python benchmarks/training.py --cpu-time # processor time of one thread: for a busy machine

The same model (two branches of an MLP, joined by concatenation), the same 12,800 samples in
batches of 128, AdamW, a validation after each epoch. 1.00 is a loop written by hand over tensors
in memory: shuffle, index, forward, backward, step. All loops take turns, so a busy machine slows
all of them; the number is the median over the repeats of the ratio within a turn.

Lightning, Fabric and Accelerate take part where they are installed (pip install lightning
accelerate).
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import statistics
import sys
import time
import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

from mmtutor.datasets import MultimodalDataset
from mmtutor.objectives import info_nce
from mmtutor.training import fit

N, BATCH, WIDTH, CLASSES = 12_800, 128, 64, 10


class InMemory(MultimodalDataset):
    """Two modalities of random numbers, and a class that both show."""

    modalities, num_classes = ("a", "b"), CLASSES

    def __init__(self, n: int, seed: int) -> None:
        g = torch.Generator().manual_seed(seed)
        self.y = torch.randint(CLASSES, (n,), generator=g)
        centres = torch.randn(CLASSES, WIDTH, generator=torch.Generator().manual_seed(9))
        self.x = {m: centres[self.y] + 3 * torch.randn(n, WIDTH, generator=g) for m in ("a", "b")}

    def __len__(self) -> int:
        return len(self.y)

    def batch(self, index: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        return {m: x[index] for m, x in self.x.items()}, self.y[index]


class TwoBranches(nn.Module):
    """The two-branch model."""

    def __init__(self) -> None:
        super().__init__()
        self.encoders = nn.ModuleDict(
            {m: nn.Sequential(nn.Linear(WIDTH, 128), nn.ReLU(), nn.Linear(128, 64)) for m in "ab"}
        )
        self.head = nn.Linear(128, CLASSES)

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        return self.head(torch.cat([self.encoders[m](x[m]).relu() for m in "ab"], dim=1))


def judge(model: nn.Module, valid: InMemory) -> float:
    model.eval()
    with torch.no_grad():
        total = sum(
            float(cross_entropy(model({m: v[i : i + 512] for m, v in valid.x.items()}), y)) * len(y)
            for i, y in zip(range(0, len(valid), 512), valid.y.split(512), strict=True)
        )
    model.train()
    return total / len(valid)


def by_hand(train: InMemory, valid: InMemory, epochs: int) -> None:
    model = TwoBranches()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for _ in range(epochs):
        for index in torch.randperm(N).split(BATCH):
            x, y = {m: v[index] for m, v in train.x.items()}, train.y[index]
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
        judge(model, valid)


def by_fit(train: InMemory, valid: InMemory, epochs: int) -> None:
    # A bar as in a terminal: drawn, into a sink.
    with contextlib.redirect_stderr(_Terminal()):
        fit(TwoBranches(), train, valid, epochs=epochs, batch_size=BATCH, lr=1e-3, device="cpu")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def loader(train: InMemory) -> DataLoader:
    return DataLoader(TensorDataset(*train.x.values(), train.y), batch_size=BATCH, shuffle=True)


def by_loader(train: InMemory, valid: InMemory, epochs: int) -> None:
    model = TwoBranches()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for _ in range(epochs):
        for a, b, y in loader(train):
            optimizer.zero_grad()
            cross_entropy(model({"a": a, "b": b}), y).backward()
            optimizer.step()
        judge(model, valid)


def by_fabric(train: InMemory, valid: InMemory, epochs: int) -> None:
    from lightning.fabric import Fabric

    fabric = Fabric(accelerator="cpu", devices=1)
    model = TwoBranches()
    model, optimizer = fabric.setup(model, torch.optim.AdamW(model.parameters(), lr=1e-3))
    batches = fabric.setup_dataloaders(loader(train))
    for _ in range(epochs):
        for a, b, y in batches:
            optimizer.zero_grad()
            fabric.backward(cross_entropy(model({"a": a, "b": b}), y))
            optimizer.step()
        judge(model, valid)


def by_accelerate(train: InMemory, valid: InMemory, epochs: int) -> None:
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=True)
    model = TwoBranches()
    parts = accelerator.prepare(
        model, torch.optim.AdamW(model.parameters(), lr=1e-3), loader(train)
    )
    model, optimizer, batches = parts
    for _ in range(epochs):
        for a, b, y in batches:
            optimizer.zero_grad()
            accelerator.backward(cross_entropy(model({"a": a, "b": b}), y))
            optimizer.step()
        judge(model, valid)


def by_lightning(train: InMemory, valid: InMemory, epochs: int) -> None:
    import lightning

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net = TwoBranches()

        def training_step(self, batch: list[Tensor], number: int) -> Tensor:
            a, b, y = batch
            loss = cross_entropy(self.net({"a": a, "b": b}), y)
            self.log("train_loss", loss, prog_bar=True)
            return loss

        def validation_step(self, batch: list[Tensor], number: int) -> None:
            a, b, y = batch
            self.log("valid_loss", cross_entropy(self.net({"a": a, "b": b}), y))

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.AdamW(self.parameters(), lr=1e-3)

    held_out = DataLoader(TensorDataset(*valid.x.values(), valid.y), batch_size=512)
    with contextlib.redirect_stderr(_Terminal()), contextlib.redirect_stdout(_Terminal()):
        trainer = lightning.Trainer(
            max_epochs=epochs, accelerator="cpu", devices=1, logger=False,
            enable_checkpointing=False, enable_model_summary=False, num_sanity_val_steps=0,
        )  # fmt: skip
        trainer.fit(Module(), loader(train), held_out)


LOOPS: dict[str, tuple[Callable[..., None], str | None]] = {
    "by hand, tensors in memory": (by_hand, None),
    "fit (bar, history, clipping, checks)": (by_fit, None),
    "by hand, DataLoader": (by_loader, None),
    "Fabric": (by_fabric, "lightning"),
    "Accelerate": (by_accelerate, "accelerate"),
    "Lightning Trainer, two values logged": (by_lightning, "lightning"),
}


def contrastive(repeats: int, clock: Callable[[], float]) -> list[float]:
    """Ratios of ``info_nce`` to one square of logits and two cross-entropies, B = 256, d = 128."""
    g = torch.Generator().manual_seed(0)
    a, b = (normalize(torch.randn(256, 128, generator=g), dim=1).requires_grad_() for _ in range(2))
    y = torch.arange(256)

    def written_out(a: Tensor, b: Tensor) -> Tensor:
        logits = 14.0 * a @ b.T
        return (cross_entropy(logits, y) + cross_entropy(logits.T, y)) / 2

    def ours(a: Tensor, b: Tensor) -> Tensor:
        return info_nce(a, b, 14.0)

    torch.testing.assert_close(ours(a, b), written_out(a, b))
    times: dict[str, list[float]] = {"ours": [], "hand": []}
    for _ in range(20 * repeats):
        for name, loss in (("hand", written_out), ("ours", ours)):
            start = clock()
            for _ in range(10):
                torch.autograd.grad(loss(a, b), (a, b))
            times[name].append(clock() - start)
    return [x / y for x, y in zip(times["ours"], times["hand"], strict=True)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7, help="turns of every loop (default 7)")
    parser.add_argument("--epochs", type=int, default=4, help="epochs of each loop in a turn")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cpu-time", action="store_true", help="processor time of one thread")
    chosen = parser.parse_args()
    clock = time.process_time if chosen.cpu_time else time.perf_counter
    threads = 1 if chosen.cpu_time else chosen.threads
    torch.set_num_threads(threads)
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)  # Lightning tells of itself in every turn
    train, valid = InMemory(N, 0), InMemory(2_560, 1)
    loops = {}
    for name, (run, needs) in LOOPS.items():
        try:
            if needs:
                __import__(needs)
            run(train, valid, 1)  # warm
        except ImportError:
            print(f"{name}: left out, {needs} is not installed")
            continue
        loops[name] = run
    times: dict[str, list[float]] = {name: [] for name in loops}
    for _ in tqdm(range(chosen.repeats), unit="turn", disable=None):
        for name, run in loops.items():
            start = clock()
            run(train, valid, chosen.epochs)
            times[name].append((clock() - start) / chosen.epochs)
    base = times["by hand, tensors in memory"]
    print(
        f"\ntorch {torch.__version__}, {threads} threads, {chosen.repeats} turns, "
        f"{'processor' if chosen.cpu_time else 'wall'} time"
    )
    print(f"{'':40}{'ms an epoch':>12}{'ratio':>8}   (smallest … largest)")
    for name, seconds in times.items():
        ratios = [a / b for a, b in zip(seconds, base, strict=True)]
        print(
            f"{name:40}{1000 * statistics.median(seconds):12.0f}{statistics.median(ratios):8.2f}"
            f"   ({min(ratios):.2f} … {max(ratios):.2f})"
        )
    ratios = contrastive(chosen.repeats, clock)
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(
        f"\ninfo_nce against one square of logits and two cross-entropies: {middle:.2f}"
        f"   (middle half {low:.2f} … {high:.2f})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
