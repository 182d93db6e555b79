"""`python -m trainer predict`: the answers of the network itself, and none where there is no ground for one."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from trainer import __main__ as command
from trainer import data
from trainer.__main__ import main
from trainer.data.drawing import PictureForm
from trainer.engine import prediction
from trainer.engine.prediction import answers_of, as_csv
from trainer.engine.protocol import Train
from trainer.engine.worker import Worker
from trainer.fit.control import Control
from trainer.fit.evaluate import evaluate
from trainer.fit.run import train
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen
from trainer.runs.kept_epochs import kept_epochs
from trainer.runs.log import LogWriter
from trainer.runs.store import Store


class Asked(NamedTuple):
    """What the command has said."""

    status: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out.splitlines()[-1])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("runs"))


def trained(store: Store, recipe: Recipe) -> str:
    worker = Worker(store)
    run = store.create(recipe)
    worker.begin(Train(run_id=run))
    assert worker.join(run, 120)
    return run


@pytest.fixture(scope="module")
def pictures(store: Store, tiny: Callable[..., Recipe]) -> str:
    return trained(store, tiny("fit.epochs=3"))


@pytest.fixture(scope="module")
def words(store: Store, texts: Callable[..., Recipe]) -> str:
    return trained(store, texts("fit.epochs=3", "optimizer.learning_rate=0.1"))


@pytest.fixture
def ask(store: Store, capsys: pytest.CaptureFixture[str]) -> Callable[..., Asked]:
    def ask(*arguments: object) -> Asked:
        status = main(["predict", "--runs", str(store.root), *map(str, arguments)])
        return Asked(status, *capsys.readouterr())

    return ask


Ask = Callable[..., Asked]


def picture_file() -> bytes:
    content = BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (20, 20), np.uint8)).save(content, "PNG")
    return content.getvalue()


def test_pictures_of_the_test_set_are_answered_as_in_the_test(
    ask: Ask, store: Store, pictures: str, tmp_path: Path
) -> None:
    run, recipe = store.read(pictures), store.recipe(pictures)
    assert run.history.weights is not None
    evaluate(recipe, store.folder(pictures), run.history.weights, 1, Control())
    tested = np.load(store.folder(pictures) / "test-1.npz")["probabilities"]
    dataset = data.load(recipe.data, recipe.seed)
    for number in range(3):
        file = tmp_path / "picture.png"
        Image.fromarray(dataset.test[number][..., 0]).save(file)
        found = ask(pictures, "--image", file, "--json").json
        assert list(found["probabilities"]) == list(dataset.class_names)
        assert list(found["probabilities"].values()) == pytest.approx(tested[number].tolist(), abs=1e-6)
        assert found["answer"] == dataset.class_names[tested[number].argmax()]
        assert (found["why"], found["run"], found["epoch"]) == (None, pictures, run.history.weights.epoch)


def test_the_weights_of_each_kept_epoch_can_be_asked(ask: Ask, store: Store, pictures: str, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    Image.fromarray(np.arange(36, dtype=np.uint8).reshape(6, 6)).save(file)
    kept = [one.epoch for one in kept_epochs(store.folder(pictures))]
    assert kept[0] == 0
    assert len(kept) > 1
    answers = [ask(pictures, "--image", file, "--epoch", epoch, "--json").json for epoch in kept]
    assert [one["epoch"] for one in answers] == kept
    assert len({json.dumps(one["probabilities"]) for one in answers}) == len(kept)
    assert answers[-1]["probabilities"] == pytest.approx(ask(pictures, "--image", file, "--json").json["probabilities"])
    refused = ask(pictures, "--image", file, "--epoch", 77, "--json")
    assert (refused.status, refused.json["problems"][0]["code"]) == (2, "runs.epoch_not_kept")


def test_a_text_is_answered_by_what_it_says(ask: Ask, words: str) -> None:
    found = ask(words, "--text", "a GOOD film!", "--json").json
    assert found["answer"] in found["probabilities"]
    assert sum(found["probabilities"].values()) == pytest.approx(1)
    assert found["answer"] != ask(words, "--text", "a bad film", "--json").json["answer"]
    shown = ask(words, "--text", "a good film")
    assert (shown.status, found["answer"] in shown.out, "%" in shown.out) == (0, True, True)


@pytest.mark.parametrize("text", ["", "?! …", "🙂", "unheard-of"])
def test_without_a_known_word_there_is_no_answer(ask: Ask, words: str, text: str) -> None:
    found = ask(words, "--text", text, "--json")
    assert (found.status, found.json["answer"], found.json["probabilities"]) == (0, None, {})
    assert found.json["why"]


def test_an_empty_picture_has_no_answer(
    ask: Ask, store: Store, pictures: str, tmp_path: Path, monkeypatch: Any
) -> None:
    file = tmp_path / "empty.png"
    Image.new("L", (50, 50), 255).save(file)
    assert ask(pictures, "--image", file, "--json").json["answer"] is not None, "not digits: anything may be a picture"
    digits = prediction.form_of(store.recipe(pictures), (6, 6, 1))
    monkeypatch.setattr(prediction, "form_of", lambda *_: PictureForm(6, 6, 1, digits.border, digits=True))
    found = ask(pictures, "--image", file, "--json").json
    assert (found["answer"], found["probabilities"]) == (None, {})
    assert found["why"]


def test_a_table_comes_back_with_answers_and_without_formulas(ask: Ask, words: str, tmp_path: Path) -> None:
    file = tmp_path / "texts.csv"
    file.write_text('number,text\n1,a good film\n2,"=HYPERLINK(""http://bad"") good"\n3,???\n', "utf-8")
    shown = ask(words, "--csv", file)
    assert shown.status == 0
    assert shown.out.startswith("\ufeff")
    header, *rows = list(csv.reader(StringIO(shown.out.removeprefix("\ufeff"))))
    assert header[:2] == ["number", "text"]
    assert [row[1][0] for row in rows] == ["a", "'", "?"]
    found = ask(words, "--csv", file, "--json").json["rows"]
    assert [row[2] for row in rows] == [one["answer"] or "" for one in found]
    assert found[2]["answer"] is None
    assert found[0] == {name: ask(words, "--text", "a good film", "--json").json[name] for name in found[0]}
    only = tmp_path / "only.csv"
    only.write_text("anything\na good film\na bad film\n", "utf-8")
    assert [one["answer"] for one in ask(words, "--csv", only, "--json").json["rows"]] == [
        found[0]["answer"],
        ask(words, "--text", "a bad film", "--json").json["answer"],
    ]
    only.write_text("one,two\n1,2\n", "utf-8")
    assert ask(words, "--csv", only, "--json").json["problems"][0]["code"] == "engine.predict_no_text_column"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("missing.png", None, "data.no_file"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "data.not_a_picture"),
        ("empty.png", b"", "data.not_a_picture"),
        ("cut.png", picture_file()[:60], "data.picture_damaged"),
    ],
)
def test_a_bad_picture_is_refused_in_a_sentence(
    ask: Ask, pictures: str, tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    refused = ask(pictures, "--image", tmp_path / name, "--json")
    assert (refused.status, refused.json["problems"][0]["code"]) == (2, code)
    assert len(refused.error.splitlines()) == 1


def test_what_a_run_does_not_read_is_refused(ask: Ask, pictures: str, words: str, tmp_path: Path) -> None:
    refusals = [
        (ask(pictures, "--text", "seven", "--json"), "engine.predict_no_texts"),
        (ask(words, "--image", "x.png", "--json"), "engine.predict_no_pictures"),
        (ask(pictures, "--csv", "x.csv", "--json"), "engine.predict_no_tables"),
        (ask(words, "--csv", "x.csv", "--json"), "engine.predict_no_file"),
        (ask(words, "--text", "a" * 1_000_001, "--json"), "engine.predict_text_too_long"),
        (ask("nobody", "--text", "a", "--json"), "runs.no_listed_run"),
    ]
    assert [(one.status, one.json["problems"][0]["code"]) for one, _ in refusals] == [(2, code) for _, code in refusals]


def test_a_run_that_has_not_begun_has_no_answer(ask: Ask, store: Store, tiny: Callable[..., Recipe]) -> None:
    run = store.create(tiny())
    refused = ask(run, "--image", "x.png", "--json")
    assert (refused.status, refused.json["problems"][0]["code"]) == (2, "runs.network_not_begun")


def test_weights_of_a_stop_inside_an_epoch_are_named_as_such(
    ask: Ask, store: Store, tiny: Callable[..., Recipe]
) -> None:
    recipe = tiny("fit.epochs=3")
    run, control = store.create(recipe), Control()
    log = LogWriter(store.log(run))

    def write(event: AnyEvent) -> None:
        log.write(event)
        if isinstance(event, BatchSeen) and event.epoch == 2:
            control.end("stop")

    train(recipe, store.folder(run), write, control)
    log.close()
    kept = [(one.epoch, one.inside) for one in kept_epochs(store.folder(run))]
    assert kept[-1] == (2, True)
    file = store.folder(run) / "picture.png"
    Image.fromarray(np.arange(36, dtype=np.uint8).reshape(6, 6)).save(file)
    result = ask(run, "--image", file, "--json").json
    assert (result["epoch"], result["inside"]) == (2, True)
    assert ask(run, "--image", file, "--epoch", 2, "--json").json == result
    untrained = ask(run, "--image", file, "--epoch", 0, "--json").json
    assert (untrained["epoch"], untrained["inside"]) == (0, False)


def test_numbers_that_are_no_probabilities_are_scores(capsys: pytest.CaptureFixture[str]) -> None:
    some, bad = answers_of(np.array([[-3.5, 12.34], [np.nan, 1.0]], np.float32), ["no", "yes"])
    assert some.as_json() == {"answer": "yes", "why": None, "scores": pytest.approx({"no": -3.5, "yes": 12.34})}
    assert (bad.answer, bad.as_json()["scores"]) == (None, {})
    (sure,) = answers_of(np.array([[0.25, 0.75]], np.float32), ["no", "yes"])
    for one, sign in ((some, "12.3"), (sure, "75.0%")):
        command._print_answer(one)
        out = capsys.readouterr().out
        assert sign in out
        assert ("%" in out) == one.are_probabilities


def test_a_table_keeps_its_own_column_of_our_name() -> None:
    answers = answers_of(np.array([[0.25, 0.75]], np.float32), ["no", "yes"])
    table = as_csv(pd.DataFrame({"answer": ["mine"], "answer (2)": ["too"]}), answers, ["no", "yes"])
    header, row = list(csv.reader(StringIO(table.removeprefix("\ufeff"))))
    assert header[:3] == ["answer", "answer (2)", "answer (3)"]
    assert row[:3] == ["mine", "too", "yes"]
