"""Errors on pages in a real browser, on a server with a fault in each page and in a callback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from components.library import lesson
from tests.support.browser import Server, server, settled, visit
from tests.support.folders import BROKEN_APP
from tests.support.journeys import skip_without_browser
from tests.support.pages import finished_run
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser]
BROKEN = (str(BROKEN_APP),)


@pytest.fixture(scope="module")
def run(folder: Path) -> str:
    return finished_run(Store(folder / "runs"), lesson("mnist_cnn").recipe)


@pytest.fixture(scope="module")
def faulty(folder: Path, run: str) -> Iterator[Server]:
    with server(folder / "runs", folder / "server.log", launcher=BROKEN) as started:
        yield started


def test_each_page_goes_on_around_its_error(chrome: Browser, faulty: Server, run: str) -> None:
    page = chrome.new_page()
    for name in ("data", "model", "train", "results", "runs"):
        visit(page, f"{faulty.url}/{name}?run={run}")
        card = page.locator("[class*=st-key-error-card]")
        expect(card).to_have_count(1)
        expect(card).to_contain_text("Something in Fitboard went wrong")
        expect(page.get_by_role("heading", level=1, name=name.title())).to_be_visible()
        for way in ("Start with a lesson", "Runs"):
            expect(card.get_by_role("link", name=way)).to_be_visible()
        expect(card.get_by_role("button", name="Try again")).to_be_enabled()
        words = page.locator("body").inner_text()
        assert not re.search("Traceback|Streamlit|RuntimeError|a fault that this test", words)
        reference = re.search(r"Reference: (\w+)", card.inner_text())
        assert reference is not None
        card.get_by_role("button", name="Try again").click()
        settled(page)
        expect(card).to_contain_text(reference.group(1))
        log = faulty.log.read_text()
        assert log.count(f"reference {reference.group(1)}:") == 1
        assert "Uncaught app execution" not in log
    page.locator("[class*=st-key-error-card]").get_by_role("link", name="Start with a lesson").click()
    expect(page.get_by_role("button", name="Begin lesson 1")).to_be_enabled()
    page.close()


def test_an_error_in_a_callback_leaves_the_page(chrome: Browser, faulty: Server) -> None:
    page = chrome.new_page()
    visit(page, f"{faulty.url}/data?recipe=mnist_cnn")
    limit = page.get_by_role("spinbutton", name="Training pictures", exact=True)
    limit.fill("400")
    limit.press("Enter")
    undo = page.get_by_role("button", name="Undo", exact=True)
    expect(undo).to_be_enabled()
    undo.click()
    card = page.locator(".st-key-error-card-click")
    expect(card).to_contain_text("while answering your last click")
    expect(card).to_contain_text("saved as a draft")
    expect(limit).to_have_value("400")
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible()
    assert "Streamlit" not in page.locator("body").inner_text()
    page.reload()
    expect(limit).to_have_value("400")
    expect(card).to_have_count(0)
    page.close()
