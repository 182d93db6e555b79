"""The same table written in every usual way is the same table."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.support.refusals import refused
from trainer.data import table
from trainer.data.dialect import has_header
from trainer.data.encoding import alternatives, decoded, preview
from trainer.data.table import Reading, read_table

WEST = [
    ["text", "label", "n"],
    ['Schöne Grüße, "liebe" Käthe; bis morgen', "gut", "001"],
    ["über die Straße | und zurück", "sehr schlecht", "NA"],
    ["zwei\nZeilen, größer", "gut", ""],
    ["", "gut", "=1+1"],
]
CYRILLIC = [["text", "label"], ["это хороший фильм, и мы его любим", "да"], ["плохой день;\nдождь", "нет"]]
JAPANESE = [["text", "label"], ["これは良い映画です、とても", "はい"], ["とても悲しい, 雨\nの日でした", "いいえ"]]
CHINESE = [["text", "label"], ["这部电影非常好看,我很喜欢", "好"], ["今天天气不好\n我们不去公园了", "坏"]]
CENTRAL = [["text", "label"], ["Příliš žluťoučký kůň; ďábelské ódy", "ano"], ["měl jsem, těžký den", "ne"]]
TABLES = [
    *((WEST, name) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1")),
    *((WEST, name) for name in ("mac_roman", "cp850")),
    *((CYRILLIC, name) for name in ("utf-8", "cp1251", "koi8_r", "cp866")),
    *((JAPANESE, name) for name in ("utf-8", "shift_jis", "euc_jp", "utf-16-le")),
    *((CHINESE, name) for name in ("utf-8-sig", "gb18030", "utf-16-be")),
    *((CENTRAL, name) for name in ("utf-8", "cp1250", "iso8859_2")),
]


@pytest.mark.parametrize(("rows", "encoding"), TABLES)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_way_to_write_a_table(
    tmp_path: Path, rows: list[list[str]], encoding: str, delimiter: str, quoting: Any, end: str
) -> None:
    # A cell of several lines has the line ends of its file: csv.writer quotes no others.
    rows = [[cell.replace("\n", end) for cell in row] for row in rows]
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    path = tmp_path / "table.csv"
    path.write_bytes(file.getvalue().encode(encoding))
    for content in (path.read_bytes(), gzip.compress(path.read_bytes())):
        path.write_bytes(content)
        table = read_table(path)
        assert [list(table.columns), *table.frame.to_numpy().tolist()] == rows
        assert table.delimiter == delimiter


@pytest.mark.parametrize("sign", [";", ",", "\t", "|", ":"])
@pytest.mark.parametrize("line", ["sep={}\r\n", '"sep={}"\n', "SEP={}\n"])
def test_excels_line_about_the_delimiter(tmp_path: Path, sign: str, line: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(line.format(sign) + f"text{sign}label\nfine{sign}1\nbad{sign}0\n", newline="")
    table = read_table(path)
    assert (table.columns, table.delimiter) == (("text", "label"), sign)
    path.write_text(line.format(sign) + f"text{sign}label\nfine\n", newline="")
    with refused("data.row_too_narrow", line=3):  # the line in the file, as an editor counts
        read_table(path)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\n\r"])
def test_empty_lines_between_rows_and_millions_of_them(
    tmp_path: Path, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each was gone through by itself: a file of 90 KB that unpacks to 90 million of them took half a minute."""
    monkeypatch.setattr(table, "MAX_EMPTY", 300)
    spaced, empty = tmp_path / "spaced.csv", tmp_path / "empty.csv.gz"
    spaced.write_bytes(f"text,label{end}{end}".encode() + f"some words,good{end}{end}".encode() * 100)
    assert read_table(spaced, Reading()).rows_in_file == 100
    empty.write_bytes(gzip.compress(f"text,label{end}".encode() + end.encode() * 1_000))
    with refused("data.millions_of_empty_lines"):
        read_table(empty, Reading())


