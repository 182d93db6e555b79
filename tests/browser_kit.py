"""What several files of browser tests share."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from benchmarks.browser import find_chromium, go_to, settled, visit

skip_without_browser = pytest.mark.skipif(
    find_chromium() is None and not os.environ.get("FITBOARD_NEEDS_BROWSER"),
    reason="no Chromium on this computer; .ci/run installs one and never skips",
)
expect.set_options(timeout=60_000)  # the computer may be busy with much else

FEW = "400"
"""Pictures of a quick try: an epoch takes about a second."""
NOTHING = Event()


def begin_lesson_on_few_rows(page: Page, url: str, epochs: str) -> None:
    """Open lesson 1 by its link, take few pictures, and set the number of epochs."""
    visit(page, f"{url}/data?recipe=mnist_cnn")
    limit = page.get_by_role("spinbutton", name="Use only (limit)")
    limit.fill(FEW)
    limit.press("Enter")
    expect(page.get_by_text("360", exact=True)).to_be_visible()
    go_to(page, "Train")
    number = page.get_by_role("spinbutton", name="Epochs")
    number.fill(epochs)
    number.press("Enter")
    settled(page)


def complaints(log: Path) -> list[str]:
    """What a server has printed besides Streamlit's greeting."""
    lines = [line for line in log.read_text().splitlines() if line.strip()]
    return [line for line in lines if "URL:" not in line and "view your Streamlit app" not in line]


def wait_until(true: Callable[[], bool], timeout: float = 60.0) -> None:
    """Other processes wake no event here, so that they are looked at twenty times a second."""
    for _ in range(int(timeout * 20)):
        if true():
            return
        NOTHING.wait(0.05)
    raise AssertionError("It did not happen in time.")


def trainers(runs: Path) -> list[int]:
    """The processes that work on this folder of runs."""
    table = subprocess.run(["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in table.splitlines() if str(runs) in line]


def handshake(port: int, path: str) -> bytes:
    """What opens a WebSocket, for a client that is written by hand."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: localhost:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ]
    return "\r\n".join([*lines, "", ""]).encode()
