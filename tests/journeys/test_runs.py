"""The Runs page in a browser: found, named, compared and deleted by keyboard, on a screen and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect
from playwright.sync_api import Page as Tab

from components.library import lesson
from tests.support.axe import needs_axe, violations
from tests.support.browser import IDLE, Console, Server, server, settled, visit, wait_for
from tests.support.journeys import skip_without_browser
from tests.support.pseudo import DATA, bare_texts, cut_off, pseudo
from tests.support.written_runs import NAME, write_run
from trainer.i18n import PSEUDO
from trainer.runs.events import RunState, StateChanged, WeightsKept
from trainer.runs.log import LogWriter
from trainer.runs.store import Store
from trainer.runs.wording import WORDING

pytestmark = [pytest.mark.browser, skip_without_browser, pytest.mark.odd_logs]
SCREEN: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
SMALL: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Twelve runs, each with another learning rate than the one before."""
    made = Store(tmp_path_factory.mktemp("runs-page") / "runs")
    kept = WeightsKept(epoch=4, file="final.weights.h5", reason=WORDING.message("weights_of_the_end"))
    finished = StateChanged(state=RunState.FINISHED, reason=WORDING.message("finished", epochs=4))
    for number in range(12):
        recipe = lesson("mnist_cnn").recipe.with_(name=NAME)
        write_run(made, recipe.with_settings([f"optimizer.learning_rate=0.00{number + 1}"]), 4, kept, finished)
    return made


