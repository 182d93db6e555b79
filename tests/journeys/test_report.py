"""The lab report as its readers have it: a file on a stick, no network, any theme, on paper, and with their words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from components.library import lesson
from tests.support.axe import needs_axe, violations
from tests.support.browser import Console
from tests.support.written_runs import KEPT, write_run, write_test
from trainer.export.formats.report import LabReport
from trainer.export.protocol import Job
from trainer.recipe.layers import Dense
from trainer.runs import expectation
from trainer.runs.events import RunState, StateChanged, WeightsKept
from trainer.runs.store import Store
from trainer.runs.wording import WORDING

pytestmark = [pytest.mark.browser, needs_axe]
LOOKS: list[tuple[Literal["light", "dark"], int]] = [("light", 1366), ("light", 390), ("dark", 390), ("dark", 1366)]


@pytest.fixture
def report(store: Store, tmp_path: Path) -> Path:
    """Of a run with as much to say as a run may have."""
    recipe = lesson("mnist_cnn").recipe.with_settings(["fit.epochs=10", "optimizer.learning_rate=0.003"])
    recipe = recipe.with_(layers=(*recipe.layers[:-1], *(Dense(units=30),) * 20, recipe.layers[-1]))
    ends = (
        WeightsKept(epoch=3, file="final.weights.h5", reason=KEPT),
        StateChanged(state=RunState.FINISHED, reason=WORDING.message("finished", epochs=10)),
    )
    rows = (54_000, 6_000, 10_000)
    before = write_run(store, recipe.with_settings(["fit.epochs=9", "fit.batch_size=64"]), 9, *ends, rows=rows)
    (store.root / before).rename(store.root / f"20200101-000000-{before[-16:]}")
    run = write_run(store, recipe, 10, *ends, rows=rows)
    write_test(store, run, recipe)
    store.describe(run, name="W" * 100, note="a note " * 200)
    expectation.keep(store.folder(run), expectation.expected(0.9, "since it is so " * 30))
    place = tmp_path / "a.report.html"
    LabReport().make(Job(root=store.root, run_id=run, format="report", place=place), lambda _: None)
    return place


def test_a_report_is_read_printed_and_kept(report: Path, chrome: Browser, tmp_path: Path) -> None:
    context = chrome.new_context(offline=True)
    tab = context.new_page()
    console = Console(tab)
    tab.goto(report.as_uri())
    for scheme, width in LOOKS:
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size({"width": width, "height": 844})
        assert [str(one) for one in violations(tab, tall=False)] == [], (scheme, width)
        assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert len(re.findall(rb"/Type\s*/Page\b", tab.pdf(prefer_css_page_size=True))) == 2
    tab.get_by_role("textbox", name="What I would try next").fill("<b>Fewer</b> layers")
    with tab.expect_download() as kept:
        tab.get_by_role("button", name="Save").click()
    saved = tmp_path / "saved.html"
    kept.value.save_as(saved)
    tab.goto(saved.as_uri())
    assert tab.get_by_role("textbox", name="What I would try next").inner_text() == "<b>Fewer</b> layers"
    assert tab.get_by_role("button", name="Print").is_visible()
    assert console.complaints == []
    context.close()
