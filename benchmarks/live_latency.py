"""How soon a point appears in the chart, what an update costs, and what many viewers cost, in a real Chromium.

`python -m benchmarks.live_latency` prints the tables of `docs/performance.md` and takes about six minutes on two
cores; with `--cost` it only measures what one watched chart costs the browser, in one minute.

*Latency* is the time from an event's line in the log, which the trainer's callback writes and flushes, until the
browser has drawn it. Both times come from the same clock: a reader in this process polls the log 200 times a second,
and the browser notes when the number of the newest drawn event changes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock
from playwright.sync_api import Browser, Page, WebSocket

from tests.support.browser import Server, chromium, go_to, server, settled, visit, wait_for_points, wait_for_state
from trainer.recipe.recipe import Recipe
from trainer.runs.events import BatchSeen, EpochEnded, Phase, Prepared, RunState, StateChanged
from trainer.runs.log import LogReader, LogWriter
from trainer.runs.store import Store

NOTE = """
window.drawn = [];
const chart = document.querySelector('.fb-live');
new MutationObserver(() => window.drawn.push([Number(chart.dataset.drawn), performance.timeOrigin + performance.now()]))
  .observe(chart, { attributes: true, attributeFilter: ['data-drawn'] });
"""
OPEN = """([url, count]) => Promise.all(Array.from({ length: count }, () => new Promise((resolve, reject) => {
  const socket = new WebSocket(url);
  (window.watchers ??= []).push(socket);
  socket.onmessage = resolve; socket.onerror = reject;
})))"""


def renderer_seconds() -> float:
    """Processor time of the processes that draw the pages of this program's browser, all their threads together."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has ended meanwhile
            if "--type=renderer" in process.cmdline():
                used += sum(process.cpu_times()[:2])
    return used


@dataclass
class Written:
    """Follows a log from outside and notes when each event was there, in milliseconds since 1970."""

    log: Path
    when: dict[int, float] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Written:
        self._thread = threading.Thread(target=self._follow, name="written", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(5)

    def _follow(self) -> None:
        reader = LogReader(self.log)
        while not self._over.wait(0.005):
            now = time.time() * 1000
            for event in reader.read():
                if isinstance(event, BatchSeen | EpochEnded):
                    self.when[event.n] = now


@dataclass
class Traffic:
    """The size in bytes of each message with new points."""

    updates: list[int] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)

    def listen(self, socket: WebSocket) -> None:
        if "/live/" in socket.url:
            socket.on("framereceived", self._note)

    def _note(self, payload: str | bytes) -> None:
        text = payload if isinstance(payload, str) else payload.decode()
        (self.whole if '"all"' in text[:40] else self.updates).append(len(text)) if '"n"' in text[:5] else None


def latencies(page: Page, written: Written) -> list[float]:
    """Milliseconds from log to chart, of each event that the page has drawn since it was told to note."""
    drawn: list[list[float]] = page.evaluate("window.drawn")
    found, place = [], 0
    first = drawn[0][0] if drawn else 0
    for n, there in sorted(written.when.items()):
        if n <= first:
            continue  # drawn with the history, or before anybody noted
        while place < len(drawn) and drawn[place][0] < n:
            place += 1
        if place < len(drawn):
            found.append(drawn[place][1] - there)
    return found


def row(name: str, times: list[float], traffic: Traffic) -> None:
    """Print a line of the table."""
    ordered = sorted(times)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    sizes = sorted(traffic.updates) or [0]
    print(
        f"| {name} | {len(times)} | {statistics.median(times):.0f} ms | {p95:.0f} ms | {ordered[-1]:.0f} ms | "
        f"{statistics.median(sizes):.0f} | {sizes[-1]} |",
        flush=True,
    )


def during_a_fit(chrome: Browser, running: Server, runs: Path, seconds: int) -> None:
    """Lesson 1 on all digits: fit, server and browser share the cores."""
    page, traffic = chrome.new_page(viewport={"width": 1366, "height": 768}), Traffic()
    page.on("websocket", traffic.listen)
    visit(page, f"{running.url}/?recipe=mnist_cnn")
    go_to(page, "Train")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("500")  # the training outlasts its measurement
    epochs.press("Enter")
    settled(page)
    page.get_by_role("button", name="Train", exact=True).click()
    wait_for_points(page, 20)
    run = Store(runs).ids()[0]
    with Written(Store(runs).log(run)) as written:
        page.evaluate(NOTE)
        traffic.updates.clear()
        page.wait_for_timeout(1000 * seconds)
        row("lesson 1 training on the same two cores", latencies(page, written), traffic)
    page.get_by_role("button", name="Stop", exact=True).click()
    wait_for_state(page, "stopped")
    page.close()


