"""The spelling of paths: which can be a file here, which say the same on every system, and which folders are not told.

Nothing here asks a disk about a path that it is given.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from functools import lru_cache
from pathlib import Path, PurePath, PureWindowsPath

from trainer import PROJECT

LONGEST_PATH, LONGEST_NAME = 1024, 255
"""Characters of a path, and bytes of one name in it, beyond which no system finds a file."""
UPLOAD_ENDINGS = r"\.(?:csv|tsv|txt|xlsx|npz|(?:csv\.|tsv\.|txt\.)?gz)$"
UPLOAD = re.compile(rf"[0-9a-f]{{16}}-[^\W_](?:[^\W_]|-){{0,39}}{UPLOAD_ENDINGS}")
"""The name of an uploaded file: a hash of its content, what is readable of its own name, and its ending."""
_NETWORK = re.compile(r"[/\\]{2}")
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(?:COM|LPT)[0-9¹²³])[ ]*(?:[.:].*)?", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_path(path: str, *, windows: bool = os.name == "nt") -> bool:
    """Whether a text may be the path of a file on this computer, judged by its spelling alone.

    To look whether `\\\\host\\share\\x` or `//host/share/x` exists makes Windows log in at that host, and to open a
    device may wait for ever, so such paths are refused before any disk is asked.

    Args:
        path: as a recipe names it.
        windows: whether this computer's system is Windows, where more names are devices, and a colon has a meaning.
    """
    names = re.split(r"[/\\]" if windows else "/", path)
    if not path or len(path) > LONGEST_PATH or has_control_signs(path) or _NETWORK.match(path):
        return False
    if any(len(name.encode("utf-8", "replace")) > LONGEST_NAME for name in names):
        return False
    if not windows:
        return path.split("/")[1:2] not in (["dev"], ["proc"], ["sys"]) or not path.startswith("/")
    after_drive = path[2:] if _DRIVE.match(path) else path
    return ":" not in after_drive and not any(_DEVICE.fullmatch(name) for name in names)


def has_control_signs(path: str) -> bool:
    """Whether a path holds signs that no file of ours has in its name, such as a zero or the end of a line."""
    return _CONTROL.search(path) is not None


def is_plain(path: str) -> bool:
    """Whether a text is a path below some folder, written so that every system reads it alike, by its spelling alone:
    no root, no drive, no `..`, no device of any system, no stream, no name that Windows would change.
    """
    names = path.split("/")
    return (
        is_path(path, windows=True)
        and is_path(path, windows=False)
        and not path.startswith("~")
        and not any(sign in path for sign in ':\\<>|?*"')
        and all(name and name == name.strip(" .") for name in names)
    )


def portable(path: str) -> str:
    """How a recipe that leaves this computer names its file: by content or name, without any folder of this computer.

    >>> portable("/home/me/runs/uploads/0123456789abcdef-table.csv"), portable("C:/me/a.csv"), portable("data/a.csv")
    ('uploads/0123456789abcdef-table.csv', 'a.csv', 'data/a.csv')
    """
    if not (PurePath(path).is_absolute() or PureWindowsPath(path).is_absolute()):
        return path
    name = _name(path)
    return f"uploads/{name}" if UPLOAD.fullmatch(name) else name


def is_named_as_upload(path: str) -> bool:
    """Whether a file has a name that Fitboard gives to uploads, in whatever folder, and whether it is there or not.

    >>> is_named_as_upload("uploads/0123456789abcdef-table.csv"), is_named_as_upload("table.csv")
    (True, False)
    """
    return UPLOAD.fullmatch(_name(path)) is not None


def own_name(path: str) -> str:
    """What a person knows a file as: its name, without the hash that the name of an upload begins with.

    >>> own_name("uploads/0123456789abcdef-table.csv"), own_name("C:\\\\me\\\\my table.csv")
    ('table.csv', 'my table.csv')
    >>> own_name("deadbeefdeadbeef-notes.pdf")
    'deadbeefdeadbeef-notes.pdf'
    """
    return _name(path).partition("-")[2] if is_named_as_upload(path) else _name(path)


def _name(path: str) -> str:
    """The last part of a path of any system."""
    return re.split(r"[/\\]", path)[-1]


def upload_name(name: str, digest: str) -> str | None:
    """What a file of data is called among uploads; None if it is of no kind that can be uploaded.

    Args:
        name: its own.
        digest: of its content, in hexadecimal digits.

    >>> upload_name("Meine Tabelle.CSV", "0123456789abcdef00"), upload_name("a.pdf", "0123456789abcdef")
    ('0123456789abcdef-Meine-Tabelle.csv', None)
    """
    ending = re.search(UPLOAD_ENDINGS, name, re.IGNORECASE)
    if ending is None:
        return None
    own = unicodedata.normalize("NFC", name[: ending.start()])
    readable = re.sub(r"[\W_]+", "-", own)[:40].strip("-") or "table"
    return f"{digest[:16]}-{readable}{ending.group().lower()}"


def file_stem(name: str, instead: str = "recipe") -> str:
    """What a file is called that is made of something with a name: letters, digits and hyphens, on every system.

    Args:
        name: that a person gave.
        instead: where nothing is left of it, or where some system would take it for a device.

    >>> file_stem("Lesson 1: Read handwritten digits"), file_stem("Größe/2"), file_stem("../.."), file_stem("con")
    ('Lesson-1-Read-handwritten-digits', 'Größe-2', 'recipe', 'recipe')
    """
    stem = re.sub(r"[\W_]+", "-", name).strip("-")[:60].rstrip("-")
    return stem if stem and is_plain(f"{stem}.json") else instead


def without_folders(text: str) -> str:
    """A text in which the paths of this computer's files are cut down to the names of the files.

    Messages of libraries and of the system quote whole paths, which tell a guest who owns this computer and where
    things lie on it.
    """
    return _own_paths(os.environ.get("FITBOARD_RUNS")).sub(lambda found: _last_name(found["below"]), text)


def _last_name(below: str) -> str:
    return next((name for name in reversed(re.split(r"[/\\]", below)) if name), "…")


@lru_cache(maxsize=8)
def _own_paths(runs: str | None) -> re.Pattern[str]:
    folders = [
        PROJECT,
        Path.cwd(),
        Path.home(),
        *([Path(runs).absolute(), Path(os.path.realpath(runs))] if runs else []),
    ]
    if sys.prefix != sys.base_prefix:
        folders.append(Path(sys.prefix))
    own = sorted({folder for folder in folders if len(folder.parts) > 1}, key=lambda one: -len(str(one)))
    separator = r"[/\\]+"  # in a quoted Windows path each backslash stands twice
    roots = "|".join(separator.join(map(re.escape, re.split(r"[/\\]+", str(folder)))) for folder in own)
    name = r"[^\s/\\\"'“”‘’<>|:;,]*"
    flags = re.IGNORECASE if os.name == "nt" else 0
    return re.compile(rf"(?:{roots})(?![\w-]|\.\w)(?P<below>(?:{separator}{name})*)", flags)
