"""Chapter 9's checkers: right answers in other words pass, and nearly right ones do not."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from mmtutor.lessons.exercises.chapter_09 import EXERCISES
from mmtutor.lessons.exercises.chapter_09.frozen import Frozen
from mmtutor.lessons.exercises.chapter_09.network import Whole


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


# ---- 9.5


def test_a_frozen_copy_is_frozen_too():
    class Copy(Frozen):
        def __init__(self, body):
            super().__init__(copy.deepcopy(body))

    class ThawedCopy(nn.Module):
        def __init__(self, body):
            super().__init__()
            self.body = copy.deepcopy(body)

        def forward(self, x):
            return self.body(x)

    class HiddenInAList(nn.Module):
        def __init__(self, body):
            super().__init__()
            self.body = [body]

        def forward(self, x):
            return self.body[0](x)

    assert verdict("9.5", Copy) is True
    assert verdict("9.5", ThawedCopy) is not True
    assert verdict("9.5", HiddenInAList) is not True


# ---- 9.4


def test_the_last_word_may_be_found_in_other_ways():
    def gathered(outputs, lengths):
        place = (lengths - 1)[:, None, None].expand(-1, 1, outputs.shape[2])
        return outputs.gather(1, place).squeeze(1)

    def masked(outputs, lengths):
        return outputs[torch.arange(outputs.shape[1]) == lengths[:, None] - 1]

    assert verdict("9.4", gathered) is True
    assert verdict("9.4", masked) is True
