"""Every operator, under every option, against its formula: forward and backward."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import Tensor

from mmtutor import fusion
from mmtutor.fusion.contract import Problem, fixed
from mmtutor.fusion.contract.problem import contents
from mmtutor.fusion.reference import FORMULAS
from tests.fusion.variants import subjects

SUBJECTS = subjects()


def by_the_formula(p: Problem, op: fusion.Fusion, x: dict[str, Tensor]) -> Tensor:
    """The formula, sample by sample, of the modalities and tokens that the sample has."""
    h = []
    for i in range(p.batch):
        one = {}
        for name, value in x.items():
            exists = slice(None)
            if name in p.padding_mask:
                exists = ~p.padding_mask[name][i]
            if p.present[name][i]:
                one[name] = value[i : i + 1, exists] if name in p.tokens else value[i : i + 1]
        h.append(FORMULAS[op.name](op, one))
    return torch.cat(h)


@pytest.mark.parametrize("whole", [True, False], ids=["all there", "absences and padding"])
@pytest.mark.parametrize("modalities", [1, 2, 3])
@pytest.mark.parametrize("name", SUBJECTS)
def test_the_operator_is_its_formula(name, modalities, whole):
    p = fixed(SUBJECTS[name], modalities, batch=6, whole=whole, seed=modalities)
    op = p.operator().double()
    with torch.random.fork_rng():
        torch.manual_seed(1)
        for parameter in op.parameters():
            torch.nn.init.normal_(parameter)  # nothing is tested at a special point
    x = {m: v.requires_grad_() for m, v in contents(p.features(torch.float64)).items()}
    leaves = [*x.values(), *op.parameters()]
    ours = op(p.masked(x), None if whole else p.present)
    formula = by_the_formula(p, op, x)
    torch.testing.assert_close(ours, formula, rtol=1e-9, atol=1e-9)
    weight = torch.linspace(-1, 1, ours.numel(), dtype=ours.dtype).view_as(ours)
    for h in (ours, formula):
        if not h.requires_grad:
            return
    gradients = [
        torch.autograd.grad((h * weight).sum(), leaves, allow_unused=True, materialize_grads=True)
        for h in (ours, formula)
    ]
    for one, two in zip(*gradients, strict=True):
        torch.testing.assert_close(one, two, rtol=1e-8, atol=1e-8)


def test_every_operator_has_a_formula_that_is_short():
    assert set(FORMULAS) == set(fusion.OPERATORS)
    for formula in FORMULAS.values():
        assert len(inspect.getsource(formula).splitlines()) <= 15


@pytest.mark.parametrize("name", fusion.OPERATORS)
def test_a_card_says_what_the_docstring_says(name):
    card = fusion.card(name)
    text = " ".join((fusion.OPERATORS[name].__doc__ or "").split())
    assert card.title.endswith(".")
    assert card.equations[0].startswith("h =")
    for equation in card.equations:
        assert equation in text
    for paper in card.papers:
        assert paper.link in text
        assert all(word in text for word in paper.authors.split())
    assert bool(card.papers) == ("Source:" in text)
