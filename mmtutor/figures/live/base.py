"""A live figure: one ES module that runs in Jupyter, in Colab and in a page without a kernel.

A figure is a pair of files, ``name.py`` and ``name.js``. The module's default export is
``{ render({ model, el }) }``, as anywidget wants it. In Jupyter and Colab anywidget loads it
and ``model`` is the widget. In a static page the cell's ``text/html`` output imports the *same*
module from a data URL and hands it :file:`standin.js`, which offers the five methods of
``model`` that figures use: ``get``, ``set``, ``save_changes``, ``on`` and ``off``.

Source of the module format: https://anywidget.dev/en/afm/
"""

from __future__ import annotations

import base64
import html
import itertools
import json
import pathlib
from typing import Any

import anywidget
import traitlets

HERE = pathlib.Path(__file__).parent
_serial = itertools.count(1)


def javascript(*names: str) -> str:
    """Return the named files of this folder joined into one ES module."""
    return "\n".join((HERE / name).read_text(encoding="utf8") for name in names)


class LiveFigure(anywidget.AnyWidget):
    """Base of all live figures.

    A subclass sets ``_esm = javascript("controls.js", "name.js")`` and declares its state as
    traits tagged ``sync=True``; their values must be JSON (numbers, strings, lists, dicts).

    :ivar label: what the figure is, for people who do not see it. Required.
    :ivar words: every text the figure shows, so that a translation has one place to change.
    """

    label = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    _css = javascript("live.css")

    def state(self) -> dict[str, Any]:
        """Return the traits that the module reads, as JSON values."""
        skip = {"layout", "tabbable", "tooltip", "comm", "keys", "log"}
        names = (name for name in self.traits(sync=True) if not name.startswith("_"))
        return {name: getattr(self, name) for name in names if name not in skip}

    def static_html(self) -> str:
        """Return the figure as HTML that needs neither kernel nor network."""
        if not self.label:
            raise ValueError("a live figure needs a label: it is read aloud in place of the picture")
        module = base64.b64encode(str(self._esm).encode()).decode()
        state = json.dumps(self.state(), ensure_ascii=False, separators=(",", ":"))
        state = state.replace("</", "<\\/")  # the text must not end the script element
        # One serial number an object: the same figure shown twice keeps two separate elements.
        name = f"live-{type(self).__name__.lower()}-{next(_serial)}"
        return (
            f'<div class="live-figure" id="{name}" role="group" '
            f'aria-label="{html.escape(self.label, quote=True)}"></div>\n'
            f"<style>{self._css}</style>\n"
            f'<script type="module">\n{javascript("standin.js")}\n'
            f'const {{ default: figure }} = await import("data:text/javascript;base64,{module}");\n'
            f'figure.render({{ model: standin({state}), el: document.getElementById("{name}") }});\n'
            "</script>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Offer the widget to a live notebook and the HTML to a page without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data = dict(data or {})
        data["text/html"] = self.static_html()
        data["text/plain"] = self.label
        return data, metadata
