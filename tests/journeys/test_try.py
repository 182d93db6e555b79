"""Try it in a real Chromium, on runs that were really trained: what the browser answers is what the model answers.

Nothing but the server can be reached from this browser.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, expect
from playwright.sync_api import Page as Tab
from rich.console import Console as Terminal

from tests.support.axe import looks, needs_axe, violations
from tests.support.browser import Console, Server, chromium, go_to, visit, wait_for
from tests.support.journeys import begin_lesson_on_few_rows, skip_without_browser
from tests.support.pseudo import DATA, bare_texts, cut_off, pseudo
from tests.support.throttle import leave_nothing_out
from tests.support.written_runs import NAME
from trainer import PROJECT
from trainer.i18n import PSEUDO
from trainer.recipe.recipe import Recipe
from trainer.runs.kept_epochs import KeptEpochs, kept_epochs, read_epoch
from trainer.runs.network import RefusedNetwork, keep_network
from trainer.runs.store import Store
from trainer.runs.wording import WORDING as RUNS

pytestmark = [pytest.mark.browser, skip_without_browser, pytest.mark.odd_logs]
NAMES = {"0", "1", "a", "good", "day", "with", "qwertz"}
"""Classes and words of the runs."""
ANSWERS = "document.querySelector('.fb-try')?.dataset"
SENTENCES = {
    "english": ("a good day with sun", "a bad day with rain"),
    "german": ("ein schöner Tag für Äpfel", "ein böser Tag für Öfen"),
    "russian": ("хороший день и солнце", "плохой день и дождь"),
    "greek": ("καλή μέρα με ήλιο", "κακή μέρα με βροχή"),
    "chinese": ("今天 天气 很好", "今天 天气 很坏"),
}
"""A good and a bad one in each of five scripts or spellings."""


@dataclass
class Place:
    """A server with two trained runs."""

    url: str
    store: Store
    pictures: str
    texts: str


@pytest.fixture(scope="module")
def place(running: Server, folder: Path) -> Place:
    from trainer.engine.foreground import train_and_test  # loads TensorFlow

    rows = [
        f"{text} {number},{label}"
        for pair in SENTENCES.values()
        for label, text in enumerate(pair)
        for number in range(12)
    ]
    table = folder / "five.csv"
    table.write_text("\n".join(["text,label", *rows]), "utf-8")
    store = Store(folder / "runs")
    digits = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json").with_settings(["data.limit=2000", "fit.epochs=3"])
    reviews = Recipe.load(PROJECT / "recipes" / "text_lstm.json")
    words = reviews.with_settings(
        [
            f"data.path={table}",
            "data.max_words=200",
            "layers.0.input_dim=200",
            "fit.epochs=2",
            "data.standardize=unicode",
        ]
    )
    with pytest.MonkeyPatch.context() as patch:
        leave_nothing_out(patch)
        runs = [train_and_test(recipe.with_(name=NAME), store, Terminal(quiet=True)).id for recipe in (digits, words)]
    return Place(running.url, store, *runs)


@pytest.fixture(scope="module")
def offline() -> Iterator[BrowserContext]:
    """A Chromium that finds no other computer than this one; its tabs load the program from one another's cache."""
    with chromium("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost") as browser:
        yield browser.new_context(viewport={"width": 1366, "height": 768})


@contextmanager
def watched(context: BrowserContext, place: Place) -> Iterator[Tab]:
    """A tab that has nothing to complain of in the end, and that has asked nobody but the server."""
    page = context.new_page()
    console, asked = Console(page), set[str]()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.on("websocket", lambda socket: asked.add(urlsplit(socket.url).netloc))
    yield page
    page.close()
    assert console.complaints == []
    assert asked <= {urlsplit(place.url).netloc, ""}, "pictures that are in the page itself have no host"


@pytest.fixture
def tab(offline: BrowserContext, place: Place) -> Iterator[Tab]:
    with watched(offline, place) as page:
        yield page


@pytest.fixture
def first_tab(offline: BrowserContext, place: Place) -> Iterator[Tab]:
    """One in a browser that has read no network yet."""
    assert offline.browser is not None
    with offline.browser.new_context() as context, watched(context, place) as page:
        yield page


def open_run(tab: Tab, place: Place, run: str) -> None:
    visit(tab, f"{place.url}/try?run={run}")
    wait_for(tab, f"{ANSWERS}?.ready === 'true'")


