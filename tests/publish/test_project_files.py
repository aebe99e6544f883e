"""What hosts and tools read of the project: issue forms, hooks, changes, citation, one version."""

from __future__ import annotations

import re

import pytest
import yaml

import mmtutor
from tests.programs import LINT, ROOT

FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml"))
KINDS = {"markdown", "input", "textarea", "dropdown", "checkboxes"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf8")


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_issue_form_is_one_that_github_shows(path):
    form = yaml.safe_load(path.read_text(encoding="utf8"))
    assert set(form) <= {"name", "description", "title", "labels", "body"}
    assert all(form[key] for key in ("name", "description", "body"))
    names = [field["id"] for field in form["body"]]
    assert len(names) == len(set(names))
    for field in form["body"]:
        assert field["type"] in KINDS
        assert field["attributes"]["label"]
        assert (field["type"] == "dropdown") == ("options" in field["attributes"])
        assert set(field) <= {"type", "id", "attributes", "validations"}


def test_hooks_run_what_make_lint_runs_and_fetch_nothing():
    linted = {program for program, *_ in LINT}
    repositories = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    hooks = repositories[0]["hooks"]
    assert {hook["entry"].split()[0].removeprefix(".venv/bin/") for hook in hooks} == linted
    assert {hook["language"] for hook in hooks} == {"system"}


def test_changes_keep_their_form():
    text = read("CHANGELOG.md")
    versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", name) for name in versions[1:])
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= kinds


def test_citation_has_what_its_format_asks_and_no_version_of_its_own():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert not {"version", "date-released", "doi"} & set(citation)
    assert citation["title"] == read("README.md").splitlines()[0].removeprefix("# ")
    assert citation["authors"] == [{"name": yaml.safe_load(read("_config.yml"))["author"]}]


def test_version_stands_in_one_place():
    said = re.compile(rf"""["']v?{re.escape(mmtutor.__version__)}["']""")
    files = [*ROOT.glob("*.toml"), *ROOT.glob("*.cff"), *ROOT.glob("*.yml")]
    files += [*(ROOT / "mmtutor").rglob("*.py"), *(ROOT / "book").rglob("*.py")]
    assert [path.name for path in files if said.search(path.read_text(encoding="utf8"))] == [
        "__init__.py"
    ]


# Below these, the advisories of the Python Packaging Advisory Database know faults that a page's
# reader or a data set could use: https://github.com/pypa/advisory-database
SOUND = {"torch": "2.6", "pillow": "10.3", "tqdm": "4.66.3", "filelock": "3.20.1"}
SOUND |= {"jupyterlab": "4.2.5", "transformers": "4.53"}


def test_nothing_with_a_known_fault_is_let_in():
    floors = dict(re.findall(r'"([\w-]+)([>=]=[^",]+)"', read("pyproject.toml")))
    assert {name: floors[name] for name in SOUND} == {name: f">={SOUND[name]}" for name in SOUND}
    # Weights are what their version is: another one is another network.
    weights = {name: floors[name] for name in floors if "efficientnet" in name or "minilm" in name}
    assert set(weights.values()) == {"==0.1.0"}
    updates = yaml.safe_load(read(".github/dependabot.yml"))["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "pip"}
