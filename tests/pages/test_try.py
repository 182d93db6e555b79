"""The page Try it: what its component is given, and what stands there where there is nothing to try."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from components import workspace
from components.library import lesson
from components.markup import md
from components.try_it import EXAMPLE
from tests.support.pages import IdleEngine, button, finished_run, html_of, page, record_test

LESSON = lesson("mnist_cnn").recipe


def mounted(app: AppTest) -> list[dict[str, Any]]:
    """What each component of the page is given that is ours."""
    return [json.loads(one.proto.json) for one in app.get("bidi_component") if "try_it.js" in one.proto.json]


def given(app: AppTest) -> dict[str, Any]:
    """What the component is given."""
    (found,) = mounted(app)
    return found


def test_without_a_run_it_says_what_will_be_here_and_leads_to_train(engine: IdleEngine) -> None:
    app = page("try")
    assert not mounted(app)
    button(app, "Go to Train").click().run()
    assert [one.value for one in app.title] == ["Train"]


def test_a_run_is_handed_to_the_browser(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    found = given(page("try", run=run))
    assert (found["run"], found["state"], found["modality"]) == (run, "finished", "image")
    assert f"/live/{run}/network.json?key=" in found["network"]
    assert found["runtime"]["wasm"].endswith(".wasm")
    assert found["examples"]["validation"]
    assert found["examples"]["test"] == "", "the test is opened on purpose, not here"


def test_test_examples_come_once_the_test_was_opened(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=3)
    assert given(page("try", run=run))["examples"]["test"]


def asked_for(run: str, example: str) -> AppTest:
    """The page as a link for one example opens it."""
    app = page("try", run=run)
    app.query_params[EXAMPLE] = example
    return app.run()


@pytest.mark.parametrize(
    ("asked", "is_shown"),
    [("test-3", True), ("validation-0", True), ("train-1", False), ("test-x", False), ("", False)],
)
def test_the_page_can_be_opened_for_one_example(engine: IdleEngine, asked: str, is_shown: bool) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=3)
    assert bool(given(asked_for(run, asked))["examples"]["asked"]) is is_shown


def test_an_example_of_a_test_that_was_never_opened_stays_sealed(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    assert given(asked_for(run, "test-3"))["examples"]["asked"] == ""


def test_a_run_in_progress_can_be_tried(engine: IdleEngine) -> None:
    run = engine.store.create(LESSON)
    found = given(page("try", run=run))
    assert (found["state"], found["examples"]["validation"]) == ("queued", "")


def test_examples_of_others_are_not_offered_and_it_says_why(
    engine: IdleEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=3)
    monkeypatch.setattr(workspace, "may_read_data_of", lambda run: False)
    shown = given(page("try", run=run))
    found = shown["examples"]
    assert (found["validation"], found["test"], bool(found["why_not"])) == ("", "", True)
    assert not [name for name in ("network", "vocabulary") if "key=" in shown[name]]


def test_a_run_whose_recipe_is_damaged_says_so(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    (engine.store.folder(run) / "recipe.json").write_text("{")
    app = page("try", run=run)
    assert not mounted(app)
    assert [one.value for one in app.error] == [md(engine.store.read(run).damage or "")]


@pytest.mark.parametrize(("name", "title"), [("results", "Try it"), ("try", "Runs")])
def test_it_stands_between_results_and_all_runs(engine: IdleEngine, name: str, title: str) -> None:
    app = page(name, run=finished_run(engine.store, LESSON))
    app.button(key="next").click().run()
    assert [one.value for one in app.title] == [title]


def test_each_example_of_a_test_leads_here(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=3)
    shown = html_of(page("results", run=run), "fb-gallery")
    links = [urlsplit(unescape(link)) for link in re.findall(r'<a href="([^"]*)"', shown)]
    assert links
    for link in links:
        asked = dict(parse_qsl(link.query))
        assert (link.path, asked["run"]) == ("/try", run)
        assert given(asked_for(run, asked["example"]))["examples"]["asked"]
