"""Lost connections and impatient fingers: the run goes on, its curve never gets shorter, a press counts once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.support.browser import Console, Server, settled, visit, wait_for_points, wait_for_state
from tests.support.journeys import begin_lesson_on_few_rows, skip_without_browser
from tests.support.processes import working_on
from trainer.runs.events import RunState, StateChanged
from trainer.runs.log import LogReader
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser]

LIVE, PAGE = "**/live/**", "**/_stcore/stream"
"""The two connections of a page: the live chart's own, and Streamlit's."""
MANY = "2000"
"""Epochs that outlast every test here."""
WATCH = """() => {
  const { dataset } = document.querySelector("[data-points]");
  window.seen = { points: [], connections: [] };
  const note = () => {
    seen.points.push(Number(dataset.points));
    if (seen.connections.at(-1) !== dataset.connection) seen.connections.push(dataset.connection);
  };
  note();
  new MutationObserver(note).observe(document.querySelector("[data-points]"), { attributes: true });
}"""
DRAWN = """() => Object.fromEntries([...document.querySelectorAll(".fb-live-canvas:not([data-metric=learning_rate])")]
  .map((canvas) => [canvas.dataset.metric, canvas.data
    .filter(({ meta }) => ["batch", "epoch", "val"].includes(meta)).map(({ x, y }) => [[...x], [...y]])]))"""
BEHIND = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });"
LOOKED_AT = "() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }"
"""Tabs of a headless browser all count as seen."""
CAUSED_BY_CUTS = (
    "warning: WebSocket onclose",
    "error: Cannot send rerun backMessage when disconnected",
    "error: WebSocket is already in CLOSING or CLOSED state",
    "error: Error: Bad delta path",
)
"""What Streamlit's front end itself says of a lost connection, and of a page whose beginning was lost with it."""


@pytest.fixture
def new_tab(chrome: Browser) -> Iterator[Callable[[], Page]]:
    """Opens tabs, all of one browser's owner; the browser must not complain of more than a cut connection."""
    tabs: list[tuple[Page, Console]] = []

    cookies: list[Any] = []

    def open_one() -> Page:
        for known, _ in tabs:
            cookies[:] = known.context.cookies() if not known.is_closed() else cookies
        context = chrome.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(60_000)  # other tests may have the computer busy
        tabs.append((page, Console(page)))
        return page

    yield open_one
    for page, console in tabs:
        page.context.close()
        assert [words for words in console.complaints if not words.startswith(CAUSED_BY_CUTS)] == []


class Wire:
    """The connections from one page to the server; they can be cut, and can stand without a word coming through."""

    def __init__(self, page: Page) -> None:
        self.is_up, self.is_silent = True, False
        self._ends: dict[str, tuple[WebSocketRoute, WebSocketRoute]] = {}
        self._waiting: list[WebSocketRoute] = []
        for address in (LIVE, PAGE):
            page.route_web_socket(address, partial(self._connect, address))

    def _connect(self, address: str, socket: WebSocketRoute) -> None:
        if not self.is_up:
            self._waiting.append(socket)
            return
        self.is_silent = False
        far = socket.connect_to_server()
        far.on_message(lambda message: None if self.is_silent else socket.send(message))
        self._ends[address] = (socket, far)

    def cut(self, *addresses: str, far: bool = False) -> None:
        """Cut connections, at the server's end if `far`; new ones get no answer until `mend`."""
        self.is_up = False
        for address in addresses:
            self._ends[address][far].close()

    def mend(self) -> None:
        """Let the next tries through; those that waited have failed."""
        self.is_up = True
        while self._waiting:
            self._waiting.pop().close()


