"""The headers of every response, which forbid the browser to run foreign code or to load anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.file_util import get_static_dir

from components.refusals import refused
from components.wording import WORDING

FRAME_ANCESTORS = "FITBOARD_FRAME_ANCESTORS"
"""The environment variable that names the websites which may show Fitboard in a frame."""
_ANCESTOR = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?", re.ASCII)
_OWN_PAGES = ("camera", "clipboard-read")
"""Browser features for our own pages alone, for pictures of drawings; the browser asks the person each time."""
_SWITCHED_OFF = (
    "accelerometer", "autoplay", "display-capture", "encrypted-media", "geolocation", "gyroscope",
    "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""Browser features that no page here uses. Chromium warns in its console about names that it does not know."""


def frame_ancestors() -> tuple[str, ...]:
    """The websites that `FITBOARD_FRAME_ANCESTORS` names, separated by spaces.

    Raises:
        ValueError: one of them is not the address of a website.
    """
    found = tuple(os.environ.get(FRAME_ANCESTORS, "").split())
    for entry in found:
        if not _ANCESTOR.fullmatch(entry):
            raise ValueError(
                f"{FRAME_ANCESTORS} holds “{entry}”, which is not the address of a website. It takes one or more "
                "without a path, separated by spaces, such as https://school.example"
            )
    return found


def response_headers(ancestors: Sequence[str] = ()) -> dict[str, str]:
    """The headers of every response.

    Args:
        ancestors: websites that may show this one in a frame; see `frame_ancestors`.
    """
    headers = {
        "Content-Security-Policy": content_security_policy(ancestors),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(
            [*(f"{name}=(self)" for name in _OWN_PAGES), *(f"{name}=()" for name in _SWITCHED_OFF)]
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if not ancestors:  # the older header knows no list of websites
        headers["X-Frame-Options"] = "SAMEORIGIN"
    return headers


def content_security_policy(ancestors: Sequence[str] = ()) -> str:
    """The policy, as strict as Streamlit's front end allows; docs/security.md explains each exception."""
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'", "blob:", "'wasm-unsafe-eval'", *_inline_scripts()],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'", *ancestors],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


def _inline_scripts() -> list[str]:
    """The hashes of the inline scripts in Streamlit's page, so that no other inline script runs."""
    page = Path(get_static_dir(), "index.html").read_bytes().decode("utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts]


class ResponseHeaders:
    """ASGI middleware that puts the same headers on every response: pages, files, errors and refused WebSockets."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app, self.headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        is_answered = False

        async def send_with_headers(message: Message) -> None:
            nonlocal is_answered
            if message["type"] == "websocket.close" and not is_answered and _takes_responses(scope):
                # Closed before it was accepted: the server would answer with a bare 403, without any header.
                is_answered = True
                await refused(WORDING.message("connection_refused"), 403, scope)(scope, receive, send_with_headers)
                return
            if message["type"] in {"http.response.start", "websocket.http.response.start", "websocket.accept"}:
                is_answered = True
                message = {**message, "headers": list(message.get("headers", ()))}
                MutableHeaders(raw=message["headers"]).update(self.headers)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            # Starlette itself would answer, but without these headers. It still logs the error.
            if scope["type"] == "http" and not is_answered:
                await refused(WORDING.message("server_error"), 500, scope)(scope, receive, send_with_headers)
            raise


def _takes_responses(scope: Scope) -> bool:
    return "websocket.http.response" in scope.get("extensions", {})
