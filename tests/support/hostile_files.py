"""Files made to exhaust memory or time: `python -m benchmarks.hostile_files` gives each to the code that reads it.

Each is read in a process of its own that may use 300 MB more than it starts with (`--memory`). The table shows the
result, the seconds of CPU time, and the memory used. `tests/trainer/data/test_hostile_files.py` runs the same files.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import resource
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil

from trainer.data.table import Reading, read_table
from trainer.recipe.spec import RecipeError
from trainer.sources.mnist.reading import read_pictures

MEMORY = 300_000_000
SECONDS = 60
"""Of the processor, for a file, before its process is killed."""
Make = Callable[[Path], None]
FILES: dict[str, Make] = {}
"""Name of each file, with its ending -> what writes it."""

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
        "</Types>"
    ),
    "xl/workbook.xml": (
        f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/sharedStrings.xml": f"<sst {_MAIN}><si><t>text</t></si></sst>",
    "xl/styles.xml": f"<styleSheet {_MAIN}/>",
}
Part = bytes | Iterator[bytes]


def named(name: str) -> Callable[[Make], Make]:
    """Register what writes a file."""

    def register(make: Make) -> Make:
        FILES[name] = make
        return make

    return register


def repeated(piece: bytes, times: int, before: bytes = b"", after: bytes = b"") -> Iterator[bytes]:
    """The same piece so many times, in larger ones."""
    yield before
    many = max(1, 1_000_000 // len(piece))
    for done in range(0, times, many):
        yield piece * min(many, times - done)
    yield after


def packed(path: Path, parts: dict[str, Part]) -> None:
    """Write a zip file of parts that are made bit by bit."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            with archive.open(name, "w", force_zip64=True) as part:
                for piece in [content] if isinstance(content, bytes) else content:
                    part.write(piece)