def press_twice(page: Page, name: str) -> None:
    """Press a button with an impatient finger: both presses go to the server before it can answer the first."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled()
    button.evaluate("(button) => { button.click(); button.click(); }")


def begin(page: Page, running: Server, store: Store) -> str:
    """Start a long run; returns its id once its curve is growing."""
    before = set(store.ids())
    begin_lesson_on_few_rows(page, running.url, MANY)
    press_twice(page, "Train")
    wait_for_points(page)
    (run,) = set(store.ids()) - before  # one
    return run


def drawn(page: Page, store: Store, run: str) -> dict[str, list[list[list[float]]]]:
    """What Plotly has of a run that is over: metric -> for each curve its x and its y.

    The state is said when its message comes, the last points are drawn up to two seconds later.
    """
    last = LogReader(store.log(run)).read()[-1].n
    page.locator(f"[data-drawn='{last}']").wait_for()
    got: dict[str, list[list[list[float]]]] = page.evaluate(DRAWN)
    return got


def times_stopped(store: Store, run: str) -> int:
    events = LogReader(store.log(run)).read()
    return sum(isinstance(event, StateChanged) and event.state is RunState.STOPPED for event in events)


def connection(page: Page, is_now: str) -> None:
    page.locator(f"[data-connection={is_now}]").wait_for()


def test_fifteen_cuts(new_tab: Callable[[], Page], running: Server, folder: Path) -> None:
    store, page = Store(folder / "runs"), new_tab()
    wire = Wire(page)
    run = begin(page, running, store)
    page.evaluate(WATCH)
    lost = page.locator(".fb-live-lost", has_text="Connection lost")
    for cut in range(15):
        wire.cut(*[LIVE, PAGE][: 2 if cut % 5 == 4 else 1], far=cut % 2 == 1)
        connection(page, "lost")
        expect(lost).to_be_visible()
        wire.mend()
        connection(page, "live")  # by itself
        expect(lost).to_be_hidden()
    held = wait_for_points(page)
    wait_for_points(page, held + 10)
    seen: dict[str, list[Any]] = page.evaluate("window.seen")
    assert seen["connections"] == ["live", "lost"] * 15 + ["live"]
    assert seen["points"] == sorted(seen["points"]), "the curve never gets shorter, not for a moment"

    press_twice(page, "Stop")
    wait_for_state(page, "stopped")
    link, curves = page.url, drawn(page, store, run)
    for x, _ in (curve for metric in curves.values() for curve in metric):
        assert x == sorted(set(x)), "no point is drawn twice, none out of its place"
    page.close()
    ended = store.read(run)
    assert ended.state is RunState.STOPPED
    assert [epoch.epoch for epoch in ended.history.epochs] == list(range(1, len(ended.history.epochs) + 1))
    other = new_tab()
    visit(other, link)
    wait_for_state(other, "stopped")
    assert drawn(other, store, run) == curves


def test_a_lid_that_was_closed(new_tab: Callable[[], Page], running: Server, folder: Path) -> None:
    """The connection seems to stand, but nothing comes through it any more: it is given up after some silence."""
    store, page = Store(folder / "runs"), new_tab()
    run = begin(page, running, store)
    asleep = new_tab()
    wire = Wire(asleep)
    asleep.clock.install()
    visit(asleep, page.url)
    held = wait_for_points(asleep)
    asleep.evaluate(WATCH)
    wire.is_silent = True
    asleep.clock.fast_forward(30_000)
    connection(asleep, "live")
    wait_for_points(asleep, held + 10)
    assert asleep.evaluate("window.seen.connections") == ["live", "lost", "live"]
    press_twice(page, "Stop")
    wait_for_state(page, "stopped")
    wait_for_state(asleep, "stopped")
    assert drawn(asleep, store, run) == drawn(page, store, run)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot hold a process still")
def test_three_tabs_two_of_which_press_stop(new_tab: Callable[[], Page], running: Server, folder: Path) -> None:
    """The tab that began the run is closed, three others open its link; two press, before the run can end.

    The third is behind them, as tabs are: it draws nothing until it is looked at.
    """
    store, page = Store(folder / "runs"), new_tab()
    run = begin(page, running, store)
    seen = wait_for_points(page, 20)
    link = page.url
    tabs = [new_tab() for _ in range(3)]
    page.context.close()
    for tab in tabs[2:]:
        tab.add_init_script(BEHIND)
        tab.goto(link, wait_until="commit")
    for tab in tabs[:2]:
        visit(tab, link)
        wait_for_points(tab, seen + 10)  # it has gone on, and it goes on
    for tab in tabs[2:]:
        connection(tab, "live")
        expect(tab.locator("[data-points]")).to_have_attribute("data-points", "0")
    (trainer,) = working_on(folder / "runs")
    os.kill(trainer, signal.SIGSTOP)
    try:
        for tab in tabs[:2]:
            press_twice(tab, "Stop")
            settled(tab)
    finally:
        os.kill(trainer, signal.SIGCONT)
    for tab in tabs:
        wait_for_state(tab, "stopped")
        expect(tab.get_by_role("button", name="Train", exact=True)).to_be_enabled()
    for tab in tabs[2:]:
        tab.evaluate(LOOKED_AT)
    curves = [drawn(tab, store, run) for tab in tabs]
    assert curves == [curves[0]] * 3
    for x, _ in (curve for metric in curves[0].values() for curve in metric):
        assert x == sorted(set(x)), "no point is drawn twice, none out of its place"
    assert times_stopped(store, run) == 1
    assert store.read(run).state is RunState.STOPPED
