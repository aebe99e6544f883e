"""The Sphinx hooks that typeset formulas and tidy a page."""

from __future__ import annotations

import itertools
import re

import pytest
import yaml
from docutils import nodes
from docutils.utils import new_document
from PIL import Image
from pygments.styles import get_style_by_name

from tests.book.conftest import ROOT, hook

content_policy, live_scripts = hook("content_policy"), hook("live_scripts")
maths, tidy_output = hook("prerendered_maths"), hook("tidy_output")
styles_made_by, take_out = live_scripts.styles_made_by, live_scripts.take_out
UnreadableFormula, typeset = maths.UnreadableFormula, maths.typeset
label_cells, tidy = tidy_output.label_cells, tidy_output.tidy


def test_formula_is_drawn_and_readable_aloud():
    html = typeset(r"h = f_1(x_1) \oplus f_2(x_2)", display=True)
    assert html.startswith('<span class="katex-display">')
    assert "<math" in html
    assert "<mo>⊕</mo>" in html
    assert '<span class="katex-html" aria-hidden="true">' in html
    assert "<script" not in html
    assert "katex-display" not in typeset("x^2", display=False)


@pytest.mark.parametrize("tex", [r"(2 + 2) \cdot 5 = 20", "a = x_1^2", "x", r"y = \frac{1}{2}"])
def test_no_full_stop_stands_alone_behind_a_formula(chromium, tmp_path, tex):
    page = chromium.new_page()
    text = f'So <span class="math">{typeset(tex, display=False)}</span><b>.</b> And so on.'
    sheets = [ROOT / "book/_web/katex/katex.min.css", ROOT / "book/_web/book.css"]
    torn = []
    for used in (sheets[:1], sheets):  # without the book's own rule, and with it
        links = "".join(f'<link rel="stylesheet" href="{sheet.as_uri()}">' for sheet in used)
        file = tmp_path / "page.html"
        file.write_text(f"<!doctype html>{links}<p>{text}</p>", encoding="utf8")
        page.goto(file.as_uri())
        torn.append(
            page.evaluate(
                """() => {
                  const [p, stop] = ["p", "b"].map((name) => document.querySelector(name));
                  const last = [...document.querySelectorAll(".katex-base")].at(-1);
                  let torn = 0;
                  for (let width = 20; width < 300; width += 1) {
                    p.style.width = `${width}px`;
                    torn += stop.getBoundingClientRect().left < last.getBoundingClientRect().left;
                  }
                  return torn;
                }"""
            )
        )
    page.close()
    assert torn[0] > 0
    assert torn[1] == 0


@pytest.mark.parametrize("tex", [r"\frac{1}{2", r"\nosuch", "a_b_c", "x &= y"])
def test_unreadable_formula_says_where(tex):
    with pytest.raises(UnreadableFormula, match=r"position|expected|KaTeX"):
        typeset(tex, display=False)


def test_picture_gets_its_size(tmp_path):
    file = tmp_path / "dot.png"
    Image.new("RGB", (31, 17)).save(file)
    html = tidy('<p><img alt="a dot" src="../_images/dot.png" /></p>', {"dot.png": file})
    assert 'width="31"' in html
    assert 'height="17"' in html
    assert 'loading="lazy"' in html
    assert 'decoding="async"' in html


def test_picture_keeps_what_its_author_set():
    html = tidy('<img src="a.png" alt="" width="10" loading="eager">', {})
    assert html.count("loading=") == 1
    assert 'loading="eager"' in html
    assert "height=" not in html


def test_table_scrolls_in_a_box_of_its_own():
    table = '<table class="docutils"><tbody><tr><td>1</td></tr></tbody></table>'
    assert tidy(table, {}) == f'<div class="scroll">{table}</div>'


def test_empty_head_of_a_table_goes_and_a_full_one_stays():
    head = (
        '<thead><tr class="row-odd"><th class="head"><p>{}</p></th>\n<th><p></p></th></tr></thead>'
    )
    assert "<thead>" not in tidy(f"<table>{head.format('')}</table>", {})
    assert "<thead>" in tidy(f"<table>{head.format('x')}</table>", {})


