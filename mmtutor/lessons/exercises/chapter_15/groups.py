"""15.4 and 15.5: a difference over groups, and a split that keeps groups whole."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmtutor.lessons.checks import Exercise, NotAnAnswer, called


def _by_group(first: Tensor, second: Tensor, group: Tensor) -> Tensor:
    d = first.double() - second.double()
    return torch.stack([d[group == g].mean() for g in group.unique()])


def _mean_and_error(d: Tensor) -> tuple[Tensor, Tensor]:
    return d.mean(), d.std() / len(d) ** 0.5


def over_groups(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    """Mean of the groups' differences, and its standard error."""
    return _mean_and_error(_by_group(first, second, group))


def _of_samples(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    return _mean_and_error(first.double() - second.double())


def _pooled_mean(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    return (first.double() - second.double()).mean(), over_groups(first, second, group)[1]


def _no_root(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    d = _by_group(first, second, group)
    return d.mean(), d.std()


def _with_n(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    d = _by_group(first, second, group)
    return d.mean(), d.std(correction=0) / len(d) ** 0.5


def _root_of_samples(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    d = _by_group(first, second, group)
    return d.mean(), d.std() / len(first) ** 0.5


def _unpaired(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    a, b = (_by_group(v, torch.zeros_like(v), group) for v in (first, second))
    return a.mean() - b.mean(), ((a.var() + b.var()) / len(a)).sqrt()


def _exchanged(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    mean, error = over_groups(first, second, group)
    return error, mean


def _in_points(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    mean, error = over_groups(first, second, group)
    return 100 * mean, 100 * error


def _half_width(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    mean, error = over_groups(first, second, group)
    return mean, 1.96 * error


def _by_n(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    d = _by_group(first, second, group)
    return d.mean(), d.std() / len(d)


def _squared(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    mean, error = over_groups(first, second, group)
    return mean, error**2


def _of_sums(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    d = first.double() - second.double()
    return _mean_and_error(torch.stack([d[group == g].sum() for g in group.unique()]))


def _without_sign(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    return _mean_and_error(_by_group(first, second, group).abs())


def _unequal(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    return over_groups(first != second, torch.zeros_like(first), group)


def _turned(first: Tensor, second: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
    return over_groups(second, first, group)


def _drawn(seed: int, sizes: tuple[int, ...], names: tuple[int, ...]) -> tuple[Tensor, ...]:
    source = torch.Generator().manual_seed(seed)
    group = torch.tensor([g for g, n in zip(names, sizes, strict=True) for _ in range(n)])
    group = group[torch.randperm(len(group), generator=source)]
    chance = 0.3 + 0.1 * (group % 5)
    lift = torch.where(group % 3 == 1, -0.3, 0.3)  # in some groups the second is better
    return (
        torch.rand(len(group), generator=source) < chance + lift,
        torch.rand(len(group), generator=source) < chance,
        group,
    )


_CASES = (
    _drawn(0, (3, 20, 7, 11), (7, 2, 5, 9)),
    _drawn(1, (40, 2, 9), (0, 1, 2)),
    _drawn(2, (5, 30, 12, 4, 9, 16), (10, 4, 3, 8, 1, 6)),
)


def _two_numbers(answer: Any) -> Tensor:
    found = []
    for case in _CASES:
        both = called(answer, *case).double().flatten()
        if len(both) != 2:
            raise NotAnAnswer(
                f"two numbers are asked for, the mean and its standard error; yours has {len(both)}"
            )
        if both.isnan().any():
            raise NotAnAnswer(
                "your function returns “not a number”: a mean of nothing, perhaps. Numbers of "
                "groups may have gaps: go through `group.unique()`"
            )
        found.append(both)
    return torch.cat(found)


OVER_GROUPS = Exercise(
    solution=over_groups,
    mistakes=(
        (
            _of_samples,
            "These are mean and standard error over *samples*. Take the difference of accuracies "
            "within each group first: one number a group.",
        ),
        (
            _pooled_mean,
            "The standard error is right. Your mean is over samples: large groups count more. "
            "Take the mean of the groups' differences.",
        ),
        (_no_root, "That is the spread s of the groups. Divide by √n, n groups."),
        (_with_n, "Use n − 1 in the standard deviation, as `std()` does: n is small here."),
        (
            _root_of_samples,
            "You divided by the root of the number of samples. n is that of groups.",
        ),
        (
            _unpaired,
            "You took the two models' spreads apart. Take the difference in each group first: "
            "what makes a person hard is hard for both.",
        ),
        (_turned, "The sign: *first* less *second*."),
        (_exchanged, "Both numbers are right, in the other order: the mean first."),
        (_in_points, "These are points, or per cent. Shares are asked for: leave out the 100."),
        (
            _half_width,
            "That is 1.96 standard errors, half of an interval. One standard error is asked for.",
        ),
        (_by_n, "You divided s by n. Divide by √n."),
        (_squared, "Your second number is squared, a variance. Take its root."),
        (
            _of_sums,
            "You took sums within a group. Accuracies are means: a large group counts too much.",
        ),
        (
            _without_sign,
            "You dropped the signs of the groups' differences. In some groups *second* is better: "
            "there the difference is below zero.",
        ),
        (
            _unequal,
            "You counted where the two differ. *First* right alone counts + 1, *second* right "
            "alone − 1.",
        ),
    ),
    praise="n is the number of people now, and so the interval speaks of people.",
    hint="For each g of `group.unique()`: the mean of `first[group == g]` less that of `second`. "
    "Then the mean of these, and their std() / √n.",
    probe=_two_numbers,
)


# ── 15.5 ───────────────────────────────────────────────────────────────────────────────────────
def split_groups(group: Tensor, share: float, seed: int) -> Tensor:
    """Whole groups at random, until the test has its share."""
    names = group.unique()
    source = torch.Generator().manual_seed(seed)
    test = torch.zeros(len(group), dtype=torch.bool)
    for k in torch.randperm(len(names), generator=source)[:-1]:
        test |= group == names[k]
        if test.double().mean() >= share:
            break
    return test


_TO_SPLIT = tuple(
    (_drawn(seed, sizes, names)[2], share)
    for seed, sizes, names, share in (
        (0, (5, 5, 5, 5, 5, 5, 5, 5), (3, 1, 4, 15, 9, 2, 6, 8), 0.25),
        (1, (9, 4, 6, 1, 3, 8, 2, 7, 5, 5), tuple(range(10)), 0.3),
        (2, (6, 4, 7, 5, 3), (30, 10, 20, 50, 40), 0.5),
        (3, (1, 2, 1, 1, 2, 1, 1, 2), (4, 9, 2, 7, 0, 5, 3, 8), 0.4),  # 4.4 samples
    )
)
_FINE = "whole groups, at random, and no more than needed"


def _kept_whole(answer: Any) -> str:
    """What is wrong with the splits, or `_FINE`."""
    draws = []
    for group, share in _TO_SPLIT:
        for seed in range(6):
            test = called(answer, group.clone(), share, seed)
            if test.shape != group.shape:
                raise NotAnAnswer(
                    f"true or false for each of {len(group)} samples is asked for, got shape "
                    f"{tuple(test.shape)}"
                )
            odd = test[(test != 0) & (test != 1)]
            if len(odd):
                raise NotAnAnswer(
                    f"true or false for each sample is asked for, and one of yours is "
                    f"{float(odd[0]):g}"
                )
            test = test.bool()
            again = called(answer, group.clone(), share, seed).bool()
            if not torch.equal(test, again):
                return "no seed"
            if set(group[test].tolist()) & set(group[~test].tolist()):
                return "torn"
            if not test.any():
                return "nothing"
            if test.all():
                return "everything"
            if test.double().mean() < share:
                return "too few"
            sizes = [int((group == g).sum()) for g in group[test].unique()]
            if (int(test.sum()) - max(sizes)) / len(group) >= share:
                return "too many"
            draws.append(tuple(test.tolist()))
    return _FINE if len(set(draws)) > 9 else "always the same"


SPLIT_GROUPS = Exercise(
    solution=split_groups,
    mistakes=(
        (
            lambda group, share, seed: (
                torch.rand(len(group), generator=torch.Generator().manual_seed(seed)) < share
            ),
            "A group is on both sides. Draw groups, not samples.",
        ),
        (
            lambda group, share, seed: torch.isin(group, group.unique()[:-1]),
            "Your test has more than it needs: stop as soon as it has its share. (True stands for "
            "the test, false for training.)",
        ),
        (
            lambda group, share, seed: group == group.unique()[0],
            "Your test has less than `share` of the samples. Go on drawing groups.",
        ),
        (
            lambda group, share, seed: torch.ones(len(group), dtype=torch.bool),
            "All samples are in the test. Training needs a group, too.",
        ),
        (
            lambda group, share, seed: torch.zeros(len(group), dtype=torch.bool),
            "No sample is in the test: true stands for the test.",
        ),
        (
            lambda group, share, seed: split_groups(group, share, 0),
            "Every seed gives the same test. Draw from a generator with this seed.",
        ),
        (
            lambda group, share, seed: split_groups(group, share, int(torch.randint(10**6, ()))),
            "The same seed gives another split each time. Draw from a generator of your own: "
            "`torch.Generator().manual_seed(seed)`.",
        ),
    ),
    praise="No group is on both sides. Let `metrics.leaks` look at it, with `groups=`.",
    hint="Put `group.unique()` in a random order; add one group after the other to the test; stop "
    "when the test has its share.",
    probe=_kept_whole,
)
