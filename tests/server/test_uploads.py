"""A real server, and a tab that speaks its protocol: uploads are taken out of memory, and hoarding is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.browser import Server
from tests.support.pages import ROWS
from tests.support.streamlit_client import Tab

pytestmark = pytest.mark.processes

TABLE = ("text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS)).encode()
LARGE = TABLE + b" " * 40_000_000


def test_a_tab_may_upload_one_file_after_another_but_hoards_none(running: Server, folder: Path) -> None:
    with Tab(running.url, "data", "recipe=text_lstm") as tab:
        tab.run()
        for number in range(3):
            upload(tab, f"table-{number}.csv", number + 1)
            assert len(list((folder / "runs" / "uploads").glob(f"*-table-{number}.csv"))) == 1, tab.said
        assert tab.put("hoarded.csv", LARGE)[0] == 204
        status, said = tab.put("hoarded too.csv", LARGE)
        assert status == 429
        assert said.endswith(".")
    with Tab(running.url, "data", "recipe=text_lstm") as tab:
        tab.run()
        upload(tab, "table.csv", 4)


def upload(tab: Tab, name: str, more: int) -> None:
    """Upload a table with so many more rows than the one before, and wait until the page shows how it is divided."""
    before = tab.split
    tab.upload(name, TABLE + b"".join(b"one more text %d,%d\n" % (row, row % 2) for row in range(20 * more)))
    tab.wait_for(lambda: tab.finished and tab.split != before)
