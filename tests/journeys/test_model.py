"""The Model page in a real Chromium: dragging by mouse and by keys, undo, palette, a mend, the code, the picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import psutil
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import Console, Server, settled, visit, wait_for
from tests.support.journeys import skip_without_browser
from tests.support.model_page import LESSON, answered, card, choose, lesson_1, row, stands, undo
from trainer import PROJECT, formats
from trainer.recipe.recipe import Recipe

pytestmark = [pytest.mark.browser, skip_without_browser]


@pytest.fixture
def page(chrome: Browser, running: Server) -> Iterator[Page]:
    with lesson_1(chrome, running) as page:
        yield page


def drag(page: Page, name: str, beyond: int) -> None:
    handle = page.get_by_role("button", name=f"Move layer {name}", exact=True).bounding_box()
    to = page.locator(".fb-stack-row").nth(beyond).bounding_box()
    assert handle
    assert to
    page.mouse.move(handle["x"] + 5, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, to["y"] + to["height"] - 2, steps=6)
    page.mouse.up()


def test_keys_undo_where_nothing_is_typed(page: Page) -> None:
    choose(page, "1. Conv2D")
    page.get_by_role("button", name="Remove", exact=True).click()
    stands(page, LESSON[1:])
    choose(page, "2. Conv2D")
    filters = page.get_by_role("spinbutton", name="Filters", exact=True)
    filters.click()
    filters.press("End")
    filters.press("5")
    filters.press("Control+z")
    stands(page, LESSON[1:])  # it was the typing that was taken back
    choose(page, "1. MaxPooling2D")
    page.keyboard.press("Control+z")
    stands(page, LESSON)
    page.keyboard.press("Control+y")
    stands(page, LESSON[1:])


def test_layers_are_moved_by_mouse_and_by_keys_and_all_of_it_is_undone(page: Page) -> None:
    drag(page, "1 (Conv2D)", beyond=1)
    stands(page, ["MaxPooling2D", "Conv2D", *LESSON[2:]])
    handle = page.get_by_role("button", name="Move layer 5 (Flatten)", exact=True)
    handle.focus()
    handle.press("ArrowUp")
    stands(page, ["MaxPooling2D", "Conv2D", "Conv2D", "Flatten", "MaxPooling2D", "Dense"])
    expect(page.get_by_role("button", name="Move layer 4 (Flatten)", exact=True)).to_be_focused()
    expect(page.get_by_role("alert").filter(has_text="MaxPooling2D")).to_be_visible()
    row(page, "4. Flatten").press("Alt+ArrowDown")
    stands(page, ["MaxPooling2D", "Conv2D", *LESSON[2:]])
    for _ in range(3):
        undo(page)
    stands(page, LESSON)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.get_by_role("button", name="Redo").click()
    stands(page, ["MaxPooling2D", "Conv2D", *LESSON[2:]])


def test_layers_are_moved_by_a_finger_on_a_phone(chrome: Browser, running: Server) -> None:
    context = chrome.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    console = Console(page)
    visit(page, f"{running.url}/model?recipe=mnist_cnn")
    stands(page, LESSON)
    handle = page.get_by_role("button", name="Move layer 1 (Conv2D)", exact=True)
    handle.scroll_into_view_if_needed()
    held, to = handle.bounding_box(), page.locator(".fb-stack-row").nth(1).bounding_box()
    assert held
    assert to
    finger = context.new_cdp_session(page)

    def touch(what: str, *at: float) -> None:
        points = [{"x": held["x"] + 5, "y": y} for y in at]
        finger.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": points})

    begin, end = held["y"] + 10, to["y"] + to["height"] - 2
    touch("touchStart", begin)
    for step in range(1, 16):  # it rests before it lets go: Chromium takes a tap after a throw for the end of the throw
        touch("touchMove", begin + (end - begin) * min(step, 6) / 6)
        page.wait_for_timeout(20)
    touch("touchEnd")
    stands(page, ["MaxPooling2D", "Conv2D", *LESSON[2:]])
    page.get_by_role("button", name="Turn layer 2 (Conv2D) off").tap()
    expect(page.locator(".fb-stack-off")).to_contain_text("Conv2D")
    answered(page)
    row(page, "1. MaxPooling2D").tap()
    answered(page)
    heading = page.get_by_role("heading", name="1. MaxPooling2D")
    expect(heading).not_to_be_in_viewport()
    page.get_by_role("button", name="Settings ↓").tap()
    expect(heading).to_be_in_viewport()
    context.close()
    assert console.complaints == []


def test_a_layer_is_found_in_the_palette_and_a_problem_is_mended(page: Page) -> None:
    choose(page, "5. Flatten")
    page.get_by_role("button", name="Remove", exact=True).click()
    stands(page, [*LESSON[:4], "Dense"])
    expect(page.get_by_role("button", name="Next: train")).to_be_disabled()
    page.get_by_role("button", name="Insert Flatten").press("Enter")
    stands(page, LESSON)
    expect(row(page, "5. Flatten")).to_be_focused()
    expect(page.get_by_role("button", name="Next: train")).to_be_enabled()
    choose(page, "4. MaxPooling2D")
    page.get_by_text("Add a layer", exact=True).click()
    page.get_by_role("searchbox", name="Search").fill("forget")
    lstm = card(page, "LSTM")
    expect(lstm).to_contain_text("Not here: LSTM reads a sequence")
    expect(lstm).to_have_attribute("aria-disabled", "true")
    page.get_by_role("searchbox", name="Search").fill("normalise layer")
    expect(card(page, "BatchNormalization")).to_be_visible()
    expect(lstm).to_be_hidden()
    page.get_by_role("searchbox", name="Search").fill("dropout")
    card(page, "Dropout").click()
    stands(page, [*LESSON[:4], "Dropout", *LESSON[4:]])
    page.evaluate(
        """() => ["Dropout", "BatchNormalization"].forEach((kind) =>
             document.querySelector(`.fb-palette-card[data-kind=${kind}]`).click())"""
    )
    stands(page, [*LESSON[:4], "Dropout", "Dropout", "BatchNormalization", *LESSON[4:]])
    for _ in range(2):
        undo(page)
    choose(page, "5. Dropout")
    page.get_by_role("tab", name="Keras code").click()
    expect(page.get_by_test_id("stCode")).to_contain_text("keras.layers.Dropout(rate=0.25)")
    page.get_by_role("button", name="Turn layer 5 (Dropout) off").click()
    expect(page.locator(".fb-stack-off")).to_contain_text("turned off")
    expect(page.get_by_test_id("stCode")).not_to_contain_text("Dropout")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the picture (SVG)").click()
    assert saved.value.path().read_text("utf-8").startswith("<svg")
    page.locator(".fb-picture g[data-place='1']").click()
    expect(page.get_by_role("heading", name="1. Conv2D")).to_be_visible()


def test_the_stack_is_one_stop_of_tab_and_all_of_it_is_reached_by_keys(page: Page) -> None:
    says, stops = page.locator("#fb-status"), page.locator(".fb-stack-table button[tabindex='0']")

    def at(part: str, place: int) -> Locator:
        return page.locator(f"[data-part={part}][data-place='{place}']")

    expect(stops).to_have_count(1)
    row(page, "1. Conv2D").focus()
    for key, part, place in (
        ("ArrowDown", "row", 1), ("ArrowRight", "eye", 1), ("ArrowDown", "eye", 2), ("ArrowRight", "add", 2),
        ("ArrowUp", "add", 1), ("Home", "add", -1), ("ArrowLeft", "row", -1), ("End", "row", 5), ("ArrowUp", "row", 4),
        ("ArrowLeft", "handle", 4), ("Home", "row", -1), ("ArrowDown", "row", 0),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(at(part, place)).to_be_focused()
        expect(stops).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".fb-stack-chosen b")).to_have_text("2. MaxPooling2D")
    for key in ("ArrowRight", "ArrowRight", "Enter", "Escape", "Enter"):
        page.keyboard.press(key)
        if key == "Escape":
            expect(at("add", 1)).to_be_focused()
    search = page.get_by_role("dialog").get_by_role("searchbox")
    expect(search).to_be_focused()
    # A browser tells of a closed dialog a moment later: it may be open again by then.
    page.evaluate(
        "() => { document.querySelector('.fb-palette-dialog').close(); document.activeElement.click(); "
        "return new Promise(requestAnimationFrame) }"
    )
    expect(search).to_be_focused()
    page.keyboard.type("forget")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(1)  # nothing that fits is called so
    page.get_by_role("searchbox").fill("dropout")
    page.keyboard.press("Enter")
    more = [*LESSON[:2], "Dropout", *LESSON[2:]]
    stands(page, more)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row(page, "3. Dropout")).to_be_focused()
    expect(says).to_contain_text("Dropout")
    page.keyboard.press("Delete")
    expect(says).to_contain_text("6")
    stands(page, LESSON)
    expect(row(page, "3. Conv2D")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(says).to_contain_text("Dropout")
    stands(page, more)


def test_a_network_is_built_from_nothing_in_the_order_of_the_clicks_and_more_put_first(page: Page) -> None:
    for left in reversed(range(len(LESSON))):
        page.locator(".fb-stack-list .fb-stack-name").first.press("Delete")
        stands(page, LESSON[len(LESSON) - left :])
    built = ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]
    for number, kind in enumerate(built, start=1):
        card(page, kind).click()
        stands(page, built[:number])
    page.locator("[data-id='row -1']").click()
    expect(page.locator(".fb-palette")).to_contain_text("The next layer goes to the top")
    settled(page)
    card(page, "ZeroPadding2D").click()
    stands(page, ["ZeroPadding2D", *built])


def test_a_keras_model_is_pasted_with_a_line_that_froze_the_server(page: Page, running: Server) -> None:
    start = page.get_by_role("button", name="Start from")
    start.press("Enter")
    wait_for(page, "document.activeElement.closest('[role=dialog]')")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(start).to_be_focused()
    start.click()
    box = page.get_by_role("textbox", name="A Keras model")
    model = 'keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])'
    box.fill("keras.layers.Bidirectional(keras.layers.Dense(3))")
    box.press("Control+Enter")
    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_text("but not Dense")).to_be_visible()
    assert running.answers()
    for child in psutil.Process(running.process.pid).children():
        if "trainer.engine.reader_process" in child.cmdline():
            child.kill()  # whatever becomes of it, there is another
    box.fill("x=round(123,-10**9)\n" + model)
    box.press("Control+Enter")
    page.get_by_role("button", name="Use this model").click()
    stands(page, ["Flatten", "Dense"])
    expect(page.get_by_test_id("stAlertContentInfo").get_by_text("Read 2 layers.")).to_be_visible()  # read out, too


def test_number_fields_take_a_comma_and_step_by_factors(chrome: Browser, running: Server) -> None:
    """`0,01` became 1: Chromium drops the comma where the language of its windows has none."""
    context = chrome.new_context(locale="de-DE")
    try:
        page = context.new_page()
        visit(page, f"{running.url}/train?recipe=mnist_cnn")
        rate = page.get_by_role("spinbutton", name="Learning rate")
        expect(rate).to_have_value("0.001")
        settled(page)
        rate.click()
        page.keyboard.press("Control+a")
        page.keyboard.type("0,01")
        page.keyboard.press("Enter")
        settled(page)
        expect(rate).to_have_value("0.01")
        rate.press("ArrowUp")
        settled(page)
        expect(rate).to_have_value("0.02")
        less = page.locator("[class*=st-key-steps-by-factors]", has=rate).get_by_test_id("stNumberInputStepDown")
        for value in ("0.01", "0.005"):
            less.click()
            settled(page)
            expect(rate).to_have_value(value)
        rate.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text("0,25")  # as pasted
        page.keyboard.press("Tab")
        settled(page)
        expect(rate).to_have_value("0.25")
        page.keyboard.press("Shift+Tab")
        for typed in ("1.2,", "1/", "5%", "1.2."):
            page.keyboard.press("Control+a")
            page.keyboard.type(typed)
            assert typed[-1] in rate.evaluate("field => field.validationMessage"), "left out, and said so"
        page.keyboard.press("Control+a")
        page.keyboard.type("1.2,")
        rate.fill("")
        rate.press("Enter")
        expect(page.get_by_text("Learning rate must be a number")).to_have_count(1)
        epochs = page.get_by_role("spinbutton", name="Epochs")
        epochs.click()
        page.keyboard.press("Control+a")
        page.keyboard.type("2,7")
        page.keyboard.press("Enter")
        told = page.get_by_text("“Epochs” must be a whole number, but it is 2.7.")
        expect(told).to_have_count(1)
        expect(epochs).to_have_value("2.7")
        page.get_by_role("spinbutton", name="Batch size").click()
        expect(told).to_have_count(1)
    finally:
        context.close()


def requests(page: Page) -> list[str]:
    """The addresses that a page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def keras_says(lesson: str, turns: int) -> list[list[str]]:
    """What Keras's own layers, freshly built, output for the first examples of the first class, as the page has it."""
    from trainer.fit.build import called, layers_of  # loads TensorFlow
    from trainer.fit.inputs import examples
    from trainer.fit.run import prepare

    ready = prepare(Recipe.load(PROJECT / "recipes" / f"{lesson}.json"))
    train = ready.dataset.train
    x: Any = examples(train, ready.preparation).take(np.flatnonzero(train.y == 0)[:turns].astype(np.int32))
    found: list[list[str]] = [[] for _ in range(turns)]
    for layer in layers_of(ready.model):
        x = called(layer, x)
        for said, output in zip(found, np.asarray(x, np.float32).reshape(turns, -1), strict=True):
            numbers = output if len(output) <= 12 else (output.min(), output.max())
            said.append((" to " if len(output) > 12 else ", ").join(formats.number(float(one)) for one in numbers))
    return found


