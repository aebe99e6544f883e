"""One headless Chromium a process, ended and started again when it no longer answers."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import psutil
from playwright.sync_api import Browser, BrowserType

PATIENCE = 240.0
"""Seconds one test may keep the browser; the longest page takes 30, or 90 on a busy machine."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class StoodStill(Exception):
    """The browser draws no more."""


class Chromium:
    """Lends its browser to one test after the other, and waits for none of them for ever.

    Now and then a headless Chromium stops drawing: ``requestAnimationFrame`` never calls back, and
    soon the page answers nothing at all. Playwright's ``evaluate`` then waits without end. So the
    processes of a browser that is kept too long are killed: the call that waits ends in a
    ``TargetClosedError``, and who asks next gets a new browser.

    :param kind: Playwright's Chromium.
    :param path: the program to start.
    :param flags: of its command line, beside `FLAGS`.
    """

    def __init__(self, kind: BrowserType, path: str, *flags: str) -> None:
        self._kind, self._path, self._flags = kind, path, [*FLAGS, *flags]
        self._browser: Browser | None = None
        self._started: list[psutil.Process] = []

    @contextlib.contextmanager
    def lent(self, patience: float = PATIENCE) -> Iterator[Browser]:
        """Lend a browser that answers, for ``patience`` seconds at most."""
        watch = threading.Timer(patience, self.kill)
        watch.daemon = True
        try:
            browser = self._living()
            watch.start()
            yield browser
        finally:
            watch.cancel()

    def like(self, *flags: str) -> Chromium:
        """Return another one, with more flags; whoever asked for it closes it."""
        return Chromium(self._kind, self._path, *flags)

    def kill(self) -> None:
        """End all processes of the browser, whatever they are doing."""
        # Playwright hears of it in its next call only, and that one must not go to the dead.
        self._browser = None
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def processes(self) -> list[psutil.Process]:
        """Processes of the browser, those of its pages included."""
        found = list(self._started)
        for process in self._started:
            with contextlib.suppress(psutil.NoSuchProcess):
                found += process.children(recursive=True)
        return list(set(found))

    def close(self) -> None:
        """End the browser as a person would."""
        if self._browser is not None and self._browser.is_connected():
            self._browser.close()

    def _living(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            here = psutil.Process()
            before = set(here.children(recursive=True))
            self._browser = self._kind.launch(executable_path=self._path, args=self._flags)
            self._started = list(set(here.children(recursive=True)) - before)
        return self._browser
