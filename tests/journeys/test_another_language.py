"""A language needs a catalogue and nothing else: the commands of `docs/languages.md`, and pages in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from components.library import lesson
from tests.support.browser import Console, server, visit, wait_for_points
from tests.support.catalogues import Texts, make_catalogue
from tests.support.journeys import complaints, skip_without_browser
from trainer.runs.events import BatchSeen, EpochEnded, Phase, RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser, pytest.mark.odd_logs]
GERMAN: Texts = {
    "Next: train": "Weiter: trainieren",
    "{count} class": ("{count} Klasse", "{count} Klassen"),
    "Validation accuracy": "Genauigkeit der Validierung",
    "Add a layer": "Schicht hinzufügen",
    "{percent} of all parameters": "{percent} aller Parameter",
    "over {epochs} epoch": ("über {epochs} Epoche", "über {epochs} Epochen"),
}
START = (
    "import sys; from pathlib import Path; from trainer import i18n; i18n.CATALOGUES = Path(sys.argv.pop(1)); "
    "from streamlit.web.cli import main; main()"
)
"""Starts Streamlit with catalogues from another folder, which is the first argument."""


def test_a_language_needs_a_catalogue_and_nothing_else(chrome: Browser, tmp_path: Path) -> None:
    make_catalogue(tmp_path / "locale", "de", GERMAN)
    store = Store(tmp_path / "runs")
    run = store.create(lesson("mnist_cnn").recipe)
    log = LogWriter(store.log(run))
    for event in (StateChanged(state=RunState.RUNNING), Phase(name="training")):
        log.write(event)
    for epoch in (1, 2):
        for step in range(1, 51):
            log.write(BatchSeen(epoch=epoch, step=step, logs={"loss": 1 / step, "accuracy": 0.5}))
        log.write(EpochEnded(epoch=epoch, seconds=1, logs={"loss": 0.5, "accuracy": 0.5, "val_accuracy": 0.9714}))
    log.write(StateChanged(state=RunState.FINISHED))
    log.close()
    with (
        server(store.root, tmp_path / "server.log", launcher=("-c", START, str(tmp_path / "locale"))) as running,
        chrome.new_context(locale="de-AT") as context,
    ):
        page = context.new_page()
        page.set_default_timeout(60_000)
        console = Console(page)
        visit(page, f"{running.url}/model?recipe=mnist_cnn")  # the browser asks for German, the address for nothing
        expect(page.get_by_role("button", name="Weiter: trainieren")).to_be_visible()
        stack = page.locator(".fb-stack")
        expect(stack).to_contain_text("10 Klassen")
        expect(stack).to_contain_text("Schicht hinzufügen")
        expect(stack.get_by_text("18.496", exact=True)).to_be_visible()
        expect(stack.get_by_title(re.compile(r"^53\s%\saller Parameter$"))).to_be_visible()
        expect(stack).to_contain_text("Undo")  # what is not translated is English
        assert page.evaluate("document.documentElement.lang") == "de"

        visit(page, f"{running.url}/train?run={run}")
        wait_for_points(page, 100)
        page.locator(".fb-live-menu summary").click()
        slider = page.get_by_role("slider", name="Smoothing")
        for place, words in (("5", "über 0,5 Epoche"), ("8", "über 5 Epochen")):
            slider.fill(place)
            expect(slider).to_have_attribute("aria-valuetext", words)
        visit(page, f"{running.url}/runs")
        expect(page.get_by_text("97,1\xa0%").first).to_be_visible()
        visit(page, f"{running.url}/model?recipe=mnist_cnn&lang=en")
        expect(page.get_by_role("button", name="Next: train")).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == "en"
        assert console.complaints == []
    assert complaints(tmp_path / "server.log") == []