@pytest.mark.parametrize("tag", ["script", "style", "svg", "pre"])
def test_code_and_drawings_stay_as_they_are(tag):
    inside = f'<{tag}>if (a < b) x = "<table>" + "<img src=a.png>";</{tag}>'
    html = tidy(f"<p>before</p>{inside}<table></table>", {})
    assert inside in html
    assert html.count('<div class="scroll">') == 1


def test_tidy_twice_changes_words_never():
    html = "<p>one <b>two</b></p><pre>three</pre><table><tr><td>four</td></tr></table>"
    words = re.sub(r"<[^>]+>", " ", html).split()
    assert re.sub(r"<[^>]+>", " ", tidy(html, {})).split() == words


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def variable(name: str, theme: int) -> str:
    """Value of a colour in the style sheet: first the light theme's, then the dark one's."""
    sheet = (ROOT / "book/_web/book.css").read_text(encoding="utf8")
    value = re.findall(rf"--book-{name}: #([0-9a-f]{{3,6}});", sheet)[theme]
    return value if len(value) == 6 else "".join(2 * digit for digit in value)


def test_contrast_of_black_on_white():
    assert contrast("000000", "ffffff") == pytest.approx(21)


@pytest.mark.parametrize(("key", "theme"), [("pygments_style", 0), ("pygments_dark_style", 1)])
def test_code_can_be_read(key, theme):
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf8"))
    style = get_style_by_name(config["sphinx"]["config"][key])
    colours = {look["color"] for _, look in style if look["color"]}
    assert len(colours) > 3
    for behind in ("panel", "paper"):
        for colour in colours:
            assert contrast(colour, variable(behind, theme)) >= 4.5, (colour, behind)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_and_edges_of_controls_can_be_seen(theme):
    for ink, behind in itertools.product(("ink", "ink-soft", "link"), ("panel", "paper")):
        assert contrast(variable(ink, theme), variable(behind, theme)) >= 4.5, (ink, behind)
    assert contrast(variable("edge", theme), variable("paper", theme)) >= 3


def stored(module: str, state: str = '{"a":"é <\\u003c"}') -> str:
    """A live figure as a notebook stores it."""
    return f"""<div class="live-figure" data-figure="0a1b"></div>
<noscript><p>A figure</p></noscript>
<style>.live-figure {{ }}</style>
<script type="module">
{module}
function standin(state) {{}}

render({{ model: standin({state}),
  el: document.querySelector('.live-figure[data-figure="0a1b"]:empty') }});
</script>"""


FIGURE = "// A spoken word: hear it, see its wave and its spectrogram, and let the room grow loud."


def test_figure_runs_the_books_own_script_with_the_state_that_was_stored():
    old = f"// controls of then\nstolen();\n{FIGURE}\nexport default {{ render }};"
    page, files = take_out(f"<p>x</p>{stored(old)}<p>y</p>{stored(old)}")
    # The same figure twice is one file, and what all of its kind share is another.
    (kind, script), (name, call) = files.items()
    scripts = "".join(f'<script src="_static/live/{file}"></script>' for file in (kind, name))
    assert page.count(f'<template data-draws="0a1b">{scripts}</template>') == 2
    _, others = take_out(stored(old, state='{"a":2}'))
    assert kind in others
    assert name not in others
    assert "<style>" not in page
    assert '= (() => {\n"use strict";' in script
    assert script.rstrip().endswith("})();")
    assert "stolen" not in script
    assert "function drawSpectrogram(" in script
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    draws = f'(el) => bookFigures["{kind[:-3]}"]({{"a":"é <<"}}, el);'
    assert call == f'bookFigures["{name[:-3]}"] = {draws}\n'


def test_a_page_in_markdown_names_a_figure_and_gets_it():
    written = '<p>x</p><div data-live-figure="draw_and_say">\n<p>in words</p>\n</div><p>y</p>'
    page, files = take_out(live_scripts.bring_in(written))
    (kind, script), (name, call) = files.items()
    assert re.fullmatch(
        r'<p>x</p><div class="live-figure" [^>]*></div>\n<noscript>.*</noscript>\n'
        rf'<template data-draws="\w+"><script src="_static/live/{kind}"></script>'
        rf'<script src="_static/live/{name}"></script></template><p>y</p>', page
    )  # fmt: skip
    assert "function stroke(" in script
    assert '"drawing":"0000' in call
    content_policy.with_policy(f"<head></head>{page}", styles=styles_made_by(script))
    assert styles_made_by(script)


