r"""A vision-language model: it reads a picture and the words so far, and says the next word.

The encoder's tokens are brought to the width of the words by a linear **projector** P, and a small
causal Transformer writes. Two forms of ⊕ are in use,

.. math::

    \text{one stream:}\quad & z = [P x_1 \dots P x_S;\; e_{w_1} + p_1 \dots e_{w_T} + p_T], \qquad
    z \leftarrow \mathrm{Layer}(z) \\
    \text{cross-attention:}\quad & z = [e_{w_1} + p_1 \dots e_{w_T} + p_T], \qquad
    z \leftarrow \mathrm{Layer}\big(z + O\,\mathrm{Attend}(\mathrm{LN} z,\, P x)\big)

In both no word looks at a later one, and :math:`p(w_{t+1} \mid x, w_{\le t}) =
\mathrm{softmax}(E\, \mathrm{LN} z_t)` with the same table E that reads the words. LLaVA has the
first form, Flamingo the second (with a gate that starts closed, because its language model is
trained before and frozen). Liu et al. 2023, https://arxiv.org/abs/2304.08485; Alayrac et al. 2022,
https://arxiv.org/abs/2204.14198.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts
from mmtutor.encoders import Encoder, ImageCNN
from mmtutor.fusion.attend import Layer, Layers, attend
from mmtutor.models.checks import check_module
from mmtutor.names import check_name

FORMS = ("one_stream", "cross_attention")


class LookUp(nn.Module):
    r"""Words look something up in a picture: ``z + O Attend(LN z, x)``.

    :param dim: ``d``.
    :param heads: attention heads.
    """

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads, self.norm, self.norm_x = heads, nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.Q = nn.Linear(dim, dim, bias=False)
        self.KV = nn.Linear(dim, 2 * dim, bias=False)
        self.O = nn.Linear(dim, dim, bias=False)

    def forward(self, z: Tensor, x: Tensor) -> Tensor:
        """``z`` (B, T, d) looks at ``x`` (B, S, d)."""
        k, v = self.KV(self.norm_x(x)).chunk(2, dim=2)
        return z + self.O(attend(self.Q(self.norm(z)), k, v, heads=self.heads))


class VisionLanguage(nn.Module):
    r"""Answers in words: picture and words so far → logits of each next word.

    :param encoder: of the picture; its ``tokens`` are read.
    :param vocab_size: number of word ids V; 0 fills up short sentences.
    :param form: ``"one_stream"`` or ``"cross_attention"``.
    :param dim: width d of the Transformer.
    :param layers: of the Transformer, :math:`8d^2 + 6d` numbers each; with ``"cross_attention"``
        :math:`4d^2 + 4d` more for looking things up.
    :param heads: attention heads, a divisor of ``dim``.
    :param max_len: most words.
    :raises TypeError: no encoder.
    :raises ValueError: an unknown form, sizes below 1, or heads that do not divide the width.
    """

    def __init__(
        self,
        encoder: Encoder,
        vocab_size: int,
        *,
        form: str = "one_stream",
        dim: int = 64,
        layers: int = 2,
        heads: int = 4,
        max_len: int = 32,
    ) -> None:
        super().__init__()
        check_module("the encoder of the picture", encoder, Encoder)
        check_name("form", form, FORMS)
        check_counts(vocab_size=vocab_size, dim=dim, layers=layers, heads=heads, max_len=max_len)
        if dim % heads:
            raise ValueError(f"heads share the width evenly, but {heads} do not divide {dim}")
        self.encoder, self.form, self.dim, self.max_len = encoder, form, dim, max_len
        self.heads = heads
        self.project = nn.Linear(encoder.out_dim, dim)
        self.embedding = nn.Embedding(vocab_size, dim)
        nn.init.normal_(self.embedding.weight, std=dim**-0.5)  # it also gives the logits
        self.places = nn.Parameter(0.02 * torch.randn(max_len, dim))
        self.look_up = nn.ModuleList(
            LookUp(dim, heads) for _ in range(layers if form == "cross_attention" else 0)
        )
        self.layers = Layers(Layer(dim, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(dim)

    def forward(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """``{"image": (B, …), "text": ids (B, T)}`` → logits (B, T, V). Blind without an image.

        With ``"of"`` (B,) the pictures are fewer, (P, …), and row b is about picture ``of[b]``.

        :raises ValueError: more words than ``max_len``.
        """
        return self.logits(self.states(inputs))

    def states(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """What is known at each word, LN z, (B, T, d): `forward` without the last product."""
        picture = self.see(inputs["image"]) if "image" in inputs else None
        if picture is not None and "of" in inputs:
            picture = picture[inputs["of"]]
        return self.read(inputs["text"], picture)

    def logits(self, states: Tensor) -> Tensor:
        """One number a word of the vocabulary: (…, d) → (…, V)."""
        return states @ self.embedding.weight.T

    def see(self, image: Tensor) -> Tensor:
        """The picture's tokens, as wide as words: (B, S, d)."""
        return self.project(cast(Any, self.encoder).tokens(image)[0])

    def read(self, ids: Tensor, picture: Tensor | None) -> Tensor:
        """States (B, T, d) from words (B, T) and the picture's projected tokens (B, S, d)."""
        T = ids.shape[1]
        if self.max_len < T:
            raise ValueError(f"{T} words, but the model was built for at most {self.max_len}")
        z, S = self.embedding(ids) + self.places[:T], 0  # (B, T, d)
        if self.form == "one_stream" and picture is not None:
            z, S = torch.cat([picture, z], dim=1), picture.shape[1]  # (B, S + T, d)
        place = torch.arange(S + T, device=ids.device)
        # A word sees the whole picture and the words up to itself; the picture sees the picture.
        seen = ((place[None, :] <= place[:, None]) | (place[None, :] < S))[None]
        for n, layer in enumerate(self.layers):
            if self.form == "cross_attention" and picture is not None:
                z = self.look_up[n](z, picture)
            z = layer(z, seen)
        return self.norm(z[:, S:])

    @torch.no_grad()
    def answer(
        self, ids: Tensor, image: Tensor | None = None, *, end: int, most: int = 16
    ) -> Tensor:
        """The likeliest word after the words so far, again and again, until ``end``.

        :param ids: what is asked, (B, T), without padding.
        :param image: (B, …), or None.
        :param end: the id that ends a sentence.
        :param most: most words that are said.
        :returns: what is said, ``(B, n)``; behind ``end`` there is padding, 0.
        """
        picture = None if image is None else self.see(image)
        asked, done = ids.shape[1], torch.zeros(len(ids), dtype=torch.bool, device=ids.device)
        for _ in range(min(most, self.max_len - asked)):
            word = self.logits(self.read(ids, picture)[:, -1]).argmax(dim=1).masked_fill(done, 0)
            ids, done = torch.cat([ids, word[:, None]], dim=1), done | (word == end)
            if done.all():
                break
        return ids[:, asked:]


def tiny_vlm(vocab_size: int, form: str = "one_stream") -> VisionLanguage:
    """The book's tiny model, as ``recipes/tiny_vlm.py`` trains it: 24 × 24 pixels → 9 tokens."""
    eye = ImageCNN(in_channels=3, out_dim=64, channels=(16, 32, 64), grid=3)
    return VisionLanguage(eye, vocab_size, form=form)
