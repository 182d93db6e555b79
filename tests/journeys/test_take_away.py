"""Take it with you in a browser, with the real process: a file is saved, one is stopped, a server ends meanwhile."""

from __future__ import annotations

import ast
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import needs_axe, violations
from tests.support.browser import Console, Server, be_patient, settled, visit
from tests.support.journeys import skip_without_browser
from tests.support.pages import finished_run
from tests.support.processes import wait_until
from trainer import PROJECT
from trainer.export.format import formats
from trainer.export.wording import WORDING
from trainer.recipe.recipe import Recipe
from trainer.runs.store import EXPORTS, Store

pytestmark = [pytest.mark.browser, skip_without_browser, needs_axe]
LESSON = Recipe.load(PROJECT / "recipes" / "text_lstm.json")


def exporting(server: Server) -> list[psutil.Process]:
    """The processes that make exports for a server."""
    found = []
    for one in psutil.Process(server.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has ended just now
            if "trainer.export.process" in one.cmdline():
                found.append(one)
    return found


def choose(page: Page, name: str) -> None:
    """Choose a format, and wait until the page shows it."""
    choice, title = page.get_by_role("combobox", name="Format"), formats()[name].title
    choice.click()
    choice.fill(title)
    choice.press("Enter")
    expect(choice).to_have_value(title)
    be_patient(page)


def left(runs: Path) -> list[str]:
    """What lies in the cache beside the exports that are ready."""
    return [one.name for one in (runs / EXPORTS).iterdir() if one.name.startswith(".")]


def test_a_lesson_goes_home(chrome: Browser, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    run = finished_run(Store(runs), LESSON, name="Größe: a/b", class_names=("negative", "positive"))
    server = Server(runs, tmp_path / "server.log")
    try:
        page = chrome.new_context(accept_downloads=True, permissions=["clipboard-read"]).new_page()
        page.set_default_timeout(60_000)
        console = Console(page)
        visit(page, f"{server.url}/results?run={run}")
        press = page.locator(".st-key-make-export button")
        choose(page, "script")
        press.click()
        save = page.get_by_role("link", name="Save")
        save.wait_for()
        with page.expect_download() as download:
            save.click()
        assert download.value.suggested_filename == "Größe-a-b.py"
        ast.parse(Path(download.value.path()).read_text("utf-8"))

        choose(page, "onnx")
        press.focus()
        page.keyboard.press("Enter")
        expect(press).to_have_accessible_name("Stop")
        wait_until(lambda: bool(exporting(server)))
        be_patient(page)
        expect(press).to_be_focused()
        page.keyboard.press("Enter")
        wait_until(lambda: not exporting(server) and not left(runs))
        expect(press).to_have_accessible_name("Make the file")
        expect(page.locator("#fb-status")).to_have_text(str(WORDING.message("stopped")))
        assert violations(page) == []

        copy = page.get_by_role("button", name="Copy: Link with its recipe inside")
        copy.click()
        expect(copy).to_be_focused()
        link = page.get_by_role("textbox", name="Link with its recipe inside").input_value()
        assert page.evaluate("navigator.clipboard.readText()") == link
        other = chrome.new_context().new_page()
        visit(other, link)
        expect(other.get_by_role("heading", level=1, name="Data")).to_be_visible()
        expect(other.get_by_text("Größe: a/b").first).to_be_visible()

        be_patient(page)
        press.click()
        wait_until(lambda: bool(exporting(server)))
        at_work = exporting(server)
        settled(page)
        assert console.complaints == []
        page.context.close()
        other.context.close()
        server.stop()
        wait_until(lambda: not any(one.is_running() for one in at_work))
        assert left(runs) == []
        assert "Error" not in server.log.read_text()
    finally:
        if server.process.poll() is None:
            server.stop()
