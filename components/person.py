"""Who uses this browser: nobody signs in, so a person is a browser, identified by Fitboard's own cookie.

Streamlit's own cookie would not do: a browser forgets it when it is closed, and scripts of a page can read it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import OrderedDict
from threading import Lock

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "fitboard_browser"
COOKIE_SECONDS = 400 * 86_400
"""How long a browser keeps the cookie after each visit; browsers allow no more."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_TAB = "person"

MOST_REMEMBERED = 1_000
_showing: OrderedDict[str, None] = OrderedDict()
"""The persons who have switched on to see everybody's; the oldest switch is forgotten first."""
_switching = Lock()


def person() -> str:
    """The id of the person: the same for all tabs of a browser as long as it keeps its cookies, also after the server
    was restarted; in a browser without cookies, of this tab only.
    """
    return name_of(_cookie()) or _of_tab()


def _cookie() -> str | None:
    return st.context.cookies.get(COOKIE)


def name_of(token: str | None) -> str | None:
    """The id of a browser: a hash of its cookie, which itself is never stored."""
    if token is None or not _TOKEN.fullmatch(token):
        return None
    return hashlib.sha256(f"Fitboard's browser {token}".encode()).hexdigest()[:16]


def _of_tab() -> str:
    if _TAB not in st.session_state:
        st.session_state[_TAB] = secrets.token_hex(8)
    return str(st.session_state[_TAB])


def shows_everybody() -> bool:
    """Whether this person has switched on to see everybody's runs, recipes and files."""
    with _switching:
        return person() in _showing


def show_everybody(on: bool) -> None:
    """Switch showing everybody's on or off, in all tabs of this browser, until the server ends."""
    with _switching:
        _showing.pop(person(), None)
        if on:
            _showing[person()] = None
        while len(_showing) > MOST_REMEMBERED:
            _showing.popitem(last=False)


class BrowserCookie:
    """ASGI middleware that gives each browser its cookie with the first page, before the page asks for anything.

    Scripts cannot read it, and other sites cannot send it along with a request of theirs (`HttpOnly`, `SameSite=Lax`:
    a link on another site still opens a page as the one whose browser it is).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _begins_a_visit(scope):
            await self._app(scope, receive, send)
            return
        token = _token_of(scope) or secrets.token_urlsafe(32)
        secure = "; Secure" if scope.get("scheme") == "https" else ""

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append(
                    "Set-Cookie", f"{COOKIE}={token}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}"
                )
            await send(message)

        await self._app(scope, receive, with_cookie)


def _begins_a_visit(scope: Scope) -> bool:
    """Whether a request asks for a page, or checks the server's health, as an open page does before it reconnects."""
    if scope["method"] != "GET":
        return False
    asks_for_a_page = "text/html" in Headers(scope=scope).get("accept", "").lower()
    return asks_for_a_page or str(scope.get("path", "")).endswith("/_stcore/health")


def person_of(scope: Scope) -> str | None:
    """The id of the person who sends a request; None for a browser without our cookie."""
    return name_of(_token_of(scope))


def _token_of(scope: Scope) -> str | None:
    """The token that a browser has already; a value that was not issued by us is ignored."""
    token = cookie_parser(Headers(scope=scope).get("cookie", "")).get(COOKIE)
    return token if token is not None and _TOKEN.fullmatch(token) else None
