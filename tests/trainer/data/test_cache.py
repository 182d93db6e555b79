"""Slow work on data: made once, kept for a while, large pieces one at a time, and told of."""

from __future__ import annotations

import csv
import gc
import io
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.support.refusals import refused
from trainer import data
from trainer.data import budget
from trainer.data.cache import CACHE_BYTES, Cache
from trainer.data.content import TooLargeError
from trainer.data.locks import LARGE_BYTES, one_at_a_time
from trainer.data.progress import report, reported_to
from trainer.data.table import read_table
from trainer.data.wording import WORDING
from trainer.data.words import facts_of
from trainer.messages import Message
from trainer.sources.text_csv.doctor import diagnose
from trainer.sources.text_csv.spec import TextCsv

PATIENCE = 30.0


def at_once(number: int, work: Callable[[int], object]) -> list[object]:
    """Thirty threads that begin together, and what each got."""
    gate = threading.Barrier(number)

    def one(place: int) -> object:
        gate.wait(PATIENCE)
        return work(place)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_thirty_who_want_the_same_share_what_is_made_once() -> None:
    kept: Cache[object] = Cache(4)
    made: list[int] = []
    found = at_once(30, lambda place: kept.get("the same", LARGE_BYTES, lambda: made.append(place) or object()))
    assert len(made) == 1
    assert len({id(one) for one in found}) == 1


def test_thirty_different_large_ones_are_made_one_at_a_time_and_few_are_kept() -> None:
    kept: Cache[int] = Cache(4)
    going, most = [0], [0]

    def make(place: int) -> int:
        going[0] += 1
        most[0] = max(most[0], going[0])
        threading.Event().wait(0.002)  # gives the others their chance to begin as well
        going[0] -= 1
        return place

    assert at_once(30, lambda place: kept.get(place, LARGE_BYTES, lambda: make(place))) == list(range(30))
    assert most == [1]
    assert len(kept) == 4


def test_what_is_wrong_with_a_file_is_kept_and_what_the_computer_could_not_do_is_not() -> None:
    kept: Cache[int] = Cache(4)
    tried: list[str] = []

    def fails(key: str, cause: BaseException | None) -> int:
        tried.append(key)
        raise TooLargeError(WORDING.message("sample_rows", file="a", limit=1, sample=1)) from cause

    for key, cause, times in (("broken", ValueError(), 1), ("locked", PermissionError(), 2)):
        for _ in range(2):
            with refused("data.sample_rows", TooLargeError):
                kept.get(key, 1, partial(fails, key, cause))
        assert tried.count(key) == times


