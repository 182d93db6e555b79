"""What the browser and the command line say of data is one answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from trainer.data import load
from trainer.data.examination import examine
from trainer.recipe.data import Data
from trainer.sources.text_csv.spec import TextCsv

Write = Callable[[str | bytes], Path]
ROWS = "".join(
    f"{n},{'en' if n % 3 else 'de'},{('calm', 'upset')[n % 2]},{1 + n % 5},some words about number {n % 50} of them\n"
    for n in range(120)
)
HEADER = "id,lang,mood,stars,remark\n"


def test_a_recipe_without_columns_is_read_as_an_upload_would_be(write: Write) -> None:
    path = str(write("id,lang,mood,remark\n" + "".join(f"{n},en,{'ab'[n % 2]},a remark on {n}\n" for n in range(80))))
    seen = examine(TextCsv(path=path), 1)
    assert seen.refusal is None
    said = seen.as_json()
    assert (said["text_column"], said["label_column"], said["alternatives"]) == ("remark", "mood", [])
    assert load(TextCsv(path=path), 1).class_names == load(seen.spec, 1).class_names == ("a", "b")


def test_what_could_be_meant_instead_is_asked_only_where_nothing_was_chosen(write: Write) -> None:
    path = str(write(HEADER + ROWS))
    left_open, named = examine(TextCsv(path=path), 1), examine(TextCsv(path=path, label_column="lang"), 1)
    said = left_open.as_json()
    assert {said["label_column"], *said["alternatives"]} == {"mood", "stars"}
    assert "text_csv.label_unclear" in {one.code for one in left_open.findings}
    assert named.as_json()["label_column"] == "lang"
    assert set(named.alternatives) == {"mood", "stars"}
    assert "text_csv.label_unclear" not in {one.code for one in named.findings}


def test_findings_have_codes_severities_and_rows_and_the_worst_comes_first(write: Write) -> None:
    findings = examine(TextCsv(path=str(write(HEADER + ROWS)), label_column="mood", max_words=4), 1).as_json()[
        "findings"
    ]
    assert findings[0]["severity"] == "error"
    by_code = {one["code"]: one for one in findings}
    assert by_code["text_csv.duplicates"]["rows"] > 0
    assert by_code["text_csv.vocabulary_small"]["severity"] == "error"
    json.dumps(findings)


def test_data_that_cannot_be_used_are_the_first_finding(write: Write, tmp_path: Path) -> None:
    content = "gender,text\n" + "".join(f"{'mf'[n % 2]},a remark on {n}\n" for n in range(80))
    seen = examine(TextCsv(path=str(write(content))), 1)
    assert seen.refusal is not None
    assert [one.code for one in seen.findings] == ["text_csv.label_asked"]
    assert seen.as_json()["label_column"] is None
    assert seen.as_json()["alternatives"] == ["gender"]
    missing = examine(TextCsv(path=str(tmp_path / "none.csv")), 1)
    assert [one.code for one in missing.findings] == ["data.no_file"]
    iris = examine(TextCsv(path=str(write("a,b,kind\n" + "".join(f"{n}.5,{n},x{n % 2}\n" for n in range(60))))), 1)
    assert iris.findings[0].code == "text_csv.no_texts"


def test_pictures_have_no_columns(digits: Path) -> None:
    spec = Data.registry["mnist"](path=str(digits))
    assert examine(spec, 1).as_json() == {"text_column": None, "label_column": None, "alternatives": [], "findings": []}


def test_the_beginning_of_the_table_is_detected_as_at_an_upload(write: Write) -> None:
    """A table without a header lost its first row to it, and a title above the table became one."""
    rows = "".join(f"a remark on {n} of many,{('calm', 'upset')[n % 2]}\n" for n in range(80))
    bare = examine(TextCsv(path=str(write(rows))), 1).spec
    assert (bare.header, bare.text_column, bare.label_column) == (False, "Column 1", "Column 2")
    titled = examine(TextCsv(path=str(write(f"Survey of May\n\nremark,mood\n{rows}"))), 1).spec
    assert (titled.header, titled.text_column, titled.label_column) == (True, "remark", "mood")
    assert titled.above > 0
    named = TextCsv(path=str(write(f"remark,mood\n{rows}")), text_column="remark", label_column="mood")
    assert examine(named, 1).spec == named
