"""Catalogues of a few texts, made by the commands of `docs/languages.md`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

from trainer.i18n import DOMAIN, TEMPLATE

Texts = Mapping[str, str | tuple[str, ...]]
"""By the English text; of one with a number, all forms of the language."""


def make_catalogue(folder: Path, language: str, texts: Texts) -> None:
    """Begin a catalogue, translate a few of its texts, and compile it, by the commands that are documented."""
    run: Callable[[list[str]], object] = CommandLineInterface().run
    where = ["-d", str(folder), "-D", DOMAIN]
    run(["pybabel", "--quiet", "init", "-i", str(TEMPLATE), *where, "-l", language])
    file = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with file.open("rb") as begun:
        catalogue = read_po(begun)
    for text, translated in texts.items():
        entry = catalogue.get(text)
        assert entry is not None, f"{text} is not in the template any more; choose another"
        entry.string = translated
    with file.open("wb") as filled:
        write_po(filled, catalogue)
    run(["pybabel", "--quiet", "compile", *where])
