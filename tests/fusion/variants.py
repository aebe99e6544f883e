"""Options under which an operator must keep the contract too, beside its defaults."""

from __future__ import annotations

from mmtutor import fusion
from mmtutor.fusion.contract import Subject

VARIANTS: dict[str, list[dict]] = {
    "weighted": [{"project": False}, {"learn": False}, {"learn": False, "project": False}],
    "film": [{"target": "image"}],
    "low_rank": [{"rank": 1}],
    "bilinear": [{"rank": 3, "tanh": False}],
    "compact_bilinear": [{"sketch": 7, "ones": True}, {"normalize": True}, {"seed": 3}],
    "mutan": [{"rank": 1, "width": 5, "tanh": False}],
    "block": [{"chunks": 2, "width": 5, "rank": 2}, {"normalize": True}],
    "attention": [{"shared": True}, {"temperature": 0.5}],
    "cross_attention": [{"heads": 2}],
    "bottleneck": [{"tokens": 1, "layers": 3, "heads": 2}],
    "joint_attention": [{"readout": "mean", "heads": 2}, {"layers": 1}],
    "mixture_of_experts": [{"experts": 3, "top": 2}, {"experts": 1, "hidden": 3}],
    "weighted_vote": [{"learn": False}],
    "product_of_experts": [{"prior": [0.1, 0.2, 0.3, 0.4]}],
    "stacking": [{"probabilities": True}],
}


def subjects() -> dict[str, Subject]:
    """Everything registered, by a name for the test's id."""
    found = {}
    for name, operator in fusion.OPERATORS.items():
        for options in [{}, *VARIANTS.get(name, [])]:
            words = ", ".join(f"{key}={value}" for key, value in options.items())
            found[f"{name}({words})" if words else name] = Subject(operator, options)
    return found
