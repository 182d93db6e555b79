"""How soon *Try it* answers, and what it costs a fit: `python -m benchmarks.try_it [--beside-a-fit | --thirty]`.

Trains a short run of lesson 1 and one of lesson 2, opens them in a Chromium with a profile of its own (so that what a
first visit loads is there at the second), and prints the table of `docs/performance.md`:

- from opening the page to the first answer: the first time, after a reload, and back from another page,
- from a move of the pen, or a letter, to the answer on the page.

With `--thirty` it trains lesson 1 on all of MNIST instead, and prints how long its epochs take while nobody looks and
while thirty visitors have *Try it* open, in turn.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from websockets.sync.client import connect

from tests.support.browser import CHROMIUM_OPTIONS, Server, find_chromium, go_to, server, wait_for
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
def a_fit(runs: Path, *settings: str) -> Iterator[None]:
    """Lesson 1 on all of MNIST, in a process of its own."""
    command = [sys.executable, "-m", "trainer", "run", "recipes/mnist_cnn.json", "--runs", str(runs)]
    command += [part for one in settings for part in ("--set", one)]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(15)  # until it trains
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def first_answer(page: Page, address: str) -> tuple[float, float]:
    """Seconds from opening the page to its first answer, and to the pad or the field."""
    began = time.monotonic()
    page.goto(address, wait_until="commit")
    return answered(page, began)


def back_again(page: Page) -> tuple[float, float]:
    """The same from a click on the link *Try it* of another page of the tab."""
    go_to(page, "Results")
    page.wait_for_timeout(1500)  # nobody comes back before that
    began = time.monotonic()
    page.get_by_role("link", name="Try it", exact=True).first.click()
    return answered(page, began)


def answered(page: Page, began: float) -> tuple[float, float]:
    """Draw or type as soon as that can be done; seconds to the answer, and until it could be done."""
    wait_for(page, f"{ANSWERS}?.ready === 'true'")
    stands = time.monotonic()
    field = page.get_by_role("textbox", name="Your text")
    if field.count():
        field.fill("good")
    else:
        page.locator(".fb-pad-surface").click()
    wait_for(page, f"{ANSWERS}.answer")
    return time.monotonic() - began, stands - began


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


def get(address: str) -> bytes:
    """What the server answers."""
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - our own http
        return bytes(answer.read())


class Visitor(threading.Thread):
    """Asks for what a browser asks for that has *Try it* open on a run in progress; drawing asks for nothing."""

    def __init__(self, url: str, run: str, late: float) -> None:
        super().__init__(daemon=True)
        self._url, self._run, self._late, self._has = url, run, late, set[str]()
        self.gone = threading.Event()

    def run(self) -> None:
        """Look at the network when the page is opened, after news of an epoch and once more, else every ten seconds."""
        self._look()
        is_news = False
        with connect(f"{self._url.replace('http', 'ws', 1)}/live/{self._run}?steps=1&since=-1") as socket:
            due = time.monotonic() + 10
            while not self.gone.is_set():
                try:
                    news = json.loads(socket.recv(timeout=max(0.0, min(due - time.monotonic(), 0.2))))
                except TimeoutError:
                    news = {}
                if {"state", "epoch", "phase"} & set(news.get("s") or {}):
                    is_news, due = True, min(due, time.monotonic() + 0.5 + self._late)
                if time.monotonic() >= due:
                    self._look()
                    is_news, due = False, time.monotonic() + (2 if is_news else 10)

    def _look(self) -> None:
        """Fetch the description, the graph once, and the weights of the newest epoch once."""
        found = json.loads(get(f"{self._url}/live/{self._run}/network.json"))
        if found["state"] == "ready":
            for address in {found["graph"], found["epochs"][-1]["address"]} - self._has:
                get(self._url + address)
                self._has.add(address)


def beside_visitors(running: Server, runs: Path, blocks: int, visitors: int) -> dict[bool, list[tuple[float, float]]]:
    """The epochs of one fit without and with visitors, three each in turn: seconds, and the server's share of a core.

    The first of three is not counted: in it they come or go.
    """
    store, known = Store(runs), set(Store(runs).ids())
    process = psutil.Process(running.process.pid)
    found: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    guests: list[Visitor] = []
    with a_fit(runs, f"fit.epochs={6 * blocks + 2}", "data.limit=20000"):
        while not (run := "".join(set(store.ids()) - known)):
            time.sleep(0.5)
        done, spent, at = 0, 0.0, 0.0
        while done <= 6 * blocks:
            epochs = store.read(run).history.epochs
            if len(epochs) > done:
                done, before, since = len(epochs), spent, at
                times = process.cpu_times()
                spent, at = times.user + times.system, time.monotonic()
                turn, place = divmod(done - 2, 3)
                if place > 0:
                    found[turn % 2 == 1].append((epochs[-1].seconds, (spent - before) / (at - since)))
                if place == 2:
                    for guest in guests:
                        guest.gone.set()
                    guests = (
                        [Visitor(running.url, run, 0.25 * one / visitors) for one in range(visitors)]
                        if turn % 2 == 0
                        else []
                    )
                    for guest in guests:
                        guest.start()
            time.sleep(0.05)
    return found


def print_thirty(blocks: int) -> None:
    """What thirty visitors cost a fit."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder, "runs")
        with server(runs, Path(folder, "server.log")) as running:
            found = beside_visitors(running, runs, blocks, 30)
    medians = {}
    for is_beside, name in ((False, "alone"), (True, "beside thirty")):
        medians[is_beside], share = np.median(found[is_beside], axis=0)
        listed = " ".join(f"{seconds:.2f}" for seconds, _ in found[is_beside])
        print(f"{name}: an epoch takes {medians[is_beside]:.2f} s, the server {share:.1%} of a core ({listed})")
    print(f"slower by {medians[True] / medians[False] - 1:.1%}")


