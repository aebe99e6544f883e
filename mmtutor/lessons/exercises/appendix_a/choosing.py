"""A.3: an operator for each need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmtutor.lessons.checks import Exercise, labels

_NEEDS = ("baseline", "differ", "sequences", "finished models")


_OFFERS = ("concat", "tensor", "low_rank", "cross_attention", "average")


_labelled = labels(_NEEDS, *_OFFERS)


def _needs(answer: Any) -> str:
    """Probe for an operator for each need, with spaces, hyphens or underscores."""
    if isinstance(answer, Mapping):
        answer = {
            " ".join(str(need).lower().replace("_", " ").replace("-", " ").split()): "_".join(
                str(offer).lower().replace("_", " ").replace("-", " ").split()
            )
            for need, offer in answer.items()
        }
    return _labelled(answer)


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
        (
            {
                "baseline": "low_rank",
                "differ": "low_rank",
                "sequences": "cross_attention",
                "finished models": "average",
            },
            "low_rank costs several times what concat costs. With a hidden layer behind it, what "
            "is the cheapest first try?",
        ),
        (
            {
                "baseline": "average",
                "differ": "low_rank",
                "sequences": "cross_attention",
                "finished models": "average",
            },
            "average joins the logits of models over the same classes. A first try on features "
            "needs an operator of level 'feature'.",
        ),
    ),
    praise="The cheapest operator that can say what the problem needs.",
    hint="One of the five for each need: which one is level 'decision', which one reads "
    "tokens, which one is a product at a low price?",
    probe=_needs,
)
