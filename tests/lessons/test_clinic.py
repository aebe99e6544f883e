"""Chapter 10's cases: every test fails on the broken form and passes on the cured one.

The forms and the tests are the notebook's own cells, so what a reader sees is what is tested.
"""

from __future__ import annotations

import ast
import functools
import io
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
import torch

from mmtutor import lessons
from mmtutor.datasets.storage.checksums import files_below, write_sums
from mmtutor.lessons import ClaimFailed, Listing, patient, trial
from tests.datasets import tiny

NOTEBOOK = Path(__file__).parents[2] / "book/code/clinic.ipynb"
COUNT = 20


class Case(NamedTuple):
    test: Callable[[Any], object]
    broken: Any
    cured: Any


def cells(tag: str) -> list[str]:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    return [c.source for c in notebook.cells if tag in c.metadata.get("tags", [])]


def names_of_cases() -> list[str]:
    """The first word of every trial that is written in the notebook, without running it."""
    found = []
    for source in cells("case"):
        for node in ast.walk(ast.parse(source)):
            texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
            if isinstance(node, ast.For | ast.Call) and "trial" in ast.dump(node):
                found += [t for t in texts if isinstance(t, str) and t[:1].isdigit()]
    return list(dict.fromkeys(found))


@functools.cache
def cases() -> dict[str, Case]:
    """Run the notebook's cells with a trial that remembers instead of judging."""
    found: dict[str, Case] = {}

    def remember(name: str, test: Callable, *, broken: Any, cured: Any) -> None:
        found[name] = Case(test, broken, cured)

    names = {"__name__": "clinic"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Listing, "attempt", lambda self: None)  # minutes of the reader, not ours
        patch.setattr(lessons, "trial", remember)
        for source in cells("case"):
            exec(source, names)
    return found


NAMES = names_of_cases()


def test_every_case_is_tried():
    numbers = {int(name.split()[0]) for name in NAMES}
    assert numbers == set(range(1, COUNT + 1))
    assert set(NAMES) <= set(cases())
    told = "\n".join(c.source for c in nbformat.read(NOTEBOOK, as_version=4).cells)
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


# ── the tests to take home ─────────────────────────────────────────────────────────────────────
ROWS = {
    "one batch, looked at": (
        "test_a_picture_for_each_label",
        "test_a_batch_has_all_three",
        "test_a_score_for_each_class",
        "test_a_batch_is_a_mixture",
    ),
    "the loss before training": ("test_who_knows_nothing_pays_ln_C",),
    "every parameter has": ("test_everything_hears_from_the_loss", "test_everything_moves"),
    "eight samples by heart": ("test_learns_eight_by_heart",),
    "neighbours and padding": (
        "test_neighbours_do_not_matter",
        "test_padding_says_nothing",
        "test_same_question_same_answer",
    ),
}
"""How a row of the chapter's table begins, and which of its tests are meant."""
OF_A_MODEL = {"test_a_score_for_each_class", *ROWS["the loss before training"]} | {
    "test_everything_hears_from_the_loss",
    *ROWS["eight samples by heart"],
}
OF_A_READER = {"test_words_differ", "test_shapes", *ROWS["neighbours and padding"][:2]}


def fits(test: Callable, case: Case) -> bool:
    """Whether a test can be asked about the forms of a case: both are of one part of a program."""
    return test.__name__ == case.test.__name__ or any(
        {test.__name__, case.test.__name__} <= part for part in (OF_A_MODEL, OF_A_READER)
    )


def catches(test: Callable, case: Case) -> bool:
    """Whether a test tells the broken form from the cured one."""
    try:
        test(case.broken)
        return False
    except AssertionError:
        pass
    except Exception:
        if test is not case.test:
            return False  # it stops by itself: no merit of this test
    try:
        test(case.cured)
    except Exception:
        return False
    return True


def numbers_in(text: str) -> set[int]:
    return {int(n) for n in re.findall(r"\b\d+\b", text)}


def told_after_the_cases() -> str:
    [cell] = [
        c.source
        for c in nbformat.read(NOTEBOOK, as_version=4).cells
        if c.cell_type == "markdown" and "| test | found here |" in c.source
    ]
    return cell


@pytest.mark.parametrize("begin", ROWS)
def test_each_row_of_the_table_names_what_its_tests_catch(begin):
    [found] = re.findall(rf"^\| {begin}[^|]*\|([^|]*)\|$", told_after_the_cases(), re.M)
    tests = {case.test.__name__: case.test for case in cases().values()}
    caught = {
        name
        for name, case in cases().items()
        for test in ROWS[begin]
        if fits(tests[test], case) and catches(tests[test], case)
    }
    assert {int(name.split()[0]) for name in caught if name in NAMES} == numbers_in(found)
    assert ("14 a softmax too many" in caught) == ("softmax" in found)


