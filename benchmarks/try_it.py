"""How soon *Try it* answers: `python -m benchmarks.try_it [--beside-a-fit]`.

Trains a short run of lesson 1 and one of lesson 2, opens them in a Chromium with a profile of its own (so that what a
first visit loads is there at the second), and prints the table of `docs/performance.md`:

- from opening the page to the first answer, the first time and after,
- from a move of the pen, or a letter, to the answer on the page.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright
from rich.console import Console

from tests.support.browser import CHROMIUM_OPTIONS, find_chromium, server, visit, wait_for
from trainer import PROJECT
from trainer.engine.foreground import train_and_test
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Store

ANSWERS = "document.querySelector('.fb-try')?.dataset"
WATCH = """() => {
  const host = document.querySelector(".fb-try");
  const found = window.fitboardTimes = [];
  let since = 0;
  const begin = () => { since ||= performance.now(); };
  for (const name of ["pointermove", "input"]) host.addEventListener(name, begin, true);
  new MutationObserver(() => {
    if (!("asking" in host.dataset) && since) { found.push(performance.now() - since); since = 0; }
  }).observe(host, { attributes: true, attributeFilter: ["data-asking"] });
}"""
TEXT = "I liked this film a lot, the story was good and the people in it were funny and kind to one another. "


def trained(store: Store, lesson: str, settings: list[str]) -> str:
    """A short run of a lesson."""
    recipe = Recipe.load(PROJECT / "recipes" / f"{lesson}.json").with_settings(settings)
    return train_and_test(recipe, store, Console(quiet=True)).id


@contextmanager
def a_fit(runs: Path) -> Iterator[None]:
    """Lesson 1 on all of MNIST, in a process of its own."""
    command = [sys.executable, "-m", "trainer", "run", "recipes/mnist_cnn.json", "--runs", str(runs)]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(15)  # until it trains
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def first_answer(page: Page, address: str) -> tuple[float, float]:
    """Seconds from opening the page to its first answer, and from there on where the page stands."""
    began = time.monotonic()
    visit(page, address)
    stands = time.monotonic()
    wait_for(page, f"{ANSWERS}?.ready === 'true'")
    field = page.get_by_role("textbox", name="Your text")
    if field.count():
        field.fill("good")
    else:
        page.locator(".fb-pad-surface").click()
    wait_for(page, f"{ANSWERS}.answer")
    return time.monotonic() - began, time.monotonic() - stands


def while_drawing(page: Page, moves: int) -> list[float]:
    """Milliseconds from each move of the pen to the answer."""
    box = page.locator(".fb-pad-surface").bounding_box()
    assert box is not None
    page.evaluate(WATCH)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 5)
    page.mouse.down()
    for move in range(moves):
        angle = 2 * np.pi * move / 40
        page.mouse.move(
            box["x"] + box["width"] * (0.5 + 0.3 * np.sin(angle)),
            box["y"] + box["height"] * (0.5 - 0.3 * np.cos(angle)),
        )
        page.wait_for_timeout(20)
    page.mouse.up()
    wait_for(page, f"!{ANSWERS}.asking")
    return list(page.evaluate("window.fitboardTimes"))


def while_typing(page: Page, letters: int) -> list[float]:
    """Milliseconds from each letter to the answer."""
    page.get_by_role("textbox", name="Your text").fill("")
    page.evaluate(WATCH)
    page.get_by_role("textbox", name="Your text").press_sequentially((TEXT * 9)[:letters], delay=60)
    wait_for(page, f"!{ANSWERS}.asking")
    return list(page.evaluate("window.fitboardTimes"))


def main() -> None:
    """Train, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beside-a-fit", action="store_true", help="while lesson 1 is trained on the same computer")
    parser.add_argument("--times", type=int, default=200, help="moves of the pen, and letters")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder, "runs")
        store = Store(runs)
        digits = trained(store, "mnist_cnn", ["data.limit=2000", "fit.epochs=3"])
        reviews = trained(store, "text_lstm", ["fit.epochs=2"])
        beside = a_fit(Path(folder, "others")) if chosen.beside_a_fit else nullcontext()
        with server(runs, Path(folder, "server.log")) as running, sync_playwright() as playwright, beside:
            for run in (digits, reviews):  # the trainer makes the graph once; that is not what is measured
                made = f"{running.url}/live/{run}/network.json"
                request = playwright.request.new_context()
                while request.get(made).json()["state"] != "ready":
                    time.sleep(0.5)
            browser = playwright.chromium.launch_persistent_context(
                Path(folder, "profile"), executable_path=find_chromium(), args=CHROMIUM_OPTIONS
            )
            page = browser.new_page()
            print("| | lesson 1 | lesson 2 |\n|---|---|---|")
            opened = {
                run: [first_answer(page, f"{running.url}/try?run={run}") for _ in range(5)] for run in (digits, reviews)
            }
            whole, after = opened[digits][0]
            print(f"| first answer, first visit (of which the network) | {whole:.1f} s ({after:.1f} s) | |")
            later = [np.median(opened[run][1:], axis=0) for run in (digits, reviews)]
            cells = " | ".join(f"{whole:.1f} s ({after:.1f} s)" for whole, after in later)
            print(f"| first answer, later visits (of which the network) | {cells} |")
            typed = while_typing(page, chosen.times)
            first_answer(page, f"{running.url}/try?run={digits}")
            drawn = while_drawing(page, chosen.times)
            for name, share in (("median", 50), ("p95", 95)):
                cells = " | ".join(f"{np.percentile(found, share):.0f} ms" for found in (drawn, typed))
                print(f"| pen or letter to answer, {name} | {cells} |")
            browser.close()


if __name__ == "__main__":
    main()
