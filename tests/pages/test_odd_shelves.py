"""Drafts, uploads, lessons and addresses of any content and name: a sentence at worst, never a page that fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import library
from components.library import Library
from tests.support.damage import WHEN, a_folder, a_link, a_pipe, content, gigabytes
from tests.support.pages import ROUTER, IdleEngine, button, page
from trainer.recipe.recipe import Recipe
from trainer.sources.text_csv.spec import TextCsv

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="pipes and links")]
DRAFT, UPLOAD = "0123456789abcdef", "0123456789abcdef-mine"
ODD: dict[str, Callable[[str], Callable[[Path], None]]] = {
    "a folder": a_folder,
    "a pipe": a_pipe,
    "a device": lambda name: a_link(name, "/dev/zero"),
    "a link to nowhere": lambda name: a_link(name, "nowhere"),
    "a link to itself": lambda name: a_link(name, name),
    "gigabytes": gigabytes,
    "not UTF-8": lambda name: content(name, b"\xff\xfe\x80"),
    "nothing": lambda name: content(name, b""),
    "not JSON": lambda name: content(name, b"{"),
    "a list": lambda name: content(name, b"[1]"),
    "deep": lambda name: content(name, b"[" * 200_000),
    "no recipe": lambda name: content(name, b'{"data": 3}'),
}
NAMES = ["a\x00b", "x" * 100_000, "../../etc/passwd", "%00", "\u202e", "<b>", "[]", " ", "-1", WHEN, DRAFT]


def all_pages(app: AppTest) -> None:
    for name in ("data", "model", "train", "results", "runs", "start"):
        app.switch_page(f"{name}_page.py").run()
        assert not app.exception
        assert not [one.value for one in (*app.markdown, *app.caption) if "went wrong" in one.value]


@pytest.mark.parametrize("what", ODD)
def test_a_draft_of_any_content(engine: IdleEngine, what: str) -> None:
    drafts = engine.store.root / "drafts"
    drafts.mkdir()
    ODD[what](f"{DRAFT}.json")(drafts)
    ODD[what]("called oddly.json")(drafts)
    all_pages(page("start"))
    app = page("data", draft=DRAFT)
    all_pages(app)
    app.switch_page("start_page.py").run()
    next(one for one in app.button if one.label == "Begin lesson 1").click().run()
    assert not app.exception
    assert app.session_state["workspace"].saved_recipe is not None


def test_a_draft_with_a_name_that_is_none_of_ours_is_not_offered(tmp_path: Path) -> None:
    mine, recipe = Library(tmp_path), library.lesson("mnist_cnn").recipe
    mine.save_draft(DRAFT, recipe)
    (tmp_path / "drafts" / "strange name.json").write_text(recipe.to_json())
    os.utime(tmp_path / "drafts" / f"{DRAFT}.json", (1, 1))
    assert [(draft.name, draft.recipe) for draft in mine.latest_drafts()] == [(DRAFT, recipe)]


@pytest.mark.parametrize("path", ["a\x00b.csv", "/dev/zero", "x" * 300, "..", "/proc/self/environ"])
def test_a_draft_that_names_any_file(engine: IdleEngine, path: str) -> None:
    recipe = library.lesson("text_lstm").recipe
    Library(engine.store.root).save_draft(DRAFT, recipe.with_(data=TextCsv(path=path)))
    all_pages(page("data", draft=DRAFT))


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".npz", ".csv.gz"])
def test_an_upload_of_any_content(engine: IdleEngine, what: str, ending: str) -> None:
    uploads = engine.store.root / "uploads"
    uploads.mkdir()
    ODD[what](UPLOAD + ending)(uploads)
    a_folder("strange \u202e name")(uploads)
    a_link("another", "another")(uploads)
    app = page("data", recipe="text_lstm")
    is_pictures = ending == ".npz"
    if is_pictures:
        app = page("data", recipe="mnist_cnn")
    box = app.selectbox(key="pictures" if is_pictures else "table")
    offered = [option for option in box.options if "mine" in option]
    is_file = what in {"not UTF-8", "nothing", "not JSON", "a list", "deep", "no recipe"}
    if what != "gigabytes":
        assert bool(offered) is is_file
    if offered and is_file:
        box.select(str(uploads / (UPLOAD + ending))).run()
        assert not app.exception
        assert not [one.value for one in (*app.markdown, *app.caption) if "went wrong" in one.value]


@pytest.mark.parametrize("name", ["drafts", "uploads"])
@pytest.mark.parametrize("what", ["a pipe", "a link to itself", "nothing"])
def test_a_folder_that_is_none(engine: IdleEngine, name: str, what: str) -> None:
    ODD[what](name)(engine.store.root)
    app = page("start")
    next(one for one in app.button if one.label == "Begin lesson 1").click().run()
    assert not app.exception
    all_pages(app)


@pytest.mark.parametrize("what", ODD)
def test_a_lesson_of_any_content(
    engine: IdleEngine, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    good: Recipe = library.lesson("text_lstm").recipe
    (lessons / "text_lstm.json").write_text(good.to_json())
    ODD[what]("mnist_cnn.json")(lessons)  # the one that a new tab begins with
    ODD[what]("strange name.json")(lessons)
    monkeypatch.setattr(library, "LESSONS", lessons)
    app = page("start")
    assert app.warning
    all_pages(app)
    next(one for one in app.button if one.label == "Begin lesson 2").click().run()
    assert app.session_state["workspace"].recipe == good
    for address in ("mnist_cnn", "strange name"):
        assert page("data", recipe=address).title[0].value == "Data"


@pytest.mark.parametrize("name", NAMES, ids=[ascii(name)[:20] for name in NAMES])
@pytest.mark.parametrize("key", ["run", "draft", "recipe", "anything"])
def test_an_address_of_any_content(engine: IdleEngine, key: str, name: str) -> None:
    app = AppTest.from_file(ROUTER, default_timeout=60)
    for value in (name, [name, name], ["", name]):
        app.query_params[key] = value
        app.run()
        assert not app.exception
        assert not [one.value for one in (*app.markdown, *app.caption) if "went wrong" in one.value]
    app.switch_page("start_page.py").run()
    assert button(app, "Begin lesson 1")
