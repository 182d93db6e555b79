"""The page *Try it*: a run's network in the visitor's browser, which answers while one draws or types.

The page only mounts it; everything else is JavaScript (`try_it.js`) and the files that `route.py` serves.
"""

from __future__ import annotations

import streamlit as st

from components import workspace
from components.browser_files import STUB, data_for, runtime_addresses
from components.live_curves import live_socket
from components.try_it.route import examples_address, network_address, vocabulary_address
from trainer.i18n import _
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Run

_component = st.components.v2.component("fitboard.try_it", js=STUB, isolate_styles=False)


def try_it(run: Run, recipe: Recipe) -> None:
    """Show the pad or the field for a run, with the answer, the layers and the time machine.

    Args:
        run: which run; it may still train.
        recipe: of the run.
    """
    _component(
        key=f"try {run.id}",
        data=data_for(
            "try_it/try_it.js",
            run=run.id,
            state=str(run.state),
            socket=live_socket(run.id),
            modality=recipe.data.modality,
            network=network_address(run.id),
            vocabulary=vocabulary_address(run.id),
            runtime=runtime_addresses(),
            examples=_examples(run),
        ),
        on_state_change=lambda: None,  # that it is called at all makes the page run again
    )


def _examples(run: Run) -> dict[str, str]:
    """The addresses of the examples, empty where there are none to be seen, and why."""
    if not workspace.may_read_data_of(run):
        why = _("The data belong to another browser on this computer, so no examples of them are offered.")
        return {"validation": "", "test": "", "why_not": why}
    prepared = run.history.prepared
    return {
        "validation": examples_address(run.id, "validation") if prepared is not None and prepared.validation else "",
        "test": examples_address(run.id, "test") if run.history.tests else "",
        "why_not": "",
    }
