"""MNIST, and other small pictures in the same four arrays: x_train, y_train, x_test, y_test in one .npz."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from trainer import PROJECT
from trainer.data.archive import Archive
from trainer.data.budget import Budget, LimitError
from trainer.data.dataset import Dataset, Indices, Part
from trainer.data.files import find_file, identity, named
from trainer.data.splitting import cut, sample
from trainer.data.turn import Kept
from trainer.recipe.data import Mnist
from trainer.recipe.spec import RecipeError, shorten

BUNDLED = PROJECT / "data" / "mnist.npz"
MAX_SIDE = 64
MAX_LABEL = 99
MAX_BYTES = 1_000_000_000
"""Unpacked, of values as they are written, which may be eight bytes each."""
MAX_VALUES = 200_000_000
"""Of pictures for training or for the test, each a byte in memory: 16,000 pictures of 64 by 64 in colour, or all of
CIFAR-10, three times as many as MNIST has."""
MAX_PICTURES = 1_000_000
MAX_NAMES, MAX_NAME = 1_000, 1_000
"""Names of classes, and characters of each."""
MAX_HEADER = 10_000
"""Bytes that say what shape an array has; numpy writes some hundred."""
BLOCK = 4_000_000
"""Bytes of values that are looked at together."""
READING = "Reading the pictures"
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)
_ARRAYS = ("x_train", "y_train", "x_test", "y_test")


@dataclass(frozen=True, eq=False)
class Pictures:
    """The checked contents of a file; the arrays cannot be written to."""

    x_train: NDArray[np.uint8]
    """(n, height, width, channels)"""
    y_train: Indices
    """(n,)"""
    x_test: NDArray[np.uint8]
    y_test: Indices
    class_names: tuple[str, ...]


def mnist_file(spec: Mnist) -> Path:
    """The file that a spec means.

    Raises:
        RecipeError: it is missing.
    """
    if spec.path is not None:
        return find_file(spec.path)
    if not BUNDLED.is_file():
        raise RecipeError(f"The MNIST file {BUNDLED} is missing. Download Fitboard again, or choose another file.")
    return BUNDLED


def load_mnist(spec: Mnist, seed: int) -> Dataset:
    """Pictures with their classes. `limit` chooses among the training pictures first; the test pictures stay whole.

    Raises:
        RecipeError: the file is missing or damaged, or too few pictures are left to keep some aside.
    """
    pictures = read_pictures(mnist_file(spec))
    labels, names = pictures.y_train, pictures.class_names
    rows = np.arange(len(labels))
    if spec.limit is not None:
        rows = sample(labels, spec.limit, seed, names, "pictures")
    watched = None
    if spec.validation:
        size = round(len(rows) * spec.validation)
        rows, watched = cut(labels, rows, size, seed, names, "validation", "pictures")
    tested = np.arange(len(pictures.y_test))
    return Dataset(
        kind="images",
        train=_part(pictures.x_train, labels, rows),
        validation=None if watched is None else _part(pictures.x_train, labels, watched),
        test=Part(pictures.x_test, pictures.y_test, tested),
        class_names=names,
        input_shape=pictures.x_train.shape[1:],
    )


def _part(x: NDArray[np.uint8], y: Indices, rows: Indices) -> Part:
    return Part(x, y, rows) if len(rows) == len(y) else Part(x, y[rows], rows, places=rows)


def read_pictures(path: Path) -> Pictures:
    """Read and check a file; kept, so that a process holds its arrays once.

    Raises:
        RecipeError: what is wrong with the file, and how to mend it.
    """
    return _pictures.get(identity(path), unpacked(path), lambda: _read(path))


def unpacked(path: Path) -> int:
    """How many bytes the arrays of a file say that they take, unpacked; of what is no .npz, the file's own.

    Raises:
        RecipeError: it is missing.
    """
    size = identity(path).size
    try:
        with Archive(path, Budget({}, READING)) as packed:
            return sum(member.file_size for member in packed.infolist())
    except _DAMAGED:
        return size  # what is wrong with it is said when it is read


_pictures: Kept[Pictures] = Kept(4)


def _read(path: Path) -> Pictures:
    name = named(path)
    again = "Choose an .npz file made with numpy.savez, or make it again."
    if not zipfile.is_zipfile(path):
        raise RecipeError(f"{name} is not an .npz file, or its end is missing. {again}")
    try:
        with Archive(path, Budget({"bytes": MAX_BYTES}, READING)) as packed:
            pictures = _from_archive(packed, name)
    except RecipeError:
        raise
    except LimitError as error:
        raise RecipeError(f"{name} {error}. Choose a smaller file.") from None
    except MemoryError as error:
        raise RecipeError(f"{name} takes more memory than there is right now. Try again later.") from error
    except _DAMAGED as error:
        raise RecipeError(f"{name} is damaged and cannot be read. {again}") from error
    for array in (pictures.x_train, pictures.y_train, pictures.x_test, pictures.y_test):
        array.flags.writeable = False
    return pictures


def _from_archive(packed: Archive, name: str) -> Pictures:
    there = [member.removesuffix(".npy") for member in packed.namelist()]
    missing = [array for array in _ARRAYS if array not in there]
    if missing:
        raise RecipeError(
            f"{name} has no array {' or '.join(missing)}. Save all four: {', '.join(_ARRAYS)}; it has "
            f"{shorten(', '.join(there[:20])) if there else 'none'}."
        )
    x_train, y_train = _part_of(packed, "train", name, MAX_VALUES)
    x_test, y_test = _part_of(packed, "test", name, MAX_VALUES - x_train.size)
    if x_train.shape[1:] != x_test.shape[1:]:
        raise RecipeError(
            f"The pictures for training and for the test in {name} differ in size: {x_train.shape[1:]} and "
            f"{x_test.shape[1:]}. Save all in one size."
        )
    if len(np.unique(y_train)) < 2:
        raise RecipeError(f"All training pictures in {name} are of one class. Save pictures of at least two classes.")
    highest = int(max(y_train.max(), y_test.max()))
    if "class_names" not in there:
        return Pictures(x_train, y_train, x_test, y_test, tuple(str(number) for number in range(highest + 1)))
    with _Array(packed, "class_names", name) as array:
        return Pictures(x_train, y_train, x_test, y_test, _class_names(array, highest))


def _part_of(packed: Archive, part: str, name: str, room: int) -> tuple[NDArray[np.uint8], Indices]:
    with _Array(packed, f"x_{part}", name) as array:
        x = _pixels(array, room)
    with _Array(packed, f"y_{part}", name) as array:
        y = _labels(array)
    if len(x) != len(y):
        raise RecipeError(
            f"{name} has {len(x):,} pictures in x_{part} but {len(y):,} labels in y_{part}. "
            f"Save one label for each picture."
        )
    return x, y


class _Array:
    """An array in an .npz of which so far only the header has been read. Nothing in it is run: objects are refused."""

    def __init__(self, packed: Archive, title: str, name: str) -> None:
        """Read the header.

        Args:
            packed: the .npz.
            title: of the array.
            name: of the file, for messages.

        Raises:
            RecipeError: it does not hold plain values, or holds fewer or more than the header says.
        """
        self.title, self.name = title, name
        self.where = f"{title} in {name}"
        member = next(one for one in (f"{title}.npy", title) if one in packed.NameToInfo)
        self._stream = packed.open(member)
        try:
            self._read_header(packed.getinfo(member).file_size)
        except BaseException:
            self._stream.close()
            raise

    def _read_header(self, size: int) -> None:
        try:
            header, self.shape, self._in_columns, self.dtype = _header(self._stream)
        except LimitError:
            raise
        except Exception as error:  # numpy takes it for Python's own words, and raises whatever these raise
            raise _not_plain(self.name) from error
        if self.dtype.hasobject or math.prod(self.shape) * self.dtype.itemsize != size - header:
            raise _not_plain(self.name)

    def __enter__(self) -> _Array:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def blocks(self) -> Iterator[NDArray[Any]]:
        """All values, in one dimension, a few at a time."""
        left, most = math.prod(self.shape), max(1, BLOCK // self.dtype.itemsize)
        while left:
            count = min(left, most)
            data = self._stream.read(count * self.dtype.itemsize)
            yield np.frombuffer(data, self.dtype, count)
            left -= count

    def shaped(self, flat: NDArray[Any]) -> NDArray[Any]:
        """Values in one dimension as the array says."""
        return flat.reshape(self.shape, order="F" if self._in_columns else "C")


def _header(stream: IO[bytes]) -> tuple[int, tuple[int, ...], bool, np.dtype[Any]]:
    """Length of the header, shape, order and type of an array; numpy alone would read a header of any length."""
    start = stream.read(8)
    version = np.lib.format.read_magic(io.BytesIO(start))
    length = stream.read(2 if version == (1, 0) else 4)
    text = stream.read(min(int.from_bytes(length, "little"), MAX_HEADER))
    rest = io.BytesIO(length + text)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    return len(start + length + text), *read(rest)


def _not_plain(name: str) -> RecipeError:
    return RecipeError(
        f"{name} holds something else than plain numbers, or is damaged. Choose an .npz file made with numpy.savez, or "
        f"make it again."
    )


def _pixels(array: _Array, room: int) -> NDArray[np.uint8]:
    """Pictures as uint8 (n, height, width, channels), made of a few values at a time, `room` values at most."""
    _check_shape(array, room)
    shape, where = array.shape, array.where
    fix = "Save brightness as whole numbers from 0 to 255."
    if array.dtype.kind not in "iuf":
        raise RecipeError(f"{where} does not hold numbers ({array.dtype}). {fix}")
    pixels = np.empty(math.prod(shape), np.uint8)
    place, highest, fractions = 0, 0.0, False
    for block in array.blocks():
        if not (block.min() >= 0 and block.max() <= 255):  # also caught: a value that is not a number
            raise RecipeError(f"{where} has values below 0, above 255 or not numbers. {fix}")
        highest = max(highest, float(block.max()))
        whole = np.rint(block) if block.dtype.kind == "f" else block
        fractions = fractions or not np.array_equal(whole, block)
        pixels[place : place + len(block)] = whole
        place += len(block)
    if highest <= 1 and fractions:
        # Rounded, these pictures would be all black and white without anybody noticing.
        raise RecipeError(f"{where} has values between 0 and 1. Multiply them by 255; Fitboard scales them.")
    found = array.shaped(pixels)
    return found if len(shape) == 4 else found[..., np.newaxis]


def _check_shape(array: _Array, room: int) -> None:
    shape, where = array.shape, array.where
    sides = len(shape) in {3, 4} and all(1 <= side <= MAX_SIDE for side in shape[1:3])
    if not sides or (len(shape) == 4 and shape[3] not in {1, 3}):
        raise RecipeError(
            f"{where} has the shape {shape}, but pictures are (how many, height, width), or the same "
            f"with 1 or 3 colours at the end, and at most {MAX_SIDE} high and wide. Save it in such a shape."
        )
    if shape[0] < 1:
        raise RecipeError(f"{where} holds no pictures. Save some.")
    if math.prod(shape) > room or shape[0] > MAX_PICTURES:
        raise RecipeError(
            f"{where} holds {shape[0]:,} pictures of {math.prod(shape[1:]):,} values each. A file may hold "
            f"{MAX_PICTURES:,} pictures, and {MAX_VALUES // 10**6} million values in all. Save fewer or smaller ones."
        )


def _labels(array: _Array) -> Indices:
    fix = f"Save labels as whole numbers from 0 to {MAX_LABEL}."
    shape, where = array.shape, array.where
    if len(shape) != 1 and not (len(shape) == 2 and shape[1] == 1):  # the second is how CIFAR-10 comes
        raise RecipeError(f"{where} has the shape {shape}, but there is one label a picture. {fix}")
    if array.dtype.kind not in "iu":
        raise RecipeError(f"{where} does not hold whole numbers ({array.dtype}). {fix}")
    if shape[0] > MAX_PICTURES:
        raise RecipeError(
            f"{where} has {shape[0]:,} labels; at most {MAX_PICTURES:,} are possible. Save fewer pictures."
        )
    labels = np.concatenate([np.zeros(0, np.int64), *(block.astype(np.int64) for block in array.blocks())])
    if labels.size and not (labels.min() >= 0 and labels.max() <= MAX_LABEL):
        raise RecipeError(f"{where} has a label below 0 or above {MAX_LABEL}. {fix}")
    return labels


def _class_names(array: _Array, highest: int) -> tuple[str, ...]:
    """The names in the file: at least as many as the labels need."""
    name = array.name
    if len(array.shape) != 1 or array.dtype.kind != "U":
        raise RecipeError(f"class_names in {name} is not a list of words. Save a list of words, or leave it out.")
    count = array.shape[0]
    if count > MAX_NAMES or array.dtype.itemsize > 4 * MAX_NAME:
        raise RecipeError(
            f"class_names in {name} has {count:,} names of up to {array.dtype.itemsize // 4:,} characters; at most "
            f"{MAX_NAMES:,} of {MAX_NAME:,} are possible. Save a short name for each class."
        )
    blocks = array.blocks() if array.dtype.itemsize else [np.full(count, "")]
    names = tuple(str(word).strip() for block in blocks for word in block)
    if len(names) <= highest:
        raise RecipeError(
            f"class_names in {name} has {len(names)} names, but the labels go up to {highest}. Save a name for each."
        )
    if len(set(names)) < len(names) or not all(names):
        raise RecipeError(f"class_names in {name} has an empty name or one that occurs twice. Give each class its own.")
    return names
