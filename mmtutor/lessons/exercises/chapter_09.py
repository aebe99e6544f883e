"""Exercises of chapter 9, *A CNN and an LSTM, made right*."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from mmtutor.lessons.checks import Exercise, NotAnAnswer, function, labels, number


def _draw(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# ---- 9.2: symptoms

_FAULTS = ("a", "b", "c", "d", "e", "f")


def _symptoms(*words: str) -> dict[str, str]:
    return dict(zip(_FAULTS, words, strict=True))


# ---- 9.3: the states of the last layer


def _last_state(h_n: Tensor, directions: int) -> Tensor:
    return h_n.unflatten(0, (-1, directions))[-1].transpose(0, 1).flatten(1)


def _reshaped(h_n: Tensor, directions: int) -> Tensor:
    return h_n[-directions:].reshape(h_n.shape[1], -1)


def _all_reshaped(h_n: Tensor, directions: int) -> Tensor:
    return h_n.reshape(h_n.shape[1], -1)


def _first_layer(h_n: Tensor, directions: int) -> Tensor:
    return h_n[:directions].transpose(0, 1).flatten(1)


def _every_layer(h_n: Tensor, directions: int) -> Tensor:
    return h_n.transpose(0, 1).flatten(1)


_STATES = tuple(
    (_draw(layers * directions, batch, 3, seed=10 * layers + directions), directions)
    for layers, directions, batch in ((2, 1, 4), (3, 2, 4), (1, 2, 3), (1, 1, 1))
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
    (_draw(1, 4, 2, seed=3), torch.tensor([3])),
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


class _FrozenNoGrad(_Frozen):
    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            return self.body(x)


class _NormsOnly(_Frozen):
    def train(self, mode: bool = True) -> _NormsOnly:
        nn.Module.train(self, mode)
        for layer in self.body.modules():
            if isinstance(layer, nn.BatchNorm1d):
                layer.eval()
        return self


def _frozen(answer: Any) -> Tensor:
    """Probe for a wrapper: what moves when it is told to train, and what it lets through."""
    if not (isinstance(answer, type) and issubclass(answer, nn.Module)):
        raise NotAnAnswer("a class is asked for that inherits from `nn.Module`")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = (nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 2))
        body = nn.Sequential(*layers)
        wrapped = answer(body)
        # A copy of the body is as good as the body, and a list hides it from the wrapper.
        inside = wrapped if list(wrapped.parameters()) else body
        before = {name: value.clone() for name, value in inside.named_buffers()}
        x = _draw(5, 3, seed=3).requires_grad_()
        told = []
        for mode in (None, True):  # as it was born, and after model.train()
            if mode is not None:
                nn.Sequential(wrapped).train(mode)
            torch.manual_seed(1)
            y = wrapped(x)
            if not isinstance(y, Tensor):
                raise NotAnAnswer(
                    f"`forward` should return what the body returns, it returns {type(y).__name__}"
                )
            told.append(y.detach().flatten())
            told += [(v - before[name]).flatten() for name, v in inside.named_buffers()]
        learns = any(p.requires_grad for p in inside.parameters())
        passes = wrapped(x).requires_grad
    return torch.cat([*told, torch.tensor([float(learns), float(passes)])]).double()


# ---- 9.6: the whole network


class _Whole(nn.Module):
    """Image features and packed captions, put side by side, and a head."""

    def __init__(self, width: int, vocab: int, classes: int, layers: int, directions: int) -> None:
        super().__init__()
        self.last = nn.Linear(width, 8)
        self.embed = nn.Embedding(vocab, 6)
        self.lstm = nn.LSTM(6, 5, layers, batch_first=True, bidirectional=directions == 2)
        self.directions = directions
        self.head = nn.LazyLinear(classes)  # as wide as what is taken out of the states

    def run(self, captions: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """The outputs, padded again, and the last states."""
        packed = pack_padded_sequence(
            self.embed(captions), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        outputs, (h_n, _) = self.lstm(packed)
        return pad_packed_sequence(outputs, batch_first=True)[0], h_n

    def pick(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
        return _last_state(h_n, self.directions)

    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        f2 = self.pick(*self.run(captions, lengths), lengths)
        return self.head(torch.cat([self.last(features), f2], dim=1))


class _Mixed(_Whole):
    def pick(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
        return _reshaped(h_n, self.directions)


class _AllMixed(_Whole):
    def pick(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
        return h_n.reshape(h_n.shape[1], -1)


class _OneDirection(_Whole):
    def pick(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
        return h_n[-1]


class _FirstLayer(_Whole):
    def pick(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
        return _first_layer(h_n, self.directions)


class _EndOfOutputs(_Whole):
    def pick(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
        return _at_the_end(outputs, lengths)


class _LastPlace(_Whole):
    def pick(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
        return outputs[:, -1]


class _Padded(_Whole):
    def run(self, captions: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        outputs, (h_n, _) = self.lstm(self.embed(captions))
        return outputs, h_n


class _Headless(_Whole):
    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        f2 = self.pick(*self.run(captions, lengths), lengths)
        return torch.cat([self.last(features), f2], dim=1)


class _Softmax(_Whole):
    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        return super().forward(features, captions, lengths).softmax(dim=1)


class _WordsForgotten(_Whole):
    def pick(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
        return 0 * super().pick(outputs, h_n, lengths)


class _PicturesForgotten(_Whole):
    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        return super().forward(0 * features, captions, lengths)


class _Sorted(_Whole):
    def run(self, captions: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        lengths, order = lengths.sort(descending=True)
        return super().run(captions[order], lengths)  # and the way back is forgotten


class _AllSorted(_Whole):
    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        order = lengths.argsort(descending=True)
        return super().forward(features[order], captions[order], lengths[order])


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


def _whole(answer: Any) -> str:
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


def _what_broke(given: str) -> str:
    """The first line of the probe that is not all right, as a hint."""
    where, _, broken = next(
        line for line in given.splitlines() if "all kept" not in line
    ).partition(": ")
    look = ""
    if _PROMISES["weights"] in broken or _PROMISES["reads"] in broken:
        look = " Call `backward` and look at each `p.grad`: which are None, or zeros only?"
    return f"with {where}, this is not true of it: {broken}.{look}"


def _broken(net: nn.Module) -> list[str]:
    features = _draw(4, 7, seed=5)
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
            (scores * _draw(*scores.shape, seed=6)).sum().backward()
    quiet = [
        name
        for name, p in net.named_parameters()
        if p.requires_grad and (p.grad is None or not p.grad.any())
    ]
    if quiet:
        # A recurrent weight that never gets a state has read one word only.
        found.append("reads" if all("weight_hh" in name for name in quiet) else "weights")
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
            (
                [5, 7, 16],
                "That would be the outputs, a state for every word, of an LSTM with one direction. "
                "h_n has last states only.",
            ),
            (
                [3, 2, 5, 16],
                "The right numbers, but three are asked for: PyTorch counts layers and directions "
                "along one axis.",
            ),
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
                lambda h_n, directions: h_n[-1],
                "With one direction that is right. With two, h_n[-1] is the backward one only.",
            ),
            (
                lambda h_n, directions: h_n[-directions:].mean(0),
                "You averaged the directions. They are put side by side.",
            ),
            (
                lambda h_n, directions: h_n[-directions:].flip(0).transpose(0, 1).flatten(1),
                "The forward direction comes first.",
            ),
            (
                lambda h_n, directions: h_n.squeeze(0),
                "That is the listing. How many layers may it have?",
            ),
        ),
        praise="Any number of layers, one direction or two, a batch of one or of many.",
        hint="The last layer's states are h_n[-directions:], (directions, B, H). Bring the batch "
        "to the front with `transpose`, then `flatten(1)`.",
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
            (
                lambda outputs, lengths: outputs.gather(
                    1, (lengths - 1)[:, None, None].expand(-1, 1, outputs.shape[2])
                ).squeeze(),
                "Right, until a batch of one comes: `squeeze()` without a number drops its axis "
                "too. Say which axis, `squeeze(1)`.",
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
            (
                _FrozenNoGrad,
                "The body is frozen, and it rests. But `no_grad` also stops the gradients that "
                "should pass *through* it to what lies before. You do not need it.",
            ),
            (
                _NormsOnly,
                "The running averages rest. But the body has a dropout too, and in training mode "
                "it throws features away. Keep the *whole* body in evaluation mode.",
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
                _AllMixed,
                "With one layer and one direction it works. With more, a sample alone gets another "
                "answer than in a batch. That is fault 8: bring the batch to the front before you "
                "flatten, and take the last layer only.",
            ),
            (
                _OneDirection,
                "With two directions, the forward one of the last layer has no say: h_n[-1] is the "
                "backward one.",
            ),
            (
                _EndOfOutputs,
                "With two directions, the backward one has read one word only, where you look: at "
                "the last word it has just begun. Take it from h_n.",
            ),
            (
                _FirstLayer,
                "With two layers, the second has no say: the first states in h_n are those of the "
                "first layer.",
            ),
            (
                _LastPlace,
                "The last *place* is padding for short captions. So a sample's answer depends on "
                "the longest caption of its batch.",
            ),
            (
                _Padded,
                "What stands in the padding changes your answers. Pack the captions.",
            ),
            (_Headless, "Every promise is kept but one: the output has no column for each class."),
            (
                _Softmax,
                "Right but for the end: scores are asked for. Cross-entropy takes the softmax "
                "itself; after yours, it takes a second one.",
            ),
            (_WordsForgotten, "Your answers do not depend on the words."),
            (_PicturesForgotten, "Your answers do not depend on the pictures."),
            (
                _Sorted,
                "You sorted the captions before packing, and they were not put back: pictures meet "
                "the words of others. `enforce_sorted=False` sorts, and puts back.",
            ),
            (
                _AllSorted,
                "The answers are right, and they come back in another order: you sorted the batch. "
                "The way back is `order.argsort()`; `enforce_sorted=False` needs none.",
            ),
        ),
        praise="Any order, any lengths, one layer or two, one direction or two; and each weight "
        "has a say.",
        hint=_what_broke,
        probe=_whole,
    ),
}
