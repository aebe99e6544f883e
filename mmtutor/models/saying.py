r"""How a sentence is chosen once each next word has a probability.

=========  ==========================================================================
greedy     the likeliest word, again and again
beam       the K likeliest beginnings are kept; of the finished ones the best score wins
sampling   a word drawn with probability :math:`p^{1/\tau}`, normalised
=========  ==========================================================================

The likeliest sentence maximises :math:`\sum_t \log p(w_t \mid w_{<t}, x)`. Every word adds a
negative number, so that sum favours short sentences; length normalisation divides it by
:math:`n^a` with n words, the end mark among them. Source: Wu et al. 2016,
https://arxiv.org/abs/1609.08144, section 7, where the divisor is :math:`(5 + n)^a / 6^a`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from mmtutor.arguments import real_number, whole_number
from mmtutor.models.captioner import Captioner
from mmtutor.models.decoder import END, PAD, START


class Said(NamedTuple):
    """Sentences: word ids (B, T), 0 after the end; Σ log p of each (B,); attention (B, T, P)."""

    words: Tensor
    log_probability: Tensor
    look: Tensor


@torch.no_grad()
def greedy(model: Captioner, image: Tensor) -> Said:
    """The likeliest word, again and again.

    :param image: ``(B, 3, S, S)`` in [0, 1].
    """
    return _one_by_one(model, image, lambda logits: logits.argmax(dim=1))


@torch.no_grad()
def sample(model: Captioner, image: Tensor, *, temperature: float = 1.0, seed: int = 0) -> Said:
    """Draw each word: at temperature 1 as the model says, below it nearer to `greedy`.

    :param temperature: τ above 0.
    :param seed: of the draws.
    :raises ValueError: a temperature that is no number above 0.
    """
    if real_number("temperature", temperature) == 0:
        raise ValueError("temperature must be above 0; greedy is its limit at 0")
    source = torch.Generator().manual_seed(whole_number("seed", seed))

    def draw(logits: Tensor) -> Tensor:
        p = (logits / temperature).softmax(dim=1)
        return p.multinomial(1, generator=source)[:, 0]

    return _one_by_one(model, image, draw)


def _one_by_one(model: Captioner, image: Tensor, choose: Callable[[Tensor], Tensor]) -> Said:
    state = model.start(image)
    B = len(image)
    word = torch.full((B,), START)
    over, total = torch.zeros(B, dtype=torch.bool), torch.zeros(B)
    words, looks = [], []
    for _ in range(model.decoder.longest):
        logits, look, state = model.decoder.step(state, word)
        word = choose(logits).masked_fill(over, PAD)
        told = logits.log_softmax(dim=1).gather(1, word[:, None])[:, 0]
        total += told.masked_fill(over, 0.0)
        words.append(word)
        looks.append(look)
        over |= word == END
        if bool(over.all()):
            break
    return Said(torch.stack(words, dim=1), total, torch.stack(looks, dim=1))


@torch.no_grad()
def beam(model: Captioner, image: Tensor, *, width: int = 3, normalise: float = 0.0) -> Said:
    r"""Of the K likeliest beginnings, kept at each step, the finished one with the best score.

    The score is :math:`\sum_t \log p_t / n^a`. A sentence that has not ended at the most words the
    model can say counts as it stands.

    :param width: K, of at least 1; at 1 it is `greedy`.
    :param normalise: a; 0 for the plain sum, 1 for the mean of a word.
    :raises ValueError: a width below 1, or a power that is none.
    """
    K = whole_number("width", width, 1)
    a = real_number("normalise", normalise)
    V, B = model.decoder.words, len(image)
    state = tuple(s.repeat_interleave(K, dim=0) for s in model.start(image))
    word = torch.full((B * K,), START)
    # Before the first word all K beginnings are one: only the first counts.
    total = torch.full((B, K), -math.inf)
    total[:, 0] = 0
    words = torch.empty(B, K, 0, dtype=torch.long)
    over, size = torch.zeros(B, K, dtype=torch.bool), torch.zeros(B, K)
    row = torch.arange(B)[:, None]
    for _ in range(model.decoder.longest):
        logits, _, state = model.decoder.step(state, word)
        log_p = logits.log_softmax(dim=1).view(B, K, V)
        # A finished sentence goes on with padding, at no cost.
        log_p = log_p.masked_fill(over[..., None], -math.inf)
        log_p[..., PAD] = log_p[..., PAD].masked_fill(over, 0.0)
        longer = size + (~over).float()
        sums = total[..., None] + log_p  # (B, K, V)
        score = sums / longer[..., None].clamp(min=1) ** a
        best = score.flatten(1).topk(K, dim=1).indices  # (B, K)
        old, new = best // V, best % V
        total = sums.flatten(1).gather(1, best)
        size, over = longer[row, old], over[row, old] | (new == END)
        words = torch.cat([words[row, old], new[..., None]], dim=2)
        state = tuple(s[(row * K + old).flatten()] for s in state)
        word = new.flatten()
        if bool(over.all()):
            break
    best = (total / size.clamp(min=1) ** a).argmax(dim=1)  # (B,)
    words, total = words[row[:, 0], best], total[row[:, 0], best]
    grid = model.grid(image)
    said = torch.cat([torch.full((B, 1), START), words[:, :-1]], dim=1)
    return Said(words, total, model.decoder(grid, said)[1])
