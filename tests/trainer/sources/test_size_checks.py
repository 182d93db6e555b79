"""What the network cannot see is found, with how bad it is, and with a fix that takes it away."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pytest

from trainer.data import load
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.few_rows import one_row_counts
from trainer.data.words import facts_of
from trainer.recipe.diagnosis import Severity
from trainer.sources.text_csv.cleaning import read_text
from trainer.sources.text_csv.doctor import diagnose
from trainer.sources.text_csv.spec import TextCsv

SOME = (
    "lamp music teacher water quick old report window market river answer evening small paper again never always found "
    "lost green road garden number letter friend train bread winter phone song table story room"
)
WORDS = SOME.split()
Table = Callable[..., TextCsv]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Writes a table of texts and labels: `table(rows, sequence_length=30)`."""

    def make(rows: Iterable[tuple[str, str]], **settings: object) -> TextCsv:
        path = tmp_path / "table.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("text", "label"), *rows])
        return TextCsv(path=str(path)).with_(**settings)

    return make


def sentence(chance: Random, words: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(words))


def found(spec: TextCsv) -> dict[str, DataDiagnosis[TextCsv]]:
    return {one.code.removeprefix("text_csv."): one for one in diagnose(spec, load(spec, 1))}


def abstracts(rows: int, telling: str, words: int = 90) -> list[tuple[str, str]]:
    """Long texts; what tells the two classes apart is a word among the first or the last ones."""
    chance = Random(telling)  # noqa: S311 - makes up texts
    texts = []
    for row in range(rows):
        word = chance.choice((("decay", "fade", "wane"), ("growth", "rise", "bloom"))[row % 2])
        rest = sentence(chance, words)
        texts.append((f"{rest} {word}" if telling == "last" else f"{word} {rest}", "ab"[row % 2]))
    return texts


@pytest.mark.parametrize(("telling", "code"), [("last", "texts_cut_telling"), ("first", "texts_cut")])
def test_texts_that_are_cut_are_an_error_and_one_press_reads_them(table: Table, telling: str, code: str) -> None:
    spec = table(abstracts(400, telling), sequence_length=60)
    one = found(spec)[code]
    assert one.severity is Severity.ERROR
    assert one.rows == len(load(spec, 1).train)
    assert one.examples
    assert one.fix is not None
    assert one.fix.result.sequence_length >= 91
    assert not {"texts_cut", "texts_cut_telling"} & found(one.fix.result).keys()


def test_a_few_long_texts_among_short_ones_are_a_note(table: Table) -> None:
    chance = Random(5)  # noqa: S311
    rows = [(sentence(chance, 50 if row % 10 == 0 else 12), "ab"[row % 2]) for row in range(400)]
    assert found(table(rows, sequence_length=30))["texts_cut"].severity is Severity.NOTE
    assert "texts_cut" not in found(table(rows, sequence_length=50))


@pytest.mark.parametrize("letters", ["ACGT", "ARNDCEQGHILKMFPSTWYV", "αβγδε"])
def test_sequences_without_spaces_are_an_error_and_read_by_characters(table: Table, letters: str) -> None:
    chance = Random(letters)  # noqa: S311
    rows = [("X" + "".join(chance.choice(letters) for _ in range(50)), "abc"[row % 3]) for row in range(300)]
    one = found(table(rows, max_words=3, sequence_length=20))["one_word_texts"]
    assert one.severity is Severity.ERROR
    assert one.fix is not None
    mended = one.fix.result
    assert mended.every_character
    assert mended.sequence_length >= 51
    assert not any(other.severity is Severity.ERROR for other in found(mended).values())
    assert len(facts_of(load(mended, 1)).counts) <= len(letters) + 1


def test_names_with_few_different_words_are_no_sequences(table: Table) -> None:
    rows = [(WORDS[row % 20], "ab"[row % 20 % 2]) for row in range(400)]
    assert "one_word_texts" not in found(table(rows))


def test_a_vocabulary_of_a_handful_is_an_error_and_fitted_by_one_press(table: Table) -> None:
    one = found(table(abstracts(300, "first", 20), max_words=5))["vocabulary_small"]
    assert one.severity is Severity.ERROR
    assert one.fix is not None
    assert "vocabulary_small" not in found(one.fix.result)


def test_words_that_hardly_ever_come_again_are_told(table: Table) -> None:
    rows = [(f"w{row}a w{row}b w{row}c the", "ab"[row % 2]) for row in range(400)]
    assert found(table(rows))["words_occur_once"].severity is Severity.ERROR


def test_the_same_two_words_over_and_over_are_told(table: Table) -> None:
    rows = [("yes " * (1 + row % 9) + "no " * (1 + row % 7), "ab"[row % 2]) for row in range(300)]
    assert found(table(rows))["handful_of_words"].severity is Severity.ERROR


def test_texts_made_of_numbers_are_an_error(table: Table) -> None:
    chance = Random(4)  # noqa: S311
    rows = [(f"{chance.random():.2f} {chance.randrange(99)}", "ab"[row % 2]) for row in range(300)]
    assert found(table(rows))["all_numbers"].severity is Severity.ERROR


