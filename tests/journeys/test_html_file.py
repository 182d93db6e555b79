"""A run as one HTML file, opened from disk in a Chromium without a network: it answers as the run's network does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from rich.console import Console as Terminal

from tests.support.axe import needs_axe, violations
from tests.support.browser import Console, chromium, wait_for
from tests.support.journeys import skip_without_browser
from trainer import PROJECT, data
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser, pytest.mark.odd_logs]
NAME = "</script><img src=x onerror=alert(1)>"
ROWS = 200
TRAPS = ("", "!!!", "ПРИВЕТ Привет", "„Äpfel“ A\u0308pfel", "Straße STRASSE", "don’t DON'T", "i like it " * 40)
ANSWERS = "document.querySelector('.fb-try')?.dataset"


class Lesson(NamedTuple):
    """A lesson that was trained a little, and its file."""

    store: Store
    run: str
    file: Path

    @property
    def network(self) -> Any:
        from trainer.fit.predict import predictor  # loads TensorFlow

        return predictor(self.store.recipe(self.run), self.store.folder(self.run), self.store.read(self.run).history)

    @property
    def rows(self) -> list[Any]:
        """Rows of its test, as its source gives them."""
        recipe = self.store.recipe(self.run)
        test = data.load(recipe.data, recipe.seed).test
        return [test[place] for place in range(min(ROWS, len(test)))]


@pytest.fixture(scope="module")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lesson]:
    from trainer.engine.foreground import train_and_test  # loads TensorFlow
    from trainer.export.exported_run import take
    from trainer.export.format import formats

    folder = tmp_path_factory.mktemp("exports")
    store, found = Store(folder / "runs"), {}
    for name, settings in (("mnist_cnn", ["data.limit=1000"]), ("text_lstm", [])):
        recipe = Recipe.load(PROJECT / "recipes" / f"{name}.json").with_settings(["fit.epochs=1", *settings])
        run = train_and_test(recipe.with_(name=NAME), store, Terminal(quiet=True)).id
        file = folder / f"{name}.html"
        equality = formats()["html"].write(take(store, run), file, lambda _: None)
        assert equality is not None
        assert equality.answers_that_differ == 0
        found[name] = Lesson(store, run, file)
    return found


@pytest.fixture(scope="module")
def offline() -> Iterator[Browser]:
    with chromium("--host-resolver-rules=MAP * ~NOTFOUND") as browser:
        yield browser


@pytest.fixture
def tab(offline: Browser) -> Iterator[Tab]:
    """A tab without a network that has nothing to complain of in the end, and that has asked nobody for anything."""
    context = offline.new_context(viewport={"width": 1366, "height": 768})
    context.set_offline(True)
    page, asked = context.new_page(), list[str]()
    console = Console(page)
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    yield page
    context.close()
    assert console.complaints == []
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    assert sum(url.startswith("file:") for url in asked) == 1, "the file itself, and nothing beside it"


def open_file(tab: Tab, lesson: Lesson) -> None:
    tab.goto(lesson.file.as_uri())
    wait_for(tab, f"{ANSWERS}?.ready === 'true'")


def answer(tab: Tab) -> tuple[str, float]:
    """What the page answers once it has an answer, and how sure it is."""
    wait_for(tab, f"{ANSWERS}.answer && !{ANSWERS}.asking")
    found = tab.evaluate(f"({{ ...{ANSWERS} }})")
    return found["answer"], float(found["sure"])


def assert_equal(ours: list[Any], theirs: NDArray[Any]) -> None:
    scores = np.array(ours)
    assert scores.shape == theirs.shape
    assert np.abs(scores - theirs).max() < 1e-4
    np.testing.assert_array_equal(scores.argmax(axis=1), theirs.argmax(axis=1))


def test_pictures(lessons: dict[str, Lesson], tab: Tab) -> None:
    """All rows by the way that examples take, and what is drawn with keys alone."""
    lesson = lessons["mnist_cnn"]
    network, pictures = lesson.network, lesson.rows
    open_file(tab, lesson)
    assert tab.get_by_role("heading", level=1).inner_text() == NAME
    sent = [{"label": 0, "pixels": one.ravel().tolist()} for one in pictures]
    ours = tab.evaluate("(examples) => fitboard.scores(examples)", sent)
    assert_equal(ours, network.scores(np.stack(pictures).astype(np.float32) / np.float32(255)))
    while tab.evaluate("document.activeElement.getAttribute('role')") != "application":
        tab.keyboard.press("Tab")
    for key in ["ArrowUp"] * 8 + ["Space"] + ["ArrowDown"] * 16 + ["Space"]:
        tab.keyboard.press(key)
    name, sure = answer(tab)
    seen = tab.evaluate(
        "() => { const canvas = document.querySelector('.fb-try-frame canvas');"
        " return [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0); }"
    )
    theirs = network.scores(np.array(seen, np.float32).reshape(1, 28, 28, 1) / 255)[0]
    assert network.class_names[theirs.argmax()] == name
    assert abs(theirs.max() - sure) < 0.01, "the canvas has 256 greys"


def test_texts(lessons: dict[str, Lesson], tab: Tab) -> None:
    """All rows by the way that examples take, and some typed; in a browser that gives files from disk no workers."""
    lesson = lessons["text_lstm"]
    network, texts = lesson.network, [*lesson.rows, *TRAPS]
    tab.add_init_script("delete globalThis.Worker")
    open_file(tab, lesson)
    wait_for(tab, "document.querySelector('.fb-try-tokens') !== null")
    ours = tab.evaluate("(texts) => fitboard.scores(texts.map((text) => ({ label: 0, text })))", texts)
    read = network.preparation.numbers(np.array(texts, object))
    theirs = network.scores(read)
    has_known = (read > 1).any(axis=1)
    assert [one is not None for one in ours] == has_known.tolist(), "without a known word there is no answer"
    assert_equal([one for one in ours if one], theirs[has_known])
    field = tab.get_by_role("textbox")
    for place in range(3):
        field.fill(texts[place])
        name, sure = answer(tab)
        assert name == network.class_names[theirs[place].argmax()]
        assert abs(sure - theirs[place].max()) < 1e-4


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(lessons: dict[str, Lesson], tab: Tab, scheme: Any) -> None:
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    open_file(tab, lessons["mnist_cnn"])
    tab.locator("summary").click()
    for width in (1366, 390):
        tab.set_viewport_size({"width": width, "height": 768})
        assert [str(one) for one in violations(tab)] == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