@pytest.mark.parametrize(
    "foreign",
    [
        stored("// Another figure\nrender();"),
        stored(FIGURE, state="{stolen()}"),
        stored(FIGURE, state="{}") + "<script>stolen()</script>",
        stored(f"{FIGURE}\n</script><script>stolen();"),
        "<script>stolen()</script>",
        '<script src="_images/stolen.js"></script>',
        '<SCRIPT/src="../_static/stolen.js">',
        '<iframe srcdoc="x"></iframe>',
        '<svg><a onclick="stolen()"></a></svg>',
        "<script>stolen()",
        '<meta http-equiv="Refresh" content="0; url=//other.invalid">',
    ],
)
def test_script_that_is_not_the_books_own_stops_the_build(foreign):
    page, _ = take_out(foreign)
    with pytest.raises(ValueError, match="not the book's own"):
        content_policy.with_policy(f"<head></head>{page}")


def test_tags_in_a_title_are_a_warning_and_go(monkeypatch):
    warned = []
    monkeypatch.setattr(content_policy.logger, "warning", lambda *text, **_: warned.append(text))
    document = new_document("a page")
    title = nodes.title("", "x", nodes.raw("", "<b>", format="html"))
    document += nodes.section("", title)
    content_policy.keep_titles_plain(None, document)
    assert [text for _, text in warned] == ["<b>"]
    assert document.astext() == "x"


def a_table(place: str, first: str = "name") -> nodes.document:
    """A document with a table of two columns and one row, in this part of a cell."""
    document = new_document("a page")
    entries = [
        [nodes.entry("", nodes.paragraph("", text)) for text in row]
        for row in ((first, "time"), ("concat", "1 ms"))
    ]
    head, body = (nodes.row("", *row) for row in entries)
    columns = [nodes.colspec(colwidth=50) for _ in range(2)]
    group = nodes.tgroup("", *columns, nodes.thead("", head), nodes.tbody("", body), cols=2)
    document += nodes.container("", nodes.table("", group), nb_element=place)
    return document


def test_cells_of_a_notebooks_own_table_say_their_column():
    document = a_table("cell_code_output")
    label_cells(None, document)
    [table] = document.findall(nodes.table)
    assert table["classes"] == ["cards"]
    labels = [n for n in document.findall(nodes.inline) if "card-label" in n["classes"]]
    assert [label.astext() for label in labels] == ["time "]
    assert labels[0].parent.astext() == "time 1 ms"


def test_tables_of_the_prose_stay_as_they_are():
    document = a_table("cell_markdown")
    label_cells(None, document)
    assert not [n for n in document.findall(nodes.inline) if "card-label" in n["classes"]]


@pytest.mark.parametrize(("first", "is_head"), [("", True), ("name", False)])
def test_a_cell_that_names_its_row_is_a_head(first, is_head):
    document = a_table("cell_markdown", first)
    tidy_output.head_rows(None, document)
    stubs = [bool(column.get("stub")) for column in document.findall(nodes.colspec)]
    assert stubs == [is_head, False]


def test_styles_that_a_figure_makes_are_found():
    script = (
        'const STYLE = `\n.a { margin: 0; }\n`;\nelement("style", {}, STYLE);\n'
        'shape("style", {}, ".b { fill: red; }");\nconst STYLE_OF = "no";\n'
    )
    assert styles_made_by(script) == ["\n.a { margin: 0; }\n", ".b { fill: red; }"]
    assert styles_made_by("const STYLE = `p { width: ${width}px }`;") == []


@pytest.mark.parametrize(
    "figure",
    sorted((ROOT / "mmtutor/figures/live").rglob("*.js")),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_each_style_that_a_figure_makes_can_be_allowed(figure):
    script = figure.read_text(encoding="utf8")
    made = re.findall(r"""["']style["'], \{""", script)
    assert len(made) == len(styles_made_by(script)), "see styles_made_by in book/_ext"
