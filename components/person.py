"""Who sits in front of this browser: nobody signs in, so a person is a browser, told apart by a cookie that it has."""

from __future__ import annotations

import hashlib
import secrets

import streamlit as st

_KEY = "person"
_COOKIE = "_streamlit_xsrf"


def person() -> str:
    """The same word for every tab of a browser; for a browser that takes no cookies, for this tab alone."""
    return _of_cookie(st.context.cookies.get(_COOKIE)) or _of_tab()


def _of_cookie(value: str | None) -> str | None:
    """Streamlit's own cookie against forged requests is random for each browser, and written anew with another mask
    each time: `2|mask|token under the mask|time`, all in hex. Only a hash of the token goes further.
    """
    try:
        _, mask, masked, _ = (value or "").split("|")
        key, hidden = bytes.fromhex(mask), bytes.fromhex(masked)
    except ValueError:
        return None
    if not key or not hidden:
        return None
    token = bytes(byte ^ key[place % len(key)] for place, byte in enumerate(hidden))
    return hashlib.sha256(token).hexdigest()[:16]


def _of_tab() -> str:
    if _KEY not in st.session_state:
        st.session_state[_KEY] = secrets.token_hex(8)
    return str(st.session_state[_KEY])
