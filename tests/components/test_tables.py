"""Tables on pages: what is shown, and that their download is safe to open in a spreadsheet."""

import csv
import json
import re
from io import StringIO

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.pages import IdleEngine, bring, html_of
from trainer import PROJECT
from trainer.data.spreadsheet import csv_of, safe_text

SIGNS = "=+-@＝＋－＠"
BEFORE = ["", " ", "  ", "\u00a0", "\u200b", "\ufeff", '"', "'", ' "', "“", "\x00"]


def parsed(content: str) -> list[list[str]]:
    return list(csv.reader(StringIO(content.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("sign", SIGNS)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(before: str, sign: str) -> None:
    text = f"{before}{sign}HYPERLINK(1)"
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx", "a;=1+1", "a\n=1+1", "a\t@x", "a; “=1"])
def test_what_would_begin_a_cell_elsewhere_is_safe_too(text: str) -> None:
    safe = safe_text(text)
    assert safe != text
    assert safe.replace("'", "") == text


@pytest.mark.parametrize(
    "text", ["", "a", "a-b", "1 + 1", "x = 2", "mail@example.org", "it's", "good; bad", "(-1)", "ä"]
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text


def test_a_long_text_of_line_breaks_takes_no_square_of_its_length() -> None:
    assert safe_text("a" + "\n" * 300_000) == "a" + "\n" * 300_000


def test_numbers_stay_numbers_and_texts_can_be_read_back() -> None:
    table = pd.DataFrame({"row": [-16, 1], "share": [-0.5, float("nan")], "=label": ["-2x", 'say "hi", you;\nthere']})
    content = csv_of(table)
    assert content.startswith("\ufeff")
    assert parsed(content) == [
        ["row", "share", "'=label"],
        ["-16", "-0.5", "'-2x"],
        ["1", "", 'say "hi", you;\nthere'],
    ]
    back = pd.read_csv(StringIO(content.removeprefix("\ufeff")))
    assert back["row"].tolist() == [-16, 1]


@given(st.lists(st.text(), min_size=1))
def test_no_cell_of_any_text_begins_as_a_formula(texts: list[str]) -> None:
    rows = parsed(csv_of(pd.DataFrame({"text": texts})))[1:]
    skipped = " \t\r\n\"'\u00a0\u200b\ufeff"
    assert not [row for row in rows if row and row[0].lstrip(skipped)[:1] in set(SIGNS) and row[0][:1] != "'"]


def test_the_page_shows_texts_as_they_are_and_downloads_them_safely(engine: IdleEngine) -> None:
    rows = [(f"{sign}cmd{n} and more words number {n}", ("-2x", "=1+1")[n % 2]) for n in range(40) for sign in SIGNS]
    content = "text,label\n" + "\n".join(f"{text},{label}" for text, label in rows)
    app = bring(engine, "odd.csv", content.encode())
    shown = html_of(app, "fb-texts")
    assert set(re.findall(r"<b [^>]*>(.*?)</b>", shown)) == {"-2x", "=1+1"}
    assert all(text[0] in SIGNS for text in re.findall(r"<p [^>]*>(.*?)</p>", shown))
    downloads = [one.proto for one in app.get("bidi_component") if one.proto.component_name == "fitboard.download"]
    assert len(downloads) == len(app.dataframe) + 1, "of each grid, and of the samples"
    texts = next(json.loads(one.json)["text"] for one in downloads if one.id.endswith("download training texts"))
    assert {row[1] for row in parsed(texts)[1:]} == {"'-2x", "'=1+1"}


def test_the_tables_own_export_is_switched_off() -> None:
    import tomllib

    settings = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert settings["client"]["disableDataExport"] is True
