"""Who may listen to a run, under which paths, and what that costs to load."""

import subprocess
import sys

import pytest
import streamlit as st

from components import browser_files
from components.live_curves import route
from components.live_curves.guard import is_host_allowed, is_same_origin

ALLOWED = ["localhost", "127.0.0.1", "::1"]


@pytest.mark.parametrize(
    ("host", "allowed", "yes"),
    [
        ("localhost:8501", ALLOWED, True),
        ("LOCALHOST.", ALLOWED, True),
        ("[::1]:8501", ALLOWED, True),
        ("school.example.org", ["*.example.org"], True),
        ("anything", ["*"], True),
        ("anything", [], True),
        ("example.org", ["*.example.org"], False),
        ("evilexample.org", ["*.example.org"], False),
        ("localhost:x", ALLOWED, False),
        ("me@localhost", ALLOWED, False),
        ("localhost/x", ALLOWED, False),
        ("[::1", ALLOWED, False),
        ("", ALLOWED, False),
        (None, ALLOWED, False),
    ],
)
def test_allowed_hosts(host: str | None, allowed: list[str], yes: bool) -> None:
    assert is_host_allowed(host, allowed) is yes


def test_origins() -> None:
    assert is_same_origin("https://LOCALHOST:8501", "localhost:8501")
    assert is_same_origin(None, "localhost:8501")  # not a browser
    assert not is_same_origin("http://localhost", "localhost:8501")
    assert not is_same_origin("http://[::1", "localhost:8501")
    assert not is_same_origin("", None)


def test_paths_stand_below_the_base_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "/fit/board/"}.get)
    assert browser_files.address("plotly.min.js").startswith("/fit/board/live-static/")
    assert [getattr(entry, "path", "") for entry in route.live_routes()] == [
        "/fit/board/live/{run}",
        "/fit/board/live/{run}/epochs.csv",
        "/fit/board/live-static/{version}/{name}",
    ]


def test_the_route_does_not_load_tensorflow() -> None:
    script = "import components.live_curves.route, sys; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
