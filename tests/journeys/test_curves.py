"""The live curves in a real Chromium: marks, axes, smoothing, zoom, table, reference run and coach, on written runs.

No fit runs here: the logs hold what a trainer would have written, so that each picture is known beforehand.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from components.library import lesson
from tests.support.browser import IDLE, Console, Server, go_to, server, visit, wait_for, wait_for_points
from tests.support.journeys import skip_without_browser
from trainer.recipe.recipe import Recipe
from trainer.runs.events import (
    BatchSeen,
    EpochEnded,
    Phase,
    Prepared,
    RunState,
    StateChanged,
    Watch,
    WeightsKept,
)
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser, pytest.mark.odd_logs]
LOSS = "document.querySelector('.fb-live-canvas[data-metric=loss]')"
ACCURACY = "document.querySelector('.fb-live-canvas[data-metric=accuracy]')"
LESSON = lesson("mnist_checkpoint_early_stopping").recipe


@dataclass
class Place:
    """A server, and the run that it shows."""

    url: str
    runs: Path
    early: str
    """Stopped early after epoch 6, best at epoch 3, paused once; the learning rate fell once."""
    before: str
    """Another run, for comparing: ten epochs without early stopping, too many."""


def write_run(store: Store, recipe: Recipe, epochs: int, reason: str) -> str:
    run = store.create(recipe)
    log = LogWriter(store.log(run))
    begin: list[Any] = [
        StateChanged(state=RunState.QUEUED),
        StateChanged(state=RunState.RUNNING),
        Prepared(
            seconds=1, train=8000, validation=2000, test=1000, same_rows=False, steps=250, epochs=10, batch_size=32,
            parameters=34_826, class_names=tuple("0123456789"), majority=0.11, val_majority=0.11,
        ),
        Phase(name="training"),
    ]  # fmt: skip
    for event in begin:
        log.write(event)
    for epoch in range(1, epochs + 1):
        loss, val_loss = 0.6 * 0.6**epoch, 0.30 - 0.05 * min(epoch, 3) + 0.06 * max(epoch - 3, 0)
        for step in (50, 100, 150, 200, 250):
            seen = {"loss": loss + 0.02 * (step % 100 == 0), "accuracy": 0.9}
            log.write(BatchSeen(epoch=epoch, step=step, logs=seen))
        if epoch == 2:
            log.write(StateChanged(state=RunState.PAUSED))
            log.write(StateChanged(state=RunState.RUNNING))
        logs = {"loss": loss, "accuracy": 1 - loss / 3, "val_loss": val_loss, "val_accuracy": 0.93 - epoch / 1000}
        logs["learning_rate"] = 0.001 if epoch < 5 else 0.0001
        best = min(epoch, 3)
        watch = Watch(
            monitor="val_loss", best_epoch=best, waited=epoch - best, patience=3, waits_for="val_loss", saved=epoch <= 3
        )
        log.write(EpochEnded(epoch=epoch, seconds=1, logs=logs, watch=watch))
    log.write(WeightsKept(epoch=3, file="final.weights.h5", reason="the best val_loss, kept by EarlyStopping"))
    log.write(StateChanged(state=RunState.FINISHED, reason=reason))
    log.close()
    return run


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("curves")
    store = Store(folder / "runs")
    plain = lesson("mnist_cnn").recipe.with_settings(["fit.epochs=10"])
    before = write_run(store, plain, 10, "All 10 epochs are done.")
    early = write_run(store, LESSON, 6, "EarlyStopping: no better val_loss for 3 epochs; the best was epoch 3.")
    with server(folder / "runs", folder / "server.log", launcher=IDLE) as started:
        running: Server = started
        yield Place(running.url, folder / "runs", early, before)


@pytest.fixture
def page(chrome: Browser, place: Place) -> Iterator[Page]:
    context = chrome.new_context(viewport={"width": 1366, "height": 768})
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    console = Console(tab)
    visit(tab, f"{place.url}/train?run={place.early}")
    wait_for_points(tab, 60)
    yield tab
    context.close()
    assert console.complaints == []


def curve(kind: str, plot: str = LOSS) -> str:
    """A curve as Plotly has it, as an expression of JavaScript."""
    return f"{plot}.data.find((trace) => trace.meta === '{kind}')"


def open_menu(page: Page) -> Locator:
    """The Chart menu, open."""
    menu = page.locator(".fb-live-menu")
    if menu.get_attribute("open") is None:
        menu.locator("summary").click()
    return menu


def words_on(page: Page, plot: str = LOSS) -> list[str]:
    return [str(word) for word in page.evaluate(f"{plot}.layout.annotations.map((a) => a.text)")]


def test_the_end_is_explained_on_the_curves_and_beside_them(page: Page) -> None:
    wait_for(page, f"{LOSS}.layout?.annotations.length === 3")
    paused, best, end = words_on(page)
    assert (paused[:6], best, end) == ("paused", "best: epoch 3", "stopped early")
    shapes = page.evaluate(f"{LOSS}.layout.shapes")
    assert sum(shape["y1"] < 0.1 for shape in shapes) == 3  # a tick for each saved file
    assert page.evaluate(f"{curve('best')}.x") == [3]
    card = page.get_by_role("status").filter(has_text="Finished.")
    expect(card).to_contain_text("no better val_loss for 3 epochs; the best was epoch 3")
    expect(page.get_by_text("After epoch 6 of 10: training loss")).to_be_visible()
    expect(page.locator("figure", has_text="Learning rate")).to_be_visible()  # it has changed


def test_validation_can_be_told_from_training_without_colour(page: Page) -> None:
    train, val = page.evaluate(f"[{curve('smooth')}, {curve('val')}]")
    assert train["line"].get("dash", "solid") != val["line"]["dash"]
    assert val["marker"]["symbol"] == "diamond"


def test_the_mean_of_an_epoch_stands_in_its_middle(page: Page) -> None:
    assert page.evaluate(f"{curve('epoch')}.x") == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert page.evaluate(f"{curve('val')}.x") == [1, 2, 3, 4, 5, 6]


def test_the_axis_ends_where_training_ended(page: Page) -> None:
    assert page.evaluate(f"{LOSS}.layout.xaxis.range") == [0, 6]
    low, high = page.evaluate(f"{ACCURACY}.layout.yaxis.range")
    assert (low, round(high)) == (0, 1)


def test_axis_smoothing_and_log_scale(page: Page) -> None:
    end = f"{curve('val')}.x.at(-1)"
    assert page.evaluate(end) == 6
    menu = open_menu(page)
    menu.get_by_role("radio", name="Steps").check()
    wait_for(page, f"{end} === 1500")
    menu.get_by_role("radio", name="Time").check()
    wait_for(page, f"{LOSS}.layout.xaxis.title.text.startsWith('seconds')")
    menu.get_by_role("checkbox", name="Logarithmic").check()
    wait_for(page, f"{LOSS}.layout.yaxis.type === 'log'")
    assert page.evaluate(f"{ACCURACY}.layout.yaxis.type") != "log"
    slider = menu.get_by_role("slider", name="Smoothing")
    slider.fill("0")
    expect(slider).to_have_attribute("aria-valuetext", "none")
    wait_for(page, f"{curve('smooth')}.x.length === 0")
    slider.fill("5")
    wait_for(page, f"{curve('smooth')}.x.length > 20")
    keras = page.locator(".fb-live-heading code", has_text="val_loss")
    expect(keras).to_be_hidden()
    menu.get_by_role("checkbox", name="Keras names").check()
    expect(keras).to_be_visible()
    page.reload()  # this browser remembers how it last looked at curves
    wait_for_points(page, 60)
    expect(keras).to_be_visible()
    menu = open_menu(page)
    expect(menu.get_by_role("checkbox", name="Logarithmic")).to_be_checked()
    expect(menu.get_by_role("radio", name="Time")).to_be_checked()


def test_the_menu_by_keyboard(page: Page) -> None:
    menu = page.locator(".fb-live-menu")
    opener = menu.locator("summary")
    opener.focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("radio", name="Epochs")).to_be_visible()
    page.keyboard.press("Tab")
    expect(menu.get_by_role("radio", name="Epochs")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("radio", name="Epochs")).to_be_hidden()
    expect(opener).to_be_focused()
    assert page.locator(".fb-live-canvas :is(a, button, [tabindex])").count() == 0, "no tab stops inside the pictures"


def test_the_legend_is_one_tab_stop(page: Page) -> None:
    legend = page.get_by_role("toolbar")
    entries = legend.get_by_role("button")
    expect(legend.locator("[tabindex='0']")).to_have_count(1)
    entries.first.focus()
    page.keyboard.press("ArrowRight")
    expect(entries.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(entries.last).to_be_focused()
    expect(legend.locator("[tabindex='0']")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(entries.first).to_be_focused()


def test_a_curve_that_is_switched_off_stays_off(page: Page) -> None:
    entry = page.get_by_role("button", name="validation", exact=True)
    expect(entry).to_have_attribute("aria-pressed", "true")
    entry.click()
    shown = f"{curve('val')}.visible"
    wait_for(page, f"{shown} === false")
    open_menu(page).get_by_role("radio", name="Steps").check()
    wait_for(page, f"{LOSS}.layout.xaxis.title.text.startsWith('step')")
    assert page.evaluate(shown) is False
    entry.click()
    wait_for(page, f"{shown} === true")


def test_zoom_by_buttons_and_back(page: Page) -> None:
    whole = page.get_by_role("button", name="Show the whole curve")
    expect(whole).to_be_hidden()
    page.evaluate(f"window.Plotly.relayout({LOSS}, {{'xaxis.range': [1, 2]}})")
    expect(whole).to_be_visible()
    whole.click()
    wait_for(page, f"{LOSS}.layout.xaxis.range[1] === 6")
    expect(whole).to_be_hidden()
    menu = open_menu(page)
    menu.get_by_role("button", name="Zoom in").click()
    wait_for(page, f"{LOSS}.layout.xaxis.range[0] === 3")  # the last epoch stays in sight
    menu.get_by_role("button", name="Earlier").click()
    wait_for(page, f"{LOSS}.layout.xaxis.range[0] === 1.5")
    menu.get_by_role("button", name="Later").click()
    wait_for(page, f"{LOSS}.layout.xaxis.range[0] === 3")
    menu.get_by_role("button", name="Zoom out").click()
    wait_for(page, f"{LOSS}.layout.xaxis.range[0] === 0")
    menu.get_by_role("button", name="Reset zoom").click()
    expect(whole).to_be_hidden()


def test_the_same_numbers_as_a_table_and_as_a_file(page: Page, place: Place, tmp_path: Path) -> None:
    page.get_by_text("The numbers as a table").click()
    table = page.get_by_role("region", name="Numbers of each epoch")
    expect(table.get_by_role("row")).to_have_count(7)
    expect(table.get_by_role("row").last).to_contain_text("0.3300")
    with page.expect_download() as download:
        open_menu(page).get_by_role("link", name="Save as CSV").click()
    saved = tmp_path / "epochs.csv"
    download.value.save_as(saved)
    with saved.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert float(rows[-1]["val_loss"]) == pytest.approx(0.33)


def test_the_switch_of_the_model_page_shows_the_names_of_keras_here(page: Page) -> None:
    keras = page.locator(".fb-live-heading code", has_text="val_loss")
    expect(keras).to_be_hidden()
    go_to(page, "Model")
    page.get_by_text("Show Keras names").click()
    go_to(page, "Train")
    expect(keras).to_be_visible()


def test_a_picture_has_the_name_that_its_run_was_given_while_somebody_watched(page: Page, place: Place) -> None:
    store = Store(place.runs)
    store.describe(place.early, name="Tuesday")
    go_to(page, "Model")
    go_to(page, "Train")
    with page.expect_download() as download:
        open_menu(page).get_by_role("button", name="Save pictures").click()
    store.describe(place.early, name="")
    assert download.value.suggested_filename.startswith("Tuesday - ")


def test_a_picture_is_saved_with_a_title_and_a_name(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as download:
        open_menu(page).get_by_role("button", name="Save pictures").click()
    name = download.value.suggested_filename
    assert name.startswith("Lesson 3 - ")
    assert name.endswith(" - loss.png")
    saved = tmp_path / "loss.png"
    download.value.save_as(saved)
    assert saved.read_bytes().startswith(b"\x89PNG")


def test_another_run_is_shown_for_comparison(page: Page, place: Place) -> None:
    choice = page.get_by_role("combobox", name="Compare with")
    choice.click()
    choice.press("ArrowDown")
    choice.press("Enter")
    wait_for(page, f"{curve('referenceVal')}?.x.at(-1) === 10")
    assert page.evaluate(f"{LOSS}.layout.xaxis.range") == [0, 10]  # the other run is shown whole
    expect(page.get_by_text("(grey)")).to_be_visible()


def test_the_coach_shades_what_it_means_and_changes_one_thing(page: Page, place: Place) -> None:
    visit(page, f"{place.url}/train?run={place.before}")
    expect(page.get_by_role("heading", name="Coach")).to_be_visible()
    wait_for_points(page, 100)
    wait_for(page, f"{LOSS}.layout.shapes.some((shape) => shape.line.dash === 'dot' && shape.type === 'rect')")
    page.get_by_role("button").filter(has_text="experiment").first.click()
    expect(page.get_by_text("Press Train.").first).to_be_visible()
    expect(page.get_by_text("These curves belong to")).to_be_visible()  # the recipe at hand is another now


def test_runs_are_compared_in_words(page: Page, place: Place) -> None:
    go_to(page, "Runs")
    page.get_by_role("button", name="Select all on this page").click()
    expect(page.get_by_role("columnheader", name="Compared with A, the oldest")).to_be_visible()
    expect(page.get_by_text("→").first).to_be_visible()
