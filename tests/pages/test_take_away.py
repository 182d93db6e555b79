"""Take it with you on the Results page: what is offered, made, stopped and refused, and the links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from components import workspace
from components.export_route import export_address, export_routes
from components.library import Library
from tests.support.exports import EQUAL, Maker, over
from tests.support.pages import IdleEngine, browser, finished_run, page, press, record, told
from trainer import PROJECT
from trainer.export import orders as module
from trainer.export.equality import ExportError
from trainer.export.format import formats
from trainer.export.kept_exports import kept_exports
from trainer.export.orders import Orders, State
from trainer.export.wording import WORDING
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState, StateChanged
from trainer.runs.kept_epochs import KeptEpochs

LESSON = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")
TEXTS = Recipe.load(PROJECT / "recipes" / "text_lstm.json")
REVIEWS = Recipe.load(PROJECT / "recipes" / "text_lstm.json")


@pytest.fixture
def maker(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> Maker:
    made = Maker()
    monkeypatch.setitem(module._shared, engine.store.root, Orders(engine.store, made))
    return made


def button(app: AppTest) -> Any:
    return app.button(key="make export")


def captions(app: AppTest) -> str:
    return "\n".join(one.value for one in app.caption).replace("\\", "")


def last_order(engine: IdleEngine) -> Any:
    return next(reversed(module.shared(engine.store)._last.values()))


def links(app: AppTest) -> list[str]:
    """Those that can be copied."""
    found = [json.loads(one.proto.json) for one in app.get("bidi_component") if "copy_field.js" in one.proto.json]
    return [one["text"] for one in found]


def saved_from(app: AppTest) -> list[str]:
    return [one.proto.url for one in app.get("link_button") if "/exports/" in one.proto.url]


def test_a_file_is_made_and_saved(engine: IdleEngine, maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("results", run=run)
    choice = app.selectbox(key="export format")
    assert choice.options == [one.title for one in formats().values()]
    assert maker.calls == []
    maker.may_end.clear()
    choice.select("onnx").run()
    assert formats()["onnx"].sentence in captions(app)
    button(app).click().run()
    assert maker.begun.wait(120)
    app.run()
    assert told("export.running", done=5, rows=10) in captions(app)
    assert saved_from(app) == []
    maker.may_end.set()
    assert over(last_order(engine)) is State.MADE
    app.run()
    assert str(EQUAL.message) in "\n".join(one.value for one in app.markdown).replace("\\", "")
    assert app.session_state["announced"][1] == str(EQUAL.message)
    (address,) = saved_from(app)
    monkeypatch.setenv("FITBOARD_RUNS", str(engine.store.root))
    client = TestClient(Starlette(routes=export_routes()))
    found = client.get(address)
    assert found.content[:2] == b"PK"
    assert found.headers["content-disposition"] == 'attachment; filename="a-network-onnx.zip"'
    assert client.get(address.partition("?")[0]).status_code == 404, "not signed"
    assert client.get(export_address(run, "0" * 16)).status_code == 404, "not kept"
    app.selectbox(key="export format").select("script").run()
    assert saved_from(app) == []
    app.selectbox(key="export format").select("onnx").run()
    assert saved_from(app) == [address]
    engine.store.delete(run)
    assert client.get(address).status_code == 404


def test_a_run_that_somebody_else_deletes_is_said_to_be_gone(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("results", run=run)
    del app.query_params["run"]
    engine.store.delete(run)
    app.run()
    assert [one.value.replace("\\", "") for one in app.error] == [told("components.run_gone")]
    app.run()
    assert not app.error


def test_a_link_with_data_of_ones_own_says_that_they_are_needed(engine: IdleEngine, tmp_path: Path) -> None:
    for path, code in (("data/reviews.csv", "link_recipe"), (str(tmp_path / "x.csv"), "link_recipe_own")):
        app = page("results", run=finished_run(engine.store, TEXTS.with_settings([f"data.path={path}"])))
        assert told(f"components.{code}") in captions(app), path


def test_a_stop_and_a_refusal_are_told(engine: IdleEngine, maker: Maker) -> None:
    run = finished_run(engine.store, LESSON)
    maker.may_end.clear()
    app = page("results", run=run)
    button(app).click().run()
    label = button(app).label
    assert maker.begun.wait(120)
    other = page("results", run=run)
    assert button(other).label == label, "another tab of the same person shows it, and can stop it"
    button(other).click().run()
    assert over(last_order(engine)) is State.STOPPED
    app.run()
    assert button(app).label != label
    assert told("export.stopped") in captions(app)
    maker.may_end.set()
    maker.error = ExportError(WORDING.message("layer", format="ONNX", number=1, kind="GRU"))
    button(app).click().run()
    assert over(last_order(engine)) is State.REFUSED
    app.run()
    (error,) = app.error
    assert error.value.replace("\\", "") == str(maker.error)
    assert kept_exports(engine.store.root, run) == []


def test_a_tab_that_waits_for_another_order_sees_its_end(
    engine: IdleEngine, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[Any] = []
    monkeypatch.setattr("components.export_view.follow", lambda look, seen: followed.append((look, seen)))
    first, second = finished_run(engine.store, LESSON), finished_run(engine.store, LESSON)
    maker.may_end.clear()
    button(page("results", run=first)).click().run()
    assert maker.begun.wait(20)
    followed.clear()
    other = page("results", run=second)
    assert button(other).disabled
    ((look, seen),) = followed
    assert look() == seen
    maker.may_end.set()
    assert over(last_order(engine)) is State.MADE
    assert look() != seen, "so the page is run again"
    other.run()
    assert not button(other).disabled


def test_the_weights_of_an_epoch_can_be_chosen_where_they_matter(engine: IdleEngine, maker: Maker) -> None:
    run = finished_run(engine.store, LESSON)
    kept = KeptEpochs(engine.store.folder(run))
    for epoch in range(3):
        kept.put(epoch, b"weights!")
    app = page("results", run=run)
    app.selectbox(key="export format").select("onnx").run()
    assert len(app.selectbox(key="export weights").options) == 3, "the model has those of epoch 2"
    app.selectbox(key="export weights").select(1).run()
    button(app).click().run()
    assert over(last_order(engine)) is State.MADE
    assert kept_exports(engine.store.root, run)[0].export.which == 1
    app.selectbox(key="export format").select("script").run()
    assert not [one for one in app.selectbox if one.key == "export weights"]


def test_only_who_may_see_the_data_gets_a_file(engine: IdleEngine, maker: Maker) -> None:
    with browser("ann"):
        library = Library(engine.store.root, workspace.person())
        path = library.keep(library.receive("mine.csv", b"text,label\na b,1\nc d,0\n"))
    recipe = REVIEWS.with_(data=REVIEWS.data.with_(path=str(path)))
    run = finished_run(engine.store, recipe, class_names=("0", "1"))
    (engine.store.folder(run) / "owner").write_text("somebody", "ascii")
    with browser("bob"):
        app = page("results", run=run)
        assert button(app).disabled
        assert told("components.export_private") in captions(app)
        press(button(app))
        assert maker.calls == []
        assert str(path.parent) not in "\n".join(links(app))
    with browser("ann"):
        assert not button(page("results", run=run)).disabled


def test_why_nothing_can_be_made_is_said(engine: IdleEngine, maker: Maker) -> None:
    run = engine.store.create(LESSON)
    record(engine.store, run, StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.STOPPED))
    app = page("results", run=run)
    assert button(app).disabled
    assert told("components.export_no_weights") in captions(app)
    app.selectbox(key="export format").select("report").run()
    assert not button(app).disabled, "a run in any state has a report"


def test_a_link_opens_the_recipe_in_it(engine: IdleEngine) -> None:
    recipe = LESSON.with_(name="Größe <b> & more", layers=LESSON.layers * 2, seed=11)
    app = page("results", run=finished_run(engine.store, recipe, name=recipe.name))
    run_link, recipe_link = links(app)
    assert parse_qs(urlsplit(run_link).query)["run"]
    piece = parse_qs(urlsplit(recipe_link).query)["recipe"][0]
    other = page("data", recipe=piece)
    assert other.session_state["workspace"].recipe == recipe
    damaged = page("start", recipe=piece[:-9])  # the data page would be the second one that shows it
    assert damaged.session_state["workspace"].recipe != recipe
    assert damaged.error[0].value.replace("\\", "") == told("recipe.link_damaged")


def test_a_recipe_that_is_too_large_gets_no_link(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.recipe.link.MOST", 300)
    app = page("results", run=finished_run(engine.store, LESSON))
    assert len(links(app)) == 1
    assert told("components.link_too_large") in captions(app)
