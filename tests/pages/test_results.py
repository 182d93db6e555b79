"""The Results page on runs whose tests are written by hand: numbers, mistakes, what is shut and why."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import charts, prediction_view
from components.dataset_view import SAME_ROWS
from components.person import name_of
from components.scores import MNIST_RECORD
from components.wording import WORDING as COMPONENTS
from tests.support.pages import IdleEngine, browser, button, finished_run, listed, page, record, record_test, token
from trainer import PROJECT, data, formats
from trainer.recipe.recipe import Recipe
from trainer.runs import events
from trainer.runs.baseline import interval
from trainer.runs.history import Curve
from trainer.runs.log import LogWriter
from trainer.runs.predictions import Cell
from trainer.runs.wording import WORDING

LESSON = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")
REVIEWS = Recipe.load(PROJECT / "recipes" / "text_lstm.json")
PRESS = "Press a number to see its examples."
SIX = REVIEWS.with_settings(["data.path=data/six_sentences.csv"])


def test_test_is_asked_for_on_purpose(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("results", run=run)
    assert engine.asked == []
    button(app, "Test").click().run()
    assert engine.asked == [("test", run)]


def html(app: AppTest) -> str:
    """The HTML of our own on a page, without its style sheets."""
    return "".join(one.proto.body for one in app.get("html") if "<style" not in one.proto.body)


def parts(app: AppTest, kind: str) -> list[str]:
    """What a reader sees of each element of a class."""
    found = re.findall(rf'<(\w+) class="[^"]*\b{kind}\b[^"]*">(.*?)</\1>', html(app))
    return [" ".join(unescape(re.sub("<[^>]*>", " ", inner)).split()) for _tag, inner in found]


def facts(app: AppTest) -> list[str]:
    return [unescape(value) for value in re.findall("<dd>(.*?)</dd>", html(app))]


def chosen_cell(app: AppTest) -> Any:
    return app.selectbox(key="mistakes of")


def test_a_tested_run_is_told_as_a_story(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=25)
    app = page("results", run=run)
    (number,) = parts(app, "fb-score-number")
    assert "99.8%" in number
    assert "9,975" in parts(app, "fb-score-meaning")[0]
    guessing, mine, record = (parts(app, f"fb-score-{kind}")[0] for kind in ("guessing", "mine", "other"))
    assert "10.0%" in guessing
    assert "99.8%" in mine
    assert formats.percent(MNIST_RECORD) in record
    assert "fb-score-better" in html(app), "green"
    assert html(app).count("<img") == html(app).count('alt="') > 8 + 16
    assert facts(app)[:3] == ["0.3000", "10,000", "epoch 2"]
    low, high = (formats.percent(end) for end in interval(0.9975, 10_000))
    assert low in parts(app, "fb-score-meaning")[1]
    assert high in parts(app, "fb-score-meaning")[1]
    report = app.dataframe[-1].value
    assert list(report["class"]) == list("0123456789")
    assert int(report["rows"].sum()) == 10_000
    assert not chosen_cell(app).disabled


@pytest.mark.parametrize(("wrong", "kind"), [(0, "better"), (9_500, "no_better")])
def test_only_a_result_above_guessing_is_green(engine: IdleEngine, wrong: int, kind: str) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=wrong)
    app = page("results", run=run)
    assert f"fb-score-{kind}" in html(app)
    assert len([one for one in app.selectbox if one.key == "mistakes of"]) == bool(wrong)


def test_a_run_without_a_baseline_is_neither_good_nor_bad(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON, majority=None)
    record_test(engine, run, LESSON, wrong=25)
    app = page("results", run=run)
    assert "fb-score-unknown" in html(app)
    assert parts(app, "fb-score-guessing") == []


def test_before_the_test_grey_bars_show_what_will_be_there(engine: IdleEngine) -> None:
    for app in (page("results"), page("results", run=finished_run(engine.store, LESSON))):
        assert "fb-score-empty" in html(app)
        assert len(parts(app, "fb-score-mine")) == 1
        assert "%" not in parts(app, "fb-score-mine")[0]
        assert not re.search("<h[1-6]", html(app))


def test_of_other_data_the_best_is_my_own_best_run(engine: IdleEngine) -> None:
    runs = [finished_run(engine.store, REVIEWS, name) for name in ("First", "Second", "Third")]
    for run, wrong in zip(runs, (90, 20, 60), strict=True):
        record_test(engine, run, REVIEWS, wrong=wrong)
    other = finished_run(engine.store, REVIEWS.with_settings(["seed=7"]), "Other rows")
    record_test(engine, other, REVIEWS.with_settings(["seed=7"]), wrong=0)
    for run, best in ((runs[0], "Second"), (runs[2], "Second"), (runs[1], "Third")):
        (bar,) = parts(page("results", run=run), "fb-score-other")
        assert best in bar
    assert parts(page("results", run=other), "fb-score-other") == []


def test_a_result_of_other_weights_than_the_kept_ones_says_so(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=25)
    notes = len(page("results", run=run).info)
    record(engine.store, run, events.WeightsKept(epoch=1, file="best.weights.h5", reason="the best"))
    assert len(page("results", run=run).info) == notes + 1


def test_a_test_in_progress_keeps_its_button_and_is_announced_at_its_end(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("results", run=run)
    said = app.session_state.get("announced")
    app.button(key="test").click().run()
    ordered = app.button(key="test")
    assert (ordered.disabled, ordered.label == "Test") == (False, False), "one button, which keeps the focus"
    ordered.click().run()
    assert engine.asked == [("test", run)], "a press while it tests orders nothing"
    record_test(engine, run, LESSON, wrong=25)
    app.run()
    announced = app.session_state["announced"]
    assert announced != said
    assert "9,975" in announced[1]
    app.run()
    assert app.session_state["announced"] == announced, "once"


def captions(app: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in app.caption]


def test_each_opening_is_listed_with_epoch_score_and_luck(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON, "Mine")
    record_test(engine, run, LESSON, wrong=25)
    app = page("results", run=run)
    (listed,) = [one.value.replace("\\", "") for one in app.markdown if "99.8% right" in one.value.replace("\\", "")]
    assert listed.count("- ") == 1
    assert all(formats.percent(end) in listed for end in interval(0.9975, 10_000))
    assert "epoch 2" in listed
    assert str(WORDING.message("opened_once")) in captions(app)
    assert str(COMPONENTS.message("test_same_weights")) in captions(app)
    assert not app.warning


def test_a_second_opening_after_a_change_says_what_it_is_worth_and_keeps_nobody_from_it(engine: IdleEngine) -> None:
    other = LESSON.with_settings(["optimizer.learning_rate=0.01"])
    first, second, third = (finished_run(engine.store, of, "A run") for of in (LESSON, other, other))
    record_test(engine, first, LESSON, wrong=25)
    app = page("results", run=second)
    assert str(COMPONENTS.message("test_opened_before", count=1)) in captions(app)
    assert not app.button(key="test").disabled
    record_test(engine, second, other, wrong=20)
    record_test(engine, third, other, wrong=20)
    app = page("results", run=second)
    (said,) = [one.value.replace("\\", "") for one in app.warning]
    assert said == str(WORDING.message("opened_for_several", count=3, models=2, rows=10_000, points=0.1))
    assert not app.button(key="test").disabled


def test_the_openings_of_others_are_not_told(engine: IdleEngine) -> None:
    hers = finished_run(engine.store, LESSON)
    (engine.store.folder(hers) / "owner").write_text(str(name_of(token("anna"))), "ascii")
    record_test(engine, hers, LESSON, wrong=25)
    run = finished_run(engine.store, LESSON)
    for name, code in (("anna", "test_opened_before"), ("bert", "test_on_purpose")):
        with browser(name):
            said = COMPONENTS.message(code, **({"count": 1} if name == "anna" else {}))
            assert str(said) in captions(page("results", run=run))


def test_the_advice_of_the_coach_is_here_too(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    for epoch in range(3, 13):  # training loss falls, validation loss rises
        logs = {"loss": 0.4 * 0.6**epoch, "accuracy": 0.99, "val_loss": 0.5 + 0.1 * epoch, "val_accuracy": 0.8}
        record(engine.store, run, events.EpochEnded(epoch=epoch, seconds=1, logs=logs | {"learning_rate": 0.001}))
    app = page("results", run=run)
    tries = [one for one in app.button if str(one.key).startswith("coach")]
    assert tries
    before = app.session_state["workspace"].recipe
    tries[0].click().run()
    assert app.session_state["workspace"].recipe != before
    record_test(engine, run, LESSON, wrong=25)
    assert [one for one in page("results", run=run).button if str(one.key).startswith("coach")]


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
    figure = charts.overlay([charts.NamedCurve("A", text, Curve([1], [2]), None)], "loss", "Loss")
    assert "<" not in figure.data[0].name


def test_classes_whose_long_names_begin_alike_stay_apart() -> None:
    """Names cut to the same words were one place on the axis, and their bars lay on top of each other."""
    names = ("customer_service_good", "customer_service_bad")
    assert list(charts.class_balance(dict.fromkeys(names, 5)).data[0].x) == [0, 1]


def test_the_mistakes_of_one_cell_of_the_matrix(engine: IdleEngine) -> None:
    """Nobody could see the 28 fours that were read as nines (N14)."""
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=25)
    app = page("results", run=run)
    _first, second, *_others = chosen_cell(app).options
    shown = parts(app, "fb-wrong")[16:]
    assert len({(words.split()[1], words.split()[-1]) for words in shown}) == 1
    assert not chosen_cell(app).set_value(second).run().exception
    assert parts(app, "fb-wrong")[16:] != shown


def after_a_press(run: str, cell: Cell) -> AppTest:
    """The page of a run after a press on the matrix, perhaps on that of another run."""
    app = page("results")
    app.session_state["mistakes of"] = cell
    app.query_params["run"] = run
    app.run()
    assert not app.exception
    assert not [one for one in app.markdown if "went wrong" in one.value]
    return app


def test_right_answers_can_be_looked_at_as_well(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=25)
    app = after_a_press(run, Cell(7, 7))
    assert chosen_cell(app).value == Cell(7, 7)
    assert len(parts(app, "fb-right")) == 8 + 6


@pytest.mark.parametrize("cell", [Cell(0, 5), Cell(40, 41)])
def test_a_cell_that_is_empty_in_this_run_is_forgotten(engine: IdleEngine, cell: Cell) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=25)
    assert chosen_cell(after_a_press(run, cell)).value != cell


def test_more_mistakes_can_be_shown_and_fewer_again(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=40)
    app = page("results", run=run)
    before = len(parts(app, "fb-wrong"))
    for expected in (16, 24, 0):
        app.button(key="more mistakes").click().run()
        assert len(parts(app, "fb-wrong")) == before + expected


def test_mistakes_can_be_filtered_by_class_and_sureness(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=12)
    app = page("results", run=run)
    wrong = data.load(LESSON.data, LESSON.seed).test.y[:12].tolist()
    before, most = len(parts(app, "fb-wrong")), max(set(wrong), key=wrong.count)
    app.selectbox(key=f"filter true {run} 1").set_value(most).run()
    assert before - len(parts(app, "fb-wrong")) == 12 - wrong.count(most)
    assert app.session_state["announced"][1].startswith(f"{wrong.count(most)} of 12")
    app.slider(key=f"filter sure {run} 1").set_value((0, 80)).run()
    assert before - len(parts(app, "fb-wrong")) == 12, "all are 90 % sure"
    assert not app.exception
    app.slider(key=f"filter sure {run} 1").set_value((90, 100)).run()
    assert before - len(parts(app, "fb-wrong")) == 12 - wrong.count(most)


def test_mistakes_among_texts_can_be_filtered_by_their_length(
    engine: IdleEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished_run(engine.store, REVIEWS, class_names=("negative", "positive"))
    record_test(engine, run, REVIEWS, wrong=8)
    # As in a script without spaces: a word is what the network reads.
    monkeypatch.setattr(prediction_view, "words_in", lambda text, rule: list(text) if rule == "unicode" else [])
    part = data.load(REVIEWS.data, REVIEWS.seed).test
    lengths = sorted(len(str(part[place])) for place in range(8))
    app = page("results", run=run)
    slider = app.slider(key=f"filter words {run} 1")
    assert (slider.min, slider.max) == (lengths[0], lengths[-1])
    before = len(parts(app, "fb-wrong"))
    slider.set_value((lengths[4], lengths[-1])).run()
    assert before - len(parts(app, "fb-wrong")) == len([one for one in lengths if one < lengths[4]])


def test_two_classes_have_a_threshold_that_says_what_it_does(engine: IdleEngine) -> None:
    run = finished_run(engine.store, REVIEWS, class_names=("negative", "positive"))
    record_test(engine, run, REVIEWS, wrong=8)
    part = data.load(REVIEWS.data, REVIEWS.seed).test
    wrong, positive = part.y[:8], int((part.y == 1).sum())
    app = page("results", run=run)
    alarms, missed = int((wrong == 0).sum()), int((wrong == 1).sum())
    assert facts(app)[:2] == [str(alarms), str(missed)]
    app.slider(key=f"threshold {run} 1").set_value(95).run()  # no answer is as sure as that
    assert facts(app)[:2] == ["0", str(positive)]
    assert str(positive) in app.session_state["announced"][1]
    app.slider(key=f"threshold {run} 1").set_value(0).run()
    assert facts(app)[:2] == [str(len(part) - positive), "0"]
    app.get("button_group")[0].set_value(0).run()
    assert facts(app)[:2] == [str(missed), str(alarms)], "the other class begins at a half of its own"
    assert not app.exception


def test_more_than_two_classes_have_no_threshold(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    record_test(engine, run, LESSON, wrong=25)
    assert not [one for one in page("results", run=run).slider if str(one.key).startswith("threshold")]


def test_texts_are_shown_in_full_and_as_texts(engine: IdleEngine, tmp_path: Path) -> None:
    table = tmp_path / "odd.csv"
    rows = [f'"<b>text</b> {n} {"word " * (n % 2 * 300)} end{n}","<i>{n % 2}</i>"' for n in range(60)]
    table.write_text("text,label\n" + "\n".join(rows), "utf-8")
    odd = SIX.with_settings([f"data.path={table}"])
    run = finished_run(engine.store, odd, class_names=("<i>0</i>", "<i>1</i>"))
    record_test(engine, run, odd, wrong=5)
    app = page("results", run=run)
    assert "<b>text" not in html(app)
    assert "<i>0</i>" not in html(app)
    texts = unescape(html(app))
    assert "<b>text</b>" in texts
    assert texts.count("<details>") >= 1, "a long one begins on the card, and is there as a whole"
    dataset = data.load(odd.data, odd.seed)
    assert f" {str(dataset.test[0]).split()[-1]}" in texts


def test_without_the_data_the_numbers_stay(engine: IdleEngine, tmp_path: Path) -> None:
    table = tmp_path / "gone.csv"
    table.write_text("text,label\n" + "".join(f"a text {n},{n % 2}\n" for n in range(60)), "utf-8")
    gone = SIX.with_settings([f"data.path={table}"])
    run = finished_run(engine.store, gone, class_names=("0", "1"))
    record_test(engine, run, gone, wrong=3)
    with_it = page("results", run=run)
    assert any(one.value == PRESS for one in with_it.caption)
    table.unlink()
    app = page("results", run=run)
    assert not app.exception
    assert parts(app, "fb-score-number") == parts(with_it, "fb-score-number")
    assert len(app.dataframe) == 1
    assert parts(app, "fb-wrong") == []
    assert not any(one.value == PRESS for one in app.caption), "there is nothing to be seen"
    assert len(app.info) == len(with_it.info) + 1


def test_the_files_of_a_run_are_listed_with_how_to_look_at_them(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("results", run=run)
    assert not any("Files of this run" in heading.value for heading in app.header)
    folder = engine.store.folder(run)
    (folder / "training.csv").write_bytes(bytes(2000))
    (folder / "checkpoints").mkdir()
    for number in range(30):
        (folder / "checkpoints" / f"epoch-{number:02}.weights.h5").write_bytes(b"w")
    (folder / "tensorboard").mkdir()
    (folder / "tensorboard" / "events").write_bytes(b"e")
    app.run()
    assert any("Files of this run" in heading.value for heading in app.header)
    links = [element.proto for element in app.get("link_button")]
    assert links[0].url.endswith(f"/live/{run}/files/training.csv")
    assert [link.label for link in links[-2:]] == ["epoch-29.weights.h5", "tensorboard.zip"]
    assert len(links) == 22
    assert any("10 in all" in caption.value for caption in app.caption), "the older checkpoints"
    assert any(f"tensorboard --logdir {run}/tensorboard" in code.value for code in app.code)
    assert sum("ModelCheckpoint" in caption.value for caption in app.caption) == 20
