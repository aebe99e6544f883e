"""The probe of 9.6: what a network of pictures and words promises, and which of it it breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from mmtutor.lessons.checks import NotAnAnswer, draw

Ask = Callable[[Tensor, Tensor, Tensor], Tensor]

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
    "words": "words in another order are another caption (is there a recurrent network in it?)",
    "sign": "scores may have any sign (no ReLU, sigmoid or exponential after the last layer)",
    "size": "scores may be of any size (no tanh or sigmoid after the last layer)",
    "dropout": "the same question twice gets the same answer, in training mode too (no dropout)",
    "training": "in training mode too a sample's answer does not depend on the others (no batch "
    "normalisation)",
    "frozen": "every weight asks for a gradient (is one frozen?)",
    "weights": "every weight has a say in the answers",
    "reads": "each direction of each layer reads the whole caption",
}


def promises(answer: Any) -> str:
    """Probe for a network: which promises it breaks, with which layers and directions."""
    if not (isinstance(answer, type) and issubclass(answer, nn.Module)):
        raise NotAnAnswer("a class is asked for that inherits from `nn.Module`")
    found = []
    weights: dict[tuple[int, int], int] = {}
    with torch.random.fork_rng(devices=[]):
        for layers, directions in ((1, 1), (2, 1), (1, 2), (2, 2)):
            names: list[str] = []
            for seed, (width, vocab, classes) in enumerate(((7, 11, 3), (4, 13, 5))):
                torch.manual_seed(10 * seed + layers + directions)
                net = answer(width, vocab, classes, layers, directions)
                names += _broken(net.eval(), width, classes, seed)
            weights[layers, directions] = sum(p.numel() for p in _made(net))
            broken = "; ".join(_PROMISES[name] for name in dict.fromkeys(names)) or "all kept"
            many = ("", "s")
            found.append(
                f"{layers} layer{many[layers - 1]}, "
                f"{directions} direction{many[directions - 1]}: {broken}"
            )
        vocabs = [sum(p.numel() for p in _made(answer(7, n, 3, 1, 1))) for n in (11, 12)]
    if all("all kept" in line for line in found):
        if vocabs[0] == vocabs[1]:
            found.append("with one more word: more weights (`vocab` is ignored)")
        if weights[2, 1] <= weights[1, 1]:
            found.append("with 2 layers: more weights than with 1 (`layers` is ignored)")
        if weights[1, 2] <= weights[1, 1]:
            found.append("with 2 directions: more weights than with 1 (`directions` is ignored)")
    return "\n".join(found)


def what_broke(given: str) -> str:
    """The first line of the probe that is not all right, as a hint."""
    ignored = [line for line in given.splitlines() if "is ignored" in line]
    if ignored:
        where, _, what = ignored[0].partition(": ")
        return f"{where}, a network should have {what}."
    where, _, broken = next(
        line for line in given.splitlines() if "all kept" not in line
    ).partition(": ")
    look = ""
    if _PROMISES["weights"] in broken or _PROMISES["reads"] in broken:
        look = " Call `backward` and look at each `p.grad`: which are None, or zeros only?"
    return f"with {where}, this is not true of it: {broken}.{look}"


def _broken(net: nn.Module, width: int, classes: int, seed: int) -> list[str]:
    features = draw(4, width, seed=5 + seed)
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
        found = [] if whole.shape[1] == classes else ["shape"]
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
        found += _scores(ask, whole, features, captions, lengths, net)
        padding = torch.arange(4) >= lengths[:, None]
        first, last = captions.clone(), captions.clone()
        first[:, 0] = 1
        last[torch.arange(4), lengths - 1] = 1
        if not same(ask(features, captions.masked_fill(padding, 1), lengths), whole):
            found.append("padding")
        for name, moved in {
            "features": ask(features + draw(4, width, seed=9 + seed), captions, lengths),
            "first": ask(features, first, lengths),
            "last": ask(features, last, lengths),
        }.items():
            if (moved - whole).abs().amax(1).min() < 1e-7:
                found.append(name)
        turned = captions.clone()
        turned[1] = torch.tensor([5, 7, 6, 8])  # ends as they were, the middle turned
        if (ask(features, turned, lengths) - whole)[1].abs().max() < 1e-7:
            found.append("words")
        if not {"alone", "back", "order"} & set(found):
            found += _in_training(ask, features, captions, lengths, net)
    if not all(p.requires_grad for p in net.parameters()):
        found.append("frozen")
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


def _scores(
    ask: Ask, whole: Tensor, features: Tensor, captions: Tensor, lengths: Tensor, net: nn.Module
) -> list[str]:
    """Whether what comes out may have any sign and any size."""
    if "softmax" in _kind(whole):
        return []
    many = torch.cat([ask(features * scale, captions, lengths) for scale in (-3.0, 3.0)])
    state = _state(net)
    for p in _made(net):
        p.mul_(30.0)
    large = ask(features, captions, lengths)
    net.load_state_dict(state, strict=False)
    found = []
    if not ((many < 0).any() and (many > 0).any()) and not (
        (large < 0).any() and (large > 0).any()
    ):
        found.append("sign")
    elif large.abs().max() <= 1:
        found.append("size")
    return found


def _kind(scores: Tensor) -> str:
    """Probabilities and their logarithms are told elsewhere, or are as good as scores."""
    one = torch.ones(len(scores))
    if torch.allclose(scores.sum(1), one, atol=1e-4) and (scores >= 0).all():
        return "softmax"
    return "log softmax" if torch.allclose(scores.exp().sum(1), one, atol=1e-4) else ""


def _in_training(
    ask: Ask, features: Tensor, captions: Tensor, lengths: Tensor, net: nn.Module
) -> list[str]:
    """What is true in training mode only: dropout, and statistics of the batch."""
    state = _state(net)
    net.train()
    whole, again = (ask(features, captions, lengths) for _ in range(2))
    halves = [ask(features[i], captions[i], lengths[i]) for i in (slice(0, 2), slice(2, 4))]
    net.eval()
    net.load_state_dict(state, strict=False)
    if not torch.allclose(whole, again, atol=1e-5):
        return ["dropout"]
    return [] if torch.allclose(torch.cat(halves), whole, atol=1e-5) else ["training"]


def _made(net: nn.Module) -> list[nn.Parameter]:
    """The parameters that have numbers: a lazy layer that was never called has none."""
    return [p for p in net.parameters() if not isinstance(p, UninitializedParameter)]


def _state(net: nn.Module) -> dict[str, Tensor]:
    return {
        name: value.clone()
        for name, value in net.state_dict().items()
        if not isinstance(value, UninitializedParameter)
    }
