"""Whatever fails while a page is drawn: a card with ways on in its place, the rest of the page, and one log entry."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import RerunException, StopException
from streamlit.testing.v1 import AppTest

from components import (
    cost_card,
    dataset_view,
    errors,
    evaluation,
    layer_form,
    layer_stack,
    lessons,
    notices,
    own_data,
    picture_view,
    recent_work,
    run_ending,
    run_panel,
    run_settings,
    run_table,
    sidebar,
    workspace,
)
from tests.support.pages import ROUTER, IdleEngine, button, page
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Store

PARTS = [
    ("start", lessons, "show_lessons"),
    ("start", lessons, "ask_before_training"),
    ("start", own_data, "show_doors"),
    ("start", recent_work, "show_in_progress"),
    ("start", recent_work, "show_drafts"),
    ("start", recent_work, "show_saved_models"),
    ("data", dataset_view, "show"),
    ("data", dataset_view, "_choose_source"),
    ("data", dataset_view, "_show_settings"),
    ("data", dataset_view, "_show_data"),
    ("data", dataset_view, "_show_samples"),
    ("data", dataset_view, "_show_content"),
    ("data", picture_view, "show_pictures"),
    ("model", notices, "facts_or_message"),
    ("model", notices, "report_of"),
    ("model", layer_stack, "show_stack"),
    ("model", layer_form, "show_chosen_layer"),
    ("model", layer_stack, "show_picture"),
    ("train", notices, "report_of"),
    ("train", cost_card, "estimate"),
    ("train", run_panel, "advice_on"),
    ("train", run_settings, "show_settings"),
    ("train", run_panel, "show_buttons"),
    ("results", run_ending, "show_ending"),
    ("results", evaluation, "show_test"),
    ("runs", run_table, "show_runs"),
    ("runs", run_table, "show_comparison"),
]
TITLES = {"start": "Fitboard"}


@pytest.fixture(autouse=True)
def nothing_noted_yet() -> Iterator[None]:
    errors._known.clear()
    yield
    errors._known.clear()


def cards(app: AppTest) -> list[str]:
    return [one.value for one in app.markdown if "Something in Fitboard went wrong" in one.value]


def reference(app: AppTest) -> str:
    found = {match.group(1) for one in app.caption if (match := re.match(r"Reference: (\w+)", one.value))}
    assert len(found) == 1
    return found.pop()


def links(app: AppTest) -> set[str]:
    return {one.proto.label for one in app.get("page_link")}


def broken(*_: object, **__: object) -> Any:
    raise RuntimeError("a secret of the server")


@pytest.fixture
def finished(engine: IdleEngine, store: Store) -> str:
    from components.library import lesson
    from tests.support.pages import finished_run

    return finished_run(store, lesson("mnist_cnn").recipe)


@pytest.mark.parametrize(("name", "module", "part"), PARTS, ids=[f"{name}-{part}" for name, _, part in PARTS])
def test_a_part_that_fails_becomes_a_card(
    finished: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    module: Any,
    part: str,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, part, broken)
        app = page(name) if name == "start" else page(name, run=finished)
        assert len(cards(app)) == 1
        assert [title.value for title in app.title] == [TITLES.get(name, name.title())]
        assert {"Start with a lesson", "Runs"} <= links(app)
        assert "Try again" in {one.label for one in app.button}
        assert ("Leave this run" in {one.label for one in app.button}) is (name != "start")
        shown = " ".join(one.value for one in (*app.markdown, *app.caption, *app.error))
        assert "secret" not in shown
        assert "Traceback" not in shown
        first = reference(app)
        app.run()
        assert reference(app) == first
        logged = [entry for entry in caplog.records if first in entry.getMessage()]
        assert len(logged) == 1, "the same error of the same tab is logged once"
        assert logged[0].exc_info is not None
        assert "a secret of the server" in str(logged[0].exc_info[1])
    button(app, "Try again").click().run()
    assert not app.exception
    assert cards(app) == []


def test_the_sidebar_and_the_message_can_fail_without_the_page(
    engine: IdleEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, part in ((sidebar, "show_my_run"), (notices, "show_message"), (workspace, "follow_address")):
        monkeypatch.setattr(module, part, broken)
    app = page("model")
    assert [title.value for title in app.title] == ["Model"]
    assert "went wrong" in app.sidebar.caption[0].value
    assert any(one.label == "Next: train" for one in app.button)


def test_undo_leads_out_of_a_recipe_that_fails(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft that always raises traps nobody, also after the tab is loaded again."""
    app = page("model", recipe="mnist_cnn")
    fine: Recipe = app.session_state["workspace"].recipe
    draw = layer_stack.show_picture

    def fails_for_the_other(*args: Any) -> None:
        if workspace.current().recipe != fine:
            broken()
        draw(*args)

    monkeypatch.setattr(layer_stack, "show_picture", fails_for_the_other)
    at_hand = app.session_state["workspace"]
    at_hand.past.append(at_hand.recipe)
    at_hand.recipe = fine.with_(seed=7)
    app.run()
    assert len(cards(app)) == 1
    button(app, "Undo the last change").click().run()
    assert cards(app) == []
    assert app.session_state["workspace"].recipe == fine


