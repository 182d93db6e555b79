"""Widgets that tell an edit from an echo, with a session that is a plain dictionary."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from components import controlled as module
from components.controlled import controlled
from components.workspace import Workspace
from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    session: dict[str, Any] = {}
    monkeypatch.setattr(module, "st", SimpleNamespace(session_state=session))
    return session


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> Workspace:
    at_hand = Workspace(Recipe(data=Mnist(), layers=()), draft="0" * 16)
    monkeypatch.setattr(module.workspace, "current", lambda: at_hand)
    return at_hand


def test_only_what_differs_from_what_is_shown_is_an_edit(session: dict[str, Any]) -> None:
    edits: list[int] = []
    shown = controlled("filters", 32, edits.append)
    assert (shown["key"], session["filters"]) == ("filters", 32)
    shown["on_change"]()
    assert edits == [], "the browser says again what it was told"
    for reported in (64, 64, 32):
        session["filters"] = reported
        shown["on_change"]()
    assert edits == [64, 32], "and back again before the page was drawn anew is an edit, too"


def test_an_edit_keeps_the_widget_and_another_value_gets_another_one(session: dict[str, Any]) -> None:
    shown = controlled("filters", 32, lambda _: None)
    session["filters"] = 64
    shown["on_change"]()
    assert controlled("filters", 64, lambda _: None)["key"] == "filters", "else the field would lose the focus"
    assert controlled("filters", 32, lambda _: None)["key"] == "filters #1", "an undo, or another layer at this place"
    assert session["filters #1"] == 32


def test_a_refused_value_is_taken_out_of_the_field(session: dict[str, Any]) -> None:
    shown = controlled("filters", 32, lambda _: None)
    session["filters"] = 0
    shown["on_change"]()
    assert session[controlled("filters", 32, lambda _: None)["key"]] == 32


def test_a_late_report_of_a_widget_that_is_gone_changes_nothing(session: dict[str, Any], at_hand: Workspace) -> None:
    edits: list[int] = []
    old = controlled("filters", 32, edits.append)
    controlled("filters", 64, edits.append)
    old["on_change"]()
    assert (edits, at_hand.message) == ([], None), "an echo"
    session["filters"] = 99
    old["on_change"]()
    assert isinstance(at_hand.message, Message)
    assert (edits, at_hand.message.code) == ([], "components.setting_changed"), "it is another setting by now"
