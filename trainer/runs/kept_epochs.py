"""The weights of a run's epochs, kept for those who step through them: files of one form, within a budget.

`epochs/00003.bin` in a run's folder holds the weights at the end of epoch 3 (0 is untrained) as `graph_weights` orders
them: float32, little-endian, one after the other. `epochs.json` beside them says which are kept, with their sizes and
hashes. It is written after a file that it names and before one is removed that it no longer names, so that a crash
leaves at worst a file that nothing names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trainer.messages import MessageError
from trainer.recipe.spec import NewerVersionError, newer_version
from trainer.runs.events import WeightsKept
from trainer.runs.files import read_file, require_file, write_whole
from trainer.runs.wording import WORDING

FOLDER, INDEX = "epochs", "epochs.json"
VERSION: Final = 1
"""Of the format of the index: a change that this version could not read or would misread raises it."""
BUDGET = 64_000_000
"""Bytes that the weights of a run's epochs may take together."""
MAX_BYTES = 100_000_000
"""Bytes of the weights of one epoch: larger ones are too large for a browser, and none are kept."""
MAX_KEPT = 500
"""Epochs that are kept, however small: more of them than anybody steps through."""
_MAX_INDEX = 1_000_000
_FILE = re.compile(r"[0-9]{5,7}\.bin")


class KeptEpochsError(MessageError):
    """Weights of an epoch that are not there, or cannot be trusted."""


