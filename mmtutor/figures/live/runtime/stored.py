"""A figure as HTML that needs neither kernel nor network.

This file needs nothing but Python: a page may take a figure where the package's needs are not
installed.
"""

from __future__ import annotations

import hashlib
import html
import json
import pathlib
from collections.abc import Mapping
from typing import Any

RUNTIME = pathlib.Path(__file__).parent
EXPORT = "export default { render };"


def stored_html(module: str, state: Mapping[str, Any], *, height: tuple[int, int]) -> str:
    """Return the figure's place in a page, its style, and its module with one call of ``render``.

    :param module: the figure's script, as `javascript` joins it.
    :param state: JSON values by trait; ``state["words"]["label"]`` names the figure.
    :param height: pixels kept free on a wide and on a narrow page until the figure is drawn.
    :raises ValueError: the module cannot stand inside a page.
    """
    module = module.rstrip()
    label = html.escape(state["words"]["label"], quote=True)
    if not module.endswith(EXPORT) or "</script" in module or "<!--" in module:
        raise ValueError(
            f"the module of the figure {label!r} must end with {EXPORT!r} "
            "and hold neither '</script' nor '<!--'"
        )
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("<", "\\u003c")  # no text may end the script element
    # Named by its content, so that running a notebook again changes nothing that is stored;
    # of two equal figures on a page, each script takes the first that is still empty.
    name = hashlib.sha256((module + text).encode()).hexdigest()[:12]
    style, standin = (
        (RUNTIME / file).read_text(encoding="utf8") for file in ("live.css", "standin.js")
    )
    standin = standin.replace("export function", "function", 1)
    wide, narrow = height
    return (
        f'<div class="live-figure" data-figure="{name}" role="group" aria-label="{label}" '
        f'style="--live-wide: {wide}px; --live-narrow: {narrow}px"></div>\n'
        f"<noscript><p>{label}</p></noscript>\n"
        f"<style>{style}</style>\n"
        f'<script type="module">\n{module}\n{standin}\n'
        f"render({{ model: standin({text}),\n"
        f"  el: document.querySelector('.live-figure[data-figure=\"{name}\"]:empty') }});\n"
        "</script>"
    )
