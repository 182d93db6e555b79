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
_STYLE = """
.fb-empty { position: relative; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
  gap: 1rem; margin-bottom: 1rem; }
.fb-empty figure { margin: 0; min-width: 0; }
.fb-empty figcaption { font-weight: 600; padding-bottom: .25rem; opacity: .8; }
.fb-empty svg { display: block; width: 100%; height: 45vh; min-height: 8rem; max-height: 24rem; fill: none;
  stroke: currentColor; stroke-width: 1.5; }
.fb-empty path { vector-effect: non-scaling-stroke; }
.fb-empty-axes { opacity: .35; }
.fb-empty-curve { opacity: .35; stroke-dasharray: 2 7; stroke-width: 2.5; stroke-linecap: round; }
.fb-empty p { position: absolute; inset: 0; margin: auto; width: fit-content; height: fit-content; max-width: 80%;
  padding: .5rem 1rem; text-align: center; border-radius: .5rem; border: 1px solid currentColor;
  background: light-dark(#fff, #171614); }
@media (max-width: 640px) {
  .fb-empty { grid-template-columns: 1fr 1fr; gap: .5rem; }
  .fb-empty svg { height: 22vh; }
}
"""


def show_empty_curves() -> None:
    """The axes of loss and accuracy with a dotted line each, as they will be, and an invitation."""
    invitation = _("Press Train: the curves of loss and accuracy are drawn here while the model learns.")
    figures = "".join(
        f"<figure><figcaption>{escape(name)}</figcaption>{_AXES.format(curve=curve)}</figure>"
        for name, curve in ((_("Loss"), _FALLING), (_("Accuracy"), _RISING))
    )
    st.html(f'<style>{_STYLE}</style><div class="fb-empty">{figures}<p>{escape(invitation)}</p></div>')
