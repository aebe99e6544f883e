"""Encoders + ⊕ + head, and the ensemble of models."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mmtutor import fusion
from mmtutor.datasets import AVDigits
from mmtutor.encoders import AudioCNN, ImageCNN
from mmtutor.models import Ensemble, MultimodalModel
from mmtutor.training import evaluate, fit
from tests.training.problems import Linear


def model(**options) -> MultimodalModel:
    torch.manual_seed(0)
    return MultimodalModel(
        {"image": Linear(3, 4), "audio": Linear(2, 5)}, out_dim=7, dim=6, **options
    )


def inputs(batch=8):
    generator = torch.Generator().manual_seed(1)
    return {
        "image": torch.randn(batch, 3, generator=generator),
        "audio": torch.randn(batch, 2, generator=generator),
    }


def test_model_is_the_equation():
    m, x = model(), inputs()
    h = m.fusion(
        {"image": m.encoders["image"](x["image"]), "audio": m.encoders["audio"](x["audio"])}
    )
    assert torch.equal(m(x), m.head(h))
    assert torch.equal(m.fuse(x), h)


FEATURE_LEVEL = sorted(key for key, op in fusion.OPERATORS.items() if op.level == "feature")


@pytest.mark.parametrize("name", FEATURE_LEVEL)
def test_every_operator_learns_inside_a_model(name):
    m, x = model(fusion=name), inputs(64)
    y = (x["image"][:, 0] > 0).long()
    optimizer = torch.optim.Adam(m.parameters(), lr=0.02)
    for _ in range(150):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(m(x), y)
        loss.backward()
        optimizer.step()
    assert (m(x).argmax(1) == y).float().mean() > 0.95


def test_a_modality_left_out_does_not_matter_to_the_encoder_of_another():
    m, x = model(), inputs()
    gone = {"audio": torch.zeros(8, dtype=torch.bool)}
    assert torch.equal(m({"image": x["image"]}), m(x, gone))


def test_modality_dropout_only_while_training_and_never_all():
    m, x = model(modality_dropout=0.9), inputs(500)
    seen = []
    m.fusion.register_forward_pre_hook(lambda _, args: seen.append(args[1]))
    m.train()
    m(x)
    there = torch.stack(list(seen[0].values()), dim=1)
    assert there.any(dim=1).all()
    # A row loses a modality unless both draws keep it or both drop it: 2 · 0.9 · 0.1 = 0.18.
    assert 0.10 < (~there.all(dim=1)).float().mean() < 0.26
    m.eval()
    m(x)
    assert seen[1] is None


def test_modality_dropout_respects_what_is_absent_anyway():
    m, x = model(modality_dropout=0.5), inputs(300)
    gone = {"audio": torch.zeros(300, dtype=torch.bool)}
    seen = []
    m.fusion.register_forward_pre_hook(lambda _, args: seen.append(args[1]))
    m.train()(x, gone)
    assert not seen[0]["audio"].any()
    assert seen[0]["image"].all()


class Words(Linear):
    """A stand-in encoder of sequences: (B, T, n) with rows of zeros as padding."""

    def tokens(self, x):
        return super().forward(x), (x == 0).all(dim=2)

    def forward(self, x):
        return self.tokens(x)[0].mean(dim=1)


def reader(fusion: str, **options) -> MultimodalModel:
    torch.manual_seed(0)
    encoders = {"image": Linear(3, 4), "text": Words(2, 5)}
    return MultimodalModel(encoders, fusion, out_dim=7, dim=6, **options)


def sentences(batch=8):
    x = {"image": inputs(batch)["image"], "text": torch.randn(batch, 4, 2)}
    x["text"][0, 2:] = 0
    x["text"][1] = 0  # no text at all
    return x


def test_tokens_go_to_operators_that_read_them_and_vectors_to_the_others():
    x = sentences()
    m = reader("cross_attention")
    image, (tokens, padding) = m.features(x)["image"], m.features(x)["text"]
    assert (image.shape, tokens.shape) == ((8, 4), (8, 4, 5))
    assert padding.sum() == 2 + 4
    assert torch.equal(m.fuse(x), m.fusion({"image": image, "text": (tokens, padding)}))
    assert reader("concat").features(x)["text"].shape == (8, 5)


@pytest.mark.parametrize("name", ["cross_attention", "bottleneck"])
def test_a_sentence_without_words_is_no_modality(name):
    m, x = reader(name), sentences()
    without = {"text": torch.arange(8) != 1}
    assert torch.equal(m(x), m(x, without))
    torch.testing.assert_close(m(x)[1:2], m({"image": x["image"][1:2]}))


def test_modality_dropout_leaves_something_to_a_sample_without_words():
    m, x = reader("bottleneck", modality_dropout=0.9).train(), sentences(200)
    x["text"][100:] = 0
    assert m(x).isfinite().all()


@pytest.mark.parametrize("name", ["cross_attention", "bottleneck"])
def test_tokens_of_real_encoders_are_trained_through(name):
    data = AVDigits("train", pairs=400)
    torch.manual_seed(0)
    m = MultimodalModel({"image": ImageCNN(), "audio": AudioCNN()}, name, out_dim=10)
    before = evaluate(m, data, resamples=10).accuracy
    fit(m, data, epochs=6, lr=1e-2, batch_size=64, progress=False)
    assert evaluate(m, data, resamples=10).accuracy > before + 0.2


def single(name: str, n: int) -> MultimodalModel:
    return MultimodalModel({name: Linear(n, 4)}, out_dim=7)


def test_ensemble_averages_logits():
    models = {"image": single("image", 3), "audio": single("audio", 2)}
    x = inputs()
    both = Ensemble(models)(x)
    each = [models[m]({m: x[m]}) for m in x]
    torch.testing.assert_close(both, (each[0] + each[1]) / 2)
    # The softmax of a mean of logits is the normalised geometric mean of the probabilities.
    p = (each[0].softmax(1) * each[1].softmax(1)).sqrt()
    torch.testing.assert_close(both.softmax(1), p / p.sum(1, keepdim=True))


def test_ensemble_of_plain_modules_and_with_a_witness_missing():
    plain = Ensemble({"image": nn.Linear(3, 7), "audio": nn.Linear(2, 7)}, out_dim=7)
    x = inputs()
    alone = plain({"audio": x["audio"]})
    assert torch.equal(alone, plain.models["audio"](x["audio"]))


# ---------------------------------------------------------------- tokens for absent modalities
def test_a_token_stands_where_the_modality_is_not():
    """By hand: put t_m in place of the features, and fuse what is then complete."""
    m, x = model(fusion="gated", absent="token"), inputs()
    torch.nn.init.normal_(m.t["audio"])
    there = torch.arange(8) < 5
    f = m.features(x)
    by_hand = torch.where(there[:, None], f["audio"], m.t["audio"])
    assert torch.equal(
        m(x, {"audio": there}), m.head(m.fusion({"image": f["image"], "audio": by_hand}))
    )
    nothing = {"image": f["image"], "audio": m.t["audio"].expand(8, -1)}
    assert torch.equal(m({"image": x["image"]}), m.head(m.fusion(nothing)))
    assert torch.equal(m(x), model(fusion="gated")(x))  # who is there is read as ever
    lost = {**x, "audio": x["audio"] * float("nan")}
    assert m(lost, {"audio": ~there & there}).isfinite().all()


def test_a_token_learns_from_samples_without_its_modality_only():
    m, x = model(fusion="gated", absent="token"), inputs()
    m(x).sum().backward()
    assert not any(t.grad is not None and t.grad.any() for t in m.t.values())
    m(x, {"audio": torch.arange(8) < 5}).sum().backward()
    assert m.t["audio"].grad.any()
    assert not m.t["image"].grad.any()


def test_tokens_for_sequences_are_refused():
    with pytest.raises(ValueError, match="Attention reads sequences: use absent='mask'"):
        model(fusion="cross_attention", absent="token")
    with pytest.raises(ValueError, match="token"):
        model(absent="tokens")
    m, nobody = model(absent="token"), torch.zeros(8, dtype=torch.bool)
    with pytest.raises(ValueError, match="every modality is absent"):
        m(inputs(), {"image": nobody, "audio": nobody})
