"""Exercises of appendix A, *The operators: a catalogue*."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmtutor.fusion import Fusion
from mmtutor.lessons.checks import Exercise, NotAnAnswer, choices, labels, number

_NEEDS = ("baseline", "differ", "sequences", "finished models")
_OFFERS = ("concat", "tensor", "low_rank", "cross_attention", "average")


class _Disagreement(Fusion):
    """The variance, coordinate by coordinate, over the modalities that are there."""

    name = "disagreement"
    equal_widths = True
    order_invariant = True

    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)  # (B, M, d)
        there = (v.new_ones(v.shape[:2]) if present is None else present).to(v.dtype)
        share = (there / there.sum(dim=1, keepdim=True))[..., None]  # (B, M, 1)
        mean = (share * v).sum(dim=1, keepdim=True)  # (B, 1, d)
        return (share * (v - mean).square()).sum(dim=1)

    def num_params(self) -> int:
        return 0

    def flops(self, batch: int) -> int:
        return 0


class _ZerosVote(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return super().fuse(x, None)


class _DividedByAll(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        if present is None:
            return super().fuse(x, None)
        return super().fuse(x, present) * present.sum(dim=1, keepdim=True) / len(x)


class _OfASample(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        count = torch.full((len(next(iter(x.values()))), 1), len(x))
        if present is not None:
            count = present.sum(dim=1, keepdim=True)
        return super().fuse(x, present) * count / (count - 1).clamp(min=1)


class _Root(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return super().fuse(x, present).sqrt()


class _OverTheBatch(_Disagreement):
    def fuse(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        v = torch.stack(list(x.values()), dim=1)
        return v.var(dim=0, unbiased=False).mean(dim=0).expand(len(v), -1)


class _KnowsWho(_Disagreement):
    order_invariant = False


def _operator(answer: Any) -> Tensor:
    """Probe for an operator over three modalities of one width."""
    if not (isinstance(answer, type) and issubclass(answer, Fusion)):
        raise NotAnAnswer("a class is asked for that inherits from `fusion.Fusion`")
    op = answer(dict.fromkeys(("image", "audio", "text"), 4), 4)
    generator = torch.Generator().manual_seed(0)
    x = {name: torch.randn(4, 4, generator=generator) + 1 for name in op.dims}
    absent = {
        "audio": torch.tensor([True, False, False, True]),
        "text": torch.tensor([True, True, False, False]),
    }
    whole, partial = op(x), op(x, absent)
    if not all(isinstance(h, Tensor) for h in (whole, partial)):
        raise NotAnAnswer("`fuse` should return h, a tensor; yours does not yet")
    if whole.shape != (4, 4):
        raise NotAnAnswer(f"h should have shape (4, 4) here, yours has {tuple(whole.shape)}")
    told = [op.num_params(), op.flops(4), op.order_invariant]
    if not all(isinstance(count, int) for count in told):
        raise NotAnAnswer(f"`num_params` and `flops` should be whole numbers, got {told[:2]}")
    return torch.cat([whole.flatten(), partial.flatten(), torch.tensor(told)]).double().detach()


EXERCISES = {
    "A.1": Exercise(
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
        probe=choices(
            *("concat", "weighted", "gated", "attention", "tensor", "low_rank", "film"),
            *("bilinear", "compact_bilinear", "mutan", "block", "cross_attention"),
            *("bottleneck", "mixture_of_experts"),
            *("average", "weighted_vote", "product_of_experts", "max", "stacking"),
        ),
    ),
    "A.2": Exercise(
        solution=1.5,
        mistakes=(
            (
                (3 + 9 + 3) / (2 + 6 + 9),
                "That is the ratio of the means. One slow moment of the machine has fallen on "
                "ours, and counts for all. Divide round by round first.",
            ),
            (
                3 / 6,
                "That is the ratio of the medians: they come from different rounds, when the "
                "machine was differently busy. Divide round by round first.",
            ),
            (
                (1.5 + 1.5 + 1 / 3) / 3,
                "Divided round by round, good. Now the median, not the mean: the mean believes "
                "the one odd round too.",
            ),
            (1 / 1.5, "That is ours over theirs. How many times as long does the *other* take?"),
        ),
        praise="Round by round, then the median: what slows the machine slows both.",
        hint="Three ratios, one a round. Which number in the middle is not moved by an odd one?",
        probe=number,
        tolerance=1e-3,
    ),
    "A.3": Exercise(
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
                "With one linear layer after it, concat is a sum, and no sum can say 'they "
                "differ'.",
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
    ),
    "A.4": Exercise(
        solution=_Disagreement,
        mistakes=(
            (
                _ZerosVote,
                "Right while all are there. An absent sense holds zeros, and your variance takes "
                "them for an opinion. Leave out what `present` says is absent.",
            ),
            (
                _DividedByAll,
                "The absent ones are left out of the sum, but you divide by all of them. Divide "
                "by how many are there.",
            ),
            (
                _OfASample,
                "You divide by |P| - 1, as one does to estimate a variance from a sample. Here "
                "the senses are all there is: divide by |P|.",
            ),
            (_Root, "That is the standard deviation, the root of the variance."),
            (
                _OverTheBatch,
                "Your variance runs over the samples: they see each other. Take it over the "
                "modalities, dimension 1.",
            ),
            (
                _KnowsWho,
                "h is right. But if two senses exchange what they say, it stays the same: say so, "
                "`order_invariant = True`. check_contract would have told you.",
            ),
        ),
        praise="Now let fusion.check_contract look at it: it asks much more than this.",
        hint="Stack to (B, M, d). The mean over those present, then the mean of the squared "
        "distances from it, over those present too. It learns nothing and multiplies no matrices.",
        probe=_operator,
    ),
}
