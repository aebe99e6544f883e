"""Chapter 9's checkers: right answers in other words pass, and nearly right ones do not."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from mmtutor.lessons.exercises.chapter_09 import EXERCISES
from mmtutor.lessons.exercises.chapter_09.network import Whole
from mmtutor.lessons.exercises.chapter_09.tuned import Tuned


def verdict(name, answer):
    right, message = EXERCISES[name].judge(answer)
    return message if not right else True


# ---- 9.6


class Gru(Whole):
    def __init__(self, width, vocab, classes, layers, directions):
        super().__init__(width, vocab, classes, layers, directions)
        self.lstm = nn.GRU(6, 5, layers, batch_first=True, bidirectional=directions == 2)

    def run(self, captions, lengths):
        packed = pack_padded_sequence(
            self.embed(captions), lengths, batch_first=True, enforce_sorted=False
        )
        outputs, h_n = self.lstm(packed)
        return pad_packed_sequence(outputs, batch_first=True)[0], h_n


class Memory(Whole):
    """The memory c_n for h_n: unusual, and it keeps every promise."""

    def run(self, captions, lengths):
        packed = pack_padded_sequence(
            self.embed(captions), lengths, batch_first=True, enforce_sorted=False
        )
        return None, self.lstm(packed)[1][1]


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


@pytest.mark.parametrize("net", [Whole, Gru, Memory, BothEnds, SortedAndBack])
def test_other_networks_that_keep_every_promise_are_right(net):
    assert verdict("9.6", net) is True


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


class Column(Whole):
    def forward(self, features, captions, lengths):
        return super().forward(features, captions, lengths)[:, 0]


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (PaddedBothWays, "padding changes nothing"),
        (WrongWayBack, "The way back is `order.argsort()`"),
        (Spare, "every weight has a say"),
        (Spare, "`p.grad`"),
        (MeanOfBatch, "with 1 layer, 1 direction"),
        (MeanOfBatch, "a sample alone gets the answer that it gets in a batch"),
        (Column, "one row for each sample, one column for each class"),
    ],
)
def test_an_unforeseen_network_is_told_which_promise_it_breaks(net, said):
    assert said in verdict("9.6", net)


class SumOfWords(Whole):
    def take(self, outputs, h_n, lengths):
        return self.words

    def forward(self, features, captions, lengths):
        real = torch.arange(captions.shape[1]) < lengths[:, None]
        self.words = (self.embed(captions) * real[..., None]).sum(dim=1)
        return super().forward(features, captions, lengths)


class Clipped(Whole):
    def forward(self, features, captions, lengths):
        return super().forward(features, captions, lengths).relu()


class NegativeExponential(Whole):
    def forward(self, features, captions, lengths):
        return -super().forward(features, captions, lengths).exp()


class Squashed(Whole):
    def forward(self, features, captions, lengths):
        return super().forward(features, captions, lengths).tanh()


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


class OneLayer(Whole):
    def __init__(self, width, vocab, classes, layers, directions):
        super().__init__(width, vocab, classes, 1, directions)


class OneDirection(Whole):
    def __init__(self, width, vocab, classes, layers, directions):
        super().__init__(width, vocab, classes, layers, 1)


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (SumOfWords, "words in another order are another caption"),
        (Clipped, "scores may have any sign"),
        (NegativeExponential, "scores may have any sign"),
        (Squashed, "scores may be of any size"),
        (Normalised, "no batch normalisation"),
        (Dropping, "no dropout"),
        (FrozenEmbedding, "every weight asks for a gradient"),
        (OneLayer, "`layers` is ignored"),
        (OneDirection, "`directions` is ignored"),
    ],
)
def test_what_was_once_accepted_is_refused(net, said):
    assert said in verdict("9.6", net)


# ---- 9.5


def test_a_copy_may_be_tuned_too_and_a_hidden_body_is_found():
    class Copy(Tuned):
        def __init__(self, body, stage):
            super().__init__(copy.deepcopy(body), stage)

    class HiddenInAList(nn.Module):
        def __init__(self, body, stage):
            super().__init__()
            self.body = [body]

        def forward(self, x):
            return self.body[0](x)

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

    for right in (Copy, ByName, OwnMode):
        assert verdict("9.5", right) is True
    assert verdict("9.5", HiddenInAList) is not True


def test_train_must_return_the_module():
    class ReturnsNothing(Tuned):
        def train(self, mode=True):
            super().train(mode)

    assert "return self" in verdict("9.5", ReturnsNothing)


# ---- 9.3


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


@pytest.mark.parametrize(
    "right",
    [by_loop, by_view, lambda h, d: by_loop(h, d).numpy(), lambda h, d: list(by_loop(h, d))],
)
def test_layers_may_be_taken_in_other_ways(right):
    assert verdict("9.3", right) is True


# ---- 9.1 and 9.2


@pytest.mark.parametrize(
    "right", [(6, 5, 16), torch.Size([6, 5, 16]), torch.tensor([6, 5, 16]), np.array([6, 5, 16.0])]
)
def test_a_shape_in_any_form(right):
    assert verdict("9.1", right) is True


def test_a_fault_may_be_called_by_another_word():
    words = {"a": "stop", "b": "Silent", "c": "silent", "d": "silent", "e": "fine", "f": "loud"}
    assert verdict("9.2", words) is True
    assert verdict("9.2", {**words, "e": "silent"}) is not True
    assert verdict("9.2", {**words, "e": "perhaps"}) is not True


# ---- 9.4


def test_the_last_word_may_be_found_in_other_ways():
    def gathered(outputs, lengths):
        place = (lengths - 1)[:, None, None].expand(-1, 1, outputs.shape[2])
        return outputs.gather(1, place).squeeze(1)

    def masked(outputs, lengths):
        return outputs[torch.arange(outputs.shape[1]) == lengths[:, None] - 1]

    assert verdict("9.4", gathered) is True

    def in_a_loop(outputs, lengths):
        return torch.stack([row[n - 1] for row, n in zip(outputs, lengths, strict=True)])

    assert verdict("9.4", masked) is True
    assert verdict("9.4", in_a_loop) is True
    assert verdict("9.4", lambda o, n: gathered(o, n).numpy()) is True
