from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from mmtutor.datasets import Batches, MultimodalDataset


class Numbers(MultimodalDataset):
    """Sample i is the number i; remembers the epoch it was told."""

    modalities = ("number",)
    num_classes = 2

    def __init__(self, n: int) -> None:
        self.targets, self.epoch = torch.arange(n) % 2, 0

    def batch(self, index: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        return {"number": index.float()}, self.targets[index]

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch


def order(batches: Batches) -> list[int]:
    return [int(i) for inputs, _ in batches for i in inputs["number"]]


@given(st.integers(1, 200), st.integers(1, 70), st.booleans(), st.booleans())
def test_each_sample_exactly_once(n: int, size: int, shuffle: bool, drop_last: bool) -> None:
    if drop_last and n < size:
        return
    batches = Batches(Numbers(n), size, shuffle=shuffle, drop_last=drop_last)
    sizes = [len(y) for _, y in batches]
    assert len(sizes) == len(batches)
    assert set(sizes[:-1]) <= {size}
    assert sizes[-1] == size if drop_last else 0 < sizes[-1] <= size
    seen = order(batches)
    assert len(set(seen)) == len(seen) == (n // size * size if drop_last else n)
    if not shuffle:
        assert seen == list(range(len(seen)))


def test_order_is_a_function_of_seed_and_epoch() -> None:
    def at(seed: int, epoch: int) -> list[int]:
        batches = Batches(Numbers(100), 7, shuffle=True, seed=seed)
        batches.set_epoch(epoch)
        return order(batches)

    orders = {(s, e): at(s, e) for s in range(4) for e in range(4)}
    assert len({tuple(o) for o in orders.values()}) == 16
    batches = Batches(Numbers(100), 7, shuffle=True, seed=3)
    for epoch in (2, 0, 2):  # going back gives the same order again
        batches.set_epoch(epoch)
        torch.rand(5)  # the global generator has no say
        assert order(batches) == order(batches) == orders[3, epoch]


def test_set_epoch_reaches_the_data_set() -> None:
    numbers = Numbers(5)
    Batches(numbers).set_epoch(7)
    assert numbers.epoch == 7
