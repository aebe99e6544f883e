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

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import anywidget
import traitlets

from mmtutor.figures.live.runtime.modules import HERE
from mmtutor.figures.live.runtime.stored import EXPORT, stored_html
from mmtutor.names import check_name

LIMITS = {"among", "low", "high"}
TAGS = ("sync", *sorted(LIMITS))
"""What a trait may be tagged with."""


class LiveFigure(anywidget.AnyWidget):
    """Base of all live figures.

    A subclass sets ``WORDS`` and ``_esm = javascript("name/figure.js")`` and declares its
    state as traits tagged ``sync=True``; their values must be JSON (numbers, strings, lists,
    dicts). What the figure can show of them stands beside it:

    - ``among=NAMES`` or ``among=STOPS``: one of these names or numbers; of a list, each.
    - ``low=0, high=1``: a number from ``low`` to ``high``, both included; without ``high``, any
      finite one.

    A limit that depends on the figure is a function of it:
    ``high=lambda figure: len(figure.names) - 1``. Limits are looked at when all traits that were
    given together are set, so one may depend on another. What else has to be checked is checked by
    a method under ``@traitlets.validate``, of a trait without limits.

    :param words: texts to show instead of those in ``WORDS``, such as a translation; a key left
        out keeps its text.
    :raises KeyError: ``words`` holds a key that the figure does not show.
    """

    WORDS: ClassVar[dict[str, str]] = {"label": "Live figure"}
    """Every text the figure shows. ``label`` says what it is to people who do not see it."""

    HEIGHT: ClassVar[tuple[int, int]] = (400, 700)
    """Pixels kept free on a wide and on a narrow page until the figure is drawn."""

    words = traitlets.Dict().tag(sync=True)

    _limited: ClassVar[tuple[str, ...]] = ()

    # ipywidgets 7, which Colab has, would show the widget alone; the bundle below has both.
    _ipython_display_ = None

    _esm = f"function render() {{}}\n{EXPORT}"
    _css = (HERE / "runtime/live.css").read_text(encoding="utf8")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Names with an underscore are anywidget's own, which makes a subclass of each figure. The
        # API page is made without traitlets, where a trait has no metadata.
        for name, trait in list(vars(cls).items()):
            tags = getattr(trait, "metadata", None)
            if isinstance(tags, dict) and not name.startswith("_"):
                for tag in tags:
                    check_name(f"tag of {cls.__name__}.{name}", tag, TAGS)
                if LIMITS & tags.keys():
                    cls._limited = (*cls._limited, name)
        if cls._limited:
            cls._within_limits = traitlets.validate(*cls._limited)(_within_limits)

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


def _within_limits(figure: LiveFigure, proposal: Any) -> Any:
    """Return the proposed value of a trait, which lies within the limits that it is tagged with.

    :raises ValueError: it does not.
    """
    trait, value = proposal["trait"], proposal["value"]
    limits = {
        tag: limit(figure) if callable(limit) else limit
        for tag, limit in trait.metadata.items()
        if tag in LIMITS
    }
    if "among" in limits:
        _check_among(trait.name, value, limits["among"])
    elif limits:
        low, high = limits.get("low", -math.inf), limits.get("high", math.inf)
        if not low <= value <= high or value == math.inf:
            kind = "a whole number" if isinstance(trait, traitlets.Int) else "a number"
            where = f"of at least {low:g}" if high == math.inf else f"in {low:g}…{high:g}"
            raise ValueError(f"{trait.name} must be {kind} {where}, got {value}")
    return value


def _check_among(name: str, value: Any, known: Any) -> None:
    if isinstance(value, list):
        for one in value:
            check_name(f"name in {name}", one, known)
    elif isinstance(value, str):
        check_name(name, value, known)
    elif value not in known:
        raise ValueError(f"{name} must be one of {', '.join(map(str, known))}, got {value}")
