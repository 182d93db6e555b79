"""MNIST, and other small pictures in the same four arrays: x_train, y_train, x_test, y_test in one .npz."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import PROJECT
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
"""Unpacked; a small file can unpack to more than the memory holds."""
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
    """How many bytes the arrays of a file take in memory; of what is no .npz, the file's own.

    Raises:
        RecipeError: it is missing.
    """
    size = identity(path).size
    try:
        return _unpacked(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return size  # what is wrong with it is said when it is read


def _unpacked(path: Path) -> int:
    with zipfile.ZipFile(path) as packed:
        return sum(member.file_size for member in packed.infolist())


_pictures: Kept[Pictures] = Kept(4)


def _read(path: Path) -> Pictures:
    name = named(path)
    arrays = _arrays(path)
    found = {
        part: (_pixels(arrays[f"x_{part}"], f"x_{part}", name), _labels(arrays[f"y_{part}"], f"y_{part}", name))
        for part in ("train", "test")
    }
    for part, (x, y) in found.items():
        if len(x) != len(y):
            raise RecipeError(
                f"{name} has {len(x):,} pictures in x_{part} but {len(y):,} labels in y_{part}. "
                f"Save one label for each picture."
            )
    (x_train, y_train), (x_test, y_test) = found["train"], found["test"]
    if x_train.shape[1:] != x_test.shape[1:]:
        raise RecipeError(
            f"The pictures for training and for the test in {name} differ in size: {x_train.shape[1:]} and "
            f"{x_test.shape[1:]}. Save all in one size."
        )
    if len(np.unique(y_train)) < 2:
        raise RecipeError(f"All training pictures in {name} are of one class. Save pictures of at least two classes.")
    highest = int(max(y_train.max(), y_test.max()))
    for array in (x_train, y_train, x_test, y_test):
        array.flags.writeable = False
    return Pictures(x_train, y_train, x_test, y_test, _class_names(arrays.get("class_names"), highest, name))


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of the file as they are. Nothing in it is run: `allow_pickle` stays off."""
    name, mend = named(path), "Choose an .npz file made with numpy.savez, or make it again."
    if not zipfile.is_zipfile(path):
        raise RecipeError(f"{name} is not an .npz file, or its end is missing. {mend}")
    try:
        if _unpacked(path) > MAX_BYTES:
            raise RecipeError(f"{name} unpacks to more than {MAX_BYTES // 10**9} GB. Choose a smaller file.")
        with np.load(path, allow_pickle=False) as file:
            missing = [array for array in _ARRAYS if array not in file.files]
            if missing:
                raise RecipeError(
                    f"{name} has no array {' or '.join(missing)}. Save all four: {', '.join(_ARRAYS)}; it has "
                    f"{shorten(', '.join(file.files)) if file.files else 'none'}."
                )
            return {array: np.asarray(file[array]) for array in (*_ARRAYS, "class_names") if array in file.files}
    except RecipeError:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, MemoryError, NotImplementedError, RuntimeError) as error:
        raise RecipeError(f"{name} is damaged and cannot be read. {mend}") from error
    except ValueError as error:  # what numpy says of objects, and of a damaged header
        raise RecipeError(f"{name} holds something else than plain numbers, or is damaged. {mend}") from error


def _pixels(array: NDArray[Any], title: str, name: str) -> NDArray[np.uint8]:
    """Pictures as uint8 (n, height, width, channels)."""
    shape = array.shape
    sides = len(shape) in {3, 4} and all(1 <= side <= MAX_SIDE for side in shape[1:3])
    if not sides or (len(shape) == 4 and shape[3] not in {1, 3}):
        raise RecipeError(
            f"{title} in {name} has the shape {shape}, but pictures are (how many, height, width), or the same "
            f"with 1 or 3 colours behind, and at most {MAX_SIDE} high and wide. Save it in such a shape."
        )
    if not len(array):
        raise RecipeError(f"{title} in {name} holds no pictures. Save some.")
    if array.dtype != np.uint8:
        array = _to_bytes(array, title, name)
    pixels: NDArray[np.uint8] = array.reshape(shape if len(shape) == 4 else (*shape, 1))
    return pixels


def _to_bytes(array: NDArray[Any], title: str, name: str) -> NDArray[np.uint8]:
    mend = "Save brightness as whole numbers from 0 to 255."
    if array.dtype.kind not in "iuf":
        raise RecipeError(f"{title} in {name} does not hold numbers ({array.dtype}). {mend}")
    if not (array.min() >= 0 and array.max() <= 255):  # also caught: a value that is not a number
        raise RecipeError(f"{title} in {name} has values below 0, above 255 or not numbers. {mend}")
    whole = np.rint(array)
    if array.max() <= 1 and not np.array_equal(whole, array):
        # Rounded, these pictures would be all black and white without anybody noticing.
        raise RecipeError(f"{title} in {name} has values between 0 and 1. Multiply them by 255; Fitboard scales them.")
    pixels: NDArray[np.uint8] = whole.astype(np.uint8)
    return pixels


def _labels(array: NDArray[Any], title: str, name: str) -> Indices:
    mend = f"Save labels as whole numbers from 0 to {MAX_LABEL}."
    if array.ndim == 2 and array.shape[1] == 1:  # as CIFAR-10 comes
        array = array[:, 0]
    if array.ndim != 1:
        raise RecipeError(f"{title} in {name} has the shape {array.shape}, but there is one label a picture. {mend}")
    if array.dtype.kind not in "iu":
        raise RecipeError(f"{title} in {name} does not hold whole numbers ({array.dtype}). {mend}")
    if array.size and not (array.min() >= 0 and array.max() <= MAX_LABEL):
        raise RecipeError(f"{title} in {name} has a label below 0 or above {MAX_LABEL}. {mend}")
    return array.astype(np.int64)


def _class_names(array: NDArray[Any] | None, highest: int, name: str) -> tuple[str, ...]:
    """The names in the file, or the numbers from 0 to the highest label."""
    if array is None:
        return tuple(str(number) for number in range(highest + 1))
    if array.ndim != 1 or array.dtype.kind != "U":
        raise RecipeError(f"class_names in {name} is not a list of words. Save a list of words, or leave it out.")
    names = tuple(str(word).strip() for word in array)
    if len(names) <= highest:
        raise RecipeError(
            f"class_names in {name} has {len(names)} names, but the labels go up to {highest}. Save a name for each."
        )
    if len(set(names)) < len(names) or not all(names):
        raise RecipeError(f"class_names in {name} has an empty name or one that occurs twice. Give each class its own.")
    return names