@pytest.mark.parametrize(("rows", "severity"), [(40, Severity.WARNING), (150, Severity.NOTE), (400, None)])
def test_few_rows_say_what_one_of_the_test_is_worth(table: Table, rows: int, severity: Severity | None) -> None:
    spec = table(abstracts(rows, "first", 8))
    one = found(spec).get("few_rows")
    assert (one and one.severity) == severity
    if one is not None:
        assert one.message.parameters["points"] == 100 / len(load(spec, 1).test)


def test_a_score_on_many_rows_needs_no_warning() -> None:
    worth = one_row_counts(8)
    assert worth is not None
    assert worth.parameters == {"count": 8, "points": 12.5}
    assert one_row_counts(100) is one_row_counts(0) is None


def test_most_rows_that_contradict_point_to_another_column(table: Table) -> None:
    chance = Random(6)  # noqa: S311
    said = [sentence(chance, 6) for _ in range(80)]
    rows = [(text, label) for text in said for label in ("p", "q")]
    one = found(table(rows))["mostly_contradictions"]
    assert (one.severity, one.rows) == (Severity.ERROR, 160)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ACGT", "A C G T"),
        ("no way", "n o w a y"),
        ("e\u0301te\u0301", "e\u0301 t e\u0301"),
        ("👩‍🏫👍🏽", "👩‍🏫 👍🏽"),
        ("很好ok", "很 好 o k"),
    ],
)
def test_characters_are_taken_apart_with_what_belongs_to_them(text: str, read: str) -> None:
    assert read_text(TextCsv(path="x.csv", every_character=True), text) == read


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("Плохой фильм", "ОЧЕНЬ хороший ФИЛЬМ", "плохой фильм", "очень Хороший фильм"), {"фильм", "плохой", "очень"}),
        (("„gut“ so", "gut …so", "Äußerst gut", "äußerst «gut»"), {"gut", "äusserst", "so"}),
        (("İYİ oldu", "iyi oldu", "ÇOK iyi", "çok iyi"), {"iyi", "çok"}),
        (("ΚΑΛΗ ταινία", "καλη ταινία", "Κακη ταινία", "κακη ταινία"), {"καλη", "κακη"}),
    ],
    ids=["Russian", "German", "Turkish", "Greek"],
)
def test_capitals_and_punctuation_of_all_scripts_are_one_press(
    table: Table, texts: tuple[str, ...], words: set[str]
) -> None:
    rows = [(f"{texts[row % 4]} {WORDS[row % 29]}", "ab"[row % 2]) for row in range(240)]
    spec = table(rows, standardize="lower_and_strip_punctuation")
    one = found(spec)["case_splits_words"]
    assert one.rows > 20
    assert one.fix is not None
    assert one.fix.result == table(rows)
    assert "case_splits_words" not in found(one.fix.result)
    counts = facts_of(load(one.fix.result, 1)).counts
    assert words <= counts.keys()
    assert len(counts) < len(facts_of(load(spec, 1)).counts)


def test_accents_and_proper_names_alone_are_no_reason_to_warn(table: Table) -> None:
    rows = [(f"die schöne Straße führt über {WORDS[row % 29]} nach Köln", "ab"[row % 2]) for row in range(240)]
    assert "case_splits_words" not in found(table(rows, standardize="lower_and_strip_punctuation"))


def test_in_mixed_tables_only_scripts_without_spaces_are_split() -> None:
    spec = TextCsv(path="x.csv", split_characters=True, standardize="lower_and_strip_punctuation")
    assert read_text(spec, "很好 and good").split() == ["很", "好", "and", "good"]
    assert read_text(spec, "no way") == "no way"


@pytest.mark.parametrize("rows", [2, 12, 20, 28, 29])
def test_a_table_too_small_to_split_is_an_error(table: Table, rows: int) -> None:
    one = found(table([(f"some words of row {row}", "ab"[row % 2]) for row in range(rows)]))["same_rows"]
    assert (one.severity, one.rows) == (Severity.ERROR, rows)


def test_thirty_rows_are_split_and_told_to_be_few(table: Table) -> None:
    told = found(table([(f"some words of row {row}", "ab"[row % 2]) for row in range(30)]))
    assert "same_rows" not in told
    assert told["few_rows"].severity is Severity.WARNING


def test_splitting_at_each_character_sets_length_and_vocabulary_in_the_same_press(table: Table) -> None:
    chance = Random(8)  # noqa: S311
    rows = [("".join(chance.choice("好坏天地人山水火大小") for _ in range(90)), "ab"[row % 2]) for row in range(300)]
    told = found(table(rows, max_words=3, sequence_length=20, standardize="lower_and_strip_punctuation"))
    assert "one_word_texts" not in told
    fix = told["no_spaces"].fix
    assert fix is not None
    assert (fix.result.sequence_length, fix.result.max_words) == (90, 12)
    assert not {"texts_cut", "vocabulary_small", "one_word_texts", "no_spaces"} & found(fix.result).keys()
    longer = found(table(rows, sequence_length=200, standardize="lower_and_strip_punctuation"))["no_spaces"].fix
    assert longer is not None
    assert longer.result.sequence_length == 200
