"""Which columns are chosen, which are offered, and that nothing personal is ever chosen by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import pytest

from tests.support.column_headings import HELD_OUT, TUNED, Set, outcome
from tests.support.refusals import refused
from trainer.data.table import read_table
from trainer.data.words import facts_of
from trainer.sources.text_csv.columns import ColumnFacts, choose_columns, columns_of
from trainer.sources.text_csv.doctor import diagnose
from trainer.sources.text_csv.reading import load_text
from trainer.sources.text_csv.spec import TextCsv

Write = Callable[[str | bytes], Path]


def table_of(write: Write, columns: Mapping[str, Sequence[object]], rows: int = 60) -> Path:
    """A table whose columns go round through some values; a `*` becomes a text that occurs once."""
    chance = Random(3)  # noqa: S311 - makes up tables
    lines = [",".join(columns)]
    for row in range(rows):
        cells = [str(chance.choice(values)) for values in columns.values()]
        lines.append(",".join(f"some words about thing {row} and more" if cell == "*" else cell for cell in cells))
    return write("\n".join(lines) + "\n")


@pytest.mark.parametrize("sets", [TUNED, HELD_OUT], ids=["tuned", "held out"])
def test_of_well_known_headings_nearly_all_are_right_or_asked(sets: Sequence[Set], tmp_path: Path) -> None:
    counts = Counter(outcome(one, tmp_path)[0] for one in sets)
    assert counts["wrong"] <= 0.05 * len(sets)
    assert counts["right"] >= 0.6 * len(sets), "nor is everything asked"


@pytest.mark.parametrize(
    "personal",
    [
        {"gender": ["m", "f"]},
        {"Geschlecht": ["m", "w", "d"]},
        {"author_sex": ["male", "female"]},
        {"who": ["homme", "femme"]},
        {"возраст": [18, 25, 33]},
        {"Religion": ["a", "b", "c"]},
        {"nationality": ["x", "y"], "race": ["p", "q", "r"]},
        {"label": ["man", "woman"]},
        *(
            {name: ["ja", "nein"]}
            for name in (
                "handicap",
                "disability",
                "hiv_status",
                "Diagnosis",
                "Diagnose",
                "Migrationshintergrund",
                "union_member",
                "native_speaker",
                "income",
                "smokes",
                "sexual_orientation",
                "caste",
                "ethnic_group",
                "party",
                "เพศ",
                "nem",
            )
        ),
        {"label": ["férfi", "nő"]},
        {"label": ["ชาย", "หญิง"]},
        {"speaker": list(range(20, 40))},
        {"author": [f"a{n}" for n in range(12)]},
        {"reviewer": [f"r{n}" for n in range(12)]},
        {"user": [f"u{n}" for n in range(12)]},
        {"name": [f"n{n}" for n in range(12)]},
        {"when": ["2023-04-12", "2023-04-13", "2023-04-14"]},
    ],
    ids=str,
)
def test_an_attribute_of_a_person_is_asked_for_and_never_chosen(
    write: Write, personal: Mapping[str, Sequence[object]]
) -> None:
    table = read_table(table_of(write, {"text": ["*"], **personal}))
    choice = choose_columns(table)
    assert choice.label is None
    assert set(choice.other_labels) == set(personal)
    with refused("text_csv.label_asked"):
        columns_of(TextCsv(path="x.csv"), table)
    table = read_table(table_of(write, {"text": ["*"], "helpfulness": ["low", "high"], **personal}))
    assert (choose_columns(table).label, choose_columns(table).other_labels) == ("helpfulness", ())


def test_where_two_columns_could_be_meant_both_are_offered(write: Write) -> None:
    table = read_table(
        table_of(write, {"urgency": [1, 2, 3], "note": ["*"], "mood": ["calm", "upset"], "city": ["Bern", "Ulm"]})
    )
    choice = choose_columns(table)
    assert {choice.label, *choice.other_labels} == {"urgency", "mood"}
    assert choice.why_label.code == "text_csv.taken_for_now"
    assert columns_of(TextCsv(path="x.csv", label_column="city"), table) == ("note", "city")
    assert columns_of(TextCsv(path="x.csv", text_column="mood"), table)[0] == "mood"


def test_columns_about_the_row_give_way_to_one_without_a_telling_name(write: Write) -> None:
    about: dict[str, Sequence[object]] = {"lang": ["en", "de"], "platform": ["web", "app"], "year": [2001, 2002, 2003]}
    table = read_table(table_of(write, about | {"remark": ["*"], "flavour": ["sweet", "sour"]}))
    assert (choose_columns(table).label, choose_columns(table).other_labels) == ("flavour", ())


def test_of_two_columns_of_texts_the_other_is_offered(write: Write) -> None:
    long = [f"once there was number {n} in a story with an end" for n in range(60)]
    table = read_table(table_of(write, {"question": ["*"], "comment": long, "correct": ["yes", "no"]}))
    choice = choose_columns(table)
    assert {choice.text, *choice.other_texts} == {"question", "comment"}
    assert choice.label == "correct"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"sepal": [5.1, 4.9, 6.2], "petal": [1.4, 2.2], "species": ["setosa", "virginica"]}, "text_csv.no_texts"),
        ({"price": [100, 250], "opened": ["2020-01-02", "2021-03-04"], "sold": ["yes", "no"]}, "text_csv.no_texts"),
        ({"digit": [1, 2, 3]} | {f"p{n}": [0, 128, 255] for n in range(70)}, "text_csv.no_texts_pixels"),
    ],
    ids=["measurements", "houses", "pixels"],
)
def test_a_table_without_texts_says_so(write: Write, columns: Mapping[str, Sequence[object]], code: str) -> None:
    with refused(code):
        choose_columns(read_table(table_of(write, columns)))


def test_texts_of_one_word_each_are_texts(write: Write) -> None:
    path = write("strand,group\n" + "".join(f"{'ACGT'[n % 4] * 9}{n:b}X,{'ab'[n % 2]}\n" for n in range(60)))
    assert (choose_columns(read_table(path)).text, choose_columns(read_table(path)).label) == ("strand", "group")


def test_a_table_without_labels_says_so(write: Write) -> None:
    choice = choose_columns(read_table(write("id,joke\n" + "".join(f"{n},a joke about {n}\n" for n in range(60)))))
    assert (choice.text, choice.label, choice.why_label.code) == ("joke", None, "text_csv.no_label")


@pytest.mark.parametrize("first", ["2023-04-12", "12/04/2023", "12:30", "Apr 12", "April 12, 2023", "2023-04-12 10:30"])
def test_a_text_that_only_begins_with_a_date_is_a_text(write: Write, first: str) -> None:
    rows = "".join(f'"{first} the hotel had room {n}, superb",{"yes" if n % 2 else "no"}\n' for n in range(60))
    choice = choose_columns(read_table(write("remark,good\n" + rows)))
    assert (choice.text, choice.label) == ("remark", "good")


@pytest.mark.parametrize(
    "value",
    [
        "2023-04-12", "12/04/2023", "12.4.23 10:30", "2023-04-12T10:30:00Z", "2023-04-12 10:30:00+02:00", "10:30 pm",
        "Mon Apr 06 22:19:45 PDT 2009", "April 6, 2009", "6 April 2009", "Monday, 6. April 2009", "06-Apr-2009",
        "10:30 - 11:45", "8. März 2020", "1.2.2020, 10:30 Uhr",
    ],
)  # fmt: skip
def test_dates_and_times_are_no_texts(value: str) -> None:
    facts = ColumnFacts("when", 1, Counter([value]))
    assert facts.dates
    assert facts.technical


def test_addresses_with_a_label_are_read_by_their_parts(write: Write) -> None:
    chance = Random(4)  # noqa: S311
    rows = "".join(
        f"http://{place}.example{chance.getrandbits(32)}.com/{n},{label}\n"
        for n in range(150)
        for place, label in (("secure-login", "bad"), ("news", "good"))
    )
    path = write("url,label\n" + rows)
    choice = choose_columns(read_table(path))
    assert (choice.text, choice.label) == ("url", "label")
    spec = TextCsv(path=str(path))
    dataset = load_text(spec, 1)
    assert {"secure", "login", "news", "com"} <= facts_of(dataset).counts.keys()
    assert "text_csv.one_word_texts" not in {one.code for one in diagnose(spec, dataset)}
    spec = spec.with_(standardize="lower_and_strip_punctuation")
    fix = {one.code: one for one in diagnose(spec, load_text(spec, 1))}["text_csv.one_word_texts"].fix
    assert fix is not None, "for Keras each address is one word"
    assert fix.result.every_character


def test_a_party_or_category_goes_before_its_speakers(write: Write) -> None:
    speakers = ["Ann", "Bob", "Cy", "Dee"]
    table = read_table(table_of(write, {"text": ["*"], "speaker": speakers, "party": ["left", "right"]}))
    choice = choose_columns(table)
    assert (choice.label, choice.other_labels) == (None, ("party", "speaker"))
    table = read_table(table_of(write, {"text": ["*"], "speaker": speakers, "category": ["law", "tax"]}))
    assert (choose_columns(table).label, choose_columns(table).other_labels) == ("category", ())
    table = read_table(table_of(write, {"text": ["*"], "author": ["Poe", "Shelley", "Lovecraft"]}))
    assert choose_columns(table).label == "author", "whose texts are to be told apart"
