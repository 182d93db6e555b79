"""The validation examples under the curves, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.axe import needs_axe, violations
from tests.support.browser import Console, go_to, server, settled, visit, wait_for_state
from tests.support.journeys import begin_lesson_on_few_rows, skip_without_browser
from trainer import data
from trainer.data.validation_sample import ValidationSample, validation_sample
from trainer.recipe.recipe import Recipe
from trainer.runs.events import Answered, EpochEnded, Phase, Prepared, RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

pytestmark = [pytest.mark.browser, skip_without_browser]
RIGHT = re.compile(r"(\d+)\D+12\D")


@dataclass
class Place:
    """A server and its folder of runs."""

    url: str
    store: Store


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("answers")
    store = Store(folder / "runs")
    with server(folder / "runs", folder / "server.log") as running:
        yield Place(running.url, store)


@pytest.fixture
def tab(chrome: Browser) -> Iterator[Page]:
    context = chrome.new_context(viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    console = Console(opened)
    yield opened
    context.close()
    assert console.complaints == []


def tiles(tab: Page) -> Locator:
    return tab.locator(".fb-answer")


def right_ones(tab: Page) -> int:
    return tab.locator(".fb-answer[data-verdict=right]").count()


def count_said(tab: Page) -> int:
    """How many are right, as the sentence says."""
    found = RIGHT.match(tab.locator(".fb-answers-sentence").inner_text())
    assert found is not None
    return int(found.group(1))


@needs_axe
def test_they_turn_from_wrong_to_right_while_a_network_learns(tab: Page, place: Place) -> None:
    begin_lesson_on_few_rows(tab, place.url, "6")
    tab.get_by_role("button", name="Train", exact=True).click()
    expect(tiles(tab)).to_have_count(12)
    expect(tiles(tab).locator("img")).to_have_count(12)
    wait_for_state(tab, "finished")
    settled(tab)
    last, slider = right_ones(tab), tab.locator(".fb-answers").get_by_role("slider")
    assert count_said(tab) == last
    slider.focus()
    slider.press("Home")
    expect(slider).to_have_value("0")
    first = right_ones(tab)
    assert count_said(tab) == first < last
    assert [one for one in violations(tab) if "fb-answer" in one.html or "fb-answer" in one.path] == []
    slider.press("End")
    go_to(tab, "Results")
    go_to(tab, "Train")
    expect(tab.locator(".fb-answer[data-verdict=right]")).to_have_count(last)


def written_run(store: Store, recipe: Recipe) -> tuple[str, LogWriter]:
    """A run that has begun, as its trainer would have written it, and its log."""
    run = store.create(recipe)
    log = LogWriter(store.log(run))
    begin: list[Any] = [
        StateChanged(state=RunState.QUEUED),
        StateChanged(state=RunState.RUNNING),
        Prepared(
            seconds=1, train=80, validation=20, test=30, same_rows=False, steps=5, epochs=3, batch_size=16,
            parameters=9, class_names=("top", "middle", "bottom"),
        ),
        Phase(name="training"),
    ]  # fmt: skip
    for event in begin:
        log.write(event)
    return run, log


def answered(sample: ValidationSample, epoch: int, right: int) -> Answered:
    truth = tuple(sample.truth.tolist())
    answers = tuple(label if place < right else (label + 1) % 3 for place, label in enumerate(truth))
    return Answered(
        epoch=epoch, checksum=sample.checksum, rows=tuple(sample.rows.tolist()), truth=truth, answers=answers,
        confidences=(0.75,) * len(truth),
    )  # fmt: skip


def test_each_epoch_changes_them_in_place_and_without_words(
    tab: Page, place: Place, digits: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "digits.npz"
    copy.write_bytes(digits.read_bytes())
    recipe = Recipe.load(Path("recipes/mnist_cnn.json")).with_settings([f'data.path="{copy}"', "data.validation=0.2"])
    sample = validation_sample(data.load(recipe.data, recipe.seed), recipe.seed)
    assert sample is not None
    run, log = written_run(place.store, recipe)
    with place.store.lock(run):
        log.write(answered(sample, 0, 3))
        visit(tab, f"{place.url}/train?run={run}")
        expect(tiles(tab)).to_have_count(12)
        expect(tiles(tab).locator("img")).to_have_count(12)
        assert right_ones(tab) == count_said(tab) == 3
        tiles(tab).first.evaluate("(tile) => { tile.mine = true; }")
        assert tab.locator(".fb-answers [aria-live], .fb-answers [role=status], .fb-answers [role=alert]").count() == 0
        log.write(EpochEnded(epoch=1, seconds=1, logs={"loss": 1.0, "val_loss": 1.0}))
        log.write(answered(sample, 1, 7))
        expect(tab.locator(".fb-answer[data-verdict=right]")).to_have_count(7)
        assert count_said(tab) == 7
        assert tiles(tab).first.evaluate("(tile) => tile.mine"), "the same tile, so that its colour can fade"
        tab.emulate_media(reduced_motion="reduce")
        assert tiles(tab).first.evaluate("(tile) => getComputedStyle(tile).transitionDuration") == "0s"
        tab.emulate_media(forced_colors="active")
        styles = tiles(tab).evaluate_all("(tiles) => tiles.map((tile) => getComputedStyle(tile).borderStyle)")
        assert styles == ["solid"] * 7 + ["dashed"] * 5
        log.write(StateChanged(state=RunState.STOPPED))
    log.close()
    copy.unlink()
    tab.reload()
    expect(tiles(tab)).to_have_count(12)
    assert tiles(tab).locator("img").count() == 0, "the pictures have gone, the answers have not"
    expect(tab.locator(".fb-answers > p").last).not_to_be_empty()
