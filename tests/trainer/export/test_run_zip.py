"""A run as a file: opened it is the same run; a file that was made to do harm is refused and leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import stat
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from rich.console import Console

from components.library import Library
from trainer import PROJECT
from trainer.__main__ import FINISHED, WRONG, main
from trainer.data.files import find_file
from trainer.engine.foreground import continue_and_test, train_and_test
from trainer.engine.prediction import Asked
from trainer.export import run_zip
from trainer.export.run_zip import RunFileError, open_run, pack
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs import expectation
from trainer.runs.kept_epochs import kept_epochs, read_epoch
from trainer.runs.log import LogReader
from trainer.runs.network import brought_pictures
from trainer.runs.store import Run, Store

QUIET = Console(quiet=True)
EXPECTED = expectation.expected(0.9, "short texts")


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The Fitboard that the runs come from."""
    return Store(tmp_path_factory.mktemp("away") / "runs")


@pytest.fixture(scope="module")
def trained(away: Store, texts: Callable[..., Recipe]) -> Run:
    recipe = texts("fit.epochs=3")
    found = train_and_test(recipe, away, QUIET)
    away.describe(found.id, name="<b>mine</b>", note="a note")
    expectation.keep(away.folder(found.id), EXPECTED)
    return away.read(found.id)


@pytest.fixture(scope="module")
def packed(away: Store, trained: Run, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    place = tmp_path_factory.mktemp("packed") / "run.zip"
    pack(away, trained.id, place)
    return place.read_bytes()


def opened(content: bytes, store: Store, tmp_path: Path, **named: object) -> Run:
    (tmp_path / "run.zip").write_bytes(content)
    return store.read(open_run(tmp_path / "run.zip", store, **named))  # type: ignore[arg-type]


def test_it_is_the_same_run(packed: bytes, trained: Run, away: Store, store: Store, tmp_path: Path) -> None:
    run = opened(packed, store, tmp_path, owner="ann")
    assert run.id != trained.id
    assert (run.damage, run.title, run.caption.note) == (None, "<b>mine</b>", "a note")
    assert (store.owner(run.id), store.opened_from(run.id)) == ("ann", trained.id)
    assert (away.owner(trained.id), away.opened_from(trained.id)) == (None, None)
    before, after = (LogReader(one).read() for one in (away.log(trained.id), store.log(run.id)))
    assert before == after
    folder = store.folder(run.id)
    assert kept_epochs(folder) == kept_epochs(away.folder(trained.id))
    assert read_epoch(folder, 3) == read_epoch(away.folder(trained.id), 3)
    with np.load(folder / "test-1.npz") as ours, np.load(away.folder(trained.id) / "test-1.npz") as theirs:
        assert all(np.array_equal(ours[name], theirs[name]) for name in ("probabilities", "y", "rows"))
    assert expectation.load(folder) == EXPECTED
    assert not list(folder.glob("*.h5"))


def data_file(run: Run) -> Path:
    assert run.recipe is not None
    assert run.recipe.data.path is not None
    return Path(run.recipe.data.path)


def test_no_folder_of_the_computer_is_in_it(packed: bytes, trained: Run) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        found = Recipe.from_json(archive.read("recipe.json").decode()).data.path
    path = data_file(trained)
    assert found == f"uploads/{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}-table.csv"
    assert str(path.parent).encode() not in everything


def test_it_answers_and_is_tested_and_trained_further(
    packed: bytes, trained: Run, away: Store, store: Store, tmp_path: Path
) -> None:
    run = opened(packed, store, tmp_path, ours=lambda _: str(data_file(trained)))
    answers = [Asked(place, one).text("a good film") for place, one in ((away, trained), (store, run))]
    assert answers[0] == answers[1]
    longer = continue_and_test(run, 1, store, QUIET)
    theirs = continue_and_test(away.read(trained.id), 1, away, QUIET)
    assert [one.logs for one in longer.history.epochs] == [one.logs for one in theirs.history.epochs]
    assert longer.history.tests[-1].logs == theirs.history.tests[-1].logs


def test_the_same_file_of_data_is_found_by_its_content(
    packed: bytes, trained: Run, store: Store, tmp_path: Path
) -> None:
    content = data_file(trained).read_bytes()
    (store.root / "uploads").mkdir()
    here = store.root / "uploads" / f"{hashlib.sha256(content).hexdigest()[:16]}-other-name.csv"
    here.write_bytes(content)
    assert data_file(opened(packed, store, tmp_path)) == here


def test_a_file_of_data_is_found_that_is_uploaded_later(
    packed: bytes, trained: Run, store: Store, tmp_path: Path
) -> None:
    library = Library(store.root)
    on_the_command_line = data_file(opened(packed, store, tmp_path))
    on_the_page = data_file(opened(packed, store, tmp_path, ours=partial(library.ours, gone=True)))
    assert on_the_command_line == on_the_page
    kept = library.keep(library.receive(data_file(trained).name, data_file(trained).read_bytes()))
    assert find_file(str(on_the_command_line)) == kept


def test_without_its_data_it_says_so(packed: bytes, store: Store, tmp_path: Path) -> None:
    run = opened(packed, store, tmp_path)
    assert run.recipe is not None
    assert Asked(store, run).text("a good film").answer == "1"
    with pytest.raises(RecipeError) as refused:
        continue_and_test(run, 1, store, QUIET)
    assert refused.value.code == "data.no_upload"


def test_the_test_is_opened_with_the_kept_weights(
    tiny: Callable[..., Recipe], away: Store, store: Store, tmp_path: Path
) -> None:
    from trainer.fit.control import Control
    from trainer.fit.evaluate import evaluate

    run = train_and_test(tiny(), away, QUIET)
    pack(away, run.id, tmp_path / "run.zip")
    found = store.read(open_run(tmp_path / "run.zip", store, ours=lambda _: str(data_file(run))))
    assert found.recipe is not None
    assert found.history.weights is not None
    tested = evaluate(found.recipe, store.folder(found.id), found.history.weights, 2, Control())
    assert tested.logs == run.history.tests[0].logs


GOLDEN = sorted(one.parent for one in (PROJECT / "tests" / "golden").glob("*/2*/test-1.npz"))


@pytest.mark.odd_logs
@pytest.mark.parametrize("folder", GOLDEN, ids=lambda one: f"{one.parent.name} {one.name}")
def test_a_run_of_an_older_version_comes_along(folder: Path, store: Store, tmp_path: Path) -> None:
    away = Store(tmp_path / "away")
    shutil.copytree(folder, away.root / folder.name)
    before = away.read(folder.name)
    pack(away, folder.name, tmp_path / "run.zip")
    after = store.read(open_run(tmp_path / "run.zip", store))
    assert after.damage is None
    assert after.history.epochs == before.history.epochs
    assert [test.logs for test in after.history.tests] == [test.logs for test in before.history.tests]


def test_a_run_in_progress_is_not_packed(store: Store, tiny: Callable[..., Recipe], tmp_path: Path) -> None:
    with pytest.raises(RunFileError) as refused:
        pack(store, store.create(tiny()), tmp_path / "run.zip")
    assert refused.value.code == "export.zip_not_over"


# Files that were made to do harm


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], *more: tuple[zipfile.ZipInfo, bytes], honest: bool = True) -> bytes:
    """A file whose table of contents has the right hashes, so that only what is in the files can be wrong."""
    files = dict(files)
    if honest and "fitboard.json" in files:
        contents = json.loads(files["fitboard.json"])
        contents["files"] = {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != "fitboard.json"}
        files["fitboard.json"] = json.dumps(contents).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for info, content in more:
            archive.writestr(info, content)
    return buffer.getvalue()


