"""The Results page in a real browser: matrix, filters and threshold, by keyboard, in both themes, and on a phone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import needs_axe, violations
from tests.support.browser import IDLE, Server, server, settled, visit
from tests.support.journeys import skip_without_browser
from tests.support.odd_names import ODD
from tests.support.pages import IdleEngine, finished_run, record_test
from trainer import PROJECT, data
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser]
LESSON = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")
TEXTS = Recipe.load(PROJECT / "recipes" / "text_lstm.json")
NAMES = [*ODD, *(f"a topic with a long name, {n}" for n in range(20 - len(ODD)))]
CONTRASTS = """() => {
  const light = (text) => {
    const numbers = text.match(/-?[\\d.]+(e-?\\d+)?/g).slice(0, 3).map(Number);
    const [r, g, b] = (text.startsWith("color(") ? numbers : numbers.map((one) => one / 255))
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll(".fb-matrix td button")].map((cell) => {
    const { color, backgroundColor } = getComputedStyle(cell);
    const [dark, bright] = [light(color), light(backgroundColor)].sort((one, other) => one - other);
    return (bright + 0.05) / (dark + 0.05);
  });
}"""


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str, str, str]]:
    """A server with tested runs: of ten digits, of twenty classes with long and odd names, and of two opinions."""
    folder = tmp_path_factory.mktemp("matrix")
    engine = IdleEngine(Store(folder / "runs"))
    digits = finished_run(engine.store, LESSON)
    record_test(engine, digits, LESSON, wrong=300)
    table = folder / "topics.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "label"])
        rows.writerows([f"a text about {n}", NAMES[n % len(NAMES)]] for n in range(1200))
    recipe = TEXTS.with_settings([f"data.path={table}"])
    topics = finished_run(engine.store, recipe, class_names=data.load(recipe.data, recipe.seed).class_names)
    record_test(engine, topics, recipe, wrong=40)
    opinions = finished_run(engine.store, TEXTS, class_names=("negative", "positive"))
    record_test(engine, opinions, TEXTS, wrong=30)
    with server(folder / "runs", folder / "server.log", launcher=IDLE) as running:
        yield running, digits, topics, opinions


def results(browser: Browser, url: str, run: str, **how: Any) -> Page:
    page = browser.new_context(**how).new_page()
    page.set_default_timeout(60_000)
    visit(page, f"{url}/results?run={run}")
    page.locator(".fb-matrix table").wait_for()
    settled(page)
    return page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def test_the_cells_by_keyboard(chrome: Browser, tested: tuple[Server, str, str, str]) -> None:
    running, digits, *_others = tested
    page = results(chrome, running.url, digits)
    expect(page.locator(".fb-matrix [tabindex='0']")).to_have_count(1)
    choice = page.get_by_role("combobox", name="Examples of")
    first = choice.input_value()
    page.locator(".fb-matrix [tabindex='0']").focus()
    before = focused(page)
    page.keyboard.press("ArrowDown")
    chosen = focused(page)
    assert chosen != before
    page.keyboard.press("Enter")
    expect(choice).not_to_have_value(first)
    expect(page.locator(".fb-matrix [aria-pressed='true']")).to_have_accessible_name(chosen)
    assert focused(page) == chosen, "the focus stays where it is"
    expect(page.locator(".fb-matrix [tabindex='0']")).to_have_count(1)
    more = page.locator(".st-key-more-mistakes button")
    shown = page.locator(".fb-gallery").nth(1).locator("li")
    expect(shown).to_have_count(16)
    more.click()
    expect(shown).to_have_count(32)
    expect(more).to_be_focused()
    page.context.close()


def test_on_a_phone_a_press_brings_the_examples_of_a_cell_into_view(
    chrome: Browser, tested: tuple[Server, str, str, str]
) -> None:
    running, digits, *_others = tested
    page = results(chrome, running.url, digits, viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    cell = page.locator(".fb-matrix td button.fb-matrix-wrong[aria-pressed=false]").first
    cell.scroll_into_view_if_needed()
    choice = page.get_by_role("combobox", name="Examples of")
    expect(choice).not_to_be_in_viewport()
    before = choice.input_value()
    cell.click()
    expect(choice).to_be_in_viewport()
    expect(choice).not_to_have_value(before)
    expect(page.locator(".st-key-cell-examples li").first).to_be_in_viewport()
    expect(page.get_by_role("status").filter(has_text=choice.input_value())).to_have_count(1)
    page.context.close()


def test_threshold_and_filters_by_keyboard(chrome: Browser, tested: tuple[Server, str, str, str]) -> None:
    running, *_others, opinions = tested
    page = results(chrome, running.url, opinions, viewport={"width": 390, "height": 844})
    facts, slider = page.locator(".fb-facts dd"), page.get_by_role("slider", name="from a probability of")
    alarms = facts.nth(0).text_content()
    slider.focus()
    page.keyboard.press("Home")
    expect(facts.nth(1)).to_have_text("0")  # whatever it is, it is called positive: none is missed
    expect(facts.nth(0)).not_to_have_text(str(alarms))
    expect(slider).to_be_focused()
    page.keyboard.press("End")
    expect(facts.nth(0)).to_have_text("0")
    expect(page.get_by_role("figure", name=re.compile("^Precision over recall"))).to_have_count(1)
    filters = page.locator("summary", has_text="Filter the mistakes")
    filters.focus()
    page.keyboard.press("Enter")
    sure = page.get_by_role("slider", name="How sure").first
    sure.focus()
    page.keyboard.press("End")  # no answer is as sure as 100 %
    expect(page.locator(".fb-wrong:not(.st-key-cell-examples *)")).to_have_count(0)
    expect(sure).to_be_focused()
    page.context.close()


@needs_axe
@pytest.mark.parametrize(("width", "theme"), [(1366, "light"), (390, "dark")])
def test_every_number_can_be_read(
    chrome: Browser, tested: tuple[Server, str, str, str], theme: Any, width: int
) -> None:
    running, *runs = tested
    for run in runs:
        page = results(chrome, running.url, run, color_scheme=theme, viewport={"width": width, "height": 844})
        found = page.evaluate(CONTRASTS)
        assert len(found) >= (4 if run == runs[-1] else 2 * 10)
        assert min(found) >= 4.5
        assert violations(page) == []
        page.context.close()


def test_many_classes_scroll_in_their_own_frame(chrome: Browser, tested: tuple[Server, str, str, str]) -> None:
    running, _digits, topics, _opinions = tested
    page = results(chrome, running.url, topics, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    frame = page.locator(".fb-matrix-frame")
    assert frame.evaluate("(frame) => frame.scrollWidth > 2 * frame.clientWidth")
    size = "(cell) => [cell.offsetWidth, cell.offsetHeight, parseFloat(getComputedStyle(cell).fontSize)]"
    sizes = page.locator(".fb-matrix td button").evaluate_all(f"(cells) => cells.map({size})")
    assert all(width >= 40 and height >= 40 and font >= 14 for width, height, font in sizes)
    cell = page.locator(".fb-matrix tbody tr").last.locator("button").last
    cell.focus()
    name = page.locator(".fb-matrix tbody tr").last.locator("th")
    expect(name).to_be_in_viewport()  # it stands beside the cell, however far that is scrolled
    expect(cell).to_be_in_viewport()
    page.context.close()


def test_names_stand_there_exactly_as_they_are(chrome: Browser, tested: tuple[Server, str, str, str]) -> None:
    running, _digits, topics, _opinions = tested
    page = results(chrome, running.url, topics)
    for scope in ("col", "row"):
        names = page.locator(f".fb-matrix th[scope={scope}]").all_text_contents()
        assert sorted(names) == sorted(NAMES)
    assert page.locator(".fb-matrix, .fb-gallery").locator("a:not([href^='/try?']), b a, br").count() == 0
    page.context.close()


def test_nothing_vanishes_in_forced_colors(chrome: Browser, tested: tuple[Server, str, str, str]) -> None:
    running, digits, *_others = tested
    page = results(chrome, running.url, digits, forced_colors="active")
    edge = "(cells) => cells.map((cell) => getComputedStyle(cell).borderTopColor)"
    edges = page.locator(".fb-matrix td button").evaluate_all(edge)
    assert edges
    assert "rgba(0, 0, 0, 0)" not in edges
    color = "getComputedStyle(bar).backgroundColor, getComputedStyle(bar.parentElement).backgroundColor"
    bars = page.locator(".fb-score-bars li > i > i").evaluate_all(f"(bars) => bars.map((bar) => [{color}])")
    assert len(bars) == 3
    assert all(bar != behind for bar, behind in bars)
    page.context.close()
