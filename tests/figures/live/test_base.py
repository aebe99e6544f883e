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


def test_static_page_runs_the_module_and_keeps_two_figures_apart(open_figure):
    page = open_figure(Counter(), Counter(words={"name": "</script><b>&amp;"}))
    buttons = page.locator("button")
    assert buttons.all_inner_texts() == ["press", "</script><b>&amp;"]
    buttons.nth(1).click()
    buttons.nth(1).click()
    assert buttons.all_inner_texts() == ["press", "5"]
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


def test_same_figure_twice_on_a_page_is_two_figures(open_figure):
    figure = Counter()
    assert figure.static_html() == Counter().static_html()  # nothing changes when run again
    buttons = open_figure(figure, figure).locator("button")
    buttons.nth(1).click()
    assert buttons.all_inner_texts() == ["press", "4"]


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


@pytest.mark.parametrize("name", ["\\u003c", "é ⊕ 中文", "${1}", "`"])
def test_words_arrive_as_they_are(open_figure, name):
    assert open_figure(Counter(words={"name": name})).locator("button").inner_text() == name