def workbook(path: Path, **parts: Part) -> None:
    """Write a workbook; `sheet`, `styles`, `sharedStrings` and `workbook` replace the usual parts."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "types": "[Content_Types].xml"}
    rows = "".join(f"<row><c t='inlineStr'><is><t>text {n}</t></is></c><c><v>{n % 2}</v></c></row>" for n in range(40))
    usual: dict[str, Part] = {name: content.encode() for name, content in PARTS.items()}
    usual["xl/worksheets/sheet1.xml"] = f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>".encode()
    packed(path, usual | {names.get(name, f"xl/{name}.xml"): content for name, content in parts.items()})


def sheet(piece: bytes, times: int, inside: tuple[bytes, bytes] = (b"", b"")) -> Iterator[bytes]:
    """A sheet that repeats something."""
    before = f"<worksheet {_MAIN}><sheetData>".encode() + inside[0]
    return repeated(piece, times, before, inside[1] + b"</sheetData></worksheet>")


@named("rowgap.xlsx")
def _row_gap(path: Path) -> None:
    workbook(path, sheet=sheet(b'<row r="1"><c><v>1</v></c></row><row r="9999999999999"><c><v>1</v></c></row>', 1))


@named("cols.xlsx")
def _far_columns(path: Path) -> None:
    rows = (b'<row r="%d"><c r="ZZZ%d"><v>1</v></c></row>' % (n, n) for n in range(1, 100_001))
    workbook(path, sheet=sheet(b"".join(rows), 1))


@named("gaps in rows.xlsx")
def _gaps_in_rows(path: Path) -> None:
    rows = (b'<row r="%d"><c r="ALL%d"><v>1</v></c></row>' % (n, n) for n in range(1, 1_000_001))
    workbook(path, sheet=sheet(b"".join(rows), 1))


@named("empty rows.xlsx")
def _empty_rows(path: Path) -> None:
    workbook(path, sheet=sheet(b"<row/>", 7_000_000))


@named("the same row.xlsx")
def _same_row(path: Path) -> None:
    workbook(path, sheet=sheet(b'<row r="1"/>', 7_000_000))


@named("tiny cells.xlsx")
def _tiny_cells(path: Path) -> None:
    workbook(path, sheet=sheet(b"<row><c><v>1</v></c></row>", 7_000_000))


@named("one row.xlsx")
def _one_row(path: Path) -> None:
    workbook(path, sheet=sheet(b"<c><v>1</v></c>", 7_000_000, (b"<row>", b"</row>")))


@named("unknown elements.xlsx")
def _unknown(path: Path) -> None:
    workbook(path, sheet=sheet(b"<x/>", 25_000_000))


@named("shared strings.xlsx")
def _shared_strings(path: Path) -> None:
    workbook(path, sharedStrings=repeated(b"<si/>", 22_000_000, f"<sst {_MAIN}>".encode(), b"</sst>"))


@named("long shared string.xlsx")
def _long_shared_string(path: Path) -> None:
    rows = sheet(b'<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>', 100_000)
    text = repeated(b"x", 32_000, f"<sst {_MAIN}><si><t>".encode(), b"</t></si></sst>")
    workbook(path, sheet=rows, sharedStrings=text)


@named("styles.xlsx")
def _styles(path: Path) -> None:
    before = f"<styleSheet {_MAIN}><cellXfs>".encode()
    workbook(path, styles=repeated(b'<xf numFmtId="14"/>', 4_000_000, before, b"</cellXfs></styleSheet>"))


@named("names.xlsx")
def _defined_names(path: Path) -> None:
    names = repeated(
        b'<definedName name="a">1</definedName>', 1_000_000, b"<definedNames>", b"</definedNames></workbook>"
    )
    before = PARTS["xl/workbook.xml"].removesuffix("</workbook>").encode()

    def whole() -> Iterator[bytes]:
        yield before
        yield from names

    workbook(path, workbook=whole())


@named("long cell.xlsx")
def _long_cell(path: Path) -> None:
    workbook(path, sheet=sheet(b"x", 300_000_000, (b'<row><c t="inlineStr"><is><t>', b"</t></is></c></row>")))


@named("laughs.xlsx")
def _laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    start = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'.encode()
    rows = b"".join(sheet(b'<row><c t="str"><v>&e9;</v></c></row>', 1))
    workbook(path, sheet=start + rows)


@named("directory.xlsx")
def _directory(path: Path) -> None:
    workbook(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(60_000):
            archive.writestr(f"xl/media/{number}", b"")


@named("overlapping.xlsx")
def _overlapping(path: Path) -> None:
    """Many names for one packed part: each entry of the directory points to the same place."""
    workbook(path, sheet=sheet(b"<row/>", 40_000_000))
    data = path.read_bytes()
    end = data.rfind(b"PK\x05\x06")
    size, begin = struct.unpack("<II", data[end + 12 : end + 20])
    directory = data[begin : begin + size]
    path.write_bytes(
        data[:begin] + directory * 100 + data[end : end + 8] + struct.pack("<HHIIH", 600, 600, size * 100, begin, 0)
    )


@named("lzma.xlsx")
def _lzma(path: Path) -> None:
    workbook(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b"".join(sheet(b"<row/>", 20_000_000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@named("members.csv.gz")
def _members(path: Path) -> None:
    path.write_bytes(gzip.compress(b"") * 2_400_000)


@named("one by one.csv.gz")
def _one_by_one(path: Path) -> None:
    path.write_bytes(gzip.compress(b"text,label\n") + gzip.compress(b"a,b\n") * 2_000_000)


@named("bomb.csv.gz")
def _bomb(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for piece in repeated(b"a film,1\n", 110_000_000, b"text,label\n"):
            file.write(piece)


@named("one line.csv.gz")
def _one_line(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for piece in repeated(b"x", 99_000_000, b"text,label\n"):
            file.write(piece)


@named("empty lines.csv.gz")
def _empty_lines(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for piece in repeated(b"\r", 99_000_000, b"text,label\n"):
            file.write(piece)


@named("zeros.csv.gz")
def _zeros(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for piece in repeated(b"\0", 1_000_000_000):
            file.write(piece)


@named("long name.csv.gz")
def _long_name(path: Path) -> None:
    path.write_bytes(b"\x1f\x8b\x08\x08" + b"\0" * 6 + b"x" * 49_000_000)


@named("columns.csv")
def _columns(path: Path) -> None:
    path.write_bytes(b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n" + b"1," * 999_999 + b"1\n")


@named("commas.csv")
def _commas(path: Path) -> None:
    path.write_bytes(b"," * 49_000_000)


@named("cells.csv")
def _cells(path: Path) -> None:
    path.write_bytes(b",".join(b"c%d" % n for n in range(1_000)) + b"\n" + (b"," * 999 + b"\n") * 45_000)


@named("rows.csv")
def _rows(path: Path) -> None:
    path.write_bytes(b"text,label\n" + b"".join(b"a short text %d,%d\n" % (n, n % 2) for n in range(1_900_000)))


@named("endless row.csv")
def _endless_row(path: Path) -> None:
    path.write_bytes(b"text,label\n" + b'"\n",' * 11_000_000)


@named("left open.csv")
def _left_open(path: Path) -> None:
    path.write_bytes(b'text,label\n"a, "b' + b"some words, and more\n" * 2_300_000)


@named("several ways.csv")
def _several_ways(path: Path) -> None:
    path.write_bytes(b"text\tlabel\n" + b'say \\"so\\"\t "b"\n' * 2_500_000 + b'"\n')


@named("json.csv")
def _json(path: Path) -> None:
    path.write_text("[" + ",".join(f'{{"text": "some text {n}", "label": {n % 2}}}' for n in range(900_000)) + "]")


@named("deep json.csv")
def _deep_json(path: Path) -> None:
    path.write_bytes(b"[" * 40_000_000)


@named("letters.csv")
def _letters(path: Path) -> None:
    """Each letter in bytes of which no encoding can make sense for long, in one line."""
    path.write_bytes(b"text,label\n" + bytes(range(128, 256)) * 350_000)


@named("wide letters.csv")
def _wide_letters(path: Path) -> None:
    """One emoji makes each letter beside it take four bytes in Python."""
    path.write_bytes(b"text,label\n" + ("\U0001f600" + "x" * 400_000 + ",a,b\n").encode() * 110)


def array(shape: tuple[int, ...], kind: str, content: Part, size: int | None = None) -> Iterator[bytes]:
    """An array as numpy writes it; the header may say anything."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape!r}, }}".encode()
    header += b" " * (63 - (10 + len(header)) % 64) + b"\n"
    yield b"\x93NUMPY\x01\x00" + struct.pack("<H", size or len(header)) + header
    yield from [content] if isinstance(content, bytes) else content


