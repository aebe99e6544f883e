"""A plain picture: SVG in the page, with a text for those who do not see it."""

from __future__ import annotations

import html
import io
import re
import warnings
import zlib

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from mmtutor.figures.style import style


class Picture:
    """A matplotlib figure as inline SVG.

    Black becomes ``currentColor``, the colour of the text around the picture, so the same output
    is right on a light and on a dark page. Text stays text: it can be searched, read aloud and
    translated. The picture shrinks with the page, but not so far that its words are too small to
    read: on a phone it scrolls in its output.

    :param figure: the figure; it is closed, the picture keeps its drawing.
    :param alt: what a person who does not see the picture should know: what is drawn, and what
        can be read from it.
    :raises ValueError: ``alt`` is empty.
    """

    def __init__(self, figure: Figure, *, alt: str) -> None:
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError("a picture needs alt text: say what it shows")
        self.alt = " ".join(alt.split())
        self.width = figure.get_figwidth() * 72
        self._svg = _as_svg(figure)
        plt.close(figure)

    def svg(self) -> str:
        """Return the picture as an ``<svg>`` element."""
        # Ids must be unique in a page of many pictures, and the same picture always the same text.
        prefix = f"p{zlib.crc32(f'{self.alt}{self._svg}'.encode()):08x}-"
        body = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', self._svg)
        body = re.sub(r'(url\(#|href="#)', rf"\1{prefix}", body)
        label = html.escape(self.alt, quote=True)
        opening = (
            f'<svg class="picture" role="img" aria-label="{label}" '
            f'style="max-width:100%;width:{self.width:.0f}pt;min-width:min({self.width:.0f}pt,36em);'
            f"height:auto;"
            f'font-family:system-ui,sans-serif" '
        )
        return body.replace("<svg ", opening, 1)

    def _repr_html_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        return f"Picture: {self.alt}"


def _as_svg(figure: Figure) -> str:
    buffer = io.StringIO()
    with style(), warnings.catch_warnings():
        # The reader's fonts draw the text, so a glyph that matplotlib's font lacks is no fault.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg ") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r' (width|height)="[\d.]+pt"', "", text, count=2)
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in used else "", text)
    # matplotlib's style sheet would apply to the whole page: say the same on the root instead.
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r"(fill|stroke): #000000", r"\1: currentColor", text)
    # What carries no colour of its own is black by SVG's default.
    root = '<svg fill="currentColor" stroke-linejoin="round" stroke-linecap="butt" '
    text = text.replace("<svg ", root, 1)
    text = re.sub(r"font-family: [^;\"]*'DejaVu Sans'[^;\"]*", "font-family: inherit", text)
    text = re.sub(r"font: ([^;\"]*?)'DejaVu Sans'[^;\"]*", r"font: \1system-ui, sans-serif", text)
    # A hundredth of a point is enough for coordinates, which are inside tags; words stay.
    text = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\d\.\d{2})\d+", r"\1", tag[0]), text)
    return re.sub(r"\s*\n\s*", " ", text).strip()
