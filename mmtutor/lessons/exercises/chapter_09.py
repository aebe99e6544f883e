"""Exercises of chapter 9, *A CNN and an LSTM, made right*."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from mmtutor.lessons.checks import Exercise, NotAnAnswer, function, labels, number


def _draw(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# ---- 9.2: symptoms

_FAULTS = ("a", "b", "c", "d", "e", "f")


def _symptoms(*words: str) -> dict[str, str]:
    return dict(zip(_FAULTS, words, strict=True))


# ---- 9.3: the states of the last layer


def _last_state(h_n: Tensor, ways: int) -> Tensor:
    return h_n.unflatten(0, (-1, ways))[-1].transpose(0, 1).flatten(1)


def _reshaped(h_n: Tensor, ways: int) -> Tensor:
    return h_n[-ways:].reshape(h_n.shape[1], -1)


def _all_reshaped(h_n: Tensor, ways: int) -> Tensor:
    return h_n.reshape(h_n.shape[1], -1)


def _first_layer(h_n: Tensor, ways: int) -> Tensor:
    return h_n[:ways].transpose(0, 1).flatten(1)


def _every_layer(h_n: Tensor, ways: int) -> Tensor:
    return h_n.transpose(0, 1).flatten(1)


_STATES = tuple(
    (_draw(layers * ways, batch, 3, seed=10 * layers + ways), ways)
    for layers, ways, batch in ((2, 1, 4), (3, 2, 4), (1, 2, 3), (1, 1, 1))
)


# ---- 9.4: the output at the last real word


def _at_the_end(outputs: Tensor, lengths: Tensor) -> Tensor:
    return outputs[torch.arange(len(outputs)), lengths - 1]


def _mean_of_words(outputs: Tensor, lengths: Tensor) -> Tensor:
    real = torch.arange(outputs.shape[1]) < lengths[:, None]
    return (outputs * real[..., None]).sum(1) / lengths[:, None]


def _one_too_far(outputs: Tensor, lengths: Tensor) -> Tensor:
    # The one after a longest caption does not exist; the padded tensor is made longer for it.
    longer = torch.cat([outputs, torch.zeros_like(outputs[:, :1])], dim=1)
    return longer[torch.arange(len(outputs)), lengths]


# The last place is padding for all, so that one too far is still a place.
_OUTPUTS = (
    (_draw(4, 6, 3, seed=1), torch.tensor([2, 5, 1, 3])),
    (_draw(3, 4, 2, seed=2), torch.tensor([3, 1, 2])),
)


# ---- 9.5: frozen, and staying so


class _Frozen(nn.Module):
    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body.requires_grad_(False)
        self.train()

    def train(self, mode: bool = True) -> _Frozen:
        super().train(mode)
        self.body.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class _WeightsOnly(nn.Module):
    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class _EvalOnce(_WeightsOnly):
    def __init__(self, body: nn.Module) -> None:
        super().__init__(body)
        self.body.eval()


class _NoGrad(_WeightsOnly):
    def __init__(self, body: nn.Module) -> None:
        super().__init__(body)
        self.body.requires_grad_(True)

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            return self.body(x)


class _EvalOnly(_Frozen):
    def __init__(self, body: nn.Module) -> None:
        super().__init__(body)
        self.body.requires_grad_(True)


def _frozen(answer: Any) -> Tensor:
    """Probe for a wrapper: what moves when it is told to train, and what it lets through."""
    if not (isinstance(answer, type) and issubclass(answer, nn.Module)):
        raise NotAnAnswer("a class is asked for that inherits from `nn.Module`")
    torch_state = torch.random.get_rng_state()
    torch.manual_seed(0)
    body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    torch.random.set_rng_state(torch_state)
    wrapped = answer(body)
    x = _draw(5, 3, seed=3).requires_grad_()
    before = body[1].running_mean.clone()
    told = []
    for mode in (None, True):  # as it was born, and after model.train()
        if mode is not None:
            nn.Sequential(wrapped).train(mode)
        y = wrapped(x)
        if not isinstance(y, Tensor):
            raise NotAnAnswer(
                f"`forward` should return what the body returns, it returns {type(y).__name__}"
            )
        told += [y.detach().flatten(), (body[1].running_mean - before).flatten()]
    learns = any(p.requires_grad for p in body.parameters())
    passes = wrapped(x).requires_grad
    return torch.cat([*told, torch.tensor([float(learns), float(passes)])]).double()


# ---- 9.6: the whole network


class _Whole(nn.Module):
    """Image features and packed captions, put side by side, and a head."""

    def __init__(self, width: int, vocab: int, classes: int, layers: int, ways: int) -> None:
        super().__init__()
        self.last = nn.Linear(width, 8)
        self.embed = nn.Embedding(vocab, 6)
        self.lstm = nn.LSTM(6, 5, layers, batch_first=True, bidirectional=ways == 2)
        self.ways = ways
        self.head = nn.Linear(8 + ways * 5, classes)

    def states(self, captions: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(
            self.embed(captions), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        return self.lstm(packed)[1][0]

    def pick(self, h_n: Tensor) -> Tensor:
        return _last_state(h_n, self.ways)

    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        f2 = self.pick(self.states(captions, lengths))
        return self.head(torch.cat([self.last(features), f2], dim=1))


class _Mixed(_Whole):
    def pick(self, h_n: Tensor) -> Tensor:
        return _reshaped(h_n, self.ways)


class _Padded(_Whole):
    def states(self, captions: Tensor, lengths: Tensor) -> Tensor:
        return self.lstm(self.embed(captions))[1][0]


class _Headless(_Whole):
    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        f2 = self.pick(self.states(captions, lengths))
        return torch.cat([self.last(features), f2], dim=1)


class _WordsForgotten(_Whole):
    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        f2 = self.pick(self.states(captions, lengths))
        return self.head(torch.cat([self.last(features), 0 * f2], dim=1))


class _Sorted(_Whole):
    def states(self, captions: Tensor, lengths: Tensor) -> Tensor:
        lengths, order = lengths.sort(descending=True)
        packed = pack_padded_sequence(self.embed(captions[order]), lengths, batch_first=True)
        return self.lstm(packed)[1][0]  # and the way back is forgotten


_PROMISES = (
    "one row a sample, one column a class",
    "any order of the batch gives the same answers in that order",
    "a sample alone gets the answer it gets in a batch",
    "what stands in the padding changes nothing",
    "the features matter",
    "the first word matters",
    "the last word matters",
)


def _whole(answer: Any) -> str:
    """Probe for a network: which promises it breaks, with which layers and directions."""
    if not (isinstance(answer, type) and issubclass(answer, nn.Module)):
        raise NotAnAnswer("a class is asked for that inherits from `nn.Module`")
    found = []
    torch_state = torch.random.get_rng_state()
    for layers, ways in ((1, 1), (2, 1), (2, 2)):
        torch.manual_seed(layers + ways)
        net = answer(width=7, vocab=11, classes=3, layers=layers, ways=ways).eval()
        broken = "; ".join(_PROMISES[k] for k in _broken(net)) or "all kept"
        found.append(f"{layers} layers, {ways} directions: {broken}")
    torch.random.set_rng_state(torch_state)
    return "\n".join(found)


def _broken(net: Callable[[Tensor, Tensor, Tensor], Tensor]) -> list[int]:
    features = _draw(4, 7, seed=5)
    captions = torch.tensor([[3, 4, 0, 0], [5, 6, 7, 8], [9, 0, 0, 0], [2, 10, 4, 0]])
    lengths = torch.tensor([2, 4, 1, 3])

    def ask(f: Tensor, c: Tensor, n: Tensor) -> Tensor:
        with torch.no_grad():
            scores = net(f, c.clone(), n.clone())
        if not isinstance(scores, Tensor):
            raise NotAnAnswer(f"`forward` should return scores, it returns {type(scores).__name__}")
        return scores

    def same(a: Tensor, b: Tensor) -> bool:
        return a.shape == b.shape and torch.allclose(a, b, atol=1e-5)

    whole = ask(features, captions, lengths)
    if whole.ndim != 2 or len(whole) != 4:
        return [0]
    found = [] if whole.shape[1] == 3 else [0]
    order = torch.tensor([2, 0, 3, 1])
    if not same(ask(features[order], captions[order], lengths[order]), whole[order]):
        found.append(1)
    alone = [ask(features[i : i + 1], captions[i : i + 1], lengths[i : i + 1]) for i in range(4)]
    if not same(torch.cat(alone), whole):
        found.append(2)
    padding = torch.arange(4) >= lengths[:, None]
    if not same(ask(features, captions.masked_fill(padding, 1), lengths), whole):
        found.append(3)
    if same(ask(features + 1, captions, lengths), whole):
        found.append(4)
    first, last = captions.clone(), captions.clone()
    first[:, 0] = 1
    last[torch.arange(4), lengths - 1] = 1
    for k, changed in ((5, first), (6, last)):
        if same(ask(features, changed, lengths), whole):
            found.append(k)
    return found


EXERCISES = {
    "9.1": Exercise(
        solution=[6, 5, 16],
        mistakes=(
            (
                [5, 6, 16],
                "The batch is the *second* axis of h_n. `batch_first=True` turns the input and "
                "the outputs around, but never h_n.",
            ),
            ([3, 5, 16], "Each layer has a state for each direction, and there are two."),
            ([2, 5, 16], "Two directions, yes. But each of the three layers has its own."),
            (
                [1, 5, 32],
                "That is close to what you *want*: the last layer, both directions side by side. "
                "h_n holds every layer and direction, stacked in front.",
            ),
            (
                [5, 7, 32],
                "That is the shape of the outputs: a state of the last layer for every word. h_n "
                "has last states only.",
            ),
            ([6, 5, 7], "H is the width of the state, not the number of words."),
        ),
        praise="Three layers, two directions: six states for each of five captions.",
        hint="h_n is (layers · directions, batch, hidden). T is in none of them.",
        probe=number,
    ),
    "9.2": Exercise(
        solution=_symptoms("stops", "silent", "silent", "silent", "harmless", "stops"),
        mistakes=(
            (
                _symptoms("stops", "stops", "silent", "silent", "harmless", "stops"),
                "b: 9.4 measured it. Cross-entropy takes any width of at least the number of "
                "classes, so it does not stop. The rest is right.",
            ),
            (
                _symptoms("stops", "silent", "harmless", "silent", "harmless", "stops"),
                "c: the weights stay, but 9.4 found something else that moves in a body in "
                "training mode. The rest is right.",
            ),
            (
                _symptoms("stops", "silent", "silent", "stops", "harmless", "stops"),
                "d: try it in the figure of 9.2, with the wrong cure. Does it stop? The rest is "
                "right.",
            ),
            (
                _symptoms("stops", "silent", "silent", "silent", "silent", "stops"),
                "e: it looks like a fault, and 9.5 tried it. Which weights moved? The rest is "
                "right.",
            ),
            (
                _symptoms("stops", "silent", "silent", "silent", "stops", "stops"),
                "e: 9.5 ran it, and it did not stop. The rest is right.",
            ),
            (
                _symptoms("silent", "silent", "silent", "silent", "harmless", "stops"),
                "a: 9.3 tried it. Packing says at once that the order is wrong. The rest is right.",
            ),
            (
                _symptoms("stops", "silent", "silent", "silent", "harmless", "silent"),
                "f: 9.3 tried it. Packing wants the lengths on the CPU, and says so. The rest is "
                "right.",
            ),
        ),
        praise="The ones that stop cost you a minute. The silent ones cost you the result.",
        hint="Look each one up: a and f in 9.3, b, c and d in 9.4, e in 9.5. Does the program "
        "stop? If not, does anything change that should not?",
        probe=labels(_FAULTS, "stops", "silent", "harmless"),
    ),
    "9.3": Exercise(
        solution=_last_state,
        mistakes=(
            (
                _reshaped,
                "You took the right states, and then `reshape` dealt them out in the order in "
                "which they lie in memory: direction by direction, not sample by sample. Rows now "
                "hold states of others. Bring the batch to the front first.",
            ),
            (
                _all_reshaped,
                "That is the wrong cure of 9.4: it mixes samples, and it keeps every layer.",
            ),
            (_first_layer, "These are states of the *first* layer. The last one is at the end."),
            (
                _every_layer,
                "No samples are mixed, but this holds every layer. Only the last one is wanted.",
            ),
            (
                lambda h_n, ways: h_n[-1],
                "With one direction that is right. With two, h_n[-1] is the backward one only.",
            ),
            (
                lambda h_n, ways: h_n[-ways:].mean(0),
                "You averaged the directions. They are put side by side.",
            ),
            (
                lambda h_n, ways: h_n[-ways:].flip(0).transpose(0, 1).flatten(1),
                "The forward direction comes first.",
            ),
            (lambda h_n, ways: h_n.squeeze(0), "That is the listing. How many layers may it have?"),
        ),
        praise="Any number of layers, one direction or two, a batch of one or of many.",
        hint="The last layer's states are h_n[-ways:], (ways, B, H). Bring the batch to the front "
        "with `transpose`, then `flatten(1)`.",
        probe=function(*_STATES),
    ),
    "9.4": Exercise(
        solution=_at_the_end,
        mistakes=(
            (
                lambda outputs, lengths: outputs[:, -1],
                "That is the last *place*, and for short captions it is padding.",
            ),
            (
                lambda outputs, lengths: outputs.gather(
                    1, lengths[:, None, None].expand(-1, 1, outputs.shape[2])
                ).squeeze(1),
                "One too far: a caption of n words has its last word in place n − 1.",
            ),
            (_mean_of_words, "That is the mean over the words. The last one is wanted."),
            (
                lambda outputs, lengths: outputs[:, lengths - 1],
                "Two indices are needed: *which* sample, and which place. With one, every sample "
                "gets the ends of all of them.",
            ),
            (lambda outputs, lengths: outputs[:, 0], "That is the first word."),
        ),
        praise="With one direction, that is h_n of the last layer, read off the outputs.",
        hint="Index with two tensors: torch.arange(B) for the sample, and lengths − 1.",
        probe=function(*_OUTPUTS),
    ),
    "9.5": Exercise(
        solution=_Frozen,
        mistakes=(
            (
                _WeightsOnly,
                "The weights are frozen. But when somebody says `.train()`, batch normalisation "
                "takes the mean of the batch again, and moves its running averages.",
            ),
            (
                _EvalOnce,
                "It starts in evaluation mode. Then the training loop calls `model.train()`, and "
                "that reaches your body too. Override `train`.",
            ),
            (
                _NoGrad,
                "`no_grad` stops gradients, also those that should pass *through* the body to what "
                "lies before it. And batch normalisation still goes on. Freeze the weights, and "
                "keep the body in evaluation mode.",
            ),
            (
                _EvalOnly,
                "The running averages rest now. The weights do not: they still ask for gradients.",
            ),
        ),
        praise="No weight and no running average moves, whoever calls `.train()`.",
        hint="`requires_grad_(False)` for the weights; override `train` so that the body is always "
        "in evaluation mode, and call it once in the constructor.",
        probe=_frozen,
    ),
    "9.6": Exercise(
        solution=_Whole,
        mistakes=(
            (
                _Mixed,
                "It works with one direction. With two, a sample alone gets another answer than in "
                "a batch, so samples are mixed. Look at how you take the states out of h_n.",
            ),
            (
                _Padded,
                "What stands in the padding changes your answers. Pack the captions.",
            ),
            (_Headless, "Every promise is kept but one: the output has no column for each class."),
            (_WordsForgotten, "Your answers do not depend on the words."),
            (
                _Sorted,
                "You sorted the captions before packing. The pictures were not sorted with them, "
                "and nobody put the states back.",
            ),
        ),
        praise="Any order, any lengths, any number of layers, one direction or two, and a head.",
        hint="The checker tries it with one layer and two, one direction and two: shuffled, one "
        "sample at a time, with other ids in the padding, with another first and last word.",
        probe=_whole,
    ),
}
