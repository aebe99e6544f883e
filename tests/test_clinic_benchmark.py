"""The clinic's bugs do what their names say."""

from __future__ import annotations

import json
import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from benchmarks import clinic


@pytest.fixture(scope="module")
def data():
    torch.set_num_threads(1)
    return clinic.sets()


def scores(data, *bugs: str, training: bool = False) -> torch.Tensor:
    image, text, y = data["train"]
    torch.manual_seed(0)
    net = clinic.Net(int(text.max()) + 1, text.shape[1], int(y.max()) + 1, frozenset(bugs))
    with torch.no_grad():
        return net.train(training)(image[:200], text[:200])


def test_without_a_bug_the_net_passes_the_tests_of_the_clinic(data):
    y = data["train"][2]
    sound = scores(data)
    guessing = math.log(int(y.max()) + 1)
    assert abs(cross_entropy(sound, y[:200]) - guessing) < 0.5
    assert (sound < 0).any()
    assert torch.equal(sound, scores(data))


def test_a_relu_cuts_and_ids_count(data):
    assert (scores(data, "relu") >= 0).all()
    assert torch.equal(scores(data, "relu"), scores(data).relu())
    assert scores(data, "ids").std() > 5 * scores(data).std()


def test_dropout_is_on_in_training_mode_alone(data):
    assert not torch.equal(scores(data, training=True), scores(data))


def test_padding_is_not_read(data):
    image, text, _ = data["test"]
    net = clinic.Net(500, text.shape[1], 98, frozenset()).eval()
    longer = torch.nn.functional.pad(text[:20], (0, 4))
    with torch.no_grad():
        assert torch.allclose(net(image[:20], text[:20]), net(image[:20], longer), atol=1e-5)


def test_a_run_is_the_same_again_and_first_learns_the_first_labels(data):
    losses, right = clinic.run(data, frozenset({"first"}), 0, 2)
    assert (losses, right) == clinic.run(data, frozenset({"first"}), 0, 2)
    sound, _ = clinic.run(data, frozenset(), 0, 2)
    assert losses[-1] < sound[-1]
    assert max(right.values()) < 0.05


def test_names_are_in_the_order_of_the_file():
    assert clinic.name_of(frozenset({"split", "softmax", "relu"})) == "relu softmax split"
    assert len(clinic.subsets(clinic.IN_TRAINING)) == 64


def test_what_is_measured_can_be_written(data):
    told = clinic.measure(1, 2, only=[frozenset(), frozenset({"rate"})])
    assert set(told["rows"]) == {"", "rate"}
    assert json.loads(json.dumps(told)) == told
    for mean, least, greatest in told["rows"]["rate"]["accuracy"].values():
        assert least <= mean <= greatest
