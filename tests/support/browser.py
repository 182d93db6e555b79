"""Fitboard's server in a process of its own, and a Chromium that opens its pages."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

from tests.support.processes import wait_until
from trainer import PROJECT

STREAMLIT = ("-m", "streamlit")
IDLE = ("tests/support/idle_app.py",)
"""Starts a server that trains nothing, which is quicker."""
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

    def __init__(
        self,
        runs: Path,
        log: Path,
        *,
        script: str = "app.py",
        launcher: Sequence[str] = STREAMLIT,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        open_files: tuple[int, int] | None = None,
    ) -> None:
        """Start it, and wait until it answers.

        Args:
            runs: its folder of runs.
            log: a file for what it prints.
            script: another one than Fitboard's, for a server of that alone.
            launcher: what Python is given to start Streamlit.
            options: more options for the command line.
            environment: more variables for its environment.
            open_files: soft and hard limit of open files to start it with; not on Windows.

        Raises:
            RuntimeError: it did not start.
        """
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self.log = log
        command = [
            sys.executable,
            *launcher,
            "run",
            script,
            "--server.headless=true",
            f"--server.port={port}",
            *options,
        ]
        if open_files is not None:
            limits = f"ulimit -Sn {open_files[0]} && ulimit -Hn {open_files[1]}"
            command = ["bash", "-c", f'{limits} && exec "$@"', "bash", *command]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=os.environ | {"FITBOARD_RUNS": str(runs)} | dict(environment or {}),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: self.answers() or self.process.poll() is not None)
        if not self.answers():
            raise RuntimeError(f"The server did not start:\n{log.read_text()}")

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
        return self.process.wait(60)


@contextlib.contextmanager
def server(runs: Path, log: Path, **how: Any) -> Iterator[Server]:
    """A running server, stopped at the end; see `Server`."""
    running = Server(runs, log, **how)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


@contextlib.contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """A headless Chromium, started with more options if need be.

    Raises:
        RuntimeError: there is none on this computer.
    """
    path = find_chromium()
    if path is None:
        raise RuntimeError("There is no Chromium on this computer. Install one, such as Debian's package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_OPTIONS, *options])
        try:
            yield browser
        finally:
            browser.close()


class Console:
    """The errors and warnings of a browser's console while a page is open."""

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


PATIENCE = 1300
"""Milliseconds; a little more than in `components/frame/impatience.js`."""
WAIT = """(timeout) => new Promise((resolve, reject) => {
  const end = performance.now() + timeout;
  const look = () => {
    if (CONDITION) resolve();
    else if (performance.now() > end) reject(new Error("It did not become true in time: " + CONDITION_TEXT));
    else setTimeout(look, 50);
  };
  look();
})"""


def wait_for(page: Page, condition: str, timeout: float = 60_000) -> None:
    """Wait until an expression of JavaScript is true in a page.

    Playwright's own `wait_for_function` hands the page a text to evaluate, which our Content-Security-Policy forbids.

    Raises:
        Error: it did not become true within `timeout` milliseconds.
    """
    script = WAIT.replace("CONDITION_TEXT", json.dumps(condition)).replace("CONDITION", condition)
    end = time.monotonic() + timeout / 1000
    while True:
        try:
            page.evaluate(script, max(end - time.monotonic(), 0) * 1000)
        except Error as error:
            if "context was destroyed" not in str(error):  # as it is when the page goes to another address meanwhile
                raise
        else:
            return


def settled(page: Page) -> None:
    """Wait until the server has answered the last click, and everything that it has sent is drawn.

    Streamlit loads the code of a kind of element when the first one comes, our style sheets among them, and draws a
    gray box in its place until then.
    """
    wait_for(
        page,
        "!document.querySelector('[data-testid=stApp][data-test-script-state=running], [data-testid=stSkeleton]')"
        " && document.getElementById('fb-status') !== null",
    )


def be_patient(page: Page) -> None:
    """Wait until the frame does not take the next press for an impatient second one any more."""
    settled(page)
    wait_for(page, f"performance.now() > {page.evaluate('performance.now()') + PATIENCE}")


def go_to(page: Page, name: str) -> None:
    """Follow a link of the navigation."""
    page.locator(".st-key-steps").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", level=1, name="Fitboard" if name == "Start" else name, exact=True).wait_for()


def wait_for_points(page: Page, least: int = 1, timeout: float = 60_000) -> int:
    """Wait until the live chart has drawn at least so many points; returns how many."""
    drawn = "Number(document.querySelector('[data-points]')?.dataset.points ?? 0)"
    wait_for(page, f"{drawn} >= {least}", timeout)
    return int(page.evaluate(drawn))


def wait_for_state(page: Page, *states: str, timeout: float = 60_000) -> str:
    """Wait until the live chart shows one of these states; returns which."""
    state = "document.querySelector('[data-state]')?.dataset.state"
    wait_for(page, f"{list(states)}.includes({state})", timeout)
    return str(page.evaluate(state))
