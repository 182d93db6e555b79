"""What people read, package by package, against what was reviewed last.

`pytest tests/test_wording.py --update-wording` writes it down as it is now.
"""

from __future__ import annotations

from importlib import import_module

import pytest

from trainer import PROJECT
from trainer.i18n import Plural
from trainer.messages import Wording

FOLDER = PROJECT / "tests" / "wording"
FILES = sorted(file for top in ("trainer", "components") for file in PROJECT.glob(f"{top}/**/wording.py"))
MODULES = [".".join(file.relative_to(PROJECT).with_suffix("").parts) for file in FILES]
WORDINGS = [one for name in MODULES for one in vars(import_module(name)).values() if isinstance(one, Wording)]


def written(wording: Wording) -> str:
    """All templates of a package, one paragraph each, sorted by code."""
    parts = []
    for code in sorted(wording):
        template = wording[code]
        texts = (template.one, template.many) if isinstance(template, Plural) else (template,)
        parts.append("\n".join([f"{wording.package}.{code}", *(f"    {text}" for text in texts)]))
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording.package)
def test_the_words_are_those_that_were_reviewed(wording: Wording, request: pytest.FixtureRequest) -> None:
    path = FOLDER / f"{wording.package}.txt"
    if request.config.getoption("--update-wording"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(written(wording), "utf-8")
    assert path.read_text("utf-8") == written(wording), "read the difference; then run it with --update-wording"
