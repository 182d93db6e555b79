"""Who may open the live socket. Own routes do not pass Streamlit's checks, so the same rules are kept here."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit


def is_host_allowed(host: str | None, allowed: Sequence[str]) -> bool:
    """Whether a Host header names one of Streamlit's `server.allowedHosts` (empty: any; `*.example.org`: a family).

    A foreign page can point its own name at this computer; then the browser sends that name here.
    """
    if not allowed:
        return True
    try:
        parts = urlsplit(f"//{host or ''}")
        name, _ = parts.hostname, parts.port  # reading the port checks it
    except ValueError:
        return False
    if not name or parts.netloc != host or "@" in parts.netloc:
        return False
    name = name.rstrip(".")
    for entry in (entry.strip().lower().rstrip(".") for entry in allowed):
        if entry in {"*", name} or (entry.startswith("*.") and name.endswith(entry[1:])):
            return True
    return False


def is_same_origin(origin: str | None, host: str | None) -> bool:
    """Whether a WebSocket was opened by a page of this very server.

    Browsers always send an Origin. A program that sends none is not somebody's page.
    """
    if origin is None:
        return True
    try:
        return host is not None and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
