"""Streamlit with a fault in each page and in a callback: `python tests/support/broken_app.py run app.py`."""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from streamlit.web.cli import main

from components import dataset_view, evaluation, layer_stack, run_panel, run_table, sidebar, workspace


def broken(*_: object, **__: object) -> Any:
    raise RuntimeError("a fault that this test has made")


for module, part in (
    (dataset_view, "_show_data"),
    (layer_stack, "show_picture"),
    (run_panel, "show_buttons"),
    (evaluation, "show_test"),
    (run_table, "show_runs"),
    (sidebar, "_card"),
    (workspace, "undo"),
):
    assert hasattr(module, part), part
    setattr(module, part, broken)

main()
