"""What every encoder promises, held against every encoder."""

from __future__ import annotations

import math

import pytest
import torch

from mmtutor.encoders import (
    AudioCNN,
    Backbone,
    Encoder,
    FrameCNN,
    GridCNN,
    ImageCNN,
    TextBag,
    TextRNN,
    TextTransformer,
    VideoCNN,
)

VOCAB = 11


def sentences(B: int, generator: torch.Generator) -> torch.Tensor:
    """Ids of unequal, unsorted lengths, padded with 0."""
    ids = torch.randint(1, VOCAB, (B, 7), generator=generator)
    lengths = torch.randint(1, 8, (B, 1), generator=generator)
    return ids.masked_fill(torch.arange(7) >= lengths, 0)


def pictures(*shape):
    return lambda B, generator: torch.randn(B, *shape, generator=generator)


CASES = {
    "image": (lambda: ImageCNN(out_dim=6), pictures(1, 8, 8)),
    "image colour odd": (
        lambda: ImageCNN(in_channels=3, out_dim=6, channels=(8, 8, 8), grid=1),
        pictures(3, 17, 9),
    ),
    "grid": (lambda: GridCNN(out_dim=6, channels=(8,), grid=3), pictures(3, 12, 8)),
    "audio": (lambda: AudioCNN(out_dim=6), pictures(4000)),
    "audio narrow": (
        lambda: AudioCNN(out_dim=6, channels=(4,), n_mels=9, n_fft=64, hop=32),
        pictures(500),
    ),
    "lstm": (lambda: TextRNN(VOCAB, out_dim=6, embed_dim=5), sentences),
    "lstm deep both ways": (
        lambda: TextRNN(VOCAB, out_dim=6, hidden_dim=4, layers=3, bidirectional=True),
        sentences,
    ),
    "gru": (lambda: TextRNN(VOCAB, out_dim=6, cell="gru", layers=2), sentences),
    "transformer": (lambda: TextTransformer(VOCAB, out_dim=8, heads=2), sentences),
    "bag": (lambda: TextBag(VOCAB, out_dim=6), sentences),
    "frames": (
        lambda: FrameCNN(3, out_dim=6, hidden_dim=5, kernel=3, layers=2),
        pictures(7, 3),
    ),
    "video": (lambda: VideoCNN(side=8, out_dim=6), pictures(5, 8, 8)),
    "video in one": (lambda: VideoCNN(side=12, out_dim=6, time="3d"), pictures(5, 12, 12)),
    "video gru": (lambda: VideoCNN(side=8, out_dim=6, time="gru"), pictures(5, 8, 8)),
    "backbone": (
        lambda: Backbone("resnet18", freeze=True, out_dim=6),
        pictures(3, 32, 32),
    ),
}
TOKENS = [name for name in CASES if name != "backbone"]


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def build(name: str, seed: int = 0) -> tuple[Encoder, object]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        make, draw = CASES[name]
        return make(), draw


@pytest.mark.parametrize("name", CASES)
def test_a_sample_alone_and_in_a_batch_gives_the_same(name, generator):
    encoder, draw = build(name)
    x = draw(6, generator)
    encoder.train()
    together = encoder(x)
    assert together.shape == (6, encoder.out_dim)
    for b in range(6):
        torch.testing.assert_close(encoder(x[b : b + 1])[0], together[b], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_gradient_reaches_every_parameter(name, generator):
    encoder, draw = build(name)
    out = encoder(draw(8, generator))
    (out * torch.randn(out.shape, generator=generator)).sum().backward()
    for parameter, p in encoder.named_parameters():
        if p.requires_grad:
            assert p.grad is not None, parameter
            assert p.grad.abs().sum() > 0, parameter


@pytest.mark.parametrize("name", CASES)
def test_state_dict_carries_everything(name, generator, tmp_path):
    from safetensors.torch import load_file, save_file

    encoder, draw = build(name)
    twin, _ = build(name, seed=1)
    x = draw(3, generator)
    encoder.eval(), twin.eval()
    assert not torch.equal(encoder(x), twin(x))
    save_file(encoder.state_dict(), tmp_path / "weights.safetensors")
    twin.load_state_dict(load_file(tmp_path / "weights.safetensors"))
    assert torch.equal(encoder(x), twin(x))


@pytest.mark.parametrize("name", TOKENS)
def test_tokens_have_the_width_of_the_features(name, generator):
    encoder, draw = build(name)
    x = draw(5, generator)
    tokens, padding = encoder.tokens(x)
    assert tokens.shape == (*padding.shape, encoder.out_dim)
    assert padding.dtype == torch.bool
    assert not padding[:, 0].any()
    torch.testing.assert_close(tokens[padding], torch.zeros_like(tokens[padding]))


@pytest.mark.parametrize("name", [n for n in TOKENS if "image" in n or "audio" in n or "tr" in n])
def test_features_are_the_mean_of_the_tokens(name, generator):
    encoder, draw = build(name)
    x = draw(5, generator)
    tokens, padding = encoder.tokens(x)
    mean = tokens.sum(1) / (~padding).sum(1, keepdim=True)
    torch.testing.assert_close(encoder(x), mean, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_building_twice_from_a_seed_gives_the_same(name, generator):
    a, draw = build(name)
    b, _ = build(name)
    x = draw(2, generator)
    assert torch.equal(a(x), b(x))
    assert math.isfinite(float(a(x).detach().sum()))
