"""The language in which Fitboard speaks: gettext, with one catalogue for Python and JavaScript.

Texts in the code are English and are the keys of the catalogue, as is usual with gettext. `_` and `ngettext` translate
at the moment at which something is shown; `N_` and `plural` only mark a text for the extraction by Babel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations, translation
from typing import NamedTuple

from trainer import PROJECT

DOMAIN = "fitboard"
CATALOGUES = PROJECT / "locale"
"""`<language>/LC_MESSAGES/fitboard.mo` below this folder, compiled by Babel."""
TEMPLATE = CATALOGUES / f"{DOMAIN}.pot"
"""Every text of the interface, with the files that show it; made by `python -m tools.catalogue`."""
ENGLISH, PSEUDO = "en", "xx"
"""The language of the code, and a made-up one that shows which texts are not translatable or have too little space."""

_chosen: ContextVar[str | None] = ContextVar("language", default=None)
_ask: list[Callable[[], str]] = []


class Plural(NamedTuple):
    """A text in two numbers; a language of the catalogue may have more."""

    by: str
    """The parameter that decides between them."""
    one: str
    many: str


def plural(by: str, one: str, many: str) -> Plural:
    """Mark a text that has a singular and a plural for the extraction."""
    return Plural(by, one, many)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a text for the extraction; it is translated where it is shown."""
    return text


def _(text: str) -> str:
    """The text in the language of whoever is looking."""
    return catalogue(language()).gettext(text) if text else text


def ngettext(one: str, many: str, count: float) -> str:
    """The text in the language of whoever is looking, in the form that goes with `count`."""
    whole = int(count) if float(count).is_integer() else 2  # gettext takes no 1.5 epochs; they read as 2 do
    return catalogue(language()).ngettext(one, many, whole)


def language() -> str:
    """The language of whoever is looking, as a tag such as `en`."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    return _ask[-1]() if _ask else ENGLISH


def ask_for_language(source: Callable[[], str]) -> None:
    """Let `source` say which language holds wherever none was chosen by `using`: the pages ask the browser."""
    _ask[:] = [source]


@contextmanager
def using(tag: str) -> Iterator[None]:
    """A language for all that this thread or task shows meanwhile."""
    token = _chosen.set(tag)
    try:
        yield
    finally:
        _chosen.reset(token)


class _Pseudo(NullTranslations):
    """Every text in brackets and two fifths longer, its parameters and marks as they are."""

    def gettext(self, message: str) -> str:
        return lengthened(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return lengthened(msgid1 if n == 1 else msgid2)


_PARAMETER = re.compile(r"\{[^{}]*\}")


def lengthened(text: str) -> str:
    """The pseudo-language's word for a text.

    >>> lengthened("Train {epochs} epochs")
    '[Train {epochs} epochs ~~~~~]'
    """
    more = max(1, round(0.4 * len(_PARAMETER.sub("", text))))
    return f"[{text} {'~' * more}]"


@cache
def catalogue(tag: str) -> NullTranslations:
    """The texts of a language; those of the code where there are no others."""
    if tag == PSEUDO:
        return _Pseudo()
    return translation(DOMAIN, CATALOGUES, [tag.replace("-", "_")], fallback=True)