def test_of_large_ones_fewer_are_kept() -> None:
    kept: Cache[int] = Cache(4)
    for key in range(4):
        kept.get(key, CACHE_BYTES // 2, lambda: 1)
    assert len(kept) == 2
    kept.get("huge", 2 * CACHE_BYTES, lambda: 1)
    assert len(kept) == 1


def test_small_ones_and_what_is_kept_never_wait() -> None:
    kept: Cache[str] = Cache(4)
    kept.get("large", LARGE_BYTES, lambda: "kept")
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with one_at_a_time(LARGE_BYTES):
            begun.set()
            go_on.wait(PATIENCE)

    holder = threading.Thread(target=hold)
    holder.start()
    assert begun.wait(PATIENCE)
    assert kept.get("small", LARGE_BYTES - 1, lambda: "made") == "made"
    assert kept.get("large", LARGE_BYTES, lambda: "made anew") == "kept"
    heard: list[Message] = []

    class NewerClickError(Exception):
        pass

    def tell(what: Message, share: float | None) -> None:
        heard.append(what)
        raise NewerClickError

    with pytest.raises(NewerClickError), reported_to(tell):
        kept.get("another", LARGE_BYTES, lambda: "made")
    assert [what.code for what in heard] == ["data.waiting"], "whoever waits hears why, and can be called away"
    go_on.set()
    holder.join()
    assert kept.get("another", LARGE_BYTES, lambda: "made") == "made"


def test_a_failure_is_not_kept() -> None:
    kept: Cache[int] = Cache(4)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", 0, lambda: 1 // 0)
    assert kept.get("a", 0, lambda: 2) == 2


def test_nobody_listens_outside() -> None:
    heard: list[object] = []
    task = Message(code="test.reading")
    with reported_to(lambda *said: heard.append(said)):
        report(task, 0.5)
    report(task, 0.6)
    assert heard == [(task, 0.5)]


@pytest.fixture
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is reported at a certain row is heard, however slow the computer is."""
    monkeypatch.setattr(budget, "EVERY", float("inf"))


@pytest.mark.usefixtures("no_clock")
def test_how_far_a_table_with_old_line_ends_is_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "mac.csv"
    path.write_bytes(b"text,label\r" + b"".join(b"a text,%d\r" % (n % 2) for n in range(6_000)))
    heard: list[float | None] = []
    with reported_to(lambda what, share: heard.append(share)):
        assert len(read_table(path).frame) == 6_000
    assert heard
    assert all(0 < (share or 0) <= 1 for share in heard)


@pytest.mark.usefixtures("no_clock")
def test_each_step_of_a_table_is_told_of_and_goes_forward(tmp_path: Path) -> None:
    file = io.StringIO()
    rows = [(f"a text with the number {n}", "good" if n % 3 else "poor") for n in range(12_000)]
    csv.writer(file).writerows([("text", "label"), *rows])
    path = tmp_path / "table.csv"
    path.write_text(file.getvalue(), "utf-8")
    spec = TextCsv(path=str(path), keep_together=True)
    heard: dict[str, list[float]] = {}
    with reported_to(lambda what, share: heard.setdefault(what.code, []).append(share if share is not None else -1.0)):
        dataset = data.load(spec, 1)
        diagnose(spec, dataset)
        facts_of(dataset)
        steps = dict(heard)
        heard.clear()
        data.load(spec.with_(max_words=77), 1)
        diagnose(spec, dataset)
    assert list(steps) == [
        "data.reading_table",
        "text_csv.sorting",
        "text_csv.diagnosing",
        "data.counting_words",
    ]
    for shares in steps.values():
        assert shares == sorted(shares)
        assert 0 <= shares[0] <= shares[-1] <= 1
    assert steps["data.reading_table"] == pytest.approx([5_000 / 12_001, 10_000 / 12_001], abs=0.001)
    assert heard == {}, "nothing is done a second time"


def test_of_what_was_refused_only_the_sentence_is_kept() -> None:
    """Six pupils with a table that was too large each took 270 MB for good: the rows that the error had passed."""

    class Rows:
        """Stands for a table that was half read."""

    kept: Cache[int] = Cache(4)
    left: list[weakref.ref[Rows]] = []

    def fails() -> int:
        rows = Rows()
        left.append(weakref.ref(rows))
        raise TooLargeError("It is too large.") from ValueError(rows)

    for _ in range(3):
        with pytest.raises(TooLargeError):
            kept.get("large", LARGE_BYTES, fails)
    gc.collect()
    assert [one() for one in left] == [None]


def test_what_is_made_of_the_same_memory_counts_once() -> None:
    kept: Cache[int] = Cache(4)
    for seed in range(4):
        kept.get(seed, CACHE_BYTES, lambda: 1, shared="the same pictures")
    assert len(kept) == 4
    kept.get("others", CACHE_BYTES, lambda: 1, shared="other pictures")
    assert len(kept) == 1


def test_who_waits_for_another_to_make_the_same_can_be_called_away() -> None:
    kept: Cache[str] = Cache(4)
    begun, go_on = threading.Event(), threading.Event()

    def make() -> str:
        begun.set()
        go_on.wait(PATIENCE)
        return "made"

    class TabClosedError(BaseException):
        pass

    def tell(what: Message, share: float | None) -> None:
        raise TabClosedError

    maker = threading.Thread(target=lambda: kept.get("small", 1, make))
    maker.start()
    assert begun.wait(PATIENCE)
    with pytest.raises(TabClosedError), reported_to(tell):
        kept.get("small", 1, make)
    go_on.set()
    maker.join()
    assert kept.get("small", 1, make) == "made"
