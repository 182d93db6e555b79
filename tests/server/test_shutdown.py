"""Ctrl-C and SIGTERM: the server ends calmly with status 0, its trainer with it, and the runs have saved what they had.

`streamlit run` used to end with "Aborted!" and status 1, or as killed by the signal; and for as long as a browser that
had fallen asleep over a file held its connection, it did not end at all.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, SimpleNamespace

import pytest

from components.browser_files import address
from components.shutdown import SIGNALS, end_on_signals
from tests.support.browser import chromium, server, wait_for_points
from tests.support.journeys import begin_lesson_on_few_rows, complaints, skip_without_browser
from tests.support.processes import wait_until, working_on
from trainer.engine.left_behind import mark_interrupted
from trainer.runs.events import RunState
from trainer.runs.store import Store
from trainer.runs.wording import WORDING

pytestmark = pytest.mark.processes

only_posix = pytest.mark.skipif(sys.platform == "win32", reason="on Windows no program can press another one's Ctrl-C")


class CaughtServer:
    """A server that has caught the signals, as uvicorn does."""

    def __init__(self) -> None:
        self.config = SimpleNamespace(timeout_graceful_shutdown=None)
        self.should_exit = False

    def handle_exit(self, _number: int, _frame: FrameType | None) -> None:
        raise AssertionError("uvicorn would note the signal here, and raise it again at its end")


@pytest.fixture
def caught() -> Iterator[CaughtServer]:
    caught = CaughtServer()
    before = {number: signal.signal(number, caught.handle_exit) for number in SIGNALS}
    yield caught
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_the_first_signal_ends_and_the_second_hurries(caught: CaughtServer, number: signal.Signals) -> None:
    hurried = threading.Event()
    end_on_signals(hurried.set)
    signal.raise_signal(number)
    assert caught.should_exit
    assert caught.config.timeout_graceful_shutdown is not None, "no connection holds it up for ever"
    assert not hurried.is_set()
    signal.raise_signal(number)
    assert hurried.wait(60)


def test_nothing_changes_where_no_server_has_caught_the_signals() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    end_on_signals(lambda: None)
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_nothing_changes_from_another_thread(caught: CaughtServer) -> None:
    other = threading.Thread(target=end_on_signals, args=(lambda: None,))
    other.start()
    other.join()
    assert [signal.getsignal(number) for number in SIGNALS] == [caught.handle_exit] * len(SIGNALS)


@pytest.mark.browser
@skip_without_browser
@only_posix
@pytest.mark.parametrize(
    ("how", "is_watched"), [(signal.SIGINT, True), (signal.SIGTERM, False)], ids=["ctrl-c-watched", "sigterm-alone"]
)
def test_a_running_fit_is_saved(tmp_path: Path, how: signal.Signals, is_watched: bool) -> None:
    runs, log = tmp_path / "runs", tmp_path / "server.log"
    with server(runs, log) as running, chromium() as chrome:
        page = chrome.new_page()
        begin_lesson_on_few_rows(page, running.url, "200")
        page.get_by_role("button", name="Train", exact=True).click()
        wait_for_points(page)
        store = Store(runs)
        (run,) = store.ids()
        wait_until(lambda: bool(store.read(run).history.epochs))  # something to save
        if not is_watched:
            page.close()
        assert len(working_on(runs)) == 1
        assert running.stop(how) == 0
        assert working_on(runs) == set()
    assert complaints(log) == []
    ended = store.read(run)
    assert (ended.state, ended.left_behind, ended.damage) == (RunState.INTERRUPTED, False, None)
    assert ended.history.weights is not None
    assert (store.folder(run) / ended.history.weights.file).is_file()
    assert [path.name for path in runs.rglob(".*")] == []


@pytest.mark.browser
@skip_without_browser
@only_posix
def test_a_second_ctrl_c_waits_for_nothing(tmp_path: Path) -> None:
    """Not for a trainer that does not answer any more, and not for a browser that has fallen asleep over a file."""
    runs, log = tmp_path / "runs", tmp_path / "server.log"
    with server(runs, log) as running, chromium() as chrome, socket.socket() as asleep:
        page = chrome.new_page()
        begin_lesson_on_few_rows(page, running.url, "200")
        page.get_by_role("button", name="Train", exact=True).click()
        wait_for_points(page)  # before, a trainer that is still loading TensorFlow would be killed without a word
        page.close()
        (trainer,) = working_on(runs)
        os.kill(trainer, signal.SIGSTOP)
        host, port = running.url.removeprefix("http://").split(":")
        asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asleep.connect((host, int(port)))
        asleep.sendall(f"GET {address('plotly.min.js')} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert asleep.recv(12) == b"HTTP/1.1 200"
        running.process.send_signal(signal.SIGINT)
        wait_until(lambda: not running.answers())
        assert running.stop() == 0
        assert working_on(runs) == set()
    assert "The trainer did not end within 0 s and is killed." in complaints(log)
    store = Store(runs)
    for run in store.list():  # killed while it saved, it leaves a half-written file; the next server clears up
        mark_interrupted(store, run.id, WORDING.message("server_closed"))
