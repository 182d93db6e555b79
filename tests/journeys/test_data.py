"""The Data page in a real Chromium: samples on the first screen, and the focus after a press."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import Server, be_patient, settled, visit, wait_for
from tests.support.journeys import skip_without_browser

pytestmark = [pytest.mark.browser, skip_without_browser]

THREE = "text,label\n" + "".join(
    f'"we saw a {word} thing, number {n}",{label}\n'
    for n in range(60)
    for word, label in (("good", "yes"), ("bad", "no"), ("odd", "perhaps"))
)
"""A table of three classes, for which the layers of lesson 2 do not fit."""
STATUS = "#fb-status"
WALL = ".st-key-data-samples .fb-wall"


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    tab = chrome.new_page(viewport={"width": 1366, "height": 768})
    yield tab
    tab.close()


def bring(page: Page, url: str, path: Path) -> None:
    visit(page, f"{url}/data?recipe=text_lstm")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    path = tmp_path / "three.csv"
    path.write_text(THREE, "utf-8")
    return path


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844), (360, 740)])
def test_samples_are_on_the_first_screen(chrome: Browser, idle: Server, width: int, height: int) -> None:
    tab = chrome.new_page(viewport={"width": width, "height": height})
    visit(tab, f"{idle.url}/data?recipe=mnist_cnn")
    wall = tab.locator(WALL)
    expect(wall).to_be_visible()
    settled(tab)
    place = wall.bounding_box()
    assert place is not None
    assert place["y"] < height * 0.6
    assert place["width"] <= width
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.close()


def test_the_place_for_a_file_is_on_the_first_screen_of_a_notebook(page: Page, idle: Server) -> None:
    visit(page, f"{idle.url}/data?recipe=mnist_cnn")
    place = page.get_by_text("Use your own pictures").bounding_box()
    assert place is not None
    assert place["y"] + place["height"] < 768


def test_quick_try_keeps_the_focus_and_says_how_many_there_are(page: Page, idle: Server) -> None:
    visit(page, f"{idle.url}/data?recipe=mnist_cnn")
    for label, count in (("Quick try with 2,000 pictures", "1,800"), ("Use all pictures", "54,000")):
        button = page.get_by_role("button", name=label)
        button.focus()
        be_patient(page)
        page.keyboard.press("Enter")
        expect(page.locator(STATUS)).to_contain_text(count)
        expect(page.get_by_role("listitem").filter(has_text=count).first).to_be_visible()
        settled(page)
        expect(page.locator(".st-key-quick-try button:visible")).to_be_focused()


def test_a_fix_takes_the_focus_to_the_next_one_and_is_read_out(page: Page, idle: Server, three: Path) -> None:
    bring(page, idle.url, three)
    fit = page.get_by_role("button", name="Set units to 3")
    expect(fit).to_be_visible()
    settled(page)
    for _ in range(6):  # as many as there are
        fix = page.locator("[class*=st-key-fix-] button").first
        label = fix.inner_text().splitlines()[-1]
        fix.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=label, exact=True)).to_have_count(0)
        expect(page.locator(STATUS)).to_contain_text(label)
        settled(page)
        wait_for(page, "document.activeElement !== document.body")
        if not page.locator("[class*=st-key-fix-] button").count():
            break
        assert page.evaluate("document.activeElement.closest('[class*=st-key-fix-]') !== null")
    expect(page.locator("h1")).to_be_focused()


def test_the_rows_of_a_finding_are_shown_where_somebody_asks(page: Page, idle: Server, three: Path) -> None:
    three.write_text(THREE + '"we saw a good thing, number 1",yes\n' * 5, "utf-8")
    bring(page, idle.url, three)
    rows = page.get_by_text("Show the rows").first
    expect(rows).to_be_visible()
    settled(page)
    before = page.get_by_test_id("stDataFrame").count()
    rows.click()
    expect(page.get_by_test_id("stDataFrame")).to_have_count(before + 1)
