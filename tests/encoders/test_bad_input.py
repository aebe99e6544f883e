"""Every encoder at its door: each kind of bad input gets a sentence, from a check of ours."""

from __future__ import annotations

import pytest
import torch

from mmtutor.encoders import (
    AudioCNN,
    Backbone,
    FrameCNN,
    ImageCNN,
    LogMel,
    TextBag,
    TextRNN,
    TextTransformer,
    VideoCNN,
)
from tests.refusals import refused

IDS = torch.tensor([[1, 2, 3], [4, 5, 0]])
VOCAB = 9
SENSES = {
    "image": (ImageCNN, torch.zeros(2, 1, 8, 8)),
    "audio": (AudioCNN, torch.zeros(2, 4000)),
    "log-mel": (LogMel, torch.zeros(2, 4000)),
    "frames": (lambda: FrameCNN(3), torch.zeros(2, 6, 3)),
    "video": (lambda: VideoCNN(side=8), torch.zeros(2, 6, 8, 8)),
    "backbone": (lambda: Backbone("mobilenet_v3_small"), torch.zeros(2, 3, 32, 32)),
    "rnn": (lambda: TextRNN(VOCAB), IDS),
    "transformer": (lambda: TextTransformer(VOCAB, max_len=4), IDS),
    "bag": (lambda: TextBag(VOCAB), IDS),
}
OF_TEXT = ["rnn", "transformer", "bag"]
OF_FLOATS = [name for name in SENSES if name not in OF_TEXT]


@pytest.fixture(scope="module")
def encoders():
    return {name: make() for name, (make, _) in SENSES.items()}


