"""A batch taken in parts takes the step of the whole batch, or is refused."""

from __future__ import annotations

import functools

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from mmtutor.objectives import OGMGE, InfoNCE
from mmtutor.training import Callback, fit
from tests.training.problems import Clouds, TwoSenses

WEIGHT = torch.tensor([1.0, 9.0, 0.1])


def trained(accumulate: int, **options) -> tuple[dict, list[dict[str, float]]]:
    model = TwoSenses(dropout=0.0)
    valid = options.pop("valid", None)
    history = fit(model, Clouds(90), valid, epochs=2, batch_size=32, lr=0.05, progress=False,
                  accumulate=accumulate, **options)  # fmt: skip
    return model.state_dict(), history.rows


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"loss": nn.CrossEntropyLoss(weight=WEIGHT)},
        {"loss": nn.CrossEntropyLoss(ignore_index=1, label_smoothing=0.1)},
        {"loss": functools.partial(cross_entropy, weight=WEIGHT, ignore_index=0)},
        {"loss": lambda outputs, y: (outputs - y[:, None]).square().mean()},
        {"callbacks": [OGMGE(noise=False)]},
        {"callbacks": [OGMGE()]},
    ],
    ids=["plain", "weights", "ignored", "partial", "own", "ogm-ge", "ogm-ge with noise"],
)
@pytest.mark.parametrize("parts", [4, 40])
def test_the_step_is_that_of_the_whole_batch(options, parts):
    """40 parts: microbatches of one sample, in some of which no label counts."""
    (whole, rows), (taken, again) = trained(1, **options), trained(parts, **options)
    for name, value in whole.items():
        torch.testing.assert_close(taken[name], value, atol=1e-5, rtol=1e-4)
    assert [r["train_loss"] for r in again] == pytest.approx([r["train_loss"] for r in rows])


def test_a_callback_sees_the_whole_batch():
    class Sees(Callback):
        def before_step(self, model, inputs, outputs, y):
            assert len(inputs["left"]) == len(inputs["right"]) == len(outputs) == len(y) == 30
            with torch.no_grad():
                torch.testing.assert_close(outputs, model(inputs))

    fit(TwoSenses(dropout=0.0), Clouds(30), epochs=1, accumulate=4, callbacks=[Sees()],
        progress=False)  # fmt: skip


def test_the_validation_loss_is_that_of_one_batch():
    loss = nn.CrossEntropyLoss(weight=WEIGHT, ignore_index=0)
    data = Clouds(101, seed=1)
    parts = [data.batch(torch.arange(a, b)) for a, b in ((0, 1), (1, 2), (2, 90), (90, 101))]
    whole, uneven = trained(1, loss=loss, valid=data)[1], trained(1, loss=loss, valid=parts)[1]
    for a, b in zip(whole, uneven, strict=True):
        assert b["valid_loss"] == pytest.approx(a["valid_loss"], rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (lambda o, y: cross_entropy(o, y, weight=WEIGHT), "no mean over samples"),
        (lambda o, y: cross_entropy(o, y, reduction="sum"), "no mean over samples"),
        (lambda o, y: cross_entropy(o, y) + o.std(), "no mean over samples"),
        (nn.CrossEntropyLoss(reduction="sum"), "its reduction is 'sum'"),
        (functools.partial(cross_entropy, reduction="none"), "its reduction is 'none'"),
        (InfoNCE(), "InfoNCE compares all samples"),
    ],
)
def test_what_is_no_mean_is_refused_before_a_step(loss, words):
    model = TwoSenses()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    with pytest.raises(ValueError, match=words):
        fit(model, Clouds(), accumulate=2, loss=loss, progress=False)
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())