def print_answers(times: int, *, is_beside: bool) -> None:
    """How soon it answers."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder, "runs")
        store = Store(runs)
        digits = trained(store, "mnist_cnn", ["data.limit=2000", "fit.epochs=3"])
        reviews = trained(store, "text_lstm", ["fit.epochs=2"])
        beside = a_fit(Path(folder, "others")) if is_beside else nullcontext()
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
            opened, back = {}, {}
            for run in (digits, reviews):
                opened[run] = [first_answer(page, f"{running.url}/try?run={run}") for _ in range(6)]
                back[run] = [back_again(page) for _ in range(5)]
            whole, stands = opened[digits][0]
            print(f"| first answer, first visit (the pad stands) | {whole:.1f} s ({stands:.1f} s) | |")
            for name, found in (
                ("after a reload", {run: those[1:] for run, those in opened.items()}),
                ("back from another page", back),
            ):
                medians = [np.median(found[run], axis=0) for run in (digits, reviews)]
                cells = " | ".join(f"{whole:.1f} s ({stands:.1f} s)" for whole, stands in medians)
                print(f"| first answer, {name} (the pad or the field stands) | {cells} |")
            typed = while_typing(page, times)
            first_answer(page, f"{running.url}/try?run={digits}")
            drawn = while_drawing(page, times)
            for name, share in (("median", 50), ("p95", 95)):
                cells = " | ".join(f"{np.percentile(found, share):.0f} ms" for found in (drawn, typed))
                print(f"| pen or letter to answer, {name} | {cells} |")
            browser.close()


def main() -> None:
    """Train, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beside-a-fit", action="store_true", help="while lesson 1 is trained on the same computer")
    parser.add_argument("--thirty", type=int, metavar="BLOCKS", help="what thirty visitors cost; six epochs a block")
    parser.add_argument("--times", type=int, default=200, help="moves of the pen, and letters")
    chosen = parser.parse_args()
    if chosen.thirty:
        print_thirty(chosen.thirty)
    else:
        print_answers(chosen.times, is_beside=chosen.beside_a_fit)


if __name__ == "__main__":
    main()
