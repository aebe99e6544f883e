"""What all tests share: one thread, one browser a process, few examples unless asked for many."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import torch

from tests import examples

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser import Chromium

# The suite runs in several processes; one thread each is faster than threads that wait.
torch.set_num_threads(1)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for the browser is marked so, and asked twice more where the browser stood still.

    A page that stops it every time has failed.
    """
    examples.pytest_collection_modifyitems(config, items)
    again = pytest.mark.flaky(reruns=2, only_rerun=["StoodStill", "TargetClosedError"])
    for item in items:
        if "browsers" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(again)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Nobody should take a run without a GPU for one that has checked it."""
    skipped = terminalreporter.stats.get("skipped", [])
    if count := sum("NO CUDA DEVICE" in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(f"NO CUDA DEVICE: {count} tests marked gpu were not run")


@pytest.fixture(scope="session")
def browsers() -> Iterator[Chromium]:
    """Headless Chromium, where it is installed; a process can hold one Playwright only."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        message = "NO CHROMIUM: the pages were not opened. On Debian: apt-get install chromium"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        print(f"\n{message}", file=sys.__stderr__)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    from tests.browser import Chromium

    with sync_playwright() as playwright:
        browsers = Chromium(playwright.chromium, path)
        yield browsers
        browsers.close()


@pytest.fixture
def chromium(browsers: Chromium) -> Iterator[Browser]:
    """The browser of this process, for one test."""
    with browsers.lent() as browser:
        yield browser