def answer(tab: Tab) -> tuple[str, float]:
    """What the page answers once it has an answer, and how sure it is."""
    wait_for(tab, f"{ANSWERS}.answer && !{ANSWERS}.asking")
    found = tab.evaluate(f"({{ ...{ANSWERS} }})")
    return found["answer"], float(found["sure"])


def computed(place: Place, run: str, x: NDArray[Any], epoch: int | None = None) -> NDArray[Any]:
    """The scores (n, classes) that the trainer's own model gives."""
    from trainer.fit.answers import class_scores
    from trainer.fit.graph import run_graph
    from trainer.fit.run import prepare
    from trainer.runs.network import read_graph

    folder = place.store.folder(run)
    if epoch is not None:
        return class_scores(run_graph(read_graph(folder), read_epoch(folder, epoch), x)[-1])
    model = prepare(place.store.recipe(run), kept_in=folder).model
    model.load_weights(folder / "final.weights.h5")
    return class_scores(model.predict(x, verbose=0))


def test_a_hundred_digits_drawn_as_strokes_get_the_answers_of_the_model(tab: Tab, place: Place) -> None:
    from trainer import data

    open_run(tab, place, place.pictures)
    recipe = place.store.recipe(place.pictures)
    pictures = data.load(recipe.data, recipe.seed).test.x[:100, :, :, 0]
    surface, clear = tab.locator(".fb-pad-surface"), tab.get_by_role("button", name="Clear", exact=True)
    drawn, answers, sure = [], [], []
    for place_of, pixels in enumerate(pictures):
        draw(tab, surface, pixels > 100, by_mouse=place_of < 5)
        name, confidence = answer(tab)
        drawn.append(seen(tab))
        answers.append(name)
        sure.append(confidence)
        clear.evaluate("(button) => button.click()")
        wait_for(tab, f"{ANSWERS}.answer === ''")
    scores = computed(place, place.pictures, np.stack(drawn)[..., None])
    # The picture is read from a canvas of 256 greys, while the network gets the numbers themselves.
    assert np.abs(scores.max(axis=1) - np.array(sure)).max() < 0.02
    certain = np.sort(scores, axis=1)[:, -1] - np.sort(scores, axis=1)[:, -2] > 0.05
    assert certain.sum() > 80
    names = scores.argmax(axis=1).astype(str)
    assert [(a, b) for a, b, is_certain in zip(answers, names, certain, strict=True) if is_certain and a != b] == []


STROKES = """(surface, strokes) => {
  const send = (kind, [x, y], buttons) => surface.dispatchEvent(new PointerEvent(kind, {
    pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true, cancelable: true,
    button: kind === "pointermove" ? -1 : 0, buttons, clientX: x, clientY: y,
  }));
  const capture = surface.setPointerCapture;
  surface.setPointerCapture = () => {}; // there is no such pointer
  for (const [begin, end] of strokes) {
    send("pointerdown", begin, 1);
    send("pointermove", end, 1);
    send("pointerup", end, 0);
  }
  surface.setPointerCapture = capture;
}"""
"""Draw strokes at once, as a mouse would one after the other."""


def draw(tab: Tab, surface: Locator, ink: NDArray[np.bool_], *, by_mouse: bool = True) -> None:
    """Draw each run of inked pixels of a row as a stroke."""
    box = surface.bounding_box()
    assert box is not None
    height, width = ink.shape

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + box["width"] * (x + 0.5) / width, box["y"] + box["height"] * (y + 0.5) / height

    strokes = []
    for y in range(0, height, 2):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], ink[y].astype(np.int8), [0]])))
        runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        strokes += [(at(begin, y), at(end - 1, y)) for begin, end in runs]
    if not by_mouse:
        surface.evaluate(STROKES, strokes)
        return
    for first, last in strokes:
        tab.mouse.move(*first)
        tab.mouse.down()
        tab.mouse.move(*last)
        tab.mouse.up()


def seen(tab: Tab) -> NDArray[Any]:
    """The picture under *What it gets*, 0 to 1."""
    address = tab.evaluate("document.querySelector('.fb-try-frame canvas').toDataURL()")
    with Image.open(BytesIO(b64decode(address.partition(",")[2]))) as picture:
        return np.asarray(picture.convert("L"), np.float32) / 255


