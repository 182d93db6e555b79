"""What the browser tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import find_chromium, go_to, settled, visit

skip_without_browser = pytest.mark.skipif(
    find_chromium() is None and not os.environ.get("FITBOARD_NEEDS_BROWSER"),
    reason="no Chromium on this computer; .ci/run installs one and never skips",
)
expect.set_options(timeout=60_000)  # the computer may be busy with much else

FEW = "400"
"""Pictures of a quick try: an epoch takes about a second."""


def begin_lesson_on_few_rows(page: Page, url: str, epochs: str) -> None:
    """Open lesson 1 by its link, take few pictures, and set the number of epochs."""
    visit(page, f"{url}/data?recipe=mnist_cnn")
    limit = page.get_by_role("spinbutton", name="Training pictures", exact=True)
    limit.fill(FEW)
    limit.press("Enter")
    expect(page.get_by_text("360", exact=True)).to_be_visible()
    go_to(page, "Train")
    number = page.get_by_role("spinbutton", name="Epochs")
    number.fill(epochs)
    number.press("Enter")
    settled(page)


def complaints(log: Path) -> list[str]:
    """What a server has printed besides Streamlit's greeting; an orderly server prints nothing."""
    lines = [line for line in log.read_text().splitlines() if line.strip()]
    return [line for line in lines if "URL:" not in line and "view your Streamlit app" not in line]


def handshake(port: int, path: str) -> bytes:
    """The request that opens a WebSocket, for a client written by hand."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: localhost:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ]
    return "\r\n".join([*lines, "", ""]).encode()
