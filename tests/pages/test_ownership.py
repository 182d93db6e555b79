"""Whose is it: drafts, uploads and runs belong to a browser, and another one neither lists nor changes them."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from errno import EMFILE
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.library import Library, lesson
from components.ownership import may_change
from components.person import name_of
from components.wording import WORDING
from tests.support.pages import (
    ROUTER,
    ROWS,
    IdleEngine,
    browser,
    button,
    delete,
    finished_run,
    html_of,
    listed,
    page,
    press,
    record,
    record_test,
    spec_of,
    token,
)
from trainer.recipe.spec import RecipeError
from trainer.runs.caption import Caption
from trainer.runs.events import Continued, RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

NOT_YOURS = str(WORDING.message("not_yours"))
LESSON = lesson("mnist_cnn").recipe
TABLE = ("text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS)).encode()


def word(name: str) -> str:
    """The word that somebody's browser is known by."""
    made = name_of(token(name))
    assert made is not None
    return made


def owned_run(store: Store, owner: str, name: str = "A run") -> str:
    run = finished_run(store, LESSON, name)
    (store.folder(run) / "owner").write_text(word(owner))
    return run


def said(app: AppTest) -> str:
    elements: list[Any] = [*app.caption, *app.markdown, *app.info, *app.error, *app.warning, *app.success]
    return "\n".join(element.value for element in elements).replace("\\", "")


def show_everybodys(app: AppTest) -> None:
    next(one for one in app.toggle if one.label.startswith("Show everybody's")).set_value(True).run()
    assert not app.exception


@pytest.mark.parametrize("owner", [None, "ann", "bob"])
@pytest.mark.parametrize("person", [None, "ann"])
@pytest.mark.parametrize("show_all", [True, False])
def test_the_rule(owner: str | None, person: str | None, show_all: bool) -> None:
    assert may_change(owner, person, show_all) is (show_all or owner != "bob" or person is None)


def test_a_run_of_another_browser_is_not_listed_until_one_asks_for_it(engine: IdleEngine) -> None:
    hers, nobodys = owned_run(engine.store, "ann", "Hers"), finished_run(engine.store, LESSON, "Nobody's")
    with browser("ann"):
        assert {hers, nobodys} <= {key.partition(" ")[2] for key in keys(page("runs"), "open")}
    with browser("bob"):
        app = page("runs")
        assert keys(app, "open") == [f"open {nobodys}"]
        assert "1 run of another browser on this computer is hidden" in said(app)
        show_everybodys(app)
        assert set(keys(app, "open")) == {f"open {hers}", f"open {nobodys}"}
        assert "another browser's" in listed(app)
        delete(app, hers)
        assert engine.store.ids() == [nobodys]


def test_my_best_is_mine_although_everybodys_runs_are_shown(engine: IdleEngine) -> None:
    reviews = lesson("text_lstm").recipe
    for name, owner, wrong in (("Hers", "ann", 0), ("Mine", "bob", 40), ("Newest", "bob", 60)):
        run = finished_run(engine.store, reviews, name, ("negative", "positive"))
        (engine.store.folder(run) / "owner").write_text(word(owner))
        record_test(engine, run, reviews, wrong=wrong)
    with browser("bob"):
        show_everybodys(page("runs"))
        bars = html_of(page("results", run=run), "fb-score")
    assert "Mine" in bars
    assert "Hers" not in bars


def keys(app: AppTest, beginning: str) -> list[str]:
    return [b.key for b in app.button if b.key and b.key.startswith(f"{beginning} 2")]


def test_an_empty_list_of_ones_own_says_what_is_hidden(engine: IdleEngine) -> None:
    """A browser that has lost its cookies must find its runs again."""
    for number in range(3):
        owned_run(engine.store, "before", f"Run {number}")
    with browser("after"):
        app = page("runs")
        assert not keys(app, "open")
        assert "3 runs of other browsers on this computer are hidden" in said(app)
        assert "There are no runs yet" not in said(app)
        show_everybodys(app)
        assert len(keys(app, "open")) == 3
        again = page("runs")
        assert len(keys(again, "open")) == 3, "remembered for this browser"


def test_what_nobody_owns_is_everybodys(engine: IdleEngine) -> None:
    """Runs of the command line and all that an older version made: on a computer of one person nothing is hidden."""
    run, library = finished_run(engine.store, LESSON), Library(engine.store.root)
    library.save_draft("0" * 16, LESSON.with_(name="An old draft"))
    upload = library.keep(library.receive("old.csv", TABLE))
    with browser("ann"):
        app = page("start")
        assert app.button(key=f"continue {'0' * 16}")
        app = page("runs")
        assert keys(app, "open") == [f"open {run}"]
        assert not app.toggle
        mine = Library(engine.store.root, word("ann"))
        assert str(upload) in mine.tables()
        mine.keep(mine.receive("again.csv", TABLE))
    assert str(upload) in Library(engine.store.root, word("bob")).tables(), "bringing it too does not take it away"
    Library(engine.store.root, word("bob")).delete_upload(upload)
    assert not upload.exists()


