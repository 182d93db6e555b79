"""Who is answered: Host, Origin and Sec-Fetch-Site, for HTTP and WebSockets, and what Streamlit then gets to see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.web.server.starlette import starlette_websocket

from components.guard import FOREIGN_HOST, FOREIGN_ORIGIN, Guard, Origin, Rules, parse_origin, rules
from components.middleware import middleware
from components.response_headers import FRAME_ANCESTORS

HERE = ("localhost", "127.0.0.1", "::1")
LOCAL = Rules(allowed_hosts=HERE)
Headers = list[tuple[str, str]]


class App:
    """Stands where Streamlit stands: notes what reaches it, and accepts everything."""

    def __init__(self) -> None:
        self.seen: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        elif scope["type"] == "http":
            await PlainTextResponse("hello")(scope, receive, send)


@pytest.fixture
def app() -> App:
    return App()


async def _nothing() -> Message:
    return {"type": "http.request", "body": b""}


def ask(
    app: App, rules: Rules, headers: Headers, kind: str = "http", method: str = "GET", **more: Any
) -> list[Message]:
    """What a request is answered, message by message."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode("utf-8")) for name, value in headers]
    scope = {"type": kind, "path": "/", "headers": raw, **more}
    if kind == "http":
        scope["method"] = method
    coroutine = Guard(app, rules)(scope, _nothing, send)
    with pytest.raises(StopIteration):  # nothing here waits for anything
        coroutine.send(None)
    return sent


