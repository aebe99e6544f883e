"""20.3: accuracy by both conventions of CMU-MOSI."""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise
from mmtutor.lessons.exercises.any_form import in_a_row

_CASES = (
    (
        torch.tensor([-2.0, 1.0, 0.5, -0.5, 0.0, 0.4, 0.0, -1.0, 0.3]),
        torch.tensor([-1.0, 2.0, -0.6, 0.0, 0.0, 1.2, 0.8, 0.0, -0.2]),
    ),
    (torch.tensor([0.0, 0.0, 1.0, -1.0, 2.0]), torch.tensor([1.0, -1.0, 0.0, 3.0, 2.0])),
)


def _both(guess: Tensor, rating: Tensor) -> Tensor:
    some = rating != 0
    every = ((guess >= 0) == (rating >= 0)).float().mean()
    return torch.stack([every, ((guess > 0) == (rating > 0))[some].float().mean()])


def _exchanged(guess: Tensor, rating: Tensor) -> Tensor:
    return _both(guess, rating).flip(0)


def _zeros_kept(guess: Tensor, rating: Tensor) -> Tensor:
    return torch.stack([_both(guess, rating)[0], ((guess > 0) == (rating > 0)).float().mean()])


def _divided_by_all(guess: Tensor, rating: Tensor) -> Tensor:
    right = ((guess > 0) == (rating > 0)) & (rating != 0)
    return torch.stack([_both(guess, rating)[0], right.float().mean()])


def _zero_guesses_left_out(guess: Tensor, rating: Tensor) -> Tensor:
    some = (rating != 0) & (guess != 0)
    return torch.stack(
        [_both(guess, rating)[0], ((guess > 0) == (rating > 0))[some].float().mean()]
    )


def _zero_guesses_lost(guess: Tensor, rating: Tensor) -> Tensor:
    some = rating != 0
    return torch.stack(
        [_both(guess, rating)[0], (guess.sign() == rating.sign())[some].float().mean()]
    )


def _wrong_zeros_left_out(guess: Tensor, rating: Tensor) -> Tensor:
    some = guess != 0
    return torch.stack(
        [_both(guess, rating)[0], ((guess > 0) == (rating > 0))[some].float().mean()]
    )


def _in_per_cent(guess: Tensor, rating: Tensor) -> Tensor:
    return 100 * _both(guess, rating)


def _counted(guess: Tensor, rating: Tensor) -> Tensor:
    left = torch.tensor([len(rating), int((rating != 0).sum())])
    return left * _both(guess, rating)


def _strict(guess: Tensor, rating: Tensor) -> Tensor:
    return torch.stack([((guess > 0) == (rating > 0)).float().mean(), _both(guess, rating)[1]])


def _never_strict(guess: Tensor, rating: Tensor) -> Tensor:
    some = rating != 0
    right = ((guess >= 0) == (rating >= 0)).float()
    return torch.stack([right.mean(), right[some].mean()])


CONVENTIONS = Exercise(
    solution=_both,
    mistakes=(
        (_exchanged, "The order: first over all samples, then without those rated 0."),
        (_zeros_kept, "Negative / positive leaves out the samples rated 0."),
        (_divided_by_all, "Divide by the number of samples that are left, not by all."),
        (_zero_guesses_left_out, "Only samples *rated* 0 go. A guess of 0 stays, and is no "
                                 "positive one."),
        (_wrong_zeros_left_out, "You left out the samples *guessed* 0. Leave out those *rated* 0."),
        (_zero_guesses_lost, "Negative / positive: a guess of 0 counts as negative, so it is right "
                             "where the rating is negative."),
        (_in_per_cent, "Right, but in per cent. Return shares, from 0 to 1."),
        (_counted, "You counted the right ones. Divide by the number of samples for a share."),
        (_strict, "Over all samples a 0 counts as non-negative: ≥, for guess and rating."),
        (_never_strict, "Negative / positive: a guess of exactly 0 is not positive, so >."),
    ),
    praise="Two measures of the same predictions: say which one you report.",
    hint="The mean of (guess >= 0) == (rating >= 0), over all; then > in place of >=, where "
         "rating != 0.",
    probe=in_a_row(*_CASES),
)  # fmt: skip
