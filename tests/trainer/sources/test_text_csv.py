"""Tables arrive exactly as they are written, or a sentence says why not."""

import bz2
import csv
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.refusals import refused
from trainer.data import table
from trainer.data.content import TooLargeError
from trainer.data.table import Reading, read_table
from trainer.messages import Message
from trainer.sources.text_csv.columns import choose_columns
from trainer.sources.text_csv.reading import load_text
from trainer.sources.text_csv.spec import TextCsv

Write = Callable[[str | bytes], Path]


def zipped(**members: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


BAD_FILES: dict[str, tuple[str | bytes, str, dict[str, Any]]] = {
    "empty": ("", "data.empty", {}),
    "white space only": (" \n\n", "data.empty", {}),
    "only a byte order mark": (b"\xef\xbb\xbf", "data.empty", {}),
    "header only": ("text,label\n", "data.no_rows", {}),
    "xlsx without sheets": (
        zipped(xl__workbook_dot_xml="<x/>"),
        "data.wrong_kind",
        {"kind": "data.kind_xlsx_without_sheets"},
    ),
    "xlsx that is damaged": (
        zipped(xl__workbook_dot_xml="<x/>", xl__worksheets__sheet1_dot_xml="<x/>"),
        "data.workbook_unreadable",
        {},
    ),
    "powerpoint": (zipped(ppt__presentation_dot_xml="<x/>"), "data.wrong_kind", {"kind": "data.kind_powerpoint"}),
    "xlsb": (zipped(xl__workbook_dot_bin="x"), "data.wrong_kind", {"kind": "data.kind_xlsb"}),
    "ods": (
        zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
        "data.wrong_kind",
        {"kind": "data.kind_ods"},
    ),
    "docx": (zipped(word__document_dot_xml="<x/>"), "data.wrong_kind", {"kind": "data.kind_word"}),
    "npz": (zipped(x_train_dot_npy="x"), "data.wrong_kind", {"kind": "data.kind_npz"}),
    "zip": (zipped(table_dot_csv="a,b\n1,2\n"), "data.wrong_kind", {"kind": "data.kind_zip"}),
    "bz2 by fewer blocks": (bz2.compress(b"a,b\n1,2\n", 1), "data.wrong_kind", {"kind": "data.kind_bzip2"}),
    "parquet": (b"PAR1\x15\x04PAR1", "data.wrong_kind", {"kind": "data.kind_parquet"}),
    "empty zip": (zipped(), "data.wrong_kind", {"kind": "data.kind_zip"}),
    "old excel": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100,
        "data.wrong_kind",
        {"kind": "data.kind_old_office"},
    ),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0", "data.wrong_kind", {"kind": "data.kind_png"}),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "data.wrong_kind", {"kind": "data.kind_jpeg"}),
    "gif": (b"GIF89a\1\0", "data.wrong_kind", {"kind": "data.kind_gif"}),
    "pdf": (b"%PDF-1.7\n1 0 obj", "data.wrong_kind", {"kind": "data.kind_pdf"}),
    "gz in gz": (gzip.compress(gzip.compress(b"a,b\n1,2\n")), "data.wrong_kind", {"kind": "data.kind_gzip_twice"}),
    "png in gz": (gzip.compress(b"\x89PNG\r\n\x1a\n\0\0\0"), "data.wrong_kind", {"kind": "data.kind_png"}),
    "torn gz": (gzip.compress(b"a,b\n1,2\n" * 99)[:-12], "data.gzip_cut", {}),
    "damaged gz": (gzip.compress(b"a,b\n1,2\n" * 99)[:-8] + b"\0" * 8, "data.gzip_damaged", {}),
    "tar": (b"a.csv".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 248, "data.wrong_kind", {"kind": "data.kind_tar"}),
    "wav": (b"RIFF$\0\0\0WAVEfmt ", "data.wrong_kind", {"kind": "data.kind_riff"}),
    "pickle": (b"\x80\x04\x95\x0b\0\0", "data.wrong_kind", {"kind": "data.kind_pickle"}),
    "bz2": (bz2.compress(b"a,b\n1,2\n"), "data.wrong_kind", {"kind": "data.kind_bzip2"}),
    "xz": (lzma.compress(b"a,b\n1,2\n"), "data.wrong_kind", {"kind": "data.kind_xz"}),
    "html": ("  <!DOCTYPE html>\n<html><body>a,b</body></html>", "data.wrong_kind", {"kind": "data.kind_html"}),
    "html without doctype": ("\ufeff<html>\n", "data.wrong_kind", {"kind": "data.kind_html"}),
    "xml": ("<?xml version='1.0'?><a/>", "data.wrong_kind", {"kind": "data.kind_xml"}),
    "json": ('{"text": ["a", "b"]}', "data.wrong_kind", {"kind": "data.kind_json"}),
    "hdf5": (b"\x89HDF\r\n\x1a\n", "data.wrong_kind", {"kind": "data.kind_hdf5"}),
    "zero bytes": (b"a,b\n1,\x002\n", "data.wrong_kind", {"kind": "data.kind_binary"}),
    "json list": ('["a", "b"]', "data.wrong_kind", {"kind": "data.kind_json"}),
    "json list of lists": ('[["a", "b"]]', "data.wrong_kind", {"kind": "data.kind_json"}),
    "json over lines": ('[\n  {\n    "text": "a"', "data.wrong_kind", {"kind": "data.kind_json"}),
    "zero characters": ("a,b\n1,\0\n".encode("utf-16"), "data.zero_characters", {}),
    "row too short": (
        "text,label\nfine,1\nlonely\nbad,0\n",
        "data.row_too_narrow",
        {"line": 3, "cells": 1, "columns": 2},
    ),
    "row too long": ("text,label\nfine,1\nwell, good,1\n", "data.row_too_wide", {"line": 3, "cells": 3, "columns": 2}),
    "a name missing in the header": (
        "text,label\n1,fine,1\n2,bad,0\n",
        "data.header_too_narrow",
        {"line": 1, "names": 2, "cells": 3},
    ),
    "first row too long": (
        "text,label\nwell, good,1\nfine,1\n",
        "data.row_too_wide",
        {"line": 2, "cells": 3, "columns": 2},
    ),
    "ragged after a cell of several lines": (
        'text,label\n"a\nb",1\n\nbad\n',
        "data.row_too_narrow",
        {"line": 5, "cells": 1, "columns": 2},
    ),
    "commas in a table of one column": (
        "text\nfine\nwell, good\n",
        "data.row_too_wide",
        {"line": 3, "cells": 2, "columns": 1},
    ),
    "unclosed quote": ('text,label\nfine,1\n"never closed,0\nmore,1\n', "data.quote_never_closed", {"line": 3}),
    "unclosed quote before a closed one": ('text,label\n"open,1\n"shut",0\n', "data.text_after_quote", {"line": 2}),
    "letters behind a quote": ('text,label\n"a"b,1\n', "data.text_after_quote", {"line": 2}),
    "unclosed quote in the header": ('"text,label\nfine,1\n', "data.quote_never_closed", {"line": 1}),
    "duplicate header": ("text,label,text\na,b,c\n", "data.column_twice", {"line": 1, "column": '"text"'}),
    "duplicate header but for space": (
        "text,label, text\na,b,c\n",
        "data.column_twice",
        {"line": 1, "column": '"text"'},
    ),
    "header of nothing": ("\n\n , \na,b\n", "data.no_column_names", {"line": 3}),
    "header that is called as a blank one": (
        "Column 2,\na,b\n",
        "data.column_twice",
        {"line": 1, "column": '"Column 2"'},
    ),
    "too many columns": (",".join(f"c{i}" for i in range(1_001)) + "\n", "data.too_many_columns", {}),
    "cell too long": ("text,label\nfine,1\n" + "x" * 1_000_001 + ",1\n", "data.cell_too_long", {"line": 3}),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_file(case: str, write: Write) -> None:
    content, code, parameters = BAD_FILES[case]
    path = write(content)
    kind = parameters.get("kind")
    expected = parameters | ({"kind": Message(code=kind)} if isinstance(kind, str) else {})
    with refused(code, file="table.csv", **expected):
        read_table(path)


def test_too_large(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("")
    with path.open("wb") as file:
        file.truncate(100_000_001)  # sparse: takes no room on the disk
    with refused("data.file_too_large", limit=100_000_000):
        read_table(path)
    monkeypatch.setattr(table, "MAX_ROWS", 2)
    with refused("data.sample_rows", TooLargeError, limit=2):
        read_table(write("a,b\n1,2\n1,2\n1,2\n"))


@pytest.mark.slow
def test_a_gzip_bomb_is_bounded(write: Write) -> None:
    """100 kB that unpack to 100 MB and more: refused without ever being in memory whole; a sample is offered."""
    path = write(gzip.compress(b"text,label\n" + b"a film,1\n" * 12_000_000, 9))
    with refused("data.sample_bytes", TooLargeError, limit=100_000_000):
        read_table(path)
    assert len(read_table(path, Reading(sample=1000)).frame) == 1000


def test_a_column_with_hardly_two_rows_of_each_label_is_no_label_column(write: Write) -> None:
    path = write("text,label\n" + "".join(f"text {i},answer {i // 2}\n" for i in range(60)))
    with refused("text_csv.labels_too_rare", labels=30, rows=60):
        load_text(TextCsv(path=str(path)), 1)


def test_a_sample_is_spread_over_the_whole_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 1000)
    path = write("text,label\n" + "".join(f"text {i},{i // 500}\n" for i in range(2000)))
    with refused("data.sample_rows", TooLargeError, limit=1000):
        read_table(path)
    found = read_table(path, Reading(sample=100))
    assert (len(found.frame), found.rows_in_file) == (100, 2000)
    assert all(12 <= count <= 38 for count in found.frame["label"].value_counts())
    numbers = [int(text.removeprefix("text ")) for text in found.frame["text"]]
    assert numbers == sorted(numbers), "in the order of the file"
    turns = write("text,label\n" + "".join(f"text {i},{i % 4}\n" for i in range(2000)))
    found = read_table(turns, Reading(sample=100))
    assert set(found.frame["label"]) == set("0123"), "every so-manieth row would find one of them alone"
    assert found.notes[0].parameters == {"sample": 100, "rows": 2000}


def test_a_broken_line_is_shown(write: Write) -> None:
    with refused("data.row_too_wide", text="“oh, dear, no,1”"):
        read_table(write("text,label\nfine,1\noh, dear, no,1\n"))
    with refused("data.quote_never_closed", line=3, text='“"never closed,0”'):
        read_table(write('text,label\nfine,1\n"never closed,0\nmore,1\n'))


def test_columns_without_a_name_are_called_by_their_place(write: Write) -> None:
    """pandas writes its row numbers under no name, spreadsheets leave empty columns behind."""
    found = read_table(write(",text,label,\n0,fine,1,\n1,bad,0,\n"))
    assert found.columns == ("Column 1", "text", "label", "Column 4")
    assert found.notes[0].parameters == {"columns": 2, "line": 1, "names": ["Column 1", "Column 4"]}


def test_a_delimiter_more_at_the_end_of_all_rows_or_of_the_header_moves_nothing(write: Write) -> None:
    found = read_table(write("text;label\nfine;1;\nbad;0;\n"))
    assert found.columns == ("text", "label", "Column 3")
    assert found.frame.to_numpy().tolist() == [["fine", "1", ""], ["bad", "0", ""]]
    assert found.notes[0].parameters["names"] == ["Column 3"]
    found = read_table(write("text;label;\nfine;1\nbad;0\n"))
    assert found.columns == ("text", "label")
    assert found.frame.to_numpy().tolist() == [["fine", "1"], ["bad", "0"]]
    assert found.notes[0].code == "data.note_header_cut"
    with refused("data.row_too_narrow", line=2, cells=2, columns=3):
        read_table(write("text;label;\nfine;1\nbad;0\nmore;1;x\n"))


def test_a_header_without_a_name_for_the_numbers_of_the_rows_is_told_how_to_be_read(write: Write) -> None:
    """R writes such files."""
    path = write('"text" "label"\n"1" "fine film" "1"\n"2" "bad" "0"\n')
    with refused("data.looks_spaced"):
        read_table(path)
    with refused("data.header_too_narrow", skip=1):
        read_table(path, Reading(delimiter=" "))
    found = read_table(path, Reading(delimiter=" ", above=1, header=None))
    assert found.columns == ("Column 1", "Column 2", "Column 3")
    assert len(found.frame) == 2


def test_missing(tmp_path: Path) -> None:
    with refused("data.no_file", file="gone.csv"):
        read_table(tmp_path / "gone.csv")


def test_words_stay_words(write: Write) -> None:
    words = ["NA", "None", "null", "nan", "NaN", "", "001", "1", "01", "1.0", "1e5", "True", "=1+1", "@x", " a ", "<b>"]
    table = read_table(write("text,label\n" + "".join(f"{word},{word}\n" for word in words)))
    assert table.frame["label"].tolist() == words
    assert table.frame["text"].tolist() == words
    assert all(type(cell) is str for cell in table.frame["text"].tolist())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(write: Write, delimiter: str) -> None:
    rows = [["some text", "label", "n"], ["one, two; three | four\tfive", "x", "1,5"], ["a", "y", ""]]
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    table = read_table(write(file.getvalue()))
    assert (table.delimiter, table.columns) == (delimiter, tuple(rows[0]))
    assert table.frame.to_numpy().tolist() == rows[1:]


def test_delimiter_that_also_stands_in_the_header(write: Write) -> None:
    table = read_table(write("texts, short;label\nfine;1\nwell, well, good;0\n"))
    assert table.columns == ("texts, short", "label")


@pytest.mark.parametrize("header", ["PAR1,b", "BZh9,b", "GIF89,b", "PK,b", "MZ,b", "ID3,text", "BM6,text", "RIFF,WAVE"])
def test_headers_that_look_like_other_files(write: Write, header: str) -> None:
    assert read_table(write(header + "\n1,2\n")).columns == tuple(header.split(","))


def test_quoting(write: Write) -> None:
    table = read_table(write('text,label\r\n"two\r\nlines, and ""quotes""",1\r\n\r\n5" disk,0'))
    assert table.frame["text"].tolist() == ['two\r\nlines, and "quotes"', '5" disk']


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(write: Write, end: str) -> None:
    odd = "a\u2028b\x0bc\x85d"  # Python ends lines at these too, CSV does not
    table = read_table(write(f"text,label{end}{odd},1{end}"))
    assert table.frame["text"].tolist() == [odd]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    header = draw(st.lists(st.from_regex(r"[A-Za-z_]{2,8}", fullmatch=True), min_size=1, max_size=5, unique=True))
    return [header, *draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), min_size=1))]


