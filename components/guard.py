"""Refuses requests of other websites: the one place where Host and Origin of a request are checked.

It comes before Streamlit's routes and our own, for HTTP and WebSockets alike. A page of another website can send
requests to this server through the browser of its reader, but cannot forge the headers Host, Origin and
Sec-Fetch-Site, which the browser writes. Headers of proxies (X-Forwarded-...) are ignored, since anybody can send them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from components.refusals import refused
from components.wording import WORDING
from trainer.messages import Message

POLICY_VIOLATION = 1008
_HOST = r"(?P<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
_DEFAULT_PORT = {"http": 80, "https": 443}

FOREIGN_HOST, FOREIGN_ORIGIN = WORDING.message("foreign_host"), WORDING.message("foreign_origin")


class Origin(NamedTuple):
    """Scheme, host and port, which two addresses must share for a browser to treat them as one website."""

    scheme: str
    name: str
    port: int


def parse_origin(text: str) -> Origin | None:
    """The origin in a text as browsers write it; None for anything else.

    >>> parse_origin("http://localhost:8501"), parse_origin("null")
    (Origin(scheme='http', name='localhost', port=8501), None)
    """
    scheme, _, host = text.lower().partition("://")
    return _origin(scheme, host)


def _origin(scheme: str, host: str) -> Origin | None:
    found = re.fullmatch(_HOST, host.lower(), re.ASCII)
    if scheme not in _DEFAULT_PORT or not found:
        return None
    port = int(found["port"] or _DEFAULT_PORT[scheme])
    return Origin(scheme, found["name"], port) if 0 < port < 65536 else None


@dataclass(frozen=True)
class Rules:
    """Which requests are answered."""

    allowed_hosts: Sequence[str] = ()
    """Names in a Host header, as Streamlit's `server.allowedHosts`: empty for any, `*.example.org` for a family."""
    scheme: str = "http"
    """How this server is reached: `https` only if it has the certificate itself."""
    more_origins: frozenset[Origin] = frozenset()
    """Other websites whose pages are answered, such as this server's address in front of a proxy."""
    may_be_framed: bool = False
    """Whether other websites may show this one in a frame; the response headers tell the browser which ones."""

    def own_origin(self, host: str) -> Origin | None:
        """The origin of this server as a request names it; None if the name is not one of ours."""
        own = _origin(self.scheme, host)
        return own if own is not None and self._is_allowed(own.name) else None

    def _is_allowed(self, name: str) -> bool:
        name = name.strip("[]").rstrip(".")
        allowed = [entry.strip().lower().strip("[]").rstrip(".") for entry in self.allowed_hosts]
        return not allowed or any(
            entry in {"*", name} or (entry.startswith("*.") and name.endswith(entry[1:])) for entry in allowed
        )

    def refusal(self, method: str, headers: Headers) -> Message | None:
        """Why a request is refused; None if it is answered."""
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        own = self.own_origin(hosts[0]) if len(hosts) == 1 else None
        if own is None:
            return FOREIGN_HOST
        if not origins:  # a program, a page that was opened by its address or by a link, or what such a page loads
            return None if self._is_ours_or_a_link(method, headers) else FOREIGN_ORIGIN
        origin = parse_origin(origins[0]) if len(origins) == 1 else None
        return None if origin in self._accepted(own) else FOREIGN_ORIGIN

    def _accepted(self, own: Origin) -> set[Origin]:
        accepted = {own, *self.more_origins}
        if any(more.name == own.name and more.scheme == "https" for more in self.more_origins):
            accepted -= {own._replace(scheme="http")}  # a proxy has the certificate: only its pages are ours
        return accepted

    def _is_ours_or_a_link(self, method: str, headers: Headers) -> bool:
        """What the browser says of a request without an Origin. A program says nothing, nor does an old browser."""
        if set(headers.getlist("sec-fetch-site")) <= {"same-origin", "none"}:
            return True
        shown_in = {"document", "iframe", "frame"} if self.may_be_framed else {"document"}
        is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") in shown_in
        return is_link and method in {"GET", "HEAD"}


class Guard:
    """ASGI middleware that answers foreign requests with status 403 and passes none of them on."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self.app, self.rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        why = self.rules.refusal(scope.get("method", "GET"), headers)
        if why is not None:
            await _refuse(why, scope, receive, send)
            return
        if scope["type"] == "websocket" and "origin" in headers:
            # Streamlit checks again, by comparing Origin and Host as text; where they differ it asks the internet for
            # this computer's address, and the whole server waits. So it gets to see what it finds equal.
            scope = dict(scope, headers=list(scope["headers"]))
            MutableHeaders(scope=scope)["origin"] = f"{self.rules.scheme}://{headers['host']}"
        await self.app(scope, receive, send)


async def _refuse(why: Message, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
    else:
        await refused(why, 403, scope)(scope, receive, send)


def rules(*, may_be_framed: bool) -> Rules:
    """The rules that follow from Streamlit's settings.

    Raises:
        ValueError: `server.corsAllowedOrigins` or `browser.serverAddress` holds something that is not an origin.
    """
    has_certificate = bool(st.get_option("server.sslCertFile"))
    name, port = str(st.get_option("browser.serverAddress")).partition("/")[0], st.get_option("browser.serverPort")
    scheme = "https" if has_certificate or port == 443 else "http"
    shown = f"{scheme}://[{name}]:{port}" if ":" in name else f"{scheme}://{name}:{port}"
    more = [_setting("server.corsAllowedOrigins", text) for text in st.get_option("server.corsAllowedOrigins") or []]
    return Rules(
        allowed_hosts=tuple(st.get_option("server.allowedHosts") or ()),
        scheme="https" if has_certificate else "http",
        more_origins=frozenset([_setting("browser.serverAddress", shown), *more]),
        may_be_framed=may_be_framed,
    )


def _setting(name: str, text: str) -> Origin:
    origin = parse_origin(text.strip())
    if origin is None:
        raise ValueError(
            f"{name} holds “{text}”, which is not the address of a website. It takes one without a path, such as "
            "https://school.example or http://10.0.0.5:8080"
        )
    return origin
