"""What ``fit`` and ``evaluate`` cannot train with or judge: refused before a step is taken."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import mse_loss
from torch.utils.data import DataLoader, IterableDataset, TensorDataset
from torchmetrics import MeanMetric
from torchmetrics.classification import MulticlassAccuracy

from mmtutor.training import Callback, evaluate, fit
from tests.training.problems import Clouds, TwoSenses

quiet = functools.partial(fit, progress=False)
X, Y = torch.zeros(4, 3), torch.tensor([0, 1, 0, 1])


class Endless(IterableDataset):
    def __iter__(self):
        yield torch.ones(3), 1


@pytest.mark.parametrize(
    ("train", "error", "message"),
    [
        ([(X, Y + 1)], ValueError, r"label 2 is out of range: .* 2 logits, so labels are 0 … 1"),
        ([(X, Y - 1)], ValueError, "label -1 is out of range"),
        ([(X, Y.float())], TypeError, r"labels are torch.float32.*mse_loss"),
        ([(X, Y[:3])], ValueError, r"outputs of shape \(4, 2\) for 3 targets"),
        ([(X, Y[:, None])], ValueError, r"labels must have shape \(B,\), got \(4, 1\)"),
        ([(X.double(), Y)], TypeError, "inputs are torch.float64"),
        ([(X.bool(), Y)], TypeError, "inputs are torch.bool"),
        ([(X + 0j, Y)], TypeError, "inputs are torch.complex64"),
        ([], ValueError, "holds no samples"),
        (iter(()), ValueError, "holds no samples"),
        (X, TypeError, "must be a data set .* got Tensor"),
        (3, TypeError, "must be a data set .* got int"),
        (TensorDataset(X, Y), TypeError, "got TensorDataset"),
        ([X], TypeError, r"pairs \(inputs, y\)"),
        ([(X, [0, 1])], TypeError, r"pairs \(inputs, y\)"),
    ],
)
@pytest.mark.parametrize(
    "judge",
    [lambda m, d: quiet(m, d), lambda m, d: quiet(m, [(X, Y)], d), evaluate],
    ids=["train", "valid", "evaluate"],
)
def test_data(train, error, message, judge):
    with pytest.raises(error, match=message.replace(".*mse_loss", "")):
        judge(nn.Linear(3, 2), train)


@pytest.mark.parametrize(
    ("model", "batch", "loss", "error", "message"),
    [
        (nn.Linear(3, 2).requires_grad_(False), (X, Y), None, ValueError, "nothing to learn"),
        (nn.Linear(3, 2).to("meta"), (X, Y), None, ValueError, "weight holds no numbers yet"),
        (lambda x: x, (X, Y), None, TypeError, "model must be a torch.nn.Module, got function"),
        (nn.Linear(3, 1), (X, Y.float()), mse_loss, ValueError, r"y\.unsqueeze\(1\)"),
        (nn.Sequential(nn.Linear(3, 1), nn.Flatten(0)), (X, Y), None, ValueError,
         r"logits of shape \(B, C\), the model gives \(4,\)"),
        (nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)), (X[:1], Y[:1]), None, ValueError,
         "drop_last=True"),
        (nn.Linear(3, 2), (X, Y), "mse", TypeError, "loss must be a function .* got 'mse'"),
        (nn.Linear(3, 2), (X, Y), nn.MSELoss, TypeError, "pass an object of it"),
        (nn.Linear(3, 2), (X, Y), lambda o, y: o.square().mean(1), TypeError,
         r"one number.*shape \(4,\)"),
        (nn.Linear(3, 2), (X, Y), lambda o, y: 0.5, TypeError, "one number.*float"),
        (nn.Linear(3, 2), (X, Y), lambda o, y: mse_loss(o.detach(), o.detach()), ValueError,
         "does not depend on the model"),
        (nn.Linear(3, 2), (X, Y + 6), nn.CrossEntropyLoss(), ValueError, "label 7 is out of range"),
        (nn.Linear(3, 2), (X, torch.full((4,), -100)), nn.CrossEntropyLoss(), ValueError,
         "no label of this batch counts"),
    ],
)  # fmt: skip
def test_model_and_loss(model, batch, loss, error, message):
    with pytest.raises(error, match=message):
        quiet(model, [batch], loss=loss)


def test_evaluate_judges_classifiers():
    with pytest.raises(TypeError, match=r"model must be a torch\.nn\.Module, got function"):
        evaluate(lambda x: x, [(X, Y)])
    with pytest.raises(TypeError, match="evaluate judges classifiers"):
        evaluate(nn.Linear(3, 2), [(X, torch.rand(4, 2))])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        *[({name: value}, ValueError, f"{name} must be a whole number of at least 1, got {value!r}")
          for name in ("epochs", "batch_size", "accumulate", "patience", "every")
          for value in (0, 1.5, True, "3")],
        *[({name: value}, ValueError, f"{name} must be a number above 0, got {value!r}")
          for name in ("lr", "clip") for value in (0, -1.0, math.nan, math.inf, "0.1", True)],
        *[({"lr": value}, ValueError, "lr must be a number above 0")
          for value in (np.float32("inf"), 10**400)],
        *[({"seed": value}, ValueError, "seed must be a whole number")
          for value in (-1, True, 0.5)],
        ({"schedule": "cosin"}, ValueError, "unknown schedule 'cosin'.*did you mean 'cosine'"),
        ({"schedule": lambda p: math.nan}, ValueError, "schedule must give a number"),
        ({"precision": "bf61"}, ValueError, "unknown precision 'bf61'.*did you mean 'bf16'"),
        ({"keep": "best", "valid": None}, ValueError, "'best' together with valid"),
        ({"keep": "first"}, ValueError, "keep must be 'last', or 'best'"),
        ({"monitor": "valid_acuracy"}, ValueError, "did you mean 'valid_accuracy'"),
        ({"monitor": "valid_loss", "valid": None}, ValueError, "monitor needs a validation set"),
        ({"patience": 3, "valid": None}, ValueError, "patience needs a validation set"),
        ({"metrics": {"x": MeanMetric()}, "valid": None}, ValueError, "metrics needs a validation"),
        ({"metrics": {"x": MeanMetric()}, "monitor": "valid_x"}, ValueError, "higher_is_better"),
        ({"metrics": {"loss": MulticlassAccuracy(3)}}, ValueError, "a column valid_loss already"),
        ({"metrics": {"accuracy": MulticlassAccuracy(3)}}, ValueError, "valid_accuracy already"),
        ({"metrics": {"x": 3}}, TypeError, "'x' is int"),
        ({"metrics": [MeanMetric()]}, TypeError, "metrics must be a mapping"),
        ({"every": 5}, ValueError, "checkpoint=folder"),
        ({"checkpoint": 3}, TypeError, "checkpoint must be the path of a folder, got 3"),
        ({"optimizer": "adam"}, TypeError, "got 'adam'"),
        ({"optimizer": torch.optim.LBFGS}, ValueError, "LBFGS asks for the loss several times"),
        ({"optimizer": torch.optim.SGD(TwoSenses().parameters(), lr=0.1)}, ValueError,
         "no parameter of this model"),
        ({"device": "gpu"}, ValueError, "device 'gpu' cannot be used"),
        ({"parallel": "fsd"}, ValueError, "unknown parallel 'fsd'"),
        ({"callbacks": Callback()}, TypeError, "callbacks must be a list"),
        ({"callbacks": [3]}, TypeError, "callbacks need before_step, int has none"),
        ({"train": DataLoader(Endless())}, TypeError, "does not know its number of batches"),
    ],
)  # fmt: skip
def test_arguments(options, error, message):
    with pytest.raises(error, match=message):
        quiet(TwoSenses(), **({"train": Clouds(), "valid": Clouds(30)} | options))