def _with(name: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        files = files_of(content)
        return zipped(files | {name: change(files.get(name, b""))})

    return changed


def _json(file: str, /, **values: object) -> Callable[[bytes], bytes]:
    return _with(file, lambda content: json.dumps({**json.loads(content), **values}).encode())


def _entry(name: str, content: bytes = b"x", mode: int = stat.S_IFREG | 0o644) -> Callable[[bytes], bytes]:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return lambda packed: zipped(files_of(packed), (info, content))


def _npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def _lying_npz(_: bytes) -> bytes:
    """An array that is said to be far larger than it is."""
    buffer = io.BytesIO()
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (100000000000,), }"
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("probabilities.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    return buffer.getvalue()


def _bomb(_: bytes) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, a0=np.zeros(run_zip.MAX_UNPACKED + 1, np.uint8))
    return buffer.getvalue()


def _line(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    """Another log, with right checksums."""

    def changed(content: bytes) -> bytes:
        from zlib import crc32

        found = []
        for line in content.splitlines():
            event = json.loads(line)
            del event["crc"]
            change(event)
            body = json.dumps(event).encode()
            found.append(b'%b,"crc":"%08x"}\n' % (body[:-1], crc32(body)))
        return b"".join(found)

    return changed


def _named(kind: str, file: str) -> Callable[[bytes], bytes]:
    return _with("events.jsonl", _line(lambda event: event.update(file=file) if event["kind"] == kind else None))


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no zip": (lambda _: b"hello", "zip_damaged"),
    "empty": (lambda _: b"", "zip_damaged"),
    "cut off": (lambda packed: packed[: len(packed) // 2], "zip_damaged"),
    "another zip": (lambda _: zipped({"a.txt": b"x"}), "zip_no_run"),
    "path upwards": (_entry("../../evil.txt"), "zip_unknown"),
    "absolute path": (_entry("/etc/evil.txt"), "zip_unknown"),
    "path of Windows": (_entry("epochs\\..\\evil.bin"), "zip_unknown"),
    "hidden upwards": (_entry("epochs/../recipe.json"), "zip_unknown"),
    "a model": (_entry("final.keras"), "zip_unknown"),
    "weights in HDF5": (_entry("final.weights.h5"), "zip_unknown"),
    "an owner": (_entry("owner", b"somebody"), "zip_unknown"),
    "a lock": (_entry("lock"), "zip_unknown"),
    "a link": (_entry("epochs/00009.bin", b"/etc/passwd", stat.S_IFLNK | 0o777), "zip_damaged"),
    "markup in a name": (_entry("<script>alert(1)</script>"), "zip_unknown"),
    "not listed": (_entry("epochs/00009.bin"), "zip_damaged"),
    "a wrong hash": (lambda p: zipped(files_of(p) | {"epochs/00001.bin": b"x" * 8}, honest=False), "zip_damaged"),
    "too many": (lambda p: zipped(files_of(p) | {f"epochs/{n:07}.bin": b"" for n in range(run_zip.MAX_FILES)}),
                 "zip_too_many"),
    "a newer file": (_json("fitboard.json", version=2), "zip_newer"),
    "a newer recipe": (_json("recipe.json", version=99), "zip_newer"),
    "a newer event": (_with("events.jsonl", _line(lambda one: one.update(kind="dance"))), "zip_newer"),
    "no recipe": (_with("recipe.json", lambda _: b"{}"), "zip_recipe"),
    "an odd recipe": (_json("recipe.json", seed=-1), "zip_recipe"),
    "a deep recipe": (_with("recipe.json", lambda _: b"[" * 100_000), "zip_recipe"),
    "an odd id": (_json("fitboard.json", run="../../x"), "zip_damaged"),
    "a damaged log": (_with("events.jsonl", lambda log: log.replace(b'"epoch"', b'"epoCh"')), "zip_damaged"),
    "half a log": (_with("events.jsonl", lambda log: log[:-10]), "zip_damaged"),
    "a log without its middle": (
        _with("events.jsonl", lambda log: b"".join(line for n, line in enumerate(log.splitlines(True)) if n != 3)),
        "zip_damaged"),
    "an empty log": (_with("events.jsonl", lambda _: b""), "zip_not_over_yet"),
    "not over": (_with("events.jsonl", lambda log: b"".join(log.splitlines(True)[:6])), "zip_not_over_yet"),
    "odd weights in the log": (_named("weights", "recipe.json"), "zip_damaged"),
    "an odd test in the log": (_named("tested", "recipe.json"), "zip_damaged"),
    "other weights": (_with("epochs/00001.bin", lambda content: content[:-4]), "zip_damaged"),
    "a word that is none": (_with("vocabulary.json", lambda _: b'["", "[UNK]", 3]'), "zip_damaged"),
    "many words": (_with("vocabulary.json", lambda _: json.dumps(["a"] * 60).encode()), "zip_damaged"),
    "a pickle": (_with("test-1.npz", lambda _: _npz(probabilities=np.array([{}], dtype=object))), "zip_damaged"),
    "a lie about a shape": (_with("test-1.npz", _lying_npz), "zip_damaged"),
    "other answers": (
        _with("test-1.npz", lambda _: _npz(probabilities=np.ones((3, 2)), y=np.arange(3), rows=np.arange(3))),
        "zip_damaged"),
    "a damaged state": (_with("state/state-00003.json", lambda content: content.replace(b"3", b"4", 1)), "zip_damaged"),
    "a state without weights": (_with("state/weights-00003.npz", lambda _: b""), "zip_damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(name: str, packed: bytes, store: Store, tmp_path: Path) -> None:
    change, code = HOSTILE[name]
    with pytest.raises(RunFileError) as refused:
        opened(change(packed), store, tmp_path)
    assert refused.value.code == f"export.{code}"
    assert not list(store.root.iterdir()), "nothing is left behind"


def test_a_bomb_is_refused(packed: bytes, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_zip, "MAX_UNPACKED", 10_000_000)
    large = _with("state/optimizer-00003.npz", lambda _: bytes(11_000_000))
    for change in (_with("state/weights-00003.npz", _bomb), large):
        with pytest.raises(RunFileError) as refused:
            opened(change(packed), store, tmp_path)
        assert refused.value.code == "export.zip_too_large"
        assert not list(store.root.iterdir())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_damaged_bytes_never_do_harm(seed: int, packed: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Either it is refused with a sentence and nothing is left behind, or what was changed did not matter."""
    chance, folder = random.Random(seed), tmp_path_factory.mktemp("damaged")  # noqa: S311 - keeps no secret
    content, store = bytearray(packed), Store(folder / "runs")
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(content))
        content[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    with suppress(RunFileError):
        assert opened(bytes(content), store, folder).damage is None
        return
    assert not list(store.root.iterdir())


FOREIGN = ["/etc/passwd", "../../secret.csv", "\\\\host\\share\\a.csv", "data/../../x.csv", "notes/mine.csv"]


@pytest.mark.parametrize("path", FOREIGN)
def test_a_recipe_names_no_file_of_this_computer(path: str, packed: bytes, store: Store, tmp_path: Path) -> None:
    recipe = json.loads(files_of(packed)["recipe.json"])
    recipe["data"]["path"] = path
    run = opened(_json("recipe.json", **recipe)(packed), store, tmp_path)
    assert data_file(run).parent == Path(run_zip.NOT_HERE)


def test_the_form_of_its_own_pictures_comes_along(tiny: Callable[..., Recipe], store: Store, tmp_path: Path) -> None:
    """Without it nothing could be drawn for the network: its pictures are not there."""
    run = train_and_test(tiny("fit.epochs=1"), store, QUIET)
    pack(store, run.id, tmp_path / "run.zip")
    found = store.read(open_run(tmp_path / "run.zip", store))
    assert found.recipe is not None
    form = brought_pictures(store.folder(found.id))
    assert form is not None
    assert form == run_zip._pictures(run, tiny(), store.folder(run.id))
    Image.new("L", (60, 60), 255).save(tmp_path / "white.png")
    assert Asked(store, found).picture(tmp_path / "white.png").answer is not None
    with pytest.raises(OSError, match="not a file"):
        open_run(tmp_path, store)


@pytest.mark.parametrize("content", [b"{}", b'{"border": 2, "digits": true}'])
def test_odd_pictures_are_refused(content: bytes, packed: bytes, store: Store, tmp_path: Path) -> None:
    with pytest.raises(RunFileError):
        opened(_with("pictures.json", lambda _: content)(packed), store, tmp_path)
    assert not list(store.root.iterdir())


def test_on_the_command_line(packed: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in (("run.zip", packed), ("odd.zip", b"odd")):
        (tmp_path / name).write_bytes(content)
    given = ["--json", "--runs", str(tmp_path / "runs")]
    assert main(["open", str(tmp_path / "run.zip"), *given]) == FINISHED
    (made,) = Store(tmp_path / "runs").ids()
    assert json.loads(capsys.readouterr().out)["run"] == made
    assert main(["open", str(tmp_path / "odd.zip"), *given]) == WRONG
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "export.zip_damaged"
    assert main(["open", str(tmp_path / "none.zip"), *given]) == WRONG
    assert Store(tmp_path / "runs").ids() == [made]
