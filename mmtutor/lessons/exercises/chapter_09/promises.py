"""The probe of 9.6: what a network of pictures and words promises, and which of it it breaks."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from mmtutor.lessons.checks import NotAnAnswer, draw

_PROMISES = {
    "shape": "one row for each sample, one column for each class",
    "scores": "scores come out, no probabilities (cross-entropy takes the softmax itself)",
    "back": "answers come back in the order in which the samples went in",
    "order": "any order of the batch gives the same answers in that order",
    "alone": "a sample alone gets the answer that it gets in a batch",
    "padding": "what stands in the padding changes nothing",
    "features": "the features matter to every sample",
    "first": "the first word matters to every sample",
    "last": "the last word matters to every sample",
    "weights": "every weight has a say in the answers",
    "reads": "each direction of each layer reads the whole caption",
}


def promises(answer: Any) -> str:
    """Probe for a network: which promises it breaks, with which layers and directions."""
    if not (isinstance(answer, type) and issubclass(answer, nn.Module)):
        raise NotAnAnswer("a class is asked for that inherits from `nn.Module`")
    found = []
    with torch.random.fork_rng(devices=[]):
        for layers, directions in ((1, 1), (2, 1), (1, 2), (2, 2)):
            torch.manual_seed(layers + directions)
            net = answer(width=7, vocab=11, classes=3, layers=layers, directions=directions)
            broken = "; ".join(_PROMISES[name] for name in _broken(net.eval())) or "all kept"
            many = ("", "s")
            found.append(
                f"{layers} layer{many[layers - 1]}, "
                f"{directions} direction{many[directions - 1]}: {broken}"
            )
    return "\n".join(found)


def what_broke(given: str) -> str:
    """The first line of the probe that is not all right, as a hint."""
    where, _, broken = next(
        line for line in given.splitlines() if "all kept" not in line
    ).partition(": ")
    look = ""
    if _PROMISES["weights"] in broken or _PROMISES["reads"] in broken:
        look = " Call `backward` and look at each `p.grad`: which are None, or zeros only?"
    return f"with {where}, this is not true of it: {broken}.{look}"


def _broken(net: nn.Module) -> list[str]:
    features = draw(4, 7, seed=5)
    captions = torch.tensor([[3, 4, 0, 0], [5, 6, 7, 8], [9, 0, 0, 0], [2, 10, 4, 0]])
    lengths = torch.tensor([2, 4, 1, 3])

    def ask(f: Tensor, c: Tensor, n: Tensor) -> Tensor:
        scores = net(f, c.clone(), n.clone())
        if not isinstance(scores, Tensor):
            raise NotAnAnswer(f"`forward` should return scores, it returns {type(scores).__name__}")
        return scores

    def same(a: Tensor, b: Tensor) -> bool:
        return a.shape == b.shape and torch.allclose(a, b, atol=1e-5)

    with torch.no_grad():
        whole = ask(features, captions, lengths)
        if whole.ndim != 2 or len(whole) != 4:
            return ["shape"]
        found = [] if whole.shape[1] == 3 else ["shape"]
        if (whole >= 0).all() and same(whole.sum(1), torch.ones(4)):
            found.append("scores")
        rows = (slice(i, i + 1) for i in range(4))
        alone = torch.cat([ask(features[i], captions[i], lengths[i]) for i in rows])
        order = torch.tensor([2, 0, 3, 1])
        shuffled = ask(features[order], captions[order], lengths[order])
        if not same(alone, whole):
            # The right answers, each in another's place?
            there = alone.shape == whole.shape and torch.cdist(alone, whole).amin(1).max() < 1e-5
            found += ["back"] if there else ["alone"]
        if not same(shuffled, whole[order]) and "back" not in found:
            found.append("order")
        padding = torch.arange(4) >= lengths[:, None]
        first, last = captions.clone(), captions.clone()
        first[:, 0] = 1
        last[torch.arange(4), lengths - 1] = 1
        if not same(ask(features, captions.masked_fill(padding, 1), lengths), whole):
            found.append("padding")
        for name, moved in {
            "features": ask(features + 1, captions, lengths),
            "first": ask(features, first, lengths),
            "last": ask(features, last, lengths),
        }.items():
            if (moved - whole).abs().amax(1).min() < 1e-7:
                found.append(name)
    with torch.enable_grad():
        net.zero_grad()
        scores = ask(features, captions, lengths)
        if scores.requires_grad:
            (scores * draw(*scores.shape, seed=6)).sum().backward()
    quiet = [
        name
        for name, p in net.named_parameters()
        if p.requires_grad and (p.grad is None or not p.grad.any())
    ]
    if quiet:
        # A recurrent weight that never gets a state has read one word only.
        found.append("reads" if all("weight_hh" in name for name in quiet) else "weights")
    return found
