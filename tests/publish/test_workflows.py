"""The workflows: what each job may do, whose code it runs, and what its shell steps do.

The steps that write (push the notebooks, report, attach) are run here as they stand, with a git
repository in a folder and a stand-in for ``gh`` that writes down what it was asked.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from tests.programs import MAKE_TARGETS, ROOT, finished, git

PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf8")
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
FLOWS = {path.stem: yaml.safe_load(path.read_text(encoding="utf8")) for path in FILES}
JOBS = {(flow, job): FLOWS[flow]["jobs"][job] for flow in FLOWS for job in FLOWS[flow]["jobs"]}
STEPS = [(job, step) for job in JOBS for step in JOBS[job].get("steps", [])]
READ = {"contents": "read"}
# All that any job may do. What is not here, no job may.
MAY = {
    ("ci", "test"): READ,
    ("publish", "test"): READ,
    ("publish", "build"): READ,
    ("publish", "site"): {"pages": "write", "id-token": "write"},
    ("publish", "notebooks"): {"contents": "write"},
    ("release", "test"): READ,
    ("release", "build"): READ,
    ("release", "attach"): {"contents": "write"},
    ("weekly", "newest"): READ,
    ("weekly", "thorough"): READ,
    ("weekly", "report"): {"issues": "write"},
}


def starts(flow: str) -> dict:
    """What starts a workflow; YAML 1.1 reads the word "on" as true."""
    return FLOWS[flow][True]


def script(flow: str, job: str) -> str:
    """The one shell step of a job."""
    [found] = [step["run"] for step in JOBS[flow, job]["steps"] if "run" in step]
    return found


def test_no_job_may_more_than_it_needs():
    assert {job: JOBS[job].get("permissions") for job in JOBS} == MAY
    assert {flow: FLOWS[flow]["permissions"] for flow in FLOWS} == {flow: {} for flow in FLOWS}


def test_who_may_write_runs_nothing_of_the_project():
    for job, may in MAY.items():
        if "write" in may.values():
            uses = [step.get("uses", "") for step in JOBS[job]["steps"]]
            assert not [name for name in uses if name.startswith(("actions/checkout", "./"))], job
            runs = "\n".join(step.get("run", "") for step in JOBS[job]["steps"])
            ours = r"(^|[;&|(])\s*(make|python3?|pip|npm|node|source|bash|sh|eval|\.)\b|(^|\s)\./"
            assert not re.search(ours, runs, re.MULTILINE), job


def test_actions_are_named_by_their_commit_with_their_version():
    known: dict[str, set[str]] = {}
    for path in FILES:
        for line in path.read_text(encoding="utf8").splitlines():
            if not (found := re.match(r"\s*(?:- )?uses: (.*)", line)):
                continue
            if found[1].startswith("./"):
                assert (ROOT / found[1]).is_file(), line
                continue
            pin = re.fullmatch(r"([\w-]+/[\w-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+", found[1])
            assert pin, line
            known.setdefault(pin[1], set()).add(pin[2])
    assert all(name.startswith("actions/") for name in known), "GitHub's own only"
    assert all(len(commits) == 1 for commits in known.values()), known


def test_a_pull_request_can_publish_nothing_and_sees_no_secret():
    dangerous = {"pull_request_target", "workflow_run", "issue_comment", "issues"}
    for flow in FLOWS:
        assert not dangerous & set(starts(flow)), flow
    assert [flow for flow in FLOWS if "pull_request" in starts(flow)] == ["ci"]
    assert starts("publish")["push"] == {"branches": ["main"]}
    assert starts("release") == {"push": {"tags": ["v*"]}}
    for path in FILES:
        assert "secrets" not in yaml.safe_dump(FLOWS[path.stem]), path


def test_nothing_is_published_untested():
    def needed(flow: str, job: str) -> set[str]:
        needs = JOBS[flow, job].get("needs", [])
        needs = {needs} if isinstance(needs, str) else set(needs)
        return needs.union(*(needed(flow, other) for other in needs))

    for flow, job in JOBS:
        if flow in {"publish", "release"} and job != "test":
            assert "test" in needed(flow, job), (flow, job)
    assert JOBS["publish", "build"]["if"] == "github.ref == 'refs/heads/main'"


def test_the_oldest_python_that_is_promised_is_tested_and_one_newer_than_ours():
    promised = re.search(r'^requires-python = ">=(.+)"$', PROJECT, re.MULTILINE)[1]
    tested = JOBS["ci", "test"]["strategy"]["matrix"]["python"]
    assert tested[0] == promised
    assert "3.13" in tested
    for checker, pattern in {
        "ruff": 'target-version = "py(.+)"',
        "mypy": 'python_version = "(.+)"',
    }.items():
        assert re.search(pattern, PROJECT)[1].replace(".", "") == promised.replace(".", ""), checker


def test_values_reach_the_shell_through_its_environment():
    for job, step in STEPS:
        assert "${{" not in step.get("run", ""), (job, step)


def test_no_credentials_are_left_behind_and_no_job_runs_for_hours():
    for job, step in STEPS:
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False, job
    for job in JOBS:
        assert "uses" in JOBS[job] or JOBS[job]["timeout-minutes"] <= 120, job


def test_commands_are_there():
    for job, step in STEPS:
        for words in re.findall(r"\bmake ((?:[a-z]+ ?)+)$", step.get("run", ""), re.MULTILINE):
            assert set(words.split()) <= MAKE_TARGETS, job
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_dev_container_is_pinned_and_its_commands_are_there():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf8"))
    assert re.fullmatch(r"python:3\.\d+\.\d+-\w+@sha256:[0-9a-f]{64}", container["image"])
    command, target = container["postCreateCommand"].split()
    assert command == "make"
    labels = " ".join(port["label"] for port in container["portsAttributes"].values())
    assert {target, *re.findall(r"make ([a-z]+)", labels)} <= MAKE_TARGETS
    for path in container["customizations"]["codespaces"]["openFiles"]:
        assert (ROOT / path).is_file()


@pytest.fixture
def shell(tmp_path):
    """Run a step as GitHub does, with a ``gh`` that answers what it is told and notes questions."""
    tools = tmp_path / "tools"
    tools.mkdir()
    asked = tmp_path / "asked"

    def tool(name: str, body: str) -> None:
        (tools / name).write_text(f"#!/bin/bash\n{body}\n", encoding="utf8")
        (tools / name).chmod(0o755)

    def run(step: str, where: Path, answers: str = "", **environment: str):
        note = r'printf "%s\x1f" "$@" >> "$ASKED"; printf "\x1e" >> "$ASKED"'
        tool("gh", f'{note}\ncase "$1 $2" in\n{answers}\nesac')
        given = {"PATH": f"{tools}:/usr/bin:/bin", "HOME": str(tmp_path), "ASKED": str(asked)}
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step]
        done = finished(command, cwd=where, env={**given, "GH_TOKEN": "none", **environment})
        said = asked.read_text(encoding="utf8") if asked.exists() else ""
        asked.unlink(missing_ok=True)
        return done, [line.split("\x1f")[:-1] for line in said.split("\x1e")[:-1]]

    run.tool = tool
    return run


def test_notebooks_become_a_branch_of_one_commit(shell, tmp_path):
    remote = tmp_path / "ada/book.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    for turn in (1, 2):
        folder = tmp_path / f"notebooks{turn}"
        (folder / "book").mkdir(parents=True)
        (folder / "book" / f"{turn}.ipynb").write_text("{}", encoding="utf8")
        done, asked = shell(
            script("publish", "notebooks"),
            folder,
            HOME_PAGE=f"file://{tmp_path}/ada/book",
            COMMIT=str(turn) * 40,
        )
        assert done.returncode == 0, done.stderr
        assert asked == [["auth", "setup-git"]]
        assert git(remote, "rev-list", "--count", "notebooks") == "1"
        assert git(remote, "ls-tree", "-r", "--name-only", "notebooks") == f"book/{turn}.ipynb"
        said = git(remote, "log", "-1", "--format=%s", "notebooks")
        assert said == f"Notebooks of {str(turn) * 40}"
        assert git(remote, "for-each-ref", "--format=%(refname)") == "refs/heads/notebooks"


@pytest.mark.parametrize(
    ("result", "open_issue", "expected"),
    [
        ("success", "", []),
        ("success", "7", ["issue close 7"]),
        ("failure", "", ["label create", "issue create"]),
        ("failure", "7", ["issue comment 7"]),
    ],
)
def test_one_issue_says_that_the_newest_releases_break(
    shell, tmp_path, result, open_issue, expected
):
    done, asked = shell(
        script("weekly", "report"),
        tmp_path,
        answers=f'"issue list") echo "{open_issue}" ;;' if open_issue else "",
        RESULT=result,
        RUN="https://example.invalid/runs/1",
    )
    assert done.returncode == 0, done.stderr
    said = [" ".join(line) for line in asked]
    assert said[0].startswith("issue list")
    assert len(said) == 1 + len(expected)
    for line, start in zip(said[1:], expected, strict=True):
        assert line.startswith(start)
        assert start.startswith("label") or "runs/1" in line


def test_report_is_whole_even_when_the_run_timed_out():
    assert set(JOBS["weekly", "report"]["needs"]) == set(FLOWS["weekly"]["jobs"]) - {"report"}
    condition = JOBS["weekly", "report"]["if"]
    assert "always()" in condition
    assert "cancelled" in condition


@pytest.mark.parametrize("there", [True, False], ids=["release is there", "no release yet"])
@pytest.mark.parametrize("whole", [True, False], ids=["whole", "changed on the way"])
def test_only_zips_whose_sums_are_right_are_attached(shell, tmp_path, there, whole):
    (tmp_path / "a.zip").write_bytes(b"PK")
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    sums = finished(["sha256sum", "a.zip", "a.pdf"], cwd=tmp_path, check=True).stdout
    (tmp_path / "SHA256SUMS").write_text(sums, encoding="utf8")
    if not whole:
        (tmp_path / "a.zip").write_bytes(b"PK!")
    answer = "" if there else '"release view") exit 1 ;;'
    done, asked = shell(script("release", "attach"), tmp_path, answers=answer, TAG="v1.0")
    if not whole:
        assert done.returncode != 0
        assert asked == []
        return
    assert done.returncode == 0, done.stderr
    names = [" ".join(line[:3]) for line in asked]
    made = [] if there else ["release create v1.0"]
    assert names == ["release view v1.0", *made, "release upload v1.0"]
    assert asked[-1][-3:] == ["a.zip", "a.pdf", "SHA256SUMS"]


@pytest.mark.parametrize(("tag", "code"), [("v0.1.0", 0), ("v0.2.0", 1), ("v0.1", 1)])
def test_tag_has_to_be_the_version(shell, tmp_path, tag, code):
    shell.tool("make", "mkdir -p dist && touch dist/mmtutor-0.1.0-site.zip")
    shell.tool("sudo", "true")
    done, _ = shell(script("release", "build"), tmp_path, TAG=tag)
    assert done.returncode == code, done.stderr
    assert code == 0 or f"{tag} is not the version" in done.stderr
