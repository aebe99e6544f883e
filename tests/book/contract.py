"""The chapter contract, as far as a program can check it.

Each rule is a generator of complaints about one notebook; a good notebook gets none. The rules
name the cell and say what to do, for they are read by people who write chapters.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from mmtutor.lessons.syllabus import chapter_number
from tests.book.conftest import hook
from tests.book.names import any_section_runs_again, one_name_one_meaning, parsed

Notebook = Any
Rule = Callable[[Notebook, str], Iterator[str]]
chapters_in = hook("chapter_path").chapters_in
MAX_WORDS, MAX_LINES_OF_CODE = 4500, 350  # of a chapter, as a reader scrolls by them
MAX_LINES = 22
MAX_FOLDED_LINES = 32  # of a cell that only draws: it is folded, and not read on the way
CLOSING = {
    "what we showed": r"^## .*what we showed",
    "common misconceptions": r"^## .*misconceptions",
    "further reading": r"^## .*further reading",
}
DIRECTIVE = re.compile(r"^\s*(```|:::+)\{|\{[a-z]+(:[a-z]+)?\}`", re.M)
RELATIVE_PICTURE = re.compile(
    r"!\[[^\]]*\]\((?!https?:|data:|attachment:)|<img[^>]+src=\"(?!data:)"
)
MACHINE_PATH = re.compile(r"(?<![\w.:/])(/(home|root|work|tmp|usr|Users|content)/\w|[A-Z]:\\\\)")


def of_kind(notebook: Notebook, kind: str) -> Iterator[tuple[int, Any]]:
    """Yield the cells of one kind with their place in the notebook."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == kind:
            yield place, cell


def markdown(notebook: Notebook) -> str:
    """Return all prose of the notebook."""
    return "\n\n".join(cell.source for _, cell in of_kind(notebook, "markdown"))


def outputs(notebook: Notebook) -> Iterator[tuple[int, Any]]:
    """Yield every stored output with the place of its cell."""
    for place, cell in of_kind(notebook, "code"):
        for output in cell.outputs:
            yield place, output


def says_what_it_is(notebook: Notebook, setup: str) -> Iterator[str]:
    """``metadata.mmtutor`` holds the facts of the chapter's head."""
    facts = notebook.metadata.get("mmtutor", {})
    kinds = {"chapter": (int, str), "title": str, "minutes": int}
    kinds |= {"outcomes": list, "needs": list}
    for name, kind in kinds.items():
        if not isinstance(facts.get(name), kind) or not facts.get(name):
            yield f"metadata.mmtutor.{name} is missing, empty or of another type"
            return
    try:
        numbered = chapter_number(facts["chapter"]) == facts["chapter"]
    except ValueError:
        numbered = False
    if not numbered:
        yield "metadata.mmtutor.chapter is a whole number, or a capital letter for an appendix"
    if not 2 <= len(facts["outcomes"]) <= 4:
        yield f"a chapter has 2 to 4 outcomes, this one {len(facts['outcomes'])}"
    head = notebook.cells[0].source
    if not head.startswith(f"# {facts['chapter']} · {facts['title']}"):
        yield f"the first cell must open with '# {facts['chapter']} · {facts['title']}'"
    if str(facts["minutes"]) not in head:
        yield f"the first cell must give the time, {facts['minutes']} minutes"
    needs = re.search(r"^\*\*Needs\*\*(.*)", head, re.M)
    said, meant = (set(chapters_in(text)) for text in (needs[1] if needs else "", facts["needs"]))
    if needs and said != meant:
        yield f"the first cell needs chapters {sorted(said)}, metadata.mmtutor {sorted(meant)}"


def keeps_its_size(notebook: Notebook, setup: str) -> Iterator[str]:
    """A chapter is no longer than one sitting."""
    words = len(markdown(notebook).split())
    lines = sum(len(cell.source.splitlines()) for _, cell in of_kind(notebook, "code"))
    for size, limit, what in (
        (words, MAX_WORDS, "words"),
        (lines, MAX_LINES_OF_CODE, "lines of code"),
    ):
        if size > limit:
            yield f"{size} {what}, more than {limit}: make it two chapters, or an appendix"