def test_apostrophes_and_backslashes_around_cells(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("'text','label'\n'one, two','a'\n'it''s','b'\n")
    assert read_table(path).frame["text"].tolist() == ["one, two", "it's"]
    path.write_text('"text","label"\n"he said \\"no, no\\" and \\\\ C:\\new","a"\n"fine","b"\n')
    assert read_table(path).frame["text"].tolist() == ['he said "no, no" and \\ C:\\new', "fine"]
    path.write_text("text,label\n'tis fine,'a'\n")  # only the first row decides: apostrophes here are words
    assert read_table(path).frame.to_numpy().tolist() == [["'tis fine", "'a'"]]


def test_quotation_marks_mean_nothing_in_some_tables_with_tabs(tmp_path: Path) -> None:
    """The SMS collection comes so: no header, tabs, and messages with a lone quotation mark."""
    path = tmp_path / "sms.txt"
    path.write_text('ham\t"Hi there\nspam\tWin a 5" screen\nham\tok "fine" then\nham\tok\n')
    table = read_table(path, Reading(header=None))
    assert (table.quoting, table.header, table.columns) == ("none", False, ("Column 1", "Column 2"))
    assert table.frame["Column 2"].tolist() == ['"Hi there', 'Win a 5" screen', 'ok "fine" then', "ok"]


def test_what_somebody_chose_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("a;b,c\n1;é,3\n".encode())
    assert read_table(path, Reading(delimiter=";")).columns == ("a", "b,c")
    assert read_table(path, Reading(delimiter=",")).columns == ("a;b", "c")
    assert read_table(path, Reading(encoding="cp1252")).frame.iloc[0, 0] == "1;Ã©"
    assert read_table(path, Reading(header=False)).frame.iloc[0].tolist() == ["a;b", "c"]
    path.write_bytes(b'a,b\n"x"y,1\n')
    assert read_table(path, Reading(quoting="none")).frame.iloc[0].tolist() == ['"x"y', "1"]
    for wrong in ("cp932x", "rot13", "../x", "utf-7"):
        with refused("data.encoding_unknown", encoding=wrong):
            read_table(path, Reading(encoding=wrong))
    with refused("data.encoding_wrong"):
        read_table(_write(path, b"a,b\n\x81,1\n"), Reading(encoding="cp1252"))


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_alternatives_are_shown_as_words() -> None:
    data = "text,label\nSchöne Grüße aus Köln,gut\nÄrger,schlecht\n".encode("cp1252")
    found = dict(alternatives(lambda: [data], "cp1252"))
    assert preview(lambda: [data], "cp1252") == "Schöne Grüße aus Köln,gut Ärger,schlecht"
    assert found["cp1251"].startswith("Schцne GrьЯe")
    assert "latin-1" not in found  # the same words: nothing to choose
    assert alternatives(lambda: [b"text,label\nplain,1\n"], "utf-8") == []
    assert "".join(decoded([data], "cp1251")).splitlines()[1].startswith("Schцne")


HEADERS = {
    "names": ([["text", "label"], ["fine", "1"], ["bad", "0"]], True),
    "texts and labels": (
        [["ham", "Go until Jurong point"], ["spam", "Free entry to win"], *[["ham", "Ok lar"]] * 9],
        False,
    ),
    "numbers": ([["1", "a fine film"], ["0", "a bad film"], ["1", "well"]], False),
    "a long text": (
        [["a long text that somebody wrote today", "x"], ["another text that somebody wrote", "y"]],
        False,
    ),
    "one row": ([["a", "b"]], True),
    "other languages": ([["Texte", "Étiquette"], ["un film très bien", "oui"], ["un film nul", "non"]], True),
    "an answer that is also a usual name": (
        [["what time is it", "question"], *[["I am here", "statement"], ["are you", "question"]] * 5],
        False,
    ),
    "a long question": (
        [
            ["When", "What did you like about the lesson or not? Write in whole sentences.", "How was it?"],
            *[
                [f"{n}.11.2026", f"I liked the pictures best, all {n} of them", "good" if n % 2 else "poor"]
                for n in range(12)
            ],
        ],
        True,
    ),
    "a long question and nothing but answers": (
        [
            ["What did you like about the lesson or not? Write in whole sentences.", "How was it?"],
            *[
                ["I liked the pictures best, all of them " + "really " * n, "good" if n % 2 else "poor"]
                for n in range(12)
            ],
        ],
        True,
    ),
    "years as names": ([["2019", "2020"], ["rain", "sun"], ["sun", "rain"]], True),
}


@pytest.mark.parametrize("case", HEADERS)
def test_header_or_none(case: str) -> None:
    rows, header = HEADERS[case]
    assert has_header(rows) is header


def test_the_first_sheet_of_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    rows: list[list[Any]] = [
        ["text", "label", "day"],
        ["Schöne, Grüße", 1, None],
        ["zwei\nZeilen", "001", 2.5],
        [True, "NA", 1e3],
    ]
    for row in rows:
        sheet.append(row)
    sheet.append([])
    sheet.append(["end", "x"])
    book.create_sheet("other").append(["not", "read"])
    path = tmp_path / "table.csv"  # whatever its name says
    book.save(path)
    table = read_table(path)
    assert (table.columns, table.encoding) == (("text", "label", "day"), "xlsx")
    assert table.frame.to_numpy().tolist() == [
        ["Schöne, Grüße", "1", ""],
        ["zwei\nZeilen", "001", "2.5"],
        ["TRUE", "NA", "1000"],
        ["end", "x", ""],
    ]
    empty = Workbook()
    empty.save(path)
    with refused("data.sheet_empty"):
        read_table(path)


def test_a_recipe_of_an_earlier_version_reads_as_it_did() -> None:
    from trainer.recipe.recipe import Recipe
    from trainer.sources.text_csv.reading import reading_of

    recipe = Recipe.from_json(json.dumps({"data": {"kind": "text_csv", "path": "a.csv"}}))
    assert reading_of(recipe.data) == Reading()  # type: ignore[arg-type]


@pytest.mark.parametrize("above", ["", "Film survey\n", "Film survey\n26 November\n\n", "Film survey,\n,\n"])
def test_what_stands_above_a_table_is_left_out_and_said(tmp_path: Path, above: str) -> None:
    rows = "".join(f"a nice film number {n} that we saw,{'good' if n % 2 else 'bad'}\n" for n in range(40))
    path = tmp_path / "table.csv"
    path.write_text(f"{above}text,label\n{rows}", "utf-8")
    table = read_table(path, Reading(header=None, above=None))
    assert (table.above, table.columns, len(table.frame)) == (above.count("\n"), ("text", "label"), 40)
    assert any(note.code == "data.note_lines_above" for note in table.notes) == bool(above)
    path.write_text(f"a film that is not rated yet,\n{rows}", "utf-8")
    assert read_table(path, Reading(header=None, above=None)).above == 0, "a row that lacks its label is no title"


def test_spaces_before_quotation_marks(tmp_path: Path) -> None:
    """The commonest way in which people type a table by hand."""
    path = tmp_path / "table.csv"
    path.write_text('label, text\ngood, "nice, and long"\nbad, " so, so "\nbad, plain\n', "utf-8")
    table = read_table(path)
    assert table.columns == ("label", "text")
    assert table.frame["text"].tolist() == ["nice, and long", " so, so ", "plain"]
    assert any(note.code == "data.note_spaces" for note in table.notes)
    path.write_text('label,text\ngood, nice\nbad,"so, "" so"\n', "utf-8")
    table = read_table(path)
    assert table.frame["text"].tolist() == [" nice", 'so, " so'], "where nothing asks for it, spaces stay"
    assert not table.notes