def test_one_example_goes_through_the_browser_as_through_keras(chrome: Browser, running: Server) -> None:
    for lesson in ("mnist_cnn", "text_lstm"):
        context = chrome.new_context(viewport={"width": 1366, "height": 1400})
        page = context.new_page()
        console, asked = Console(page), requests(page)
        visit(page, f"{running.url}/model?recipe={lesson}")
        settled(page)
        assert not any("onnxruntime" in url for url in asked), "only once somebody asks for it"
        page.get_by_role("tab", name="One example").click()
        layers = page.locator(".fb-try-layer")
        for expected in keras_says(lesson, turns=2):
            for place, said in enumerate(expected):
                expect(layers.nth(place).locator(".fb-try-note", has_text=said)).to_have_text(said)
            expect(layers).to_have_count(len(expected))
            page.get_by_role("button", name="Another one").click()
            settled(page)
        kind = page.locator(".fb-stack-name b").nth(1).inner_text().partition(" ")[2]
        page.get_by_role("button", name=f"Turn layer 2 ({kind}) off", exact=True).click()
        if lesson == "mnist_cnn":
            expect(layers).to_have_count(len(expected) - 1)
        else:
            expect(page.get_by_text("Fix the red problems")).to_be_visible()
            expect(layers).to_have_count(0)
        context.close()
        assert console.complaints == []
