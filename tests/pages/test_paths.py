"""Paths that a browser, a recipe or a hand-edited file brings, on the pages: refused unseen, in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from components.library import Library, lesson
from components.person import name_of
from components.wording import WORDING
from tests.support.pages import ROWS, IdleEngine, bring, button, finished_run, page, press, spec_of, token
from tests.support.paths import DEVICES, ELSEWHERE, NETWORK, UNREADABLE, watched_disk
from trainer import PROJECT
from trainer.paths import without_folders
from trainer.recipe.recipe import Recipe
from trainer.runs.events import Phase, RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.sources.mnist.spec import Mnist

HOSTILE = NETWORK + UNREADABLE + DEVICES + ELSEWHERE
SENTENCE = str(WORDING["foreign_data"]).partition("{name}”")[2]
PAGES = ["start", "data", "model", "train", "results", "runs"]
TEXTS = lesson("text_lstm").recipe


def with_path(path: str) -> str:
    """A recipe file that learns from a path; what no recipe may hold, a hand may still write."""
    tree = json.loads(TEXTS.to_json())
    tree["data"]["path"] = path
    return json.dumps(tree)


def everything(app: AppTest) -> str:
    """All that the page hands to the browser, of all elements."""
    words: list[str] = []
    for element in app.main:
        words.append(str(element.proto))
    for element in app.sidebar:
        words.append(str(element.proto))
    return "\n".join(words)


def flat(text: str) -> str:
    return text.replace("\\", "")


@pytest.mark.parametrize("path", [path for path in HOSTILE if 0 < len(path) < 4096])
def test_a_path_that_is_not_ours_is_refused_in_one_sentence_and_no_disk_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    library = Library(tmp_path, "0" * 16)
    upload = library.keep(library.receive("mine.csv", b"text,label\na,b\n"))
    (tmp_path / "secret.csv").write_text("x")
    with watched_disk(monkeypatch) as asked:
        assert library.ours(path) is None
        assert library.ours(path, gone=True) is None
    ours = [str(folder) for folder in (upload.parent, PROJECT / "data")]
    assert all(any(place.startswith(folder) for folder in ours) for place in asked), (
        "only our own folders are looked into"
    )
    assert not [place for place in asked if Path(place).name in {"secret.csv", "passwd", "x.csv"}]


def test_what_is_ours_is_found_however_it_is_named(tmp_path: Path) -> None:
    library = Library(tmp_path, "0" * 16)
    upload = library.keep(library.receive("mine.csv", b"text,label\na,b\n"))
    for path in (
        str(upload),
        f"uploads/{upload.name}",
        f"C:\\Users\\ada\\uploads\\{upload.name}",
        f"/home/a/{upload.name}",
    ):
        assert library.ours(path) == str(upload)
    for path in ("data/reviews.csv", str(PROJECT / "data" / "reviews.csv")):
        assert library.ours(path) == "data/reviews.csv"
    assert library.ours("data/gone.csv") is None
    gone = f"{upload.parent}/{'0' * 16}-gone.csv"
    assert (library.ours(gone), library.ours(f"/x/{'0' * 16}-gone.csv", gone=True)) == (None, gone)


def test_a_link_that_leads_out_of_the_uploads_is_none(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.keep(library.receive("mine.csv", b"x"))
    (tmp_path / "secret.csv").write_text("x")
    link = tmp_path / "uploads" / "0123456789abcdef-link.csv"
    link.symlink_to(tmp_path / "secret.csv")
    assert library.ours(str(link)) is None
    assert str(link) not in library.tables()


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/etc/no-such-file", "\\\\evil\\share\\x.csv", "../secret.csv", "data/NUL.csv"]
)
class TestTheSameSentence:
    """Wherever the recipe comes from."""

    def test_a_recipe_that_is_brought(self, engine: IdleEngine, path: str) -> None:
        start = page("start")
        brought = next(one for one in start.file_uploader if one.label.startswith("A recipe"))
        brought.set_value(("recipe.json", with_path(path).encode(), "application/json")).run()
        assert SENTENCE in flat(start.error[0].value)
        assert spec_of(start).path is None

    def test_a_draft_that_a_hand_has_changed(self, engine: IdleEngine, path: str) -> None:
        Library(engine.store.root).save_draft("0" * 16, TEXTS)
        (engine.store.root / "drafts" / f"{'0' * 16}.json").write_text(with_path(path))
        app = page("data", draft="0" * 16)
        assert spec_of(app).path is None
        start = page("start")
        start.button(key=f"continue {'0' * 16}").click().run()
        assert SENTENCE in flat(start.error[0].value)

    def test_a_run_whose_recipe_is_worked_on(self, engine: IdleEngine, path: str) -> None:
        run = finished_run(engine.store, TEXTS)
        (engine.store.folder(run) / "recipe.json").write_text(with_path(path))
        app = page("train", run=run)
        assert spec_of(app).path is None
        app.button(key="edit this model").click().run()
        assert SENTENCE in flat(app.error[0].value)
        assert spec_of(app).path is None

    def test_an_order_to_train(self, engine: IdleEngine, path: str) -> None:
        app = page("train")
        at_hand = app.session_state["workspace"]
        at_hand.recipe = at_hand.recipe.with_(data=Mnist(path=path))
        press(button(app, "Train"))
        assert SENTENCE in flat(app.error[0].value)
        assert engine.store.ids() == []


def send_raw(app: AppTest, label: str, text: str) -> None:
    """Have a browser send a string for a choice that was never offered, and all others as they are."""
    widget = next(one for one in app.selectbox if one.label.partition(" (")[0] == label)
    usual, raw = type(widget)._widget_state.fget, WidgetState(id=widget.id, string_value=text)
    with patch.object(type(widget), "_widget_state", property(lambda one: raw if one.id == widget.id else usual(one))):
        app.run()
    assert not app.exception


@pytest.mark.parametrize("path", ["/elsewhere/outside.npz", "\\\\evil\\share\\x.npz", "data/../x.npz"])
def test_a_browser_that_sends_what_was_not_offered(engine: IdleEngine, tmp_path: Path, path: str) -> None:
    app = page("data")
    send_raw(app, "Pictures", path)
    assert str(WORDING.message("not_offered")) in flat(app.error[0].value)
    assert spec_of(app).path is None
    assert next(one for one in app.selectbox if one.label == "Pictures").value == ""


@pytest.mark.parametrize(
    ("label", "where"),
    [
        ("Optimizer", "train"),
        ("File", "data"),
        ("Text column", "data"),
        ("Character encoding", "data"),
        ("An example of", "model"),
    ],
)
def test_no_choice_takes_what_it_did_not_offer(engine: IdleEngine, label: str, where: str) -> None:
    app = page(where, recipe="text_lstm")
    before = app.session_state["workspace"].recipe
    if where == "model":
        app.session_state["beside the stack"] = ":material/visibility: One example"
        app.run()
    send_raw(app, label, "__class__")
    assert app.session_state["workspace"].recipe == before


@pytest.mark.slow
def test_no_page_shows_a_folder_of_this_computer(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """With uploads at hand, a run that failed of a missing file, and a recipe that is damaged."""
    root = str(engine.store.root)
    monkeypatch.setenv("FITBOARD_RUNS", root)
    table = ("text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS)).encode()
    app = bring(engine, "mine.csv", table)
    recipe, draft = app.session_state["workspace"].recipe, app.session_state["workspace"].draft
    run, damaged = finished_run(engine.store, recipe), finished_run(engine.store, recipe)
    log = LogWriter(engine.store.log(run))
    log.write(StateChanged(state=RunState.QUEUED))
    log.write(StateChanged(state=RunState.FAILED, reason=f"There is no file {root}/uploads/x.csv. Check the path."))
    log.write(Phase(name="test_failed", text=f"[Errno 2] No such file or directory: '{PROJECT}/data/x.csv'"))
    log.close()
    (engine.store.folder(damaged) / "recipe.json").write_text("{")
    for gone in (False, True):
        if gone:
            Path(recipe.data.path or "").unlink()
        for name in PAGES:
            for address in ({"draft": draft}, {"draft": draft, "run": run}, {"run": damaged}):
                shown = flat(everything(page(name, **address)))
                for folder in (root, str(PROJECT), str(Path.home())):
                    assert folder not in shown, (name, address)


def test_a_recipe_goes_out_without_a_folder_and_comes_back(engine: IdleEngine) -> None:
    app = bring(engine, "mine.csv", ("text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS)).encode())
    recipe = app.session_state["workspace"].recipe
    library = Library(engine.store.root, name_of(token("everybody")))
    handed_out = library.portable(recipe)
    assert str(engine.store.root) not in handed_out.to_json()
    assert without_folders(handed_out.to_json()) == handed_out.to_json()
    start = page("start")
    brought = next(one for one in start.file_uploader if one.label.startswith("A recipe"))
    brought.set_value(("recipe.json", handed_out.to_json().encode(), "application/json")).run()
    assert start.session_state["workspace"].recipe == recipe
    assert library.portable(Recipe(data=Mnist(path="/home/ada/x.npz"))).data.path == "x.npz"
    assert library.portable(Recipe(data=Mnist(path="C:\\ada\\x.npz"))).data.path == "x.npz"
    assert library.portable(lesson("mnist_cnn").recipe) == lesson("mnist_cnn").recipe
