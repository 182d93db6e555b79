"""One HTML file of a run: what is in it, how equal that is, and what gets no file. A browser opens it in
`tests/journeys/test_html_file.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trainer import data
from trainer.engine.protocol import Train
from trainer.engine.worker import Worker
from trainer.export import html_page
from trainer.export.equality import Equality, ExportError
from trainer.export.exported_run import ExportedRun, take
from trainer.export.format import formats
from trainer.fit.graph_weights import model_bytes
from trainer.messages import Message
from trainer.recipe.data import Data
from trainer.recipe.recipe import Recipe
from trainer.recipe.starters import starter
from trainer.runs.store import Store

pytestmark = pytest.mark.processes
Make = Callable[..., Recipe]
NAME = "</script><!-- <img src=x onerror=alert(1)>"


def trained(store: Store, recipe: Recipe) -> ExportedRun:
    worker, run = Worker(store), store.create(recipe)
    worker.begin(Train(run_id=run))
    assert worker.join(run, 120)
    return take(store, run)


def exported(store: Store, recipe: Recipe, place: Path) -> tuple[Equality | None, str]:
    """Train a recipe and export it; the equality, and the page."""
    equality = formats()["html"].write(trained(store, recipe), place, lambda _: None)
    return equality, place.read_text("utf-8")


def told(page: str) -> dict[str, object]:
    (found,) = re.findall('<script type="application/json" id="told">(.*?)</script>', page)
    return dict(json.loads(found))


@pytest.mark.parametrize("which", ["pictures", "texts", "numbers"])
def test_what_is_in_the_file_is_equal_to_the_network(
    which: str, store: Store, tiny: Make, texts: Make, flowers: type[Data], tmp_path: Path
) -> None:
    spec = flowers.first()
    recipe = {
        "pictures": lambda: tiny("fit.epochs=1", name=NAME),
        "texts": lambda: texts("data.validation=0.2"),
        "numbers": lambda: Recipe(data=spec, layers=starter(data.facts(spec, 1))).with_settings(["fit.epochs=1"]),
    }[which]()
    equality, page = exported(store, recipe, tmp_path / "network.html")
    assert equality is not None
    assert (equality.answers_that_differ, equality.compared) == (0, "validation")
    assert equality.largest_difference < 1e-5
    assert equality.rows > equality.traps > 0
    found = told(page)
    assert found["equality"] == equality.model_dump()
    assert str(equality.message) in page.replace("&quot;", '"')
    assert len(page) < 6_000_000
    if which == "pictures":
        assert "&lt;/script&gt;&lt;!-- &lt;img src=x onerror=alert(1)&gt;" in page
        assert "<img" not in page


def test_a_file_with_other_weights_is_refused(
    store: Store, tiny: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(model: object) -> bytes:
        return (np.frombuffer(model_bytes(model), "<f4") * 1.01).astype("<f4").tobytes()

    monkeypatch.setattr(html_page, "model_bytes", other)
    with pytest.raises(ExportError) as found:
        exported(store, tiny("fit.epochs=1"), tmp_path / "network.html")
    assert found.value.code == "export.not_equal"
    assert not (tmp_path / "network.html").exists()


def test_texts_that_only_the_trainer_can_clean_get_no_file(store: Store, texts: Make, tmp_path: Path) -> None:
    run = trained(store, texts())
    for settings in (
        ["repair_letters=true"],
        ["hide_words=good"],
        ["standardize=lower_and_strip_punctuation", "fold_case=true"],
    ):
        recipe = run.recipe.with_settings([f"data.{one}" for one in settings])
        with pytest.raises(ExportError) as found:
            formats()["html"].write(replace(run, recipe=recipe), tmp_path / "network.html", lambda _: None)
        assert found.value.code == "export.cleaned_texts"
        assert isinstance(found.value.message, Message)
        field = settings[-1].partition("=")[0]
        assert found.value.message.parameters["names"] == [recipe.data.field_title(field)] != [field]
    assert list(tmp_path.glob("*.html")) == []