def is_answered(rules: Rules, headers: Headers, kind: str = "http", method: str = "GET") -> bool:
    app = App()
    sent = ask(app, rules, headers, kind, method)
    if app.seen:
        return True
    refused = {"type": "websocket.close", "code": 1008} if kind == "websocket" else sent[0]
    assert sent[0] == refused
    assert kind == "websocket" or sent[0]["status"] == 403
    return False


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("host", "allowed", "yes"),
    [
        ("localhost:8501", HERE, True),
        ("localhost", HERE, True),
        ("LOCALHOST:8501", HERE, True),
        ("LOCALHOST.", HERE, True),
        ("127.0.0.1:8501", HERE, True),
        ("[::1]:8501", HERE, True),
        ("school.example.org", ["*.example.org"], True),
        ("a.b.example.org:443", ["*.example.org"], True),
        ("anything", ["*"], True),
        ("anything", [], True),
        ("example.org", ["*.example.org"], False),
        ("evilexample.org", ["*.example.org"], False),
        ("evil.example", HERE, False),
        ("evil.example:8501", HERE, False),
        ("localhost.evil.example:8501", HERE, False),
        ("127.0.0.1.nip.io:8501", HERE, False),
        ("127.1:8501", HERE, False),
        ("0.0.0.0:8501", HERE, False),
        ("2130706433:8501", HERE, False),
        ("[::ffff:127.0.0.1]:8501", HERE, False),
        ("localhost:x", HERE, False),
        ("localhost:", HERE, False),
        ("localhost:99999", HERE, False),
        ("localhost:0", HERE, False),
        ("me@localhost", HERE, False),
        ("evil.example@localhost:8501", HERE, False),
        ("localhost:8501@evil.example", HERE, False),
        ("localhost/x", HERE, False),
        ("localhost?", HERE, False),
        ("localhost#", HERE, False),
        ("localhost, evil.example", HERE, False),
        ("localhost evil.example", HERE, False),
        ("ｌocalhost", HERE, False),
        ("[::1", HERE, False),
        ("[::1]x", HERE, False),
        ("", HERE, False),
        ("", [], False),
    ],
)
def test_hosts(host: str, allowed: list[str], yes: bool, kind: str) -> None:
    assert is_answered(Rules(allowed_hosts=allowed), [("host", host)], kind) is yes


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "headers",
    [[], [("host", "localhost"), ("host", "localhost")], [("host", "localhost"), ("host", "evil.example")]],
    ids=["none", "the same twice", "two"],
)
def test_there_is_one_host(headers: Headers, kind: str) -> None:
    assert not is_answered(LOCAL, headers, kind)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("host", "origin", "yes"),
    [
        ("localhost:8501", "http://localhost:8501", True),
        ("127.0.0.1:8501", "http://127.0.0.1:8501", True),
        ("[::1]:8501", "http://[::1]:8501", True),
        ("localhost", "http://localhost", True),
        ("localhost:80", "http://localhost", True),
        ("localhost", "http://localhost:80", True),
        ("LOCALHOST:8501", "http://localhost:8501", True),
        ("localhost.:8501", "http://localhost.:8501", True),
        # another port of this computer: a dev server, a notebook, another user
        ("localhost:8501", "http://localhost:9123", False),
        ("127.0.0.1:8501", "http://127.0.0.1:9123", False),
        ("[::1]:8501", "http://[::1]:9123", False),
        ("localhost:8501", "http://localhost", False),
        # another name of this computer is another website
        ("localhost:8501", "http://127.0.0.1:8501", False),
        ("localhost:8501", "http://localhost.:8501", False),
        ("localhost:8501", "http://[::1]:8501", False),
        # another scheme
        ("127.0.0.1:8501", "https://127.0.0.1:8501", False),
        ("localhost", "https://localhost", False),
        ("127.0.0.1:8501", "chrome-extension://127.0.0.1:8501", False),
        ("127.0.0.1:8501", "moz-extension://127.0.0.1:8501", False),
        ("localhost:8501", "ws://localhost:8501", False),
        ("localhost:8501", "//localhost:8501", False),
        ("localhost:8501", "localhost:8501", False),
        # no website at all, or an odd spelling of one
        ("localhost:8501", "null", False),
        ("localhost:8501", "", False),
        ("localhost:8501", "file://", False),
        ("localhost:8501", "http://evil.example", False),
        ("localhost:8501", "http://evil.example:8501", False),
        ("localhost:8501", "http://localhost:8501@evil.example", False),
        ("localhost:8501", "http://evil.example@localhost:8501", False),
        ("localhost:8501", "http://me:secret@localhost:8501", False),
        ("localhost:8501", "http://localhost:8501.evil.example", False),
        ("localhost:8501", "http://localhost.evil.example:8501", False),
        ("localhost:8501", "http://localhost:8501/", False),
        ("localhost:8501", "http://localhost:8501/x", False),
        ("localhost:8501", "http://localhost:8501, http://evil.example", False),
        ("localhost:8501", "http://localhost:8501 http://evil.example", False),
        ("localhost:8501", "http://localhost:08501x", False),
        ("localhost:8501", "http://[::1", False),
        ("localhost:8501", "http://localhost:٨٥٠١", False),
        ("evil.example:8501", "http://evil.example:8501", False),
    ],
)
def test_origins(host: str, origin: str, yes: bool, kind: str) -> None:
    assert is_answered(LOCAL, [("host", host), ("origin", origin)], kind, "PUT") is yes


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_there_is_one_origin_or_none(kind: str) -> None:
    own = ("origin", "http://localhost:8501")
    host = ("host", "localhost:8501")
    assert is_answered(LOCAL, [host], kind, "PUT")  # a program
    assert not is_answered(LOCAL, [host, own, own], kind)
    assert not is_answered(LOCAL, [host, own, ("origin", "http://evil.example")], kind)


def test_headers_of_a_proxy_change_nothing() -> None:
    foreign = [("host", "localhost:8501"), ("origin", "https://localhost:8501"), ("x-forwarded-proto", "https")]
    assert not is_answered(LOCAL, foreign)
    renamed = [("host", "evil.example"), ("x-forwarded-host", "localhost:8501"), ("forwarded", "host=localhost:8501")]
    assert not is_answered(LOCAL, renamed)
    app = App()
    ask(app, LOCAL, foreign, scheme="https")  # what uvicorn makes of the header
    assert app.seen == []


PAGE = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]
FRAME = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")]
PICTURE = [("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")]