KINDS = {
    "nothing": (lambda x: None, TypeError, "expected .*got NoneType"),
    "a list": (lambda x: [[0.5]], (TypeError, ValueError), "got list|give word ids"),
    "an array": (lambda x: x.numpy(), TypeError, "got ndarray|got (int64|float32)"),
    "a text": (lambda x: "a cat", TypeError, "got str"),
    "a mapping": (lambda x: {"x": x}, TypeError, "got dict"),
    "complex numbers": (lambda x: x.to(torch.complex64), TypeError, "got torch.complex64"),
    "truth values": (lambda x: x > 0, TypeError, "got torch.bool"),
    "a sparse tensor": (lambda x: x.to_sparse(), TypeError, "dense tensor, got torch.sparse_coo"),
    "on another device": (lambda x: x.to("meta"), TypeError, "weights are on cpu, .* on meta"),
    "no samples": (lambda x: x[:0], ValueError, r"got \(0, "),
    "nothing in them": (lambda x: x[..., :0], ValueError, r"0\)"),
    "one sample without its axis": (lambda x: x[0], ValueError, r"shape \(B, .*got \(\d"),
    "an axis too many": (lambda x: x[None], ValueError, r"shape \(B, .*got \(1, 2"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SENSES)
def test_what_no_encoder_takes(encoders, name, kind):
    spoil, error, match = KINDS[kind]
    refused(error, match, lambda: encoders[name](spoil(SENSES[name][1])))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", OF_FLOATS)
def test_floats_are_of_the_weights_own_kind(encoders, name, dtype):
    match = rf"expected torch.float32, as the weights are, got {dtype}; x.to\(torch.float32\)"
    refused(TypeError, match, lambda: encoders[name](SENSES[name][1].to(dtype)))


@pytest.mark.parametrize(
    ("dtype", "advice"),
    [
        (torch.uint8, r"x.float\(\) / 255$"),
        (torch.int16, "/ 32,768$"),
        (torch.int64, r"float\(\)$"),
    ],
)
@pytest.mark.parametrize("name", OF_FLOATS)
def test_whole_numbers_get_the_advice_that_fits(encoders, name, dtype, advice):
    refused(TypeError, advice, lambda: encoders[name](SENSES[name][1].to(dtype)))


@pytest.mark.parametrize("name", OF_FLOATS)
@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_a_sample_that_is_not_finite_spoils_no_other(encoders, name, value):
    encoder, x = encoders[name].eval(), SENSES[name][1] + 0.5
    spoilt = x.clone()
    spoilt[1] = value
    with torch.no_grad():
        clean, half = encoder(x), encoder(spoilt)
    torch.testing.assert_close(half[0], clean[0])
    assert not half[1].isfinite().all()


@pytest.mark.parametrize(
    ("name", "x", "match"),
    [
        ("image", torch.zeros(2, 3, 8, 8), r"\(B, 1, H, W\), got \(2, 3, 8, 8\)"),
        ("image", torch.zeros(2, 1, 8, 3), "at least 4×4 pixels, got 8×3"),
        ("audio", torch.zeros(1, 1791), "at least 1792 samples, got 1791"),
        ("log-mel", torch.zeros(1, 128), "longer than 128 samples, got 128"),
        ("backbone", torch.zeros(2, 1, 32, 32), r"grey picture .* x\.expand"),
        ("backbone", torch.zeros(2, 2, 32, 32), r"\(B, 3, H, W\), got \(2, 2, 32, 32\)"),
        ("transformer", torch.ones(1, 5, dtype=torch.long), "max_len=5"),
    ],
)
def test_sizes(encoders, name, x, match):
    refused(ValueError, match, lambda: encoders[name](x))


@pytest.mark.parametrize("name", OF_TEXT)
@pytest.mark.parametrize(
    ("x", "error", "match"),
    [
        (IDS.float(), TypeError, "integer tensor"),
        (IDS * 0, ValueError, "sample 0 is all padding"),
        (IDS.flip(1), ValueError, "sample 1 begins with the padding id 0"),
        (IDS + 5, ValueError, r"sample 1 holds the word id 9, .* ids 0 … 8"),
        (-IDS, ValueError, "sample 0 holds the word id -1"),
        ((IDS, None, None), ValueError, r"the pair \(ids, lengths\)"),
        ((IDS, [3, 0]), ValueError, "sample 1 has length 0, but lengths must be in 1 … 3"),
        ((IDS, [4, 2]), ValueError, "sample 0 has length 4"),
        ((IDS, [3]), ValueError, r"one whole number as length per sample, shape \(2,\)"),
        ((IDS, 3), ValueError, r"shape \(2,\), got torch.int64 \(\)"),
        ((IDS, [3.0, 2.0]), ValueError, "one whole number as length per sample"),
        ((IDS, [True, True]), ValueError, "got torch.bool"),
        ((IDS, ["a", "b"]), ValueError, r"got \['a', 'b'\]"),
        ((IDS, torch.tensor([3j, 2j])), ValueError, "got torch.complex64"),
    ],
)
def test_words_and_lengths(encoders, name, x, error, match):
    refused(error, match, lambda: encoders[name](x))


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int16, torch.int32])
@pytest.mark.parametrize("name", OF_TEXT)
def test_any_whole_numbers_are_ids(encoders, name, dtype):
    encoder = encoders[name].eval()
    assert torch.equal(encoder(IDS.to(dtype)), encoder(IDS))
    assert torch.equal(encoder((IDS, torch.tensor([3, 2], dtype=dtype))), encoder(IDS))


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: ImageCNN(channels=()), ValueError, "channels must list"),
        (lambda: ImageCNN(channels=None), ValueError, "channels must list .*got None"),
        (lambda: ImageCNN(channels="16"), ValueError, "channels must list .*got '16'"),
        (lambda: ImageCNN(channels=(8, 0)), ValueError, r"channels\[1\] must be a whole number"),
        (lambda: ImageCNN(out_dim=0), ValueError, "out_dim must be .* at least 1, got 0"),
        (lambda: ImageCNN(out_dim="64"), ValueError, "out_dim must be .*got '64'"),
        (lambda: ImageCNN(out_dim=True), ValueError, "out_dim must be .*got True"),
        (lambda: ImageCNN(grid=1.5), ValueError, r"grid must be .*got 1\.5"),
        (lambda: AudioCNN(n_mels=7), ValueError, "n_mels must be at least 8, got 7"),
        (lambda: AudioCNN(channels=1.5), ValueError, "channels must list"),
        (lambda: LogMel(hop=0), ValueError, "hop"),
        (lambda: LogMel(n_fft=1), ValueError, "n_fft must be a whole number of at least 2"),
        (lambda: LogMel(floor="1"), ValueError, "floor must be a number .*got '1'"),
        (lambda: LogMel(floor=None), ValueError, "floor must be a number .*got None"),
        (lambda: LogMel(floor=torch.nan), ValueError, "floor must be a number .*got nan"),
        (lambda: FrameCNN(0), ValueError, "in_dim"),
        (lambda: FrameCNN(3, kernel=4), ValueError, "kernel must be odd"),
        (lambda: VideoCNN(side=30), ValueError, "side must be a multiple of 4"),
        (lambda: VideoCNN(time="gruu"), ValueError, "did you mean 'gru'"),
        (lambda: TextRNN(0), ValueError, "vocab_size"),
        (lambda: TextRNN(VOCAB, cell="lsmt"), ValueError, "cell .*did you mean 'lstm'"),
        (lambda: TextRNN(VOCAB, padding_idx=VOCAB), ValueError, "padding_idx must be one of"),
        (lambda: TextRNN(VOCAB, padding_idx=1.5), ValueError, r"padding_idx .*got 1\.5"),
        (lambda: TextRNN(VOCAB, padding_idx="0"), ValueError, "padding_idx .*got '0'"),
        (lambda: TextRNN(VOCAB, dropout=1.0), ValueError, "dropout must be below 1"),
        (lambda: TextRNN(VOCAB, dropout="0.1"), ValueError, r"dropout .*got '0\.1'"),
        (lambda: TextTransformer(VOCAB, dropout=None), ValueError, "dropout .*got None"),
        (lambda: TextTransformer(VOCAB, out_dim=10), ValueError, "heads must divide out_dim = 10"),
        (lambda: Backbone("resnet_50"), ValueError, "did you mean .*'resnet50'"),
        (lambda: Backbone(None), ValueError, "unknown image classifier"),
        (lambda: Backbone("resnet18", weights=1.5), TypeError, r"weights are .*got 1\.5"),
        (lambda: Backbone("resnet18", out_dims=3), TypeError, "does not take .*out_dims"),
    ],
)
def test_arguments(make, error, match):
    refused(error, match, make)
