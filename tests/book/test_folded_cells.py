"""Cells that only draw show their picture, and their code when somebody asks."""

from __future__ import annotations

import pytest
from docutils import nodes
from docutils.utils import new_document

from tests.book.conftest import built_page, code_cell, hook, text_cell

folded_cells = hook("folded_cells")
TITLE = '# @title Draw: a <dot> { display-mode: "form" }'


def a_cell(source: str, *classes: str) -> nodes.container:
    """A code cell as myst-nb hands it to the hooks."""
    code = nodes.literal_block(source, source, language="python")
    code = nodes.container("", code, nb_element="cell_code_source")
    cell = nodes.container("", code, nb_element="cell_code", classes=list(classes))
    document = new_document("a page")
    document += cell
    folded_cells.fold_cells(None, document)
    return cell


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_title_becomes_the_summary_and_leaves_the_code(gap):
    cell = a_cell(f"{TITLE}{gap}a = 1\n\nb = 2")
    assert cell["hide_mode"] == "input"
    assert cell["prompt_show"] == cell["prompt_hide"] == "Draw: a <dot>"
    [code] = cell.findall(nodes.literal_block)
    assert code.astext() == code.rawsource == "a = 1\n\nb = 2"
    assert code["language"] == "python"


def test_other_cells_stay_open_and_the_setup_cell_folds_as_a_whole():
    assert "hide_mode" not in a_cell("a = 1\n# a title: # @title")
    assert a_cell("import os", "tag_setup")["hide_mode"] == "all"


@pytest.mark.parametrize(
    "line",
    ["# @title Draw: a dot", "#@title Draw { display-mode: 'form' }", TITLE.replace("# ", "#")],
)
def test_title_that_only_looks_like_one_is_a_warning(line, monkeypatch):
    warned = []
    monkeypatch.setattr(folded_cells.logger, "warning", lambda *text, **_: warned.append(text))
    cell = a_cell(f"{line}\na = 1")
    assert "hide_mode" not in cell
    assert [line_shown for _, line_shown in warned] == [line]


def test_code_is_one_key_away_and_open_on_paper(chromium, tmp_path_factory):
    picture = '<svg class="picture" role="img" aria-label="a dot"></svg>'
    cells = [text_cell("# Page"), code_cell(f"{TITLE}\ndot = 'the code'", picture)]
    file = built_page(tmp_path_factory, cells) / "book/page.html"
    with chromium.new_page(java_script_enabled=False) as page:
        page.goto(file.as_uri())
        code, summary = page.get_by_text("the code"), page.locator("article summary")
        for media in ("print", "screen"):
            page.emulate_media(media=media)
            assert page.get_by_role("img", name="a dot").count() == 1
            assert summary.inner_text().strip() == "Draw: a <dot>"
            assert code.is_visible() == (media == "print")
        summary.focus()
        page.keyboard.press("Enter")
        assert code.is_visible()
        assert "@title" not in page.locator("article").inner_text()
