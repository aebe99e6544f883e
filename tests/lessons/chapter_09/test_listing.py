"""The listing of chapter 9 and its mended form, as the chapter prints them.

Each fault has a test that the listing fails and the mended network passes: the same question is
put to both. The classes are read out of the notebook, so that what is tested is what is read.
"""

from __future__ import annotations

import pathlib
import warnings
from collections.abc import Callable
from types import SimpleNamespace

import nbformat
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pack_padded_sequence
from torchvision import models

NOTEBOOK = pathlib.Path(__file__).parents[3] / "book/code/cnn-lstm.ipynb"
VOCAB, CLASSES = 20, 9


@pytest.fixture(scope="module")
def printed() -> SimpleNamespace:
    """The classes of the cells tagged ``listing`` and ``mended``."""
    names = {
        "torch": torch, "nn": nn, "models": models, "pack_padded_sequence": pack_padded_sequence,
    }  # fmt: skip
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if {"listing", "mended"} & set(cell.metadata.get("tags", [])):
            exec(cell.source, names)
    return SimpleNamespace(**names)


Batch = tuple[Tensor, Tensor, Tensor]


@pytest.fixture(scope="module")
def batch() -> Batch:
    """Four pictures, four captions as they come, their lengths."""
    source = torch.Generator().manual_seed(0)
    lengths = torch.tensor([2, 5, 1, 3])
    captions = torch.randint(2, VOCAB, (4, 5), generator=source)
    captions[torch.arange(5) >= lengths[:, None]] = 0
    return torch.rand(4, 3, 33, 33, generator=source), captions, lengths


def longest_first(batch: Batch) -> Batch:
    """As the listing wants it."""
    order = batch[2].argsort(descending=True)
    return tuple(part[order] for part in batch)


def small_resnet(**_) -> nn.Module:
    """A tenth of a ResNet-50, the same kind of layers: the faults do not depend on the size."""
    return models.ResNet(models.resnet.Bottleneck, [1, 1, 1, 1], width_per_group=8)


def listing(printed, monkeypatch, layers=1) -> nn.Module:
    monkeypatch.setattr(models, "resnet50", small_resnet)
    torch.manual_seed(0)
    return printed.Listing(VOCAB, 16, 16, layers, pretrained=False).eval()


def mended(printed, layers=1, directions=1) -> nn.Module:
    torch.manual_seed(0)
    body = small_resnet()
    body.fc = nn.Identity()
    net = printed.PictureAndWords(
        body, 2048, VOCAB, CLASSES, dim=16, words=16, hidden=16, layers=layers,
        directions=directions,
    )  # fmt: skip
    return net.eval()


# ---- one question for each fault: it raises, or asserts


def takes_captions_as_they_come(net: nn.Module, batch: Batch) -> None:
    net(*batch)


def takes_lengths_from_a_gpu(net: nn.Module, batch: Batch) -> None:
    """A tensor that is elsewhere, and comes home when asked."""
    images, captions, lengths = longest_first(batch)

    class Elsewhere(Tensor):
        def cpu(self) -> Tensor:
            return lengths

    net(images, captions, lengths.to("meta").as_subclass(Elsewhere))


def has_a_score_for_every_class(net: nn.Module, batch: Batch) -> None:
    assert net(*longest_first(batch)).shape == (4, CLASSES)


def lets_the_words_vote(net: nn.Module, batch: Batch) -> None:
    images, captions, lengths = longest_first(batch)
    other = captions.clamp(max=1)
    moved = (net(images, other, lengths) - net(images, captions, lengths)).abs()
    assert moved[:, :CLASSES].max() > 1e-3


def keeps_running_averages(net: nn.Module, batch: Batch) -> None:
    before = {n: b.clone() for n, b in net.named_buffers()}
    assert len(before) > 10
    net.train()(*longest_first(batch))
    assert all(torch.equal(b, before[n]) for n, b in net.named_buffers())