def test_a_broken_draft_is_left_by_a_lesson(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page("model", recipe="mnist_cnn")
    draft = app.query_params["draft"][0]
    monkeypatch.setattr(notices, "report_of", broken)
    again = AppTest.from_file(ROUTER, default_timeout=60)
    again.query_params["draft"] = draft
    again.run()
    again.switch_page("model_page.py").run()
    assert len(cards(again)) == 1
    again.switch_page("start_page.py").run()
    assert cards(again) == []
    next(one for one in again.button if one.label.startswith("Begin")).click().run()
    assert again.session_state["workspace"].draft != draft


def test_a_failing_fragment_is_logged_once_and_shows_one_card(
    engine: IdleEngine, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from components.library import lesson

    run = store.create(lesson("mnist_cnn").recipe)
    monkeypatch.setattr(run_panel.workspace, "my_run", lambda: store.read(run))
    monkeypatch.setattr(sidebar, "_card", broken)
    app = page("data", run=run)
    for _ in range(5):
        app.run()
    assert [title.value for title in app.title] == ["Data"]
    assert len([entry for entry in caplog.records if "unexpected error" in entry.getMessage()]) == 1


@pytest.mark.parametrize("control", [StopException(), RerunException(None)])  # type: ignore[arg-type]
def test_what_steers_streamlit_passes(control: BaseException) -> None:
    with pytest.raises(type(control)), errors.guarded("this"):
        raise control


def test_an_error_is_logged_again_after_some_minutes_and_old_ones_are_forgotten(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    monkeypatch.setattr(errors.time, "monotonic", lambda: now[0])
    error = ValueError("x")
    first = errors.note(error)
    assert errors.note(error) == first
    now[0] += errors.LOG_AGAIN_SECONDS
    assert errors.note(error) != first
    assert len(caplog.records) == 2
    monkeypatch.setattr(errors, "MAX_KNOWN", 3)
    for name in ("A", "B", "C", "D"):
        errors.note(type(name, (Exception,), {})())
    assert len(errors._known) == 3


def test_streamlit_itself_does_not_log_what_we_log() -> None:
    errors.silence_streamlit_log()
    logger = logging.getLogger("streamlit.error_util")
    try:
        assert not logger.filter(logger.makeRecord("x", logging.ERROR, "", 1, "Uncaught app execution", (), None))
        assert logger.filter(logger.makeRecord("x", logging.ERROR, "", 1, "anything else", (), None))
    finally:
        logger.filters.clear()


def test_every_fragment_is_guarded() -> None:
    import ast

    from trainer import PROJECT

    for file in PROJECT.glob("components/**/*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                marks = [ast.unparse(mark) for mark in node.decorator_list]
                if any(mark.startswith("st.fragment") for mark in marks):
                    assert any(mark.startswith("guarded(") for mark in marks), f"{file.name}: {node.name}"


def test_one_row_that_fails_leaves_the_others(
    engine: IdleEngine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from components.library import lesson
    from components.run_table import rows
    from tests.support.pages import finished_run, listed

    runs = [finished_run(store, lesson("mnist_cnn").recipe, f"Run {number}") for number in range(3)]
    row = rows.row
    monkeypatch.setattr(rows, "row", lambda entry, **more: broken() if entry.id == runs[1] else row(entry, **more))
    app = page("runs")
    shown = listed(app)
    assert "Run 0" in shown
    assert "Run 2" in shown
    assert sum("went wrong" in one.value for one in app.caption) == 1
