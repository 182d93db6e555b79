"""How the current recipe is trained: epochs, batch size, optimizer, callbacks, loss and seed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import forms, workspace
from components.controlled import controlled, selectbox
from components.markup import md
from components.wording import WORDING
from trainer.i18n import _
from trainer.recipe.callbacks import Callback
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError


def show_settings() -> None:
    """All settings of a training; the rarer ones are folded away."""
    recipe = _recipe()
    forms.form(_recipe, "recipe", lambda new: new, only={"name"})
    forms.form(lambda: _recipe().fit, "fit", lambda new: _recipe().with_(fit=new))
    selectbox(
        _("Optimizer"),
        list(Optimizer.registry),
        help=_("How the weights are changed after each batch."),
        **controlled("optimizer", recipe.optimizer.kind, _change_optimizer),
    )
    st.caption(md(_(recipe.optimizer.sentence)))
    forms.form(lambda: _recipe().optimizer, "optimizer", lambda new: _recipe().with_(optimizer=new))
    with st.expander(_("Loss and seed")):
        forms.form(_recipe, "recipe", lambda new: new, only={"loss", "seed"})
    _show_callbacks()


def _show_callbacks() -> None:
    """A checkbox for each kind, and the settings of those that are on."""
    st.subheader(_("Callbacks"), anchor=False, help=_("Helpers that watch training and step in after each epoch."))
    chosen = {callback.kind for callback in _recipe().callbacks}
    with st.container(key="callbacks", gap="xsmall"):
        for kind, callback in Callback.registry.items():
            shown = controlled(f"callback {kind}", kind in chosen, partial(_switch, kind))
            st.checkbox(_("{plain} ({keras})").format(plain=_(callback.title), keras=kind), **shown)
            st.caption(md(_(callback.sentence)))
            if kind in chosen:
                _show_settings_of(kind)


def _show_settings_of(kind: str) -> None:
    for place, callback in enumerate(_recipe().callbacks):
        if callback.kind == kind and callback.form_fields():
            with st.expander(_("Settings of {callback}").format(callback=kind), key=f"settings of {place} {kind}"):
                forms.form(partial(_callback, place), f"callbacks.{place}", partial(_with_callback, place))


def _recipe() -> Recipe:
    return workspace.current().recipe


def _change_optimizer(kind: str) -> None:
    new = Optimizer.registry[kind]()
    # With Keras's own default, some optimizers hardly learn.
    workspace.set_recipe(_recipe().with_(optimizer=new.with_(learning_rate=new.usual_rate)))


def _switch(kind: str, on: bool) -> None:
    """Add a callback at the end, or remove all of its kind."""
    with workspace.changing():
        recipe = _recipe()
        others = tuple(callback for callback in recipe.callbacks if callback.kind != kind)
        if on:
            # It waits no longer than the run gives it time for.
            others = (*others, Callback.registry[kind]().fitted_to(recipe.fit.epochs))
        workspace.set_recipe(recipe.with_(callbacks=others))


def _callback(place: int) -> Callback:
    callbacks = _recipe().callbacks
    if place >= len(callbacks):
        raise RecipeError(WORDING.message("callback_removed"))
    return callbacks[place]


def _with_callback(place: int, new: Callback) -> Recipe:
    recipe = _recipe()
    return recipe.with_(callbacks=(*recipe.callbacks[:place], new, *recipe.callbacks[place + 1 :]))