def test_table_question_and_the_loud_ones_are_all_twenty():
    text = told_after_the_cases()
    table = numbers_in(" ".join(re.findall(r"^\| \D[^|]*\|([^|]*)\|$", text, re.M)))
    [question] = re.findall(r"about which samples is it\?\* That is ([\d, and]+)\.", text)
    [loud] = re.findall(r"The other four, ([\d, and]+), stop", text)
    parts = [table, numbers_in(question), numbers_in(loud)]
    assert [len(part) for part in parts] == [11, 5, 4]
    assert set.union(*parts) == set(range(1, COUNT + 1))
    assert "eleven of the twenty" in text


def test_wrong_labels_can_be_learnt_by_heart(monkeypatch):
    """What the text says of case 5's hurried mend: the loss of the wrong labels falls as well."""
    case = cases()["14 a ReLU on the output layer"]
    names = case.test.__globals__
    right = names["cross_entropy"]
    monkeypatch.setitem(names, "cross_entropy", lambda s, label: right(s, names["y"][: len(s)]))
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


# ── the patient ────────────────────────────────────────────────────────────────────────────────
def test_the_patient_meets_its_faults_in_the_order_of_the_chapter():
    """Each cure of 10.2 brings the next error to light, and after the sixth it runs."""
    names, errors = {"__name__": "clinic"}, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Listing, "attempt", lambda self: None)
        for source in cells("case"):
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


# ── listing and trial ──────────────────────────────────────────────────────────────────────────
def test_an_attempt_says_what_a_person_would_see(capsys):
    assert Listing("print('here')\nx = [1][3]\n").attempt() is None
    assert capsys.readouterr().out == (
        "here\nline 2 | x = [1][3]\nIndexError: list index out of range\n"
    )
    assert Listing("x = 3").attempt()["x"] == 3
    assert capsys.readouterr().out == "runs, and prints nothing\n"
    Listing("def f(:").attempt()
    assert "SyntaxError" in capsys.readouterr().out


def test_the_line_is_the_listings_own_even_inside_a_library(capsys):
    Listing("import torch\ny = 1\ntorch.zeros(2) @ torch.zeros(3)").attempt()
    assert capsys.readouterr().out.startswith("line 3 | torch.zeros(2) @ torch.zeros(3)\n")


def test_a_listing_is_changed_where_it_was_meant():
    listing = Listing("a = 1\nb = 1\n")
    assert listing.changed("b = 1", "b = 2").text == "a = 1\nb = 2\n"
    assert listing.text == "a = 1\nb = 1\n"
    for old, times in (("= 1", 2), ("c = 1", 0)):
        with pytest.raises(ValueError, match=f"{times} times"):
            listing.changed(old, "")
    assert repr(listing) == "  1 | a = 1\n  2 | b = 1"
    assert repr(patient()).startswith("  1 | import torch\n")


def test_a_trial_holds_both_halves(capsys):
    def is_three(value: int) -> None:
        assert value == 3, f"{value} is not 3\nand more"

    trial("a number", is_three, broken=2, cured=3)
    assert capsys.readouterr().out == (
        "a number\n  before ✗ AssertionError: 2 is not 3\n  after  ✓ passes\n"
    )
    with pytest.raises(ClaimFailed, match="does not notice"):
        trial("asleep", is_three, broken=3, cured=3)
    with pytest.raises(ClaimFailed, match="still fails after the cure: AssertionError: 4"):
        trial("hypochondriac", is_three, broken=2, cured=4)


OF_TRAINED_MODELS = {
    "informative captions add to the picture",
    "leaking captions bring it to",
    "unrelated captions add less than",
    "the leaking model without the picture",
    "the leaking model where captions do not leak",
    "and below the picture alone it is by",
}
"""Claims of 10.7: measured on emoji, and promised for no other pictures."""


# ── the pipeline, on the other data set ────────────────────────────────────────────────────────
def test_the_same_code_runs_on_cifar_100(tmp_path, monkeypatch, capsys):
    """The notebook's own cells, on a tiny archive in CIFAR-100's format, as if fetched."""
    folder = tmp_path / "cifar100"
    [packed] = tiny.cifar100().values()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    write_sums(folder, files_below(folder))
    monkeypatch.setenv("MMTUTOR_DATA", str(tmp_path))
    torch.set_num_threads(1)

    judge = lessons.claim

    def note(text: str, value: Any, **bounds: Any) -> None:
        """What a training leads to is another thing on 200 flat tiles; the rest is judged."""
        noted[text] = value
        if text not in OF_TRAINED_MODELS:
            judge(text, value, **bounds)

    noted: dict[str, Any] = {}
    monkeypatch.setattr(lessons, "claim", note)
    names = {"__name__": "clinic"}
    for source in cells("pipeline"):
        exec(source.replace('DATA = "emoji"', 'DATA = "cifar100"'), names)
    assert repr(names["train"]).startswith("CIFAR100('train', 200 photographs")
    assert len(names["test"]) == 300
    assert noted["a score for each class"] == 100
    assert set(names["accuracy"]) == {"picture alone", "informative", "leaking", "unrelated"}
    assert noted.keys() >= OF_TRAINED_MODELS
    # Three pictures of each class: here recall is accuracy, and no claim may say otherwise.
    assert "classes of equal size: recall and accuracy are apart by" in noted
    assert "classes of unequal size: recall is below accuracy by" not in noted
