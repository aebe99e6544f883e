"""Chapter 9, a CNN + LSTM network."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from mmtutor.lessons.checks import exercise

Whole, Tuned = exercise("9.6").solution, exercise("9.5").solution


def packed(net, captions, lengths):
    words = net.embed(captions)
    return pack_padded_sequence(words, lengths, batch_first=True, enforce_sorted=False)


class Gru(Whole):
    def __init__(self, width, vocab, classes, layers, directions):
        super().__init__(width, vocab, classes, layers, directions)
        self.lstm = nn.GRU(6, 5, layers, batch_first=True, bidirectional=directions == 2)

    def run(self, captions, lengths):
        outputs, h_n = self.lstm(packed(self, captions, lengths))
        return pad_packed_sequence(outputs, batch_first=True)[0], h_n


class Memory(Whole):
    """The memory c_n for h_n: unusual, and it keeps every promise."""

    def run(self, captions, lengths):
        return None, self.lstm(packed(self, captions, lengths))[1][1]


class BothEnds(Whole):
    """Out of the outputs: forward at the last word, backward at the first."""

    def take(self, outputs, h_n, lengths):
        forward = outputs[torch.arange(len(outputs)), lengths - 1, :5]
        return torch.cat([forward, outputs[:, 0, 5:]], dim=1)


class SortedAndBack(Whole):
    def forward(self, features, captions, lengths):
        order = lengths.argsort(descending=True)
        scores = super().forward(features[order], captions[order], lengths[order])
        return scores[order.argsort()]


class PaddedBothWays(Whole):
    def run(self, captions, lengths):
        outputs, (h_n, _) = self.lstm(self.embed(captions))
        return outputs, h_n

    def take(self, outputs, h_n, lengths):
        return outputs[:, -1]


class WrongWayBack(Whole):
    def forward(self, features, captions, lengths):
        order = lengths.argsort(descending=True)
        scores = super().forward(features[order], captions[order], lengths[order])
        return scores[order]


class Spare(Whole):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.spare = nn.Linear(2, 2)


class MeanOfBatch(Whole):
    def forward(self, features, captions, lengths):
        return super().forward(features - features.mean(0), captions, lengths)


class SumOfWords(Whole):
    def take(self, outputs, h_n, lengths):
        return self.words

    def forward(self, features, captions, lengths):
        real = torch.arange(captions.shape[1]) < lengths[:, None]
        self.words = (self.embed(captions) * real[..., None]).sum(dim=1)
        return super().forward(features, captions, lengths)


def scores_then(change):
    class Changed(Whole):
        def forward(self, features, captions, lengths):
            return change(super().forward(features, captions, lengths))

    return Changed


def always(**fixed):
    """These, whatever is asked for."""

    class Fixed(Whole):
        def __init__(self, width, vocab, classes, layers, directions):
            asked = {"vocab": vocab, "layers": layers, "directions": directions}
            super().__init__(width, classes=classes, **(asked | fixed))

    return Fixed


class Normalised(Whole):
    def __init__(self, width, *args, **options):
        super().__init__(width, *args, **options)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, features, captions, lengths):
        return super().forward(self.norm(features), captions, lengths)


class Dropping(Whole):
    def forward(self, features, captions, lengths):
        dropped = nn.functional.dropout(features, 0.5, self.training)
        return super().forward(dropped, captions, lengths)


class FrozenEmbedding(Whole):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.embed.requires_grad_(False)


class Copy(Tuned):
    def __init__(self, body, stage):
        super().__init__(copy.deepcopy(body), stage)


class HiddenInAList(nn.Module):
    def __init__(self, body, stage):
        super().__init__()
        self.body = [body]

    def forward(self, x):
        return self.body[0](x)


class StageBeforeBody(Tuned):
    """The stage is kept twice, under a name of its own first."""

    def __init__(self, body, stage):
        nn.Module.__init__(self)
        self.stage = getattr(body, stage)
        self.body = body.requires_grad_(False)
        self.stage.requires_grad_(True)
        self.train()


class InASequence(Tuned):
    def __init__(self, body, stage):
        super().__init__(body, stage)
        self.body = nn.Sequential(*body.children()).eval()


class RestsInAList(HiddenInAList):
    def __init__(self, body, stage):
        super().__init__(body.requires_grad_(False).eval(), stage)
        getattr(body, stage).requires_grad_(True)


class OneWeight(Tuned):
    def __init__(self, body, stage):
        super().__init__(body, stage)
        body.requires_grad_(False)
        next(getattr(body, stage).parameters()).requires_grad_(True)


class ByName(nn.Module):
    """The weights chosen by their names, the body put to rest at every call."""

    def __init__(self, body, stage):
        super().__init__()
        self.body = body
        for name, parameter in body.named_parameters():
            parameter.requires_grad = name.startswith(f"{stage}.")

    def forward(self, x):
        self.body.eval()
        return self.body(x)


class OwnMode(Tuned):
    def train(self, mode=True):
        return super().train(False)


class ReturnsNothing(Tuned):
    def train(self, mode=True):
        super().train(mode)


def by_loop(h_n, directions):
    rows = [
        torch.cat([h_n[k + d] for d in range(directions)], dim=1)
        for k in range(0, len(h_n), directions)
    ]
    return torch.stack(rows)


def by_view(h_n, directions):
    layers, batch, hidden = len(h_n) // directions, h_n.shape[1], h_n.shape[2]
    return (
        h_n.view(layers, directions, batch, hidden).permute(0, 2, 1, 3).reshape(layers, batch, -1)
    )


def gathered(outputs, lengths):
    place = (lengths - 1)[:, None, None].expand(-1, 1, outputs.shape[2])
    return outputs.gather(1, place).squeeze(1)


def masked(outputs, lengths):
    return outputs[torch.arange(outputs.shape[1]) == lengths[:, None] - 1]


def before_padding(outputs, lengths):
    real = torch.arange(outputs.shape[1]) < lengths[:, None]
    ends = torch.zeros_like(real)
    ends[:, :-1] = real[:, :-1] & ~real[:, 1:]
    return outputs[ends]


def in_a_loop(outputs, lengths):
    return torch.stack([row[n - 1] for row, n in zip(outputs, lengths, strict=True)])


WORDS = {"a": "stop", "b": "Silent", "c": "silent", "d": "silent", "e": "fine", "f": "loud"}

RIGHT = {
    "9.1": [
        *(torch.Size([6, 5, 16]), "6, 5, 16", "(6 × 5 × 16)", "torch.Size([6, 5, 16])"),
    ],
    "9.2": [
        WORDS,
        {**WORDS, "a": "it stops", "b": "silently", "e": "no fault", "f": "an error"},
    ],
    "9.3": [
        by_loop,
        by_view,
        lambda h, d: by_loop(h, d).numpy(),
        lambda h, d: list(by_loop(h, d)),
    ],
    "9.4": [gathered, masked, in_a_loop, lambda o, n: gathered(o, n).numpy()],
    "9.5": [Copy, ByName, OwnMode, StageBeforeBody, InASequence],
    "9.6": [Gru, Memory, BothEnds, SortedAndBack],
}

WRONG = {
    "9.1": [([6, 5], ""), ([6.5, 5, 16], "A whole number"), ("6, y, 16", "is not a number")],
    "9.2": [({**WORDS, "e": "silent"}, "")],
    "9.3": [],
    "9.4": [
        (before_padding, "no padding after its last word"),
        (lambda o, n: o[torch.arange(len(o)), n], "One too far"),
        (lambda o, n: o[torch.arange(len(o)), n + 1], "IndexError"),
    ],
    "9.5": [
        (HiddenInAList, "no optimizer finds the stage"),
        (RestsInAList, "no optimizer finds the stage"),
        (OneWeight, "for the one stage"),
        (ReturnsNothing, "return self"),
    ],
    "9.6": [
        (PaddedBothWays, "padding changes nothing"),
        (WrongWayBack, "The way back is `order.argsort()`"),
        (Spare, "every weight has a say"),
        (Spare, "`p.grad`"),
        (MeanOfBatch, "with 1 layer, 1 direction"),
        (MeanOfBatch, "a sample alone gets the answer that it gets in a batch"),
        (
            scores_then(lambda scores: scores[:, 0]),
            "one row for each sample, one column for each class",
        ),
        (SumOfWords, "words in another order are another caption"),
        (scores_then(torch.relu), "scores may have any sign"),
        (scores_then(lambda scores: -scores.exp()), "scores may have any sign"),
        (scores_then(torch.tanh), "scores may be of any size"),
        (Normalised, "no batch normalisation"),
        (Dropping, "no dropout"),
        (FrozenEmbedding, "every weight asks for a gradient"),
        (always(vocab=50), "`vocab` is ignored"),
        (always(layers=1), "`layers` is ignored"),
        (always(directions=1), "`directions` is ignored"),
    ],
}