def pictures(path: Path, **arrays: Part) -> None:
    """Write an .npz of a few pictures; what is given replaces one of its arrays."""
    usual = {
        "x_train": array((40, 8, 8), "|u1", b"\0" * 2560), "y_train": array((40,), "|u1", bytes(range(4)) * 10),
        "x_test": array((4, 8, 8), "|u1", b"\0" * 256), "y_test": array((4,), "|u1", bytes(range(4))),
    }  # fmt: skip
    packed(path, {f"{name}.npy": content for name, content in (usual | arrays).items()})


@named("empty names.npz")
def _empty_names(path: Path) -> None:
    pictures(path, class_names=array((4_000_000_000,), "<U0", b""))


@named("long names.npz")
def _long_names(path: Path) -> None:
    pictures(path, class_names=array((4,), "<U40000000", repeated(b"\0", 640_000_000)))


@named("gigabyte.npz")
def _gigabyte(path: Path) -> None:
    pictures(path, x_train=array((250_000, 64, 64), "|u1", repeated(b"\0", 1_024_000_000)))


@named("fractions.npz")
def _fractions(path: Path) -> None:
    pictures(path, x_train=array((30_000, 64, 64), "<f8", repeated(b"\0", 8 * 30_000 * 4096)))


@named("short.npz")
def _short(path: Path) -> None:
    pictures(path, x_train=array((10**12, 28, 28), "|u1", b"\0" * 100))


