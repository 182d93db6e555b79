"""The snapshot of a package's wording: the only place where tests look at sentences."""

from __future__ import annotations

from pathlib import Path

from trainer.i18n import Plural
from trainer.messages import Wording

FOLDER = Path(__file__).parents[1] / "wording"


def written(wording: Wording) -> str:
    """All templates of a package, sorted by code."""
    lines = []
    for name in sorted(wording):
        template = wording[name]
        texts = (template.one, template.many) if isinstance(template, Plural) else (template,)
        lines += [f"{wording.package}.{name}", *(f"    {text}" for text in texts)]
    return "\n".join(lines) + "\n"


def check_wording(wording: Wording, *, update: bool) -> None:
    """Compare a package's templates with `tests/wording/<package>.txt`; `update` writes that file instead."""
    path = FOLDER / f"{wording.package}.txt"
    if update:
        FOLDER.mkdir(exist_ok=True)
        path.write_text(written(wording), "utf-8")
    assert path.read_text("utf-8") == written(wording), "if that is meant: pytest --update-wording"
