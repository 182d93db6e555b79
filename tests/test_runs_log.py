"""The event log: numbered without gaps, never bare NaN, and readable whatever tore it."""

import json
from concurrent.futures import ThreadPoolExecutor
from math import inf, isnan, nan
from pathlib import Path

import pytest

from trainer.runs.events import BatchSeen, EpochEnded, Phase, RunState, StateChanged, WeightsKept, parse
from trainer.runs.events import Tested as Opened
from trainer.runs.log import LogReader, LogWriter

EVENTS = [
    StateChanged(state=RunState.RUNNING),
    Phase(name="building", text="with “quotes”\nand a new line\r\u2028"),
    BatchSeen(epoch=1, step=2, logs={"loss": 0.5}),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def write(path: Path, *events) -> None:
    log = LogWriter(path)
    for event in events:
        log.write(event)
    log.sync()
    log.close()


def test_numbered_and_timed(path: Path, clock) -> None:
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
def test_never_bare_nan(path: Path, event) -> None:
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
def test_round_trip(event) -> None:
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

    def __init__(self, file) -> None:
        self.file, self.refuse = file, True

    def write(self, line: bytes) -> int:
        if self.refuse:
            self.refuse = False
            return self.file.write(line[: len(line) // 2])
        return self.file.write(line)

    def __getattr__(self, name: str):
        return getattr(self.file, name)


def test_what_a_full_disk_refuses_does_not_come_back_under_another_number(path: Path) -> None:
    """The refused line came out later, with the number of the event that followed: readers skipped the second."""
    log = LogWriter(path)
    log.write(EVENTS[0])
    log._file = FullDisk(log._file)
    with pytest.raises(OSError, match="No space"):
        log.write(EVENTS[1])
    last = log.write(StateChanged(state=RunState.FAILED, reason="The disk is full."))
    log.close()
    assert [event.n for event in LogReader(path).read()] == [0, 1]
    assert LogReader(path).read()[-1] == last
