"""One PDF of the whole book: ``make pdf``.

Each built page is opened in Chromium, drawn, and put on paper as the page itself does it
(``_web/paper.js``); what stands there then is joined into one document and printed once. So the
links between chapters stay links, and the headings become the bookmarks. Nothing is fetched.
"""

from __future__ import annotations

import html
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from book.command import Command
from book.publish.stamp import pages as pages_of
from book.publish.trees import CannotPublish, version_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_PAPER = Path(__file__).with_name("on_paper.js")
FRAME = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
{styles}
<style>
  @page {{ size: A4; margin: 17mm 16mm 18mm;
    @bottom-center {{ content: counter(page); font: 9pt system-ui, sans-serif; color: #4c555e; }} }}
  @page :first {{ @bottom-center {{ content: none; }} }}
  body {{ font-size: 10.5pt; line-height: 1.5; }}
  article {{ break-before: page; }}
  header.title {{ padding-top: 30vh; text-align: center; }}
  nav.inside {{ break-before: page; }}
  nav.inside a {{ display: block; padding: .2rem 0; text-decoration: none; }}
</style></head>
<body>
<header class="title"><h1>{title}</h1><p>{author}</p><p>{edition}</p></header>
<nav class="inside"><h1>{contents}</h1>
{entries}
</nav>
{articles}
</body></html>
"""


class CannotPrint(Exception):
    """Says what is missing, in the words of the person who prints."""


def chromium() -> str:
    """Return where the browser is.

    :raises CannotPrint: none is installed, or no font of it has Chinese.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise CannotPrint("no Chromium is installed. On Debian: apt-get install chromium")
    if lister := shutil.which("fc-list"):
        fonts = subprocess.run([lister, ":lang=zh"], capture_output=True, text=True, check=False)
        if not fonts.stdout.strip():
            raise CannotPrint(
                "no installed font has Chinese: it would be boxes. On Debian: "
                "apt-get install fonts-noto-cjk"
            )
    return found


def join(browser: Browser, site: Path, names: Sequence[str]) -> str:
    """Return one document with the articles of all pages, as they stand on paper."""
    on_paper = ON_PAPER.read_text(encoding="utf8")
    on_paper = on_paper[on_paper.index("async") :].rstrip().rstrip(";")
    page = browser.new_page(viewport={"width": 720, "height": 1040}, color_scheme="light")
    page.emulate_media(media="print")
    articles, entries, styles = [], [], dict[str, None]()
    for name in names:
        # Who goes to a place on the page gets all of it drawn at once (turns.js).
        page.goto((site / f"{name}.html").as_uri() + "#main", wait_until="load")
        page.wait_for_function("() => !document.querySelector('.live-figure:empty')")
        title = page.locator("main h1").first.evaluate("(h) => h.firstChild.textContent")
        entries.append(f'<a href="#{name.replace("/", ".")}--">{html.escape(title)}</a>')
        sheets = page.locator("head link[rel=stylesheet]")
        styles |= dict.fromkeys(sheets.evaluate_all("(all) => all.map((one) => one.href)"))
        articles.append(page.evaluate(on_paper, name))
        print(f"  {title}", flush=True)
    page.close()
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf8"))
    return FRAME.format(
        title=html.escape(config["title"]),
        author=html.escape(config["author"]),
        edition=version_of(ROOT),
        contents="Contents",
        styles="\n".join(f'<link rel="stylesheet" href="{html.escape(s)}">' for s in styles),
        entries="\n".join(entries),
        articles="\n".join(articles),
    )


def print_book(browser: Browser, site: Path, names: Sequence[str], target: Path) -> Path:
    """Write the PDF; whole or not at all.

    :raises OSError: it cannot be written there; that shows before the pages are opened.
    """
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    part.touch()
    try:
        with tempfile.TemporaryDirectory() as folder:
            joined = Path(folder, "joined.html")
            joined.write_text(join(browser, site, names), encoding="utf8")
            print("Printing …", flush=True)
            page = browser.new_page()
            page.goto(joined.as_uri(), wait_until="load", timeout=120_000)
            page.pdf(path=part, outline=True, tagged=True, prefer_css_page_size=True,
                     print_background=True)  # fmt: skip
            page.close()
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def main(argv: list[str] | None = None) -> int:
    """Print the pages that ``make publish`` wrote, or else what ``make book`` built."""
    command = Command("make pdf", description=__doc__)
    command.add_argument("published", nargs="?", help="folder that make publish wrote")
    command.add_argument("--out", type=Path, default=ROOT / "dist", help="where the PDF goes")
    given = command.parse_args(argv)
    site = Path(given.published, "site").resolve() if given.published else ROOT / "_build/html"
    start = time.perf_counter()
    # Who ends it from elsewhere is answered as Ctrl+C is: what is half done goes.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        if not (site / "index.html").is_file():
            raise CannotPrint(f"no pages in {site}: make book builds them")
        target = given.out / f"mmtutor-{version_of(ROOT)}.pdf"
        path = chromium()
        from playwright.sync_api import Error, sync_playwright

        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path)
                print_book(browser, site, pages_of(ROOT), target)
                browser.close()
        except Error as error:
            raise CannotPrint(f"Chromium: {error.message}") from error
    except (CannotPrint, CannotPublish, OSError) as error:
        print(f"No PDF: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("No PDF: stopped before it was whole", file=sys.stderr)
        return 130
    size, took = target.stat().st_size / 1e6, time.perf_counter() - start
    print(f"{target}  {size:.1f} MB, in {took:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
