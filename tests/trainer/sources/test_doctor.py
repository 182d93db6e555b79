"""The doctor finds what is there, and is silent where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.refusals import refused
from trainer import PROJECT
from trainer.data import load
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.progress import reported_to
from trainer.data.table import read_table
from trainer.data.words import facts_of, known_words
from trainer.recipe.diagnosis import Severity
from trainer.recipe.spec import RecipeError
from trainer.sources.text_csv.doctor import diagnose
from trainer.sources.text_csv.spec import TextCsv

THINGS = ["film", "book", "song", "soup", "game", "trip", "class", "phone", "shoe", "cake"]
PLACES = ["today", "here", "there", "again", "outside"]
CLEAN = [
    (f"{words[number % 3]} {thing} that we had {place} with {who}", label)
    for words, label in ((("lovely", "great", "sweet"), "good"), (("awful", "bitter", "broken"), "poor"))
    for number, thing in enumerate(THINGS)
    for place in PLACES
    for who in ("her", "him")
]
FAULTS: dict[str, list[tuple[str, str]]] = {
    "empty_rows": [("", "good"), ("  ", "poor"), ("a text without a label", "")],
    "rows_without_words": [("!!! ???", "good")],
    "contradictions": [("some say so and some say otherwise", "good"), ("Some say so and  some say otherwise", "poor")],
    "rare_classes": [(f"nobody knows what number {word} was", "unclear") for word in ("one", "two", "three", "four")],
    "imbalance": [
        (" ".join(text.split()[turn:] + text.split()[:turn]), label)
        for text, label in CLEAN
        for turn in range(1, 8)
        if label == "good"
    ],
    "similar_labels": [(f"a fine {thing} we should have more of", "Good ") for thing in THINGS],
    "very_short": [("lovely", "good")],
    "very_long": [("lovely words " * 200, "good")],
    "label_in_text": [(f"this {thing} was good as they said", "good") for thing in THINGS for _ in range(2)],
    "several_scripts": [("это очень хороший фильм", "good"), ("とても悲しいです ね え あ", "poor")],
    "html": [("it was <br/> rather good &amp; long they said", "good")],
    "garbled": [("a fine cafÃ© and we donâ€™t go elsewhere", "good")],
    "formulas": [("=HYPERLINK(something) and some more of it", "good")],
}


def write(path: Path, rows: list[tuple[str, str]]) -> TextCsv:
    quoted = "".join(f'"{text}","{label}"\n' for text, label in rows)
    path.write_text("text,label\n" + quoted, "utf-8")
    return TextCsv(path=str(path))


def kind_of(found: DataDiagnosis[TextCsv]) -> str:
    return found.code.removeprefix("text_csv.")


def look(spec: TextCsv) -> list[DataDiagnosis[TextCsv]]:
    try:
        return list(diagnose(spec, load(spec, 1)))
    except RecipeError:
        return list(diagnose(spec, None))


def test_silence_on_clean_tables(tmp_path: Path) -> None:
    assert look(write(tmp_path / "clean.csv", CLEAN)) == []
    assert look(TextCsv(path=str(PROJECT / "data" / "reviews.csv"))) == []
    few = look(TextCsv(path=str(PROJECT / "data" / "six_sentences.csv")))
    assert [one.code for one in few] == ["text_csv.same_rows"]


@pytest.mark.parametrize("kind", FAULTS)
def test_exactly_the_fault_that_is_there(kind: str, tmp_path: Path) -> None:
    rows = CLEAN + FAULTS[kind]
    if kind == "label_in_text":  # each of these texts only once
        rows = CLEAN + [(f"{text} {number}", label) for number, (text, label) in enumerate(FAULTS[kind])]
    found = [kind_of(one) for one in look(write(tmp_path / "table.csv", rows))]
    # The same text on two sides of a split may leak as well; which side a row falls on is the seed's.
    assert [one for one in found if one != "leakage"] == [kind]


def test_counts_and_examples_are_of_those_rows(tmp_path: Path) -> None:
    spec = write(tmp_path / "table.csv", CLEAN + FAULTS["contradictions"])
    (found,) = [one for one in look(spec) if kind_of(one) == "contradictions"]
    assert found.rows == 2
    assert [example[0] for example in found.examples] == [len(CLEAN) + 1, len(CLEAN) + 2]


def test_repeats_that_leak(tmp_path: Path) -> None:
    spec = write(tmp_path / "table.csv", CLEAN * 3)
    found = {kind_of(one): one for one in look(spec)}
    assert set(found) == {"leakage", "duplicates"}
    assert found["duplicates"].rows == 2 * len(CLEAN)
    assert next(iter(found)) == "leakage", "the worst comes first"


def test_each_mend_takes_its_finding_away_and_leaves_the_file(tmp_path: Path) -> None:
    tables = {kind: CLEAN + rows for kind, rows in FAULTS.items()} | {"repeats": CLEAN * 3}
    mended = set()
    for kind, rows in tables.items():
        spec = write(tmp_path / f"{kind}.csv", rows)
        before = Path(spec.path).read_bytes()
        for one in look(spec):
            for fix in one.fixes:
                changed = fix.result
                assert kind_of(one) not in {kind_of(other) for other in diagnose(changed, load(changed, 1))}
                mended.add(kind_of(one))
        assert Path(spec.path).read_bytes() == before
    assert mended == {
        "contradictions", "duplicates", "leakage", "rare_classes", "similar_labels", "html",
        "label_in_text", "garbled",
    }  # fmt: skip


def test_another_length_or_vocabulary_is_no_reason_to_look_again(tmp_path: Path) -> None:
    spec = write(tmp_path / "table.csv", CLEAN * 3)
    found = look(spec)
    heard: list[object] = []
    with reported_to(lambda what, share: heard.append(what)):
        longer = spec.with_(sequence_length=77, max_words=500)
        assert [(one.message, one.rows) for one in diagnose(longer, load(longer, 1))] == [
            (one.message, one.rows) for one in found
        ]
        assert heard == []
        look(spec.with_(drop_duplicates=True))
        assert heard, "what would be heard if it were looked again"


def test_a_table_that_cannot_be_split_is_explained_and_mended(tmp_path: Path) -> None:
    spec = write(tmp_path / "table.csv", [*CLEAN, ("a lovely day that we had", "good "), ("so so it was then", "lost")])
    with refused("data.class_too_rare", name='"lost"', count=1):
        load(spec, 1)
    (found,) = [one for one in diagnose(spec, None) if one.fixes]
    assert load(found.fixes[0].result, 1).class_names == ("good", "poor")


def test_what_is_left_out_is_counted_with_its_reason(tmp_path: Path) -> None:
    spec = write(tmp_path / "table.csv", CLEAN + CLEAN[:5] + FAULTS["empty_rows"] + FAULTS["contradictions"])
    chosen = load(spec.with_(drop_duplicates=True, drop_conflicts=True), 1)
    assert {left.code: left.parameters["count"] for left in chosen.left_out} == {
        "text_csv.left_out_empty": 3,
        "text_csv.left_out_conflicts": 2,
        "text_csv.left_out_duplicates": 5,
    }
    assert len(read_table(Path(spec.path)).frame) == len(CLEAN) + 10


def test_merged_labels_are_written_as_most_are(tmp_path: Path) -> None:
    rows = [*CLEAN, *FAULTS["similar_labels"], ("a poor one, and such a long one", "POOR")]
    assert load(write(tmp_path / "table.csv", rows).with_(merge_labels=True), 1).class_names == ("good", "poor")


def test_repeats_stay_on_one_side_and_every_class_on_every_side(tmp_path: Path) -> None:
    spec = write(
        tmp_path / "table.csv", [(text.upper() if n else text, label) for n in range(3) for text, label in CLEAN]
    )
    dataset = load(spec.with_(keep_together=True), 1)
    assert dataset.validation is not None
    parts = [dataset.train, dataset.validation, dataset.test]
    texts = [{text.casefold() for text in part.x} for part in parts]
    assert not texts[0] & texts[1]
    assert not texts[0] & texts[2]
    assert not texts[1] & texts[2]
    assert sum(map(len, parts)) == 3 * len(CLEAN)
    assert all(set(part.y) == {0, 1} for part in parts)
    assert abs(len(dataset.test) - 0.15 * 600) <= 3


def test_signs_that_nobody_sees_are_seen(tmp_path: Path) -> None:
    rows = [(text.replace(" ", "\xa0"), label + "\u200b" * (n % 2)) for n, (text, label) in enumerate(CLEAN)]
    spec = write(tmp_path / "table.csv", rows)
    found = {kind_of(one): one for one in look(spec)}
    for kind in ("similar_labels", "html"):
        fixed = found[kind].fixes[0].result
        spec = spec.with_(**{name: value for name, value in fixed if name in {"merge_labels", "plain_text"} and value})
    assert not {"similar_labels", "html"} & {kind_of(one) for one in look(spec)}
    assert len(load(spec, 1).class_names) == 2
    assert not any("\xa0" in word for word in facts_of(load(spec, 1)).counts)


def test_texts_without_spaces_are_read_sign_by_sign(tmp_path: Path) -> None:
    rows = [(f"この映画は{'素晴らしい' if n % 2 else '退屈だ'}と思う{n}", "良" if n % 2 else "悪") for n in range(60)]
    spec = write(tmp_path / "table.csv", rows).with_(max_words=4, standardize="lower_and_strip_punctuation")
    (found,) = [one for one in look(spec) if kind_of(one) == "no_spaces"]
    assert (found.severity, found.rows) == (Severity.ERROR, 60)
    mended = found.fixes[0].result
    dataset = load(mended, 1)
    assert "no_spaces" not in {kind_of(one) for one in diagnose(mended, dataset)}
    assert {"映", "画"} <= set(facts_of(dataset).counts)
    assert known_words(facts_of(dataset), mended.max_words)["映"] > 1
    assert "no_spaces" not in {kind_of(one) for one in look(write(tmp_path / "clean.csv", CLEAN))}
    new = spec.with_(standardize="unicode")
    assert "no_spaces" not in {kind_of(one) for one in look(new)}, "each character is a word from the start"
    assert {"映", "画"} <= set(facts_of(load(new, 1)).counts)


def test_several_labels_in_a_cell_are_told_and_the_first_can_be_used(tmp_path: Path) -> None:
    labels = ["action|drama", "drama", "action", "comedy | drama", "comedy", "drama|comedy"]
    rows = [(f"{text} {number}", labels[number % 6]) for number, (text, _) in enumerate(CLEAN)]
    (found,) = [one for one in look(write(tmp_path / "table.csv", rows)) if kind_of(one) == "several_labels"]
    assert found.rows == sum("|" in label for _, label in rows)
    assert found.fix is not None
    assert load(found.fix.result, 1).class_names == ("action", "comedy", "drama")
    plain = [(text, {"good": "Bath, Somerset", "poor": "Wells"}[label]) for text, label in CLEAN]
    assert not [one for one in look(write(tmp_path / "plain.csv", plain)) if kind_of(one) == "several_labels"]


def test_a_second_header_is_told_and_left_out(tmp_path: Path) -> None:
    rows = [("Please write what you think of it in a sentence", "How satisfied are you?"), *CLEAN]
    (found,) = [one for one in look(write(tmp_path / "table.csv", rows)) if kind_of(one) == "second_header"]
    assert [example[0] for example in found.examples] == [1]
    assert found.fix is not None
    assert load(found.fix.result, 1).class_names == ("good", "poor")


def test_texts_that_go_on_in_columns_without_a_name_can_be_joined(tmp_path: Path) -> None:
    path = tmp_path / "spam.csv"
    lines = [f"{label},{text},{' and more' if n % 20 == 0 else ''},\n" for n, (text, label) in enumerate(CLEAN)]
    path.write_text("v1,v2,,\n" + "".join(lines), "utf-8")
    spec = TextCsv(path=str(path))
    (found,) = [one for one in look(spec) if kind_of(one) == "texts_run_on"]
    assert found.rows == 10
    assert found.fix is not None
    joined = load(found.fix.result, 1)
    texts = [text for part in (joined.train, joined.validation, joined.test) if part is not None for text in part.x]
    assert sum(text.endswith(", and more") for text in texts) == 10
    assert not [one for one in look(found.fix.result) if kind_of(one) == "texts_run_on"]


@pytest.mark.parametrize("settings", [{}, {"label_column": "price"}])
def test_amounts_are_no_labels(tmp_path: Path, settings: dict[str, str]) -> None:
    path = tmp_path / "prices.csv"
    rows = "".join(f"{text} {n},{n * 7 % 311}.{n % 90 + 10}\n" for n, (text, _) in enumerate(CLEAN))
    path.write_text("description,price\n" + rows, "utf-8")
    with refused("text_csv.labels_are_amounts"):
        load(TextCsv(path=str(path)).with_(**settings), 1)
