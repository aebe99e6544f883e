"""Chapter 10's cases: every test fails on the broken form and passes on the cured one."""

from __future__ import annotations

import pytest
import torch

from mmtutor.lessons import Listing, patient
from tests.lessons.chapter_10.cases import COUNT, NAMES, NOTEBOOKS, cases, cells, prose


def test_every_case_is_tried():
    numbers = {int(name.split()[0]) for name in NAMES}
    assert numbers == set(range(1, COUNT + 1))
    assert set(NAMES) <= set(cases())
    told = "\n".join(prose())
    for number in numbers:
        assert told.count(f"**Case {number} · ") == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_test_fails_before_the_cure(name):
    case = cases()[name]
    with pytest.raises(Exception) as caught:  # noqa: PT011
        case.test(case.broken)
    assert str(caught.value), "a test should say what is wrong"
    assert not isinstance(caught.value, SyntaxError)


@pytest.mark.parametrize("name", NAMES)
def test_the_test_passes_after_the_cure(name):
    case = cases()[name]
    case.test(case.cured)


def test_wrong_labels_can_be_learnt_by_heart(monkeypatch):
    """What the text says of case 5's hurried mend: the loss of the wrong labels falls as well."""
    case = cases()["14 a ReLU on the output layer"]
    names = case.test.__globals__
    right = names["cross_entropy"]

    def of_the_first(scores, label, **options):
        return right(scores, names["y"][: len(scores)], **options)

    monkeypatch.setitem(names, "cross_entropy", of_the_first)
    case.test(case.cured)


def test_the_patient_fails_as_the_cases_say():
    """With the loud faults of its reading mended, its RNN returns the right shape and is wrong."""
    names = {"__name__": "clinic"}
    for part in patient().text.split("\n\n\n"):
        if part.startswith(("import", "class RNN")):
            part = part.partition("\n# ---- data")[0].replace(
                "from torchtext.legacy.datasets import WikiText2\n", ""
            )
            exec(part, names)
    rnn, caption = names["RNN"](), torch.randint(1, 9, (64, 11))
    with pytest.raises(ValueError, match="dtype"):
        rnn(caption)
    assert isinstance(rnn(caption.float()), tuple)
    states, _ = rnn(caption.float())
    assert states.shape == (64, 98)
    assert not torch.allclose(states[7:8], rnn(caption[7:8].float())[0], atol=1e-3)


def test_the_patient_meets_its_faults_in_the_order_of_the_chapter():
    """Each cure of 10.2 brings the next error to light, and after the sixth it runs."""
    names, errors = {"__name__": "clinic"}, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Listing, "attempt", lambda self: None)
        for source in cells("case", NOTEBOOKS[0]):
            exec(source, names)
            if "step6" in names:
                break
    for listing in (names["sick"], *(names[f"step{k}"] for k in range(1, 6))):
        with pytest.raises(Exception) as caught:  # noqa: PT011
            listing.run()
        errors.append(type(caught.value).__name__)
    assert errors == [
        "ModuleNotFoundError",
        "ValueError",
        "AttributeError",
        "NameError",
        "ValueError",
        "RuntimeError",
    ]
    ran = names["step6"].run()
    assert ran["loss"] > 4.6  # it runs, and knows less than nothing
