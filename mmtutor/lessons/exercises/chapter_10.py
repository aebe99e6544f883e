"""Exercises of chapter 10, *The CIFAR-100 clinic*."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from mmtutor.lessons.checks import Exercise, NotAnAnswer, function, labels, number

_CAUSES = {"a": "mode", "b": "ids", "c": "labels", "d": "relu", "e": "split", "f": "order"}
_LN = [math.log(100), math.log(20)]

Batches = list[tuple[Tensor, Tensor]]


def _draw(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# ── 10.3: one step ─────────────────────────────────────────────────────────────────────────────
_X = _draw(2, 6, 4, seed=1)
_Y = torch.tensor([[0, 1, 2, 2, 1, 0], [2, 2, 0, 1, 0, 1]])


def _linear() -> nn.Linear:
    model = nn.Linear(4, 3)
    with torch.no_grad():
        model.weight.copy_(_draw(3, 4, seed=2))
        model.bias.zero_()
    return model


def _after_two_steps(answer: Any) -> Tensor:
    """Probe for a training step: the losses of two steps, and the weights after them."""
    if not callable(answer):
        raise NotAnAnswer(f"a function is asked for, got {type(answer).__name__}")
    model = _linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    losses = []
    for x, y in zip(_X, _Y, strict=True):
        loss = answer(model, optimizer, x.clone(), y.clone())
        if loss is None:
            raise NotAnAnswer("your function returns None: is there a `return`?")
        if not isinstance(loss, Tensor) or loss.numel() != 1:
            raise NotAnAnswer("return the loss: a tensor with one number")
        losses.append(loss.detach().reshape(1))
    return torch.cat([*losses, model.weight.flatten(), model.bias]).detach().double()


def _step(model: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> Tensor:
    loss = cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def _not_zeroed(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    loss = cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss


def _zeroed_too_late(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    loss = cross_entropy(model(x), y)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss


def _softmax_first(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    return _step(nn.Sequential(model, nn.Softmax(dim=1)), optimizer, x, y)


def _summed(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    loss = cross_entropy(model(x), y, reduction="sum")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def _asked_again(model: nn.Module, optimizer: Any, x: Tensor, y: Tensor) -> Tensor:
    _step(model, optimizer, x, y)
    return cross_entropy(model(x), y)


# ── 10.4: an honest accuracy ───────────────────────────────────────────────────────────────────
class _Dropping(nn.Module):
    """A model that gives the right scores, and wrong ones while it trains."""

    def forward(self, x: Tensor) -> Tensor:
        return -x if self.training else x


def _some_batches() -> Batches:
    scores, y = _draw(10, 3, seed=3), torch.arange(10) % 3
    scores[torch.arange(10), y] += 1.0
    scores[8:] = -scores[8:].abs() * torch.nn.functional.one_hot(y[8:], 3)  # both wrong
    return [(scores[:4], y[:4]), (scores[4:8], y[4:8]), (scores[8:], y[8:])]


def _judged(answer: Any) -> Tensor:
    """Probe for an accuracy: what it says, and the mode in which the model comes back."""
    if not callable(answer):
        raise NotAnAnswer(f"a function is asked for, got {type(answer).__name__}")
    model = _Dropping().train()
    share = answer(model, _some_batches())
    if share is None:
        raise NotAnAnswer("your function returns None: is there a `return`?")
    share = torch.as_tensor(share, dtype=torch.float64).detach()
    if share.numel() != 1:
        raise NotAnAnswer("one number is asked for, the share over all samples")
    return torch.cat([share.reshape(1), torch.tensor([float(model.training)])])


def _right(model: nn.Module, batches: Batches) -> list[Tensor]:
    return [(model(x).argmax(dim=1) == y).float() for x, y in batches]


def _in_eval(share: Callable[[list[Tensor]], Tensor]) -> Callable[[nn.Module, Batches], Tensor]:
    def judge(model: nn.Module, batches: Batches) -> Tensor:
        model.eval()
        right = _right(model, batches)
        model.train()
        return share(right)

    return judge


def _left_in_eval(model: nn.Module, batches: Batches) -> Tensor:
    model.eval()
    return torch.cat(_right(model, batches)).mean()


# ── 10.5: after the last word ──────────────────────────────────────────────────────────────────
_STATES = _draw(4, 6, 3, seed=4)
_IDS = torch.tensor(
    [[5, 7, 2, 0, 0, 0], [1, 1, 1, 1, 1, 1], [9, 0, 0, 0, 0, 0], [3, 4, 8, 6, 0, 0]]
)


def _last(states: Tensor, ids: Tensor) -> Tensor:
    return states[torch.arange(len(ids)), (ids != 0).sum(dim=1) - 1]


def _one_too_far(states: Tensor, ids: Tensor) -> Tensor:
    place = (ids != 0).sum(dim=1).clamp(max=ids.shape[1] - 1)
    return states[torch.arange(len(ids)), place]


def _mean_of_real(states: Tensor, ids: Tensor) -> Tensor:
    real = (ids != 0)[..., None].float()
    return (states * real).sum(dim=1) / real.sum(dim=1)


def _squeezed(states: Tensor, ids: Tensor) -> Tensor:
    place = ((ids != 0).sum(dim=1) - 1)[:, None, None].expand(-1, 1, states.shape[2])
    return states.gather(1, place).squeeze()


def _shape_of_all(states: Tensor, ids: Tensor) -> Tensor:
    return states[:, (ids != 0).sum(dim=1) - 1]


# ── 10.6: a leak detector ──────────────────────────────────────────────────────────────────────
_CAPTIONS = [
    "a photo of a cat",
    "the caterpillar sleeps",
    "A Tree, perhaps a maple",
    "a tall plant",
    "here we see a DOG",
    "an oak in the park",
    "a dog in the snow",
    "a willow by the water",
]
_LABELS = ["cat", "cat", "maple_tree", "maple_tree", "dog", "oak_tree", "horse", "willow_tree"]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


def _share(hits: Sequence[bool]) -> Tensor:
    return torch.tensor(sum(hits) / len(hits))


def _each(leak: Callable[[str, str], bool]) -> Callable[[list[str], list[str]], Tensor]:
    def leaks(captions: list[str], labels: list[str]) -> Tensor:
        return _share([leak(c, y) for c, y in zip(captions, labels, strict=True)])

    return leaks


_leaks = _each(lambda caption, label: _words(label) <= _words(caption))


def _any_label(captions: list[str], labels: list[str]) -> Tensor:
    return _share([any(_words(y) <= _words(c) for y in labels) for c in captions])


def _cased(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z0-9]+", text))


EXERCISES = {
    "10.1": Exercise(
        solution=_CAUSES,
        mistakes=(
            (
                {**_CAUSES, "c": "split", "e": "labels"},
                "c and e are exchanged. With the training split as test set the report is too "
                "*good*; in c the report itself is that of chance.",
            ),
            (
                {**_CAUSES, "a": "order", "f": "mode"},
                "a and f are exchanged. The order of the batches cannot give one picture two "
                "answers; dropout can.",
            ),
            (
                {**_CAUSES, "b": "relu", "d": "ids"},
                "b and d are exchanged. A huge loss at the start needs huge numbers; samples that "
                "never improve need a gradient that is zero.",
            ),
            (
                {**_CAUSES, "c": "relu", "d": "labels"},
                "c and d are exchanged. With a ReLU at the end the loss is *not* wonderful; and "
                "with wrong labels eight samples can still be learnt by heart, wrongly.",
            ),
            (
                {**_CAUSES, "c": "order", "f": "labels"},
                "c and f are exchanged. Always the same labels: that is easy, and the loss does "
                "not jump.",
            ),
            (
                dict.fromkeys(_CAUSES, "relu"),
                "Each of the six causes fits exactly once.",
            ),
        ),
        praise="A symptom is a question, a test is the answer.",
        hint="Each cause fits exactly once. Begin with the sure ones: what is random (a), what is "
        "huge (b), what has no gradient (d)?",
        probe=labels(tuple(_CAUSES), *sorted(_CAUSES.values())),
    ),
    "10.2": Exercise(
        solution=[*_LN, 0.01, 0.05],
        mistakes=(
            (
                [math.log2(100), math.log2(20), 0.01, 0.05],
                "These losses are in bits. PyTorch's cross-entropy uses the natural logarithm.",
            ),
            (
                [math.log10(100), math.log10(20), 0.01, 0.05],
                "You took log10. PyTorch's cross-entropy uses the natural logarithm, `math.log`.",
            ),
            (
                [-_LN[0], -_LN[1], 0.01, 0.05],
                "The sign: −ln(1/C) is *plus* ln C. A loss of cross-entropy is never negative.",
            ),
            (
                [0.01, 0.05, 0.01, 0.05],
                "The accuracies are right. The loss is not the probability, it is −ln of it.",
            ),
            (
                [_LN[1], _LN[0], 0.05, 0.01],
                "The other way round: first fine (100 classes), then coarse (20).",
            ),
            (
                [*_LN, 1, 5],
                "The losses are right. Give the accuracies as shares, not in per cent.",
            ),
            (
                [100.0, 20.0, 0.01, 0.05],
                "The accuracies are right. The loss is the logarithm of the number of classes.",
            ),
        ),
        praise="Know these two numbers before you look at any training of CIFAR-100.",
        hint="Each class gets the probability 1/C. The loss is −ln(1/C), the accuracy 1/C.",
        probe=number,
        tolerance=5e-3,
    ),
    "10.3": Exercise(
        solution=_step,
        mistakes=(
            (
                _not_zeroed,
                "The first step is right, the second is not: the old gradient is still there, and "
                "`backward` *adds* to it. Where is `zero_grad`?",
            ),
            (
                _zeroed_too_late,
                "The weights do not move. Either nobody took a step (`backward`, then `step`), or "
                "`zero_grad` emptied the gradients after `backward` had filled them: it comes "
                "before.",
            ),
            (
                _softmax_first,
                "There is a softmax too many: cross-entropy takes scores and has its own inside.",
            ),
            (
                _summed,
                "You summed over the batch. Take the mean, or the step grows with the batch.",
            ),
            (
                _asked_again,
                "The weights are right. The loss to return is the one you computed *before* the "
                "step; a second pass costs time and says something else.",
            ),
        ),
        praise="Four lines. They are in every training program that works.",
        hint="Scores, loss, `zero_grad`, `backward`, `step`, return the loss.",
        probe=_after_two_steps,
    ),
    "10.4": Exercise(
        solution=_in_eval(lambda right: torch.cat(right).mean()),
        mistakes=(
            (
                lambda model, batches: torch.cat(_right(model, batches)).mean(),
                "You judged the model as it came, in training mode: `model.eval()` first.",
            ),
            (
                _left_in_eval,
                "The share is right, but the model comes back in evaluation mode. The training "
                "would go on without dropout: `model.train()`.",
            ),
            (
                _in_eval(lambda right: torch.stack([r.mean() for r in right]).mean()),
                "A mean of the batches' means: the two samples of the last batch count as much as "
                "four others. Count the right ones, and divide once.",
            ),
            (
                _in_eval(lambda right: right[-1].mean()),
                "That is the accuracy of the last batch alone.",
            ),
            (
                _in_eval(lambda right: torch.cat(right).sum()),
                "That is the number of right answers. The share is asked for.",
            ),
        ),
        praise="Each sample once, each sample alike, in evaluation mode.",
        hint="`model.eval()`; count the right answers and the samples over all batches; "
        "`model.train()`; divide.",
        probe=_judged,
    ),
    "10.5": Exercise(
        solution=_last,
        mistakes=(
            (
                lambda states, ids: states[:, -1],
                "That is the state after the last *place*. Short sentences end before: the LSTM "
                "has read on through the padding.",
            ),
            (
                _one_too_far,
                "One too far: a sentence of L words ends at place L − 1.",
            ),
            (
                _mean_of_real,
                "That is the mean over the real words. The state after the last one is asked for.",
            ),
            (
                _shape_of_all,
                "`states[:, place]` takes *every* place from every sentence, (B, B, D). Pair them: "
                "`states[torch.arange(B), place]`.",
            ),
            (
                _squeezed,
                "Right for several sentences, not for a batch of one: its shape must stay (1, D). "
                "Is there a `squeeze()`? Say which dimension: `squeeze(1)`.",
            ),
            (
                lambda states, ids: states[:, 0],
                "That is the state after the first word.",
            ),
        ),
        praise="Or give the lengths to `pack_padded_sequence`, and the LSTM stops there itself.",
        hint="The length of each sentence is the number of ids that are not 0; the last word is at "
        "length − 1.",
        probe=function(
            (_STATES, _IDS),
            (_draw(1, 3, 2, seed=5), torch.tensor([[4, 4, 0]])),
            (_STATES, _IDS + 1),
        ),
    ),
    "10.6": Exercise(
        solution=_leaks,
        mistakes=(
            (
                _each(lambda caption, label: label.lower() in caption.lower()),
                "You looked for the label as a piece of text: *caterpillar* holds *cat*, and "
                "*maple_tree* with its underscore is found nowhere. Compare sets of words.",
            ),
            (
                _each(lambda c, y: all(w in c.lower() for w in y.lower().split("_"))),
                "You looked for pieces of text: *caterpillar* holds *cat*. Compare whole words.",
            ),
            (
                _each(lambda caption, label: _cased(label) <= _cased(caption)),
                "Upper and lower case differ in yours: *DOG* leaks *dog*.",
            ),
            (
                _each(lambda caption, label: bool(_words(label) & _words(caption))),
                "One word of the label was enough for you. *All* of its words must be there: "
                "*oak* alone is not *oak_tree*.",
            ),
            (
                _any_label,
                "You looked for the words of *any* label. Each caption has a label of its own: "
                "whether it names another one is a different question.",
            ),
            (
                _each(lambda c, y: set(y.lower().split("_")) <= set(c.lower().split())),
                "Nearly: *Tree,* with its comma is not *tree* for `split()`. Take letters and "
                "digits only, with `re.findall`.",
            ),
            (
                lambda c, y: _leaks(c, y) * len(c),
                "That is the number of captions. The share is asked for.",
            ),
        ),
        praise="Run it on every set of captions that somebody hands you.",
        hint="Make a set of lower-case words of the caption and one of the label; is the second "
        "within the first?",
        probe=function((_CAPTIONS, _LABELS), (_CAPTIONS[::2], _LABELS[::2])),
    ),
}
