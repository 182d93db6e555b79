"""Lesson 1 by keyboard alone: how many keys it takes, and that the focus is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.support.browser import server, visit
from tests.support.journeys import skip_without_browser
from tests.support.keyboard import Keyboard

pytestmark = [pytest.mark.browser, skip_without_browser]
MOST_PRESSES = 35
SAID = "#fb-status"


@pytest.fixture
def tab(chrome: Browser, tmp_path: Path) -> Iterator[Tab]:
    with server(tmp_path / "runs", tmp_path / "log") as started, chrome.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        visit(page, started.url)
        yield page


def test_lesson_1_step_by_step(tab: Tab) -> None:
    keys = Keyboard(tab)
    keys.go_to("Skip to main content")
    keys.press("Enter")
    keys.go_to("Begin lesson 1")
    keys.enter()
    keys.go_to("Quick try with 2,000 pictures")
    keys.enter()
    keys.go_to("Next: the model", back=True)
    keys.enter()
    keys.go_to("Next: train")
    keys.enter()
    train_and_test(tab, keys)
    assert keys.presses <= MOST_PRESSES, "\n".join(keys.ways)


def test_watch_it_learn(tab: Tab) -> None:
    keys = Keyboard(tab)
    keys.go_to("Skip to main content")
    keys.press("Enter")
    keys.go_to("Watch it learn")
    keys.enter()
    keys.go_to("Pause", most=5)
    end_with_the_test(tab, keys)
    assert keys.presses <= MOST_PRESSES / 2, "\n".join(keys.ways)


def train_and_test(tab: Tab, keys: Keyboard) -> None:
    keys.go_to("Train")
    keys.enter()
    end_with_the_test(tab, keys)


def end_with_the_test(tab: Tab, keys: Keyboard) -> None:
    """Wait for the end of the run with the focus on the main button, and test the model."""
    expect(tab.get_by_role("button", name="Test it")).to_be_visible()
    keys.wait()
    assert keys.focused == "Test it"
    keys.enter()
    expect(tab.get_by_role("heading", level=1, name="Results")).to_be_visible()
    expect(tab.get_by_role("heading", name="Confusion matrix")).to_be_visible()
    expect(tab.locator(SAID)).to_contain_text("%")