def keeps_samples_apart_in_training(net: nn.Module, batch: Batch) -> None:
    batch = longest_first(batch)
    net.train()
    half = net(*(part[:2] for part in batch))
    torch.testing.assert_close(half, net(*batch)[:2], rtol=1e-4, atol=1e-4)


QUESTIONS: dict[Callable, type[Exception]] = {
    takes_captions_as_they_come: RuntimeError,
    takes_lengths_from_a_gpu: RuntimeError,
    has_a_score_for_every_class: AssertionError,
    lets_the_words_vote: AssertionError,
    keeps_running_averages: AssertionError,
    keeps_samples_apart_in_training: AssertionError,
}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.__name__)
def test_the_listing_fails(printed, batch, monkeypatch, question):
    net = listing(printed, monkeypatch)
    with torch.no_grad(), pytest.raises(QUESTIONS[question]):
        question(net, batch)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.__name__)
def test_the_mended_network_passes(printed, batch, question):
    with torch.no_grad():
        question(mended(printed), batch)


def test_two_layers_stop_the_listing(printed, batch, monkeypatch):
    with pytest.raises(RuntimeError, match="same number of dimensions: got 2 and 3"):
        listing(printed, monkeypatch, layers=2)(*longest_first(batch))


@pytest.mark.filterwarnings("ignore:Arguments other than a weight enum")
def test_the_old_argument_complains_and_the_new_one_does_not(printed):
    """`pretrained=` as the listing has it, `weights=` as the chapter has it; nothing is fetched."""
    with torch.device("meta"), pytest.warns(UserWarning, match="'pretrained' is deprecated"):
        printed.Listing(VOCAB, 16, 16, 1, pretrained=False)
    with torch.device("meta"), warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*pretrained")
        models.resnet50(weights=None)


def test_the_accuracies_that_the_chapter_tells_are_torchvisions():
    told = {"IMAGENET1K_V1": 76.1, "IMAGENET1K_V2": 80.9}
    prose = " ".join(cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells)
    for weights in models.ResNet50_Weights:
        measured = weights.meta["_metrics"]["ImageNet-1K"]["acc@1"]
        assert round(measured, 1) == told[weights.name]
        assert f"{told[weights.name]} %" in prose
    assert models.ResNet50_Weights.DEFAULT.name == "IMAGENET1K_V2"


# ---- what the mended network promises beyond the listing


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_samples_never_mix(printed, batch, layers, directions):
    net = mended(printed, layers, directions).train()
    with torch.no_grad():
        whole = net(*batch)
        for i in range(4):
            alone = net(*(part[i : i + 1] for part in batch))
            torch.testing.assert_close(alone[0], whole[i], rtol=1e-4, atol=1e-4)
        order = torch.tensor([2, 0, 3, 1])
        again = net(*(part[order] for part in batch))
    torch.testing.assert_close(again, whole[order], rtol=1e-4, atol=1e-4)


def test_what_stands_in_the_padding_does_not_matter(printed, batch):
    images, captions, lengths = batch
    net = mended(printed, 2, 2)
    filled = captions.masked_fill(torch.arange(5) >= lengths[:, None], 7)
    assert torch.equal(net(images, filled, lengths), net(images, captions, lengths))


def test_all_that_should_learn_gets_a_gradient_and_nothing_else(printed, batch):
    net = mended(printed, 2, 2).train()
    cross_entropy(net(*batch), torch.tensor([0, 3, 8, 1])).backward()
    for name, parameter in net.named_parameters():
        if name.startswith("body."):
            assert parameter.grad is None
        else:
            assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize("late", [False, True])
def test_frozen_parameters_in_the_optimizer_stay_unless_frozen_late(late):
    """Without a gradient AdamW skips a parameter; with one of zero it does not."""
    net = nn.Linear(2, 2)
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.1, weight_decay=0.1)
    if late:
        net(torch.ones(1, 2)).sum().backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
    net.weight.requires_grad_(False)
    before = net.weight.clone()
    net(torch.ones(1, 2)).square().sum().backward()
    optimizer.step()
    assert torch.equal(net.weight, before) != late