@named("no width.npz")
def _no_width(path: Path) -> None:
    pictures(path, x_train=array((2**62, 0, 8), "|u1", b""))


@named("labels.npz")
def _labels(path: Path) -> None:
    pictures(path, y_train=array((800_000_000,), "|u1", repeated(b"\0", 800_000_000)))


@named("long header.npz")
def _long_header(path: Path) -> None:
    content = repeated(b" ", 900_000_000, b"\x93NUMPY\x02\x00" + struct.pack("<I", 900_000_000))
    pictures(path, x_train=content)


@named("deep header.npz")
def _deep_header(path: Path) -> None:
    pictures(path, x_train=b"\x93NUMPY\x01\x00" + struct.pack("<H", 9_000) + b"(" * 9_000)


@named("objects.npz")
def _objects(path: Path) -> None:
    pictures(path, x_train=array((10**9, 8, 8), "|O", zlib.compress(b"\0")))


@named("directory.npz")
def _many_members(path: Path) -> None:
    pictures(path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(60_000):
            archive.writestr(f"{number}.npy", b"")


def what_comes_of(path: Path, memory: int) -> dict[str, str | float]:
    """Read a file in a process of its own.

    Returns:
        `said`: the sentence with which it was refused, or how else it ended; `refused`: whether it was; the seconds of
        the processor and the megabytes that it took.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        os._exit(_report(path, memory, write))
    os.close(write)
    with os.fdopen(read) as answer:
        began, _, said = answer.read().partition("\n")
    _, status, used = os.wait4(child, 0)
    return {
        "said": said or f"the process ended with status {status}",
        "refused": os.waitstatus_to_exitcode(status) == 0,
        "seconds": used.ru_utime + used.ru_stime,
        "megabytes": (used.ru_maxrss * 1024 - int(began)) / 1e6,
    }


def _report(path: Path, memory: int, write: int) -> int:
    before = psutil.Process().memory_info()
    os.write(write, f"{before.rss}\n".encode())
    resource.setrlimit(resource.RLIMIT_AS, (before.vms + memory, before.vms + memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        if path.suffix == ".npz":
            read_pictures(path)
        else:
            read_table(path, Reading(header=None, above=None))
    except RecipeError as error:
        os.write(write, str(error)[:2000].encode())
        return 0
    except BaseException as error:  # noqa: BLE001 - all that may come of it is to be seen
        os.write(write, f"{type(error).__name__}: {error}"[:2000].encode())
        return 1
    os.write(write, b"accepted")
    return 2


def main() -> None:
    """Print the table, or lines of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory", type=int, default=MEMORY, help="bytes beyond what is there at the beginning")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("names", nargs="*", help="of files; all of them if none is named")
    options = parser.parse_args()
    buffer = io.StringIO("text,label\na,b\n")
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.csv"
        ready.write_text(buffer.getvalue())
        read_table(ready)  # all that is loaded for the first table is loaded
        np.rint(np.zeros(1))
        if not options.json:
            print("| file | on disk | seconds | memory | what is said |\n|---|---|---|---|---|")
        for name in options.names or FILES:
            path = Path(folder) / name
            FILES[name](path)
            came = what_comes_of(path, options.memory)
            if options.json:
                print(json.dumps({"name": name, **came}), flush=True)
            else:
                size = path.stat().st_size / 1e6
                print(
                    f"| {name} | {size:.3g} MB | {came['seconds']:.1f} | {came['megabytes']:.0f} MB | {came['said']} |",
                    flush=True,
                )
            path.unlink()


if __name__ == "__main__":
    main()
