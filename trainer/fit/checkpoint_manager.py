"""Saved states of a fit on disk: whole files only, of two epochs, each with a manifest that holds their hashes.

Weights and the optimizer's state lie in files of their own, named after the epoch, so that "the best weights so far" is
a file that is there already. The manifest is written last: a crash before it leaves the state of the earlier epoch as
it was. A file that is damaged, missing or of another run is noticed by its hash.
"""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from trainer.fit.versions import versions
from trainer.messages import MessageError
from trainer.recipe.spec import NewerVersionError, newer_version
from trainer.runs.events import EpochEnded
from trainer.runs.files import read_file, write_whole
from trainer.runs.saved_state import MANIFEST, VERSION, File, Manifest, read_manifest_line
from trainer.runs.wording import WORDING

MAX_KEPT = 2
"""Epochs whose states stay on disk."""
SYNC_SECONDS = 1.0
"""Seconds between two requests to bring files to the disk itself. That outlives a power cut and takes some 10 ms, which
many short epochs could not afford each; a killed process loses nothing either way."""

Arrays = list[NDArray[Any]]


class DamagedStateError(MessageError):
    """No saved state of a run can be trusted."""


class CheckpointManager:
    """The saved states of one run. One writer, the fit's thread."""

    def __init__(
        self, folder: Path, run_id: str, fingerprint: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """States in `folder`, which is made at the first save; `fingerprint` is of recipe and data."""
        self.folder, self._run_id, self._fingerprint, self._clock = folder, run_id, fingerprint, clock
        self._synced = clock() - SYNC_SECONDS

    def save(
        self,
        ended: EpochEnded,
        weights: Arrays,
        optimizer: Arrays,
        kept: dict[str, tuple[int, File]],
        callbacks: dict[str, dict[str, float | int | None]],
        needed_by: Sequence[str] = (),
    ) -> Manifest:
        """Write the state of an epoch, then remove what is older than the one before it.

        Args:
            ended: the epoch that it stands at the end of.
            weights: of the model, in its own order.
            optimizer: the optimizer's variables, in its own order.
            kept: weights of earlier epochs that are still needed.
            callbacks: what callbacks remember.
            needed_by: who needs the weights of just this epoch from now on.

        Raises:
            OSError: the disk does not take it; earlier states are untouched.
        """
        self.folder.mkdir(exist_ok=True)
        sync = self._clock() - self._synced >= SYNC_SECONDS
        weights_file = self._put(f"weights-{ended.epoch:05}.npz", weights, sync)
        manifest = Manifest(
            run=self._run_id,
            fingerprint=self._fingerprint,
            ended=ended,
            weights=weights_file,
            optimizer=self._put(f"optimizer-{ended.epoch:05}.npz", optimizer, sync),
            kept=kept | dict.fromkeys(needed_by, (ended.epoch, weights_file)),
            callbacks=callbacks,
            versions=versions(),
        )
        write_whole(self.folder / manifest.file_name, manifest.to_bytes(), sync=sync)
        if sync:
            self._synced = self._clock()
        self._clear()
        return manifest

    def newest(self) -> tuple[Manifest, bool] | None:
        """The newest state that is whole, and whether a newer one was skipped because it is damaged.

        None if nothing was ever saved.

        Raises:
            NewerVersionError: a later version of Fitboard has saved a state, which must not be lost.
            DamagedStateError: there are states, but none is whole; or what was trained with has changed since.
        """
        found = self._manifests()
        for number, path in enumerate(found):
            line = read_manifest_line(path)
            if (version := newer_version(line, VERSION)) is not None:
                raise NewerVersionError.of("saved state", version, VERSION)
            manifest = self._manifest(line, path)
            if manifest is None or not self._is_whole(manifest):
                continue
            if manifest.fingerprint != self._fingerprint:
                raise DamagedStateError(WORDING.message("state_of_other_data"))
            return manifest, number > 0
        if found:
            raise DamagedStateError(WORDING.message("state_damaged"))
        return None

    def arrays(self, file: File) -> Arrays:
        """The arrays of a file.

        Raises:
            DamagedStateError: the file is missing, or is not as it was written.
        """
        content = self._content(file)
        if content is None:
            raise DamagedStateError(WORDING.message("saved_weights_damaged", file=file.name))
        try:
            with np.load(BytesIO(content), allow_pickle=False) as saved:
                return [saved[f"a{place}"] for place in range(len(saved.files))]
        except (ValueError, KeyError, zipfile.BadZipFile) as error:  # not reached while the hash is right
            raise DamagedStateError(WORDING.message("saved_weights_damaged", file=file.name)) from error

    def remove_after(self, epoch: int) -> None:
        """Remove the states of later epochs: the run continues from `epoch`, and they are trained again."""
        for path in self._manifests():
            if _epoch_of(path) > epoch:
                path.unlink(missing_ok=True)

    def _put(self, name: str, arrays: Arrays, sync: bool) -> File:
        buffer = BytesIO()
        np.savez(buffer, **{f"a{place}": array for place, array in enumerate(arrays)})  # type: ignore[arg-type]
        content = buffer.getvalue()
        write_whole(self.folder / name, content, sync=sync)
        return File(name=name, sha256=hashlib.sha256(content).hexdigest())

    def _manifests(self) -> list[Path]:
        """Newest first."""
        if not self.folder.is_dir():
            return []
        found = [path for path in self.folder.iterdir() if MANIFEST.fullmatch(path.name)]
        return sorted(found, key=_epoch_of, reverse=True)

    def _manifest(self, line: bytes, path: Path) -> Manifest | None:
        """The manifest of a line; None if it is damaged, or does not belong where it lies."""
        try:
            manifest = Manifest.model_validate_json(line)
        except ValidationError:
            return None
        return manifest if manifest.run == self._run_id and manifest.epoch == _epoch_of(path) else None

    def _is_whole(self, manifest: Manifest) -> bool:
        return all(self._content(file) is not None for file in manifest.files)

    def _content(self, file: File) -> bytes | None:
        if os.path.basename(file.name) != file.name:
            return None
        try:
            content = read_file(self.folder / file.name)
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == file.sha256 else None

    def _clear(self) -> None:
        manifests = self._manifests()
        needed = {path.name for path in manifests[:MAX_KEPT]}
        for path in manifests[:MAX_KEPT]:
            manifest = self._manifest(read_manifest_line(path), path)
            if manifest is not None:
                needed |= {file.name for file in manifest.files}
        for path in self.folder.iterdir():
            if path.name not in needed and not path.is_dir():  # folders are not ours
                path.unlink(missing_ok=True)


def _epoch_of(manifest: Path) -> int:
    match = MANIFEST.fullmatch(manifest.name)
    return int(match.group(1)) if match else -1
