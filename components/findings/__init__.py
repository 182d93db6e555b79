"""All that is wrong, as one list: with the recipe or with its data, worst first, each with its fixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from components import frame
from components.library import without_hash
from components.markup import md
from trainer.i18n import N_, _, ngettext
from trainer.recipe.diagnosis import Diagnosis, Fix, Severity

MAX_OPEN = 3
"""How many findings are shown open; errors are always, further warnings and notes are folded away."""
_LOOKS = {
    Severity.ERROR: (":material/error:", N_("Fix this")),
    Severity.WARNING: (":material/warning:", N_("Check this")),
    Severity.NOTE: (":material/info:", N_("Note")),
}
_STYLE = Path(__file__).parent / "findings.css"

Where = Literal["data", "model", "train"]
"""What the lists are of; findings.css names each of them."""
Press = Callable[[Any], bool]
"""Applies the result of a fix; returns whether it did."""


def show_style() -> None:
    """The look of the list and of messages; once on each page."""
    st.html(_STYLE)


def show_findings(
    found: Sequence[Diagnosis[Any]],
    key: Where,
    press: Press,
    *,
    together: Fix[Any] | None = None,
    more: Callable[[Diagnosis[Any]], None] | None = None,
) -> None:
    """Each finding with its fixes as buttons; what can wait is folded away.

    Args:
        found: worst first.
        key: of this list; no other list on the page has it.
        press: called with the result of the fix that somebody presses.
        together: one fix for several of them.
        more: draws what else there is to a finding.
    """
    errors = [one for one in found if one.severity is Severity.ERROR]
    opened = max(MAX_OPEN, len(errors))
    keyed = list(zip(found, _keys(found), strict=True))

    def show(some: Sequence[tuple[Diagnosis[Any], Sequence[str]]], first: int) -> None:
        for place, (one, keys) in enumerate(some, start=first):
            with st.container(key=f"finding {one.severity} {key} {place}"):
                _show(one, keys, press)
                if more is not None:
                    more(one)

    with st.container(key=f"findings {key}"):
        if together is not None:
            _button(together, f"fix {together.code}", press, type="primary", icon=":material/done_all:")
        show(keyed[:opened], 0)
        if rest := keyed[opened:]:
            label = ngettext("{count} more hint", "{count} more hints", len(rest)).format(count=len(rest))
            folded = st.expander(label, icon=":material/lightbulb:", key=f"{key} more", on_change="rerun")
            with folded:
                if folded.open:
                    show(rest, opened)


def _keys(found: Sequence[Diagnosis[Any]]) -> list[list[str]]:
    """The keys of the buttons of each finding, by what they do, whatever the words and the place."""
    seen: Counter[str] = Counter()

    def key(code: str) -> str:
        seen[code] += 1
        return f"fix {code}" + (f" {seen[code]}" if seen[code] > 1 else "")

    return [[key(fix.code) for fix in one.fixes] for one in found]


def _show(found: Diagnosis[Any], keys: Sequence[str], press: Press) -> None:
    icon, word = _LOOKS[found.severity]
    text = f"**{_(word)}:** {md(without_hash(str(found.message)))}"
    if found.severity is Severity.ERROR:
        st.error(text, icon=icon)  # read out when it appears
    else:
        st.markdown(f"{icon} {text}")
    if found.fixes:
        with st.container(horizontal=True):
            for fix, key in zip(found.fixes, keys, strict=True):
                _button(fix, key, press)


def _button(fix: Fix[Any], key: str, press: Press, **look: Any) -> None:
    look = {"icon": ":material/build:"} | look
    st.button(md(fix.label), key=key, on_click=_fix, args=(fix, press), **look)


def _fix(fix: Fix[Any], press: Press) -> None:
    if press(fix.result):
        frame.announce(_("Done: {fix}.").format(fix=fix.label))