def has_the_setup_cell(notebook: Notebook, setup: str) -> Iterator[str]:
    """One cell is tagged ``setup``, stands before all other code and has the standard text."""
    code = list(of_kind(notebook, "code"))
    tagged = [place for place, cell in code if "setup" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        yield f"exactly one cell is tagged 'setup', here {len(tagged)} are"
    elif tagged[0] != code[0][0]:
        yield "the setup cell must be the first code cell"
    elif notebook.cells[tagged[0]].source != setup:
        yield "the setup cell differs from book/setup_cell.py: run make notebooks"


def was_run_in_order(notebook: Notebook, setup: str) -> Iterator[str]:
    """The stored outputs come from one run from top to bottom."""
    code = [cell for _, cell in of_kind(notebook, "code") if cell.source.strip()]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        yield "not run once from top to bottom: run make notebooks"
    if not any(cell.outputs for cell in code):
        yield "no stored outputs: the page would be empty"


def prints_nothing_private(notebook: Notebook, setup: str) -> Iterator[str]:
    """No traceback, no warning and no path of one machine is stored."""
    for place, output in outputs(notebook):
        if output.output_type == "error":
            yield f"cell {place} stores a traceback"
        if output.get("name") == "stderr":
            yield f"cell {place} stores text from stderr: {output['text'][:60]!r}"
        texts = [output.get("text", ""), *map(str, output.get("data", {}).values())]
        found = next((hit for hit in map(MACHINE_PATH.search, texts) if hit), None)
        if found:
            yield f"cell {place} shows a path of one machine: {found[0]!r}"


def moves_in_small_steps(notebook: Notebook, setup: str) -> Iterator[str]:
    """No code cell is longer than a reader keeps in mind."""
    for place, cell in of_kind(notebook, "code"):
        lines = cell.source.count("\n") + 1
        most = MAX_FOLDED_LINES if cell.source.startswith("# @title Draw") else MAX_LINES
        if lines > most:
            yield f"cell {place} has {lines} lines, more than {most}"


def asks_before_it_tells(notebook: Notebook, setup: str) -> Iterator[str]:
    """The reader commits at least two predictions, and each is compared with what was measured."""
    if not re.search(r"\*\*\s*predict", markdown(notebook), re.IGNORECASE):
        yield "nowhere is the reader asked to **predict** before running"
    code = "\n".join(cell.source for _, cell in of_kind(notebook, "code"))
    asked = re.findall(r"(\w+) = predict\.\w+\(\s*\"([^\"]+)\"", code)
    if len(asked) < 2:
        yield "fewer than two predictions to commit (mmtutor.lessons.predict)"
        return
    chapter = notebook.metadata.get("mmtutor", {}).get("chapter")
    names = [name for _, name in asked]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two predictions are named {name!r}"
    for variable, name in asked:
        if not name.startswith(f"{chapter}: "):
            yield f"prediction {name!r} is named for another chapter than {chapter}"
        if not re.search(rf"\b{variable}\.compare\(", code):
            yield f"prediction {name!r} is never compared with what was measured"
    if "predict.record(" not in code:
        yield "the chapter ends without predict.record(…)"


def shows_pictures(notebook: Notebook, setup: str) -> Iterator[str]:
    """There is a live figure and a plain picture, each with a text for who does not see it."""
    shown = [(place, output.get("data", {})) for place, output in outputs(notebook)]
    pages = [(place, str(data.get("text/html", ""))) for place, data in shown]
    predicts = re.compile(r"\bpredict\.|\.compare\(")
    if not any(
        'class="live-figure"' in html and not predicts.search(notebook.cells[place].source)
        for place, html in pages
    ):
        yield "no live figure in the stored outputs"
    if not any(re.search(r"<svg[^>]*class=\"picture\"", html) for _, html in pages):
        yield "no plain picture (mmtutor.figures.Picture) in the stored outputs"
    for place, html in pages:
        for tag in re.findall(
            r"<(?:svg[^>]*class=\"picture\"|div class=\"live-figure\")[^>]*>", html
        ):
            if not re.search(r'aria-label="[^"]{10,}"', tag):
                yield f"cell {place}: a picture without alt text"
        for tag in re.findall(r"<img\b[^>]*>", html):
            if not re.search(r'\balt="[^"]+"', tag):
                yield f"cell {place}: an <img> without alt text"
    for place, data in shown:
        if {"image/png", "image/jpeg"} & set(data):
            yield f"cell {place}: a bitmap without alt text; wrap the figure in figures.Picture"


def has_exercises(notebook: Notebook, setup: str) -> Iterator[str]:
    """3 to 6 exercises, each with a check of its own number and a folded solution."""
    chapter = notebook.metadata.get("mmtutor", {}).get("chapter")
    code = "\n".join(cell.source for _, cell in of_kind(notebook, "code"))
    numbers = set(re.findall(r"\bcheck\(\s*[\"'](\w+\.\d+)[\"']", code))
    if not 3 <= len(numbers) <= 6:
        yield f"a chapter has 3 to 6 exercises with a check(), this one {len(numbers)}"
    for number in sorted(numbers):
        if number.split(".")[0] != str(chapter):
            yield f"exercise {number} is numbered for another chapter than {chapter}"
        if not re.search(rf"^#+ .*\b{re.escape(number)}\b", markdown(notebook), re.M):
            yield f"exercise {number} has no heading with its number"
    solutions = len(re.findall(r"<details>\s*<summary>[^<]*solution", markdown(notebook), re.I))
    if solutions < len(numbers):
        yield f"{len(numbers)} exercises but {solutions} solutions in <details>"


def closes_well(notebook: Notebook, setup: str) -> Iterator[str]:
    """It ends with what we showed, common misconceptions and further reading."""
    text = markdown(notebook)
    for name, pattern in CLOSING.items():
        if not re.search(pattern, text, re.IGNORECASE | re.MULTILINE):
            yield f"no section '## {name.capitalize()}'"
    if not re.search(r"https://(doi\.org|arxiv\.org)/", text):
        yield "further reading links no paper by DOI or arXiv"


def reads_the_same_everywhere(notebook: Notebook, setup: str) -> Iterator[str]:
    """No syntax that Colab shows raw, no picture that only lies beside the notebook."""
    for place, cell in of_kind(notebook, "markdown"):
        if DIRECTIVE.search(cell.source):
            yield f"cell {place} has directive or role syntax, which Colab shows raw"
        if RELATIVE_PICTURE.search(cell.source):
            yield f"cell {place} has a picture by relative path, broken in Colab"


def imports_public_names(notebook: Notebook, setup: str) -> Iterator[str]:
    """From mmtutor it takes names that the API page promises."""
    for place, cell in of_kind(notebook, "code"):
        for node in ast.walk(parsed(cell.source)):
            if isinstance(node, ast.Import):
                wanted = [(alias.name, None) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                wanted = [(node.module or "", alias.name) for alias in node.names]
            else:
                continue
            for module, name in wanted:
                if module.split(".")[0] == "mmtutor":
                    yield from (f"cell {place}: {text}" for text in not_public(module, name))


def not_public(module: str, name: str | None) -> Iterator[str]:
    """Complain about a module or a name that is not part of the public interface."""
    if any(part.startswith("_") for part in (*module.split("."), name or "")):
        yield f"{module}.{name or ''} is private"
        return
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        yield f"cannot import {module}: {error}"
        return
    own = (n for n, v in vars(found).items() if getattr(v, "__module__", module) == module)
    if name and name not in getattr(found, "__all__", own):
        try:
            importlib.import_module(f"{module}.{name}")
        except ImportError:
            yield f"{module} offers no public name {name!r}"


def has_unique_ids(notebook: Notebook, setup: str) -> Iterator[str]:
    """Cell ids are unique, so that two versions of the notebook can be compared."""
    ids = [cell.get("id") for cell in notebook.cells]
    if None in ids or len(set(ids)) < len(ids):
        yield "cell ids are missing or not unique"


EVERY_NOTEBOOK: list[Rule] = [
    has_the_setup_cell,
    was_run_in_order,
    prints_nothing_private,
    moves_in_small_steps,
    reads_the_same_everywhere,
    imports_public_names,
    has_unique_ids,
]
EVERY_CHAPTER: list[Rule] = [
    *EVERY_NOTEBOOK,
    says_what_it_is,
    keeps_its_size,
    asks_before_it_tells,
    shows_pictures,
    one_name_one_meaning,
    any_section_runs_again,
    has_exercises,
    closes_well,
]
