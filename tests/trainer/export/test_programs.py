"""The script and the notebook of a run: without Fitboard they come to the losses that the run came to."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import nbclient
import nbformat
import numpy as np
import pytest
from rich.console import Console

from tests.support.stacks import ONE, TEN, WORDS, pictures, texts
from trainer import PROJECT, data
from trainer.data.numbers import learn_scaling
from trainer.data.program import Step
from trainer.data.source import source_of
from trainer.engine.foreground import train_and_test
from trainer.export.exported_run import ExportedRun, take
from trainer.export.format import formats
from trainer.export.programs import steps as programs
from trainer.export.programs.notebook import notebook
from trainer.export.programs.script import script
from trainer.export.protocol import Job
from trainer.fit.build import build
from trainer.messages import Message
from trainer.recipe.callbacks import LearningRateScheduler
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    LSTM,
    BatchNormalization,
    Bidirectional,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling1D,
    MultiHeadAttention,
)
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import ExecutionConfig, Prepared
from trainer.runs.store import Run, Store
from trainer.sources.text_csv.spec import TextCsv

ALLOWED = {"keras", "tensorflow", "numpy", "pandas", "plotly", *sys.stdlib_module_names}
_LOSS = re.compile(r"[0-9]+\.[0-9]{5}")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A few rows of the lessons' data, as files that somebody brings."""
    folder = tmp_path_factory.mktemp("few")
    with np.load(PROJECT / "data" / "mnist.npz") as all_of_them:
        some = {name: all_of_them[name][: 240 if "train" in name else 100] for name in all_of_them.files}
    np.savez(folder / "digits.npz", **some)
    lines = (PROJECT / "data" / "reviews.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "reviews.csv").write_text("".join(lines[:240]), "utf-8")
    return {"image": folder / "digits.npz", "text": folder / "reviews.csv"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("runs"))


def trained(lesson: str, few: dict[str, Path], runs: Store) -> tuple[Run, ExportedRun]:
    recipe = Recipe.load(PROJECT / "recipes" / f"{lesson}.json")
    recipe = recipe.with_(data=recipe.data.with_(path=str(few[recipe.data.modality])), fit=recipe.fit.with_(epochs=2))
    run = train_and_test(recipe, runs, Console(quiet=True))
    return run, take(runs, run.id)


def losses(run: Run) -> list[float]:
    """What a program prints: of each epoch, and of the test."""
    logs = [*(epoch.logs for epoch in run.history.epochs), run.history.tests[-1].logs]
    return [one[name] for one in logs for name in ("loss", "val_loss") if name in one] + [logs[-1]["accuracy"]]


def said(output: str) -> list[float]:
    """The losses in the output of a program, without those of Fitboard beside them."""
    lines = [
        line.partition(" in Fitboard ")[0] for line in output.splitlines() if line.startswith(("epoch ", "test: "))
    ]
    return [float(loss) for line in lines for loss in _LOSS.findall(line)]


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.parametrize("lesson", ["mnist_cnn", "text_lstm", "mnist_checkpoint_early_stopping"])
def test_of_a_lesson(lesson: str, few: dict[str, Path], runs: Store, tmp_path: Path) -> None:
    run, exported = trained(lesson, few, runs)
    file = few[exported.recipe.data.modality]
    (tmp_path / "program.py").write_text(script(exported), "utf-8")
    command = [sys.executable, "-I", "program.py", str(file)]
    started = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    book = nbformat.reads(notebook(exported), 4)
    client = nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(file.parent)}})
    client.execute()
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    assert said("".join(one["text"] for one in outputs if one.get("name") == "stdout")) == pytest.approx(
        losses(run), abs=2e-5
    )
    curves = [one for one in outputs if "application/vnd.plotly.v1+json" in one.get("data", {})]
    assert len(curves) == 2

    output, errors = started.communicate()
    assert started.returncode == 0, errors
    assert said(output) == pytest.approx(losses(run), abs=2e-5)


def exported(recipe: Recipe, store: Store, title: str = "A run") -> ExportedRun:
    """A run that nobody trained."""
    run = store.read(store.create(recipe))
    facts = data.facts(recipe.data, recipe.seed)
    return ExportedRun(run.id, title, recipe, store.folder(run.id), run.history, facts, None, 0, False)


def executed(found: list[Step], **names: Any) -> dict[str, Any]:
    """What steps define."""
    known: dict[str, Any] = {"np": np, "keras": keras, **names}
    for step in found:
        known |= {name: __import__(name) for name in step.imports}
        exec(step.code, known)  # noqa: S102 - code of ours, which people run
    return known


ROWS = "\n".join(f"{word} {n},{label}" for n in range(30) for word, label in (("good film", 1), ("bad film", 0)))
FEW = "\n".join(ROWS.splitlines()[:20])
MESSY = [(f"<b>Gut</b> &amp; schön {n // 2}", "Ja; oft" if n % 3 else " ja") for n in range(60)] + [("nö", "nein")] * 9


def csv(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f'"{text}";"{label}"' for text, label in rows)


