"""The doctor finds what is there, and is silent where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer import PROJECT
from trainer.data import load
from trainer.data.doctor import findings
from trainer.data.finding import Finding
from trainer.data.table import read_table
from trainer.data.turn import told
from trainer.data.words import facts_of, known_words
from trainer.recipe.data import TextCsv
from trainer.recipe.spec import RecipeError

THINGS = ["film", "book", "song", "soup", "game", "trip", "class", "phone", "shoe", "cake"]
PLACES = ["today", "here", "there", "again", "outside"]
CLEAN = [
    (f"{word} {thing} that we had {place} with {who}", label)
    for word, label in (("lovely", "good"), ("awful", "poor"))
    for thing in THINGS
    for place in PLACES
    for who in ("her", "him")
]
FAULTS: dict[str, list[tuple[str, str]]] = {
    "empty": [("", "good"), ("  ", "poor"), ("a text without a label", "")],
    "no words": [("!!! ???", "good")],
    "contradictions": [("some say so and some say otherwise", "good"), ("Some say so and  some say otherwise", "poor")],
    "rare classes": [(f"nobody knows what number {word} was", "unclear") for word in ("one", "two", "three", "four")],
    "imbalance": [(f"lovely thing number {number} of so many more", "good") for number in range(900)],
    "near-identical labels": [(f"a fine {thing} we should have more of", "Good ") for thing in THINGS],
    "very short": [("lovely", "good")],
    "very long": [("lovely words " * 200, "good")],
    "label in text": [(f"this {thing} was good as they said", "good") for thing in THINGS for _ in range(2)],
    "several scripts": [("это очень хороший фильм", "good"), ("とても悲しいです ね え あ", "poor")],
    "leftover HTML": [("it was <br/> rather good &amp; long they said", "good")],
    "garbled letters": [("a fine cafÃ© and we donâ€™t go elsewhere", "good")],
    "formulas": [("=HYPERLINK(something) and some more of it", "good")],
}


def write(path: Path, rows: list[tuple[str, str]]) -> TextCsv:
    quoted = "".join(f'"{text}","{label}"\n' for text, label in rows)
    path.write_text("text,label\n" + quoted, "utf-8")
    return TextCsv(path=str(path))


def look(spec: TextCsv) -> list[Finding]:
    try:
        return findings(spec, load(spec, 1))
    except RecipeError:
        return findings(spec, None)


def test_silence_on_clean_tables(tmp_path: Path) -> None:
    assert look(write(tmp_path / "clean.csv", CLEAN)) == []
    assert look(TextCsv(path=str(PROJECT / "data" / "reviews.csv"))) == []
    assert look(TextCsv(path=str(PROJECT / "data" / "six_sentences.csv"))) == []


@pytest.mark.parametrize("kind", FAULTS)
def test_exactly_the_fault_that_is_there(kind: str, tmp_path: Path) -> None:
    rows = CLEAN + FAULTS[kind]
    if kind == "label in text":  # each of these texts only once
        rows = CLEAN + [(f"{text} {number}", label) for number, (text, label) in enumerate(FAULTS[kind])]
    found = [one.kind for one in look(write(tmp_path / "table.csv", rows))]
    # The same text on two sides of a split may leak as well; which side a row falls on is the seed's.
    assert [one for one in found if one != "leakage"] == [kind]


def test_counts_and_examples_are_of_those_rows(tmp_path: Path) -> None:
    spec = write(tmp_path / "table.csv", CLEAN + FAULTS["contradictions"])
    (found,) = [one for one in look(spec) if one.kind == "contradictions"]
    assert found.count == 2
    assert [example[0] for example in found.examples] == [len(CLEAN) + 1, len(CLEAN) + 2]


def test_repeats_that_leak(tmp_path: Path) -> None:
    spec = write(tmp_path / "table.csv", CLEAN * 3)
    found = {one.kind: one for one in look(spec)}
    assert set(found) == {"leakage", "duplicates"}
    assert found["duplicates"].count == 2 * len(CLEAN)
    assert next(iter(found)) == "leakage", "the worst comes first"


def test_each_mend_takes_its_finding_away_and_leaves_the_file(tmp_path: Path) -> None:
    tables = {kind: CLEAN + rows for kind, rows in FAULTS.items()} | {"repeats": CLEAN * 3}
    mended = set()
    for kind, rows in tables.items():
        spec = write(tmp_path / f"{kind}.csv", rows)
        before = Path(spec.path).read_bytes()
        for one in look(spec):
            if one.mend is not None:
                changed = one.mend.mended(spec)
                assert one.kind not in {other.kind for other in findings(changed, load(changed, 1))}
                mended.add(one.kind)
        assert Path(spec.path).read_bytes() == before
    assert mended == {
        "contradictions", "duplicates", "leakage", "rare classes", "near-identical labels", "leftover HTML",
        "label in text", "garbled letters",
    }  # fmt: skip


def test_another_length_or_vocabulary_is_no_reason_to_look_again(tmp_path: Path) -> None:
    spec = write(tmp_path / "table.csv", CLEAN * 3)
    found = look(spec)
    heard: list[str] = []
    with told(lambda what, share: heard.append(what)):
        longer = spec.with_(sequence_length=77, max_words=5)
        assert findings(longer, load(longer, 1)) == found
        assert heard == []
        look(spec.with_(drop_duplicates=True))
        assert heard, "what would be heard if it were looked again"


def test_a_table_that_cannot_be_split_is_explained_and_mended(tmp_path: Path) -> None:
    spec = write(tmp_path / "table.csv", [*CLEAN, ("a lovely day that we had", "good "), ("so so it was then", "lost")])
    with pytest.raises(RecipeError, match="lost"):
        load(spec, 1)
    (found,) = [one for one in findings(spec, None) if one.mend is not None]
    assert found.mend is not None
    assert load(found.mend.mended(spec), 1).class_names == ("good", "poor")


def test_what_is_left_out_is_counted_with_its_reason(tmp_path: Path) -> None:
    spec = write(tmp_path / "table.csv", CLEAN + CLEAN[:5] + FAULTS["empty"] + FAULTS["contradictions"])
    chosen = load(spec.with_(drop_duplicates=True, drop_conflicts=True), 1)
    assert dict(chosen.why_left_out) == {
        "without a text or without a label": 3,
        "with a text that has different labels": 2,
        "that repeat another": 5,
    }
    assert chosen.left_out == 10
    assert len(read_table(Path(spec.path)).frame) == len(CLEAN) + 10


def test_merged_labels_are_written_as_most_are(tmp_path: Path) -> None:
    rows = [*CLEAN, *FAULTS["near-identical labels"], ("a poor one, and such a long one", "POOR")]
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
    found = {one.kind: one for one in look(spec)}
    for kind in ("near-identical labels", "leftover HTML"):
        mend = found[kind].mend
        assert mend is not None
        spec = mend.mended(spec)
    assert not {"near-identical labels", "leftover HTML"} & {one.kind for one in look(spec)}
    assert len(load(spec, 1).class_names) == 2
    assert not any("\xa0" in word for word in facts_of(load(spec, 1)).counts)


def test_texts_without_spaces_are_read_sign_by_sign(tmp_path: Path) -> None:
    rows = [(f"この映画は{'素晴らしい' if n % 2 else '退屈だ'}と思う{n}", "良" if n % 2 else "悪") for n in range(60)]
    spec = write(tmp_path / "table.csv", rows).with_(max_words=4)
    (found,) = [one for one in look(spec) if one.kind == "no spaces"]
    assert (found.level, found.count) == (3, 60)
    assert found.mend is not None
    mended = found.mend.mended(spec)
    dataset = load(mended, 1)
    assert "no spaces" not in {one.kind for one in findings(mended, dataset)}
    assert {"映", "画"} <= set(facts_of(dataset).counts)
    assert known_words(facts_of(dataset), mended.max_words)["映"] > 1
    assert "no spaces" not in {one.kind for one in look(write(tmp_path / "clean.csv", CLEAN))}
