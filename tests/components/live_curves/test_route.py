"""The live socket and its files, through real requests on a store in a temporary folder."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import streamlit as st
from filelock import FileLock
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from components import browser_files, errors
from components.library import lesson
from components.live_curves import channel, route
from components.live_curves.channel import watchers
from tests.support.damage import LOGS
from trainer.runs.events import BatchSeen, EpochEnded, Event, Prepared, RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.store import Store, new_id

LESSON = lesson("mnist_cnn").recipe
pytestmark = pytest.mark.odd_logs  # only the lines that a test needs, without a run's beginning or end


class Going:
    """A run in progress: its log, and the lock that its trainer holds."""

    def __init__(self, root: Path) -> None:
        self.id = new_id()
        self.folder = root / self.id
        self.folder.mkdir()
        self.log = self.folder / "events.jsonl"
        self.lock = FileLock(self.folder / "lock", thread_local=False)
        self.lock.acquire()
        self.writer = LogWriter(self.log)
        self.write(
            StateChanged(state=RunState.RUNNING),
            Prepared(
                seconds=1,
                train=8,
                validation=0,
                test=1,
                same_rows=False,
                steps=10,
                epochs=2,
                batch_size=1,
                parameters=1,
                class_names=("a", "b"),
            ),
        )

    def write(self, *events: Event) -> None:
        for event in events:
            self.writer.write(event)  # type: ignore[arg-type]  # every event here is one of the known kinds

    def batch(self, step: int) -> None:
        self.write(BatchSeen(epoch=1, step=step, logs={"loss": 0.5}))


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": ""}.get)
    monkeypatch.setenv("FITBOARD_RUNS", str(tmp_path))
    monkeypatch.setattr(channel, "ALIVE_CHECK_SECONDS", 0.1)
    monkeypatch.setattr(route, "IDLE_TICK", 0.1)
    with TestClient(Starlette(routes=route.live_routes()), base_url="http://localhost:8501") as client:
        yield client


@pytest.fixture
def going(tmp_path: Path) -> Iterator[Going]:
    going = Going(tmp_path)
    yield going
    going.writer.close()
    going.lock.release()


def test_history_then_what_comes(client: TestClient, going: Going) -> None:
    going.batch(1)
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}?since=-1") as socket:
        first = socket.receive_json()
        assert first["n"] == 2
        assert first["all"]["loss"]["batch"][:2] == [[0.1], [0.5]]
        assert first["s"]["state"] == "running"
        going.batch(2)
        later = socket.receive_json()
        assert later["n"] == 3
        assert later["add"]["loss"]["batch"][:2] == [[0.2], [0.5]]
        going.write(StateChanged(state=RunState.FINISHED, reason="All 2 epochs are done."))
        assert socket.receive_json()["s"]["state"] == "finished"
        going.write(StateChanged(state=RunState.RUNNING))  # over, but somebody resumes it
        assert socket.receive_json()["s"]["state"] == "running"


def test_coming_back_from_a_cursor(client: TestClient, going: Going) -> None:
    for step in range(1, 6):
        going.batch(step)
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}?since=4") as socket:
        first = socket.receive_json()
    assert "all" not in first
    assert first["add"]["loss"]["batch"][:2] == [[0.4, 0.5], [0.5, 0.5]]


def test_the_numbers_as_a_table_that_is_safe_to_open(client: TestClient, going: Going) -> None:
    logs = {"loss": 0.5, "val_loss": float("nan"), "=HYPERLINK(1)": -0.25}
    going.write(EpochEnded(epoch=1, seconds=1.5, logs=logs))
    answer = client.get(f"/live/{going.id}/epochs.csv")
    assert answer.status_code == 200
    assert answer.content == b"\xef\xbb\xbfepoch,seconds,loss,val_loss,'=HYPERLINK(1)\r\n1,1.5,0.5,,-0.25\r\n"
    assert answer.headers["content-disposition"] == f'attachment; filename="fitboard-{going.id}.csv"'
    going.folder.joinpath("recipe.json").write_text(LESSON.with_(name="Übung 1: a/b").to_json(), "utf-8")
    named = client.get(f"/live/{going.id}/epochs.csv").headers["content-disposition"]
    assert unquote(named).endswith("; filename*=UTF-8''Übung 1 - a - b - epochs.csv")
    assert client.get("/live/20261124-120000-aaaaaaaaaaaaaaaa/epochs.csv").status_code == 404
    assert client.get("/live/..%2f..%2fsecret/epochs.csv").status_code == 404


def test_what_callbacks_wrote_can_be_downloaded_and_nothing_else(
    client: TestClient, going: Going, tmp_path: Path
) -> None:
    folder = Store().folder(going.id)
    files = {
        "training.csv": b"epoch,loss",
        "checkpoints/best.weights.h5": b"weights",
        "tensorboard/train/events.1": b"e",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "checkpoints/other.keras").symlink_to(tmp_path / "secret")
    (folder / "tensorboard/secret").symlink_to(tmp_path / "secret")
    place = f"/live/{going.id}/files"
    for name in ("training.csv", "checkpoints/best.weights.h5"):
        answer = client.get(f"{place}/{name}")
        assert (answer.status_code, answer.content) == (200, files[name])
        assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(BytesIO(client.get(f"{place}/tensorboard.zip").content)) as archive:
        assert archive.namelist() == ["tensorboard/train/events.1"]
    for name in ("recipe.json", "events.jsonl", "checkpoints/other.keras", "..%2f..%2fsecret", "checkpoints", ""):
        assert client.get(f"{place}/{name}").status_code == 404
    assert client.get("/live/20261124-120000-aaaaaaaaaaaaaaaa/files/training.csv").status_code == 404


def test_a_cursor_that_is_no_number_is_none(client: TestClient, going: Going) -> None:
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}?since=x") as socket:
        assert "all" in socket.receive_json()


def test_what_the_browser_says_is_ignored(client: TestClient, going: Going) -> None:
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}") as socket:
        socket.receive_json()
        socket.send_text("stop!")
        socket.send_bytes(b"\x00")
        going.batch(1)
        assert "add" in socket.receive_json()


def test_a_line_that_is_not_yet_whole_waits(client: TestClient, going: Going) -> None:
    line = BatchSeen(n=2, t=1, epoch=1, step=1, logs={"loss": 0.5}).model_dump_json().encode() + b"\n"
    with going.log.open("ab", buffering=0) as log:
        log.write(line[:20])
        with client.websocket_connect(f"ws://localhost:8501/live/{going.id}") as socket:
            first = socket.receive_json()
            assert first["n"] == 1
            assert "damaged" not in first["s"]
            log.write(line[20:40])
            log.write(line[40:])
            assert socket.receive_json()["add"]["loss"]["batch"][:2] == [[0.1], [0.5]]


def test_a_run_whose_trainer_goes_away_is_interrupted(client: TestClient, going: Going) -> None:
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}") as socket:
        assert socket.receive_json()["s"]["state"] == "running"
        going.lock.release()
        assert socket.receive_json()["s"]["state"] == "interrupted"
        going.lock.acquire()
        going.batch(1)  # resumed
        assert socket.receive_json()["s"]["state"] == "running"


def test_a_damaged_log_says_so(client: TestClient, going: Going) -> None:
    with going.log.open("ab") as log:
        log.write(b"not an event\n")
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}") as socket:
        told = socket.receive_json()["s"]
        assert (told["damaged"], "newer" in told) == (True, False)


def test_a_log_of_a_newer_version_says_so(client: TestClient, going: Going) -> None:
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}") as socket:
        number = socket.receive_json()["n"] + 1
        with going.log.open("ab") as log:
            log.write(b'{"n":%d,"t":9.0,"kind":"hologram"}\n' % number)
        assert socket.receive_json()["s"]["newer"] is True


def test_a_run_that_is_deleted_while_watched(client: TestClient, going: Going) -> None:
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}") as socket:
        socket.receive_json()
        going.writer.close()
        going.lock.release()
        shutil.rmtree(going.folder)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 4404
    going.folder.mkdir()


def test_silence_is_broken_by_a_heartbeat(client: TestClient, going: Going, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "HEARTBEAT", 0.1)
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}") as socket:
        socket.receive_json()
        assert socket.receive_json() == {}


@pytest.mark.parametrize("run", ["20260101-000000-aaaaaaaaaaaaaaaa", "nonsense", "...", "%2e%2e", "a" * 300, "x%00y"])
def test_an_unknown_run_is_refused(client: TestClient, run: str) -> None:
    with (
        client.websocket_connect(f"ws://localhost:8501/live/{run}") as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_json()
    assert closed.value.code == 4404


def test_many_watchers_are_told_less_often() -> None:
    assert route.tick(1) < 0.06
    assert route.tick(20) == pytest.approx(0.1)
    assert route.tick(1000) == 0.25


def test_eight_tabs_on_one_run_have_the_same_curve(client: TestClient, going: Going) -> None:
    with ExitStack() as stack:
        sockets = []
        for step in range(1, 9):  # each comes when there is already more to see than for the one before
            going.batch(step)
            socket = client.websocket_connect(f"ws://localhost:8501/live/{going.id}")
            sockets.append(stack.enter_context(socket))
        curves = [drawn_until(socket, 9, going.batch if number == 0 else None) for number, socket in enumerate(sockets)]
        assert watchers() == 8
    assert curves == [curves[0]] * 8
    assert len(curves[0][0]) == 9
    assert curves[0][0] == sorted(set(curves[0][0])), "no point twice, none out of its place"


def drawn_until(socket: Any, last: int, write: Callable[[int], None] | None) -> list[list[float]]:
    """What a browser has drawn of the batches once the point of step `last` has come, which `write` writes."""
    curve: list[list[float]] = [[], []]
    if write is not None:
        write(last)
    while len(curve[0]) < last:
        message = socket.receive_json()
        if "all" in message:
            curve = [[], []]
        points = (message.get("all") or message.get("add") or {}).get("loss", {}).get("batch", [[], []])
        curve = [old + new for old, new in zip(curve, points[:2], strict=True)]
    return curve


def test_only_so_many_watch(client: TestClient, going: Going, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"ws://localhost:8501/live/{going.id}"
    for limit in ("MAX_WATCHERS", "MAX_WATCHERS_PER_RUN"):
        with monkeypatch.context() as patch, client.websocket_connect(address) as first:
            patch.setattr(channel, limit, 1)
            first.receive_json()
            with client.websocket_connect(address) as second, pytest.raises(WebSocketDisconnect) as closed:
                second.receive_json()
            assert closed.value.code == 4429
            assert closed.value.reason
            going.batch(1)
            assert "n" in first.receive_json(), "who was there first goes on"


@pytest.mark.parametrize("message", ["x" * 5000, b"x" * 5000], ids=["text", "bytes"])
def test_a_message_that_is_too_big_ends_the_connection(client: TestClient, going: Going, message: str | bytes) -> None:
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}") as socket:
        socket.receive_json()
        if isinstance(message, str):
            socket.send_text(message)
        else:
            socket.send_bytes(message)
        with pytest.raises(WebSocketDisconnect) as closed:
            receive_until_closed(socket)
    assert closed.value.code == 1009


def receive_until_closed(socket: Any) -> None:
    while True:
        socket.receive_json()


def test_a_watcher_that_leaves_is_not_counted(client: TestClient, going: Going) -> None:
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}") as socket:
        socket.receive_json()
        assert watchers() == 1
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}") as socket:
        socket.receive_json()
        assert watchers() == 1


@pytest.mark.parametrize(
    "name", ["plotly.min.js", "live_curves/live_curves.js", "layer_stack/stack.js", "browser/dom.js"]
)
def test_files_may_be_kept_for_ever(client: TestClient, name: str) -> None:
    answer = client.get(browser_files.address(name))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(f"/live-static/0.0/{name}").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        *("live_curves/route.py", "live_curves.js", "plotly.js", "browser/..%2f..%2fapp.py", ""),
        *("locale/en.json", "locale/xx.json", "locale/tlh.json", "locale/..%2ffitboard.json"),
    ],
)
def test_no_other_file_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/live-static/{browser_files.files()['browser/dom.js'][0]}/{name}").status_code == 404


def test_what_nobody_expects_ends_one_connection_and_stands_in_the_log(
    client: TestClient, going: Going, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError("a secret of the server")

    errors._known.clear()
    with monkeypatch.context() as patch:
        patch.setattr(route.Reader, "first", broken)
        for _ in range(3):
            with (
                client.websocket_connect(f"ws://localhost:8501/live/{going.id}?since=-1") as socket,
                pytest.raises(WebSocketDisconnect) as ended,
            ):
                socket.receive_json()
            assert ended.value.code == route.CANNOT_READ
            assert "secret" not in ended.value.reason
    assert len([entry for entry in caplog.records if entry.exc_info]) == 1
    assert watchers() == 0
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}?since=-1") as socket:
        assert socket.receive_json()["n"] == 1


@pytest.mark.parametrize("damage", ["log is a folder", "log is a pipe", "log of gigabytes", "epoch without end"])
def test_a_damaged_log_neither_blocks_nor_breaks_the_socket(client: TestClient, going: Going, damage: str) -> None:
    LOGS[damage](going.folder)
    with client.websocket_connect(f"ws://localhost:8501/live/{going.id}?since=-1") as socket:
        if damage == "epoch without end":
            assert socket.receive_json()["s"]["damaged"]
        else:
            with pytest.raises(WebSocketDisconnect) as ended:
                socket.receive_json()
            assert ended.value.code == route.CANNOT_READ
    assert client.get(f"/live/{going.id}/epochs.csv").status_code == 200


def test_paths_stand_below_the_base_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "/fit/board/"}.get)
    assert browser_files.address("plotly.min.js").startswith("/fit/board/live-static/")
    assert [getattr(entry, "path", "") for entry in route.live_routes()] == [
        "/fit/board/live/{run}",
        "/fit/board/live/{run}/epochs.csv",
        "/fit/board/live/{run}/files/{name:path}",
        "/fit/board/live-static/{version}/locale/{tag}.json",
        "/fit/board/live-static/{version}/{path:path}",
    ]


@pytest.mark.processes
def test_the_route_does_not_load_tensorflow() -> None:
    script = "import components.live_curves.route, sys; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
