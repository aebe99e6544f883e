"""A browser that stands still is ended, and the next test has one that answers."""

from __future__ import annotations

import psutil
import pytest
from playwright.sync_api import Error

from tests.browser import PATIENCE


@pytest.mark.parametrize(
    "script",
    ["new Promise(() => {})", "() => { for (;;); }"],
    ids=["never answers", "computes for ever"],
)
def test_a_page_that_does_not_come_back_costs_one_test(browsers, script):
    # Whichever of its processes ends first says so in words of its own.
    with browsers.lent(patience=2) as browser, pytest.raises(Error, match=r"closed|crashed"):
        browser.new_page().evaluate(script)
    assert not browser.is_connected()
    with browsers.lent() as another:
        assert another is not browser
        assert another.new_page().evaluate("1 + 1") == 2


def test_nothing_of_an_ended_browser_is_left(browsers):
    with browsers.lent() as browser:
        browser.new_page()
        processes = browsers.processes()
        assert len(processes) > 1
    browsers.kill()
    _, alive = psutil.wait_procs(processes, timeout=20)
    assert not alive


def test_a_browser_is_lent_again_and_the_watch_ends(browsers):
    with browsers.lent(patience=1) as first:
        page = first.new_page()
    with browsers.lent(PATIENCE) as second:
        page.wait_for_timeout(1500)
        assert second is first
        assert page.evaluate("1 + 1") == 2
        page.close()
