"""Addresses that a page gives to those who may see what was taken from data, signed so that nobody can make one up."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.requests import Request

_KEY = secrets.token_bytes(32)
"""Signs these addresses until the server ends."""


def signed(run_id: str, what: str) -> str:
    """The signature of an address.

    Args:
        run_id: which run it is of.
        what: what is to be found there.
    """
    return hmac.new(_KEY, f"{run_id} {what}".encode(), hashlib.sha256).hexdigest()


def has_key(request: Request, what: str) -> bool:
    """Whether the page has given this address to somebody who may see the data of the run."""
    key = request.query_params.get("key", "")
    return hmac.compare_digest(key.encode(), signed(request.path_params["run"], what).encode())
