"""Clicks and presses on the Model page that are quicker than its answers, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import Server
from tests.support.journeys import skip_without_browser
from tests.support.model_page import LESSON, answered, choose, lesson_1, row, stands, undo

pytestmark = [pytest.mark.browser, skip_without_browser]


@pytest.fixture
def page(chrome: Browser, running: Server) -> Iterator[Page]:
    with lesson_1(chrome, running) as page:
        yield page


def test_clicks_that_are_quicker_than_the_page_all_count_and_nothing_else_changes(page: Page) -> None:
    moves = [(0, "ArrowDown"), (1, "ArrowDown"), (0, "ArrowDown"), (3, "ArrowUp"), (2, "ArrowDown")]
    for pause in (0, 10, 80):
        page.evaluate(
            """async ([pause, moves]) => {
              for (const [place, key] of moves) {
                const handle = document.querySelectorAll(".fb-stack-handle")[place];
                handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
                await new Promise((resolve) => setTimeout(resolve, pause));
              }
            }""",
            [pause, moves],
        )
        stands(page, ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Flatten", "Dense"])
        filters = [text for text in page.locator(".fb-stack-name small").all_inner_texts() if "filters" in text]
        assert filters == ["64 filters 3×3, relu", "32 filters 3×3, relu"], "settings stay with their layer"
        expect(page.get_by_role("alert").filter(has_text="error")).to_have_count(0)
        for _ in moves:
            undo(page)
        stands(page, LESSON)


def test_each_of_several_quick_presses_is_one_step(page: Page) -> None:
    for layer, kinds in (("1 (Conv2D)", ["MaxPooling2D", "Conv2D", *LESSON[2:]]), ("2 (Conv2D)", LESSON)):
        page.get_by_role("button", name=f"Move layer {layer}", exact=True).press(
            "ArrowDown" if kinds is not LESSON else "ArrowUp"
        )
        stands(page, kinds)
    row(page, "6. Dense").press("Delete")
    stands(page, LESSON[:5])
    for pause in (0, 15, 40, 90):
        quickly(page, "undo", 2, pause)
        stands(page, ["MaxPooling2D", "Conv2D", *LESSON[2:]])
        quickly(page, "redo", 2, pause)
        stands(page, LESSON[:5])
    quickly(page, "undo", 3, 30)
    stands(page, LESSON)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    for pause in (0, 40, 90):
        choose(page, "1. Conv2D")
        quickly(page, "down", 4, pause)
        stands(page, [*LESSON[1:5], "Conv2D", "Dense"])
        quickly(page, "up", 4, pause)
        stands(page, LESSON)
        quickly(page, "duplicate", 3, pause)
        stands(page, [*["Conv2D"] * 3, *LESSON])
        quickly(page, "remove", 3, pause)
        stands(page, [*["Conv2D"] * 3, *LESSON[3:]])
        quickly(page, "undo", 6, pause)
        stands(page, LESSON)
    expect(page.get_by_role("alert").filter(has_text="changed elsewhere")).to_have_count(0)


def quickly(page: Page, action: str, times: int, pause: int) -> None:
    """Press a button of the stack several times, some milliseconds apart."""
    page.evaluate(
        """async ([action, times, pause]) => {
          for (let time = 0; time < times; time++) {
            document.querySelector(`[data-action=${action}]`).click();
            await new Promise((resolve) => setTimeout(resolve, pause));
          }
        }""",
        [action, times, pause],
    )


def test_what_the_buttons_do_shows_at_once(page: Page) -> None:
    choose(page, "5. Flatten")
    press = """(action) => {
      document.querySelector(`[data-action=${action}]`).click();
      return [...document.querySelectorAll(".fb-stack-name b")].map((name) => name.textContent);
    }"""
    steps = {
        "duplicate": [*LESSON[:5], "Flatten", "Dense"],
        "remove": LESSON,
        "up": [*LESSON[:4], "Dense", "Flatten"],
        "down": LESSON,
    }
    for action, kinds in steps.items():
        assert page.evaluate(press, action) == [f"{number}. {kind}" for number, kind in enumerate(kinds, start=1)]
        stands(page, kinds)
        chosen = page.locator(".fb-stack-chosen b").inner_text()
        expect(page.get_by_role("heading", name=chosen, exact=True)).to_be_visible()
    assert page.evaluate(press, "switch")[5] == "Dense", "without a number"
    answered(page)
    expect(page.get_by_text("Turned off: the model skips this layer")).to_be_visible()
    page.evaluate(press, "switch")
    stands(page, LESSON)


def test_what_was_just_typed_is_taken_back_and_nothing_else_comes_back_for_a_moment(page: Page) -> None:
    row(page, "2. MaxPooling2D").press("Delete")
    shorter = ["Conv2D", "Conv2D", *LESSON[3:]]
    stands(page, shorter)
    choose(page, "1. Conv2D")
    page.get_by_role("spinbutton", name="Filters", exact=True).fill("12")
    page.evaluate(
        """() => {
          window.seen = new Set();
          const table = document.querySelector(".fb-stack-table");
          const look = () => window.seen.add(table.querySelectorAll(".fb-stack-row").length);
          new MutationObserver(look).observe(table, { childList: true, subtree: true });
        }"""
    )
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("stToast").filter(has_text="filters 12 → 32")).to_be_visible()
    stands(page, shorter)
    expect(page.locator(".fb-stack-name small").first).to_have_text("32 filters 3×3, relu")
    assert page.evaluate("[...window.seen].filter((rows) => rows > 5)") == []


def test_a_button_keeps_the_focus_and_says_why_it_does_nothing(page: Page) -> None:
    choose(page, "3. Conv2D")
    up = page.get_by_role("button", name="Move up", exact=True)
    up.focus()
    for kinds in (["Conv2D", "Conv2D", "MaxPooling2D", *LESSON[3:]], ["Conv2D", "Conv2D", "MaxPooling2D", *LESSON[3:]]):
        page.keyboard.press("Enter")
        stands(page, kinds)
        expect(up).to_be_focused()
    expect(page.locator(".fb-stack-chosen b")).to_have_text("1. Conv2D")
    expect(up).to_be_disabled()
    expect(up).to_have_accessible_description("This is already the first layer.")
    expect(page.get_by_role("tooltip").filter(has_text="already the first layer")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="already the first layer")).to_be_visible()
    stands(page, kinds)
    undo(page)
    undo(page)
    stands(page, LESSON)
    expect(page.get_by_role("status").filter(has_text="already the first layer")).to_have_count(0)