def test_drawing_asks_the_server_nothing(tab: Tab, place: Place) -> None:
    open_run(tab, place, place.pictures)
    tab.get_by_role("button", name="From validation", exact=True).click()
    answer(tab)
    expect(tab.locator(".fb-try-answer .fb-try-note")).to_contain_text("200")  # the last thing that is computed
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.get_by_role("button", name="Clear", exact=True).click()
    wait_for(tab, f"{ANSWERS}.answer === ''")
    draw(tab, tab.locator(".fb-pad-surface"), seven())
    name, _ = answer(tab)
    expect(tab.locator(".fb-try-key b").first).to_have_text(name)  # the chart of the epochs is that of the drawing
    assert asked == []


def test_an_example_gets_just_what_the_model_says(tab: Tab, place: Place) -> None:
    open_run(tab, place, place.pictures)
    tab.get_by_role("button", name="From the test", exact=True).click()
    name, sure = answer(tab)
    scores = computed(place, place.pictures, seen(tab)[None, ..., None])[0]
    assert name == str(scores.argmax())
    assert abs(sure - scores.max()) < 1e-4


def test_a_mistake_of_the_test_can_be_tried(tab: Tab, place: Place) -> None:
    visit(tab, f"{place.url}/results?run={place.pictures}")
    card = tab.locator(".fb-gallery .fb-wrong").first
    wrong = card.locator("b").inner_text().removeprefix("✗ ")
    card.get_by_role("link").click()
    tab.get_by_role("heading", level=1, name="Try it", exact=True).wait_for()
    wait_for(tab, f"{ANSWERS}?.ready === 'true'")
    assert answer(tab)[0] == wrong


def test_the_time_machine_answers_with_the_weights_of_each_epoch(tab: Tab, place: Place) -> None:
    open_run(tab, place, place.pictures)
    tab.get_by_role("button", name="From validation", exact=True).click()
    answer(tab)
    x = seen(tab)[None, ..., None]
    slider = tab.get_by_role("slider", name="Epoch", exact=True)
    expect(slider).to_have_value("3")
    slider.press("Home")
    for epoch in range(4):
        wait_for(tab, f"{ANSWERS}.epoch === '{epoch}'")
        name, sure = answer(tab)
        scores = computed(place, place.pictures, x, epoch)[0]
        assert (name, abs(sure - scores.max()) < 1e-4) == (str(scores.argmax()), True)
        slider.press("ArrowRight")
    assert [one.epoch for one in kept_epochs(place.store.folder(place.pictures))] == [0, 1, 2, 3]
    tab.get_by_role("button", name="Play", exact=True).click()
    wait_for(tab, f"{ANSWERS}.epoch === '0'")
    wait_for(tab, f"{ANSWERS}.epoch === '3'")
    expect(tab.get_by_role("button", name="Play", exact=True)).to_be_visible()


@pytest.mark.parametrize("script", SENTENCES)
def test_a_sentence_of_each_script_is_read_as_in_training(tab: Tab, place: Place, script: str) -> None:
    from trainer import data
    from trainer.fit.inputs import kept_preparation

    open_run(tab, place, place.texts)
    recipe, folder = place.store.recipe(place.texts), place.store.folder(place.texts)
    words = kept_preparation(data.load(recipe.data, recipe.seed), folder)
    assert words is not None
    for sentence in SENTENCES[script]:
        typed = sentence.upper()
        tab.get_by_role("textbox", name="Your text").fill(typed)
        _, sure = answer(tab)
        scores = computed(place, place.texts, words.numbers(np.array([typed], object)))[0]
        assert abs(sure - scores.max()) < 1e-4
        expect(tab.locator(".fb-try-token")).to_have_count(len(sentence.split()) if script != "chinese" else 6)
        assert "unknown" not in [one.get_attribute("data-kind") for one in tab.locator(".fb-try-token").all()]


