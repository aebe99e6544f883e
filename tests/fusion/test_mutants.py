"""Planted bugs: the contract must find each, and say which promise it breaks.

Several were found in published code: factors in a Python list that never train, a fusion that
mixes the samples of a batch, attention that reads a batch of vectors as one sequence.
"""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mmtutor import fusion
from mmtutor.fusion import Fusion, TokenFusion, check_contract
from mmtutor.fusion.contract import Subject
from tests.fusion.problems import PROBLEMS, put_drawn


class Sound(Fusion):
    """A projected mean over the modalities present: nothing is wrong with it."""

    name = "sound"

    def __init__(self, dims, out_dim):
        super().__init__(dims, out_dim)
        self.W = nn.ModuleDict({m: nn.Linear(d, out_dim, bias=False) for m, d in dims.items()})

    def terms(self, x):
        return torch.stack([self.W[m](v) for m, v in x.items()], dim=1)  # (B, M, d)

    def fuse(self, x, present):
        v = self.terms(x)
        count = v.shape[1] if present is None else present.sum(dim=1, keepdim=True)
        return v.sum(dim=1) / count

    def num_params(self):
        return sum(self.dims.values()) * self.out_dim

    def flops(self, batch):
        return 2 * batch * sum(self.dims.values()) * self.out_dim


class SoundTokens(TokenFusion):
    """Every token asks one question; attention over all tokens. Nothing is wrong with it."""

    name = "sound_tokens"

    def __init__(self, dims, out_dim):
        super().__init__(dims, out_dim)
        self.V = nn.ModuleDict({m: nn.Linear(d, out_dim, bias=False) for m, d in dims.items()})
        self.q = nn.Parameter(torch.randn(out_dim))

    absent_score = -torch.inf

    def fuse(self, x, present):
        v = torch.cat([self.V[m](t) for m, t in x.items()], dim=1)  # (B, ΣT, d)
        scores = (v * self.q).sum(dim=2)
        if present is not None:
            exists = torch.cat(list(present.values()), dim=1)
            scores = scores.masked_fill(~exists, self.absent_score)
        return (scores.softmax(dim=1)[..., None] * v).sum(dim=1)

    def num_params(self):
        return (sum(self.dims.values()) + 1) * self.out_dim

    def flops(self, batch, tokens=None):
        return (
            2
            * batch
            * self.out_dim
            * sum((tokens or {}).get(m, 1) * d for m, d in self.dims.items())
        )


class FactorsInAList(Sound):
    """The published slip: tensors in a plain list are no parameters. They never train."""

    def __init__(self, dims, out_dim):
        super().__init__(dims, out_dim)
        del self.W
        self.W = [torch.randn(d, out_dim, requires_grad=True) for d in dims.values()]

    def terms(self, x):
        return torch.stack([v @ W.to(v.dtype) for v, W in zip(x.values(), self.W, strict=True)], 1)


class FactorsInAListAndProudOfIt(FactorsInAList):
    """The same, and its own closed form says that there is nothing to learn."""

    def num_params(self):
        return 0


class CentredOverTheBatch(Sound):
    def fuse(self, x, present):
        h = super().fuse(x, present)
        return h - h.mean(dim=0)


class BatchNormalised(Sound):
    """Innocent in evaluation, mixes while training."""

    def __init__(self, dims, out_dim):
        super().__init__(dims, out_dim)
        self.norm = nn.BatchNorm1d(out_dim, affine=False)

    def fuse(self, x, present):
        return self.norm(super().fuse(x, present))


class ReadsTheBatchAsASequence(Sound):
    """The published slip: (B, d) handed to an attention layer, which takes B for a length."""

    def __init__(self, dims, out_dim):
        super().__init__(dims, out_dim)
        self.attention = nn.MultiheadAttention(out_dim, 1)

    def fuse(self, x, present):
        h = super().fuse(x, present)
        return h + self.attention(h, h, h)[0]


class AbsentTimesZero(Sound):
    """Goes past the checks and multiplies by a mask: NaN times zero is NaN."""

    def forward(self, features, present=None):
        full, mask = {m: torch.zeros(1, d) for m, d in self.dims.items()}, None
        if present or len(features) < len(self.dims):
            full = {
                m: torch.zeros(len(next(iter(features.values()))), d, dtype=self.W[m].weight.dtype)
                for m, d in self.dims.items()
            }
            there = {m: torch.full((len(v),), m in features) for m, v in full.items()}
            there |= {m: p for m, p in (present or {}).items() if m in features}
            mask = torch.stack([there[m] for m in self.dims], dim=1)
            features = {m: features.get(m, full[m]) * there[m][:, None] for m in self.dims}
        return self.fuse({m: features[m] for m in self.dims}, mask)