TABLES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "plain": (f"text,label\n{ROWS}\n".encode(), {}),
    "kept together": (f"text,label\n{ROWS}\n{ROWS}\n".replace("good", "GOOD").encode(), {"keep_together": True}),
    "no validation": (f"text,label\n{ROWS}\n".encode(), {"validation": 0.0}),
    "too few": (f"text,label\n{FEW}".encode(), {}),
    "old encoding": (f"Titel\n\ntext;label\n{csv(MESSY)}".encode("cp1252"), {"above": 2, "first_label": True,
                     "merge_labels": True, "plain_text": True}),
    "cleaned": (f"text;label\n{csv(MESSY)}".encode(), {"drop_duplicates": True, "drop_rare": 3, "first_label": True,
                "every_character": True}),
    "contradictions": (f"text,label\n{ROWS}\ngood film 3,0\nBAD film 4,1".encode(), {"drop_conflicts": True}),
    "no header": (ROWS.encode("utf-16"), {"header": False, "text_column": "Column 1", "label_column": "Column 2"}),
    "quoted": (("'text','label'\n" + "\n".join(f"'a, {n}\nb','{n % 3 + 9}'" for n in range(60))).encode(), {}),
    "named separator": (f"sep=|\ntext|label\n{ROWS.replace(',', '|')}".encode(), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_reads_the_same_rows(name: str, write: Any) -> None:
    content, settings = TABLES[name]
    file = write(content)
    spec = TextCsv(path=str(file), **{"text_column": "text", "label_column": "label", **settings})
    dataset = data.load(spec, 3)
    found = executed(list(source_of(spec).program(spec, 3, dataset)), SEED=3, FILE=str(file))
    for part in ("train", "validation", "test"):
        theirs = getattr(dataset, part)
        assert (theirs is None) == (f"x_{part}" not in found)
        if theirs is not None:
            assert list(found[f"x_{part}"]) == list(theirs.x)
            assert found[f"y_{part}"].tolist() == theirs.y.tolist()
    assert tuple(found["class_names"]) == dataset.class_names


@pytest.mark.parametrize("limit", [None, 60])
def test_reads_the_same_pictures(limit: int | None, tiny: Any) -> None:
    recipe = tiny()
    spec = recipe.data.with_(limit=limit)
    dataset = data.load(spec, 5)
    found = executed(list(source_of(spec).program(spec, 5, dataset)), SEED=5, FILE=spec.path)
    for part in ("train", "validation", "test"):
        assert np.array_equal(found[f"x_{part}"], getattr(dataset, part).x)
        assert found[f"y_{part}"].tolist() == getattr(dataset, part).y.tolist()


ATTENTION = MultiHeadAttention(num_heads=2, key_dim=3)
STACKS = {
    "pictures": pictures(Conv2D(filters=3), BatchNormalization(), Flatten(), Dropout(rate=0.5), TEN),
    "texts": texts(WORDS, Bidirectional(layer=LSTM(units=3)), Dense(units=4), ONE),
    "attention": texts(WORDS, ATTENTION, ATTENTION, GlobalAveragePooling1D(), ONE),
}


@pytest.mark.parametrize("name", STACKS)
def test_begins_with_the_same_weights(name: str) -> None:
    recipe, facts = STACKS[name]
    ours = build(recipe, facts.input_shape, tokens=facts.modality == "text").get_weights()
    theirs = executed([programs._network(recipe, facts)], SEED=recipe.seed)["model"].get_weights()
    assert all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("schedule", ["step_decay", "exponential_decay", "cosine_decay", "linear_warmup"])
def test_changes_the_learning_rate_by_the_same_plan(schedule: Any) -> None:
    recipe, _facts = pictures(TEN)
    callback = LearningRateScheduler(schedule=schedule, every=3)
    rate = eval(f"lambda epoch: {programs._rate(callback, recipe)}", {"np": np, "EPOCHS": 7})  # noqa: S307 - ours
    for epoch in range(7):
        assert rate(epoch) == pytest.approx(callback.rate(epoch, 7, recipe.optimizer.learning_rate))


def test_numbers_are_standardized_as_in_training() -> None:
    rows = np.random.default_rng(1).normal(5, 3, (40, 3)).astype("float32")
    rows[:, 2] = 7
    facts = DataFacts(input_shape=(3,), class_names=("a", "b"), train=40, validation=0, test=40, modality="table")
    step = programs._preparation(pictures(TEN)[0], facts)
    found = executed([step], x_train=rows, x_test=rows[:5])
    assert np.allclose(found["x_train"], learn_scaling(rows).numbers(rows), atol=1e-6)
    assert np.array_equal(found["x_test"], found["x_train"][:5])


HOSTILE = 'x\nimport os\r"""\u2028print(1)\u202e\x0c\\ `<script>alert(1)</script>`'


def test_nothing_that_people_write_becomes_code(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = 'a"b', "c'd\\"
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    (tmp_path / "data").mkdir()
    Path('data/it\'s "my" table.csv').write_text(f"{header}\n{ROWS}\n", "utf-8")
    spec = TextCsv(path='data/it\'s "my" table.csv', text_column=names[0], label_column=names[1])
    recipe = Recipe(data=spec, layers=(WORDS, GlobalAveragePooling1D(), ONE))
    plain, odd = (exported(recipe, store, title) for title in ("x", HOSTILE))
    assert ast.dump(ast.parse(script(plain))) == ast.dump(ast.parse(script(odd)))
    first, other = (nbformat.reads(notebook(one), 4).cells for one in (plain, odd))
    assert [one.source for one in first[1:]] == [one.source for one in other[1:]]
    assert not re.search(r"(?<!\\)[<`]", other[0].source)


@pytest.mark.parametrize("threads", [0, 1, 4])
def test_computes_with_the_threads_of_the_run(threads: int, store: Store, tiny: Any) -> None:
    """With another number TensorFlow rounds sums in another way, which the third digit of a loss may show."""
    run = exported(tiny(), store)
    execution = ExecutionConfig(steps_per_execution=1, jit_compile=False, intra_op_threads=threads, why="")
    counts: dict[str, Any] = {
        "train": 10,
        "validation": 0,
        "same_rows": False,
        "test": 2,
        "steps": 1,
        "epochs": 1,
        "batch_size": 32,
        "parameters": 10,
    }
    run.history.prepared = Prepared(seconds=1, class_names=("no", "yes"), execution=execution, **counts)
    says = f"tf.config.threading.set_intra_op_parallelism_threads({threads})"
    assert (says in script(run)) == (threads > 0)
    assert ("tf.config.threading" in script(run)) == (threads > 0)


def test_imports_nothing_of_ours_and_names_no_folder(store: Store, tiny: Any, texts: Any) -> None:
    for recipe in (tiny(), texts()):
        program = script(exported(recipe, store))
        assert str(Path(recipe.data.path).parent) not in program
        for node in ast.walk(ast.parse(program)):
            if isinstance(node, ast.Import):
                assert {alias.name.partition(".")[0] for alias in node.names} <= ALLOWED


@pytest.mark.parametrize("field", ["repair_letters", "hide_labels"])
def test_what_a_program_cannot_do_is_refused(field: str, texts: Any, store: Store) -> None:
    recipe = texts(f"data.{field}=true")
    with pytest.raises(RecipeError) as refused:
        script(exported(recipe, store))
    assert refused.value.code == "text_csv.program_lacks"


def warnings_in(program: str) -> list[str]:
    """Sentences that a program prints whatever comes of it."""
    calls = [node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Call)]
    return [
        str(value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "print"
        if len(call.args) == 1 and isinstance(call.args[0], ast.Constant)
        for value in [call.args[0].value]
    ]


def test_with_other_data_no_program_promises_the_same_losses(
    store: Store, texts: Any, write: Any, tmp_path: Path
) -> None:
    recipe = texts("fit.epochs=1")
    table = write(Path(recipe.data.path).read_text("utf-8"))
    recipe = recipe.with_(data=recipe.data.with_(path=str(table)))
    run = take(store, train_and_test(recipe, store, Console(quiet=True)).id)
    job = Job(root=store.root, run_id=run.id, format="script", place=tmp_path / "program.py")

    def made() -> tuple[Message | None, str, list[str]]:
        note = formats()["script"].make(job, lambda _: None).note
        return note, programs.heading(run)[0], warnings_in(job.place.read_text("utf-8"))

    note, heading, warnings = made()
    assert (note, warnings) == (None, [])
    table.write_text(table.read_text("utf-8") + "a fine film,1\na poor film,0\n" * 5, "utf-8")
    other_note, other_heading, other_warnings = made()
    assert other_note is not None
    assert other_note.code == "export.program_other_data"
    assert heading != other_heading
    assert len(other_warnings) == 1


@pytest.mark.parametrize("name", ["mine.csv", "0123456789abcdef-Bewertungen-für-März.csv"])
def test_without_the_file_a_program_ends_in_one_sentence(
    name: str, store: Store, texts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = texts()
    table = tmp_path / name
    table.write_bytes(Path(recipe.data.path).read_bytes())
    run = exported(recipe.with_(data=recipe.data.with_(path=str(table))), store)
    has_our_name = name != "mine.csv"
    assert len(programs.heading(run)) == 2 + has_our_name
    (tmp_path / "program.py").write_text(script(run), "utf-8")
    cell = next(one.source for one in nbformat.reads(notebook(run), 4).cells if one.cell_type == "code")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr(sys, "argv", ["program.py"])
    for run_it in (lambda: runpy.run_path(str(tmp_path / "program.py")), lambda: exec(cell, {})):  # noqa: S102 - ours
        with pytest.raises(SystemExit) as ended:
            run_it()
        sentence = str(ended.value.code)
        assert name.removeprefix("0123456789abcdef-") in sentence
        assert "{" not in sentence
        assert sentence == " ".join(sentence.split())


def test_without_its_data_there_is_no_program(store: Store, texts: Any) -> None:
    run = exported(texts(), store)
    gone = run.recipe.with_(data=run.recipe.data.with_(path="/nowhere/table.csv"))
    with pytest.raises(RecipeError) as refused:
        script(replace(run, recipe=gone))
    assert refused.value.code == "export.program_needs_data"
