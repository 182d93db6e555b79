"""What a component is told beside its data, and what of `components/` is served."""

from __future__ import annotations

from components.browser_files import data_for, files
from trainer.i18n import PSEUDO, using


def test_a_component_is_told_its_module_and_the_language_of_whoever_is_looking() -> None:
    with using(PSEUDO):
        data = data_for("layer_stack/stack.js", chosen=3)
    assert data["language"] == PSEUDO
    assert data["chosen"] == 3
    assert data["module"].endswith("/layer_stack/stack.js")
    assert data["failed"].startswith("["), "translated like everything else"
    assert data_for("layer_stack/stack.js")["language"] == "en"


def test_only_scripts_and_styles_are_served_and_all_of_ours_in_one_version() -> None:
    ours = {path: version for path, (version, _) in files().items() if path != "plotly.min.js"}
    assert {path.rpartition(".")[2] for path in ours} == {"js", "css"}
    assert {"browser/dom.js", "layer_stack/stack.css", "live_curves/live_curves.js"} <= ours.keys()
    assert len(set(ours.values())) == 1
