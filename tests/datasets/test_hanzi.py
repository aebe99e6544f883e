"""A written character and its syllable: the table, and the Bayes accuracies counted by hand."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
import torch

from mmtutor.datasets import HanziWords
from mmtutor.datasets.hanzi import TARGETS
from mmtutor.datasets.storage.tables import read_table
from mmtutor.metrics import mutual_information


@pytest.fixture(scope="module")
def rows():
    return read_table("hanzi/words.csv", texts=("word", "first", "second"), numbers=("count",))


def answer(row, target):
    return (row["word"][0], row["first"]) if target == "entry" else row["word"][1]


def seen(row, subset):
    parts = {"character": row["word"][0], "syllable": row["first"]}
    return tuple(parts[name] for name in subset)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "subset", [(), ("character",), ("syllable",), ("character", "syllable")], ids=len
)
def test_the_bayes_accuracy_is_that_of_a_count(rows, target, subset):
    counts = defaultdict(Counter)
    for row in rows:
        counts[seen(row, subset)][answer(row, target)] += int(row["count"])
    right = sum(max(some.values()) for some in counts.values())
    total = sum(some.total() for some in counts.values())
    assert HanziWords(target=target, samples=1).bayes_accuracy(subset) == pytest.approx(
        right / total, abs=1e-12
    )


@pytest.mark.parametrize("target", TARGETS)
def test_the_posterior_is_the_share_of_the_words_that_are_left(rows, target):
    data = HanziWords("test", target, samples=8, seed=3)
    inputs, y = data.batch(torch.arange(8))
    for subset in (("syllable",), ("character", "syllable")):
        p = data.posterior(inputs, subset)
        assert p.sum(dim=1) == pytest.approx(1)
        for i in range(8):
            said = tuple(data.names[name][int(inputs[name][i])] for name in subset)
            left = Counter()
            for row in rows:
                if seen(row, subset) == said:
                    name = answer(row, target)
                    left[" ".join(name) if target == "entry" else name] += int(row["count"])
            share = left[data.names["answer"][int(y[i])]] / left.total()
            assert float(p[i, y[i]]) == pytest.approx(share)


def test_a_pair_that_is_in_no_word_tells_nothing():
    data = HanziWords(target="next", samples=1)
    character = data.names["character"].index("中")
    never = data.names["syllable"].index("ma3")
    p = data.posterior(
        {"character": torch.tensor([[character]]), "syllable": torch.tensor([[never]])}
    )
    assert float(p.max()) == pytest.approx(data.bayes_accuracy([]))


def test_words_come_as_often_as_they_are_counted():
    data = HanziWords("test", samples=50_000)
    one = data.names["character"].index("一")
    expected = float(data.share[data.labels["character"] == one].sum())
    found = (data.inputs["character"] == one).double().mean()
    assert float(found) == pytest.approx(expected, abs=4 * (expected / 50_000) ** 0.5)
    assert sum(data.share.tolist()) == pytest.approx(1)


def test_known_homophones_and_heteronyms_are_in_the_list():
    data = HanziWords(samples=1)
    names = data.names["answer"]
    assert {"长 chang2", "长 zhang3", "行 xing2", "行 hang2", "重 zhong4", "重 chong2"} <= set(
        names
    )
    assert {n for n in names if n.startswith(("一 ", "不 "))} == {"一 yi1", "不 bu4"}
    syllable = data.labels["syllable"][data.words.index("机器")]
    alike = data.labels["character"][data.labels["syllable"] == syllable]
    assert len(alike.unique()) > 10
    # The entry is the pair: what the two senses know together is all there is to know.
    both = torch.stack([*data.labels.values()], dim=1)
    everything = mutual_information(data.answers, data.answers, data.share)
    assert mutual_information(both, data.answers, data.share) == pytest.approx(everything)
