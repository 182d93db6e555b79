"""The headers of every response, and the one setting that lets a school show Fitboard in a page of its own."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from components.guard import Guard, Rules
from components.middleware import middleware
from components.response_headers import FRAME_ANCESTORS, ResponseHeaders, frame_ancestors, response_headers

SCHOOL = "https://school.example"
HEADERS = response_headers()


def policy(*ancestors: str) -> dict[str, list[str]]:
    """The content security policy: directive -> what it allows."""
    parts = (part.split() for part in response_headers(ancestors)["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


async def page(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello", headers={"X-Frame-Options": "ALLOWALL", "X-Other": "kept"})


async def broken(_request: Request) -> PlainTextResponse:
    raise RuntimeError("a bug at /secret/place")


async def accepting(websocket: WebSocket) -> None:
    await websocket.accept(subprotocol="streamlit", headers=[(b"x-other", b"kept")])
    await websocket.close()


async def refusing(websocket: WebSocket) -> None:
    await websocket.close(1008)


@pytest.fixture
def client() -> TestClient:
    routes = [
        Route("/", page),
        Route("/broken", broken),
        WebSocketRoute("/accepting", accepting),
        WebSocketRoute("/refusing", refusing),
    ]
    around = [Middleware(ResponseHeaders, headers=HEADERS), Middleware(Guard, rules=Rules(["localhost"]))]
    app = Starlette(routes=routes, middleware=around)
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 200),
        ("/nowhere", {}, 404),
        ("/broken", {}, 500),
        ("/", {"host": "evil.example"}, 403),
        ("/", {"origin": "http://evil.example"}, 403),
    ],
)
def test_every_response_has_them(client: TestClient, path: str, headers: dict[str, str], status: int) -> None:
    answer = client.get(path, headers=headers)
    assert answer.status_code == status
    assert {name: answer.headers.get_list(name) for name in HEADERS} == {name: [text] for name, text in HEADERS.items()}
    assert "secret" not in answer.text


def test_other_headers_stay(client: TestClient) -> None:
    assert client.get("/").headers["x-other"] == "kept"


@pytest.mark.parametrize("path", ["/refusing", "/nowhere", "/accepting"])
def test_a_refused_websocket_has_them_too(client: TestClient, path: str) -> None:
    foreign = {"origin": "http://evil.example"} if path == "/accepting" else {}
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(f"ws://localhost{path}", headers=foreign),
    ):
        pass
    assert refused.value.status_code == 403
    assert refused.value.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_an_accepted_websocket_has_them_too(client: TestClient) -> None:
    with client.websocket_connect("ws://localhost/accepting") as socket:
        headers: list[tuple[bytes, bytes]] = socket.extra_headers or []
    found = {name.decode(): value.decode() for name, value in headers}
    assert found["x-content-type-options"] == "nosniff"
    assert found["x-other"] == "kept"
    assert socket.accepted_subprotocol == "streamlit"


def test_nothing_comes_from_elsewhere() -> None:
    found = policy()
    assert found["default-src"] == ["'none'"]
    assert found["base-uri"] == ["'none'"]
    sources = {source for allowed in found.values() for source in allowed}
    hashes = {source for source in sources if source.startswith("'sha256-")}
    assert sources - hashes == {"'none'", "'self'", "'unsafe-inline'", "'wasm-unsafe-eval'", "data:", "blob:"}
    assert hashes <= set(found["script-src"])
    assert "'unsafe-inline'" not in found["script-src"]
    assert "data:" not in found["script-src"]
    assert "'wasm-unsafe-eval'" in found["script-src"]


def test_no_other_website_shows_it_in_a_frame_unless_named() -> None:
    assert policy()["frame-ancestors"] == ["'self'"]
    assert HEADERS["X-Frame-Options"] == "SAMEORIGIN"
    assert policy(SCHOOL)["frame-ancestors"] == ["'self'", SCHOOL]
    assert "X-Frame-Options" not in response_headers([SCHOOL]), "the older header would contradict it"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", ()),
        ("  ", ()),
        (SCHOOL, (SCHOOL,)),
        (f" {SCHOOL}  http://localhost:8080 ", (SCHOOL, "http://localhost:8080")),
        ("https://*.school.example", ("https://*.school.example",)),
    ],
)
def test_the_setting_names_websites(monkeypatch: pytest.MonkeyPatch, value: str, found: tuple[str, ...]) -> None:
    monkeypatch.setenv(FRAME_ANCESTORS, value)
    assert frame_ancestors() == found


@pytest.mark.parametrize(
    "value",
    [
        "*",
        "https:",
        "https://*",
        "school.example",
        "https://school.example/",
        "https://school.example/page",
        "https://school.example,https://other.example",
        "https://school.example; script-src *",
        "https://school.example 'unsafe-inline'",
        "'none'",
        "javascript://school.example",
        "https://a.*.example",
        "https://school.example:99999x",
        "https://schüle.example",
    ],
)
def test_a_wrong_setting_ends_the_start_with_a_sentence(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(FRAME_ANCESTORS, value)
    with pytest.raises(SystemExit) as ended:
        middleware()
    assert FRAME_ANCESTORS in str(ended.value)