class RootOfZero(Sound):
    """A square root has no slope at zero, and zeros are what stands for the absent."""

    def terms(self, x):
        v = super().terms(x)
        return v.sign() * v.abs().sqrt()


class OrderOfTheKeys(Sound):
    def forward(self, features, present=None):
        return super().forward(features, present) + next(iter(features.values())).sum(1)[:, None]


class AbsentCountsAsPresent(Sound):
    """Declared for a batch with everything, wrong once something is said."""

    def fuse(self, x, present):
        return super().fuse(x, None) if present is None else self.terms(x).sum(dim=1)


class HalfTheCost(Sound):
    def flops(self, batch):
        return super().flops(batch) // 2


class ForgetsTheBatchSize(Sound):
    def flops(self, batch):
        return super().flops(1)


class AlwaysDropsOut(Sound):
    def fuse(self, x, present):
        return nn.functional.dropout(super().fuse(x, present), 0.5)


class WritesIntoItsInput(Sound):
    def fuse(self, x, present):
        with torch.no_grad():
            for v in x.values():
                v.clamp_(min=-1e-3)
        return super().fuse(x, present)


class Detached(Sound):
    def terms(self, x):
        return super().terms(x).detach()


class NeverUsed(Sound):
    def __init__(self, dims, out_dim):
        super().__init__(dims, out_dim)
        self.b = nn.Parameter(torch.zeros(out_dim))

    def num_params(self):
        return super().num_params() + self.out_dim


class _WrongSlope(torch.autograd.Function):
    @staticmethod
    def forward(ctx, v):
        return v.clone()

    @staticmethod
    def backward(ctx, slope):
        return 1.1 * slope


class WrongGradient(Sound):
    def terms(self, x):
        return _WrongSlope.apply(super().terms(x))


class NotSaved(Sound):
    def __init__(self, dims, out_dim):
        super().__init__(dims, out_dim)
        self.signs = torch.randn(out_dim)

    def fuse(self, x, present):
        h = super().fuse(x, present)
        return h * self.signs.to(h.dtype)


class CallsItselfInvariant(Sound):
    order_invariant = True


class CallsItselfVariant(Sound):
    """A plain mean that does not know that it is one."""

    equal_widths = True

    def __init__(self, dims, out_dim):
        super().__init__(dims, out_dim)
        self.W = nn.ModuleDict()

    def terms(self, x):
        return torch.stack(list(x.values()), dim=1)

    def num_params(self):
        return 0

    def flops(self, batch):
        return 0


class LoudestWithZeros(CallsItselfVariant):
    """A maximum that lets the zeros of the absent compete."""

    order_invariant = True

    def fuse(self, x, present):
        return self.terms(x).amax(dim=1)


class OneAxisTooMany(Sound):
    def fuse(self, x, present):
        return super().fuse(x, present)[:, None]


class AlwaysFloat32(Sound):
    def fuse(self, x, present):
        return super().fuse(x, present).float()


class TakesSequences(Sound):
    def forward(self, features, present=None):
        flat = {m: v.mean(dim=1) if v.dim() == 3 else v for m, v in features.items()}
        return super().forward(flat, present)


class CoarseUnderAutocast(Sound):
    def fuse(self, x, present):
        h = super().fuse(x, present)
        return h + 100 - 100


class AsksForANumber(Sound):
    def fuse(self, x, present):
        h = super().fuse(x, present)
        return h if h.sum().item() > 0 else h * 1


class FixesTheBatchSize(Sound):
    def fuse(self, x, present):
        h = super().fuse(x, present)
        return h + torch.zeros(len(h), 1)


class ScoreZeroForPadding(SoundTokens):
    """A softmax over zeros where it should be over -inf: what is absent takes its share."""

    absent_score = 0.0


class MeanOverPadding(SoundTokens):
    def fuse(self, x, present):
        return super().fuse(x, present) + sum(self.V[m](t).mean(dim=1) for m, t in x.items())

    def flops(self, batch, tokens=None):
        return 2 * super().flops(batch, tokens)


class PaddingTimesZero(SoundTokens):
    """Goes past the checks and multiplies by the mask."""

    def admit(self, features, present):
        pairs = {m: v if isinstance(v, tuple) else (v, None) for m, v in features.items()}
        bare = {
            m: t if p is None else (t * ~p[..., None], torch.zeros_like(p))
            for m, (t, p) in pairs.items()
        }
        return super().admit(bare, present)


