"""Train the tiny vision-language models of data/tiny_vlm, five seeds of each form.

    python recipes/tiny_vlm.py            # train, write, measure
    python recipes/tiny_vlm.py --check    # measure what is shipped, and compare with what is said

Needs nothing but the package: the pictures are those of data/emoji. A run takes about one minute
of one core, all ten a quarter of an hour. A finished run is kept in --work, so that a stop loses
one run at most.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch
from in_place import close, ship
from torch import Tensor
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from mmtutor.datasets import EmojiQuestions
from mmtutor.models import FORMS, VisionLanguage, read_rounded, tiny_vlm, write_rounded

ROOT = Path(__file__).resolve().parents[1]
SEEDS = range(5)
EPOCHS, PICTURES, LR = 6, 32, 4e-3  # of training; pictures a step
BLIND = 10  # one step in so many is without the pictures: the model learns to answer blind, too
KEPT = ("DATASHEET.md", "LICENSES.md")


def train(form: str, seed: int, data: EmojiQuestions) -> VisionLanguage:
    """AdamW, the learning rate rising and falling once; all questions about 32 pictures a step."""
    torch.manual_seed(seed)
    model = tiny_vlm(len(data.tokenizer), form)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.05)
    steps = data.pictures // PICTURES
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LR, total_steps=EPOCHS * steps, pct_start=0.15
    )
    bar = tqdm(total=EPOCHS * steps, desc=f"{form} {seed}", mininterval=10)
    for epoch in range(EPOCHS):
        data.set_epoch(epoch)
        order = torch.randperm(data.pictures)[: steps * PICTURES]
        for step, pictures in enumerate(order.split(PICTURES)):
            inputs, y = data.about(pictures)
            if step % BLIND == 0:
                del inputs["image"]
            loss = loss_of(model, inputs, y)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            bar.update()
    return model.eval()


def loss_of(model: VisionLanguage, inputs: dict[str, Tensor], y: Tensor) -> Tensor:
    """`next_token`, with logits only where an answer stands: a quarter of the work at the end."""
    asked = y > 0  # (B, T)
    each = cross_entropy(model.logits(model.states(inputs)[asked]), y[asked], reduction="none")
    return (each / asked.sum(dim=1)[asked.nonzero()[:, 0]]).sum() / len(y)


@torch.no_grad()
def right(model: VisionLanguage, data: EmojiQuestions, blind: bool = False) -> Tensor:
    """Which questions (N,) are answered word for word.

    The greedy answer is the right one exactly if each word is the likeliest after the right ones
    before it: one pass tells.
    """
    found = []
    for pictures in torch.arange(data.pictures).split(64):
        inputs, y = data.about(pictures)
        if blind:
            del inputs["image"]
        found.append(((model(inputs).argmax(dim=2) == y) | (y == 0)).all(dim=1))
    return torch.cat(found)


def measured(model: VisionLanguage, tests: dict[str, EmojiQuestions]) -> dict[str, dict]:
    """Accuracy by what is unseen and by kind of question, with the picture and without."""
    told: dict[str, dict] = {}
    for unseen, data in tests.items():
        for blind in (False, True):
            ok = right(model, data, blind).float()
            kinds = sorted(set(data.kind))
            told[f"{unseen}, blind" if blind else unseen] = {
                kind: round(ok[[k == kind for k in data.kind]].mean().item(), 4) for kind in kinds
            }
    return told


def main() -> None:
    """Read the options; train what is missing, or measure what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="measure, change nothing")
    parser.add_argument("--work", type=Path, default=ROOT / "_build/tiny_vlm", help="finished runs")
    parser.add_argument("--only", help="train one form alone, such as one_stream")
    options = parser.parse_args()
    tests = {k: EmojiQuestions("test", unseen=k) for k in ("composition", "concept")}
    words = len(tests["concept"].tokenizer)
    out, results = ROOT / "data/tiny_vlm", ROOT / "mmtutor/results/tiny_vlm.json"
    runs = [(form, seed) for seed in SEEDS for form in FORMS if options.only in (None, form)]
    if not options.check:
        options.work.mkdir(parents=True, exist_ok=True)
        data = EmojiQuestions("train")
        for form, seed in runs:
            path = options.work / f"{form}_{seed}.safetensors"
            if not path.exists():
                write_rounded(train(form, seed, data), path)
        if options.only:
            return
    rows = []
    for form, seed in runs:
        model = tiny_vlm(words, form)
        read_rounded(model, (out if options.check else options.work) / f"{form}_{seed}.safetensors")
        count = sum(p.numel() for p in model.parameters())
        row = {"form": form, "seed": seed, "parameters": count}
        rows.append(row | {"accuracy": measured(model.eval(), tests)})
        print(json.dumps(rows[-1]), flush=True)
    if options.check:
        said = json.loads(results.read_text(encoding="utf8"))["rows"]
        sys.exit(0 if close(rows, said) else "What is measured is not what is said.")
    names = [f"{form}_{seed}.safetensors" for form, seed in runs]
    ship(options.work, names, out, KEPT)
    recipe = {"epochs": EPOCHS, "pictures a step": PICTURES, "learning rate": LR}
    told = {"torch": torch.__version__, "recipe": recipe, "rows": rows}
    results.write_text(json.dumps(told, indent=1) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
