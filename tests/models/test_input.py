"""Bad input, by kind, for every model: refused in words of the caller's."""

from __future__ import annotations

import math
import re

import pytest
import torch
from torch import nn

from mmtutor.fusion import make
from mmtutor.models import Aligned, Branched, Ensemble, MultimodalModel
from tests.models.test_multimodal import reader
from tests.training.problems import Linear

EYE, EAR = Linear(3, 4), Linear(2, 4)
BOTH = {"eye": EYE, "ear": EAR}


def built(**options):
    return MultimodalModel(BOTH, **({"out_dim": 7} | options))


@pytest.mark.parametrize("model", [lambda e: MultimodalModel(e, out_dim=2), Aligned])
@pytest.mark.parametrize(
    ("encoders", "words"),
    [
        ({}, "at least"),
        ([EYE, EAR], "must be a mapping by modality, got list"),
        ({"eye": lambda x: x, "ear": EAR}, "the encoder of 'eye' must be a Module, got <function"),
        ({"a.b": EYE, "ear": EAR}, "'a.b' cannot name a modality"),
        ({"values": EYE, "ear": EAR}, "'values' cannot name a modality"),
        ({"": EYE, "ear": EAR}, "'' cannot name a modality"),
        ({3: EYE, "ear": EAR}, "3 cannot name a modality"),
        ({"eye": nn.Linear(3, 4), "ear": EAR}, "out_dim of the encoder of 'eye' must be"),
    ],
)
def test_encoders(model, encoders, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        model(encoders)


@pytest.mark.parametrize(
    ("words", "call"),
    [
        *[(f"must be a whole number of at least 1, got {value!r}", call)
          for value in (0, -1, 1.5, True, "8")
          for call in (lambda v=value: built(out_dim=v), lambda v=value: Aligned(BOTH, dim=v),
                       lambda v=value: Ensemble({"eye": built()}, out_dim=v))],
        *[(f"must be a number in [0, 1), got {value!r}", lambda v=value: built(modality_dropout=v))
          for value in (-0.1, 1.0, math.nan, "0.1", None)],
        *[(f"temperature must be a number above 0, got {value!r}",
           lambda v=value: Aligned(BOTH, temperature=v)) for value in (0, -1.0, math.nan, "x")],
        ("at least 2 encoders, got 1", lambda: Aligned({"eye": EYE})),
        ("'scale' cannot name a modality here", lambda: Aligned({"scale": EYE, "ear": EAR})),
        ("head must be a Module, got <function", lambda: built(head=lambda h: h)),
        ("fusion, where it is no name, must be a Fusion, got 3", lambda: built(fusion=3)),
        ("fusion, where it is no name, must be a Fusion, got Linear",
         lambda: built(fusion=nn.Linear(4, 4))),
        ("did you mean 'concat'", lambda: built(fusion="concta")),
        ("rank would go to an operator that is made here, but this one is built already",
         lambda: built(fusion=make("concat", {"eye": 4, "ear": 4}, 6), rank=2)),
        ("the fusion operator takes {'eye': 4, 'ear': 9}",
         lambda: built(fusion=make("concat", {"eye": 4, "ear": 9}, 6))),
        ("model must be a MultimodalModel, got Linear", lambda: Branched(nn.Linear(3, 2))),
        ("'joint' is the name of the joint head",
         lambda: Branched(MultimodalModel({"joint": EYE}, out_dim=2))),
        ("reads tokens", lambda: Branched(reader("bottleneck"))),
        ("an ensemble needs a mapping of one model at least", lambda: Ensemble({})),
        ("an ensemble needs a mapping of one model at least", lambda: Ensemble([built()])),
        ("the model of 'eye' must be a Module, got 3", lambda: Ensemble({"eye": 3})),
        ("'a.b' cannot name a modality", lambda: Ensemble({"a.b": built()})),
        ("the number of classes, must be", lambda: Ensemble({"eye": nn.Linear(3, 7)})),
        ("must be a Fusion, got 3", lambda: Ensemble({"eye": built()}, fusion=3)),
    ],
)  # fmt: skip
def test_arguments(words, call):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        call()


@pytest.mark.parametrize(
    "model", [built(), Aligned(BOTH), Ensemble({"eye": nn.Linear(3, 7)}, out_dim=7)]
)
def test_a_modality_that_nobody_knows(model):
    with pytest.raises(KeyError, match="unknown modality 'smell', expected one of 'eye'"):
        model({"eye": torch.zeros(2, 3), "smell": torch.zeros(2, 2)})
