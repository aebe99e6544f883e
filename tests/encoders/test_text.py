"""Text encoders: the padding is not there, and packing changes nothing but speed."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor.encoders import TextBag, TextRNN, TextTransformer
from tests.examples import examples

VOCAB = 9
ENCODERS = {
    "lstm": lambda **k: TextRNN(VOCAB, out_dim=6, **k),
    "gru 2 layers": lambda **k: TextRNN(VOCAB, out_dim=6, cell="gru", layers=2, **k),
    "lstm 3 layers both ways": lambda **k: TextRNN(
        VOCAB, out_dim=6, layers=3, bidirectional=True, **k
    ),
    "transformer": lambda **k: TextTransformer(VOCAB, out_dim=8, heads=2, max_len=10, **k),
    "bag": lambda **k: TextBag(VOCAB, out_dim=6, **k),
}
ORDERED = [make for name, make in ENCODERS.items() if name != "bag"]


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", ENCODERS)
@examples(15)
@given(lengths=st.lists(st.integers(1, 6), min_size=1, max_size=6), seed=st.integers(0, 999))
def test_what_stands_in_the_padding_cannot_change_anything(name, mode, lengths, seed):
    encoder = ENCODERS[name]().train(mode == "train")
    g = torch.Generator().manual_seed(seed)
    ids = torch.randint(1, VOCAB, (len(lengths), 6), generator=g)
    n = torch.tensor(lengths)
    real = torch.arange(6) < n[:, None]
    garbage = torch.randint(-(10**9), 10**9, ids.shape, generator=g)
    with torch.no_grad():
        clean = encoder(ids * real)
        assert torch.equal(encoder(torch.where(real, ids, garbage), n), clean)
        tokens, padding = encoder.tokens((torch.where(real, ids, garbage), n))
        assert torch.equal(tokens, encoder.tokens(ids * real)[0])
        assert torch.equal(padding, ~real)
        for b, length in enumerate(lengths):  # each sentence alone, never padded at all
            alone = encoder(ids[b : b + 1, :length])
            torch.testing.assert_close(alone[0], clean[b], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("layers", [1, 2, 4])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_packed_is_the_plain_recurrence_sample_by_sample(cell, layers, bidirectional):
    encoder = TextRNN(
        VOCAB,
        embed_dim=5,
        hidden_dim=4,
        out_dim=3,
        cell=cell,
        layers=layers,
        bidirectional=bidirectional,
    )
    ids = torch.tensor([[1, 2, 0, 0], [3, 4, 5, 6], [7, 0, 0, 0], [8, 1, 2, 0]])
    features = encoder(ids)
    tokens, _ = encoder.tokens(ids)
    for b, n in enumerate([2, 4, 1, 3]):
        states, _ = encoder.rnn(encoder.embedding(ids[b : b + 1, :n]))  # (1, n, directions · H)
        forward_end, backward_end = states[0, -1, :4], states[0, 0, 4:]
        expected = encoder.project(torch.cat([forward_end, backward_end]))
        torch.testing.assert_close(features[b], expected)
        torch.testing.assert_close(tokens[b, :n], encoder.project(states[0]))


def test_one_lstm_step_by_hand():
    encoder = TextRNN(3, embed_dim=1, out_dim=1)
    with torch.no_grad():
        encoder.embedding.weight.copy_(torch.tensor([[0.0], [2.0], [5.0]]))
        for p in encoder.rnn.parameters():
            p.zero_()
        encoder.rnn.weight_ih_l0[2] = 0.5  # only the candidate g = tanh(0.5 x) sees the word
    # Gates are σ(0) = ½, so c = ½ tanh(1) and h = ½ tanh(c).
    c = 0.5 * torch.tanh(torch.tensor(1.0))
    torch.testing.assert_close(encoder(torch.tensor([[1]]))[0, 0], 0.5 * torch.tanh(c))


def test_a_padding_id_inside_a_sentence_does_not_end_it():
    encoder = TextRNN(VOCAB, out_dim=6)
    ids = torch.tensor([[1, 0, 2, 0]])
    assert torch.equal(encoder(ids), encoder(ids, torch.tensor([3])))


def test_without_a_padding_id_all_words_count():
    encoder = TextRNN(VOCAB, out_dim=6, padding_idx=None)
    ids = torch.tensor([[0, 3, 0]])
    assert torch.equal(encoder(ids), encoder((ids, torch.tensor([3]))))
    assert not torch.allclose(encoder(ids), encoder(ids, torch.tensor([2])))


def test_word_order_matters():
    for make in ORDERED:
        encoder = make()
        a, b = encoder(torch.tensor([[1, 2, 3]])), encoder(torch.tensor([[3, 2, 1]]))
        assert not torch.allclose(a, b)


def test_dropout_sleeps_in_evaluation():
    for make in ORDERED:
        encoder, ids = make(dropout=0.5), torch.tensor([[1, 2, 3]])
        assert not torch.equal(encoder(ids), encoder(ids))
        encoder.eval()
        assert torch.equal(encoder(ids), encoder(ids))


def test_a_bag_is_the_mean_of_its_words_in_any_order():
    bag = TextBag(VOCAB, out_dim=6)
    ids = torch.tensor([[3, 1, 4, 0], [5, 0, 0, 0]])
    E = bag.embedding.weight
    wanted = torch.stack([(E[3] + E[1] + E[4]) / 3, E[5]])
    torch.testing.assert_close(bag(ids), wanted)
    torch.testing.assert_close(bag(torch.tensor([[4, 3, 1]])), wanted[:1])
