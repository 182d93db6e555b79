"""Two hundred page loads within two minutes on a server that starts with 256 open files, as on macOS.

`python -m benchmarks.descriptors` prints the table of `docs/security.md` and takes about five minutes. Each load does
what a reload does: its few requests, a WebSocket, one run of the page, and then it closes. The series is measured
twice: where the system allows more than 256 open files, and where it does not. `--loads N` and `--minutes N` change
the series.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import psutil
from websockets.exceptions import WebSocketException

from tests.support.browser import Server, server
from tests.support.processes import NOTHING
from tests.support.streamlit_client import Tab, elements

PATIENCE = 20.0
"""Seconds until a page that shows nothing counts as empty."""
PAGES = ("", "data", "model", "train", "results", "runs")


def answers(url: str, page: str) -> bool:
    """Whether a page shows something."""
    try:
        with Tab(url, page, timeout=PATIENCE) as opened:
            return elements(opened.run()) > 0
    except (OSError, WebSocketException):
        return False


def load(running: Server, loads: int, seconds: float) -> list[tuple[str, str, str, str]]:
    """Load pages evenly over a time; returns rows of a table."""
    process = psutil.Process(running.process.pid)
    began, filled, rows = time.monotonic(), 0, []
    for number in range(loads + 1):
        if number % 50 == 0:
            health = "yes" if running.answers() else "NO"
            rows.append((f"{number}", f"{process.num_fds()}", f"{filled} of {number}", health))
        if number < loads:
            filled += answers(running.url, PAGES[number % len(PAGES)])
            NOTHING.wait(max(0.0, began + (number + 1) * seconds / loads - time.monotonic()))
    page = "yes" if answers(running.url, "train") else "NO"
    rows.append(("one more", f"{process.num_fds()}", page, "yes" if running.answers() else "NO"))
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=2.0)
    given = parser.parse_args()
    for soft, hard in ((256, 4096), (256, 256)):
        with tempfile.TemporaryDirectory() as name:
            log = Path(name) / "log"
            with server(Path(name) / "runs", log, open_files=(soft, hard)) as running:
                rows = load(running, given.loads, 60 * given.minutes)
            said = [line for line in log.read_text("utf-8").splitlines() if "open at once" in line]
        print(f"\n| `ulimit -Sn {soft}`, `-Hn {hard}`: loads | descriptors | pages shown | health |\n|---|---|---|---|")
        for row in rows:
            print("| " + " | ".join(row) + " |", flush=True)
        print(f"\nIn the log: {said[0] if said else 'nothing'}")


if __name__ == "__main__":
    main()
