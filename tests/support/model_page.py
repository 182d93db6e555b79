"""The Model page of lesson 1 in a real Chromium, for the tests that use its stack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import Console, Server, go_to, settled, visit

LESSON = ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Flatten", "Dense"]


@contextmanager
def lesson_1(chrome: Browser, running: Server) -> Iterator[Page]:
    """The page with the lesson's stack; at the end nothing may have complained."""
    context = chrome.new_context(viewport={"width": 1366, "height": 1400})
    page = context.new_page()
    page.set_default_timeout(60_000)
    console = Console(page)
    visit(page, f"{running.url}/?recipe=mnist_cnn")
    go_to(page, "Model")
    stands(page, LESSON)
    yield page
    context.close()
    assert console.complaints == []


def stands(page: Page, kinds: list[str]) -> None:
    """Wait until the stack holds just these layers, and the page has answered."""
    expect(page.locator(".fb-stack-name b")).to_have_text([f"{n}. {kind}" for n, kind in enumerate(kinds, start=1)])
    answered(page)


def answered(page: Page) -> None:
    """Wait until the page has acknowledged every change in the stack, and shows what has become of it."""
    expect(page.locator(".fb-stack")).to_have_attribute("data-pending", "0")
    settled(page)


def row(page: Page, layer: str) -> Locator:
    """The button that selects a layer, by its number and kind: "1. Conv2D"."""
    return page.locator(".fb-stack-name", has=page.locator("b", has_text=re.compile(rf"^{re.escape(layer)}$")))


def card(page: Page, kind: str) -> Locator:
    """The card of a kind in the palette; the first, where it is also among the usual ones."""
    return page.locator(f".fb-palette-card[data-kind={kind}]:visible").first


def choose(page: Page, layer: str) -> None:
    """Choose a layer, and wait until the form beside the stack is its own."""
    row(page, layer).click()
    expect(page.get_by_role("heading", name=layer)).to_be_visible()
    settled(page)


def undo(page: Page) -> None:
    """Press Undo; what comes back is drawn by the press itself, before the page knows of it."""
    before, after = page.evaluate(
        """() => {
          const shown = () => document.querySelector(".fb-stack-list").innerText;
          const before = shown();
          document.querySelector("[data-action=undo]").click();
          return [before, shown()];
        }"""
    )
    assert before != after
    answered(page)
