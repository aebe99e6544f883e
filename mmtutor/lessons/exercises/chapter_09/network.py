"""9.6: the whole network, and the ways in which it goes wrong."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.chapter_09.promises import promises, what_broke
from mmtutor.lessons.exercises.chapter_09.states import (
    all_reshaped,
    first_layer,
    last_state,
    reshaped,
)
from mmtutor.lessons.exercises.last_word import at_the_end, in_the_last_place


class Whole(nn.Module):
    """Image features and packed captions, put side by side, and a head."""

    def __init__(self, width: int, vocab: int, classes: int, layers: int, directions: int) -> None:
        super().__init__()
        self.last = nn.Linear(width, 8)
        self.embed = nn.Embedding(vocab, 6)
        self.lstm = nn.LSTM(6, 5, layers, batch_first=True, bidirectional=directions == 2)
        self.directions = directions
        self.head = nn.LazyLinear(classes)  # as wide as what is taken out of the LSTM

    def run(self, captions: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Return the outputs, padded again, and the last states."""
        packed = pack_padded_sequence(
            self.embed(captions), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        outputs, (h_n, _) = self.lstm(packed)
        return pad_packed_sequence(outputs, batch_first=True)[0], h_n

    def take(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
        """Return what is taken out of the LSTM, f₂."""
        return last_state(h_n, self.directions)

    def join(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        """Put f₁ and f₂ side by side."""
        f2 = self.take(*self.run(captions, lengths), lengths)
        return torch.cat([self.last(features), f2], dim=1)

    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        """Return scores, (B, classes)."""
        return self.head(self.join(features, captions, lengths))


def _taking_states(pick: Callable[[Tensor, int], Tensor]) -> type[Whole]:
    """Return the network with something else taken out of the last states."""

    class Taking(Whole):
        def take(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
            return pick(h_n, self.directions)

    return Taking


def _taking_outputs(pick: Callable[[Tensor, Tensor], Tensor]) -> type[Whole]:
    """Return the network with something taken out of the outputs."""

    class Taking(Whole):
        def take(self, outputs: Tensor, h_n: Tensor, lengths: Tensor) -> Tensor:
            return pick(outputs, lengths)

    return Taking


class _Padded(Whole):
    def run(self, captions: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        outputs, (h_n, _) = self.lstm(self.embed(captions))
        return outputs, h_n


class _Headless(Whole):
    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        return self.join(features, captions, lengths)


class _Softmax(Whole):
    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        return super().forward(features, captions, lengths).softmax(dim=1)


class _PicturesForgotten(Whole):
    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        return super().forward(0 * features, captions, lengths)


class _CaptionsSorted(Whole):
    def run(self, captions: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        lengths, order = lengths.sort(descending=True)
        return super().run(captions[order], lengths)  # and the way back is forgotten


class _AllSorted(Whole):
    def forward(self, features: Tensor, captions: Tensor, lengths: Tensor) -> Tensor:
        order = lengths.argsort(descending=True)
        return super().forward(features[order], captions[order], lengths[order])


NETWORK = Exercise(
    solution=Whole,
    mistakes=(
        (
            _taking_states(reshaped),
            "It works with one direction. With two, a sample alone gets another answer than in a "
            "batch, so samples are mixed. Look at how you take the states out of h_n.",
        ),
        (
            _taking_states(all_reshaped),
            "With one layer and one direction it works. With more, a sample alone gets another "
            "answer than in a batch. That is fault 9: bring the batch to the front before you "
            "flatten, and take the last layer only.",
        ),
        (
            _taking_states(lambda h_n, directions: h_n[-1]),
            "With two directions, the forward one of the last layer has no say: h_n[-1] is the "
            "backward one.",
        ),
        (
            _taking_outputs(at_the_end),
            "With two directions, the backward one has read one word only, where you look: at the "
            "last word it has just begun. Take it from h_n.",
        ),
        (
            _taking_states(first_layer),
            "With two layers, the second has no say: the first states in h_n are those of the "
            "first layer.",
        ),
        (
            _taking_outputs(in_the_last_place),
            "The last *place* is padding for short captions. So a sample's answer depends on the "
            "longest caption of its batch.",
        ),
        (_Padded, "What stands in the padding changes your answers. Pack the captions."),
        (_Headless, "Every promise is kept but one: the output has no column for each class."),
        (
            _Softmax,
            "Right but for the end: scores are asked for. Cross-entropy takes the softmax itself; "
            "after yours, it takes a second one.",
        ),
        (
            _taking_states(lambda h_n, directions: 0 * last_state(h_n, directions)),
            "Your answers do not depend on the words.",
        ),
        (_PicturesForgotten, "Your answers do not depend on the pictures."),
        (
            _CaptionsSorted,
            "You sorted the captions before packing, and they were not put back: pictures meet the "
            "words of others. `enforce_sorted=False` sorts, and puts back.",
        ),
        (
            _AllSorted,
            "The answers are right, and they come back in another order: you sorted the batch. The "
            "way back is `order.argsort()`; `enforce_sorted=False` needs none.",
        ),
    ),
    praise="Any order, any lengths, one layer or two, one direction or two; and each weight has a "
    "say.",
    hint=what_broke,
    probe=promises,
)
