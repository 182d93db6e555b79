"""How soon *Watch it learn* shows the first point of a curve, in a real Chromium on a warm server.

`python -m benchmarks.first_curve` prints the table of `docs/performance.md` and takes some two minutes on two cores.
Each round is a new browser context, so nothing is cached. *First point* counts from the click on the Start page until
the live chart has drawn a point on the Train page; *whole training* until the run is over.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from components.library import lessons
from tests.support.browser import chromium, server, visit, wait_for_points, wait_for_state


def timed_watch(chrome: Browser, url: str, stem: str) -> tuple[float, float]:
    """Seconds from the click until the first point is drawn, and until the run is over."""
    context = chrome.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    visit(page, url)
    page.wait_for_timeout(1500)  # whoever clicks has looked at the cards first
    button = page.locator(f".st-key-lesson-{stem}").get_by_role("button", name="Watch it learn", exact=True)
    began = time.perf_counter()
    button.click()
    wait_for_points(page)
    first = time.perf_counter() - began
    wait_for_state(page, "finished", timeout=300_000)
    whole = time.perf_counter() - began
    context.close()
    return first, whole


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print("| lesson | first point, median | slowest | whole training, median |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, chromium() as chrome:
        runs = Path(folder) / "runs"
        runs.mkdir()
        with server(runs, Path(folder) / "log") as running:
            timed_watch(chrome, running.url, lessons()[0][0].stem)  # the trainer loads TensorFlow meanwhile
            for lesson in lessons()[0]:
                times = [timed_watch(chrome, running.url, lesson.stem) for _ in range(rounds)]
                firsts, wholes = zip(*times, strict=True)
                cells = (statistics.median(firsts), max(firsts), statistics.median(wholes))
                print(f"| {lesson.recipe.name} | " + " | ".join(f"{cell:.1f} s" for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
