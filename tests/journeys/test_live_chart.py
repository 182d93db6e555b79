"""The live chart while a run is in progress, for everybody: what is on the first screen, said, seen in forced colours.

No fit runs here: each test writes the log of a run as its trainer would, and holds the run's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from components.library import lesson
from tests.support.axe import needs_axe, violations
from tests.support.browser import IDLE, Console, Server, server, visit, wait_for, wait_for_points, wait_for_state
from tests.support.journeys import skip_without_browser
from trainer.runs.events import BatchSeen, EpochEnded, Phase, Prepared, RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser, pytest.mark.odd_logs]
LOSS = "document.querySelector('.fb-live-canvas[data-metric=loss]')"
EPOCHS = 8
HEAR = """() => {
  window.heard = [];
  const status = document.getElementById("fb-status");
  new MutationObserver(() => heard.push(status.textContent)).observe(status, { childList: true, subtree: true });
}"""


class Training:
    """A run in progress, at the moment when its trainer has taken it up."""

    def __init__(self, store: Store) -> None:
        self.run = store.create(lesson("mnist_cnn").recipe.with_settings([f"fit.epochs={EPOCHS}"]))
        self._lock = store.lock(self.run)
        self._lock.acquire()
        self._log = LogWriter(store.log(self.run))
        self.write(StateChanged(state=RunState.QUEUED))

    def write(self, *events: Any) -> None:
        for event in events:
            self._log.write(event)

    def begin(self) -> None:
        prepared = Prepared(
            seconds=1, train=8000, validation=2000, test=1000, same_rows=False, steps=250, epochs=EPOCHS, batch_size=32,
            parameters=34_826, class_names=tuple("0123456789"), majority=0.11, val_majority=0.11,
        )  # fmt: skip
        self.write(StateChanged(state=RunState.RUNNING), prepared, Phase(name="training"))

    def epoch(self, number: int) -> None:
        loss = 0.6 * 0.8**number
        for step in (50, 100, 150, 200, 250):
            self.write(BatchSeen(epoch=number, step=step, logs={"loss": loss, "accuracy": 1 - loss}))
        logs = {"loss": loss, "accuracy": 1 - loss, "val_loss": loss + 0.1, "val_accuracy": 0.9 - loss}
        self.write(EpochEnded(epoch=number, seconds=1, logs=logs | {"learning_rate": 0.001}))

    def close(self) -> None:
        self._log.close()
        self._lock.release()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("chart")
    with server(folder / "runs", folder / "server.log", launcher=IDLE) as started:
        yield started


@pytest.fixture
def training(running: Server) -> Iterator[Training]:
    made = Training(Store(running.log.parent / "runs"))
    yield made
    made.close()


@pytest.fixture
def open_run(chrome: Browser, running: Server, training: Training) -> Iterator[Callable[..., Page]]:
    """Opens the run in a window; the browser must not complain."""
    opened: list[tuple[Page, Console]] = []

    def open_it(width: int = 1366, height: int = 768, **how: Any) -> Page:
        page = chrome.new_context(viewport={"width": width, "height": height}, **how).new_page()
        page.set_default_timeout(60_000)
        opened.append((page, Console(page)))
        visit(page, f"{running.url}/train?run={training.run}")
        page.locator(".fb-live[data-connection=live]").wait_for()
        return page

    yield open_it
    for page, console in opened:
        page.context.close()
        assert console.complaints == []


def test_the_axes_are_right_before_the_first_point(open_run: Callable[..., Page], training: Training) -> None:
    page = open_run()
    wait_for(page, f"{LOSS}.layout?.xaxis.range[1] === {EPOCHS}")  # from the recipe: the data is not ready yet
    low, high = page.evaluate("document.querySelector('.fb-live-canvas[data-metric=accuracy]').layout.yaxis.range")
    assert (low, round(high)) == (0, 1)
    empty = page.locator(".fb-live-empty").first
    expect(empty).not_to_be_empty()
    training.begin()
    training.epoch(1)
    wait_for_points(page, 5)
    expect(empty).to_be_empty()
    assert page.evaluate(f"{LOSS}.layout.xaxis.range") == [0, EPOCHS]
    assert page.evaluate(f"{LOSS}.layout.yaxis.range[0]") == 0


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844), (360, 740)])
def test_the_curves_have_the_first_screen(
    open_run: Callable[..., Page], training: Training, width: int, height: int
) -> None:
    training.begin()
    training.epoch(1)
    page = open_run(width, height)
    wait_for_points(page, 5)
    chart, (canvas, other) = page.locator(".fb-live"), page.locator(".fb-live-canvas").all()[:2]
    top, first, second = chart.bounding_box(), canvas.bounding_box(), other.bounding_box()
    assert top is not None
    assert first is not None
    assert second is not None
    assert first["height"] >= (0.45 if width > 640 else 0.33) * height
    expect(canvas).to_be_in_viewport(ratio=0.95)
    assert second["height"] == first["height"]
    assert first["y"] - top["y"] <= (80 if width > 640 else 120), "little stands above the curves"
    assert (second["y"] > first["y"]) is (width <= 640), "beside each other, on a phone below"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for new in (2 * height, height):  # a window may become higher or lower and stay as wide
        page.set_viewport_size({"width": width, "height": new})
        wait_for(page, f"{LOSS}.clientHeight === {LOSS}.querySelector('.main-svg').clientHeight")


def test_what_is_announced(open_run: Callable[..., Page], training: Training) -> None:
    page = open_run()
    page.evaluate(HEAR)
    training.begin()
    wait_for(page, "window.heard.length === 1")
    for number in range(1, EPOCHS):
        training.epoch(number)
    wait_for_points(page, 6 * (EPOCHS - 1))
    assert len(page.evaluate("window.heard")) <= 2, "not every epoch: they are shorter than a sentence"
    training.write(StateChanged(state=RunState.STOPPED, reason="Stopped."))
    wait_for_state(page, "stopped")
    says = page.locator(".fb-live-says").inner_text()
    wait_for(page, "window.heard.length > 1")
    heard = page.evaluate("window.heard")
    assert len(heard) == len(set(heard))
    assert says in heard[-1], "the end tells the last epoch as well"


@needs_axe
@pytest.mark.parametrize(("width", "height", "scheme"), [(1366, 768, "dark"), (390, 844, "light")])
def test_nothing_in_the_chart_keeps_anybody_out(
    open_run: Callable[..., Page], training: Training, width: int, height: int, scheme: str
) -> None:
    training.begin()
    training.epoch(1)
    page = open_run(width, height, color_scheme=scheme)
    wait_for_points(page, 5)
    page.locator(".fb-live-menu summary").click()
    page.get_by_role("checkbox", name="Keras names").check()
    page.get_by_text("The numbers as a table").click()
    inside = [str(one) for one in violations(page) if ".fb-live" in one.path or "fb-live" in one.html]
    assert inside == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_vanishes_in_forced_colours(open_run: Callable[..., Page], training: Training, scheme: str) -> None:
    training.begin()
    training.epoch(1)
    page = open_run(forced_colors="active", color_scheme=scheme)
    wait_for_points(page, 5)
    page_colour, tick, fill, bar = page.evaluate("""() => {
      const colour = (selector, what) => getComputedStyle(document.querySelector(selector))[what];
      return [colour("body", "backgroundColor"), colour(".fb-live-canvas .xtick text", "fill"),
        colour(".fb-live-fill", "backgroundColor"), colour(".fb-live-bar", "backgroundColor")];
    }""")
    assert page.evaluate(f"{LOSS}.layout.paper_bgcolor") == page_colour
    assert tick != page_colour
    assert fill not in (page_colour, bar)


def test_a_new_best_moves_only_for_those_who_want_it(open_run: Callable[..., Page], training: Training) -> None:
    training.begin()
    training.epoch(1)
    still, moving = open_run(reduced_motion="reduce"), open_run()
    count = """() => {
      window.moves = 0;
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (...how) { window.moves++; return animate.apply(this, how); };
    }"""
    for page in (still, moving):
        wait_for_points(page, 5)
        page.evaluate(count)
    training.epoch(2)
    best = "[...document.querySelectorAll('.fb-live-best b')].some((one) => one.textContent === '0.4840')"
    for page in (still, moving):
        wait_for(page, best)
    assert moving.evaluate("window.moves") == 1
    assert still.evaluate("window.moves") == 0
