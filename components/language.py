"""The language of a tab or a request: `?lang=` in the address, else the browser's own language, else English.

A language can be used once it has a catalogue, `locale/<language>/LC_MESSAGES/fitboard.mo`; `?lang=xx` switches on the
pseudo-language, in which every translatable text is in brackets and longer.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from threading import Lock

import streamlit as st
from starlette.datastructures import Headers, QueryParams
from starlette.types import Scope
from streamlit.runtime.scriptrunner import get_script_run_ctx

from trainer.i18n import CATALOGUES, DOMAIN, ENGLISH, PSEUDO, ask_for_language

PARAMETER = "lang"
_KEY = "language"
MAX_SESSIONS = 10_000
"""How many sessions are remembered; the one that was drawn longest ago is forgotten first."""
_by_session: OrderedDict[str, str] = OrderedDict()
"""The language of each session by its id, also for clicks and fragments, which come before or without `follow_address`.

A text must not look into Streamlit's session: a newer click may interrupt there.
"""
_lock = Lock()


def follow_address() -> None:
    """Take the language that the address asks for, and keep it in the address. Called first in each page run."""
    ask_for_language(language)
    asked = st.query_params.get(PARAMETER)
    if asked is not None and is_available(asked):
        st.session_state[_KEY] = asked
    chosen = st.session_state.get(_KEY)
    if chosen is not None and asked != chosen:
        st.query_params[PARAMETER] = chosen
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None:
        tag = chosen or of_browser(st.context.locale)
        with _lock:
            _by_session[context.session_id] = tag
            _by_session.move_to_end(context.session_id)
            if len(_by_session) > MAX_SESSIONS:
                _by_session.popitem(last=False)


def language() -> str:
    """The language of the tab whose script or click is being run; English outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return ENGLISH if context is None else _by_session.get(context.session_id, ENGLISH)


def of_browser(*locales: str | None) -> str:
    """The language to use for a browser: the first of its languages that Fitboard has, perhaps without its country.

    Args:
        *locales: what it calls its languages, such as `de-AT`; None if it does not say.

    >>> of_browser("en-US"), of_browser("tlh"), of_browser(None)
    ('en', 'en', 'en')
    """
    tags = (tag for locale in locales if locale for tag in (locale, locale.partition("-")[0]))
    return next((tag for tag in tags if tag != PSEUDO and is_available(tag)), ENGLISH)


def of_request(scope: Scope) -> str:
    """The language in which to answer a request outside of the pages, by `?lang=` or its Accept-Language header.

    >>> of_request({"type": "http", "query_string": b"lang=xx", "headers": []})
    'xx'
    >>> of_request({"type": "http", "query_string": b"", "headers": [(b"accept-language", b"tlh, en;q=0.8")]})
    'en'
    """
    asked = QueryParams(scope.get("query_string", b"")).get(PARAMETER)
    if asked is not None and is_available(asked):
        return asked
    # In the order in which browsers write them: the one that is liked best comes first.
    entries = Headers(scope=scope).get("accept-language", "").split(",")
    return of_browser(*(entry.partition(";")[0].strip() for entry in entries))


@cache
def is_available(tag: str) -> bool:
    """Whether Fitboard can be shown in a language."""
    # A tag from the address may be anything, so it never becomes part of a path.
    translated = (file.parent.parent.name for file in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return tag in {ENGLISH, PSEUDO, *(name.replace("_", "-") for name in translated)}
