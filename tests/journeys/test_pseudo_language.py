"""All pages in the pseudo-language: each text can be translated, nothing is cut off, and all works as in English.

What is found is collected page by page, so that one run of the test shows all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect
from playwright.sync_api import Page as Tab

from tests.support.browser import Console, server, settled, visit, wait_for, wait_for_points, wait_for_state
from tests.support.journeys import FEW, skip_without_browser
from tests.support.model_page import LESSON, answered, card, choose, stands, undo
from tests.support.pseudo import DATA, IS_STILL, ROWS, Finding, bare_texts, cut_off, pseudo
from tests.support.written_runs import NAME, WrittenRuns
from trainer.i18n import PSEUDO
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser, pytest.mark.odd_logs]
WIDE: ViewportSize = {"width": 1366, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Walk:
    """A tab in the pseudo-language, and what was found on its pages so far."""

    def __init__(self, tab: Tab, url: str) -> None:
        self.tab, self._url = tab, url
        self._found: dict[str, Finding] = {}

    @property
    def findings(self) -> list[str]:
        """Each one once, with the page on which it was seen first."""
        return [str(finding) for finding in self._found.values()]

    def open(self, path: str) -> None:
        """Open an address of the server in the pseudo-language."""
        visit(self.tab, f"{self._url}{path}{'&' if '?' in path else '?'}lang={PSEUDO}")

    def go_to(self, page: str) -> None:
        """Follow a link of the navigation; a page is named in English."""
        self.tab.locator(".st-key-steps").get_by_role("link", name=pseudo(page), exact=True).click()
        self.arrived(page)

    def arrived(self, page: str) -> None:
        """Wait until a page stands there."""
        self.tab.get_by_role("heading", level=1, name=pseudo(page), exact=True).wait_for()
        settled(self.tab)

    def button(self, label: str, **parameters: object) -> Locator:
        """A button, by its label in English."""
        return self.tab.get_by_role("button", name=pseudo(label, **parameters), exact=True).first

    def press(self, label: str, **parameters: object) -> None:
        """Press a button, and wait until the page has answered."""
        self.button(label, **parameters).click()
        settled(self.tab)

    def unfold(self) -> None:
        """Open whatever is folded away."""
        folded = self.tab.locator("[data-testid=stMain] details:not([open]) > summary:visible")
        while folded.count():
            folded.first.click()
            settled(self.tab)

    def check(self, name: str) -> None:
        """Collect what is wrong with the page, as it is now, on a screen and on a phone."""
        settled(self.tab)
        wait_for(self.tab, IS_STILL)
        for finding in [*bare_texts(self.tab, name, DATA), *cut_off(self.tab, name)]:
            self._note(finding)
        self.tab.set_viewport_size(PHONE)
        for finding in cut_off(self.tab, f"{name}, on a phone"):
            self._note(finding)
        self.tab.set_viewport_size(WIDE)

    def _note(self, finding: Finding) -> None:
        if finding.what not in self._found:
            print(finding)  # noqa: T201 - pytest shows it also if a later step of the walk fails
            self._found[finding.what] = finding


@pytest.fixture(scope="module")
def walked(chrome: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Walk, WrittenRuns, Store]]:
    folder = tmp_path_factory.mktemp("pseudo")
    store = Store(folder / "runs")
    runs = WrittenRuns(store)
    with (
        server(folder / "runs", folder / "server.log") as started,
        store.lock(runs.going_on),
        chrome.new_context(viewport=WIDE) as context,
    ):
        tab = context.new_page()
        tab.set_default_timeout(60_000)
        console = Console(tab)
        yield Walk(tab, started.url), runs, store
        assert console.complaints == []


def test_every_page(walked: tuple[Walk, WrittenRuns, Store], tmp_path: Path) -> None:
    walk, runs, store = walked
    see_start_and_pictures(walk)
    see_model(walk)
    see_training(walk)
    see_written_runs(walk, runs)
    see_texts(walk, tmp_path, runs)
    see_runs(walk, runs, store)
    assert walk.findings == [], "\n" + "\n".join(walk.findings)


def see_start_and_pictures(walk: Walk) -> None:
    walk.open("/")
    walk.check("Start")
    walk.go_to("Train")
    walk.check("Train, without a run")
    walk.go_to("Results")
    walk.check("Results, without a run")
    walk.open("/data?recipe=mnist_cnn")
    limit = walk.tab.get_by_role("spinbutton", name=pseudo("Training pictures"), exact=True)
    limit.fill(FEW)
    limit.press("Enter")
    expect(walk.tab.get_by_text("360", exact=True)).to_be_visible()
    walk.unfold()
    walk.check("Data, pictures")
    walk.press("Next: the model")
    walk.arrived("Model")


def see_model(walk: Walk) -> None:
    tab = walk.tab
    stands(tab, LESSON)
    choose(tab, "1. Conv2D")
    tab.get_by_text(pseudo("Add a layer"), exact=True).click()
    walk.unfold()
    walk.check("Model")
    choose(tab, "5. Flatten")
    walk.press("Remove")
    stands(tab, [*LESSON[:4], "Dense"])
    expect(walk.button("Next: train")).to_be_disabled()
    walk.check("Model, with an error")
    tab.locator("[class*=st-key-findings-model] [class*=st-key-fix-]").get_by_role("button").first.click()
    stands(tab, LESSON)
    card(tab, "Dropout").click()
    stands(tab, [*LESSON[:5], "Dropout", *LESSON[5:]])
    undo(tab)
    stands(tab, LESSON)
    walk.press("Turn layer {number} ({kind}) off", number=2, kind="MaxPooling2D")
    answered(tab)
    walk.check("Model, with a layer turned off")
    undo(tab)
    for name in ("One example", "Keras code"):
        tab.get_by_role("tab", name=pseudo(name)).click()
        if name == "One example":
            tab.locator(".fb-try-guess:not(:empty)").wait_for()
        settled(tab)
        walk.check(f"Model, {name}")
    walk.press("Start from")
    walk.check("Model, Start from")
    walk.press("Use this model")
    walk.check("Model, Start from, refused")
    box = tab.get_by_role("textbox", name=pseudo("A Keras model"))
    box.fill('keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])')
    box.press("Control+Enter")
    walk.press("Use this model")
    stands(tab, ["Flatten", "Dense"])
    expect(tab.get_by_text(pseudo("Read {count} layers.", count=2)).first).to_be_visible()
    walk.check("Model, a Keras model")


def see_training(walk: Walk) -> None:
    """The only fit of the walk: a second of one, and its test."""
    tab = walk.tab
    walk.go_to("Train")
    for label, value in (("Epochs", "1"), ("Name", f"{NAME} zweite")):
        box = tab.get_by_label(pseudo(label), exact=True)
        box.fill(value)
        box.press("Enter")
        settled(tab)
    walk.unfold()
    walk.check("Train, before")
    walk.press("Train")
    wait_for_points(tab)
    wait_for_state(tab, "finished")
    walk.check("Train, after an epoch")
    walk.go_to("Results")
    walk.check("Results, before the test")
    walk.press("Test")
    expect(tab.get_by_role("heading", name=pseudo("Confusion matrix"))).to_be_visible()
    walk.check("Results, of pictures")


def see_written_runs(walk: Walk, runs: WrittenRuns) -> None:
    tab = walk.tab
    for name, run, points in (
        ("running", runs.going_on, 20),
        ("stopped early", runs.early, 30),
        ("ended", runs.long, 50),
    ):
        walk.open(f"/train?run={run}")
        wait_for_points(tab, points)
        walk.unfold()
        walk.check(f"Train, {name}")
    tab.get_by_role("combobox", name=pseudo("Compare with")).click()
    walk.check("Train, choosing another run")
    tab.keyboard.press("Escape")


def see_texts(walk: Walk, folder: Path, runs: WrittenRuns) -> None:
    tab = walk.tab
    table = folder / "tabelle.csv"
    table.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS), "utf-8")
    walk.open("/data?recipe=text_lstm")
    walk.unfold()
    walk.check("Data, texts of the lesson")
    tab.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(table)
    expect(tab.get_by_role("combobox", name=pseudo("File"))).to_have_value("tabelle.csv")
    settled(tab)
    walk.check("Data, texts")
    walk.press("Remove these classes")
    walk.unfold()
    walk.press("Remove the HTML")
    walk.check("Data, texts, after a fix")
    walk.go_to("Model")
    choose(tab, "1. Embedding")
    walk.check("Model, of texts")
    walk.open(f"/results?run={runs.texts}")
    expect(tab.get_by_role("heading", name=pseudo("Confusion matrix"))).to_be_visible()
    walk.check("Results, of texts")


def see_runs(walk: Walk, runs: WrittenRuns, store: Store) -> None:
    tab = walk.tab
    walk.go_to("Runs")
    walk.press("Name and note")
    tab.get_by_role("textbox", name=pseudo("Note"), exact=True).wait_for()
    walk.check("Runs, a name and a note")
    tab.keyboard.press("Escape")
    for place in (1, 2):
        box = tab.get_by_role("checkbox").nth(place)
        while not box.is_checked():  # a page that is still drawing itself may take a tick back
            box.press("Space")
            settled(tab)
    expect(tab.locator(".st-key-overlay .js-plotly-plot")).to_be_visible()
    walk.check("Runs, compared")
    before = len(store.ids())
    # Runs that began in the same second are listed in any order, and the one in progress cannot be deleted.
    walk.press("Select all on this page")
    walk.press("Delete")
    walk.check("Runs, deleting")
    tab.get_by_role("button", name=pseudo("Delete {count} runs permanently", count=before - 1), exact=True).click()
    expect(tab.get_by_role("button", name=pseudo("Open"), exact=True)).to_have_count(1)
    assert store.ids() == [runs.going_on]
