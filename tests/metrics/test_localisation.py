"""Localisation: by hand, by properties, and against a kept library."""

from __future__ import annotations

import pytest
import torch
from torchmetrics.functional.classification import binary_average_precision

from mmtutor.metrics import average_precision, ciou, max_f1, success_auc


def test_ciou_by_hand_with_one_person_and_with_several():
    s = torch.tensor([[[0.2, 0.9], [0.5, 0.1]]])
    one = torch.tensor([[[0.0, 1.0], [0.0, 1.0]]])
    assert ciou(s, one).tolist() == pytest.approx([1 / 3])  # A = {.9, .5}, common 1, union 3
    some = torch.tensor([[[0.0, 0.5], [0.25, 1.0]]])
    assert ciou(s, some).tolist() == pytest.approx([0.75 / 1.75])
    assert ciou(7 * s, one).tolist() == ciou(s, one).tolist()  # only shares of the maximum count
    assert ciou(one, one).tolist() == [1]
    assert ciou(-s, one).tolist() == [0]


def test_the_area_under_the_success_curve_is_the_mean():
    overlaps = torch.rand(50, generator=torch.Generator().manual_seed(0))
    t = torch.linspace(0, 1, 20_001)
    curve = (overlaps[:, None] >= t).float().mean(dim=0)
    assert success_auc(overlaps) == pytest.approx(float(torch.trapezoid(curve, t)), abs=1e-3)


def test_average_precision_is_the_usual_one_where_all_that_sounds_is_placed_right():
    source = torch.Generator().manual_seed(0)
    sounding = torch.rand(200, generator=source) < 0.5
    sure = torch.rand(200, generator=source) + 0.5 * sounding
    known = float(binary_average_precision(sure, sounding.long()))
    assert average_precision(sure, sounding, sounding) == pytest.approx(known, abs=1e-6)


def test_a_wrong_place_and_a_sure_negative_cost():
    sure = torch.tensor([0.9, 0.8, 0.7, 0.1])
    sounding = torch.tensor([True, True, False, False])
    assert average_precision(sure, sounding, sounding) == 1
    assert max_f1(sure, sounding, sounding) == 1
    wrong = torch.tensor([True, False, False, False])
    assert average_precision(sure, wrong, sounding) == 0.5
    assert max_f1(sure, wrong, sounding) == pytest.approx(2 / 3)
    assert average_precision(sure.flip(0), sounding, sounding) == pytest.approx((1 / 3 + 2 / 4) / 2)
    assert average_precision(torch.ones(4), sounding, sounding) == 0.5  # found together
