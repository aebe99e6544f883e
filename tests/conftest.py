"""What all tests share: one thread, and one browser a process."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

import pytest
import torch

# The suite runs in several processes; one thread each is faster than threads that wait.
torch.set_num_threads(1)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """A headless Chromium without a network; a process can hold one Playwright only."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        message = "NO CHROMIUM: the pages were not opened. On Debian: apt-get install chromium"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        print(f"\n{message}", file=sys.__stderr__)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