@pytest.mark.parametrize(
    ("site", "more", "method", "yes"),
    [
        ("none", PAGE, "GET", True),  # typed, or a bookmark
        ("same-origin", PICTURE, "GET", True),
        ("same-origin", FRAME, "GET", True),
        ("cross-site", PAGE, "GET", True),  # a link of a school's page to a lesson
        ("same-site", PAGE, "HEAD", True),
        ("cross-site", PAGE, "POST", False),
        ("cross-site", FRAME, "GET", False),
        ("same-site", FRAME, "GET", False),
        ("cross-site", PICTURE, "GET", False),
        ("same-site", PICTURE, "GET", False),  # another port of this computer is the same "site"
        ("cross-site", [], "GET", False),
        ("something new", PICTURE, "GET", False),
    ],
)
def test_what_a_browser_says_of_a_request_without_an_origin(site: str, more: Headers, method: str, yes: bool) -> None:
    headers = [("host", "localhost:8501"), ("sec-fetch-site", site), *more]
    assert is_answered(LOCAL, headers, method=method) is yes


def test_a_frame_is_filled_only_where_the_school_says_so() -> None:
    framed = Rules(allowed_hosts=HERE, may_be_framed=True)
    headers = [("host", "localhost:8501"), ("sec-fetch-site", "cross-site")]
    assert is_answered(framed, [*headers, *FRAME])
    assert not is_answered(framed, [*headers, *PICTURE])


def test_behind_a_proxy_that_has_the_certificate() -> None:
    outside = Origin("https", "fitboard.school.example", 443)
    proxied = Rules(allowed_hosts=["fitboard.school.example"], more_origins=frozenset({outside}))
    host = ("host", "fitboard.school.example")
    assert is_answered(proxied, [host, ("origin", "https://fitboard.school.example")], "websocket")
    assert not is_answered(proxied, [host, ("origin", "https://fitboard.school.example:8443")], "websocket")
    assert not is_answered(proxied, [host, ("origin", "https://other.school.example")], "websocket")
    assert not is_answered(proxied, [host, ("origin", "http://fitboard.school.example")], "websocket")
    own = Rules(allowed_hosts=["fitboard.school.example"], scheme="https")
    assert is_answered(own, [host, ("origin", "https://fitboard.school.example")], "websocket")
    assert not is_answered(own, [host, ("origin", "http://fitboard.school.example")], "websocket")


def test_what_is_refused_gets_a_sentence(app: App) -> None:
    for headers, message in (
        ([("host", "evil.example")], FOREIGN_HOST),
        ([("host", "localhost"), ("origin", "null")], FOREIGN_ORIGIN),
    ):
        start, body = ask(app, LOCAL, headers)
        assert start["status"] == 403
        assert (b"content-type", b"text/plain; charset=utf-8") in start["headers"]
        assert body["body"].decode() == str(message)
        # A server that can answer a WebSocket with a response does so.
        start, body = ask(app, LOCAL, headers, "websocket", extensions={"websocket.http.response": {}})
        assert (start["type"], start["status"]) == ("websocket.http.response.start", 403)
        assert body["body"].decode() == str(message)
    assert app.seen == []


def test_other_messages_of_the_server_pass(app: App) -> None:
    assert ask(app, LOCAL, [], "lifespan") == []
    assert app.seen[0]["type"] == "lifespan"


@pytest.mark.parametrize(
    ("rules", "host", "origin"),
    [
        (LOCAL, "localhost:8501", "http://localhost:8501"),
        (LOCAL, "LOCALHOST:8501", "http://localhost:8501"),
        (LOCAL, "localhost:80", "http://localhost"),
        (LOCAL, "[::1]:8501", "http://[::1]:8501"),
        (LOCAL, "localhost:8501", None),
        (
            Rules(HERE, more_origins=frozenset({Origin("https", "fitboard.school.example", 443)})),
            "127.0.0.1:8501",
            "https://fitboard.school.example",
        ),
    ],
)
def test_streamlit_never_asks_the_internet_about_what_passes(
    app: App, monkeypatch: pytest.MonkeyPatch, rules: Rules, host: str, origin: str | None
) -> None:
    """A foreign handshake made Streamlit ask a public service for this computer's address: 20 s without a network."""

    def ask_the_internet(_url: str) -> bool:
        raise AssertionError("Streamlit would ask the internet for this computer's address.")

    monkeypatch.setattr(starlette_websocket, "is_url_from_allowed_origins", ask_the_internet)
    headers = [("host", host)] + ([("origin", origin)] if origin is not None else [])
    ask(app, rules, headers, "websocket")
    seen = Request({**app.seen[0], "type": "http"}).headers
    assert starlette_websocket._is_origin_allowed(seen.get("origin"), seen.get("host"))


