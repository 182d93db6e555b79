"""A run as one zip file, which another Fitboard opens.

What is in it is in the form of the run's own folder, but only what can be read without running or trusting anything:
JSON and plain numbers. Weights are those of the kept epochs and of the saved state; files of HDF5, whole models and
graphs stay behind, since a file that was made to do harm could do it in the libraries that read them.

Opening checks each file as if it had been made to do harm, and writes a new one of what it has understood. Nothing of
the file itself lands in the run's folder.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path, PurePath
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from trainer import fitboard_version
from trainer.data.archive import Archive
from trainer.data.arrays import read_arrays
from trainer.data.budget import LimitError, ReadingBudget
from trainer.data.drawing import form_of
from trainer.data.files import find_file
from trainer.data.locks import one_at_a_time
from trainer.export.equality import ExportError
from trainer.export.wording import WORDING
from trainer.messages import Message
from trainer.paths import UPLOAD, is_plain, portable, upload_name
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, ShapeError
from trainer.recipe.spec import NewerVersionError, RecipeError, newer_version, shorten
from trainer.runs import caption, expectation
from trainer.runs.caption import Caption
from trainer.runs.events import AnyEvent, StateChanged, Tested, WeightsKept
from trainer.runs.files import read_file, require_file
from trainer.runs.history import History
from trainer.runs.kept_epochs import FOLDER as EPOCHS
from trainer.runs.kept_epochs import INDEX, KeptEpoch, KeptEpochsError, KeptIndex, kept_epochs, read_weights
from trainer.runs.log import LogReader, from_line, to_line
from trainer.runs.network import BROUGHT_PICTURES, Network, NetworkPictures, brought_pictures, kept_network
from trainer.runs.saved_state import FOLDER as STATE
from trainer.runs.saved_state import MANIFEST, File, Manifest, manifest_line, read_manifest_line
from trainer.runs.store import ID_PATTERN, OPENED_FILE, Run, Store

LOG = logging.getLogger(__name__)
VERSION: Final = 1
"""Of the format: a change that this version could not read or would misread raises it."""
TABLE_OF_CONTENTS = "fitboard.json"
NOT_HERE = "elsewhere"
"""The folder below which a recipe names data that are not on this computer; there is none of this name."""
MAX_PACKED = 300_000_000
"""Bytes of a file that is opened; on a page the limit for uploads comes first."""
MAX_UNPACKED = 600_000_000
"""Bytes of all that is in it."""
MAX_FILES = 1_500
"""More than any run has: 500 kept epochs, and a test for each."""
MAX_ARRAYS = 2_000
"""In one file: more than the layers of any recipe have."""
MAX_TABLE = 1_000_000
MAX_LOG = 30_000_000
"""Bytes of a log, which is some six hours of training: each event takes ten times as much memory."""
_SMALL, _LARGE = 5_000_000, 100_000_000
_FILES: dict[str, int] = {
    r"recipe\.json": 1_000_000,
    r"events\.jsonl": MAX_LOG,
    r"caption\.json": 1_000_000,
    r"pictures\.json": _SMALL,
    r"expectation\.json": 1_000_000,
    r"vocabulary\.json": _LARGE,
    r"scaling\.json": _SMALL,
    r"test-[0-9]{1,4}\.npz": _LARGE,
    r"epochs/epochs\.json": 1_000_000,
    r"epochs/[0-9]{5,7}\.bin": _LARGE,
    r"state/state-[0-9]{5,7}\.json": _SMALL,
    r"state/(?:weights|optimizer)-[0-9]{5,7}\.npz": 2 * _LARGE,
}
"""The files that there may be, and how many bytes each may have."""
_KEPT_BY = {"best", "EarlyStopping", "ModelCheckpoint"}
"""Who may need weights of an earlier epoch (`trainer/fit/state_saver.py`)."""
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OverflowError,
    ValueError, LookupError, TypeError,
)  # fmt: skip
_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_WORDS = TypeAdapter(list[Annotated[str, Field(max_length=20_000)]])


class RunFileError(ExportError):
    """A run cannot be packed, or a file cannot be opened as a run; the message says why, and nothing is left behind."""


class _Contents(BaseModel):
    """What is in the file: the first entry."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = VERSION
    what: Literal["run"] = "run"
    run: Annotated[str, Field(pattern=f"^{ID_PATTERN.pattern}$")]
    """Its id in the Fitboard that it comes from."""
    fitboard: Annotated[str, Field(max_length=50)]
    files: Annotated[dict[str, _Sha256], Field(max_length=MAX_FILES)]


