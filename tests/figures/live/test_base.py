"""The mechanism: one module for a notebook and for a page without a kernel."""

from __future__ import annotations

import json
import re
from typing import ClassVar

import pytest
import traitlets

from mmtutor.figures.live import LiveFigure, javascript

COUNTER = """
function render({ model, el }) {
  const button = document.createElement("button");
  button.onclick = () => model.set("count", model.get("count") + 1);
  model.on("change:count", () => (button.textContent = model.get("count")));
  button.textContent = model.get("words").name;
  el.append(button);
}
export default { render };
"""


class Counter(LiveFigure):
    WORDS: ClassVar[dict[str, str]] = {"label": "A <counter> & more", "name": "press"}
    count = traitlets.Int(3).tag(sync=True)
    _esm = COUNTER


def test_static_page_runs_the_module_and_keeps_figures_apart(open_figure):
    """Each has its own words, as they are, and its own count, the same figure twice too."""
    names = ["press", "press", "</script><b>&amp;", "\\u003c", "é ⊕ 中文", "${1}", "`"]
    figures = [Counter(words={"name": name}) for name in names[1:]]
    page = open_figure(figures[0], *figures)
    buttons = page.locator("button")
    assert buttons.all_inner_texts() == names
    buttons.nth(1).click()
    buttons.nth(1).click()
    assert buttons.all_inner_texts() == ["press", "5", *names[2:]]
    assert page.locator(".live-figure").first.get_attribute("aria-label") == "A <counter> & more"


def test_notebook_gets_widget_page_and_text():
    data, _ = Counter()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == "A <counter> & more"
    assert COUNTER.strip() in data["text/html"]


def test_state_is_what_the_module_reads():
    state = Counter(count=7).state()
    assert state == {"count": 7, "words": {"label": "A <counter> & more", "name": "press"}}
    written = re.search(r"model: standin\((\{.*?\})\),\s*el:", Counter(count=7).static_html())
    assert json.loads(written[1]) == state


def test_nothing_changes_when_a_figure_is_made_again():
    assert Counter().static_html() == Counter().static_html()


def test_unknown_word_is_named_with_the_nearest():
    with pytest.raises(KeyError, match="did you mean 'label'"):
        Counter(words={"lable": "x"})


def test_what_a_figure_imports_is_joined_once_and_in_front():
    module = javascript("belief/figure.js")
    for name in ("bytes", "element", "drawSpectrogram", "network"):  # bytes: imported twice
        assert len(re.findall(rf"^function {name}\(", module, re.MULTILINE)) == 1
    assert not re.search(r"^(import|export (?!default))", module, re.MULTILINE)
    assert module.index("function bytes(") < module.index("function halves(")
    assert module.rstrip().endswith("export default { render };")


@pytest.mark.parametrize("module", ["function render() {}", "// </script>\n" + COUNTER])
def test_module_that_cannot_stand_in_a_page_is_refused(module):
    class Broken(LiveFigure):
        _esm = module

    with pytest.raises(ValueError, match="must end with"):
        Broken().static_html()