class KeptEpoch(BaseModel):
    """An epoch whose weights are kept."""

    model_config = ConfigDict(frozen=True)

    epoch: Annotated[int, Field(ge=0, lt=10_000_000)]
    """At whose end they were taken; 0 is before training."""
    bytes: Annotated[int, Field(ge=0, le=MAX_BYTES)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    inside: bool = False
    """Whether they were taken in the middle of this epoch instead, since the run was stopped there."""

    @property
    def file(self) -> str:
        """Its file's name in the folder."""
        return f"{self.epoch:05}.bin"


class KeptIndex(BaseModel):
    """The list of the kept epochs, as it lies beside them."""

    version: Literal[1] = VERSION
    epochs: Annotated[list[KeptEpoch], Field(max_length=10_000)] = []


def kept_epochs(folder: Path) -> list[KeptEpoch]:
    """The epochs of a run whose weights are kept, in their order; empty for a run that has kept none.

    Args:
        folder: of the run.

    Raises:
        KeptEpochsError: the list is damaged.
        NewerVersionError: a later version of Fitboard wrote it.
    """
    try:
        content = read_file(folder / FOLDER / INDEX, _MAX_INDEX)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise KeptEpochsError(WORDING.message("kept_epochs_damaged")) from error
    if newer_version(content, VERSION) is not None:
        raise NewerVersionError.of("run")
    try:
        found = KeptIndex.model_validate_json(content).epochs
    except ValidationError as error:
        raise KeptEpochsError(WORDING.message("kept_epochs_damaged")) from error
    if len({one.epoch for one in found}) < len(found):
        raise KeptEpochsError(WORDING.message("kept_epochs_damaged"))
    return sorted(found, key=lambda one: one.epoch)


def of_model(epochs: Sequence[KeptEpoch], weights: WeightsKept | None) -> KeptEpoch | None:
    """Which of the kept epochs has the weights that are in the model.

    None while there are no such weights, and if they are not kept: those of a stop inside an epoch are given up when
    the run continues, and may still be in the model if its trainer is killed then.

    Args:
        epochs: `kept_epochs` of the run.
        weights: `History.weights` of the run.
    """
    if weights is None:
        return None
    wanted = weights.place, weights.inside_epoch is not None
    return next((one for one in epochs if (one.epoch, one.inside) == wanted), None)


def read_epoch(folder: Path, epoch: int) -> bytes:
    """The weights of an epoch, as they were written.

    Args:
        folder: of the run.
        epoch: one of those in `kept_epochs`.

    Raises:
        KeptEpochsError: the run has kept no epochs, or not this one; its file or the list is damaged or missing.
        NewerVersionError: a later version of Fitboard wrote the list.
    """
    return read_weights(folder, kept_epoch(folder, epoch))


def kept_epoch(folder: Path, epoch: int) -> KeptEpoch:
    """What is known of a kept epoch before its weights are read.

    Args:
        folder: of the run.
        epoch: one of those in `kept_epochs`.

    Raises:
        KeptEpochsError: the run has kept no epochs, or not this one; the list is damaged.
        NewerVersionError: a later version of Fitboard wrote the list.
    """
    found = kept_epochs(folder)
    if not found:
        raise KeptEpochsError(WORDING.message("no_kept_epochs"))
    for one in found:
        if one.epoch == epoch:
            return one
    nearest = min(found, key=lambda one: abs(one.epoch - epoch)).epoch
    raise KeptEpochsError(WORDING.message("epoch_not_kept", epoch=epoch, nearest=nearest))


def read_weights(folder: Path, kept: KeptEpoch) -> bytes:
    """The weights of a kept epoch, whose hash is the one that was kept with them.

    Args:
        folder: of the run.
        kept: which epoch.

    Raises:
        KeptEpochsError: its file is damaged or missing.
    """
    try:
        content = read_file(folder / FOLDER / kept.file, kept.bytes)
    except OSError as error:
        raise KeptEpochsError(WORDING.message("kept_epoch_damaged", epoch=kept.epoch)) from error
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise KeptEpochsError(WORDING.message("kept_epoch_damaged", epoch=kept.epoch))
    return content


def room(size: int) -> int:
    """How many epochs may be kept whose weights have so many bytes.

    One stays even where it takes more than the budget, unless it is too large for a browser.

    >>> room(400_000), room(1_000), room(0), room(70_000_000), room(200_000_000)
    (160, 500, 500, 1, 0)
    """
    if size > MAX_BYTES:
        return 0
    return max(1, min(MAX_KEPT, BUDGET // max(size, 1)))


def surplus(epochs: Collection[int], wanted: Iterable[int], most: int) -> list[int]:
    """Which epochs to give up so that at most `most` stay: those that are missed least.

    The one whose neighbours are nearest to each other goes first, of several the earliest, so that those which stay
    are spread evenly however many have come. It depends on nothing else: the same epochs come to the same choice.

    Args:
        epochs: all that are kept.
        wanted: those of them that stay, the most important first.
        most: how many may stay.

    >>> surplus([0, 1, 2, 3, 4], wanted=[4, 0], most=3)
    [1, 3]
    >>> surplus([0, 1, 2, 3, 4], wanted=[4, 3, 0], most=2)
    [1, 2, 0]
    """
    left, gone = sorted(set(epochs)), []
    held = set([epoch for epoch in dict.fromkeys(wanted) if epoch in left][:most])

    def gap(place: int) -> float:
        """How far apart the neighbours are; the first and the last have only one, and go last."""
        return left[place + 1] - left[place - 1] if 0 < place < len(left) - 1 else float("inf")

    while len(left) > most:
        gone.append(left.pop(min((i for i, epoch in enumerate(left) if epoch not in held), key=gap)))
    return gone


class KeptEpochs:
    """The kept epochs of one run, for the one who writes them: the thread of the fit, or of a choice of weights."""

    def __init__(self, folder: Path) -> None:
        """What is there is read; what cannot be trusted counts as not there.

        Args:
            folder: of the run.

        Raises:
            NewerVersionError: a later version of Fitboard wrote the list.
        """
        self._run, self._folder = folder, folder / FOLDER
        try:
            found = kept_epochs(folder)
        except KeptEpochsError:
            found = []  # it is written anew, and whoever looks at an epoch that is lost is told that it is not kept
        self._kept = {one.epoch: one for one in found if self._is_there(one)}

    def __contains__(self, epoch: int) -> bool:
        return epoch in self._kept

    def put(self, epoch: int, content: bytes, wanted: Sequence[int] = (), *, inside: bool = False) -> None:
        """Keep the weights of an epoch, and give up others if the budget does not suffice for all.

        Args:
            epoch: whose they are.
            content: the weights.
            wanted: the epochs that are to stay in any case, the most important first.
            inside: whether they are from the middle of the epoch.

        Raises:
            OSError: the disk does not take them; what was kept stays.
        """
        if len(content) > MAX_BYTES:
            return
        digest = hashlib.sha256(content).hexdigest()
        made = KeptEpoch(epoch=epoch, bytes=len(content), sha256=digest, inside=inside)
        gone = surplus({*self._kept, epoch}, wanted, room(len(content)))
        if epoch in gone or self._kept.get(epoch) == made:
            return
        self._folder.mkdir(exist_ok=True)
        write_whole(self._folder / made.file, content)
        self._keep({**{one: kept for one, kept in self._kept.items() if one not in gone}, epoch: made})

    def forget_after(self, epoch: int) -> None:
        """Give up the weights of later epochs: the run continues from this one, and they are trained again.

        Raises:
            OSError: the disk does not take the shorter list. Then all are given up: weights that the run no longer has
                would be shown as its own.
        """
        if not self._folder.is_dir():
            return
        try:
            self._keep({one: kept for one, kept in self._kept.items() if one <= epoch and not kept.inside})
        except OSError:
            self._kept = {}
            with suppress(OSError):  # a full disk lets a file be removed; one that takes nothing at all does not
                (self._folder / INDEX).unlink(missing_ok=True)
            raise

    def _keep(self, kept: dict[int, KeptEpoch]) -> None:
        """Write the list down, then remove the files that are not in it."""
        index = KeptIndex(epochs=[kept[epoch] for epoch in sorted(kept)])
        write_whole(self._folder / INDEX, index.model_dump_json().encode())
        self._kept = kept
        named = {one.file for one in kept.values()}
        for path in self._folder.iterdir():
            if _FILE.fullmatch(path.name) and path.name not in named:
                with suppress(OSError):  # nothing names it any more, and the next one to write tries again
                    path.unlink()

    def _is_there(self, kept: KeptEpoch) -> bool:
        """Whether a file of that size is there. Its hash is compared when somebody reads it."""
        try:
            return require_file(self._folder / kept.file, kept.bytes).st_size == kept.bytes
        except OSError:
            return False
