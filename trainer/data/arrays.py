"""Arrays of numbers in files that somebody brings: nothing in them is run, and no more is read than they may have."""

from __future__ import annotations

import io
import math
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from trainer.data.archive import Archive
from trainer.data.budget import LimitError

MAX_HEADER_BYTES = 10_000
"""Bytes that say what shape an array has; numpy writes some hundred."""


def npy_header(stream: IO[bytes]) -> tuple[int, tuple[int, ...], bool, np.dtype[Any]]:
    """Length of the header, shape, order and type of an array; numpy alone would read a header of any length.

    Raises:
        Exception: it is none; numpy takes it for Python's own words, and raises whatever these raise.
    """
    start = stream.read(8)
    version = np.lib.format.read_magic(io.BytesIO(start))
    length = stream.read(2 if version == (1, 0) else 4)
    text = stream.read(min(int.from_bytes(length, "little"), MAX_HEADER_BYTES))
    rest = io.BytesIO(length + text)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    return len(start + length + text), *read(rest)


def read_arrays(packed: Archive, most: int) -> dict[str, NDArray[Any]]:
    """All arrays of an .npz, which hold plain numbers.

    Args:
        packed: the .npz; whatever is read of it is counted by its budget.
        most: arrays that there may be.

    Raises:
        ValueError: something in it is no such array.
        LimitError: it is larger than the budget allows.
        zipfile.BadZipFile: it is damaged.
    """
    members = packed.infolist()
    if len(members) > most or len({one.filename for one in members}) < len(members):
        raise ValueError("it holds too many arrays, or two of one name")
    found = {}
    for member in members:
        if not member.filename.endswith(".npy"):
            raise ValueError("it holds something other than arrays")
        with packed.open(member) as stream:
            found[member.filename.removesuffix(".npy")] = _read_array(stream)
    return found


def _read_array(stream: IO[bytes]) -> NDArray[Any]:
    try:
        _, shape, in_columns, dtype = npy_header(stream)
    except LimitError:
        raise
    except Exception as error:
        raise ValueError("an array has no header") from error
    if dtype.kind not in "fiub" or any(side < 0 for side in shape):
        raise ValueError("an array holds something other than numbers")
    # Read bit by bit: memory is taken for what is there, not for what the header says.
    size, pieces, read = math.prod(shape) * dtype.itemsize, [], 0
    while piece := stream.read(1_000_000):
        pieces.append(piece)
        read += len(piece)
        if read > size:
            break
    if read != size:
        raise ValueError("an array is not as long as its header says")
    return np.frombuffer(b"".join(pieces), dtype).reshape(shape, order="F" if in_columns else "C")
