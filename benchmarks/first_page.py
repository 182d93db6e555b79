"""How soon the first page is there, in a real Chromium.

`python -m benchmarks.first_page` prints the table of `docs/performance.md` and takes half a minute on two cores. Each
visit is a new browser context, so nothing is cached. *Title* is the time from the request to the page's heading;
*complete* until the button of the third lesson is there and the server has finished its run of the page. The first
visit after the server's start is given apart: it imports what pages need.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from tests.support.browser import chromium, server, settled


def timed_visit(chrome: Browser, url: str) -> tuple[float, float]:
    """Seconds until the heading is there, and until the page is complete."""
    context = chrome.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.get_by_role("heading", level=1).wait_for()
    title = time.perf_counter() - began
    page.get_by_role("button", name=re.compile("^Begin ")).nth(2).wait_for()
    settled(page)
    complete = time.perf_counter() - began
    context.close()
    return title, complete


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, chromium() as chrome:
        runs = Path(folder) / "runs"
        runs.mkdir()
        with server(runs, Path(folder) / "log") as running:
            title, complete = timed_visit(chrome, running.url)
            print("| visit | title | complete |\n|---|---|---|")
            print(f"| first after the start | {title:.2f} s | {complete:.2f} s |")
            times = [timed_visit(chrome, running.url) for _ in range(rounds)]
    title, complete = (statistics.median(column) for column in zip(*times, strict=True))
    slowest = [max(column) for column in zip(*times, strict=True)]
    print(f"| median of {rounds} more | {title:.2f} s | {complete:.2f} s |")
    print(f"| slowest of them | {slowest[0]:.2f} s | {slowest[1]:.2f} s |")


if __name__ == "__main__":
    main()
