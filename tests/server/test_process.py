"""A real server as the README starts it: nothing foreign in, nothing out, room for open files, no dead tabs."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from components.open_files import WANTED
from components.response_headers import FRAME_ANCESTORS, response_headers
from tests.support.audit import SocketAudit
from tests.support.browser import Server, server
from tests.support.journeys import complaints, handshake
from tests.support.processes import wait_until
from tests.support.streamlit_client import Tab, elements
from trainer import PROJECT
from trainer.engine.local import LocalEngine
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.store import Store, new_id

pytestmark = [
    pytest.mark.processes,
    pytest.mark.odd_logs,  # one run of one line, for those who watch it
    pytest.mark.skipif(sys.platform == "win32", reason="limits of open files and `bash` are not on Windows"),
]
PAGES = ["", "data", "model", "train", "results", "runs"]
FOREIGN = "http://evil.example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def audit(folder: Path) -> SocketAudit:
    return SocketAudit(folder)


@pytest.fixture(scope="module")
def run(folder: Path) -> str:
    """A run that can be watched."""
    run = new_id()
    (folder / "runs" / run).mkdir(parents=True)
    writer = LogWriter(folder / "runs" / run / "events.jsonl")
    writer.write(StateChanged(state=RunState.QUEUED))
    writer.write(StateChanged(state=RunState.STOPPED))
    writer.close()
    return run


@pytest.fixture(scope="module")
def running(folder: Path, audit: SocketAudit, run: str) -> Iterator[Server]:
    how = {
        "options": ["--server.websocketPingInterval=1"],
        "environment": audit.environment,
        "open_files": (64, _hard_limit()),
    }
    with server(folder / "runs", folder / "log", **how) as started:
        yield started


def _hard_limit() -> int:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 65536 if hard == resource.RLIM_INFINITY else hard


def ask(running: Server, path: str, method: str = "GET", **more: Any) -> tuple[http.client.HTTPResponse, bytes]:
    """One request; the response and its body."""
    port = int(running.url.rsplit(":", 1)[1])
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    try:
        connection.request(method, path, **more)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def dial(running: Server, path: str, **more: Any) -> ClientConnection:
    return connect(running.url.replace("http", "ws", 1) + path, proxy=None, open_timeout=60, **more)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_something_to_show(running: Server, page: str) -> None:
    with Tab(running.url, page) as opened:
        assert elements(opened.run()) > 3


@pytest.mark.parametrize("path", ["/", "/train", "/_stcore/health", "/_stcore/host-config", "/favicon.png", "/media/x"])
def test_every_response_has_the_headers(running: Server, path: str) -> None:
    answer, _ = ask(running, path)
    expected = response_headers()
    assert {name: answer.getheader(name) for name in expected} == expected


FOREIGN_HEADERS = [
    {"origin": FOREIGN},
    {"origin": "http://localhost:9123"},
    {"origin": "https://localhost:{port}"},
    {"origin": "chrome-extension://localhost:{port}"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://127.0.0.1:{port}"},
    {"Host": "evil.example:{port}"},
    {"origin": "http://evil.example:{port}", "Host": "evil.example:{port}"},
]


@pytest.mark.parametrize("path", ["/_stcore/stream", "/live/{run}"])
@pytest.mark.parametrize("headers", FOREIGN_HEADERS)
def test_a_foreign_websocket_is_refused(running: Server, run: str, path: str, headers: dict[str, str]) -> None:
    response = refusal(running, path.format(run=run), headers)
    assert response.status_code == 403
    assert response.headers["Content-Security-Policy"]


def refusal(running: Server, path: str, headers: dict[str, str]) -> Any:
    """What a handshake with these headers is answered instead of being accepted."""
    port = running.url.rsplit(":", 1)[1]
    filled = {name: text.format(port=port) for name, text in headers.items()}
    origin = filled.pop("origin", running.url)
    with pytest.raises(InvalidStatus) as refused, _dial_as(running, path, origin, filled):
        pass
    return refused.value.response


def _dial_as(running: Server, path: str, origin: str, headers: dict[str, str]) -> Any:
    """The client library writes Host itself, so a false one is put into its place on the way."""

    def put(handshake: bytes) -> bytes:
        for name, text in headers.items():
            lines = handshake.split(b"\r\n")
            kept = [line for line in lines if not line.lower().startswith(name.lower().encode() + b":")]
            handshake = b"\r\n".join([kept[0], f"{name}: {text}".encode(), *kept[1:]])
        return handshake

    port = int(running.url.rsplit(":", 1)[1])
    wire = _Rewriting(("localhost", port), put)
    return dial(running, path, additional_headers={"Origin": origin}, sock=wire)


class _Rewriting(socket.socket):
    """A connection whose first bytes are changed before they are sent."""

    def __init__(self, address: tuple[str, int], put: Callable[[bytes], bytes]) -> None:
        super().__init__()
        self.put: Callable[[bytes], bytes] | None = put
        self.connect(address)

    def sendall(self, data: Any, flags: int = 0) -> None:
        put, self.put = self.put, None
        super().sendall(put(bytes(data)) if put is not None else data, flags)


def test_an_own_page_and_a_program_are_answered(running: Server, run: str) -> None:
    for path in ("/_stcore/stream", f"/live/{run}"):
        for headers in ({}, {"Origin": running.url}, {"Origin": running.url.upper().replace("HTTP", "http")}):
            with dial(running, path, additional_headers=headers) as own:
                assert own.response is not None
                assert own.response.status_code == 101


@pytest.mark.parametrize("size", [7_000, 9_000, 50_000])
def test_cookies_of_other_servers_keep_no_page_from_connecting(running: Server, run: str, size: int) -> None:
    """All servers on a computer share cookies: beyond 8 KB the page came, and its WebSocket was never answered."""
    headers = {"Cookie": "; ".join(f"other{n}={'x' * 990}" for n in range(size // 1_000))}
    assert ask(running, "/", headers=headers)[0].status == 200
    for path in ("/_stcore/stream", f"/live/{run}"):
        with dial(running, path, additional_headers=headers) as connection:
            assert connection.response is not None
            assert connection.response.status_code == 101


def test_an_upload_of_ones_own_and_a_foreign_one(running: Server) -> None:
    with Tab(running.url, "data") as opened:
        opened.run()
        assert opened.put("a.csv", b"text,label\r\na,b")[0] == 204
        # Without a body: the answer may come, and the connection end, while one is still being sent.
        path = f"/_stcore/upload_file/{opened.session}/1"
        assert ask(running, path, "PUT", body=b"", headers={"Origin": FOREIGN})[0].status == 403
        assert ask(running, path, "PUT", body=b"", headers={"Origin": "null"})[0].status == 403


def test_a_link_of_another_website_leads_here_but_its_scripts_get_nothing(running: Server) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert ask(running, "/?recipe=mnist_cnn", headers=link)[0].status == 200
    assert ask(running, "/?recipe=mnist_cnn", headers=link | {"Sec-Fetch-Dest": "iframe"})[0].status == 403
    answer, body = ask(running, "/_stcore/health", headers={"Origin": FOREIGN})
    assert (answer.status, answer.getheader("Content-Type")) == (403, "text/plain; charset=utf-8")
    assert body


def test_a_message_that_is_too_big_is_refused(running: Server, run: str) -> None:
    with dial(running, f"/live/{run}") as live:
        live.send("x" * 5000)
        assert closing_code(live) == 1009
    for path in (f"/live/{run}", "/_stcore/stream"):
        # Only its head is sent: the server does not wait for the 100 MB that it announces.
        with dial(running, path) as wire:
            wire.socket.sendall(b"\x82\xff" + (100_000_000).to_bytes(8) + bytes(4))
            assert closing_code(wire) == 1009


def closing_code(connection: ClientConnection) -> int | None:
    """Read until the server closes the connection; the code that it gives."""
    try:
        while True:
            connection.recv(60)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else None


@pytest.mark.parametrize("path", ["/_stcore/stream", "/live/{run}"])
def test_a_client_that_reads_nothing_is_dropped(running: Server, run: str, path: str) -> None:
    port = int(running.url.rsplit(":", 1)[1])
    process = psutil.Process(running.process.pid)
    with socket.create_connection(("localhost", port), 60) as deaf:
        deaf.sendall(handshake(port, path.format(run=run)))
        assert deaf.recv(12).endswith(b"101")

        def is_open() -> bool:
            ends = {connection.raddr for connection in process.net_connections() if connection.raddr}
            return deaf.getsockname() in ends

        assert is_open()
        wait_until(lambda: not is_open())


@pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="another process's limits can be read on Linux only")
def test_a_server_that_starts_with_few_open_files_gets_more(running: Server) -> None:
    expected = min(WANTED, _hard_limit())
    server_process = psutil.Process(running.process.pid)
    for process in (server_process, *server_process.children(recursive=True)):
        assert process.rlimit(psutil.RLIMIT_NOFILE)[0] == expected


def test_nothing_goes_out(running: Server, run: str, audit: SocketAudit, folder: Path) -> None:
    """What the server and its trainer do with sockets: at the start, for pages, an upload, and foreign handshakes."""
    for page in PAGES:
        with Tab(running.url, page) as opened:
            opened.run()
            assert opened.put("a.csv", b"text,label\r\na,b")[0] == 204
    for headers in FOREIGN_HEADERS:
        refusal(running, "/_stcore/stream", headers)
    with dial(running, "/_stcore/stream", additional_headers={"Origin": running.url}):
        pass
    wait_until(lambda: any("trainer" in command for command in audit.commands()))
    assert any("streamlit" in command for command in audit.commands())
    assert audit.to_the_outside() == []
    assert complaints(folder / "log") == []


def test_open_to_a_network_behind_a_proxy(tmp_path: Path) -> None:
    """As docs/security.md sets it up: the proxy has the certificate, and passes Host on."""
    watched = tmp_path / "audit"
    watched.mkdir()
    audit = SocketAudit(watched)
    name = "fitboard.school.example"
    options = [
        "--server.address=0.0.0.0",
        "--server.allowedHosts=localhost",
        f"--server.allowedHosts={name}",
        f"--browser.serverAddress={name}",
        "--browser.serverPort=443",
    ]
    with server(tmp_path / "runs", tmp_path / "log", options=options, environment=audit.environment) as running:
        for headers in ({"Host": name}, {"X-Forwarded-Host": name, "X-Forwarded-Proto": "https"}):
            with _dial_as(running, "/_stcore/stream", f"https://{name}", headers) as own_page:
                assert own_page.response.status_code == 101
        for origin in (f"http://{name}", f"https://{name}:8443", "https://localhost", "https://other.school.example"):
            forwarded = {"Host": name, "X-Forwarded-Proto": "https", "X-Forwarded-Host": origin.partition("//")[2]}
            with pytest.raises(InvalidStatus), _dial_as(running, "/_stcore/stream", origin, forwarded):
                pass
    assert audit.to_the_outside() == []
    assert complaints(tmp_path / "log") == []


def test_a_training_asks_nothing_outside(
    tmp_path: Path, tiny: Callable[..., Recipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = tmp_path / "audit"
    watched.mkdir()
    audit = SocketAudit(watched)
    for name, value in audit.environment.items():
        monkeypatch.setenv(name, value)
    engine = LocalEngine(Store(tmp_path / "runs"))
    engine.start()
    try:
        run = engine.submit(tiny("fit.epochs=1"))
        wait_until(lambda: not engine.is_busy(run), 120)
    finally:
        engine.close()
    assert engine.store.read(run).state is RunState.FINISHED
    assert any("trainer" in command for command in audit.commands())
    assert audit.to_the_outside() == []


@pytest.mark.parametrize(
    ("option", "environment", "word"),
    [
        ([], {FRAME_ANCESTORS: "school.example"}, FRAME_ANCESTORS),
        (["--server.corsAllowedOrigins=school.example"], {}, "corsAllowedOrigins"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_a_sentence(
    tmp_path: Path, option: list[str], environment: dict[str, str], word: str
) -> None:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", "--server.port=0", *option]
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env=os.environ | {"FITBOARD_RUNS": str(tmp_path / "runs")} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 0
    assert word in done.stderr
    assert "Traceback" not in done.stderr
