"""Every page in every state, for everyone: axe-core finds nothing of ours, light and dark, on a screen and a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from playwright.sync_api import Page as Tab

from tests.support.axe import looks, needs_axe, violations
from tests.support.browser import Server, go_to, server, settled, visit, wait_for_points
from tests.support.journeys import skip_without_browser
from tests.support.model_page import choose
from tests.support.written_runs import WrittenRuns
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser, needs_axe, pytest.mark.odd_logs]
SCREEN: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
MESSY = "text,label\n" + "".join(f"word{n % 7} and <b>more</b> {n},{'yes' if n % 2 else 'no'}\n" for n in range(60))
MESSY += "a text of its own,maybe\nthe same,yes\nthe same,no\n"


class Walk:
    """A tab, and what axe-core has found in it so far, each element once."""

    def __init__(self, tab: Tab, url: str) -> None:
        self.tab, self.url = tab, url
        self.found: dict[str, str] = {}

    def open(self, path: str) -> None:
        """Open an address."""
        visit(self.tab, f"{self.url}{path}")

    def check(self, state: str) -> None:
        """Note what axe-core finds in the page as it is now, in each look."""
        settled(self.tab)
        for look in looks(self.tab):
            for one in violations(self.tab, tall=False):
                text = f"{state}, {look}: {one}"
                if self.found.setdefault(f"{one.rule} {one.html}", text) is text:
                    print(text)  # noqa: T201 - pytest shows it also if a later step of the walk fails

    def unfold(self) -> None:
        """Open whatever is folded away."""
        folded = self.tab.locator("[data-testid=stMain] details:not([open]) > summary:visible")
        while folded.count():
            folded.first.click()
            settled(self.tab)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, WrittenRuns]]:
    folder = tmp_path_factory.mktemp("access")
    store = Store(folder / "runs")
    runs = WrittenRuns(store)
    with server(folder / "runs", folder / "server.log") as started, store.lock(runs.going_on):
        yield started, runs


def test_nothing_of_ours_keeps_anybody_out(chrome: Browser, served: tuple[Server, WrittenRuns], tmp_path: Path) -> None:
    started, runs = served
    with chrome.new_context(viewport=SCREEN, color_scheme="light") as context:
        tab = context.new_page()
        tab.set_default_timeout(60_000)
        walk = Walk(tab, started.url)
        see_first_visit(walk)
        see_data(walk, tmp_path)
        see_model(walk)
        see_runs(walk, runs)
        see_drawer(walk)
        assert walk.found == {}, "\n" + "\n".join(walk.found.values())


def test_a_planted_fault_is_found(chrome: Browser, served: tuple[Server, WrittenRuns]) -> None:
    """Otherwise a green test of the others would show nothing."""
    started, _runs = served
    with chrome.new_context() as context:
        tab = context.new_page()
        visit(tab, started.url)
        tab.evaluate(
            """() => document.querySelector("[data-testid=stMain]").insertAdjacentHTML("beforeend",
            "<img src='data:,'><p style='color: #aaa; background: #fff'>pale</p><button></button><h6>deep</h6>")"""
        )
        assert {"image-alt", "color-contrast", "button-name", "heading-order"} <= {one.rule for one in violations(tab)}


def see_first_visit(walk: Walk) -> None:
    walk.open("/")
    walk.check("Start")
    for page in ("Train", "Results"):
        go_to(walk.tab, page)
        walk.check(f"{page}, without a run")
    walk.unfold()
    walk.check("Train, unfolded")


def see_data(walk: Walk, folder: Path) -> None:
    tab = walk.tab
    walk.open("/data?recipe=mnist_cnn")
    walk.check("Data, pictures")
    walk.open("/data?recipe=text_lstm")
    walk.unfold()
    for place in range(tab.get_by_role("tab").count()):
        tab.get_by_role("tab").nth(place).click()
        walk.check(f"Data, texts, tab {place + 1}")
    upload = tab.get_by_test_id("stFileUploaderDropzoneInput").first
    (folder / "messy.csv").write_text(MESSY, "utf-8")
    upload.set_input_files(folder / "messy.csv")
    expect(tab.get_by_role("combobox", name="File")).to_have_value("messy.csv")
    walk.check("Data, a messy table")
    (folder / "refused.csv").write_text('{"a": 1}\n[', "utf-8")
    upload.set_input_files(folder / "refused.csv")
    expect(tab.get_by_role("alert").first).to_be_visible()
    walk.check("Data, a refused file")


def see_model(walk: Walk) -> None:
    tab = walk.tab
    walk.open("/model?recipe=mnist_cnn")
    choose(tab, "1. Conv2D")
    walk.check("Model")
    walk.unfold()
    walk.check("Model, all unfolded")
    for name in ("One example", "Keras code"):
        tab.get_by_role("tab", name=name).click()
        if name == "One example":
            tab.locator(".fb-try-guess:not(:empty)").wait_for()
        walk.check(f"Model, {name}")
    tab.get_by_role("button", name="Start from").click()
    walk.check("Model, Start from")
    tab.keyboard.press("Escape")
    choose(tab, "5. Flatten")
    tab.get_by_role("button", name="Remove", exact=True).click()
    expect(tab.get_by_role("button", name="Next: train")).to_be_disabled()
    walk.check("Model, with an error")


def see_runs(walk: Walk, runs: WrittenRuns) -> None:
    tab = walk.tab
    for state, run, points in (
        ("running", runs.going_on, 20),
        ("stopped early", runs.early, 30),
        ("ended", runs.long, 50),
    ):
        walk.open(f"/train?run={run}")
        wait_for_points(tab, points)
        walk.check(f"Train, {state}")
        walk.unfold()
        walk.check(f"Train, {state}, unfolded")
        walk.open(f"/results?run={run}")
        walk.check(f"Results, {state}")
    walk.open(f"/results?run={runs.texts}")
    walk.unfold()
    walk.check("Results, tested")
    walk.open("/runs")
    for box in tab.get_by_role("checkbox", name="Select").all()[:2]:
        box.focus()
        tab.keyboard.press("Space")
        expect(box).to_be_checked()
        settled(tab)
    walk.check("Runs, compared")
    tab.get_by_role("button", name="Delete", disabled=False).last.click()
    walk.check("Runs, deleting")


def see_drawer(walk: Walk) -> None:
    walk.tab.set_viewport_size(PHONE)
    walk.open("/")
    walk.tab.get_by_test_id("stExpandSidebarButton").click()
    walk.check("Start, with the drawer open")
