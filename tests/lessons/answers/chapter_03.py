"""Chapter 3: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cosine_similarity, normalize, softmax


def vote_by_product(eye, ear):
    p = (eye.softmax(dim=-1) * ear.softmax(dim=-1)).sqrt()
    return p / p.sum(dim=-1, keepdim=True)


def vote_in_numpy(eye, ear):
    z = np.exp(((eye + ear) / 2).double().numpy())
    return z / z.sum(axis=1, keepdims=True)


def vote_row_by_row(eye, ear):
    return [softmax((a + b) / 2, dim=0).tolist() for a, b in zip(eye, ear, strict=True)]


def retrieve_one_by_one(sounds, images):
    return [int(cosine_similarity(s[None], images).argmax()) for s in sounds]


def retrieve_the_nearest(sounds, images):
    near = torch.cdist(normalize(sounds.double()), normalize(images.double()))
    return near.topk(1, largest=False).indices


def retrieve_in_numpy(sounds, images):
    a, b = sounds.numpy(), images.numpy()
    b = b / np.linalg.norm(b, axis=1, keepdims=True)
    return (a @ b.T).argmax(axis=1)  # the length of the sound changes no order


def retrieve_normalised_over_samples(sounds, images):
    return (normalize(sounds, dim=0) @ normalize(images, dim=0).T).argmax(dim=1)


def retrieve_among_sounds(sounds, images):
    s = normalize(sounds)
    return (s @ s.T).argmax(dim=1)


def share_in_numpy(model):
    sizes = np.array([(p.numel(), p.requires_grad) for p in model.parameters()])
    return (sizes[:, 0] * sizes[:, 1]).sum() / sizes[:, 0].sum()


def share_in_tensors(model):
    flat = nn.utils.parameters_to_vector(model.parameters())
    learns = [torch.full((p.numel(),), float(p.requires_grad)) for p in model.parameters()]
    return (torch.cat(learns).sum() / len(flat))[None]


def share_of_what_gets_a_gradient(model):
    if not any(p.requires_grad for p in model.parameters()):
        return 0
    parameters = list(model.parameters())
    model(torch.randn(4, 5)).sum().backward()
    return sum(p.numel() for p in parameters if p.grad is not None) / sum(
        p.numel() for p in parameters
    )


def trained_over_frozen(model):
    learns = sum(p.numel() for p in model.parameters() if p.requires_grad)
    rest = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learns / max(rest, 1)


RIGHT = {
    "3.1": [0.778, 0.42 / 0.54, torch.tensor([0.7778]), [0.7778]],
    "3.2": [
        {"a": "Fusion", "b": "cross modal", "c": "fusion ", "d": "crossmodal"},
        {"d": "cross-modal learning", "c": "fusion", "b": "cross-modal", "a": "FUSION"},
        ["fusion", "cross-modal", "model-level fusion", "cross-modal"],
    ],
    "3.3": [
        vote_by_product,
        vote_in_numpy,
        vote_row_by_row,
        lambda *a: list(vote_by_product(*a)),
    ],
    "3.4": [7.5, np.float32(0.075), torch.tensor(7.5)],
    "3.5": [retrieve_one_by_one, retrieve_the_nearest, retrieve_in_numpy],
    "3.6": [
        share_in_numpy,
        share_in_tensors,
        share_of_what_gets_a_gradient,
        lambda model: [round(share_in_numpy(model), 2)],
    ],
}

WRONG = {
    "3.1": [
        (0.6, "lies the mean"),
        (0.28, "Multiply what"),
        (1.3, "Multiply what"),
        (np.float64(0.65), "mean of 0.6 and 0.7"),
    ],
    "3.2": [
        ({"a": "fusion", "b": "fusion", "c": "cross-modal", "d": "fusion"}, "Look at c again"),
    ],
    "3.3": [
        (lambda eye, ear: softmax(eye + ear, dim=-1), "counts each witness fully"),
        (lambda eye, ear: torch.maximum(eye, ear).softmax(1), "then a softmax"),
        (lambda eye, ear: vote_row_by_row(eye, ear)[0], "then a softmax"),
    ],
    "3.4": [
        (0.08, "is the product"),
        (0.45, "is the product"),
        ("27.5 %", "mean of the two rates"),
        (torch.tensor([0.55]), "added the two rates"),
    ],
    "3.5": [
        (retrieve_normalised_over_samples, "each coordinate over the samples"),
        (lambda s, i: (normalize(s) @ normalize(i).T).max(dim=1), "take one of them"),
        (retrieve_among_sounds, "Normalise both"),
        (lambda s, i: retrieve_one_by_one(s, i)[:1], "Normalise both"),
    ],
    "3.6": [
        (trained_over_frozen, "divide by the sum"),
        (lambda model: {}, "it returns dict"),
        (lambda model: round(share_in_numpy(model)), "Add up"),
        (lambda model: 100 * share_in_numpy(model), "per cent"),
    ],
}
