"""A.3: an operator for each need."""

from __future__ import annotations

from mmtutor.lessons.checks import Exercise, labels

_NEEDS = ("baseline", "differ", "sequences", "finished models")


_OFFERS = ("concat", "tensor", "low_rank", "cross_attention", "average")


CHOOSING = Exercise(
    solution={
        "baseline": "concat",
        "differ": "low_rank",
        "sequences": "cross_attention",
        "finished models": "average",
    },
    mistakes=(
        (
            {
                "baseline": "concat",
                "differ": "tensor",
                "sequences": "cross_attention",
                "finished models": "average",
            },
            "tensor can say 'they differ'. But look at its price with four senses of width "
            "64: which product costs no more than a few sums?",
        ),
        (
            {
                "baseline": "average",
                "differ": "low_rank",
                "sequences": "cross_attention",
                "finished models": "concat",
            },
            "average joins decisions, concat joins features. Finished models give decisions.",
        ),
        (
            {
                "baseline": "concat",
                "differ": "concat",
                "sequences": "cross_attention",
                "finished models": "average",
            },
            "With one linear layer after it, concat is a sum, and no sum can say 'they differ'.",
        ),
        (
            {
                "baseline": "concat",
                "differ": "cross_attention",
                "sequences": "low_rank",
                "finished models": "average",
            },
            "low_rank reads one vector a sense, so a sequence must be pooled first. And with "
            "one vector a sense, cross_attention is a sum.",
        ),
    ),
    praise="The cheapest operator that can say what the problem needs.",
    hint="One of the five for each need: which one is level 'decision', which one reads "
    "tokens, which one is a product at a low price?",
    probe=labels(_NEEDS, *_OFFERS),
)
