"""Captioners: decoders step by step, sentences searched for, and bad input."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import nn

from mmtutor.datasets import tokens
from mmtutor.encoders import GridCNN
from mmtutor.models import Captioner, LSTMDecoder, TransformerDecoder, beam, decoder, greedy, sample
from mmtutor.objectives import next_token
from mmtutor.training import fit
from tests.refusals import refused

V, D, T = 9, 6, 5
DECODERS = {"lstm": LSTMDecoder, "transformer": TransformerDecoder}
each = pytest.mark.parametrize("name", DECODERS)


def made(name: str = "lstm", *, longest: int = T, seed: int = 0, **options: float) -> Captioner:
    torch.manual_seed(seed)
    eyes = GridCNN(out_dim=D, channels=(8,), grid=2)
    mouth = DECODERS[name](V, D, dim=8, longest=longest)
    with torch.no_grad():
        for p in mouth.parameters():
            p.mul_(3)  # an untrained one says much the same of everything
    return Captioner(eyes, mouth, side=8, **options).eval()


def pictures(n: int = 3) -> torch.Tensor:
    return torch.rand(n, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def words(n: int = 3) -> torch.Tensor:
    ids = torch.randint(4, V, (n, T), generator=torch.Generator().manual_seed(2))
    ids[:, 0] = decoder.START
    return ids


def test_the_marks_are_those_of_a_tokenizer():
    assert (decoder.PAD, decoder.UNK, decoder.START, decoder.END) == (
        tokens.PAD, tokens.UNK, tokens.START, tokens.END)  # fmt: skip


@each
@torch.no_grad()
def test_all_at_once_is_one_step_after_another(name):
    model = made(name)
    grid, said = model.grid(pictures()), words()
    logits, look = model.decoder(grid, said)
    state = model.decoder.start(grid)
    for t in range(T):
        one, at, state = model.decoder.step(state, said[:, t])
        torch.testing.assert_close(one, logits[:, t], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(at, look[:, t], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(look.sum(dim=2), torch.ones(3, T))


@each
@torch.no_grad()
def test_no_place_sees_a_later_word_or_another_sample(name):
    model, x, said = made(name), pictures(), words()
    first = model({"image": x, "text": said})
    other = said.clone()
    other[:, 3:] = 4 + (other[:, 3:] - 3) % (V - 4)
    second = model({"image": x, "text": other})
    torch.testing.assert_close(first[:, :3], second[:, :3])
    assert not torch.allclose(first[:, 3], second[:, 3])
    alone = model({"image": x[1:2], "text": said[1:2]})
    torch.testing.assert_close(alone[0], first[1], atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_the_lstm_is_its_equations():
    model = made("lstm")
    m, a = model.decoder, model.grid(pictures(1))  # (1, P, D)
    _, _, h, c = m.start(a)
    word = torch.tensor([5])
    logits, look, _ = m.step(m.start(a), word)
    score = torch.stack([(m.U(a[0, p]) + m.W(h[0])).tanh() @ m.v.weight[0] for p in range(4)])
    alpha = score.exp() / score.exp().sum()
    z = sum(alpha[p] * a[0, p] for p in range(4)) * m.g(h[0]).sigmoid()
    new, _ = m.cell(torch.cat([m.E.weight[5], z])[None], (h, c))
    torch.testing.assert_close(look[0], alpha)
    torch.testing.assert_close(logits[0], m.L(torch.cat([new[0], z])))


@torch.no_grad()
def test_a_transformer_hears_what_cells_say_and_not_how_loud():
    model = made("transformer")
    grid, said = model.grid(pictures()), words()
    torch.testing.assert_close(
        model.decoder(grid, said)[0], model.decoder(36 * grid + 5, said)[0], atol=1e-3, rtol=1e-3
    )


@each
def test_a_blind_one_says_the_same_of_every_picture(name):
    blind = Captioner(None, DECODERS[name](V, D, dim=8, longest=T), side=8).eval()
    said = greedy(blind, pictures())
    assert (said.words == said.words[0]).all()


def everything(model: Captioner, x: torch.Tensor) -> dict[tuple[int, ...], float]:
    """Σ log p of every sentence of one picture."""
    found: dict[tuple[int, ...], float] = {}
    grid, longest = model.grid(x), model.decoder.longest
    for n in range(1, longest + 1):
        inner = [w for w in range(V) if w != decoder.END]
        last = range(V) if n == longest else [decoder.END]
        for s in itertools.product(*[inner] * (n - 1), last):
            said = torch.tensor([[decoder.START, *s[:-1]]])
            log_p = model.decoder(grid, said)[0].log_softmax(dim=2)[0]
            found[s] = float(sum(log_p[t, w] for t, w in enumerate(s)))
    return found


@each
@pytest.mark.parametrize("power", [0.0, 1.0])
@torch.no_grad()
def test_a_beam_of_all_beginnings_finds_the_best_sentence(name, power):
    model = made(name, longest=2, seed=3)
    for x in pictures(2).split(1):
        scores = {s: p / len(s) ** power for s, p in everything(model, x).items()}
        best = max(scores, key=scores.__getitem__)
        said = beam(model, x, width=V, normalise=power)
        assert tuple(w for w in said.words[0].tolist() if w) == tuple(w for w in best if w)
        assert float(said.log_probability) == pytest.approx(scores[best] * len(best) ** power,
                                                            abs=1e-4)  # fmt: skip


@each
@torch.no_grad()
def test_a_beam_of_one_is_greedy_and_a_wider_one_is_what_a_loop_keeps(name):
    model = made(name, seed=1)
    x = pictures(4)
    one, likeliest = beam(model, x, width=1), greedy(model, x)
    assert torch.equal(one.words, likeliest.words)
    torch.testing.assert_close(one.log_probability, likeliest.log_probability)
    torch.testing.assert_close(one.look, likeliest.look, atol=1e-5, rtol=1e-5)
    grid = model.grid(x[:1])
    kept: list[tuple[float, list[int]]] = [(0.0, [])]
    for _ in range(T):
        longer = []
        for p, s in kept:
            if decoder.END in s:
                longer.append((p, s))
                continue
            after = model.decoder(grid, torch.tensor([[decoder.START, *s]]))[0][0, -1]
            longer += [(p + q, [*s, w]) for w, q in enumerate(after.log_softmax(0).tolist())]
        kept = sorted(longer, key=lambda one: -one[0])[:3]
    said = beam(model, x, width=3)
    assert said.words[0].tolist()[: len(kept[0][1])] == kept[0][1]
    assert float(said.log_probability[0]) == pytest.approx(kept[0][0], abs=1e-4)


@torch.no_grad()
def test_samples_are_drawn_as_the_model_says():
    model = made(longest=1)
    x = pictures(1).expand(4000, -1, -1, -1)
    p = model.decoder(model.grid(x[:1]), torch.tensor([[decoder.START]]))[0][0, 0]
    for temperature in (0.5, 1.0, 2.0):
        drawn = sample(model, x, temperature=temperature).words[:, 0].bincount(minlength=V) / 4000
        want = (p / temperature).softmax(dim=0)
        assert (drawn - want).abs().max() < 4 * math.sqrt(0.25 / 4000)
    cold = sample(model, x[:5], temperature=1e-3)
    assert torch.equal(cold.words, greedy(model, x[:5]).words)
    again = sample(model, x, seed=3).words
    assert torch.equal(again, sample(model, x, seed=3).words)
    assert not torch.equal(again, sample(model, x, seed=4).words)


@each
def test_it_learns_on_the_training_loop(name):
    """Bright pictures are called by one sentence, dark ones by another."""
    model = made(name, word_dropout=0.2)
    x = torch.cat([torch.rand(8, 3, 8, 8) * 0.2, 0.8 + torch.rand(8, 3, 8, 8) * 0.2])
    y = torch.tensor([[4, 5, 3, 0]] * 8 + [[6, 3, 0, 0]] * 8)
    text = torch.cat([torch.full((16, 1), 2), y[:, :-1]], dim=1).masked_fill_(
        torch.cat([torch.zeros(16, 1, dtype=torch.bool), (y == 3).cummax(1)[0][:, :-1]], 1), 0
    )
    batch = [({"image": x, "text": text}, y)]
    history = fit(model, batch, epochs=40, lr=0.02, loss=next_token, progress=False)
    assert history.rows[-1]["train_loss"] < 0.3
    said = greedy(model, x).words
    assert said[0].tolist()[:3] == [4, 5, 3]
    assert said[15].tolist()[:2] == [6, 3]


def test_hidden_words_are_hidden_in_training_alone():
    model = made(word_dropout=0.9)
    inputs = {"image": pictures(), "text": words()}
    told = model(inputs)
    torch.testing.assert_close(told, model(inputs))
    model.train()
    assert not torch.allclose(model(inputs), told)
    torch.testing.assert_close(model(inputs)[:, 0], told[:, 0])  # the start mark is never hidden


def test_bad_input_is_refused():
    model, x = made(), pictures()
    tall = LSTMDecoder(V, D + 1)
    for error, message, call in (
        (ValueError, "width must be a whole number of at least 1, got 0",
         lambda: beam(model, x, width=0)),
        (ValueError, "width must be", lambda: beam(model, x, width=1.5)),
        (ValueError, "normalise must be a number", lambda: beam(model, x, normalise=-1)),
        (ValueError, "temperature must be above 0", lambda: sample(model, x, temperature=0)),
        (ValueError, "temperature must be a number", lambda: sample(model, x, temperature="hot")),
        (ValueError, r"floats of shape \(B, 3, 8, 8\), got \(3, 3, 9, 9\)",
         lambda: greedy(model, torch.rand(3, 3, 9, 9))),
        (ValueError, r"got \(2, 1, 8, 8\)", lambda: greedy(model, torch.rand(2, 1, 8, 8))),
        (ValueError, r"got \(3, 8, 8\)", lambda: greedy(model, x[0])),
        (TypeError, "got torch.uint8", lambda: greedy(model, (x * 255).byte())),
        (TypeError, "got str", lambda: greedy(model, "cat.png")),
        (ValueError, "a caption of 6 words, its end among them, is longer than the 5",
         lambda: model({"image": x, "text": torch.full((3, 6), 4)})),
        (ValueError, "word ids are 0 … 8, got 12",
         lambda: model({"image": x, "text": words() + 4})),
        (TypeError, "words must be ids", lambda: model({"image": x, "text": "a cat"})),
        (TypeError, "words must be ids", lambda: model({"image": x, "text": words().float()})),
        (ValueError, "cells have width 6, the decoder reads cells of width 7",
         lambda: Captioner(GridCNN(out_dim=D), tall)),
        (TypeError, "decoder must be a Decoder", lambda: Captioner(None, nn.Linear(2, 2))),
        (TypeError, "encoder must be a Module", lambda: Captioner("eyes", tall)),
        (ValueError, r"word_dropout must be a number in \[0, 1\)",
         lambda: Captioner(None, tall, word_dropout=1.0)),
        (ValueError, "side must be", lambda: Captioner(None, tall, side=0)),
        (ValueError, "words must be a whole number", lambda: LSTMDecoder(0, D)),
        (ValueError, "longest must be a whole number", lambda: TransformerDecoder(V, D, longest=0)),
        (ValueError, "whole multiple of heads", lambda: TransformerDecoder(V, D, dim=9)),
    ):  # fmt: skip
        refused(error, message, call)


def test_cells_know_their_place_and_their_colour():
    torch.manual_seed(0)
    eyes = GridCNN(out_dim=4, channels=(8,), grid=2)
    x = pictures(1)
    x[..., :4, :4] = 1
    cells, padding = eyes.tokens(x)
    assert cells.shape == (1, 4, 4)
    assert not padding.any()
    torch.testing.assert_close(eyes(x), cells.mean(dim=1))
    A = eyes.cells.weight.unflatten(1, (-1, 4))  # (D, C + 3 K, P)
    levels = torch.linspace(0, 1, 6)
    for place in range(4):
        i, j = divmod(place, 2)
        pixels = x[0, :, 4 * i : 4 * i + 4, 4 * j : 4 * j + 4].flatten(1)  # (3, 16)
        near = [[(1 - 5 * (c - k).abs()).clamp(min=0).mean() for k in levels] for c in pixels]
        colour = 3 * torch.tensor(near).flatten()
        assert torch.tensor(near).sum(dim=1).allclose(torch.ones(3))  # shares of a whole
        seen = eyes.pool(eyes.blocks(x))[0, :, i, j]
        want = 4 * A[..., place] @ torch.cat([seen, colour]) + eyes.cells.bias
        torch.testing.assert_close(cells[0, place], want, atol=1e-5, rtol=1e-5)
    refused(ValueError, "levels must be a whole number", lambda: GridCNN(levels=1))
    refused(ValueError, "needs at least 2×2 pixels, got 1×1", lambda: eyes.tokens(x[..., :1, :1]))