@pytest.fixture(scope="module")
def running(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(store.root, tmp_path_factory.mktemp("log") / "server.log", launcher=IDLE) as started:
        yield started


def opened(chrome: Browser, url: str, size: ViewportSize, theme: Literal["light", "dark"] = "light") -> Tab:
    tab = chrome.new_context(viewport=size, color_scheme=theme).new_page()
    tab.set_default_timeout(60_000)
    visit(tab, f"{url}/runs")
    expect(tab.get_by_role("heading", level=1, name="Runs")).to_be_visible()
    settled(tab)
    return tab


def focused(tab: Tab) -> str:
    """What has the focus, by its own words."""
    found: str = tab.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel || ''")
    return found


def in_list(tab: Tab, name: str) -> Locator:
    """The first button of this name in the list; the arrow of a selectbox is called *Open*, too."""
    return tab.locator(".st-key-runs-table").get_by_role("button", name=name, exact=True).first


def press_until(tab: Tab, button: Locator, result: Locator, count: int) -> None:
    """Press Enter on a button until there are so many results.

    The frame takes one right after the last for an impatient one, and swallows it. One that the page has taken is given
    time: another one would go to a button that has just gone, or lies under a dialog, and take the focus there.
    """
    for _ in range(5):
        button.press("Enter")
        with suppress(AssertionError):
            expect(result).to_have_count(count, timeout=5_000)
            break
    expect(result).to_have_count(count)
    settled(tab)


def press_until_there(tab: Tab, button: Locator, result: Locator) -> None:
    press_until(tab, button, result, 1)


def press_until_gone(tab: Tab, button: Locator, dialog: Locator) -> None:
    press_until(tab, button, dialog, 0)


def tick(tab: Tab, box: Locator) -> None:
    box.press("Space")
    expect(box).to_be_checked()
    settled(tab)


def test_named_compared_and_deleted_by_keyboard(chrome: Browser, running: Server, store: Store) -> None:
    tab = opened(chrome, running.url, SCREEN)
    console = Console(tab)
    boxes, rename = tab.get_by_role("checkbox"), tab.get_by_role("button", name="Name and note")
    expect(boxes).to_have_count(10)
    label = boxes.first.get_attribute("aria-label") or ""
    assert label.startswith(f"Select {NAME}, ")
    assert "\\" not in label

    rename.first.press("Enter")
    expect(tab.get_by_role("dialog")).to_be_visible()
    tab.get_by_role("textbox", name="Name", exact=True).fill("The first of many")
    tab.get_by_role("textbox", name="Note").fill("Slow, but sure")
    press_until_gone(tab, tab.get_by_role("button", name="Save", exact=True), tab.get_by_role("dialog"))
    expect(tab.get_by_role("heading", level=2, name="The first of many")).to_be_visible()
    assert "Name and note" in focused(tab), "the focus is back where it came from"
    assert [run.caption.note for run in store.list() if run.caption.name] == ["Slow, but sure"]

    search = tab.get_by_role("textbox", name="Search")
    search.fill("sure")
    search.press("Enter")
    expect(boxes).to_have_count(1)
    tick(tab, boxes.first)
    search.fill("")
    search.press("Enter")
    expect(boxes).to_have_count(10)
    tick(tab, boxes.first if not boxes.first.is_checked() else boxes.nth(1))
    expect(tab.locator(".st-key-overlay .js-plotly-plot")).to_be_visible()
    link = tab.get_by_role("link", name="See the comparison")
    link.press("Enter")
    expect(tab.get_by_role("heading", level=2, name="Comparison")).to_be_in_viewport()
    expect(tab.get_by_role("rowheader")).to_have_count(2)

    delete = tab.get_by_role("button", name="Delete", exact=True)
    dialog = tab.get_by_role("dialog")
    press_until_there(tab, delete, dialog)
    expect(dialog.get_by_text("The first of many")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(delete).to_be_focused()
    before = len(store.ids())
    press_until_there(tab, delete, dialog)
    press_until_gone(tab, tab.get_by_role("button", name="Delete 2 runs permanently"), dialog)
    expect(tab.get_by_role("status").get_by_text("2 runs deleted.")).to_have_count(1)
    assert len(store.ids()) == before - 2
    expect(delete).to_be_focused()

    press_until_there(tab, in_list(tab, "Open"), tab.get_by_role("heading", level=1, name="Train"))
    assert console.complaints == []
    tab.context.close()


def test_a_note_is_still_there_when_a_training_ends_meanwhile(chrome: Browser, tmp_path: Path) -> None:
    """The end of the tab's run draws the whole page again: the dialog was gone, with what was being typed in it."""
    store = Store(tmp_path / "runs")
    run = write_run(store, lesson("mnist_cnn").recipe, 4)
    with ExitStack() as trainer:
        trainer.enter_context(store.lock(run))  # it still has the run
        with server(store.root, tmp_path / "server.log", launcher=IDLE) as running:
            tab = chrome.new_page()
            tab.set_default_timeout(60_000)
            visit(tab, f"{running.url}/runs?run={run}")
            progress = tab.get_by_test_id("stSidebar").get_by_role("progressbar")
            expect(progress).to_be_visible()
            in_list(tab, "Name and note").press("Enter")
            note = tab.get_by_role("textbox", name="Note")
            note.press_sequentially("Half a sent")
            log = LogWriter(store.log(run))
            log.write(StateChanged(state=RunState.FINISHED, reason=WORDING.message("finished", epochs=4)))
            log.close()
            trainer.close()
            expect(progress).to_have_count(0)
            settled(tab)
            note.press_sequentially("ence")
            expect(note).to_have_value("Half a sentence")
            tab.close()


@needs_axe
@pytest.mark.parametrize(("size", "theme"), [(SCREEN, "light"), (PHONE, "dark")], ids=["screen", "phone"])
def test_nothing_keeps_anybody_from_using_it(
    chrome: Browser, running: Server, size: ViewportSize, theme: Literal["light", "dark"]
) -> None:
    """With the dialog that test_access.py does not open."""
    tab = opened(chrome, running.url, size, theme)
    tab.get_by_role("button", name="Select all on this page").press("Enter")
    expect(tab.locator(".st-key-overlay .js-plotly-plot")).to_be_visible()
    settled(tab)
    assert violations(tab) == []
    tab.get_by_role("button", name="Name and note").first.press("Enter")
    expect(tab.get_by_role("dialog")).to_be_visible()
    assert violations(tab) == []
    tab.context.close()


@needs_axe
def test_an_empty_list(chrome: Browser, idle: Server) -> None:
    for size in (SCREEN, SMALL):
        tab = opened(chrome, idle.url, size)
        expect(tab.get_by_role("button", name="Choose a lesson")).to_be_visible()
        assert violations(tab) == []
        tab.context.close()


@pytest.mark.parametrize("size", [SCREEN, PHONE, SMALL], ids=["screen", "phone", "small phone"])
def test_longer_words_fit(chrome: Browser, running: Server, size: ViewportSize) -> None:
    tab = chrome.new_context(viewport=size).new_page()
    tab.set_default_timeout(60_000)
    visit(tab, f"{running.url}/runs?lang={PSEUDO}")
    expect(tab.get_by_role("heading", level=1, name=pseudo("Runs"))).to_be_visible()
    tab.get_by_role("button", name=pseudo("Select all on this page")).press("Enter")
    expect(tab.locator(".st-key-overlay .js-plotly-plot")).to_be_visible()
    settled(tab)
    found = [*bare_texts(tab, "Runs", DATA), *cut_off(tab, "Runs")]
    assert found == [], "\n".join(map(str, found))
    tab.context.close()


def test_where_a_thumb_presses(chrome: Browser, running: Server) -> None:
    """The buttons and boxes of a card are 44 pixels high, and nothing is wider than the screen."""
    tab = opened(chrome, running.url, SMALL)
    expect(in_list(tab, "Name and note")).to_be_visible()
    for pressed in ("button", "[data-testid=stCheckbox] label"):
        wait_for(
            tab,
            f"[...document.querySelectorAll('.st-key-runs-table {pressed}')].every((one) => one.offsetHeight >= 44)",
        )
    wait_for(tab, "document.documentElement.scrollWidth <= innerWidth")
    tab.context.close()