# csv.writer leaves a lone carriage return bare where it is no part of the line end, so there all is quoted.
STYLES = st.sampled_from([(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_ALL, "\r\n"), (csv.QUOTE_ALL, "\n")])


@settings(deadline=None)
@given(rows=tables(), delimiter=st.sampled_from(",;\t|"), style=STYLES)
def test_any_table_comes_back_equal(
    random_tables: Iterator[Path], rows: list[list[str]], delimiter: str, style: tuple[Any, str]
) -> None:
    assume(len(rows[0]) > 1 or delimiter == ",")  # a header of one column shows no delimiter, so a comma is taken
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=style[0], lineterminator=style[1]).writerows(rows)
    path = next(random_tables)
    path.write_bytes(file.getvalue().encode())
    table = read_table(path)
    assert table.columns == tuple(rows[0])
    assert table.frame.to_numpy().tolist() == rows[1:]


@pytest.fixture(scope="module")
def random_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new name for each table, since a file of the same size in the same moment would count as the same."""
    folder = tmp_path_factory.mktemp("random")
    return (folder / f"{number}.csv" for number in count())


def test_a_changed_file_is_read_anew(write: Write) -> None:
    path = write("a,b\n1,2\n")
    first = read_table(path)
    assert read_table(path) is first
    write("a,b\n1,2\n3,4\n")
    assert len(read_table(path).frame) == 2


def test_columns_are_chosen(write: Write) -> None:
    def chosen(content: str) -> tuple[str, str | None]:
        found = choose_columns(read_table(write(content)))
        return found.text, found.label

    lines = "".join(f"{i},en,{'good' if i % 2 else 'bad'},some text of number {i}\n" for i in range(20))
    assert chosen("id,language,mood,comment\n" + lines) == ("comment", "mood")
    lines = "".join(
        f"{i},{400 if i else 'C'},{'good' if i % 2 else 'bad'},some text of number {i}\n" for i in range(40)
    )
    assert chosen("id,collector,mood,comment\n" + lines) == ("comment", "mood"), "what occurs once is no class"
    assert chosen("label,text\nham,hello you\nspam,buy now\n") == ("text", "label")
    with refused("text_csv.one_column"):
        chosen("text\nhello\n")


def test_rows_and_cells_are_counted_while_they_are_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_CELLS", 20)
    assert len(read_table(write("a,b\n" + "1,2\n" * 10)).frame) == 10
    with refused("data.sample_cells", TooLargeError, limit=20):
        read_table(write("a,b\n" + "1,2\n" * 11))
    with refused("data.too_many_cells", limit=20):
        read_table(write("a,b\n" + "1,2\n" * 11), Reading(sample=11))
    monkeypatch.setattr(table, "MAX_ROWS", 5)
    for rows in ("1,2\n" * 6, '"1",2\n' * 6, "1,2\r\n" * 6, "1,2\r" * 6):
        assert len(read_table(write("a,b\n\n\n" + rows[: 5 * len(rows) // 6])).frame) == 5
        with refused("data.sample_rows", TooLargeError, limit=5):
            read_table(write("a,b\n" + rows))


def test_blocks_of_a_table_make_one(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "BLOCK_CELLS", 6)
    found = read_table(write("a,b\n" + "".join(f"text {n},{n % 2}\n" for n in range(20))))
    assert found.frame["a"].tolist() == [f"text {n}" for n in range(20)]
    assert found.frame.index.tolist() == list(range(20))
