"""A page opened in the browser: what it asked for, what it complained about, what moves."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from tests.browser import StoodStill

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => {
    const { effectiveDirective, blockedURI, sample } = event;
    console.error(`not allowed: ${effectiveDirective} ${blockedURI} ${sample}`);
});"""


# To be run before the page's own scripts: what a browser does that keeps nothing for a page.
REFUSED = """Object.defineProperty(window, "localStorage",
    { get() { throw new DOMException("no", "SecurityError"); } });"""
FULL = """Storage.prototype.setItem =
    () => { throw new DOMException("full", "QuotaExceededError"); };"""
ALL_DRAWN = "() => !document.querySelector('.live-figure:empty')"


class Visit:
    """One opened page, ``script`` run before its own; all that it asked for or complained about."""

    def __init__(self, browser, address: str, script: str = "", **context) -> None:
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.trouble: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", self._note_failure)
        self.page.on("response", self._note_answer)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", self._note_message)
        # The browser tells what a page's policy forbids to the page; the page tells us.
        self.context.add_init_script(TELL_VIOLATIONS + script)
        self.page.goto(address, wait_until="load")

    def _note_failure(self, request) -> None:
        late = ("favicon.svg", "/_static/live/", "/_static/katex/fonts/")
        if any(part in request.url for part in late) and "ERR_ABORTED" in (request.failure or ""):
            return  # it was on its way to a page that was left
        self.trouble.append(f"no {request.url}: {request.failure}")

    def _note_answer(self, response) -> None:
        if response.status >= 400:
            self.trouble.append(f"{response.status} {response.url}")

    def _note_message(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.trouble.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.context.close()


def wake_lazy_parts(page) -> None:
    """Scroll through the page, so that what loads late is loaded, and open what is folded
    or covered.

    :raises StoodStill: for half a minute no frame was drawn. The browser is closed then.
    """
    drawn = page.evaluate(
        """async () => {
            const frame = () => new Promise((done) => {
                requestAnimationFrame(() => done(true));
                setTimeout(() => done(false), 30_000);
            });
            for (const box of document.querySelectorAll("details")) box.open = true;
            for (const box of document.querySelectorAll(".covered")) box.dataset.open = "test";
            for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
                scrollTo(0, y);
                if (!await frame()) return false;
            }
            await document.fonts.ready;
            return true;
        }"""
    )
    if not drawn:
        page.context.browser.close()
        raise StoodStill("no frame for 30 s")
    page.wait_for_function(ALL_DRAWN)


def violations(page, context=None, **options) -> list[str]:
    """Where a page does not keep WCAG 2.2 AA, or the rules that ``runOnly`` names instead."""
    options = {"runOnly": WCAG, "resultTypes": ["violations"], **options}
    return [
        f"{violation['id']}: {node['html'][:150]} {node['any'][:1]}"
        for violation in Axe().run(page, context, options).response["violations"]
        for node in violation["nodes"]
    ]


DRAWN = """(figure) => figure.innerHTML.length
    + [...figure.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()).join()
    + [...figure.querySelectorAll("svg, output, [role=status], table, td, p")]
        .map((part) => part.outerHTML).join()"""


def move_by_keyboard(page, figure) -> bool:
    """Press one key at a live figure's first control; tell whether anything in it changed."""
    dial = figure.locator("input[type=range]:enabled, [role=slider]").first
    button = figure.locator("button:enabled, input[type=checkbox]:enabled").first
    figure.scroll_into_view_if_needed()
    (dial if dial.count() else button).focus()
    before = figure.evaluate(DRAWN)
    # A dial that stands at its end moves the other way.
    for key in ["ArrowRight", "ArrowLeft"] if dial.count() else ["Space"]:
        page.keyboard.press(key)
        page.wait_for_timeout(150)
        if figure.evaluate(DRAWN) != before:
            return True
    # A button may say again what it said; another choice changes something.
    choice = figure.locator("input[type=radio]:checked:enabled").first
    if choice.count():
        choice.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(500)
    return bool(figure.evaluate(DRAWN) != before)
