"""All pages in the pseudo-language, in a real Chromium: no text is forgotten, and nothing reaches out of the window."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from components.library import lesson
from tests.support.browser import Server, visit
from tests.support.journeys import skip_without_browser
from tests.support.pages import finished_run
from trainer.i18n import PSEUDO
from trainer.recipe.layers import Layer
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser]

STREAMLIT = {"Skip to main content", "Upload", "• JSON"}
"""Words of Streamlit's own widgets, which cannot be translated."""
NAMES = {"Fitboard", "A run", "negative", "positive", *Layer.registry}
"""Names of things: of the product, of a run, of classes, of kinds of layers."""
FROM_THE_LOG = {"All 2 epochs are done."}
"""What an older version wrote into a log stays as it is."""
OTHERS = r"\d+MB per file|[a-z]+(_[a-z]+)+|\d+ [A-Z][a-z]+ \d{4}.*"
"""The limit of an upload, in Streamlit's words; names of icons and metrics; dates."""
TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector("[data-testid=stApp]"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!text || element.closest("style, script, code, [role=img], [data-testid=stIconMaterial]")) continue;
    const box = element.getBoundingClientRect();
    if (box.width && getComputedStyle(element).visibility !== "hidden") found.push([text, box.right > innerWidth + 1]);
  }
  return found;
}"""
PLACES = ["", "data?", "data?recipe=text_lstm", "model?", "train?", "train?run=", "results?run=", "runs?"]


def is_forgotten(text: str) -> bool:
    """Whether a text is neither translated nor a name or a number."""
    if re.search(r"\[.*~\]", text, re.DOTALL) or not re.search(r"[A-Za-z]{2}", text):
        return False
    name = re.sub(r"^\d+\. ", "", text)
    return name not in STREAMLIT | NAMES | FROM_THE_LOG and not re.fullmatch(OTHERS, name)


@pytest.fixture
def page(chrome: Browser) -> Page:
    return chrome.new_page(viewport={"width": 1366, "height": 768})


@pytest.mark.parametrize("place", PLACES)
def test_every_text_of_a_page_is_translated(page: Page, running: Server, folder: Path, place: str) -> None:
    run = finished_run(Store(folder / "runs"), lesson("mnist_cnn").recipe) if place.endswith("run=") else ""
    visit(page, f"{running.url}/{place}{run}{'&' if '?' in place else '?'}lang={PSEUDO}")
    texts = page.evaluate(TEXTS)
    assert any(text.startswith("[") for text, _ in texts)
    assert sorted({text for text, _ in texts if is_forgotten(text)}) == []
    assert sorted({text for text, is_cut in texts if is_cut}) == []
