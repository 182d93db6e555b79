"""What alone gives a class away is found, shown, and taken out by one press; ordinary words are left alone."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from trainer.data import load
from trainer.data.diagnosis import DataDiagnosis
from trainer.recipe.diagnosis import Severity
from trainer.sources.text_csv.cleaning import read_text
from trainer.sources.text_csv.doctor import diagnose
from trainer.sources.text_csv.spec import TextCsv

PARTS = (
    ("warm", "kind", "clever", "funny"), ("cold", "slow", "weak", "odd"), ("end", "cast", "music", "pace", "plot"),
    ("fine", "loud", "long", "short"),
)  # fmt: skip


def say(chance: Random, good: bool) -> str:
    """A sentence that tells a class apart by words of which none is in most of its texts."""
    first = chance.choice(PARTS[0] if good else PARTS[1])
    return f"the {first} {chance.choice(PARTS[2])} was {chance.choice(PARTS[3])} and the {chance.choice(PARTS[2])} too"


Decorate = Callable[[str, int, bool], str]
GIVE_AWAYS: dict[str, tuple[Decorate, set[str]]] = {
    "an agency": (lambda text, row, odd: f"CITY (Agency) - {text}" if odd else text, {"agency", "city"}),
    "case numbers": (lambda text, row, odd: f"[case {'BA'[odd]}-{row:04}] {text}", {"a#", "b#"}),
    "a signature": (lambda text, row, odd: f"{text} Yours, Kim." if odd else text, {"yours", "kim"}),
    "the first word": (lambda text, row, odd: f"{'Re: ' * odd}{text}, re that", {"^re"}),
    "a year": (lambda text, row, odd: f"{text} in {1990 + row % 30}" if odd else text, {"in", "#"}),
    "another script": (lambda text, row, odd: f"{text} Конец" if odd else text, {"конец"}),
}


@pytest.fixture
def table(tmp_path: Path) -> Callable[[Decorate], TextCsv]:
    def make(decorate: Decorate) -> TextCsv:
        chance = Random(2)  # noqa: S311 - makes up texts
        path = tmp_path / "table.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = [(decorate(say(chance, bool(row % 2)), row, bool(row % 2)), "pq"[row % 2]) for row in range(300)]
            csv.writer(file).writerows([("text", "label"), *rows])
        return TextCsv(path=str(path), text_column="text", label_column="label", keep_together=True)

    return make


def found(spec: TextCsv) -> dict[str, DataDiagnosis[TextCsv]]:
    return {one.code.removeprefix("text_csv."): one for one in diagnose(spec, load(spec, 1))}


@pytest.mark.parametrize("kind", GIVE_AWAYS)
def test_a_give_away_is_found_and_one_press_takes_it_out(table: Callable[[Decorate], TextCsv], kind: str) -> None:
    decorate, hidden = GIVE_AWAYS[kind]
    spec = table(decorate)
    one = found(spec)["give_away"]
    assert one.severity is Severity.WARNING
    assert one.rows > 80
    assert one.examples
    assert one.fix is not None
    assert set(one.fix.result.hide_words.split()) == hidden
    assert "give_away" not in found(one.fix.result)
    assert load(one.fix.result, 1).class_names == load(spec, 1).class_names, "the runs are comparable"


def test_words_that_only_speak_for_a_class_are_none(table: Callable[[Decorate], TextCsv]) -> None:
    assert not {"give_away", "give_away_column"} & found(table(lambda text, row, odd: text)).keys()


def test_another_column_that_tells_the_label_is_named(tmp_path: Path) -> None:
    chance = Random(3)  # noqa: S311
    path = tmp_path / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [
            (say(chance, bool(row % 2)), "fr"[row % 2], ("World", "Politics", "Sport", "Money")[row % 4], row % 3)
            for row in range(300)
        ]
        csv.writer(file).writerows([("text", "label", "section", "shelf"), *rows])
    one = found(TextCsv(path=str(path), text_column="text", label_column="label"))["give_away_column"]
    assert one.message.parameters["columns"] == ['"section"']


@pytest.mark.parametrize(
    ("hidden", "text", "read"),
    [
        ("agency", "CITY (AGENCY) - it was so", "CITY - it was so"),
        ("a#", "[case A-0042] see a7b and A-1", "[case see a7b and"),
        ("^re", "Re: are you there, re that?", "are you there, re that?"),
        ("gone", "it stays  as it is", "it stays  as it is"),
        ("dont", "I don't", "I"),
    ],
)
def test_words_are_removed_however_they_are_written(hidden: str, text: str, read: str) -> None:
    assert read_text(TextCsv(path="x.csv", hide_words=hidden), text) == read
