"""What several files of tests work with: tiny data, tiny recipes, a clock that only moves when told."""

from __future__ import annotations

import functools
import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner

from components import person
from tests.support.clock import Clock
from tests.support.invariants import check_everything
from tests.support.longest import LONGEST
from tests.support.pages import DirectReader, IdleEngine, browser
from trainer.engine import local, reader
from trainer.engine.local import LocalEngine
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.browser import Server


# No deadlines: a busy computer takes longer now and then, and that is no fault.
settings.register_profile("dev", deadline=None, max_examples=25)
settings.register_profile("ci", deadline=None, max_examples=20)  # .ci/run: pytest --hypothesis-profile=ci
settings.load_profile("dev")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(LONGEST)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-wording", action="store_true", help="write down what people read as it is now")


@pytest.fixture(scope="session", autouse=True)
def packages_are_looked_through_once() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package for each page that a test opens, half a second each."""
    with pytest.MonkeyPatch.context() as patch:
        scan = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="module", autouse=True)
def what_others_left_is_set_aside() -> None:
    """Streamlit collects garbage after each run of a page, a second each time behind a thousand models.

    What is still there when a file of tests begins is not looked at again.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def one_browser() -> Iterator[None]:
    """All pages of a test are open in one browser, unless the test says otherwise."""
    with browser("everybody"):
        yield
    person._showing.clear()


@pytest.fixture(autouse=True)
def programs_are_started_by_marked_tests_alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain `pytest` is quick because it starts no programs of ours: who does carries the marker `processes`."""
    if any(map(request.node.get_closest_marker, ("processes", "browser"))):
        return
    start = subprocess.Popen.__init__

    def start_others_only(self: subprocess.Popen[Any], args: Any, *rest: Any, **more: Any) -> None:
        assert sys.executable not in args, "a test that starts Python needs the marker `processes`"
        start(self, args, *rest, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", start_others_only)


@pytest.fixture(autouse=True)
def every_run_is_in_order(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test: what must hold for every run folder holds for those that the test has made."""
    root = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if root is not None:
        check_everything(root, odd_logs=request.node.get_closest_marker("odd_logs") is not None)


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 training and 30 test pictures, 6 by 6, of three classes: bright at the top, in the middle, at the bottom."""
    chance = np.random.default_rng(5)
    parts: dict[str, Any] = {}
    for name, count in (("train", 120), ("test", 30)):
        y = np.arange(count) % 3
        x = chance.integers(0, 90, (count, 6, 6), dtype=np.uint8)
        for picture, label in zip(x, y, strict=True):
            picture[2 * label : 2 * label + 2] += 150
        parts |= {f"x_{name}": x, f"y_{name}": y}
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    np.savez(path, **parts)
    return path


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """80 short texts of two classes, no two alike."""
    things = ["film", "book", "song", "soup", "game", "trip", "class", "phone", "shoe", "cake"]
    places = ["today", "here", "there", "again"]
    rows = [f"a {word} {t} {p},{label}" for word, label in (("good", 1), ("bad", 0)) for t in things for p in places]
    path = tmp_path_factory.mktemp("table") / "table.csv"
    path.write_text("text,label\n" + "\n".join(rows) + "\n", "utf-8")
    return path


@pytest.fixture(scope="session")
def tiny(digits: Path) -> Callable[..., Recipe]:
    """A recipe on the tiny pictures that trains in a second: `tiny("fit.epochs=3")`."""

    def make(*settings: str, **parts: Any) -> Recipe:
        tree = {
            "data": {"kind": "mnist", "path": str(digits), "validation": 0.2},
            "layers": [
                {"kind": "Flatten"},
                {"kind": "Dense", "units": 8, "activation": "relu"},
                {"kind": "Dense", "units": 3, "activation": "softmax"},
            ],
            "optimizer": {"kind": "Adam", "learning_rate": 0.01},
            "fit": {"epochs": 2, "batch_size": 16},
        }
        return Recipe.from_json(json.dumps(tree | parts)).with_settings(settings)

    return make


@pytest.fixture(scope="session")
def texts(table: Path) -> Callable[..., Recipe]:
    """A recipe on the tiny table: `texts("fit.epochs=3")`."""

    def make(*settings: str) -> Recipe:
        tree = {
            "data": {"kind": "text_csv", "path": str(table), "max_words": 50, "sequence_length": 5},
            "layers": [
                {"kind": "Embedding", "input_dim": 50, "output_dim": 4},
                {"kind": "GlobalAveragePooling1D"},
                {"kind": "Dense", "units": 1, "activation": "sigmoid"},
            ],
            "fit": {"epochs": 1, "batch_size": 16},
        }
        return Recipe.from_json(json.dumps(tree)).with_settings(settings)

    return make


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(store: Store, monkeypatch: pytest.MonkeyPatch) -> IdleEngine:
    """The server's engine for a test of pages: it makes runs and notes orders, but trains nothing."""
    idle = IdleEngine(store)
    monkeypatch.setattr(local, "_shared", idle)
    monkeypatch.setattr(reader, "_shared", DirectReader())
    return idle


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    from tests.support.browser import chromium  # only browser tests need Playwright

    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Server]:
    """A server with a folder of runs of its own, which has nothing to complain of in the end."""
    from tests.support.browser import server
    from tests.support.journeys import complaints

    with server(folder / "runs", folder / "server.log") as started:
        yield started
    assert complaints(folder / "server.log") == []


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that trains nothing, for all who only look at data; like `running`, it has nothing to complain of."""
    from tests.support.browser import IDLE, server
    from tests.support.journeys import complaints

    folder = tmp_path_factory.mktemp("idle")
    with server(folder / "runs", folder / "server.log", launcher=IDLE) as started:
        yield started
    assert complaints(folder / "server.log") == []


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Writes a table: `write(content)`."""

    def _write(content: str | bytes) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return tmp_path / "orders"


@pytest.fixture
def stand_in(store: Store, orders: Path) -> Iterator[LocalEngine]:
    """An engine whose trainer only notes its orders down."""
    code = (
        "import sys\n"
        'print(\'{"say": "ready"}\', flush=True)\n'
        f"with open({str(orders)!r}, 'a') as file:\n"
        "    for line in sys.stdin:\n"
        "        print(line, end='', file=file, flush=True)\n"
        "        if 'close' in line: break\n"
    )
    made = LocalEngine(store, [sys.executable, "-c", code])
    yield made
    made.close()
