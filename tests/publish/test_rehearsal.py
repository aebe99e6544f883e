"""A published notebook, run as in Colab; once a week two; ``make rehearse`` runs all of them.

What the first cell installs comes from an index of packages, so this needs a network.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from book.publish.rehearse import Result, bare, published, rehearse
from book.publish.runtime import KEPT, Runtime
from tests.programs import finished

SAMPLE = [
    "book/math/fusion-equation.ipynb",  # the shortest that has a live figure
    pytest.param("book/setup.ipynb", marks=pytest.mark.thorough),
]
OURS = ["mmtutor", "anywidget", "torchmetrics", "soundfile", "safetensors", "jupyter_book"]


@pytest.fixture(scope="module")
def network(tmp_path_factory) -> None:
    """Stop here where pip reaches no index; where pull requests are judged, it must."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "hatchling"]
    folder = tmp_path_factory.mktemp("probe")
    if finished(command, cwd=folder).returncode == 0:
        return
    message = "NO NETWORK: no notebook was run as in Colab; pip reaches no index of packages"
    if os.environ.get("GITHUB_ACTIONS") == "true":
        pytest.fail(message)
    print(f"\n{message}", file=sys.__stderr__)
    pytest.skip(message)


@pytest.fixture(scope="module")
def stage(network, book_repository, tmp_path_factory) -> tuple[Path, Runtime, object, Path]:
    """A published tree, a runtime, the invented address, and the repository it leads to."""
    folder = tmp_path_factory.mktemp("rehearsal")
    tree, address = published(book_repository, "HEAD", folder)
    host = bare(book_repository, address.commit, folder / "host.git")
    return tree, Runtime(folder / "runtime"), address, host


@pytest.fixture(scope="module", params=SAMPLE)
def result(request, stage) -> Result:
    tree, runtime, address, host = stage
    return rehearse(tree / request.param, runtime, address, host)


def test_runtime_holds_nothing_of_the_book(stage):
    _, runtime, _, _ = stage
    environment = runtime.copy("empty-handed")
    look = (
        "import importlib.util as u, importlib.metadata as m, json\n"
        f"names = {[*OURS, *KEPT]}\n"
        "print(json.dumps([name for name in names if u.find_spec(name)]))\n"
        "print(json.dumps(sorted(d.name.lower() for d in m.distributions())))\n"
    )
    done = finished(
        [environment / "bin/python", "-c", look],
        cwd=environment.parent / "content",
        env=runtime.variables(environment, "https://x.invalid", environment),
        check=True,
    )
    importable, installed = map(eval, done.stdout.splitlines())
    assert importable == list(KEPT)
    assert not set(OURS) & {name.replace("-", "_") for name in installed}


def test_notebook_runs_from_its_first_cell(result):
    print(f"\n{result}")
    assert result.problems == []


def test_first_cell_is_quiet(result):
    first = next(cell for cell in result.notebook.cells if cell.cell_type == "code")
    assert [output.text for output in first.outputs] == ["Installing mmtutor, about a minute …\n"]


def test_live_figures_have_colabs_widget_and_a_fallback(result):
    outputs = [output for cell in result.notebook.cells for output in cell.get("outputs", ())]
    figures = [o for o in outputs if "live-figure" in str(o.get("data", {}).get("text/html"))]
    widget = "application/vnd.jupyter.widget-view+json"
    for figure in figures:
        assert widget in figure.data
        assert figure.metadata[widget]["colab"]["custom_widget_manager"]["url"]
    assert result.said["asked"] == bool(figures)
    assert figures or result.name == "setup"
