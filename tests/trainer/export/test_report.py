"""The lab report: all of a run in one page, whatever is missing of it, and nothing in it is markup but ours."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.odd_names import ODD
from tests.support.written_runs import KEPT, write_run, write_test
from trainer import PROJECT
from trainer.__main__ import main
from trainer.export.protocol import Job
from trainer.export.report.contents import Contents, contents
from trainer.export.report.material import gather
from trainer.export.report.page import page
from trainer.messages import Message
from trainer.recipe.layers import Dense
from trainer.recipe.recipe import Recipe
from trainer.runs import events, expectation
from trainer.runs.events import EpochEnded, RunState, StateChanged, WeightsKept
from trainer.runs.log import LogWriter
from trainer.runs.store import Store
from trainer.runs.wording import WORDING as RUNS

Make = Callable[..., Recipe]
WEIGHTS = WeightsKept(epoch=3, file="final.weights.h5", reason=KEPT)
FINISHED = StateChanged(state=RunState.FINISHED, reason=RUNS.message("finished", epochs=4))
INTERRUPTED = StateChanged(state=RunState.INTERRUPTED, reason=RUNS.message("trainer_gone"))
ROWS = {"mnist": (96, 24, 30), "text_csv": (56, 12, 12)}


class Seen(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, kind: str | None = None) -> list[dict[str, str | None]]:
        return [found for name, found in self.tags if name == tag and kind in (None, found.get("class"))]


def written(store: Store, recipe: Recipe, *ends: object, tested: bool = True, classes: tuple[str, ...] = ()) -> str:
    rows = ROWS[recipe.data.kind]
    names = classes or (("0", "1", "2") if recipe.data.kind == "mnist" else ("0", "1"))
    run = write_run(store, recipe, 4, *(ends or (WEIGHTS, FINISHED)), classes=names, rows=rows)
    if tested:
        write_test(store, run, recipe)
    return run


def shown(store: Store, run: str) -> tuple[Contents, Seen]:
    found = contents(gather(store, run))
    return found, Seen(page(found))


def codes(*messages: object) -> list[str]:
    return [one.code for one in messages if isinstance(one, Message)]


def test_a_report_has_everything(store: Store, tiny: Make) -> None:
    before = written(store, tiny("fit.epochs=3"))
    (store.root / before).rename(store.root / f"20200101-000000-{before[-16:]}")
    recipe = tiny("fit.epochs=7", "seed=1")
    run = written(store, recipe)
    expectation.keep(store.folder(run), expectation.expected(0.5, "it <b>guesses</b>"))
    found, seen = shown(store, run)
    assert found.troubles == []
    assert codes(*found.expected) == ["export.report_expected", "export.report_came_above"]
    assert found.data is not None
    assert (found.data.train, found.data.validation, found.data.test) == ROWS["mnist"]
    assert found.network is not None
    assert [one.shape for one in found.network.layers] == ["36", "8", "3"]
    assert found.settings is not None
    assert "recipe.setting_changed" in codes(*found.settings.shown)
    assert found.test is not None
    assert found.test.matrix is not None
    assert sum(cell.times for _, row in found.test.matrix.labelled for cell in row) == 30
    assert found.comparison is not None
    assert len(found.comparison.changes.shown) == 1
    assert [len(chart.lines) for chart in found.charts] == [3, 3]
    assert all(chart.kept is not None for chart in found.charts)
    assert len(seen.all("svg", "chart")) == 2
    pictures = [one["src"] or "" for one in seen.all("img")]
    assert len(pictures) == 3
    assert all(one.startswith("data:image/png;base64,") for one in pictures)
    address, _, packed = (seen.all("a")[0]["href"] or "").partition("base64,")
    again = Recipe.from_json(b64decode(packed))
    assert address == "data:application/json;"
    assert again.with_(data=recipe.data) == recipe
    assert again.data.path == Path(recipe.data.path or "").name
    assert len(seen.all("div", "typed lines-1")) == 2
    assert "it <b>guesses</b>" in seen.text


def test_with_data_of_ones_own_the_command_names_the_file(
    store: Store, texts: Make, tiny: Make, tmp_path: Path
) -> None:
    recipe = texts("data.text_column=text", "data.label_column=label", "fit.epochs=7")
    table = tmp_path / "0123456789abcdef-Bewertungen-für-März.csv"
    table.write_bytes(Path(recipe.data.path or "").read_bytes())
    recipe = recipe.with_(data=recipe.data.with_(path=str(table)))
    found, seen = shown(store, written(store, recipe))
    assert found.data is not None
    assert found.needed_file == found.data.name == "Bewertungen-für-März.csv"
    (tmp_path / "again.json").write_bytes(b64decode((seen.all("a")[0]["href"] or "").partition("base64,")[2]))
    (command,) = re.findall(r"python -m trainer run \S+( .*)", seen.text)
    assert main(["check", str(tmp_path / "again.json"), *command.replace("FILE", str(table)).split()]) == 0
    assert [name for _, name in found.data.columns] == ["text", "label"]
    assert found.settings is not None
    changed = [one.parameters["setting"] for one in found.settings.shown if one.code == "recipe.setting_changed"]
    assert Message(code="recipe.field_alone", parameters={"title": "Epochs"}) in changed
    assert not {recipe.data.field_title(name) for name in recipe.data.columns} & {
        one.parameters["title"] for one in changed if isinstance(one, Message)
    }
    own = tiny().with_(data=tiny().data.with_(path="data/mnist.npz"))
    assert contents(gather(store, store.create(own))).needed_file == ""


def test_a_report_is_one_file_that_can_be_read_out(store: Store, tiny: Make) -> None:
    _, seen = shown(store, written(store, tiny()))
    outside = [one for _, found in seen.tags for name, one in found.items() if name in {"src", "href"}]
    assert all((one or "").startswith(("data:", "http://localhost:8501/results?run=")) for one in outside)
    assert not seen.all("link")
    assert [list(one) for one in seen.all("script")] == [[]]
    policy = next(one["content"] or "" for one in seen.all("meta") if one.get("http-equiv"))
    assert policy.startswith("default-src 'none';")
    assert seen.all("html") == [{"lang": "en"}]
    assert all("scope" in one for one in seen.all("th"))
    assert all(one.get("alt") for one in seen.all("img"))
    levels = [int(name[1]) for name, _ in seen.tags if name in {"h1", "h2", "h3"}]
    assert levels[0] == 1
    assert all(after <= level + 1 for level, after in pairwise(levels))


def test_names_and_texts_are_never_markup(store: Store, texts: Make, write: Callable[[str], Path]) -> None:
    bad = "</title></style><script>alert(1)</script>{{ 7 * 7 }}<img src=x onerror=y>" + " ".join(ODD)

    def one(word: str) -> Seen:
        rows = [f'"{word} {n} {kind}","{word[:40]} {kind}"' for n in range(40) for kind in ("good", "bad")]
        table = write("text,label\n" + "\n".join(row.replace('""', "") for row in rows) + "\n")
        recipe = texts().with_(name=word[:100], about=word)
        recipe = recipe.with_(data=recipe.data.with_(path=str(table)))
        run = written(store, recipe, classes=(f"{word[:40]} bad", f"{word[:40]} good"))
        store.describe(run, name=word[:100], note=word)
        expectation.keep(store.folder(run), expectation.expected(None, word))
        found, seen = shown(store, run)
        assert found.test is not None
        assert len(found.test.mistakes) == 3
        return seen

    harmless, hostile = one("word"), one(bad.replace('"', "'"))
    # The doctor says more of such texts, in a list; nothing else may be there that is not there with harmless words.
    assert {name for name, _ in hostile.tags} <= {name for name, _ in harmless.tags} | {"ul", "li"}
    for name in ("script", "style", "title", "a", "img", "b", "table"):
        assert len(hostile.all(name)) == len(harmless.all(name)), name
    assert not [one for _, found in hostile.tags for one in found if one.startswith("on")]
    assert "{{ 7 * 7 }}" in hostile.text


def damage_log(folder: Path) -> None:
    log = folder / "events.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:-2]) + b'{"n":"?"}\n')


def damage_answers(folder: Path) -> None:
    (folder / "test-1.npz").write_bytes(b"PK damaged")


def damage_recipe(folder: Path) -> None:
    (folder / "recipe.json").write_text("{", "utf-8")


@pytest.mark.parametrize(
    ("damage", "code", "left"),
    [
        (damage_log, "export.report_damaged", "data network charts"),
        (damage_answers, "export.report_no_answers", "data network charts test"),
        (damage_recipe, "export.report_damaged", "charts test"),
    ],
)
def test_of_a_damaged_run_the_rest_is_there(
    damage: Callable[[Path], None], code: str, left: str, store: Store, tiny: Make
) -> None:
    run = written(store, tiny())
    damage(store.folder(run))
    found, _ = shown(store, run)
    said = [*found.troubles, *([found.test.why_no_mistakes] if found.test else [])]
    assert code in codes(*said)
    assert all(getattr(found, part) for part in left.split())


def test_a_run_without_test_weights_or_end_says_so(store: Store, tiny: Make) -> None:
    untested, _ = shown(store, written(store, tiny(), tested=False))
    assert untested.test is None
    assert untested.troubles == []
    broken, _ = shown(store, written(store, tiny(), INTERRUPTED, tested=False))
    assert codes(*broken.troubles) == ["export.report_ended", "export.report_no_weights"]
    assert broken.charts
    assert broken.kept is None
    new, _ = shown(store, store.create(tiny()))
    assert codes(*new.troubles) == ["export.report_in_progress"]
    assert new.network is not None
    assert new.charts == []


def test_data_that_are_gone_or_others_are_not_shown(store: Store, texts: Make, write: Callable[[str], Path]) -> None:
    recipe = texts()
    table = write(Path(recipe.data.path or "").read_text("utf-8"))
    recipe = recipe.with_(data=recipe.data.with_(path=str(table)))
    run = written(store, recipe)
    before = shown(store, run)[0].test
    assert before is not None
    assert len(before.mistakes) == 3
    write(table.read_text("utf-8").replace("good", "fine").replace("film", "show") + "one more,1\n")
    for code in ("export.report_data_changed", "export.report_data_gone"):
        found, seen = shown(store, run)
        assert codes(*found.data_notes) == [code]
        assert found.test is not None
        assert found.test.matrix is not None
        assert codes(found.test.why_no_mistakes) == ["export.report_no_examples"]
        assert str(table.parent) not in seen.text
        table.unlink(missing_ok=True)


@pytest.mark.odd_logs
def test_no_number_of_a_log_keeps_a_report_from_being_written(store: Store, tiny: Make) -> None:
    run = written(store, tiny(), tested=False)
    log = LogWriter(store.log(run))
    for number, value in enumerate((float("nan"), float("inf"), 1e300, -1e29), start=5):
        log.write(EpochEnded(epoch=number, seconds=1, logs=dict.fromkeys(("loss", "accuracy", "val_loss"), value)))
        logs = {"loss": value, "accuracy": value}
        log.write(events.Tested(logs=logs, rows=0, weights_epoch=9, seconds=0, file="test-1.npz"))
    log.close()
    expectation.keep(store.folder(run), expectation.expected(0.5, ""))
    found, seen = shown(store, run)
    assert len(found.charts) == 2
    assert len(seen.all("polyline")) >= 6


def test_a_long_stack_is_cut_in_the_middle(store: Store, tiny: Make) -> None:
    recipe = tiny()
    found, _ = shown(store, written(store, recipe.with_(layers=(recipe.layers[0], *(Dense(units=3),) * 40))))
    assert found.network is not None
    numbers = [one.number for one in found.network.layers]
    assert numbers[0] == 1
    assert numbers[-1] == 41
    assert len(numbers) + found.network.left_out == 41


@pytest.mark.processes
def test_a_report_needs_no_tensorflow_and_is_in_the_language_of_its_reader(
    store: Store, tiny: Make, tmp_path: Path
) -> None:
    place = tmp_path / "a.report.html"
    job = Job(root=store.root, run_id=written(store, tiny()), format="report", place=place, language="xx")
    code = (
        "import json, sys\n"
        "from trainer.export.process import export\n"
        "from trainer.export.protocol import Job\n"
        "done = export(Job.model_validate_json(sys.stdin.read()), lambda _: None)\n"
        "print(json.dumps([done.say, 'tensorflow' in sys.modules, 'keras' in sys.modules]))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=PROJECT, input=job.to_line(), capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert json.loads(done.stdout.splitlines()[-1]) == ["written", False, False]
    seen = Seen(place.read_text("utf-8"))
    assert seen.all("html") == [{"lang": "xx"}]
    assert "[Conclusions ~" in seen.text
