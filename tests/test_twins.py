"""Chapter 9's network in PyTorch and in Keras: the same weights give the same scores."""

from __future__ import annotations

import warnings
from importlib.util import find_spec

import pytest
import torch
from torch import nn

from benchmarks import twins
from mmtutor.lessons import program
from mmtutor.results import results

NO_KERAS = "NOT COMPARED: Keras is not here (pip install keras, into an environment of your own)"


@pytest.fixture(scope="module")
def network() -> nn.Module:
    torch.manual_seed(0)
    made = program("twin_torch").run()["Network"](twins.VOCAB, twins.CLASSES)
    return twins.calibrated(made)


def test_the_same_weights_give_the_same_scores():
    if find_spec("keras") is None:
        warnings.warn(NO_KERAS, stacklevel=1)  # said in the summary, which a skip alone is not
        pytest.skip(NO_KERAS)
    import keras

    found = twins.compare()
    largest = found["scores, largest"]
    assert found["same network"] < 1e-4 * largest
    assert found["torchvision's strides"] > 0.3 * largest  # the comparison can fail
    assert found["frozen body in training"] == 0
    assert found["numbers"] == tuple(results("twins")["rows"][0]["numbers"])
    line = torch.arange(1.0, 7.0).view(1, 6, 1).numpy()
    same = keras.layers.Conv1D(1, 3, strides=2, padding="same", kernel_initializer="ones")
    assert keras.ops.convert_to_numpy(same(line)).ravel().tolist() == [6, 12, 11]


def test_both_backends_were_compared_and_written_down():
    rows = {row["backend"]: row for row in results("twins")["rows"]}
    assert set(rows) == {"tensorflow", "torch"}
    for row in rows.values():
        assert row["same network"] < 1e-4 * row["scores, largest"]
        assert row["torchvision's strides"] > 0.3 * row["scores, largest"]


def test_every_convolution_is_ported_with_its_own_normalisation(network):
    found = list(twins.pairs(network.body))
    convolutions = [m for m in network.body.modules() if isinstance(m, nn.Conv2d)]
    assert {id(conv) for _, conv, _ in found} == set(map(id, convolutions))
    assert len({name for name, *_ in found}) == len(found) == 53
    assert all(conv.out_channels == bn.num_features for _, conv, bn in found)


@torch.no_grad()
def test_the_strides_of_the_paper_make_another_network_of_the_same_weights(network):
    images, captions = twins.batch(seed=0)
    before = network(images, captions)
    after = twins.as_in_the_paper(network)(images, captions)
    assert after.shape == before.shape
    assert (after - before).abs().max() > 0.3 * before.abs().max()


@torch.no_grad()
def test_padding_of_captions_says_nothing(network):
    images, captions = twins.batch(seed=2)
    wider = nn.functional.pad(captions, (0, 5))
    torch.testing.assert_close(network(images, wider), network(images, captions))
    alone = network(images[1:2], captions[1:2])
    torch.testing.assert_close(network(images, captions)[1:2], alone, rtol=1e-4, atol=1e-4)
