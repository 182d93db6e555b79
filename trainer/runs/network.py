"""A run's network as a graph that browsers and other programs can compute: what lies in `network/` of the run's folder.

The trainer makes it on the first wish (`trainer/fit/graph.py`). Whoever reads it needs neither TensorFlow nor onnx:
the graph reads its weights from a file beside it, so the weights of another epoch are another such file.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from trainer.messages import Message
from trainer.runs.files import read_file, write_whole

LOG = logging.getLogger(__name__)
FOLDER, GRAPH, DESCRIPTION = "network", "graph.onnx", "network.json"
"""The folder in a run's own, and its two files: the graph in ONNX, and what is in it. The second is written last."""
BROUGHT_PICTURES = "pictures.json"
"""In the folder of a run that was opened from a file: in which form its pictures came."""
WEIGHTS = "weights.bin"
"""Where the graph looks for its weights: the name under which whoever opens it hands them over."""
VERSION: Final = 1
"""Of the description: a network that was described or converted differently is made again."""
MAX_WEIGHTS = 100_000_000
"""Bytes of weights that are sent to a browser at most."""
MAX_DESCRIPTION = 4_000_000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class NetworkInput(_Part):
    """What the graph reads, under the name `x`."""

    dtype: Literal["float32", "int32"]
    """int32 for word numbers; pictures are float32 from 0 to 1, rows of numbers float32, standardised."""
    shape: tuple[int, ...]
    """Of one example; the graph takes any number of them at once."""


class NetworkLayer(_Part):
    """A layer of the stack, and where the graph gives what it outputs."""

    kind: str
    name: str
    output: str
    shape: tuple[int, ...]
    """Of the output for one example, which is float32."""


class NetworkWeight(_Part):
    """One array of the file of weights: float32, little-endian, in Keras's layout."""

    name: str
    """Inside its layer, as Keras calls it: `kernel`, `forward_lstm/lstm_cell/bias`."""
    layer: int
    """Which layer it belongs to, counted from 0."""
    shape: tuple[int, ...]
    offset: int
    """Where it begins, in bytes."""
    length: int
    """In bytes."""


class NetworkPictures(_Part):
    """In which form the pictures came that it was trained on (`trainer/data/drawing.py`), beside their size."""

    border: Annotated[float, Field(ge=0, le=1)]
    """The mean brightness of their outermost pixels."""
    digits: bool
    """Whether they were made as MNIST's were."""


class Network(_Part):
    """What is in a graph and in each file of weights for it."""

    version: Literal[1] = VERSION
    input: NetworkInput
    layers: tuple[NetworkLayer, ...]
    """In the order of the stack; what the last one outputs is the model's answer."""
    weights: tuple[NetworkWeight, ...]
    bytes: int
    """Of a file of weights."""
    sha256: str
    """Of the graph's file."""
    pictures: NetworkPictures | None = None
    """None where it does not read pictures, and where these were not there any more when the graph was made."""

    @property
    def seen(self) -> tuple[float, bool] | None:
        """What is known of its pictures, as `trainer.data.drawing.form_of` takes it."""
        return None if self.pictures is None else (self.pictures.border, self.pictures.digits)


class RefusedNetwork(_Part):
    """Why a run's network cannot be given as a graph."""

    version: Literal[1] = VERSION
    refused: Message


class _Kept(_Part):
    """What stands in the file of the description."""

    found: Network | RefusedNetwork = Field(union_mode="left_to_right")


def keep_network(folder: Path, network: Network | RefusedNetwork, graph: bytes = b"") -> None:
    """Write the graph of a run and its description, whole, the description last.

    Args:
        folder: of the run.
        network: what is in the graph; its `sha256` is that of `graph`.
        graph: the graph in ONNX; nothing for one that is refused.

    Raises:
        OSError: the disk does not take them, or the run has been deleted.
    """
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    if graph:
        write_whole(place / GRAPH, graph)
    write_whole(place / DESCRIPTION, network.model_dump_json().encode())


def kept_network(folder: Path) -> Network | RefusedNetwork | None:
    """What the trainer has made of a run's network; None if that has to be made (again).

    Args:
        folder: of the run.
    """
    try:
        description = read_file(folder / FOLDER / DESCRIPTION, MAX_DESCRIPTION)
        found = _Kept.model_validate_json(b'{"found":%s}' % description).found
        if isinstance(found, Network) and hashlib.sha256(read_graph(folder)).hexdigest() != found.sha256:
            return None
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        LOG.info("The network in %s is made again: %s", folder, error)
        return None
    return found


def brought_pictures(folder: Path) -> NetworkPictures | None:
    """In which form the pictures of a run came, if it was opened from a file that says it; its data may not be here.

    Args:
        folder: of the run.
    """
    try:
        return NetworkPictures.model_validate_json(read_file(folder / BROUGHT_PICTURES, MAX_DESCRIPTION))
    except (OSError, ValueError) as error:
        LOG.debug("%s says nothing of its pictures: %s", folder.name, error)
        return None


def read_graph(folder: Path) -> bytes:
    """The graph of a run, in ONNX.

    Raises:
        OSError: there is none, or it cannot be read.
    """
    return read_file(folder / FOLDER / GRAPH, MAX_WEIGHTS)