class ForgetsAbsence(SoundTokens):
    """Knows padding, but not who is absent."""

    def admit(self, features, present):
        return super().admit(features, None)


class MutatedVector(SoundTokens):
    """A lone vector is doubled."""

    def admit(self, features, present):
        return super().admit(
            {
                m: 2 * v if isinstance(v, torch.Tensor) and v.dim() == 2 else v
                for m, v in features.items()
            },
            present,
        )


class CostsOfOneToken(SoundTokens):
    def flops(self, batch, tokens=None):
        return super().flops(batch)


CAUGHT = {
    FactorsInAList: {"costs_are_as_counted", "weights_can_be_saved"},
    FactorsInAListAndProudOfIt: {"weights_can_be_saved"},
    CentredOverTheBatch: {"samples_do_not_mix"},
    BatchNormalised: {"samples_do_not_mix"},
    ReadsTheBatchAsASequence: {"samples_do_not_mix"},
    AbsentTimesZero: {
        "absent_content_cannot_change_h",
        "absent_content_reaches_no_gradient",
        "bad_input_is_refused",
    },
    RootOfZero: {"absent_content_reaches_no_gradient"},
    OrderOfTheKeys: {"the_order_of_the_keys_does_not_matter"},
    AbsentCountsAsPresent: {"nothing_said_is_all_present"},
    LoudestWithZeros: {"absent_takes_no_part"},
    HalfTheCost: {"costs_are_as_counted"},
    ForgetsTheBatchSize: {"costs_are_as_counted"},
    AlwaysDropsOut: {"the_same_again"},
    WritesIntoItsInput: {"the_same_again"},
    Detached: {"every_parameter_learns"},
    NeverUsed: {"every_parameter_learns"},
    WrongGradient: {"gradients_are_right"},
    NotSaved: {"weights_can_be_saved"},
    CallsItselfInvariant: {"order_invariance_is_as_declared"},
    CallsItselfVariant: {"order_invariance_is_as_declared"},
    OneAxisTooMany: {"h_has_its_shape"},
    AlwaysFloat32: {"h_has_its_shape"},
    TakesSequences: {"bad_input_is_refused"},
    CoarseUnderAutocast: {"half_precision_works"},
    AsksForANumber: {"it_compiles", "it_exports"},
    FixesTheBatchSize: {"it_exports"},
    ScoreZeroForPadding: {"more_padding_changes_nothing"},
    MeanOverPadding: {"more_padding_changes_nothing"},
    PaddingTimesZero: {"padding_cannot_change_h", "padding_reaches_no_gradient"},
    ForgetsAbsence: {"absent_content_cannot_change_h", "all_padding_is_absent"},
    MutatedVector: {"a_vector_is_one_token"},
    CostsOfOneToken: {"costs_are_as_counted"},
}


@pytest.mark.parametrize("operator", [Sound, SoundTokens])
def test_a_sound_operator_keeps_every_promise(operator):
    report = check_contract(operator)
    assert report.ok, str(report)


@pytest.mark.parametrize("mutant", CAUGHT, ids=lambda mutant: mutant.__name__)
def test_a_planted_bug_is_found_by_name(mutant):
    wanted = CAUGHT[mutant]
    programs = any(fusion.contract.PROMISES[name].program for name in wanted)
    report = check_contract(mutant, programs=programs)
    assert wanted <= set(report.broken), str(report)
    if mutant not in WIDE:  # and what the bug does not touch is not blamed
        assert len(report.broken) <= 5, str(report)


WIDE = {AbsentTimesZero, AlwaysDropsOut}
"""Bugs that nothing escapes: one goes past the checks, one answers at random."""


def is_drawn(promise):
    return not (promise.program or promise.ordinary or promise.name == "every_parameter_learns")


@pytest.mark.parametrize(
    ("mutant", "name"),
    [
        pytest.param(mutant, name, id=f"{mutant.__name__}-{name}")
        for mutant, names in CAUGHT.items()
        for name in sorted(names)
        if is_drawn(fusion.contract.PROMISES[name])
    ],
)
def test_the_problems_drawn_are_enough_to_find_it(mutant, name):
    promise = fusion.contract.PROMISES[name]
    found = []

    def put(problem):
        try:
            promise.check(problem)
        except Exception as error:
            found.append(error)

    put_drawn(Subject(mutant), promise, PROBLEMS, put)
    assert found
