"""A.3: an operator for each need."""

from __future__ import annotations

from mmtutor.fusion import OPERATORS
from mmtutor.lessons.questions import Labels, Question

_FIVE = ("concat", "tensor", "low_rank", "cross_attention", "average")

CHOOSING = Question(
    form=Labels(
        ("baseline", "differ", "sequences", "finished models"),
        _FIVE,
        aliases={OPERATORS[name].__name__: name for name in _FIVE},
    ),
    solution={
        "baseline": "concat",
        "differ": "low_rank",
        "sequences": "cross_attention",
        "finished models": "average",
    },
    mistakes=(
        (
            {"differ": "tensor"},
            "tensor can say 'they differ'. But look at its price with four senses of width "
            "64: which product costs no more than a few sums?",
        ),
        (
            {"baseline": "average", "finished models": "concat"},
            "average joins decisions, concat joins features. Finished models give decisions.",
        ),
        (
            {"differ": "concat"},
            "With one linear layer after it, concat is a sum, and no sum can say 'they differ'.",
        ),
        (
            {"differ": "cross_attention", "sequences": "low_rank"},
            "low_rank reads one vector a sense, so a sequence must be pooled first. And with "
            "one vector a sense, cross_attention is a sum.",
        ),
        (
            {"baseline": "low_rank"},
            "low_rank costs several times what concat costs. With a hidden layer behind it, what "
            "is the cheapest first try?",
        ),
        (
            {"baseline": "average"},
            "average joins the logits of models over the same classes. A first try on features "
            "needs an operator of level 'feature'.",
        ),
    ),
    praise="The cheapest operator that can say what the problem needs.",
    hint="One of the five for each need: which one is level 'decision', which one reads "
    "tokens, which one is a product at a low price?",
)
