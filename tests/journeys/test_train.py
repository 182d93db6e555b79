"""The Train page in a real Chromium: one button by keyboard from the first press to the test, curves in sight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.support.axe import needs_axe, violations
from tests.support.browser import (
    Console,
    Server,
    be_patient,
    go_to,
    visit,
    wait_for,
    wait_for_points,
    wait_for_state,
)
from tests.support.journeys import begin_lesson_on_few_rows, skip_without_browser

pytestmark = [pytest.mark.browser, skip_without_browser]
FIRST_CURVE = "document.querySelector('.fb-live-canvas, .fb-empty-axes').getBoundingClientRect()"
DESKTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
HIGHEST = 330
"""Pixels from the top at which the first curve begins at the latest, in a window of 1366 x 768."""


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, chrome: Browser) -> Iterator[Page]:
    is_phone = request.param == "phone"
    context = chrome.new_context(viewport=PHONE if is_phone else DESKTOP, color_scheme="dark" if is_phone else "light")
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    console = Console(tab)
    yield tab
    context.close()
    assert console.complaints == []


def main(page: Page) -> Locator:
    return page.locator(".st-key-train button")


def press(page: Page) -> None:
    """Press the button that has the focus, when the frame does not take that for an impatient second press any more."""
    be_patient(page)
    page.keyboard.press("Enter")


def is_in_sight(page: Page) -> None:
    """The first curve begins high up, or on the first screen of a phone; the button is in view."""
    box = page.evaluate(FIRST_CURVE)
    is_phone = page.viewport_size == PHONE
    assert box["top"] < (PHONE["height"] / 2 if is_phone else HIGHEST), box
    assert is_phone or box["height"] >= 0.45 * DESKTOP["height"], box
    button = main(page).bounding_box()
    assert button is not None
    assert button["height"] >= (44 if is_phone else 24)
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('.st-key-train') !== null",
                         [button["x"] + button["width"] / 2, button["y"] + button["height"] / 2])  # fmt: skip


def test_one_button_by_keyboard_from_train_to_the_result(page: Page, running: Server) -> None:
    is_stopped = page.viewport_size == PHONE  # there, which takes the button Stop away under the focus
    begin_lesson_on_few_rows(page, running.url, "300" if is_stopped else "60")
    is_in_sight(page)
    main(page).focus()
    page.keyboard.type("\n\n")  # an impatient finger, whose second Enter pauses nothing; both in one go, as a finger is
    expect(main(page)).to_have_accessible_name("Pause")
    expect(main(page)).to_be_focused()
    wait_for_points(page, 5)
    is_in_sight(page)
    press(page)
    wait_for_state(page, "paused")
    expect(main(page)).to_have_accessible_name("Resume")
    expect(main(page)).to_be_focused()
    is_in_sight(page)
    press(page)
    if is_stopped:
        wait_for_points(page, 20)
        page.keyboard.press("Tab")
        press(page)
    wait_for_state(page, "stopped" if is_stopped else "finished")
    expect(main(page)).to_have_accessible_name("Test it")
    expect(main(page)).to_be_focused()
    is_in_sight(page)
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    press(page)
    page.get_by_role("heading", level=1, name="Results").wait_for()
    expect(page.get_by_role("heading", name="Confusion matrix")).to_be_visible()
    wait_for(page, "document.activeElement !== document.body")
    go_to(page, "Train")
    wait_for_state(page, "stopped", "finished")
    expect(main(page)).to_have_accessible_name("See the results")


@needs_axe
def test_nobody_is_kept_from_using_it(page: Page, running: Server) -> None:
    visit(page, f"{running.url}/train?recipe=mnist_checkpoint_early_stopping")
    for summary in page.get_by_test_id("stExpander").locator("summary").all():
        summary.click()
        be_patient(page)  # an answer that comes while the next part unfolds would close it again
    assert [str(one) for one in violations(page)] == []
