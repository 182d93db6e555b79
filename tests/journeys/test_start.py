"""The Start page in a real Chromium: one click to a moving curve, the link that asks, the doors, the recording."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from tests.support.axe import violations
from tests.support.browser import Console, Server, go_to, settled, visit, wait_for, wait_for_points, wait_for_state
from tests.support.journeys import skip_without_browser
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser]

CLICKS = "window.clicks = 0; addEventListener('click', () => { window.clicks++; }, true)"
SHOW = "document.querySelector('.fb-show')"


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    context = chrome.new_context(viewport={"width": 1366, "height": 768})
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    console = Console(tab)
    yield tab
    context.close()
    assert console.complaints == []


def stop(page: Page) -> None:
    """Stop the run that is shown, if it still trains."""
    with suppress(TimeoutError):  # there is no button any more when it has ended by itself
        page.get_by_role("button", name="Stop", exact=True).click(timeout=5_000)
    wait_for_state(page, "stopped", "finished")


def of_card(page: Page, stem: str) -> str:
    return f".st-key-lesson-{stem}"


def test_one_click_leads_to_a_moving_curve(page: Page, running: Server, folder: Path) -> None:
    before = Store(folder / "runs").ids()
    visit(page, running.url)
    page.evaluate(CLICKS)
    watch = page.locator(of_card(page, "mnist_cnn")).get_by_role("button", name="Watch it learn", exact=True)
    watch.dblclick()  # by an impatient finger
    first = wait_for_points(page)
    assert wait_for_points(page, first + 5) > first
    expect(page.get_by_role("heading", level=1, name="Train", exact=True)).to_be_visible()
    assert page.evaluate("window.clicks") == 2, "one would do, and there was none but this double one"
    stop(page)
    assert len(Store(folder / "runs").ids()) == len(before) + 1


def test_watching_is_few_presses_away(page: Page, running: Server) -> None:
    visit(page, running.url)
    page.get_by_role("heading", level=1).evaluate("(node) => { node.tabIndex = -1; node.focus(); }")
    page.keyboard.press("Tab")
    expect(page.locator(of_card(page, "mnist_cnn")).get_by_role("button", name="Watch it learn")).to_be_focused()
    page.keyboard.press("Enter")
    wait_for_points(page)
    stop(page)


def test_a_link_asks_once_and_then_does_the_same(page: Page, running: Server, folder: Path) -> None:
    runs = Store(folder / "runs")
    before = runs.ids()
    visit(page, f"{running.url}/?recipe=mnist_cnn&train=1")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    wait_for(page, "!location.search.includes('train=')")
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Fitboard")).to_be_visible()
    settled(page)
    expect(dialog).to_be_hidden()
    assert runs.ids() == before, "no is no"

    visit(page, f"{running.url}/?recipe=mnist_cnn&train=1")
    dialog.get_by_role("button", name="Watch it learn", exact=True).click()
    wait_for_points(page)
    stop(page)
    assert "train=" not in page.url
    page.reload()
    wait_for_points(page)
    expect(dialog).to_be_hidden()
    assert len(runs.ids()) == len(before) + 1


def test_a_run_in_progress_is_said_and_a_second_is_not_started(page: Page, running: Server, folder: Path) -> None:
    visit(page, f"{running.url}/train?recipe=mnist_cnn")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("50")
    epochs.press("Enter")
    settled(page)
    page.get_by_role("button", name="Train", exact=True).click()
    wait_for_points(page)
    count = len(Store(folder / "runs").ids())
    go_to(page, "Start")
    expect(page.get_by_role("button", name="Running: Lesson 1")).to_be_visible()
    expect(page.locator(".fb-run-progress")).to_contain_text("of 50")
    page.locator(of_card(page, "text_lstm")).get_by_role("button", name="Watch it learn", exact=True).click()
    expect(page.locator(".st-key-message").get_by_text("is still training")).to_be_visible()
    expect(page.locator("#fb-status").get_by_text("is still training")).to_be_attached()
    wait_for_points(page)
    assert len(Store(folder / "runs").ids()) == count
    stop(page)


@pytest.mark.parametrize("door", ["My texts", "My pictures"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_a_door_to_ones_own_data_has_the_upload_in_sight(
    page: Page, running: Server, door: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    visit(page, running.url)
    page.get_by_role("button", name=door, exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Data", exact=True)).to_be_visible()
    settled(page)
    expect(page.get_by_test_id("stFileUploaderDropzone").first).to_be_in_viewport()


def test_a_draft_is_continued_from_the_start_page(page: Page, running: Server) -> None:
    visit(page, f"{running.url}/?recipe=text_lstm")
    visit(page, running.url)
    page.get_by_role("button", name="Lesson 2: Happy or unhappy?").click()
    expect(page.get_by_role("heading", level=1, name="Model", exact=True)).to_be_visible()
    expect(page.locator(".fb-stack-name").filter(has_text="LSTM")).to_be_visible()


def test_the_recording_draws_itself_holds_still_and_plays_again(page: Page, running: Server, folder: Path) -> None:
    before = Store(folder / "runs").ids()
    visit(page, running.url)
    wait_for(page, f"{SHOW}?.dataset.playback === 'playing' && Number({SHOW}.dataset.shown) > 0")
    button = page.locator(".fb-show button")
    button.click()
    expect(button).to_have_accessible_name("Play")
    wait_for(page, f"{SHOW}.dataset.playback === 'waiting'")
    page.keyboard.press("Enter")  # the button has kept the focus
    expect(button).to_have_accessible_name("Play again")
    whole = int(page.evaluate(f"{SHOW}.dataset.shown"))
    assert whole > 50
    page.keyboard.press("Enter")
    wait_for(page, f"{SHOW}.dataset.playback === 'playing' && Number({SHOW}.dataset.shown) < {whole}")
    assert Store(folder / "runs").ids() == before, "nothing is trained for it"


def test_where_motion_is_unwanted_the_finished_curves_stand_still(chrome: Browser, running: Server) -> None:
    context = chrome.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    page = context.new_page()
    visit(page, running.url)
    wait_for(page, f"{SHOW}?.dataset.playback === 'over' && Number({SHOW}.dataset.shown) > 50")
    expect(page.get_by_role("button", name="Play again", exact=True)).to_be_visible()
    context.close()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (390, 844)])
def test_on_a_phone_the_first_card_is_on_the_first_screen(
    chrome: Browser, running: Server, width: int, height: int
) -> None:
    context = chrome.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    visit(page, running.url)
    card = page.locator(of_card(page, "mnist_cnn"))
    expect(card.get_by_role("img")).to_be_in_viewport(ratio=1)
    watch = card.get_by_role("button", name="Watch it learn", exact=True)
    expect(watch).to_be_in_viewport(ratio=1)
    bar = page.locator(".st-key-steps").bounding_box()
    button = watch.bounding_box()
    assert bar is not None
    assert button is not None
    assert button["y"] + button["height"] < bar["y"], "not behind the bar at the bottom"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize(("width", "height", "scheme"), [(1366, 768, "dark"), (390, 844, "light")])
def test_nothing_keeps_anybody_out(
    chrome: Browser, running: Server, width: int, height: int, scheme: Literal["light", "dark"]
) -> None:
    context = chrome.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    visit(page, f"{running.url}/data?recipe=text_lstm")  # a draft
    visit(page, running.url)
    page.locator(".fb-show").scroll_into_view_if_needed()
    wait_for(page, f"{SHOW}.dataset.playback === 'over'")
    page.get_by_text("Open a saved model").click()
    expect(page.get_by_role("button", name="Lesson 2: Happy or unhappy?")).to_be_visible()
    assert violations(page) == []
    visit(page, f"{running.url}/?recipe=mnist_cnn&train=1")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    context.close()
