"""A.1: which operators are sums?"""

from __future__ import annotations

from typing import Any

from mmtutor.fusion import OPERATORS
from mmtutor.lessons.checks import Exercise, choices

_one_of = choices(*OPERATORS)


def _operators(answer: Any) -> str:
    """Probe for a set of operators: names in any spelling, classes, or a text with commas."""
    if isinstance(answer, str):
        answer = [word for word in answer.strip("{}[]() ").split(",") if word.strip()]
    classes: dict[Any, str] = {operator: name for name, operator in OPERATORS.items()}
    classes |= {operator.__name__.lower(): name for name, operator in OPERATORS.items()}
    return _one_of([_spelt(word, classes) for word in answer] if _many(answer) else answer)


def _many(answer: Any) -> bool:
    return hasattr(answer, "__iter__")


def _spelt(word: Any, classes: dict[Any, str]) -> str:
    if word in classes:
        return classes[word]
    text = "_".join(str(word).strip(" '\"").lower().replace("-", " ").replace("_", " ").split())
    return classes.get(text.replace("_", ""), text)


SUMS = Exercise(
    solution={"concat", "weighted", "cross_attention"},
    mistakes=(
        (
            {"concat", "weighted"},
            "Right, but there is one more. With one token a modality, a softmax over one key "
            "is always 1: what then is left of the attention?",
        ),
        (
            {"concat", "weighted", "attention"},
            "attention weighs each sense by a softmax over *all* senses: a louder text makes "
            "the picture's weight smaller. That is no sum of one term a sense.",
        ),
        (
            {"concat", "weighted", "gated"},
            "The gate of one sense has read all senses. That is no sum of one term a sense.",
        ),
        (
            {"concat", "weighted", "film"},
            "film multiplies what one sense says by a number that another one sets.",
        ),
        (
            {"concat", "weighted", "joint_attention"},
            "In joint_attention every token attends to all tokens, of all senses, even where each "
            "sense has one. Which other attention has only *one* key to look at?",
        ),
        (
            {"concat"},
            "A sum, but not the only one. What if each term gets a weight that is learnt once, "
            "and stays the same for all samples?",
        ),
        (
            {"concat", "weighted", "cross_attention", "average", "stacking"},
            "All of these are sums. But average and stacking join logits, they are of level "
            "decision. Feature-level operators are asked for.",
        ),
        (
            {"concat", "weighted", "cross_attention", "attention"},
            "One too many. In attention, a louder text makes the picture's weight smaller. "
            "Its weights are a softmax over *all* senses.",
        ),
        (
            {
                *("concat", "weighted", "cross_attention"),
                *("gated", "attention", "mixture_of_experts"),
            },
            "The equations of the last three do begin with a sum over the senses. But their "
            "weights, the ⚖ of the table, have read all senses: one can change another's term.",
        ),
        (
            {"tensor", "low_rank", "film", "compact_bilinear", "block"},
            "These are the products: there the senses meet. The sums are the ones where they "
            "do not.",
        ),
    ),
    praise="A sum gives each sense a term of its own. With sequences, cross-attention is one "
    "no longer.",
    hint="Look for 'sum' in the column of what an operator can say, at the feature level.",
    probe=_operators,
)