def test_a_text_without_a_known_word_gets_no_answer_and_a_word_can_be_left_out_or_another_put_in(
    tab: Tab, place: Place
) -> None:
    open_run(tab, place, place.texts)
    field = tab.get_by_role("textbox", name="Your text")
    field.fill("qwertz 🙂 zzz")
    expect(tab.locator(".fb-try-token")).to_have_count(3)
    assert tab.evaluate(f"{ANSWERS}.answer") == ""
    expect(tab.locator(".fb-try-said")).not_to_be_empty()
    field.fill("!!! … 。")
    expect(tab.locator(".fb-try-token")).to_have_count(0)
    assert tab.evaluate(f"{ANSWERS}.answer") == ""
    field.fill("a good day")
    _, before = answer(tab)
    good = tab.locator(".fb-try-token", has_text="good")
    expect(good).to_have_attribute("data-side", "for")
    good.click()
    wait_for(tab, f"{ANSWERS}.sure !== '{before}'")
    expect(good).to_have_attribute("aria-pressed", "true")
    good.click()
    wait_for(tab, f"Math.abs({ANSWERS}.sure - {before}) < 1e-6")
    other = tab.get_by_role("textbox", name="Instead of “good”")
    other.fill("bad one")
    other.press("Enter")
    expect(tab.locator(".fb-try-instead .fb-try-note")).to_have_text("Type one word.")
    other.fill("bad")
    other.press("Enter")
    changed = tab.locator(".fb-try-token[data-instead]")
    expect(changed).to_have_text("bad")
    wait_for(tab, f"!{ANSWERS}.asking && Math.abs({ANSWERS}.sure - {before}) > 1e-6")
    expect(changed).to_have_attribute("data-side", re.compile("for|against"))
    swapped = answer(tab)
    expect(other).to_be_focused()
    tab.get_by_role("button", name="Put “good” back").click()
    wait_for(tab, f"Math.abs({ANSWERS}.sure - {before}) < 1e-6")
    expect(good).to_be_focused()
    field.fill("a bad day")
    wait_for(tab, f"!{ANSWERS}.asking && Math.abs({ANSWERS}.sure - {swapped[1]}) < 1e-6")
    expect(tab.locator(".fb-try-instead")).to_be_hidden()


def test_a_text_of_a_megabyte_is_read_to_the_length_that_the_network_reads(tab: Tab, place: Place) -> None:
    open_run(tab, place, place.texts)
    tab.get_by_role("textbox", name="Your text").fill("a good day " * 90_000)
    answer(tab)
    assert tab.locator(".fb-try-token").count() == 300
    assert tab.locator('.fb-try-token[data-kind="cut off"]').count() == 240


def test_a_threshold_says_what_it_would_mean_and_below_it_there_is_no_answer(tab: Tab, place: Place) -> None:
    open_run(tab, place, place.pictures)
    tab.get_by_role("button", name="From validation", exact=True).click()
    answer(tab)
    meaning = tab.locator(".fb-try-answer .fb-try-note")
    expect(meaning).to_contain_text("200")
    said = tab.locator(".fb-try-said")
    expect(said).not_to_have_class("fb-try-said fb-try-unsure")
    tab.get_by_role("slider", name="Epoch", exact=True).press("Home")
    wait_for(tab, f"{ANSWERS}.epoch === '0' && !{ANSWERS}.asking")
    assert answer(tab)[1] < 0.99, "before training it is sure of nothing"
    tab.get_by_role("slider", name="How sure must it be?").press("End")
    expect(said).to_have_class("fb-try-said fb-try-unsure")
    expect(meaning).not_to_contain_text("answer 200")


def test_typed_texts_are_read_as_the_recipe_has_them(tab: Tab, place: Place) -> None:
    keras = "data.standardize=lower_and_strip_punctuation"
    for number, (settings, text, words) in enumerate(
        [
            (["data.every_character=true"], "good!", ["g", "o", "o", "d"]),
            ([keras, "data.split_characters=true"], "good今天", ["good", "今", "天"]),
        ]
    ):
        open_run(tab, place, copied(place, place.texts, number, settings))
        tab.get_by_role("textbox", name="Your text").fill(text)
        expect(tab.locator(".fb-try-token")).to_have_text(words)


def test_a_text_that_only_the_trainer_can_clean_gets_no_answer_but_an_example_does(tab: Tab, place: Place) -> None:
    open_run(tab, place, copied(place, place.texts, 2, ["data.plain_text=true"]))
    field, said = tab.get_by_role("textbox", name="Your text"), tab.locator(".fb-try-said")
    field.fill("a good day")
    expect(said).to_contain_text("python -m trainer predict")
    assert tab.evaluate(f"{ANSWERS}.answer") == ""
    tab.get_by_role("button", name="From validation", exact=True).click()
    answer(tab)
    field.press("End")
    field.press("x")
    expect(said).to_contain_text("python -m trainer predict")


