"""What a page follows: asked again at its pace, and drawn again once it is another thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from components import waiting


def test_the_page_is_run_again_once_what_it_shows_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[float, Callable[[], None]] = {}
    runs: list[int] = []

    def fragment(look: Callable[..., None], run_every: float) -> Callable[..., None]:
        def draw(followed: Any) -> None:
            asked[run_every] = lambda: look(followed)

        return draw

    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "fragment", fragment)
    monkeypatch.setattr(st, "rerun", lambda: runs.append(1))
    now = {"quick": 1, "slow": 1}
    waiting.follow(lambda: 0, 1)
    waiting.forget_followed()  # of a page run that was broken off
    waiting.follow(lambda: now["quick"], 1)
    waiting.follow(lambda: now["slow"], 1, every=3)
    waiting.look_after_followed()
    assert list(asked) == [0.5, 3]
    asked[0.5]()
    asked[3]()
    assert not runs
    now["slow"] = 2
    asked[0.5]()
    assert not runs
    asked[3]()
    assert runs == [1]
    waiting.look_after_followed()
    assert len(asked) == 2, "each page run follows what it shows itself"
