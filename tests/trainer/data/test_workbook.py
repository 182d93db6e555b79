"""Workbooks: what openpyxl reads is read, and what no workbook has is refused."""

from __future__ import annotations

import datetime
import gzip
from pathlib import Path

import openpyxl
import pytest

from tests.support.hostile_files import PARTS, packed, sheet, workbook
from tests.support.refusals import refused
from trainer.data.budget import READING, LimitError, ReadingBudget
from trainer.data.table import Reading, read_table
from trainer.data.wording import WORDING
from trainer.data.workbook import WorkbookError, table_sheet

MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
MOMENT = datetime.datetime(2026, 1, 31, 12, 30)
VALUES: list[tuple[object, str]] = [
    ("hello <b> & ü \U0001f600", "hello <b> & ü \U0001f600"),
    ("  spaced ", "  spaced "),
    ("two\nlines", "two\nlines"),
    ("001", "001"),
    (7, "7"),
    (-3, "-3"),
    (1.0, "1"),
    (0.25, "0.25"),
    (1e20, "1e+20"),
    (10**15, "1000000000000000"),
    (True, "TRUE"),
    (False, "FALSE"),
    (MOMENT, "2026-01-31 12:30:00"),
    (datetime.datetime(2026, 1, 31), "2026-01-31"),
    (datetime.date(2026, 1, 31), "2026-01-31"),
    (datetime.time(3, 4), "03:04:00"),
    (datetime.timedelta(hours=30), "1 day, 6:00:00"),
    ("#N/A", "#N/A"),
]


def cells(path: Path) -> list[list[str]]:
    return [row for _, row in table_sheet(path, 1_000, ReadingBudget({}, READING)).rows()]


@pytest.mark.parametrize("shared", [True, False], ids=["texts apart", "texts in the cells"])
def test_each_kind_of_cell_is_written_as_excel_shows_it(shared: bool, tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=not shared)
    sheet = book.active if shared else book.create_sheet()
    assert sheet is not None
    for value, _ in VALUES:
        sheet.append([value, None, "x"])
    path = tmp_path / "book.xlsx"
    book.save(path)
    assert cells(path) == [[text, "", "x"] for _, text in VALUES]


def test_the_first_sheet_of_several_is_read_and_a_chart_is_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("chart", 0)
    assert book.worksheets[0] is not None
    book.worksheets[0].append(["first"])
    book.create_sheet("second").append(["second"])
    path = tmp_path / "book.xlsx"
    book.save(path)
    assert cells(path) == [["first"]]


def test_rows_and_cells_that_are_left_out_are_empty_ones(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    rows = b"<row r='3'><c r='B3'><v>1</v></c><c r='D3' s='0'/></row><row><c><v>2</v></c></row><row r='9'/>"
    workbook(path, sheet=b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (MAIN, rows))
    sheet = table_sheet(path, 1_000, ReadingBudget({}, READING))
    assert list(sheet.rows()) == [(3, ["", "1"]), (4, ["2"])]
    assert list(sheet.even_rows(2)) == [(3, ["", "1"]), (4, ["2", ""])]
    assert list(sheet.even_rows(3)) == [(4, ["2"])]


def test_texts_in_parts_with_a_prefix_and_how_they_are_pronounced(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    prefixed = MAIN.replace(b"xmlns", b"xmlns:x")
    texts = (
        b"<x:si><x:r><x:rPr><x:b/></x:rPr><x:t>two </x:t></x:r><x:r><x:t>parts</x:t></x:r></x:si>"
        b"<x:si><x:t>spoken</x:t><x:rPh sb='0' eb='1'><x:t>otherwise</x:t></x:rPh></x:si>"
    )
    rows = b"<x:row><x:c t='s'><x:v>0</x:v></x:c><x:c t='s'><x:v>1</x:v></x:c></x:row>"
    workbook(
        path,
        sheet=b"<x:worksheet %s><x:sheetData>%s</x:sheetData></x:worksheet>" % (prefixed, rows),
        sharedStrings=b"<x:sst %s>%s</x:sst>" % (prefixed, texts),
    )
    assert cells(path) == [["two parts", "spoken"]]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (b"<row r='2'><c><v>1</v></c></row><row r='1'><c><v>1</v></c></row>", "workbook_rows_unordered"),
        (b"<row><c r='B1'><v>1</v></c><c r='A1'><v>1</v></c></row>", "workbook_cells_unordered"),
        (b"<row><c t='s'><v>-1</v></c></row>", "workbook_no_such_text"),
        (b"<row><c t='s'><v>5</v></c></row>", "workbook_unreadable"),
        (b"<row><c r='1'><v>1</v></c></row>", "workbook_unreadable"),
        (b"<row r='1048577'/>", "workbook_row_beyond"),
        (b"<row>", "workbook_unreadable"),
    ],
)
def test_what_no_workbook_has_is_refused(rows: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    workbook(path, sheet=b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (MAIN, rows))
    with refused(code, WorkbookError):
        cells(path)


def test_a_workbook_inside_a_gzip_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    workbook(path)
    table = tmp_path / "table.csv.gz"
    table.write_bytes(gzip.compress(path.read_bytes()))
    with refused("data.wrong_kind", kind=WORDING.message("kind_xlsx_damaged")):
        read_table(table)


def test_a_workbook_without_styles_and_texts_apart(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    parts = {name: content.encode() for name, content in PARTS.items()}
    del parts["xl/styles.xml"], parts["xl/sharedStrings.xml"]
    types = "/xl/sharedStrings.xml"
    kept = parts["[Content_Types].xml"].decode()
    begin = kept.index(f'<Override PartName="{types}"')
    parts["[Content_Types].xml"] = (kept[:begin] + kept[kept.index("/>", begin) + 2 :]).encode()
    rows = b"<row><c t='str'><v>text</v></c><c t='str'><v>label</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>"
    sheet = b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (MAIN, rows)
    packed(path, {**parts, "xl/worksheets/sheet1.xml": sheet})
    table = read_table(path, Reading(header=None, above=None))
    assert table.columns == ("text", "label")
    assert table.frame.to_numpy().tolist() == [["1", "2"]]


@pytest.mark.slow
def test_a_part_that_is_packed_far_too_tightly_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """Millions of tiny cells in a small file took seconds to go through; what people write unpacks to 8 to 18 times."""
    path = tmp_path / "book.xlsx"
    workbook(path, sheet=sheet(b"<row><c><v>1</v></c></row>", 400_000))
    budget = ReadingBudget({}, READING)
    with refused("too_many_bytes", LimitError):
        table_sheet(path, 1_000, budget)
    alike = openpyxl.Workbook(write_only=True)
    rows = alike.create_sheet()
    for _ in range(60_000):
        rows.append(["the same text", "spam"])
    alike.save(path)
    assert len(cells(path)) == 60_000


def test_a_sheet_without_a_table_before_the_one_with_it_is_passed_over(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    about = book.active
    assert about is not None
    about.append(["About this file"])
    about.append(["Made in spring"])
    data = book.create_sheet("Data")
    for row in (["text", "label"], ["it was good", "yes"], ["it was bad", "no"]):
        data.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    table = read_table(path)
    assert table.frame["label"].to_list() == ["yes", "no"]
    assert [note.code for note in table.notes] == ["data.note_sheet"]