def copied(place: Place, run: str, number: int, settings: list[str]) -> str:
    """Another run with the same network, of another recipe; returns its id."""
    made = f"20260101-00000{number}-aaaaaaaaaaaaaaaa"
    copytree(place.store.folder(run), place.store.folder(run).with_name(made))
    recipe = place.store.recipe(run).with_settings(settings)
    place.store.folder(made).joinpath("recipe.json").write_text(recipe.to_json(), "utf-8")
    return made


def test_what_is_said_of_an_example_goes_as_soon_as_something_else_is_tried(tab: Tab, place: Place) -> None:
    said = tab.locator(".fb-try-examples + .fb-try-note")
    open_run(tab, place, place.pictures)
    tab.get_by_role("button", name="From validation", exact=True).click()
    answer(tab)
    expect(said).not_to_be_empty()
    draw(tab, tab.locator(".fb-pad-surface"), seven())
    expect(said).to_be_empty()
    open_run(tab, place, place.texts)
    tab.get_by_role("button", name="From validation", exact=True).click()
    answer(tab)
    expect(said).not_to_be_empty()
    tab.get_by_role("textbox", name="Your text").press("x")
    expect(said).to_be_empty()


def test_a_network_that_gives_no_numbers_says_so_and_explains_nothing(tab: Tab, place: Place) -> None:
    run = copied(place, place.pictures, 3, [])
    folder = place.store.folder(run)
    size = len(read_epoch(folder, 3))
    for epoch in (0, 3):
        KeptEpochs(folder).put(epoch, np.full(size // 4, np.nan, np.float32).tobytes())
    open_run(tab, place, run)
    tab.get_by_label("Why?").check()
    tab.get_by_role("button", name="From validation", exact=True).click()
    section = tab.locator(".fb-try-answer")
    expect(section.locator(".fb-try-said")).to_contain_text("diverged")
    expect(section.locator(".fb-try-bars .fb-try-number").first).to_have_text("–")
    expect(section.locator(".fb-try-note")).to_be_empty()
    tab.get_by_role("slider", name="Epoch", exact=True).press("ArrowLeft")
    answer(tab)
    expect(tab.locator(".fb-try-heat canvas").first).to_be_visible()
    expect(tab.locator(".fb-try-because p").first).to_contain_text("Before training the network gives no numbers")
    expect(tab.locator(".fb-try-heat canvas").last).to_be_hidden()
    expect(section.locator(".fb-try-note")).to_contain_text("200")
    tab.get_by_role("slider", name="Epoch", exact=True).press("ArrowRight")
    expect(tab.locator(".fb-try-because")).to_be_hidden()
    expect(section.locator(".fb-try-note")).to_be_empty()
    assert "NaN" not in tab.locator(".fb-try").inner_text()


def test_a_network_that_is_too_large_for_the_browser_is_asked_of_the_trainer(tab: Tab, place: Place) -> None:
    for number, run in enumerate((place.pictures, place.texts)):
        large = copied(place, run, 5 + number, [])
        refused = RUNS.message("network_too_large", size=200_000_000, limit=100_000_000)
        keep_network(place.store.folder(large), RefusedNetwork(refused=refused))
        open_run(tab, place, large)
        ask, said = tab.get_by_role("button", name="Ask the trainer", exact=True), tab.locator(".fb-try-said")
        expect(ask).to_have_attribute("aria-disabled", "true")
        tab.get_by_role("button", name="From validation", exact=True).click()
        expect(ask).to_have_attribute("aria-disabled", "false")
        ask.press("Enter")
        expect(said).to_contain_text("sure", timeout=60_000)
        assert str(refused) in tab.locator(".fb-try-trainer").inner_text()
        assert tab.locator(".fb-try-layers, .fb-try-time").count() == 0
        if run == place.pictures:
            scores = computed(place, run, seen(tab)[None, ..., None])[0]
            expect(said).to_contain_text(f"{scores.argmax()}, {scores.max():.0%}")
            tab.get_by_role("button", name="Clear", exact=True).click()
            expect(ask).to_have_attribute("aria-disabled", "true")


def test_scores_that_are_no_probabilities_have_no_threshold_and_no_chart(tab: Tab, place: Place) -> None:
    last = len(place.store.recipe(place.pictures).layers) - 1
    open_run(tab, place, copied(place, place.pictures, 4, [f"layers.{last}.activation=linear"]))
    tab.get_by_role("button", name="From validation", exact=True).click()
    answer(tab)
    expect(tab.locator(".fb-try-sure")).to_be_hidden()
    expect(tab.locator(".fb-try-chart")).to_be_hidden()
    expect(tab.get_by_role("slider", name="Epoch", exact=True)).to_be_visible()
    expect(tab.locator(".fb-try-time .fb-try-note")).not_to_be_empty()


def test_every_layer_is_shown_and_a_map_enlarged_with_its_filter(tab: Tab, place: Place) -> None:
    open_run(tab, place, place.pictures)
    tab.get_by_role("button", name="From validation", exact=True).click()
    answer(tab)
    counts = [row.locator("button").count() for row in tab.locator(".fb-try-maps").all()]
    assert counts == [32, 32, 64, 64, 1, 1]
    tab.locator(".fb-try-maps").nth(2).locator("button").nth(5).click()
    dialog = tab.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_contain_text("3")
    expect(dialog.locator(".fb-try-filter canvas")).to_have_count(32)
    tab.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_why_compares_the_network_with_itself_before_training(tab: Tab, place: Place) -> None:
    open_run(tab, place, place.pictures)
    tab.get_by_label("Why?").check()
    tab.get_by_role("button", name="From validation", exact=True).click()
    name, _ = answer(tab)
    expect(tab.locator(".fb-try-heat canvas")).to_have_count(2)
    said = tab.locator(".fb-try-because p").first
    expect(said).not_to_be_empty()
    expect(tab.locator(".fb-try-heat canvas").last).to_have_attribute("aria-label", re.compile("Before training"))
    now, before = (occlusion(place, seen(tab), int(name), epoch) for epoch in (3, 0))
    found = re.search(r"-?\d\.\d\d", said.inner_text())
    assert found is not None
    assert float(found[0]) == pytest.approx(np.corrcoef(now.ravel(), before.ravel())[0, 1], abs=0.006)
    points = [re.search(r"(-?\d+) percentage", told) for told in labels(tab)]
    for map_, told in zip((now, before), points, strict=True):
        assert told is not None
        assert int(told[1]) == pytest.approx(100 * map_.max(), abs=0.51)


def labels(tab: Tab) -> list[str]:
    """What is said of the two maps."""
    return [one.get_attribute("aria-label") or "" for one in tab.locator(".fb-try-heat canvas").all()]


def occlusion(place: Place, picture: NDArray[Any], label: int, epoch: int) -> NDArray[Any]:
    """How much less probable a class is with each part of a picture (28, 28) covered, on the mean, for each pixel."""
    edge = np.ones((28, 28), bool)
    edge[1:-1, 1:-1] = False
    starts = range(0, 25, 2)  # of patches of 4 x 4
    parts = [np.s_[top : top + 4, left : left + 4] for top in starts for left in starts]
    covered = np.stack([picture] * (len(parts) + 1))
    for one, part in zip(covered[1:], parts, strict=True):
        one[part] = picture[edge].mean()
    scores = computed(place, place.pictures, covered[..., None], epoch)[:, label]
    sums, counts = np.zeros((28, 28)), np.zeros((28, 28))
    for score, part in zip(scores[1:], parts, strict=True):
        sums[part] += scores[0] - score
        counts[part] += 1
    return sums / counts


def test_a_damaged_epoch_is_said_and_the_others_go_on(first_tab: Tab, place: Place) -> None:
    tab = first_tab
    damaged = place.store.folder(place.pictures) / "epochs" / "00001.bin"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        open_run(tab, place, place.pictures)
        tab.get_by_role("button", name="From validation", exact=True).click()
        found = answer(tab)
        expect(tab.locator(".fb-try-key b").first).to_have_text(found[0])  # the chart goes without that epoch
        expect(tab.locator(".fb-try-answer .fb-try-note")).to_contain_text("200")  # the last thing that is computed
        assert answer(tab) == found
        slider = tab.get_by_role("slider", name="Epoch", exact=True)
        slider.press("Home")
        slider.press("ArrowRight")
        expect(tab.locator(".fb-try-said")).to_contain_text("damaged")
        slider.press("ArrowRight")
        wait_for(tab, f"{ANSWERS}.epoch === '2'")
        answer(tab)
    finally:
        damaged.write_bytes(whole)


def test_what_cannot_be_loaded_is_said_and_tried_again(tab: Tab, place: Place) -> None:
    worker = re.compile("network_worker\\.js")
    tab.route(worker, lambda route: route.fulfill(body="throw new Error()", content_type="text/javascript"))
    visit(tab, f"{place.url}/try?run={place.pictures}")
    expect(tab.locator(".fb-try-status")).to_contain_text("cannot be loaded")
    tab.unroute(worker)
    wait_for(tab, f"{ANSWERS}?.ready === 'true'")
    expect(tab.locator(".fb-try-status")).to_be_hidden()


def test_a_drawing_watches_the_network_learn(tab: Tab, place: Place) -> None:
    """Draw, press Train, and come back: each new epoch arrives by itself, and the answer changes with it."""
    begin_lesson_on_few_rows(tab, place.url, "500")
    tab.get_by_role("button", name="Train", exact=True).click()
    wait_for(tab, "new URL(location).searchParams.has('run')")
    go_to(tab, "Try it")
    wait_for(tab, f"{ANSWERS}?.ready === 'true'")
    draw(tab, tab.locator(".fb-pad-surface"), seven())
    answers = set[tuple[str, float]]()
    epochs = set[str]()
    while len(epochs) < 4:
        answers.add(answer(tab))
        epoch = tab.evaluate(f"{ANSWERS}.epoch")
        epochs.add(epoch)
        wait_for(tab, f"{ANSWERS}.epoch !== '{epoch}'")
    assert len(answers) > 2, "the answer follows the weights"
    go_to(tab, "Train")
    tab.get_by_role("button", name="Stop", exact=True).first.click()


def seven() -> NDArray[np.bool_]:
    ink = np.zeros((28, 28), bool)
    ink[6:8, 8:20] = True
    for y in range(8, 22):
        ink[y, 20 - (y - 6) // 2 - 1 : 20 - (y - 6) // 2 + 1] = True
    return ink


@needs_axe
def test_nothing_keeps_anybody_from_using_it(tab: Tab, place: Place) -> None:
    found = []
    for run, fill in ((place.pictures, None), (place.texts, "a good day with qwertz")):
        open_run(tab, place, run)
        if fill:
            tab.get_by_role("textbox", name="Your text").fill(fill)
            tab.locator(".fb-try-token").first.click()
        else:
            tab.get_by_label("Why?").check()
            tab.get_by_role("button", name="From validation", exact=True).click()
        answer(tab)
        for look in looks(tab):
            found += [f"{look}: {one}" for one in violations(tab, tall=False)]
            if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{look}: wider than the screen")
    assert found == []


def test_all_its_texts_can_be_translated_and_none_is_cut_off(tab: Tab, place: Place) -> None:
    visit(tab, f"{place.url}/try?lang={PSEUDO}")
    found = [*bare_texts(tab, "Try it without a run", DATA), *cut_off(tab, "Try it without a run")]
    for run, fill in ((place.pictures, None), (place.texts, "a good day with qwertz")):
        visit(tab, f"{place.url}/try?run={run}&lang={PSEUDO}")
        wait_for(tab, f"{ANSWERS}?.ready === 'true'")
        if fill:
            tab.locator(".fb-try-text textarea").fill(fill)
            tab.locator(".fb-try-token").first.click()
        else:
            tab.get_by_label(pseudo("Why?")).check()
            tab.get_by_role("button", name=pseudo("From validation"), exact=True).click()
        answer(tab)
        for width in (1366, 390):
            tab.set_viewport_size({"width": width, "height": 800})
            found += [*bare_texts(tab, "Try it", DATA | NAMES), *cut_off(tab, "Try it")]
        tab.set_viewport_size({"width": 1366, "height": 768})
    told = "\n".join(map(str, found))
    assert not found, told


def test_on_a_phone_and_by_keys_alone(tab: Tab, place: Place) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    open_run(tab, place, place.pictures)
    tab.locator(".fb-pad-surface").focus()
    for key in ["ArrowUp"] * 6 + ["Space"] + ["ArrowDown"] * 12 + ["Space"]:
        tab.keyboard.press(key)
    name, _ = answer(tab)
    assert name
    region = "document.querySelector('#fb-status')?.textContent"
    wait_for(tab, f"{region}?.startsWith({json.dumps(name)})")
