"""Which browser is whose: the cookie that each gets with its first page, and the word that a person is known by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from components import person as module
from components.person import COOKIE, BrowserCookie, name_of, person, show_everybody, shows_everybody
from tests.support.pages import browser, token

PAGE = {"accept": "text/html,application/xhtml+xml"}


def answer(headers: dict[str, str], **scope: str) -> list[str]:
    """The cookies that the middleware sets on an answer to a request."""
    sent: list[Message] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"a page"})

    async def send(message: Message) -> None:
        sent.append(message)

    asked = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    } | scope
    asyncio.run(BrowserCookie(page)(asked, None, send))  # type: ignore[arg-type]
    return [value.decode() for name, value in sent[0].get("headers", []) if name.lower() == b"set-cookie"]


def test_the_first_page_brings_a_cookie_that_lasts_and_that_no_script_reads() -> None:
    (first,), (second,) = answer(PAGE), answer(PAGE)
    parts = [part.strip() for part in first.split(";")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
    assert int(next(part for part in parts if part.startswith("Max-Age=")).partition("=")[2]) > 300 * 86_400
    assert "Secure" not in parts
    assert "Secure" in answer(PAGE, scheme="https")[0]
    assert first != second


def test_a_browser_keeps_its_cookie() -> None:
    """Also behind the cookies of others, which no standard parser reads to the end."""
    (first,) = answer(PAGE)
    value = SimpleCookie(first)[COOKIE].value
    for cookies in (f"{COOKIE}={value}", f"a b=\x01; _streamlit_xsrf=2|3|4|5; {COOKIE}={value}; x=y"):
        (again,) = answer(PAGE | {"cookie": cookies})
        assert again == first


@pytest.mark.parametrize(
    "value", ["", "short", "x" * 42, "x" * 44, "../../" + "x" * 37, "☃" * 43, '"' + "x" * 41 + '"']
)
def test_a_cookie_that_is_not_ours_is_replaced(value: str) -> None:
    (fresh,) = answer(PAGE | {"cookie": f"{COOKIE}={value}".encode().decode("latin-1")})
    assert f"={value};" not in fresh
    assert name_of(value) is None


@pytest.mark.parametrize(
    ("headers", "scope"),
    [
        ({"accept": "*/*"}, {}),
        ({}, {}),
        (PAGE, {"method": "POST"}),
        (PAGE, {"type": "websocket"}),
    ],
)
def test_only_a_page_brings_a_cookie(headers: dict[str, str], scope: dict[str, str]) -> None:
    assert answer(headers, **scope) == []


def test_a_page_that_was_open_before_there_were_cookies_gets_one_when_it_connects_again() -> None:
    assert len(answer({"accept": "*/*"}, path="/_stcore/health")) == 1
    assert answer({"accept": "*/*"}, path="/_stcore/script-health-check") == []


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], str]:
    """Who sits in front of a new tab of a browser with this cookie."""

    def of(cookie: str | None) -> str:
        cookies = {} if cookie is None else {COOKIE: cookie}
        fake: Any = SimpleNamespace(context=SimpleNamespace(cookies=cookies), session_state={})
        monkeypatch.setattr(module, "st", fake)
        monkeypatch.setattr(module, "_cookie", lambda: fake.context.cookies.get(COOKIE))
        assert person() == person(), "the same at every look"
        return person()

    return of


def test_a_browser_is_one_person_in_all_its_tabs(tab: Callable[[str | None], str]) -> None:
    assert tab(token("ann")) == tab(token("ann"))
    assert tab(token("ann")) != tab(token("bob"))
    assert "ann" not in tab(token("ann")), "the cookie itself goes nowhere"


@pytest.mark.parametrize("cookie", [None, "", "2|3|4", "☃", "x" * 400])
def test_without_a_cookie_each_tab_is_a_person(tab: Callable[[str | None], str], cookie: str | None) -> None:
    first, second = tab(cookie), tab(cookie)
    assert first
    assert first != second


def test_who_wants_to_see_everybodys_is_remembered_for_them_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 2)
    with browser("ann"):
        show_everybody(True)
        assert shows_everybody()
    with browser("bob"):
        assert not shows_everybody()
        show_everybody(True)
        show_everybody(False)
        assert not shows_everybody()
    for name in ("cyd", "dee"):
        with browser(name):
            show_everybody(True)
            assert shows_everybody()
    with browser("ann"):
        assert not shows_everybody(), "no list grows for ever"
