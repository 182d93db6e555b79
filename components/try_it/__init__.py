"""The page *Try it*: a run's network in the visitor's browser, which answers while one draws or types.

The page only mounts it; everything else is JavaScript (`try_it.js`) and the files that `route.py` serves.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

import streamlit as st

from components import workspace
from components.browser_files import STUB, address, base_path, data_for, runtime_addresses
from components.language import PARAMETER
from components.live_curves import live_socket
from components.try_it.route import PartName, examples_address, network_address, vocabulary_address
from trainer.i18n import _, language
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Run

EXAMPLE = "example"
"""The parameter of the address that says for which example the page was opened."""

_component = st.components.v2.component("fitboard.try_it", js=STUB, isolate_styles=False)


def try_it(run: Run, recipe: Recipe) -> None:
    """Show the pad or the field for a run, with the answer, the layers and the time machine.

    Args:
        run: which run; it may still train.
        recipe: of the run.
    """
    may_read_data = workspace.may_read_data_of(run)
    _component(
        key=f"try {run.id}",
        data=data_for(
            "try_it/try_it.js",
            early=address("try_it/network.js"),
            run=run.id,
            state=str(run.state),
            socket=live_socket(run.id, only_steps=True),
            modality=recipe.data.modality,
            network=network_address(run.id, may_read_data=may_read_data),
            vocabulary=vocabulary_address(run.id, may_read_data=may_read_data),
            runtime=runtime_addresses(),
            examples=_examples(run),
        ),
        on_state_change=lambda: None,  # that it is called at all makes the page run again
    )


def _examples(run: Run) -> dict[str, str]:
    """The addresses of the examples, empty where there are none to be seen, and why."""
    if not workspace.may_read_data_of(run):
        why = _("The data belong to another browser on this computer, so no examples of them are offered.")
        return {"validation": "", "test": "", "asked": "", "why_not": why}
    prepared = run.history.prepared
    return {
        "asked": _asked_example(run),
        "validation": examples_address(run.id, "validation") if prepared is not None and prepared.validation else "",
        "test": examples_address(run.id, "test") if run.history.tests else "",
        "why_not": "",
    }


def example_link(run_id: str, part: PartName, place: int) -> str:
    """The address of the page that tries one example of a run.

    Args:
        run_id: which run.
        part: in which part of its data the example is; those of the test can be tried once it was opened.
        place: of the example in that part.
    """
    return f"{base_path()}/try?{urlencode({'run': run_id, EXAMPLE: f'{part}-{place}', PARAMETER: language()})}"


def _asked_example(run: Run) -> str:
    """The address of the example that the page was opened for; empty if it was opened for none that may be seen."""
    asked = re.fullmatch(r"(validation|test)-([0-9]{1,9})", st.query_params.get(EXAMPLE, ""))
    if asked is None or (asked[1] == "test" and not run.history.tests):
        return ""
    return examples_address(run.id, "test" if asked[1] == "test" else "validation", int(asked[2]))
