"""The event log: numbered without gaps, never bare NaN, and readable whatever tore it."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import inf, isnan, nan
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from tests.support.clock import Clock
from trainer.recipe.spec import NewerVersionError
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded, Phase, RunState, StateChanged, WeightsKept, parse
from trainer.runs.events import Tested as Opened
from trainer.runs.log import DamagedLogError, LogReader, LogWriter, from_line, to_line

EVENTS: list[AnyEvent] = [
    StateChanged(state=RunState.RUNNING),
    Phase(name="building", text="with “quotes”\nand a new line\r\u2028"),
    BatchSeen(epoch=1, step=2, logs={"loss": 0.5}),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def write(path: Path, *events: AnyEvent) -> None:
    log = LogWriter(path)
    for event in events:
        log.write(event)
    log.sync()
    log.close()


def test_numbered_and_timed(path: Path, clock: Clock) -> None:
    log = LogWriter(path, clock)
    for event in EVENTS:
        clock.now += 0.25
        log.write(event)
    log.close()
    clock.now += 1000  # the computer slept, or another trainer's clock is elsewhere
    again = LogWriter(path, clock)
    clock.now += 0.25
    again.write(EVENTS[0])
    again.close()
    read = LogReader(path).read()
    assert [event.n for event in read] == [0, 1, 2, 3]
    assert [event.t for event in read] == [0.25, 0.5, 0.75, 1.0]
    assert [event.model_copy(update={"n": -1, "t": 0.0}) for event in read] == [*EVENTS, EVENTS[0]]


def test_many_threads_one_numbering(path: Path) -> None:
    log = LogWriter(path)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: log.write(EVENTS[2]), range(400)))
    log.close()
    assert [event.n for event in LogReader(path).read()] == list(range(400))


@pytest.mark.parametrize(
    "event",
    [
        BatchSeen(epoch=1, step=1, logs={"loss": nan, "accuracy": inf, "mae": -inf}),
        EpochEnded(epoch=1, seconds=1, logs={"loss": inf}),
        Opened(logs={"loss": nan, "accuracy": 0.5}, rows=1, weights_epoch=1, seconds=0.1, file="a.npz"),
    ],
)
def test_never_bare_nan(path: Path, event: AnyEvent) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} stands bare in the file")

    write(path, event)
    json.loads(path.read_text("utf-8"), parse_constant=refuse)
    (read,) = LogReader(path).read()
    for name, value in event.logs.items():
        assert isnan(read.logs[name]) if isnan(value) else read.logs[name] == value


def test_torn_at_every_byte(path: Path) -> None:
    write(path, *EVENTS)
    whole = path.read_bytes()
    start = whole[:-1].rfind(b"\n") + 1
    for end in range(start, len(whole)):
        path.write_bytes(whole[:end])
        reader = LogReader(path)
        assert [event.n for event in reader.read()] == [0, 1]
        assert not reader.damaged
        write(path, EVENTS[2], EVENTS[0])
        assert [event.n for event in reader.read()] == [2, 3]
        assert [event.n for event in LogReader(path).read()] == [0, 1, 2, 3]
        assert all(json.loads(line) for line in path.read_bytes().splitlines())


@pytest.mark.parametrize("damage", [b"{}", b"not json", b"\xff\xfe", b'{"kind": "surprise", "n": 1}', b""])
def test_damaged_middle_line(path: Path, damage: bytes) -> None:
    write(path, *EVENTS)
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], damage, *lines[2:]]))
    reader = LogReader(path)
    assert [event.n for event in reader.read()] == [0]
    assert reader.damaged
    assert reader.read() == []


def test_reader_gets_each_event_once_and_waits_for_the_end_of_a_line(path: Path) -> None:
    path.touch()
    reader = LogReader(path)
    assert reader.read() == []
    write(path, EVENTS[0])
    assert len(reader.read()) == 1
    assert reader.read() == []
    with path.open("ab") as file:
        line = EVENTS[2].model_copy(update={"n": 1}).model_dump_json().encode()
        file.write(line[:10])
        file.flush()
        assert reader.read() == []
        file.write(line[10:] + b"\n")
    assert [event.n for event in reader.read()] == [1]


def test_missing_log(path: Path) -> None:
    with pytest.raises(OSError, match="events"):
        LogReader(path).read()


@pytest.mark.parametrize("event", [*EVENTS, WeightsKept(epoch=1, file="a", reason="b")])
def test_round_trip(event: AnyEvent) -> None:
    assert parse(event.model_dump_json()) == event


def test_field_of_a_later_version_is_passed_over() -> None:
    assert parse('{"n": 3, "t": 1.5, "kind": "phase", "name": "saving", "later": 1}').n == 3


OLD = """\
{"n":0,"t":0.0,"kind":"state","state":"queued","reason":null}
{"n":1,"t":0.001,"kind":"state","state":"running","reason":null}
{"n":2,"t":0.1,"kind":"phase","name":"preparing","text":null}
{"n":3,"t":0.9,"kind":"prepared","seconds":0.8,"train":96,"validation":24,"test":30,"same_rows":false,"steps":6,\
"epochs":1,"batch_size":16,"parameters":323,"class_names":["0","1","2"]}
{"n":4,"t":1.0,"kind":"batch","epoch":1,"step":6,"logs":{"accuracy":0.25,"loss":"NaN"}}
{"n":5,"t":1.2,"kind":"epoch","epoch":1,"seconds":0.2,"logs":{"loss":1.5,"val_loss":"Infinity","learning_rate":0.1}}
{"n":6,"t":1.3,"kind":"weights","epoch":1,"file":"final.weights.h5","reason":"as they were"}
{"n":7,"t":1.3,"kind":"state","state":"finished","reason":"All 1 epochs are done."}
{"n":8,"t":1.9,"kind":"tested","logs":{"loss":1.1,"accuracy":0.5},"rows":30,"weights_epoch":1,"seconds":0.5,\
"file":"test-1.npz"}
"""
"""A log as it was once written. It may never be changed: runs have to open for ever."""


def test_old_log_opens(path: Path) -> None:
    path.write_text(OLD, "utf-8")
    reader = LogReader(path)
    assert [event.kind for event in reader.read()] == [json.loads(line)["kind"] for line in OLD.splitlines()]
    assert not reader.damaged


class FullDisk:
    """A file that takes half of a line, once, and then refuses."""

    def __init__(self, file: Any) -> None:
        self.file, self.refuse = file, True

    def write(self, line: bytes) -> int:
        if self.refuse:
            self.refuse = False
            return self.file.write(line[: len(line) // 2])
        return self.file.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def test_what_a_full_disk_refuses_does_not_come_back_under_another_number(path: Path) -> None:
    """The refused line came out later, with the number of the event that followed: readers skipped the second."""
    log = LogWriter(path)
    log.write(EVENTS[0])
    log._file = FullDisk(log._file)  # type: ignore[assignment]
    with pytest.raises(OSError, match="No space"):
        log.write(EVENTS[1])
    last = log.write(StateChanged(state=RunState.FAILED, reason="The disk is full."))
    log.close()
    assert [event.n for event in LogReader(path).read()] == [0, 1]
    assert LogReader(path).read()[-1] == last


def flips(content: bytes, bits: Iterable[int]) -> Iterator[bytes]:
    """The content with one bit turned over, for each of these places."""
    for bit in bits:
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


@pytest.mark.slow
def test_every_bit_that_turns_over_is_noticed(path: Path) -> None:
    """Of 1,500 random ones 7 had changed a number without a word, and one made an epoch disappear."""
    write(path, *EVENTS, EpochEnded(epoch=1, seconds=1.25, logs={"loss": 0.5, "val_loss": inf}))
    whole = path.read_bytes()
    events = LogReader(path).read()
    ends = [at for at, byte in enumerate(whole) if byte == ord("\n")]
    for bit, changed in enumerate(flips(whole, range(8 * len(whole)))):
        path.write_bytes(changed)
        reader = LogReader(path)
        before = sum(end < bit // 8 for end in ends)
        assert (reader.read(), reader.damaged) == (events[:before], True), f"bit {bit % 8} of byte {bit // 8}"
        assert isinstance(reader.error, DamagedLogError), "and is not taken for the work of a newer Fitboard"


@pytest.mark.slow
def test_random_bits_of_a_long_log(path: Path) -> None:
    points = [BatchSeen(epoch=1 + n // 60, step=n, logs={"loss": 1 / (n + 3), "accuracy": n / 400}) for n in range(200)]
    write(path, *points)
    whole, events = path.read_bytes(), LogReader(path).read()
    for changed in flips(whole, np.random.default_rng(7).integers(8 * len(whole), size=1500).tolist()):
        path.write_bytes(changed)
        reader = LogReader(path)
        read = reader.read()
        assert reader.damaged
        assert read == events[: len(read)]


def test_a_bit_of_an_old_log_makes_no_newer_version(path: Path) -> None:
    """Without checksums not every bit can be noticed; what is noticed is damage, and no reason to update."""
    for changed in flips(OLD.encode(), range(0, 8 * len(OLD), 7)):
        path.write_bytes(changed)
        reader = LogReader(path)
        events = reader.read()
        assert [event.n for event in events] == list(range(len(events)))
        assert not isinstance(reader.error, NewerVersionError)


def test_old_lines_then_new_ones(path: Path) -> None:
    path.write_text(OLD, "utf-8")
    write(path, *EVENTS)
    reader = LogReader(path)
    assert [event.n for event in reader.read()] == list(range(12))
    assert not reader.damaged
    *old, first, _, _ = path.read_bytes().splitlines()
    assert not any(b"crc" in line for line in old)
    assert b"crc" in first


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("how", ["gone", "twice", "swapped", "of another log"])
def test_lines_that_do_not_follow_each_other(path: Path, place: int, how: str) -> None:
    write(path, *EVENTS, EVENTS[2])
    lines = path.read_bytes().splitlines(keepends=True)
    match how:
        case "gone":
            del lines[place]
        case "twice":
            lines.insert(place, lines[place])
        case "swapped":
            lines[place : place + 2] = lines[place : place + 2][::-1]
        case _:
            lines[place] = to_line(EVENTS[0].model_copy(update={"n": 7}))
    path.write_bytes(b"".join(lines))
    reader = LogReader(path)
    assert [event.n for event in reader.read()] == list(range(place + (how == "twice")))
    assert isinstance(reader.error, DamagedLogError)


def of_a_newer_version(checksum: bool, **fields: object) -> bytes:
    body = json.dumps({"n": 3, "t": 1.5, **fields}, separators=(",", ":")).encode()
    return (b'%b,"crc":"%08x"}' % (body[:-1], crc32(body)) if checksum else body) + b"\n"


@pytest.mark.parametrize(
    ("line", "is_newer"),
    [
        (of_a_newer_version(True, kind="hologram", depth=3), True),
        (of_a_newer_version(True, kind="state", state="asleep"), True),
        (of_a_newer_version(False, kind="hologram", depth=3), True),
        (of_a_newer_version(False, kind="state", state="asleep"), False),
        (of_a_newer_version(False, kind="epocg", epoch=1), False),
        (of_a_newer_version(False, kind=["epoch"]), False),
    ],
)
def test_an_event_of_a_newer_version(path: Path, line: bytes, is_newer: bool) -> None:
    write(path, *EVENTS)
    with path.open("ab") as file:
        file.write(line + to_line(EVENTS[0].model_copy(update={"n": 4})))
    reader = LogReader(path)
    assert len(reader.read()) == 3, "what stands before is shown"
    assert isinstance(reader.error, NewerVersionError if is_newer else DamagedLogError)
    assert ("newer Fitboard" in str(reader.error), "damaged" in str(reader.error)) == (is_newer, not is_newer)
    assert reader.read() == []
    whole = path.read_bytes()
    with pytest.raises(type(reader.error)):
        LogWriter(path)
    assert path.read_bytes() == whole, "nothing is written where nobody could read it"


def test_a_field_of_a_newer_version_is_passed_over_where_the_checksum_holds(path: Path) -> None:
    write(path, *EVENTS)
    for checksum in (True, False):
        path.write_bytes(
            b"".join(path.read_bytes().splitlines(keepends=True)[:3])
            + of_a_newer_version(checksum, kind="phase", name="saving", later=1)
        )
        reader = LogReader(path)
        assert (len(reader.read()), reader.damaged) == ((4, False) if checksum else (3, True))


def test_the_form_of_a_line() -> None:
    """As docs/architecture.md has it, and as other versions will have to read it."""
    line = b'{"n":0,"t":0.0,"kind":"phase","name":"saving","text":null,"crc":"57f1646b"}'
    assert from_line(line) == Phase(name="saving", n=0)
    assert to_line(from_line(line)) == line + b"\n"
