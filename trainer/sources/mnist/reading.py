"""MNIST, and other small pictures in the same four arrays: x_train, y_train, x_test, y_test in one .npz."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import PROJECT
from trainer.data import wording as data_wording
from trainer.data.archive import Archive
from trainer.data.arrays import npy_header
from trainer.data.budget import LimitError, ReadingBudget
from trainer.data.cache import Cache
from trainer.data.dataset import Dataset, Indices, Part
from trainer.data.files import find_file, identity, named
from trainer.data.splitting import cut, sample
from trainer.recipe.spec import RecipeError, shorten
from trainer.sources.mnist.spec import Mnist
from trainer.sources.mnist.wording import WORDING

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
BLOCK_BYTES = 4_000_000
"""Bytes of values that are looked at together."""
_READING = data_wording.WORDING.message("reading_pictures")
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
        raise RecipeError(WORDING.message("bundled_missing", file=str(BUNDLED)))
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
        rows = sample(labels, spec.limit, seed, names)
    watched = None
    if spec.validation:
        size = round(len(rows) * spec.validation)
        rows, watched = cut(labels, rows, size, seed, names, "validation")
    tested = np.arange(len(pictures.y_test))
    return Dataset(
        modality="image",
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
        RecipeError: what is wrong with the file, and how to fix it.
    """
    return _pictures.get(identity(path), unpacked(path), lambda: _read(path))


def unpacked(path: Path) -> int:
    """How many bytes the arrays of a file say that they take, unpacked; of what is no .npz, the file's own.

    Raises:
        RecipeError: it is missing.
    """
    size = identity(path).size
    try:
        with Archive(path, ReadingBudget({}, _READING)) as packed:
            return sum(member.file_size for member in packed.infolist())
    except _DAMAGED:
        return size  # what is wrong with it shows when it is read


_pictures: Cache[Pictures] = Cache(4)


def _read(path: Path) -> Pictures:
    name = named(path)
    if not zipfile.is_zipfile(path):
        raise RecipeError(WORDING.message("not_npz", file=name))
    try:
        with Archive(path, ReadingBudget({"bytes": MAX_BYTES}, _READING)) as packed:
            pictures = _from_archive(packed, name)
    except RecipeError:
        raise
    except LimitError as error:
        raise RecipeError(
            WORDING.message("too_slow" if error.unit == "seconds" else "too_large", file=name, limit=error.limit)
        ) from None
    except MemoryError as error:
        raise RecipeError(WORDING.message("no_memory", file=name)) from error
    except _DAMAGED as error:
        raise RecipeError(WORDING.message("damaged", file=name)) from error
    for array in (pictures.x_train, pictures.y_train, pictures.x_test, pictures.y_test):
        array.flags.writeable = False
    return pictures


