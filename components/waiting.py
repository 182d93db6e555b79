"""Waiting for the trainer without blocking the page.

What a page waits for is said in its place, and asked again by a fragment behind all that the sidebar holds. A fragment
in the middle of a page would not do: its answer may come when another page is there, and Streamlit's front end breaks
off where it finds no such place. All pages have the same in the sidebar.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

import streamlit as st

from components.errors import guarded
from components.markup import md
from trainer.messages import Message

_FOLLOWED = "what this page run follows"


class _Followed(NamedTuple):
    look: Callable[[], Hashable]
    seen: Hashable
    """What the page shows."""
    every: float
    """Seconds between two looks."""


def wait(still_waits_for: Callable[[], Message | str | None]) -> None:
    """Show what is waited for; once that is another thing, or there, the whole page is run again.

    Args:
        still_waits_for: returns what is waited for, or None once there is nothing to wait for.
    """
    text = still_waits_for()
    if text is None:
        st.rerun()
    st.caption(f":material/hourglass_top: {md(text or '')}")
    follow(lambda: _words(still_waits_for()), _words(text))


def _words(text: Message | str | None) -> str | None:
    return None if text is None else str(text)


def follow(look: Callable[[], Hashable], seen: Hashable, every: float = 0.5) -> None:
    """Run the page again once something is no longer as the page shows it.

    Args:
        look: how it is; called again and again, so it must be quick.
        seen: how the page shows it.
        every: seconds between two looks.
    """
    st.session_state.setdefault(_FOLLOWED, []).append(_Followed(look, seen, every))


def forget_followed() -> None:
    """Begin a page run: one that was broken off may have left what it followed."""
    st.session_state[_FOLLOWED] = []


def look_after_followed() -> None:
    """Follow what this page run asked for; the last thing that the router does, in the sidebar."""
    followed: list[_Followed] = st.session_state.pop(_FOLLOWED, [])
    for every in sorted({one.every for one in followed}):
        st.fragment(_look, run_every=every)([one for one in followed if one.every == every])


@guarded("what is waited for", brief=True)
def _look(followed: list[_Followed]) -> None:
    if any(look() != seen for look, seen, _every in followed):
        st.rerun()
