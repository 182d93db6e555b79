"""The server's memory while thirty people each upload a table that is too large: a real server and real uploads.

`python -m benchmarks.upload_memory` prints the table of `docs/reliability.md`. Each person uploads a CSV of 47 MB with
1.9 million short rows, which is refused with the offer of a sample: first one after another, then all at once. Then all
tabs are closed, and Streamlit drops their sessions a minute later (`server.disconnectedSessionTTL`). With `--accepted`,
the tables have 100,000 rows and are accepted.
"""

from __future__ import annotations

import argparse
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.data_loading import made
from tests.support.browser import server
from tests.support.processes import NOTHING, memory
from tests.support.streamlit_client import Tab

FORGOTTEN = 70.0
"""Seconds after which Streamlit has forgotten the session of a closed tab."""


def too_large() -> bytes:
    """47 MB in 1.9 million rows."""
    rows = (b"the short text %08d,%d\n" % (n, n % 2) for n in range(1_880_000))
    return b"text,label\n" + b"".join(rows)


class Watch:
    """Looks all the time at how much memory a process has."""

    def __init__(self, pid: int) -> None:
        self._pid, self._over = pid, threading.Event()
        self.most = memory(pid)
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self.most = max(self.most, memory(self._pid))

    def since_last(self) -> float:
        """The most since this was last asked, in megabytes."""
        most, self.most = self.most, memory(self._pid)
        return most

    def close(self) -> None:
        self._over.set()
        self._thread.join()


def upload(address: str, content: bytes, done: Callable[[Tab, str], bool]) -> tuple[Tab, float]:
    """Open the Data page in a new tab and upload a file; returns the tab, and the seconds until the answer.

    `done` is asked with the tab, and with how it showed the rows to be divided before the upload.
    """
    tab = Tab(address, "data", "recipe=text_lstm", timeout=600.0)
    tab.run()
    before = tab.split
    began = time.monotonic()
    tab.upload(f"{secrets.token_hex(4)}.csv", content)
    tab.wait_for(lambda: done(tab, before))
    return tab, time.monotonic() - began


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--accepted", action="store_true")
    parser.add_argument("--forgotten", type=float, default=FORGOTTEN)
    options = parser.parse_args()
    # The same for all: each is read by itself, since each is kept as a file of its own until it is known to be usable.
    content = made(100_000, 30) if options.accepted else too_large()

    def done(tab: Tab, before: str) -> bool:
        return tab.split != before if options.accepted else any("Use a sample of" in text for text in tab.said)

    print(
        "| | the server's memory | at most meanwhile | an answer after, median and worst |\n|---|---|---|---|",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder, server(Path(folder) / "runs", Path(folder) / "log") as running:
        pid = running.process.pid
        with Tab(running.url, "data", "recipe=text_lstm", timeout=600.0) as first:
            first.run()  # by then all is loaded that a page needs
        watch = Watch(pid)

        def row(title: str, waits: list[float]) -> None:
            told = f"{sorted(waits)[len(waits) // 2]:.1f} s, {max(waits):.1f} s" if waits else ""
            print(f"| {title} | {memory(pid):.0f} MB | {watch.since_last():.0f} MB | {told} |", flush=True)

        row("one page has been opened", [])
        tabs, waits = [], []
        for _ in range(options.people):
            tab, wait = upload(running.url, content, done)
            tabs.append(tab)
            waits.append(wait)
        row(f"{options.people} people one after another", waits)
        with ThreadPoolExecutor(options.people) as pool:
            tried = [pool.submit(upload, running.url, content, done) for _ in range(options.people)]
            came = [one.result() for one in tried]
        tabs += [tab for tab, _ in came]
        row(f"{options.people} people at once", [wait for _, wait in came])
        for tab in tabs:
            tab.close()
        NOTHING.wait(options.forgotten)
        row("all tabs closed, and their sessions forgotten", [])
        watch.close()


if __name__ == "__main__":
    main()