class _Scaling(BaseModel):
    mean: list[Annotated[float, Field(allow_inf_nan=False)]]
    deviation: list[Annotated[float, Field(allow_inf_nan=False)]]


def pack(store: Store, run_id: str, place: Path, *, words: bool = True) -> None:
    """Write a run as one file.

    Args:
        store: of the run.
        run_id: which.
        place: the file to write.
        words: whether to take the vocabulary along, which may tell of the texts that it was learned from.

    Raises:
        RunNotFoundError: there is no such run.
        RunFileError: it is not over yet, or damaged.
        OSError: it cannot be read or written.
    """
    run, folder = store.read(run_id), store.folder(run_id)
    if run.damage is not None or run.recipe is None:
        raise RunFileError(WORDING.message("zip_run_damaged", why=run.damage))
    if not run.state.is_over or run.left_behind:
        raise RunFileError(WORDING.message("zip_not_over"))
    files = dict(_packed(run, run.recipe, folder, words=words))
    contents = _Contents(
        run=run.id,
        fitboard=fitboard_version(),
        files={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    )
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in ((TABLE_OF_CONTENTS, contents.model_dump_json(indent=1).encode()), *files.items()):
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # without the time of this computer


def _packed(run: Run, recipe: Recipe, folder: Path, *, words: bool) -> Iterable[tuple[str, bytes]]:
    named = recipe
    if recipe.data.path is not None:
        named = recipe.with_(data=recipe.data.with_(path=_portable(recipe.data.path)))
    yield "recipe.json", named.to_json().encode()
    if (folder / "events.jsonl").stat().st_size > MAX_LOG:
        raise RunFileError(WORDING.message("zip_log_too_long", limit=MAX_LOG))
    events = LogReader(folder / "events.jsonl").read()
    yield "events.jsonl", b"".join(to_line(_without_people(event)) for event in events)
    if run.caption != Caption():
        yield caption.FILE, run.caption.model_dump_json().encode()
    if (expected := expectation.load(folder)) is not None:
        yield expectation.FILE, expected.model_dump_json().encode()
    for name in (*(["vocabulary.json"] if words else []), "scaling.json", *(test.file for test in run.history.tests)):
        try:
            yield name, read_file(folder / name)
        except OSError as error:
            LOG.debug("%s of %s is not taken along: %s", name, run.id, error)
    if (seen := _pictures(run, recipe, folder)) is not None:
        yield BROUGHT_PICTURES, seen.model_dump_json().encode()
    if _shape(recipe, run.history) is not None:
        yield from _packed_epochs(folder)
    yield from _packed_state(folder)


def _pictures(run: Run, recipe: Recipe, folder: Path) -> NetworkPictures | None:
    """In which form the pictures of a run came, without which nothing can be drawn for its network elsewhere."""
    kept, prepared = kept_network(folder), run.history.prepared
    if isinstance(kept, Network):
        return kept.pictures
    shape = None if prepared is None else prepared.input_shape
    if recipe.data.modality != "image" or recipe.data.path is None or shape is None:
        return None  # those of MNIST itself are known everywhere
    try:
        form = form_of(recipe, shape)
    except RecipeError as error:
        LOG.debug("The pictures of %s are not there any more: %s", run.id, error)
        return brought_pictures(folder)
    return NetworkPictures(border=form.border, digits=form.digits)


def _portable(path: str) -> str:
    """A file of data by its content, so that another Fitboard knows it wherever it was uploaded; else by its name."""
    named = portable(path)
    if UPLOAD.fullmatch(named.rpartition("/")[2]) or (named.startswith("data/") and is_plain(named)):
        return named
    try:
        with find_file(path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (RecipeError, OSError) as error:
        LOG.debug("The data of a run are named without their content: %s", error)
        return named
    name = upload_name(PurePath(path).name, digest)
    return named if name is None else f"uploads/{name}"


def _without_people(event: AnyEvent) -> AnyEvent:
    """An event that does not say which browser pressed Stop."""
    return event.model_copy(update={"by": None}) if isinstance(event, StateChanged) else event


def _packed_epochs(folder: Path) -> Iterable[tuple[str, bytes]]:
    """The kept epochs that are whole, and their list."""
    whole = []
    try:
        for kept in kept_epochs(folder):
            try:
                yield f"{EPOCHS}/{kept.file}", read_weights(folder, kept)
                whole.append(kept)
            except KeptEpochsError as error:
                LOG.warning("Epoch %s of %s is not taken along: %s", kept.epoch, folder.name, error)
    except KeptEpochsError as error:
        LOG.warning("The kept epochs of %s are not taken along: %s", folder.name, error)
    if whole:
        yield f"{EPOCHS}/{INDEX}", KeptIndex(epochs=whole).model_dump_json().encode()


def _packed_state(folder: Path) -> Iterable[tuple[str, bytes]]:
    """The newest saved state that is whole, with which the run can be trained further."""
    place = folder / STATE
    names = sorted((path.name for path in place.glob("state-*.json") if MANIFEST.fullmatch(path.name)), reverse=True)
    for name in names:
        try:
            manifest = Manifest.model_validate_json(read_manifest_line(place / name))
            files = {file.name: read_file(place / Path(file.name).name) for file in manifest.files}
        except (OSError, ValueError) as error:
            LOG.warning("The state %s of %s is not taken along: %s", name, folder.name, error)
            continue
        if all(hashlib.sha256(files[file.name]).hexdigest() == file.sha256 for file in manifest.files):
            yield f"{STATE}/{manifest.file_name}", manifest.to_bytes()
            yield from ((f"{STATE}/{name}", content) for name, content in files.items())
            return


def open_run(
    path: Path, store: Store, owner: str | None = None, ours: Callable[[str], str | None] | None = None
) -> str:
    """Open a file as a new run of this Fitboard, and return its id.

    Args:
        path: the file.
        store: where the run is to lie.
        owner: whose run it is then; None makes it everybody's.
        ours: the path by which this Fitboard knows a file of data that a recipe names; None for any other. Without
            it, all uploads of the store count, and what comes with Fitboard.

    Raises:
        RunFileError: it is not such a file, or something is wrong with it; nothing is left behind.
        OSError: it cannot be read, or the disk does not take the run.
    """
    size = require_file(path, MAX_PACKED).st_size
    lookup = ours or (lambda named: _known_here(store.root, named))
    try:
        with (
            one_at_a_time(size),
            Archive(path, ReadingBudget({"bytes": MAX_UNPACKED}, WORDING.message("opening_run"))) as packed,
        ):
            return store.make(lambda folder, run_id: _Opening(packed, folder, run_id, lookup).write(), owner)
    except LimitError:
        raise RunFileError(WORDING.message("zip_too_large", limit=MAX_UNPACKED)) from None
    except NewerVersionError:
        raise RunFileError(WORDING.message("zip_newer")) from None
    except RecipeError as error:
        raise RunFileError(WORDING.message("zip_recipe", why=error.message)) from None
    except MemoryError as error:
        raise RunFileError(WORDING.message("zip_no_memory")) from error
    except _DAMAGED as error:
        LOG.info("A file could not be opened as a run: %r", error)
        raise RunFileError(WORDING.message("zip_damaged")) from None


def _known_here(root: Path, path: str) -> str | None:
    """The path of a file of data on this computer, whoever uploaded it, or uploads it yet."""
    name = re.split(r"[/\\]", path)[-1]
    if UPLOAD.fullmatch(name):
        found = sorted((root / "uploads").glob(f"{name[:16]}-*"))
        return str(found[0] if found else root / "uploads" / name)
    return path if path.startswith("data/") and is_plain(path) else None


class _Opening:
    """One file that is opened. Whatever is wrong raises, and the folder is then removed by its owner."""

    def __init__(self, packed: Archive, folder: Path, run_id: str, ours: Callable[[str], str | None]) -> None:
        self._packed, self._folder, self._run_id, self._ours = packed, folder, run_id, ours
        self._members = _checked_members(packed)
        self._contents = self._read_contents()

    def write(self) -> None:
        """Write a run's folder of what is in the file."""
        recipe = self._recipe()
        events = self._events()
        history = History().add(events)
        if not history.state.is_over:
            raise RunFileError(WORDING.message("zip_not_over_yet"))
        self._put("recipe.json", recipe.to_json().encode())
        self._put("events.jsonl", b"".join(map(to_line, events)))
        self._put(OPENED_FILE, self._contents.run.encode())
        if caption.FILE in self._members:
            found = Caption.model_validate_json(self._content(caption.FILE))
            caption.keep(self._folder, Caption().with_(found.name, found.note))
        if expectation.FILE in self._members:
            expected = expectation.Expectation.model_validate_json(self._content(expectation.FILE))
            expectation.keep(self._folder, expectation.expected(expected.accuracy, expected.why))
        if BROUGHT_PICTURES in self._members:
            seen = NetworkPictures.model_validate_json(self._content(BROUGHT_PICTURES))
            self._put(BROUGHT_PICTURES, seen.model_dump_json().encode())
        self._preparation(recipe)
        for test in history.tests:
            self._test(test, history)
        self._epochs(recipe, history)
        self._state()

    def _read_contents(self) -> _Contents:
        content = self._content(TABLE_OF_CONTENTS, MAX_TABLE, is_listed=False)
        if newer_version(content, VERSION) is not None:
            raise NewerVersionError.of("run")
        found = _Contents.model_validate_json(content)
        if found.files.keys() != self._members.keys() - {TABLE_OF_CONTENTS}:
            raise ValueError("it does not hold the files that it lists")
        return found

    def _content(self, name: str, most: int | None = None, *, is_listed: bool = True) -> bytes:
        """All of a file, which is as it was packed.

        Raises:
            ValueError: it is not.
            KeyError: it is not there.
        """
        most = most or _most(name)
        try:
            with self._packed.open(self._members[name]) as stream:
                content = stream.read(most + 1)
        except OSError as error:  # such as a place before the beginning of the file
            raise ValueError(f"{name} cannot be read") from error
        if len(content) > most:
            raise LimitError("bytes", most)
        if is_listed and hashlib.sha256(content).hexdigest() != self._contents.files[name]:
            raise ValueError(f"{name} is not as it was packed")
        return content

    def _put(self, name: str, content: bytes) -> None:
        (self._folder / name).write_bytes(content)

    def _recipe(self) -> Recipe:
        """The recipe, which names a file of this Fitboard or one that is not there."""
        recipe = Recipe.from_json(self._content("recipe.json").decode("utf-8"))
        path = recipe.data.path
        if path is None:
            return recipe
        # A file in no folder of ours is never looked for: only its name stays, below a folder that is not there.
        here = self._ours(path) or f"{NOT_HERE}/{_plain_name(path)}"
        return recipe.with_(data=recipe.data.with_(path=here))

    def _events(self) -> list[AnyEvent]:
        *lines, rest = self._content("events.jsonl").split(b"\n")
        if rest:
            raise ValueError("the log does not end with a line")
        events = [_without_people(from_line(line)) for line in lines]
        if [event.n for event in events] != list(range(len(events))):
            raise ValueError("the log lacks a line")
        for event in events:
            # These are names of files that are read later: no other than those of their own kind.
            if isinstance(event, WeightsKept) and event.file != "final.weights.h5":
                raise ValueError("the log names an odd file of weights")
            if isinstance(event, Tested) and not re.fullmatch(r"test-[0-9]{1,4}\.npz", event.file):
                raise ValueError("the log names an odd file of a test")
        return events

    def _preparation(self, recipe: Recipe) -> None:
        """The vocabulary, or how rows of numbers are scaled."""
        if "vocabulary.json" in self._members:
            words = _WORDS.validate_json(self._content("vocabulary.json"), strict=True)
            if recipe.data.vocabulary is None or len(words) > max(recipe.data.vocabulary, 3):
                raise ValueError("the vocabulary is not one of this recipe")
            self._put("vocabulary.json", json.dumps(words, ensure_ascii=False).encode())
        if "scaling.json" in self._members:
            scaling = _Scaling.model_validate_json(self._content("scaling.json"))
            if len(scaling.mean) != len(scaling.deviation):
                raise ValueError("the scaling is not one of columns")
            self._put("scaling.json", scaling.model_dump_json().encode())

    def _arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """The arrays of an .npz, by their names. They pass through a file, since zip files are read from one."""
        place = self._folder / "reading.npz"
        place.write_bytes(self._content(name))
        try:
            with Archive(place, self._packed.budget) as arrays:
                return read_arrays(arrays, MAX_ARRAYS)
        finally:
            place.unlink()

    def _test(self, test: Tested, history: History) -> None:
        """What the network answered to each test row."""
        if test.file not in self._members or history.prepared is None:
            return
        found = self._arrays(test.file)
        probabilities, truth, rows = (found[name] for name in ("probabilities", "y", "rows"))
        classes = len(history.prepared.class_names)
        kinds = [array.dtype.kind for array in (probabilities, truth, rows)]
        if len(found) != 3 or probabilities.ndim != 2 or kinds != ["f", "i", "i"]:
            raise ValueError("the answers of a test are no table")
        if not (len(probabilities) == len(truth) == len(rows) == test.rows) or truth.ndim != 1 or rows.ndim != 1:
            raise ValueError("the answers of a test are not as many as its rows")
        if len(truth) and not 0 <= truth.min() <= truth.max() < classes:
            raise ValueError("a test has rows of other classes")
        content = BytesIO()
        y, rows = (one.astype(np.int64) for one in (truth, rows))
        np.savez_compressed(content, probabilities=probabilities.astype(np.float32), y=y, rows=rows)
        self._put(test.file, content.getvalue())

    def _epochs(self, recipe: Recipe, history: History) -> None:
        """The weights of the kept epochs, as many numbers as the layers of the recipe have."""
        if f"{EPOCHS}/{INDEX}" not in self._members:
            return
        content = self._content(f"{EPOCHS}/{INDEX}")
        if newer_version(content, VERSION) is not None:
            raise NewerVersionError.of("run")
        index = KeptIndex.model_validate_json(content)
        size = _bytes_of_weights(recipe, history)
        (self._folder / EPOCHS).mkdir()
        for kept in index.epochs:
            weights = self._content(f"{EPOCHS}/{kept.file}")
            digest = hashlib.sha256(weights).hexdigest()
            if KeptEpoch(epoch=kept.epoch, bytes=len(weights), sha256=digest, inside=kept.inside) != kept:
                raise ValueError("the weights of an epoch are not as they were kept")
            if len(weights) != size:
                raise ValueError("the weights of an epoch are not those of this network")
            self._put(f"{EPOCHS}/{kept.file}", weights)
        if len({kept.epoch for kept in index.epochs}) < len(index.epochs):
            raise ValueError("an epoch is kept twice")
        self._put(f"{EPOCHS}/{INDEX}", index.model_dump_json().encode())

    def _state(self) -> None:
        """The saved state, as one of the new run."""
        name = next((name for name in self._members if name.startswith(f"{STATE}/state-")), None)
        if name is None:
            return
        line = manifest_line(self._content(name))
        if newer_version(line, VERSION) is not None:
            raise NewerVersionError.of("saved state")
        manifest = Manifest.model_validate_json(line)
        if not re.fullmatch(r"[0-9a-f]{64}", manifest.fingerprint) or not manifest.kept.keys() <= _KEPT_BY:
            raise ValueError("a saved state is not as one that was saved")
        (self._folder / STATE).mkdir()
        files = {file.name: self._state_file(file) for file in manifest.files}
        written = manifest.model_copy(
            update={
                "run": self._run_id,
                "weights": files[manifest.weights.name],
                "optimizer": files[manifest.optimizer.name],
                "kept": {who: (epoch, files[file.name]) for who, (epoch, file) in manifest.kept.items()},
            }
        )
        self._put(f"{STATE}/{written.file_name}", written.to_bytes())

    def _state_file(self, file: File) -> File:
        """The arrays of a saved state, written once more."""
        found = self._arrays(f"{STATE}/{file.name}")
        content = BytesIO()
        np.savez(content, **{f"a{place}": found[f"a{place}"] for place in range(len(found))})  # type: ignore[arg-type]
        self._put(f"{STATE}/{file.name}", content.getvalue())
        return File(name=file.name, sha256=hashlib.sha256(content.getvalue()).hexdigest())


def _checked_members(packed: Archive) -> dict[str, zipfile.ZipInfo]:
    """The entries by name, each of which may be there.

    Raises:
        RunFileError: there is something else in it.
        ValueError: it was made in an odd way.
    """
    members = packed.infolist()
    if len(members) > MAX_FILES + 1:
        raise RunFileError(WORDING.message("zip_too_many", limit=MAX_FILES))
    found: dict[str, zipfile.ZipInfo] = {}
    for one in members:
        if one.filename != TABLE_OF_CONTENTS and not any(re.fullmatch(name, one.filename) for name in _FILES):
            code = "zip_no_run" if TABLE_OF_CONTENTS not in packed.NameToInfo else "zip_unknown"
            raise RunFileError(WORDING.message(code, name=shorten(one.filename)))
        kind = stat.S_IFMT(one.external_attr >> 16)
        if one.filename in found or one.flag_bits & 0x1 or kind not in {0, stat.S_IFREG}:
            raise ValueError("an entry is there twice, encrypted, or a link")
        found[one.filename] = one
    if TABLE_OF_CONTENTS not in found:
        raise RunFileError(WORDING.message("zip_no_run", name=TABLE_OF_CONTENTS))
    return found


def _most(name: str) -> int:
    """Bytes that a file may have."""
    return next(most for pattern, most in _FILES.items() if re.fullmatch(pattern, name))


def _plain_name(path: str) -> str:
    """The name of a file of data that is not here, as one that is nothing but a name."""
    name = re.sub(r"[^\w.-]+", "-", re.split(r"[/\\]", path)[-1])[:80].strip("-. ")
    return name or "table.csv"


def _shape(recipe: Recipe, history: History) -> Shape | None:
    """Of one example; None in runs of versions that did not say, if the recipe does not, either."""
    if history.prepared is not None and history.prepared.input_shape is not None:
        return history.prepared.input_shape
    return recipe.data.example_shape


def _bytes_of_weights(recipe: Recipe, history: History) -> int:
    """How many bytes the weights of a recipe's network have.

    Raises:
        ValueError: the run does not say of which shape its examples are, or the layers cannot read these.
    """
    shape, wanted = _shape(recipe, history), recipe.data.example_shape
    if shape is None or (wanted is not None and shape != wanted):
        raise ValueError("the shape of the examples is not that of the recipe")
    numbers = 0
    try:
        for layer in recipe.layers:
            numbers += layer.parameter_count(shape)
            shape = layer.output_shape(shape)
    except ShapeError as error:
        raise ValueError("the layers cannot read the examples") from error
    return 4 * numbers


def told(error: RunFileError | OSError) -> Message:
    """What is told of a file that cannot be opened."""
    if isinstance(error, RunFileError) and isinstance(error.message, Message):
        return error.message
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return WORDING.message("zip_unreadable", reason=reason)