def test_a_shared_link_shows_a_run_and_changes_nothing(engine: IdleEngine) -> None:
    with browser("ann"):
        app = page("train")
        button(app, "Train").click().run()
        (run,) = engine.store.ids()
    engine.asked.clear()
    with browser("bob"):
        app = page("train", run=run)
        assert app.session_state["workspace"].run_id == run
        assert NOT_YOURS in said(app)
        assert app.button(key="train").label == "Train", "he may neither pause nor stop it"
        assert button(app, "Stop").disabled
        assert "another browser" in "".join(element.value for element in app.sidebar.caption)
        # A browser of his own making may press all the same.
        press(button(app, "Stop"))
        assert engine.asked == []
        assert not button(app, "Train").disabled, "he trains one of his own meanwhile"
        button(app, "Train").click().run()
        assert len(engine.store.ids()) == 2
        assert app.session_state["workspace"].run_id != run
    with browser("ann"):
        app = page("train", run=run)
        button(app, "Stop").click().run()
        assert ("stop", run) in engine.asked


@pytest.mark.parametrize(
    "label", ["Resume", "Train longer", "Test it", "Test", "Delete permanently", "Save", "Stop", "Pause"]
)
def test_no_button_changes_a_run_of_another_browser(engine: IdleEngine, label: str) -> None:
    run = owned_run(engine.store, "ann")
    held: AbstractContextManager[Any] = nullcontext()
    if label in {"Stop", "Pause"}:
        record(engine.store, run, StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.RUNNING))
        held, engine._busy[run] = engine.store.lock(run), 1
    if label == "Resume":
        log = LogWriter(engine.store.log(run))
        log.write(StateChanged(state=RunState.QUEUED))
        log.write(Continued(epoch=2, epochs=5, why="further"))
        log.write(StateChanged(state=RunState.INTERRUPTED))
        log.close()
    name = {"Test": "results", "Delete permanently": "runs", "Save": "runs"}.get(label, "train")
    with held:
        with browser("ann"):
            show = page(name, run=run)  # drawn for her, and pressed by him
            if label == "Delete permanently":
                show.checkbox(key=f"select {run}").check().run()
                show.button(key="delete").click().run()
            if label == "Save":
                show.button(key=f"rename {run}").click().run()
                show.text_area[0].set_value("His note")
            pressed = button(show, label)
        with browser("bob"):
            press(pressed)
            assert not show.exception
    assert engine.asked == []
    assert engine.store.ids() == [run]
    assert engine.store.read(run).caption == Caption()
    assert NOT_YOURS in said(show)


def test_a_run_of_another_browser_is_no_reference(engine: IdleEngine) -> None:
    mine = owned_run(engine.store, "ann", "Mine")
    owned_run(engine.store, "bob", "His")
    with browser("ann"):
        assert not page("train", run=mine).selectbox(key="optimizer").disabled
        assert not [one for one in page("train", run=mine).selectbox if one.key == "reference"]
        owned_run(engine.store, "ann", "Before")
        (references,) = [one for one in page("train", run=mine).selectbox if one.key == "reference"]
        assert [name.rpartition(" · ")[2] for name in references.options] == ["Before"]


def test_a_draft_is_gone_on_with_by_its_owner_alone(engine: IdleEngine) -> None:
    with browser("ann"):
        app = page("train")
        app.number_input(key="form fit  epochs").set_value(7).run()
        draft = app.session_state["workspace"].draft
        assert page("start").button(key=f"continue {draft}")
    with browser("bob"):
        app = page("start")
        assert "Nothing yet" in said(app)
        assert "Recipes of other browsers on this computer are hidden" in said(app)
        app = page("train", draft=draft)
        at_hand = app.session_state["workspace"]
        assert at_hand.recipe.fit.epochs == 7, "a link that somebody gave him opens a copy"
        assert at_hand.draft != draft
        app.number_input(key="form fit  epochs").set_value(9).run()
    library = Library(engine.store.root)
    assert (library.draft(draft), library.draft(at_hand.draft)) == (
        LESSON.with_settings(["fit.epochs=7"]),
        LESSON.with_settings(["fit.epochs=9"]),
    )
    with browser("bob"):
        app = AppTest.from_file(ROUTER, default_timeout=60)
        app.query_params["draft"] = draft
        assert "This is a copy of a recipe from another browser" in said(app.run())
    with browser("ann"):
        assert page("train", draft=draft).session_state["workspace"].recipe.fit.epochs == 7


def test_a_draft_of_somebody_else_is_never_overwritten(tmp_path: Path) -> None:
    anns, bobs = Library(tmp_path, word("ann")), Library(tmp_path, word("bob"), show_all=True)
    anns.save_draft("0" * 16, LESSON)
    with pytest.raises(PermissionError):
        bobs.save_draft("0" * 16, LESSON.with_(name="His"))
    assert anns.draft("0" * 16) == LESSON
    assert Library(tmp_path, word("bob")).latest_drafts() == []
    assert [draft.name for draft in bobs.latest_drafts()] == ["0" * 16], (
        "what he may see with the switch, he still changes in a copy"
    )