def test_a_page_keeps_its_origin_in_http(app: App) -> None:
    ask(app, LOCAL, [("host", "LOCALHOST:8501"), ("origin", "http://localhost:8501")])
    assert Request(app.seen[0]).headers["origin"] == "http://localhost:8501"


@contextmanager
def settings(monkeypatch: pytest.MonkeyPatch, **given: Any) -> Iterator[None]:
    options = {
        "server.sslCertFile": None,
        "server.allowedHosts": list(HERE),
        "server.corsAllowedOrigins": [],
        "browser.serverAddress": "localhost",
        "browser.serverPort": 8501,
    }
    with monkeypatch.context() as patch:
        patch.setattr(
            st, "get_option", (options | {name.replace("_", "."): value for name, value in given.items()}).get
        )
        yield


def test_the_rules_follow_from_the_settings_of_streamlit(monkeypatch: pytest.MonkeyPatch) -> None:
    with settings(monkeypatch):
        assert rules(may_be_framed=False) == Rules(HERE, "http", frozenset({Origin("http", "localhost", 8501)}))
    with settings(monkeypatch, server_sslCertFile="x.pem", browser_serverAddress="fitboard.school.example"):
        found = rules(may_be_framed=True)
    assert found.scheme == "https"
    assert found.may_be_framed
    assert found.more_origins == {Origin("https", "fitboard.school.example", 8501)}
    with settings(monkeypatch, browser_serverAddress="fitboard.school.example/class", browser_serverPort=443):
        found = rules(may_be_framed=False)
    assert (found.scheme, found.more_origins) == ("http", {Origin("https", "fitboard.school.example", 443)})
    with settings(monkeypatch, server_corsAllowedOrigins=["https://A.example", "http://[::1]:9000"]):
        assert rules(may_be_framed=False).more_origins >= {
            Origin("https", "a.example", 443),
            Origin("http", "::1".join("[]"), 9000),
        }


@pytest.mark.parametrize("entry", ["*", "school.example", "https://school.example/", "https://*.school.example", ""])
def test_a_wrong_setting_ends_the_start_with_a_sentence(monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    monkeypatch.delenv(FRAME_ANCESTORS, raising=False)
    with settings(monkeypatch, server_corsAllowedOrigins=[entry]), pytest.raises(SystemExit) as ended:
        middleware()
    assert "corsAllowedOrigins" in str(ended.value)


def test_an_origin_is_read_as_browsers_write_it() -> None:
    assert parse_origin("http://localhost:8501") == Origin("http", "localhost", 8501)
    assert parse_origin("HTTPS://School.Example") == Origin("https", "school.example", 443)
    assert parse_origin("http://localhost:8501\n") is None


def test_on_starlette_as_streamlit_uses_it() -> None:
    async def page(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    routes = [Route("/", page, methods=["GET", "PUT"]), WebSocketRoute("/socket", socket)]
    guarded = Starlette(routes=routes, middleware=[Middleware(Guard, rules=LOCAL)])
    with TestClient(guarded, base_url="http://localhost:8501") as client:
        foreign = {"origin": "http://localhost:9123"}
        assert client.get("/").text == "hello"
        assert client.put("/", headers=foreign).status_code == 403
        assert client.get("/no-such-page", headers=foreign).status_code == 403
        with client.websocket_connect("ws://localhost:8501/socket"):
            pass
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("ws://localhost:8501/socket", headers=foreign),
        ):
            pass