class Fabricated:
    """A run in progress that this process writes, with as many points as wanted behind it."""

    def __init__(self, runs: Path, recipe: Recipe, points: int) -> None:
        store = Store(runs)
        self.run = store.create(recipe)
        self.log = store.log(self.run)
        self._lock = FileLock(self.log.with_name("lock"))
        self._lock.acquire()
        self._writer = LogWriter(self.log)
        self.step, self._steps = 0, 2 * points + 10_000
        sizes: dict[str, Any] = {"train": 32, "validation": 8, "test": 8, "batch_size": 32, "parameters": 1}
        prepared = Prepared(
            seconds=1, same_rows=False, steps=self._steps, epochs=5, class_names=("a", "b"), execution=None, **sizes
        )
        for event in (StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.RUNNING), prepared):
            self._writer.write(event)
        self._writer.write(Phase(name="training"))
        for _ in range(points):
            self.point()

    def point(self) -> None:
        """Write one more batch point."""
        self.step += 1
        logs = {"loss": 2.0 / (1 + self.step / 1000) + self.step % 7 / 100, "accuracy": self.step % 97 / 97}
        self._writer.write(BatchSeen(epoch=1, step=self.step, logs=logs))

    def go_on(self, seconds: float) -> None:
        """Ten points a second, as a trainer writes them."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.point()
            time.sleep(0.1)

    def close(self) -> None:
        """End the run."""
        self._writer.write(StateChanged(state=RunState.STOPPED, reason="The measurement is over."))
        self._writer.close()
        self._lock.release()


def with_points(chrome: Browser, running: Server, runs: Path, recipe: Recipe, points: int, seconds: int) -> None:
    """A run that has so many points already."""
    run = Fabricated(runs, recipe, points)
    page, traffic = chrome.new_page(viewport={"width": 1366, "height": 768}), Traffic()
    page.on("websocket", traffic.listen)
    visit(page, f"{running.url}/train?run={run.run}")
    wait_for_points(page, min(points, 500))
    with Written(run.log) as written:
        page.evaluate(NOTE)
        traffic.updates.clear()
        writer = threading.Thread(target=run.go_on, args=(seconds,))
        writer.start()
        page.wait_for_timeout(1000 * seconds + 500)
        writer.join()
        row(f"{points:,} points before", latencies(page, written), traffic)
    run.close()
    page.close()


def cost(chrome: Browser, running: Server, runs: Path, recipe: Recipe, seconds: int) -> None:
    """What one chart with ten points a second costs the browser: in sight, and scrolled out of it."""
    run = Fabricated(runs, recipe, 500)
    page = chrome.new_page(viewport={"width": 1366, "height": 768})
    visit(page, f"{running.url}/train?run={run.run}")
    wait_for_points(page, 500)
    for name, top in (("in sight", 0), ("scrolled out of sight", 10_000)):
        page.evaluate(f"document.querySelector('[data-testid=stMain]').scrollTo(0, {top})")
        page.wait_for_timeout(2000)
        with Written(run.log) as written:
            page.evaluate(NOTE)
            used, began = renderer_seconds(), time.monotonic()
            writer = threading.Thread(target=run.go_on, args=(seconds,))
            writer.start()
            page.wait_for_timeout(1000 * seconds)
            share = (renderer_seconds() - used) / (time.monotonic() - began)
            writer.join()
            median = statistics.median(latencies(page, written))
        print(f"| {name} | {100 * share:.1f} % of a core | {median:.0f} ms |", flush=True)
    run.close()
    page.close()


def watchers(chrome: Browser, running: Server, runs: Path, recipe: Recipe, count: int, seconds: int) -> None:
    """The server's own time with so many sockets that follow one run, each told every point."""
    run = Fabricated(runs, recipe, 1000)
    page = chrome.new_page()
    page.goto(f"{running.url}/_stcore/health")
    page.evaluate(OPEN, [f"{running.url.replace('http', 'ws')}/live/{run.run}", count])
    process = psutil.Process(running.process.pid)
    used = sum(process.cpu_times()[:2])
    began = time.monotonic()
    writer = threading.Thread(target=run.go_on, args=(seconds,))
    writer.start()
    page.wait_for_timeout(1000 * seconds)
    writer.join()
    share = (sum(process.cpu_times()[:2]) - used) / (time.monotonic() - began)
    open_still = page.evaluate("(window.watchers ?? []).filter((socket) => socket.readyState === 1).length")
    print(f"| {count} watchers | {open_still} connected at the end | {100 * share:.1f} % of a core |", flush=True)
    run.close()
    page.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30, help="of each measurement")
    parser.add_argument("--cost", action="store_true", help="only what one watched chart costs the browser")
    options = parser.parse_args()
    seconds = options.seconds
    recipe = Recipe.from_json(json.dumps({"data": {"kind": "mnist"}, "layers": [{"kind": "Flatten"}]}))
    with tempfile.TemporaryDirectory() as folder, chromium() as chrome:
        runs = Path(folder) / "runs"
        with server(runs, Path(folder) / "log") as running:
            if options.cost:
                print("| a chart that is watched | the browser draws it with | log to chart, median |\n|---|---|---|")
                cost(chrome, running, runs, recipe, seconds)
                return
            print("| chart | points | log to chart, median | p95 | worst | bytes an update, median | largest |")
            print("|---|---|---|---|---|---|---|")
            during_a_fit(chrome, running, runs, 2 * seconds)
            for points in (100, 10_000, 100_000):
                with_points(chrome, running, runs, recipe, points, seconds)
            print("\n| server | | its processor time |\n|---|---|---|")
            for count in (0, 1, 20, 60):
                watchers(chrome, running, runs, recipe, count, seconds)


if __name__ == "__main__":
    main()
