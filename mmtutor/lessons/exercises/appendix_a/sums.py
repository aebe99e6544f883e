"""A.1: which operators are sums?"""

from __future__ import annotations

from mmtutor.fusion import OPERATORS
from mmtutor.lessons.questions import Choices, Question

SUMS = Question(
    form=Choices(*OPERATORS, aliases={it.__name__: name for name, it in OPERATORS.items()}),
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
)
