"""Appendix G: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

TAKES = {"archive": "OpenCLIP", "interviews": "Whisper", "shop": "AutoGluon", "thesis": "mmtutor"}
SOLD = {"OpenCLIP", "Whisper", "our own photographs"}


def by_loops(weight, C, H, W):
    kernel = torch.zeros(H * W * C, len(weight))
    for c in range(C):
        for h in range(H):
            for w in range(W):
                kernel[(h * W + w) * C + c] = weight[:, (c * H + h) * W + w]
    return kernel


def by_index(weight, C, H, W):
    order = torch.arange(C * H * W).view(C, H, W).permute(1, 2, 0).flatten()
    return weight[:, order].T


def in_numpy(weight, C, H, W):
    return np.moveaxis(weight.numpy().reshape(-1, C, H, W), (0, 1), (3, 2)).reshape(H * W * C, -1)


def not_turned(weight, C, H, W):
    return weight.reshape(-1, C, H * W).transpose(1, 2).reshape(len(weight), -1)


def columns_first(weight, C, H, W):
    return torch.cat([weight[:, c * H * W : (c + 1) * H * W] for c in range(C)], dim=1).T


def width_first(weight, C, H, W):
    order = torch.arange(C * H * W).view(C, H, W).permute(2, 1, 0).flatten()
    return weight[:, order].T


def wrongly_unfolded(weight, C, H, W):
    return weight.T.view(H, W, C, -1).reshape(H * W * C, -1)


def as_pixels(weight, C, H, W):
    return weight.view(-1, H * W, C).permute(1, 2, 0).reshape(-1, len(weight)).contiguous() + 0


def as_einsum(weight, C, H, W):
    return torch.einsum("ochw->hwco", weight.reshape(-1, C, H, W)).reshape(H * W * C, -1).tolist()


def unfolded_backwards(weight, C, H, W):
    return weight.view(-1, H, W, C).permute(3, 1, 2, 0).reshape(C * H * W, -1)


def channels_between(weight, C, H, W):
    return weight.view(-1, C, H, W).transpose(1, 2).flatten(1).T


RIGHT = {
    "G.1": [[sum(p.numel() for p in nn.LSTM(100, 64).parameters()), 42_240]],
    "G.2": [TAKES],
    "G.3": [SOLD],
    "G.4": [by_loops, by_index, in_numpy, as_einsum],
}

WRONG = {
    "G.1": [
        ([4 * 64 * 164 + 256, 4 * 64 * 164 + 512], "Exchanged"),
        ([41_984, 41_984], "These are the matrices"),
        ([42_496, 42_496], "one bias a gate"),
        ([10_624, 10_560], "That is one gate"),
        ([26_112, 25_856], "for the state is missing"),
        ([42_496, 41_984], "Keras has biases"),
        ([41_984, 42_240], "PyTorch has biases"),
        ([41_984 + 128, 41_984 + 64], "each of the four"),
        ([2 * 42_496, 2 * 42_240], "two directions"),
        ([3 * 64 * 166, 3 * 64 * 165], "three gates"),
        ([4 * 100 * 166, 4 * 100 * 165], "are exchanged"),
        ([164, 164], "Four gates"),
    ],
    "G.2": [
        ({**TAKES, "archive": "AutoGluon", "shop": "OpenCLIP"}, "there are none"),
        ({**TAKES, "archive": "Whisper", "interviews": "OpenCLIP"}, "Whisper hears"),
        ({**TAKES, "shop": "mmtutor", "thesis": "AutoGluon"}, "not this afternoon"),
        ({**TAKES, "archive": "mmtutor", "thesis": "OpenCLIP"}, "no network that knows"),
        ({**TAKES, "interviews": "AutoGluon", "shop": "Whisper"}, "nothing is spoken"),
        ({**TAKES, "interviews": "mmtutor", "thesis": "Whisper"}, "Whisper turns speech"),
    ],
    "G.3": [
        ({*SOLD, "ImageBind"}, "non-commercial"),
        ({*SOLD, "COCO photographs"}, "whoever took them"),
        ({"OpenCLIP", "Whisper"}, "your own"),
        ({"OpenCLIP", "our own photographs"}, "Whisper is under"),
        ({"Whisper", "our own photographs"}, "OpenCLIP's code"),
    ],
    "G.4": [
        (columns_first, "still in PyTorch's order"),
        (not_turned, "turn the matrix around"),
        (width_first, "exchanged"),
        (lambda weight, C, H, W: weight, "as it came"),
        (lambda weight, C, H, W: weight.reshape(H * W * C, -1), "moves nothing"),
        (unfolded_backwards, "where they go"),
        (channels_between, "in the middle"),
        (wrongly_unfolded, "still in PyTorch's order"),
        (as_pixels, "A reshape alone"),
        (lambda weight, C, H, W: weight.unflatten(1, (C, H, W)).permute(2, 3, 1, 0), "unfolded"),
    ],
}
