"""Chapter 15: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import random

import numpy as np
import torch


def groups_by_loop(first, second, group):
    d = []
    for g in sorted(set(group.tolist())):
        at = [i for i, k in enumerate(group.tolist()) if k == g]
        d.append(sum(int(first[i]) - int(second[i]) for i in at) / len(at))
    mean = sum(d) / len(d)
    return mean, (sum((v - mean) ** 2 for v in d) / (len(d) - 1) / len(d)) ** 0.5


def groups_in_numpy(first, second, group):
    first, second, group = (v.numpy() for v in (first, second, group))
    d = [first[group == g].mean() - second[group == g].mean() for g in np.unique(group)]
    return np.array([np.mean(d), np.std(d, ddof=1) / np.sqrt(len(d))])


def groups_by_index(first, second, group):
    _, k = group.unique(return_inverse=True)
    d = torch.zeros(int(k.max()) + 1).index_add(0, k, first.float() - second.float())
    d = d / k.bincount()
    return torch.stack([d.mean(), (d.var() / len(d)).sqrt()])


def groups_by_mmtutor(first, second, group):
    """The half-width is t times the standard error."""
    from mmtutor.metrics import mean_interval
    from mmtutor.metrics.intervals import _t975

    d = [float((first.float() - second.float())[group == g].mean()) for g in group.unique()]
    mean, low, _ = mean_interval(d)
    return [mean, (mean - low) / _t975(len(d) - 1)]


def samples_in_numpy(first, second, group):
    d = first.numpy().astype(float) - second.numpy().astype(float)
    return d.mean(), d.std(ddof=1) / len(d) ** 0.5


def spread_in_numpy(first, second, group):
    mean, error = groups_in_numpy(first, second, group)
    return mean, error * len(np.unique(group)) ** 0.5


def groups_one_hot(first, second, group):
    """A column of two numbers, from one product with the membership of every group."""
    member = torch.nn.functional.one_hot(group).float()
    member = member[:, member.sum(dim=0) > 0]
    d = (first.float() - second.float()) @ member / member.sum(dim=0)
    return torch.stack([d.mean(), d.std() / d.numel() ** 0.5])[:, None]


def changed(change):
    """Another answer made of the two numbers of a right one."""
    return lambda first, second, group: change(*groups_by_loop(first, second, group))


def by_numbers_up_to_the_largest(first, second, group):
    d = torch.stack(
        [
            first[group == g].float().mean() - second[group == g].float().mean()
            for g in range(int(group.max()) + 1)
        ]
    )
    return d.mean(), d.std() / len(d) ** 0.5


def of_each_group(change):
    def answer(first, second, group):
        d = torch.tensor(
            [float(change(first[group == g], second[group == g])) for g in group.unique()]
        )
        return d.mean(), d.std() / len(d) ** 0.5

    return answer


def split_with_random(group, share, seed):
    names = sorted(set(group.tolist()))
    random.Random(seed).shuffle(names)
    chosen: list[int] = []
    while sum(g in chosen for g in group.tolist()) < share * len(group):
        chosen.append(names.pop())
    return [g in chosen for g in group.tolist()]


def split_in_numpy(group, share, seed):
    g = group.numpy()
    names, size = np.unique(g, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    enough = np.searchsorted(size[order].cumsum(), share * len(g) - 1e-9) + 1
    return np.isin(g, names[order[:enough]])


def split_by_samples_groups(group, share, seed):
    """Draw a sample, and take its whole group: large groups come sooner."""
    test = torch.zeros(len(group))
    for i in torch.randperm(len(group), generator=torch.Generator().manual_seed(seed)):
        if test.mean() >= share:
            break
        test[group == group[i]] = 1
    return test.tolist()


def split_one_too_few(group, share, seed):
    """Stop before the share would be passed."""
    test = torch.zeros(len(group), dtype=torch.bool)
    source = torch.Generator().manual_seed(seed)
    for k in torch.randperm(len(names := group.unique()), generator=source):
        more = test | (group == names[k])
        if more.float().mean() > share:
            return test
        test = more
    return test


def split_of_samples(group, share, seed):
    order = np.random.default_rng(seed).permutation(len(group))
    test = np.zeros(len(group), bool)
    test[order[: int(np.ceil(share * len(group)))]] = True
    return test


def split_of_group_numbers(group, share, seed):
    """A share of the groups, whatever their sizes: sometimes too few samples."""
    names = group.unique()
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed))
    return torch.isin(group, names[order[: max(1, int(share * len(names)) - 1)]])


def split_the_first(group, share, seed):
    names = group.unique()
    for k in range(1, len(names)):
        test = torch.isin(group, names[:k])
        if test.float().mean() >= share:
            return test
    return test


FOUR = [0.96, 0.8, 8 / 14, 2 / 3]
HIDDEN = {"a": "blind answer", "b": "leak", "c": "wrong unit", "d": "weak baseline"}
RIGHT = {
    "15.1": [
        ["96 %", "80 %", "57.1 %", "66.7 %"],
        FOUR,
        (0.96, 0.8, 0.571, 0.667),
        [0.96, 0.8, 0.57, 0.67],
        ["192/200", "8/10", "8/14", "16/24"],
    ],
    "15.2": ["4 %", 1 / (1 + 24)],
    "15.3": [HIDDEN],
    "15.4": [groups_by_loop, groups_in_numpy, groups_by_index, groups_by_mmtutor, groups_one_hot],
    "15.5": [
        split_with_random,
        split_in_numpy,
        lambda *given: split_in_numpy(*given).astype(int),
        split_by_samples_groups,
    ],
}

WRONG = {
    "15.1": [
        ([0.96, 8 / 14, 0.8, 2 / 3], "exchanged"),
        ([0.93, 0.8, 8 / 14, 2 / 3], "8 of them are right"),
        ([0.97, 0.8, 8 / 14, 2 / 3], "two ill people who were missed"),
        ([0.96, 0.8, 8 / 14, 0.6857], "plain mean"),
        ([0.96, 0.8, 8 / 14, 0.5], "TP counts twice"),
        ([0.96, 0.04, 8 / 14, 2 / 3], "asks of the 10"),
        ([0.96, 184 / 190, 8 / 14, 2 / 3], "specificity"),
        ([0.96, 0.2, 8 / 14, 2 / 3], "share that was missed"),
        ([0.04, 0.8, 8 / 14, 2 / 3], "*and* the 184"),
        ([(0.8 + 184 / 190) / 2, 0.8, 8 / 14, 2 / 3], "Accuracy counts people"),
        ([0.96, 0.8, 0.07, 2 / 3], "14 of 200"),
        ([0.96, 0.8, 6 / 14, 2 / 3], "calls that are false"),
        ([0.96, 0.8, 8 / 14, (2 / 3 + 368 / 376) / 2], "macro F1"),
        ([0.96, 0.8, 8 / 14, (0.8 * 8 / 14) ** 0.5], "the root of precision times recall"),
        ([0.96, 0.8, float("nan"), 2 / 3], "is not a number"),
    ],
    "15.2": [
        (1 / 24, "only if there is *no* fall"),
        (0.96, "The alarm should come early"),
        (0.5, "cost the same"),
        (1 / 23, "Bring both p"),
        (23 / 24, "very late"),
        (0.24, "Where are they equal"),
    ],
    "15.3": [
        ({**HIDDEN, "a": "leak"}, "always healthy"),
        ({**HIDDEN, "b": "wrong unit", "c": "leak"}, "the frame after a frame"),
        ({**HIDDEN, "c": "leak"}, "How many patients"),
        ({**HIDDEN, "d": "leak"}, "How often"),
        ({**HIDDEN, "b": "weak baseline"}, "compares nothing"),
        ({**HIDDEN, "c": "weak baseline", "d": "wrong unit"}, "compares no two models"),
        ({**HIDDEN, "d": "wrong unit"}, "gives no interval"),
        ({**HIDDEN, "a": "weak baseline", "d": "blind answer"}, "simplest of all answers"),
    ],
    "15.4": [
        (changed(lambda mean, error: mean), "two numbers are asked for"),
        (samples_in_numpy, "over *samples*"),
        (spread_in_numpy, "Divide by √n"),
        (changed(lambda mean, error: (-mean, error)), "The sign"),
        (lambda first, second, group: (0.1, 0.2), "group.unique()"),
        (changed(lambda mean, error: (error, mean)), "in the other order"),
        (changed(lambda mean, error: (100 * mean, 100 * error)), "leave out the 100"),
        (changed(lambda mean, error: (mean, 1.96 * error)), "half of an interval"),
        (changed(lambda mean, error: (mean, error * error)), "Take its root"),
        (by_numbers_up_to_the_largest, "may have gaps"),
        (of_each_group(lambda a, b: a.sum() - b.sum()), "sums within a group"),
        (of_each_group(lambda a, b: abs(a.float().mean() - b.float().mean())), "dropped the signs"),
        (of_each_group(lambda a, b: (a ^ b).float().mean()), "where the two differ"),
    ],
    "15.5": [
        (split_of_samples, "Draw groups, not samples"),
        (split_of_group_numbers, "less than `share`"),
        (split_the_first, "Every seed gives the same"),
        (
            lambda group, share, seed: ~split_in_numpy(group, min(share, 0.3), seed),
            "more than it needs",
        ),
        (lambda group, share, seed: split_in_numpy(group, share, None), "generator of your own"),
        (lambda *given: split_in_numpy(*given).nonzero()[0], "true or false for each"),
        (split_one_too_few, "less than `share`"),
        (lambda group, share, seed: torch.rand(len(group)), "one of yours is 0."),
        (lambda group, share, seed: [float("nan")] * len(group), "one of yours is nan"),
        (lambda group, share, seed: [False] * len(group), "No sample is in the test"),
        (lambda group, share, seed: [True] * len(group), "All samples are in the test"),
    ],
}
