"""The language of a tab: from its address, else of its browser, else English; also in clicks and fragments."""

from __future__ import annotations

import pytest

from components import language
from components.language import is_available, of_browser
from tests.support.pages import IdleEngine, button, finished_run, page, told
from trainer import PROJECT, i18n
from trainer.i18n import PSEUDO, using
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist


def test_english_where_nothing_else_is_asked_for(engine: IdleEngine) -> None:
    app = page("train")
    assert app.title[0].value == "Train"
    assert "lang" not in app.query_params
    assert i18n.language() == "en", "outside of a page"


def test_the_pseudo_language_of_the_address_is_kept(engine: IdleEngine) -> None:
    app = page("start", lang=PSEUDO)
    with using(PSEUDO):  # AppTest itself writes the labels of choices, in this thread
        for name in ("model", "train", "results", "runs"):
            app.switch_page(f"{name}_page.py").run()
            assert app.query_params["lang"] == PSEUDO
            assert app.title[0].value == i18n._(name.title())


def test_a_click_is_answered_in_the_language_of_the_tab(engine: IdleEngine) -> None:
    app = page("train", lang=PSEUDO)
    workspace = app.session_state["workspace"]
    workspace.recipe = workspace.recipe.with_(data=Mnist(path="/etc/passwd"))
    app.button(key="train").click().run()
    with using(PSEUDO):
        assert app.error[0].value.replace("\\", "") == told("components.foreign_data", name="passwd")
    run = finished_run(engine.store, Recipe.load(PROJECT / "recipes" / "mnist_cnn.json"))
    with using(PSEUDO):
        ended = page("train", run=run, lang=PSEUDO)
        assert told("components.headline_right_image", share=0.8) == ended.header[0].value.replace("\\", "")


def test_two_tabs_have_each_its_own(engine: IdleEngine) -> None:
    first, second = page("train", lang=PSEUDO), page("train")
    first.run()
    assert (first.title[0].value != "Train", second.run().title[0].value) == (True, "Train")
    assert button(second, "Train")


@pytest.mark.parametrize("tag", ["tlh", "de", "../../etc", "\x00", "", "EN", "x" * 10_000])
def test_a_language_without_a_catalogue_changes_nothing(engine: IdleEngine, tag: str) -> None:
    assert not is_available(tag)
    assert page("train", lang=tag).title[0].value == "Train"


def test_a_browser_has_its_language_where_there_is_a_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "is_available", lambda tag: tag in {"de", "pt-BR", "xx"})
    assert [of_browser(tag) for tag in ("de-AT", "de", "pt-BR", "pt-PT", "xx", None)] == [
        "de", "de", "pt-BR", "en", "en", "en",
    ]  # fmt: skip
