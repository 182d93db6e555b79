"""What stands where the live curves will be, before there is a run: pale axes, and what to press."""

from __future__ import annotations

from html import escape

import streamlit as st

from trainer.i18n import _

_AXES = (
    '<svg viewBox="0 0 100 60" preserveAspectRatio="none" aria-hidden="true"><path class="fb-empty-axes" '
    'd="M4 2 V56 H98"/><path class="fb-empty-curve" d="{curve}"/></svg>'
)
_FALLING = "M6 8 C 18 40, 34 46, 96 50"
_RISING = "M6 50 C 18 18, 34 12, 96 8"


def show_empty_curves() -> None:
    """The axes of loss and accuracy with a dotted line each, as they will be, and an invitation."""
    invitation = _("Press Train: the curves of loss and accuracy are drawn here while the model learns.")
    figures = "".join(
        f"<figure><figcaption>{escape(name)}</figcaption>{_AXES.format(curve=curve)}</figure>"
        for name, curve in ((_("Loss"), _FALLING), (_("Accuracy"), _RISING))
    )
    st.html(f'<div class="fb-empty">{figures}<p>{escape(invitation)}</p></div>')
