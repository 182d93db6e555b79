"""The Results page on runs whose tests are written by hand: numbers, mistakes, what is shut and why."""

from __future__ import annotations

import numpy as np
import pytest

from components import charts
from components.dataset_view import SAME_ROWS
from tests.support.pages import IdleEngine, button, finished_run, listed, page, record_test
from trainer import PROJECT
from trainer.recipe.recipe import Recipe
from trainer.runs import events
from trainer.runs.history import Curve
from trainer.runs.log import LogWriter
from trainer.runs.wording import WORDING

LESSON = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")
SIX = Recipe.load(PROJECT / "recipes" / "text_lstm.json").with_settings(["data.path=data/six_sentences.csv"])


def test_test_is_asked_for_on_purpose(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("results", run=run)
    assert engine.asked == []
    button(app, "Test").click().run()
    assert engine.asked == [("test", run)]


def test_a_tested_run_shows_numbers_confusion_report_and_mistakes(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=25)
    app = page("results", run=run)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown == {
        "Test accuracy": "99.75%",
        "Test loss": "0.3000",
        "Test rows": "10,000",
        "Weights from epoch": "2",
        "Times tested": "1",
    }
    report = app.dataframe[0].value
    assert list(report["class"]) == list("0123456789")
    assert int(report["rows"].sum()) == 10_000
    assert any("25 of 10,000 answers were wrong" in caption.value for caption in app.caption)


def test_scores_on_the_same_rows_say_so(engine: IdleEngine) -> None:
    run = finished_run(engine.store, SIX)
    log = LogWriter(engine.store.log(run))
    prepared = engine.store.read(run).history.prepared
    assert prepared is not None
    log.write(prepared.model_copy(update={"same_rows": True, "class_names": ("0", "1")}))
    log.close()
    record_test(engine, run, SIX, wrong=0)
    for name in ("results", "train"):
        app = page(name, run=run)
        assert any(warning.value == SAME_ROWS for warning in app.warning), name
    assert "its own training rows" in listed(page("runs"))


def test_a_failed_choice_of_weights_is_no_failed_test(engine: IdleEngine) -> None:
    """A failed *Use the best epoch* was shown as a failed test, because both were written as the same phase."""
    run = finished_run(engine.store, LESSON)
    log = LogWriter(engine.store.log(run))
    log.write(events.ActionFailed(action="keep", message=WORDING.message("weights_not_saved")))
    log.close()
    told = f"Your model was not changed. {WORDING.message('weights_not_saved')}"
    for name in ("results", "train"):
        assert [box.value.replace("\\", "") for box in page(name, run=run).error] == [told]


def test_a_failed_test_and_a_lost_file_are_said(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    log = LogWriter(engine.store.log(run))
    log.write(events.Phase(name="test_failed", text="The data file is gone."))  # as older versions wrote it
    log.close()
    assert any("The data file is gone" in box.value.replace("\\", "") for box in page("results", run=run).error)
    record_test(engine, run, LESSON, wrong=3)
    (engine.store.folder(run) / "test-1.npz").write_bytes(b"half a file")
    assert any("missing or damaged" in box.value for box in page("results", run=run).error)


@pytest.mark.parametrize("text", ["<b>x</b>", "<a href='javascript:alert(1)'>x</a>", "<img src=x onerror=y>"])
def test_plotly_labels_show_markup_as_text(text: str) -> None:
    figure = charts.class_balance({text: 3})
    assert "<" not in figure.layout.xaxis.ticktext[0] + figure.data[0].customdata[0]
    figure = charts.confusion(np.eye(2, dtype=np.int64), (text, "b"))
    assert (
        "<" not in figure.layout.xaxis.ticktext[0] + figure.layout.yaxis.ticktext[0] + figure.data[0].customdata[0][0]
    )
    figure = charts.overlay([charts.NamedCurve("A", text, Curve([1], [2]), None)], "loss", "Loss")
    assert "<" not in figure.data[0].name


def test_classes_whose_long_names_begin_alike_stay_apart() -> None:
    """Names cut to the same words were one place on the axis, and their cells lay on top of each other."""
    names = ("customer_service_good", "customer_service_bad")
    figure = charts.confusion(np.array([[3, 1], [2, 4]]), names)
    assert figure.layout.xaxis.tickvals == (0, 1)
    assert {(note.x, note.y, note.text) for note in figure.layout.annotations} == {
        (0, 0, "3"), (1, 0, "1"), (0, 1, "2"), (1, 1, "4"),
    }  # fmt: skip
    assert list(charts.class_balance(dict.fromkeys(names, 5)).data[0].x) == [0, 1]


def test_the_mistakes_of_one_cell_of_the_matrix(engine: IdleEngine) -> None:
    """Nobody could see the 28 fours that were read as nines (N14)."""
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=25)
    app = page("results", run=run)
    choice = app.selectbox(key="mistakes of")
    everything, first, *_others = choice.options
    assert first != everything
    assert not choice.set_value(choice.options[1]).run().exception
    captions = {image.caption for gallery in app.get("image") for image in gallery.proto.imgs}
    assert len({caption.partition("(")[0] for caption in captions}) == 1, "all of one true class and one answer"


def test_the_files_of_a_run_are_listed_with_how_to_look_at_them(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("results", run=run)
    assert not any("Files of this run" in heading.value for heading in app.subheader)
    folder = engine.store.folder(run)
    (folder / "training.csv").write_bytes(bytes(2000))
    (folder / "checkpoints").mkdir()
    for number in range(30):
        (folder / "checkpoints" / f"epoch-{number:02}.weights.h5").write_bytes(b"w")
    (folder / "tensorboard").mkdir()
    (folder / "tensorboard" / "events").write_bytes(b"e")
    app.run()
    assert any("Files of this run" in heading.value for heading in app.subheader)
    links = [element.proto for element in app.get("link_button")]
    assert links[0].url.endswith(f"/live/{run}/files/training.csv")
    assert [link.label for link in links[-2:]] == ["epoch-29.weights.h5", "tensorboard.zip"]
    assert len(links) == 22
    assert any("10 in all" in caption.value for caption in app.caption), "the older checkpoints"
    assert any(f"tensorboard --logdir {run}/tensorboard" in code.value for code in app.code)
    assert sum("ModelCheckpoint" in caption.value for caption in app.caption) == 20