def _from_archive(packed: Archive, name: str) -> Pictures:
    there = [member.removesuffix(".npy") for member in packed.namelist()]
    missing = [array for array in _ARRAYS if array not in there]
    if missing:
        code = "missing_arrays" if there else "no_arrays"
        found = shorten(", ".join(there[:20]))
        raise RecipeError(WORDING.message(code, file=name, missing=missing, wanted=_ARRAYS, found=found))
    x_train, y_train = _part_of(packed, "train", name, MAX_VALUES)
    x_test, y_test = _part_of(packed, "test", name, MAX_VALUES - x_train.size)
    if x_train.shape[1:] != x_test.shape[1:]:
        sizes = {"train": str(x_train.shape[1:]), "test": str(x_test.shape[1:])}
        raise RecipeError(WORDING.message("sizes_differ", file=name, **sizes))
    if len(np.unique(y_train)) < 2:
        raise RecipeError(WORDING.message("one_class", file=name))
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
        counts = {"pictures": len(x), "labels": len(y), "x": f"x_{part}", "y": f"y_{part}"}
        raise RecipeError(WORDING.message("labels_missing", file=name, **counts))
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
        member = next(one for one in (f"{title}.npy", title) if one in packed.NameToInfo)
        self._stream = packed.open(member)
        try:
            self._read_header(packed.getinfo(member).file_size)
        except BaseException:
            self._stream.close()
            raise

    def _read_header(self, size: int) -> None:
        try:
            header, self.shape, self._in_columns, self.dtype = npy_header(self._stream)
        except LimitError:
            raise
        except Exception as error:  # numpy takes it for Python's own words, and raises whatever these raise
            raise _not_plain(self.name) from error
        if self.dtype.hasobject or math.prod(self.shape) * self.dtype.itemsize != size - header:
            raise _not_plain(self.name)

    def error(self, code: str, **parameters: object) -> RecipeError:
        """Something that is wrong with this array."""
        return RecipeError(WORDING.message(code, array=self.title, file=self.name, **parameters))

    def __enter__(self) -> _Array:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def blocks(self) -> Iterator[NDArray[Any]]:
        """All values, in one dimension, a few at a time."""
        left, most = math.prod(self.shape), max(1, BLOCK_BYTES // self.dtype.itemsize)
        while left:
            count = min(left, most)
            data = self._stream.read(count * self.dtype.itemsize)
            yield np.frombuffer(data, self.dtype, count)
            left -= count

    def shaped(self, flat: NDArray[Any]) -> NDArray[Any]:
        """Values in one dimension as the array says."""
        return flat.reshape(self.shape, order="F" if self._in_columns else "C")


def _not_plain(name: str) -> RecipeError:
    return RecipeError(WORDING.message("not_plain", file=name))


def _pixels(array: _Array, room: int) -> NDArray[np.uint8]:
    """Pictures as uint8 (n, height, width, channels), made of a few values at a time, `room` values at most."""
    _check_shape(array, room)
    shape = array.shape
    if array.dtype.kind not in "iuf":
        raise array.error("not_numbers", type=str(array.dtype))
    pixels = np.empty(math.prod(shape), np.uint8)
    place, highest, fractions = 0, 0.0, False
    for block in array.blocks():
        if not (block.min() >= 0 and block.max() <= 255):  # also caught: a value that is not a number
            raise array.error("out_of_range")
        highest = max(highest, float(block.max()))
        whole = np.rint(block) if block.dtype.kind == "f" else block
        fractions = fractions or not np.array_equal(whole, block)
        pixels[place : place + len(block)] = whole
        place += len(block)
    if highest <= 1 and fractions:
        # Rounded, these pictures would be all black and white without anybody noticing.
        raise array.error("fractions")
    found = array.shaped(pixels)
    return found if len(shape) == 4 else found[..., np.newaxis]


def _check_shape(array: _Array, room: int) -> None:
    shape = array.shape
    sides = len(shape) in {3, 4} and all(1 <= side <= MAX_SIDE for side in shape[1:3])
    if not sides or (len(shape) == 4 and shape[3] not in {1, 3}):
        raise array.error("not_pictures", shape=str(shape), limit=MAX_SIDE)
    if shape[0] < 1:
        raise array.error("no_pictures")
    if math.prod(shape) > room or shape[0] > MAX_PICTURES:
        limits = {"limit": MAX_PICTURES, "all_values": MAX_VALUES}
        raise array.error("too_many_pictures", pictures=shape[0], values=math.prod(shape[1:]), **limits)


def _labels(array: _Array) -> Indices:
    shape = array.shape
    if len(shape) != 1 and not (len(shape) == 2 and shape[1] == 1):  # the second is how CIFAR-10 comes
        raise array.error("labels_shape", shape=str(shape), limit=MAX_LABEL)
    if array.dtype.kind not in "iu":
        raise array.error("labels_not_whole", type=str(array.dtype), limit=MAX_LABEL)
    if shape[0] > MAX_PICTURES:
        raise array.error("too_many_labels", labels=shape[0], limit=MAX_PICTURES)
    labels = np.concatenate([np.zeros(0, np.int64), *(block.astype(np.int64) for block in array.blocks())])
    if labels.size and not (labels.min() >= 0 and labels.max() <= MAX_LABEL):
        raise array.error("labels_out_of_range", limit=MAX_LABEL)
    return labels


def _class_names(array: _Array, highest: int) -> tuple[str, ...]:
    """The names in the file: at least as many as the labels need."""
    if len(array.shape) != 1 or array.dtype.kind != "U":
        raise array.error("names_not_words")
    count = array.shape[0]
    if count > MAX_NAMES or array.dtype.itemsize > 4 * MAX_NAME:
        limits = {"limit": MAX_NAMES, "limit_length": MAX_NAME}
        raise array.error("names_too_many", names=count, length=array.dtype.itemsize // 4, **limits)
    blocks = array.blocks() if array.dtype.itemsize else [np.full(count, "")]
    names = tuple(str(word).strip() for block in blocks for word in block)
    if len(names) <= highest:
        raise array.error("names_too_few", names=len(names), highest=highest)
    if len(set(names)) < len(names) or not all(names):
        raise array.error("names_not_unique")
    return names
