"""Words, voice and face of a speaker: every ⊕, with and without sarcasm, with a sense missing.

    python benchmarks/sentiment.py --seeds 1                  # about a minute
    python benchmarks/sentiment.py --json mmtutor/results/sentiment.json

The data are `SpokenSentiment`, whose best possible accuracy is known. A reader of words learns from
6,000 sentences of sincere speakers what words say, and is frozen; the encoders of voice and face, ⊕
and a linear head are trained on 4,000 speakers of the problem, 12 epochs at a highest learning rate
of 0.02 in batches of 200, the same for all. The test are 2,000 speakers whose voices, sentences and
pictures were in no training.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from pathlib import Path

import torch
from torch import nn
from tqdm import tqdm

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.record import machine, write  # noqa: E402
from mmtutor.datasets import Only, Speaker, SpokenSentiment  # noqa: E402
from mmtutor.encoders import Encoder, FrameCNN, TextRNN, TextTransformer  # noqa: E402
from mmtutor.metrics import accuracy, f1  # noqa: E402
from mmtutor.models import MultimodalModel  # noqa: E402
from mmtutor.training import fit  # noqa: E402

SINCERE = Speaker(sarcasm=0, noise=0)
PROBLEMS = {
    "sarcastic": Speaker(),
    "sincere": SINCERE,
    "agreed": Speaker(agreement=1, noise=0),
}
SENSES = ("text", "voice", "face")
OPERATORS = (
    "concat", "weighted", "gated", "attention", "low_rank", "cross_attention",
)  # fmt: skip
HOW = {"epochs": 12, "batch_size": 200, "lr": 0.02, "progress": False}


def reader(kind: str, data: SpokenSentiment, seed: int) -> MultimodalModel:
    """What words say, learnt from sincere speakers."""
    torch.manual_seed(seed)
    words = len(data.tokenizer)
    encoder: Encoder = TextRNN(words, embed_dim=12, out_dim=12, cell="gru")
    if kind == "transformer":
        encoder = TextTransformer(words, out_dim=12, layers=1, heads=2, max_len=9)
    model = MultimodalModel({"text": encoder}, out_dim=2, dim=16)
    fit(model, Only(data, "text"), epochs=4, batch_size=150, lr=0.03, seed=seed, progress=False)
    return model


def encoders(senses: tuple[str, ...], words: nn.Module) -> dict[str, nn.Module]:
    """Fresh encoders of voice and face; that of the words is frozen."""
    made = {
        "text": copy.deepcopy(words).requires_grad_(False),
        "voice": FrameCNN(3, out_dim=8, hidden_dim=16, kernel=9),
        "face": FrameCNN(12, out_dim=8, hidden_dim=12, kernel=1),
    }
    return {sense: made[sense] for sense in senses}


def scores(model: nn.Module, data: SpokenSentiment, without: tuple[str, ...] = ()) -> dict:
    """Accuracy and macro F1 of a model that lacks some senses."""
    inputs = {m: x for m, x in data.inputs.items() if m in model.modalities and m not in without}
    with torch.no_grad():
        logits = model(inputs)
    return {"accuracy": accuracy(logits, data.targets), "f1": f1(logits, data.targets)}


def runs(seed: int) -> list[dict]:
    """Everything, for one seed."""
    pretext = SpokenSentiment("train", SINCERE, samples=6000)
    readers = {kind: reader(kind, pretext, seed) for kind in ("rnn", "transformer")}
    words, rows = readers["rnn"].encoders["text"], []

    def note(problem: str, name: str, model: nn.Module, start: float, **more: object) -> None:
        row = {"problem": problem, "model": name, "seed": seed, **scores(model, test), **more}
        rows.append({**row, "seconds": time.process_time() - start})

    for problem, speaker in PROBLEMS.items():
        train, test = SpokenSentiment("train", speaker), SpokenSentiment("test", speaker)

        def trained(op: str, senses: tuple[str, ...] = SENSES, **options: object) -> nn.Module:
            torch.manual_seed(seed)
            model = MultimodalModel(encoders(senses, words), op, out_dim=2, dim=16, **options)
            fit(model, Only(train, *senses), seed=seed, **HOW)  # noqa: B023
            return model

        for kind, model in readers.items():
            note(problem, f"text, {kind}", model, time.process_time())
        start = time.process_time()
        note(problem, "voice", trained("concat", ("voice",)), start)
        start = time.process_time()
        tensor = trained("tensor")
        lacks = {sense: scores(tensor, test, (sense,))["f1"] for sense in SENSES}
        note(problem, "tensor", tensor, start, without=lacks)
        if problem != "sarcastic":
            continue
        start = time.process_time()
        note(problem, "face", trained("concat", ("face",)), start)
        for op in OPERATORS:
            start = time.process_time()
            note(problem, op, trained(op), start)
        start = time.process_time()
        hidden = nn.Sequential(nn.ReLU(), nn.Linear(16, 2))
        note(problem, "concat, hidden layer", trained("concat", head=hidden), start)
        for pair in (("text", "voice"), ("text", "face"), ("voice", "face")):
            start = time.process_time()
            note(problem, " + ".join(pair), trained("tensor", pair), start)
        start = time.process_time()
        model = trained("tensor", modality_dropout=0.2)
        lacks = {sense: scores(model, test, (sense,))["f1"] for sense in SENSES}
        note(problem, "tensor, modality dropout", model, start, without=lacks)
    return rows


def main() -> None:
    """Run all seeds, print the means, write them down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[dict] = []
    best = {}
    for seed in tqdm(range(options.seeds), "seeds"):
        rows += runs(seed)
    for problem, speaker in PROBLEMS.items():
        data = SpokenSentiment("test", speaker)
        best[problem] = {m: data.bayes_accuracy(m) for m in SENSES} | {"all": data.bayes_accuracy()}
        print(problem, {k: round(v, 3) for k, v in best[problem].items()})
        for name in dict.fromkeys(row["model"] for row in rows if row["problem"] == problem):
            mine = [r for r in rows if (r["problem"], r["model"]) == (problem, name)]
            mean = {k: sum(r[k] for r in mine) / len(mine) for k in ("accuracy", "f1", "seconds")}
            more = [r["without"] for r in mine if "without" in r]
            told = {s: round(sum(m[s] for m in more) / len(more), 3) for s in SENSES if more}
            print(f"  {name:34}", {k: round(v, 3) for k, v in mean.items()}, told or "")
    if options.json:
        write(options.json, {"machine": machine(), "seeds": options.seeds, "best": best}, rows)


if __name__ == "__main__":
    main()
