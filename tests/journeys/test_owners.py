"""Two browsers on one computer, each with a cookie of its own, also after the server was restarted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from components.person import COOKIE
from tests.support.browser import go_to, server, settled, visit, wait_for, wait_for_points, wait_for_state
from tests.support.journeys import begin_lesson_on_few_rows, skip_without_browser
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser]


@contextmanager
def tab(context: BrowserContext) -> Iterator[Page]:
    made = context.new_page()
    made.set_default_timeout(60_000)
    yield made
    made.close()


@pytest.fixture
def contexts(chrome: Browser) -> Iterator[tuple[BrowserContext, BrowserContext]]:
    two = chrome.new_context(), chrome.new_context()
    yield two
    for context in two:
        context.close()


def test_what_one_browser_makes_another_does_not_stop(
    contexts: tuple[BrowserContext, BrowserContext], tmp_path: Path
) -> None:
    hers, his = contexts
    with server(tmp_path / "runs", tmp_path / "server.log") as running:
        with tab(hers) as page:
            begin_lesson_on_few_rows(page, running.url, "2000")
            page.get_by_role("button", name="Train", exact=True).click()
            wait_for_points(page)
            link, draft = page.url, re.search(r"draft=(\w+)", page.url)
            assert page.evaluate("document.cookie").count(COOKIE) == 0, "no script reads it"
        (run,) = Store(tmp_path / "runs").ids()
        assert draft is not None
        with tab(his) as page:
            visit(page, running.url)
            expect(page.get_by_text("Nothing yet.")).to_be_visible()
            go_to(page, "Runs")
            expect(page.get_by_text("1 run of another browser on this computer is hidden.")).to_be_visible()
            expect(page.get_by_role("button", name="Open")).to_have_count(0)
            visit(page, f"{running.url}/train?run={run}")
            wait_for_points(page)
            expect(page.get_by_role("button", name="Stop", exact=True)).to_be_disabled()
            expect(page.get_by_text("This belongs to another browser on this computer").first).to_be_visible()
            visit(page, f"{running.url}/train?draft={draft[1]}")
            expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("2000")
            wait_for(page, f"!location.search.includes('{draft[1]}')")
            go_to(page, "Runs")
            page.get_by_text("Show everybody's on this computer").click()
            page.get_by_role("button", name="Open").click()
            settled(page)
            page.get_by_role("button", name="Stop", exact=True).click()
            wait_for_state(page, "stopped")
            expect(page.get_by_text("Stopped by you", exact=False).first).to_be_visible()
        with tab(hers) as page:
            visit(page, link)
            expect(page.get_by_text("Stopped by somebody else at this computer", exact=False).first).to_be_visible()
    with server(tmp_path / "runs", tmp_path / "again.log") as running:
        with tab(hers) as page:
            visit(page, f"{running.url}/runs")
            expect(page.get_by_role("button", name="Open")).to_have_count(1)
            expect(page.get_by_text("hidden")).to_have_count(0)
        with tab(his) as page:
            visit(page, f"{running.url}/runs")
            expect(page.get_by_role("button", name="Open")).to_have_count(0)
