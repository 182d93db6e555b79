"""What stands where the live curves will be, before there is a run: pale axes, and what to press."""

from __future__ import annotations

from html import escape

import streamlit as st

from trainer.i18n import _


def show_empty_curves() -> None:
    """The axes of loss and accuracy with a dotted line each, and an invitation; their look is in `run_panel.css`."""
    invitation = _("Press Train: the curves of loss and accuracy are drawn here while the model learns.")
    figures = "".join(
        f'<figure><figcaption>{escape(name)}</figcaption><div class="fb-empty-axes fb-empty-{line}"></div></figure>'
        for name, line in ((_("Loss"), "falls"), (_("Accuracy"), "rises"))
    )
    st.html(f'<div class="fb-empty">{figures}<p>{escape(invitation)}</p></div>')
