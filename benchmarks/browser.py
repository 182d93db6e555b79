"""Driving the real thing: Fitboard's server in a process of its own, and a Chromium that looks at it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[1]
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The Chromium or Chrome of this computer, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((found for found in map(shutil.which, names) if found), None)


class Server:
    """Fitboard as the README starts it, on a free port, with a folder of runs of its own."""

    def __init__(self, runs: Path, log: Path, script: str = "app.py") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self.log = log
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            script,
            "--server.headless=true",
            f"--server.port={port}",
        ]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=os.environ | {"FITBOARD_RUNS": str(runs)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while not self.answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"The server did not start:\n{log.read_text()}")
            time.sleep(0.1)

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:  # noqa: S310 - our own http
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it as Ctrl-C does, or by another signal; returns its exit status."""
        self.process.send_signal(how)
        return self.process.wait(30)


@contextlib.contextmanager
def server(runs: Path, log: Path, script: str = "app.py") -> Iterator[Server]:
    """A running server, ended at the end; of another script, a server of that alone."""
    running = Server(runs, log, script)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium.

    Raises:
        RuntimeError: there is none on this computer.
    """
    path = find_chromium()
    if path is None:
        raise RuntimeError("There is no Chromium on this computer. Install one, such as Debian's package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


class Console:
    """What the browser complains about while a page is open."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        # On an address such as /train Streamlit's own front end first asks below that path, is told 404, and goes on.
        if "404" in message.text and "/_stcore/" in message.location.get("url", ""):
            return
        self.complaints.append(f"{message.type}: {message.text} {message.location}")


def visit(page: Page, url: str) -> None:
    """Open an address and wait until Fitboard's page stands there."""
    page.goto(url)
    page.get_by_role("heading", level=1).wait_for()
    settled(page)


def settled(page: Page) -> None:
    """Wait until the server has answered the last click."""
    page.wait_for_function("!document.querySelector('[data-testid=stApp][data-test-script-state=running]')")


def go_to(page: Page, name: str) -> None:
    """Follow a link of the navigation."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", level=1, name="Fitboard" if name == "Start" else name, exact=True).wait_for()


def wait_for_points(page: Page, least: int = 1, timeout: float = 60_000) -> int:
    """Wait until the live chart has drawn at least so many points; returns how many."""
    drawn = "Number(document.querySelector('[data-points]')?.dataset.points ?? 0)"
    page.wait_for_function(f"{drawn} >= {least}", timeout=timeout)
    return int(page.evaluate(drawn))


def wait_for_state(page: Page, *states: str, timeout: float = 60_000) -> str:
    """Wait until the live chart shows one of these states; returns which."""
    state = "document.querySelector('[data-state]')?.dataset.state"
    page.wait_for_function(f"{list(states)}.includes({state})", timeout=timeout)
    return str(page.evaluate(state))
