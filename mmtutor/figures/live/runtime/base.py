"""A live figure: one ES module that runs in Jupyter, in Colab and in a page without a kernel.

A figure is a folder with ``figure.py`` and ``figure.js``. The module declares a function
``render({ model, el })`` and ends with ``export default { render };``, as anywidget wants it. What
it imports from files beside it is joined in front of it: anywidget takes one module, a page opened
as a file imports none. In Jupyter and Colab ``model`` is the widget. In a static page the cell's
``text/html`` output holds the same module as it stands, followed by one call of ``render`` with
:file:`runtime/standin.js` for a model, which offers the five methods of ``model`` that figures use:
``get``, ``set``, ``save_changes``, ``on`` and ``off``.

Source of the module format: https://anywidget.dev/en/afm/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import anywidget
import traitlets

from mmtutor.figures.live.runtime.modules import HERE
from mmtutor.figures.live.runtime.stored import EXPORT, stored_html
from mmtutor.names import check_name


class LiveFigure(anywidget.AnyWidget):
    """Base of all live figures.

    A subclass sets ``WORDS`` and ``_esm = javascript("name/figure.js")`` and declares its
    state as traits tagged ``sync=True``; their values must be JSON (numbers, strings, lists,
    dicts).

    :param words: texts to show instead of those in ``WORDS``, such as a translation; a key left
        out keeps its text.
    :raises KeyError: ``words`` holds a key that the figure does not show.
    """

    WORDS: ClassVar[dict[str, str]] = {"label": "Live figure"}
    """Every text the figure shows. ``label`` says what it is to people who do not see it."""

    HEIGHT: ClassVar[tuple[int, int]] = (400, 700)
    """Pixels kept free on a wide and on a narrow page until the figure is drawn."""

    words = traitlets.Dict().tag(sync=True)

    # ipywidgets 7, which Colab has, would show the widget alone; the bundle below has both.
    _ipython_display_ = None

    _esm = f"function render() {{}}\n{EXPORT}"
    _css = (HERE / "runtime/live.css").read_text(encoding="utf8")

    def __init__(self, *, words: Mapping[str, str] | None = None, **state: Any) -> None:
        for key in words or {}:
            check_name(f"text of {type(self).__name__}", key, self.WORDS, KeyError)
        super().__init__(words={**self.WORDS, **(words or {})}, **state)

    def state(self) -> dict[str, Any]:
        """Return the traits that the module reads, as JSON values."""
        skip = {"layout", "tabbable", "tooltip", "comm", "keys", "log"}
        names = (name for name in self.traits(sync=True) if not name.startswith("_"))
        return {name: getattr(self, name) for name in names if name not in skip}

    def static_html(self) -> str:
        """Return the figure as HTML that needs neither kernel nor network.

        :raises ValueError: the module cannot stand inside a page.
        """
        return stored_html(str(self._esm), self.state(), height=self.HEIGHT)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Offer the widget to a live notebook and the HTML to a page without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data = dict(data or {})
        data["text/html"] = self.static_html()
        data["text/plain"] = self.words["label"]
        return data, metadata