def test_a_file_that_two_have_brought_goes_when_neither_has_it(tmp_path: Path) -> None:
    anns, bobs, cyds = (Library(tmp_path, word(name)) for name in ("ann", "bob", "cyd"))
    file = anns.keep(anns.receive("Hers.csv", TABLE))
    assert str(file) in anns.tables()
    assert str(file) not in bobs.tables()
    assert bobs.hides_uploads()
    assert bobs.same_upload(file.name) is bobs.ours(str(file)) is None
    assert bobs.keep(bobs.receive("his.csv", TABLE)) == file
    assert str(file) in bobs.tables()
    assert bobs.ours(f"C:\\runs\\uploads\\{file.name}") == str(file)
    with pytest.raises(PermissionError):
        cyds.delete_upload(file)
    anns.delete_upload(file)
    assert file.is_file()
    assert str(file) not in anns.tables()
    assert not anns.may_delete(file)
    bobs.delete_upload(file)
    assert not file.exists()
    assert not list((tmp_path / "uploads" / "owners").iterdir())
    cyds.keep(cyds.receive("cyds.csv", TABLE))
    assert not anns.tables().keys() & cyds.tables().keys() - {"data/reviews.csv", "data/six_sentences.csv"}


def test_with_the_switch_a_file_of_somebody_else_can_be_tidied_away(tmp_path: Path) -> None:
    file = Library(tmp_path, word("ann")).keep(Library(tmp_path, word("ann")).receive("Hers.csv", TABLE))
    Library(tmp_path, word("bob"), show_all=True).delete_upload(file)
    assert not file.exists()


def test_a_recipe_on_a_file_of_another_browser_does_not_open(engine: IdleEngine) -> None:
    with browser("ann"):
        library = Library(engine.store.root, word("ann"))
        file = library.keep(library.receive("hers.csv", TABLE))
        recipe = lesson("text_lstm").recipe
        recipe = recipe.with_(data=recipe.data.with_(path=str(file)))
        library.save_draft("1" * 16, recipe)
        assert spec_of(page("data", draft="1" * 16)).path == str(file)
        app = page("train", draft="1" * 16)
        button(app, "Train").click().run()
        (run,) = engine.store.ids()
    with browser("bob"):
        for app in (page("data", draft="1" * 16), page("train", run=run)):
            assert spec_of(app).path is None
        app.button(key="edit this model").click().run()
        assert spec_of(app).path is None
        assert str(WORDING["foreign_data"]).partition("{name}”")[2] in said(app)
        app = page("data", recipe="text_lstm")
        assert "hers" not in "".join(next(one for one in app.selectbox if one.label == "File").options)
        assert "Files of other browsers on this computer are hidden" in said(app)


def test_only_who_pressed_stop_reads_by_you(engine: IdleEngine) -> None:
    run = owned_run(engine.store, "ann")
    log = LogWriter(engine.store.log(run))
    log.write(StateChanged(state=RunState.QUEUED))
    log.write(StateChanged(state=RunState.STOPPED, reason="Stopped by you after 2 of 5 epochs.", by=word("bob")))
    log.close()
    with browser("bob"):
        assert "Stopped by you after 2 of 5 epochs." in said(page("train", run=run))
    with browser("ann"):
        assert "Stopped by somebody else at this computer after 2 of 5 epochs." in said(page("train", run=run))


def test_an_old_log_says_what_it_said(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    log = LogWriter(engine.store.log(run))
    log.write(StateChanged(state=RunState.QUEUED))
    log.write(StateChanged(state=RunState.STOPPED, reason="Stopped by you."))
    log.close()
    assert "Stopped by you." in said(page("train", run=run))


def test_a_damaged_owner_is_nobody(tmp_path: Path) -> None:
    store = Store(tmp_path)
    run, other = store.create(LESSON, word("ann")), store.create(LESSON)
    (store.folder(other) / "owner").write_bytes(b"\xff\xfe")
    assert (store.owner(run), store.owner(other), store.owner("../x")) == (word("ann"), None, None)


def test_a_draft_named_by_hand_is_nobodys(tmp_path: Path) -> None:
    library = Library(tmp_path, word("ann"))
    assert not library.is_others_draft("../../owner")
    assert library.latest_drafts() == []
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / f"{'2' * 16}.json").write_text("{")
    with pytest.raises(RecipeError):
        library.draft("2" * 16)


def test_a_run_is_not_everybodys_because_too_many_files_are_open(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would have stayed everybody's until the next start: owners are kept in memory."""
    run = store.create(LESSON, word("ann"))

    def full(*_: object, **__: object) -> bytes:
        raise OSError(EMFILE, os.strerror(EMFILE))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", full)
        with pytest.raises(OSError, match="files"):
            store.owner(run)
    assert store.owner(run) == word("ann")
