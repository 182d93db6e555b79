"""A report as one page of HTML: the templates filled in. Whatever people or files have named is text there."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from trainer import formats
from trainer.export.report.contents import Contents
from trainer.i18n import _, language, ngettext
from trainer.paths import without_folders
from trainer.runs.metrics import Metric

TEMPLATES = Path(__file__).with_name("templates")


def page(shown: Contents) -> str:
    """The page, in the language of whoever is looking; it needs no other file, and loads none.

    Args:
        shown: what stands in it.
    """
    script = (TEMPLATES / "save.js").read_text("utf-8")
    return (
        _environment()
        .get_template("report.html")
        .render(
            shown=shown,
            language=language(),
            style=Markup((TEMPLATES / "report.css").read_text("utf-8")),  # noqa: S704 - ours
            script=Markup(script),  # noqa: S704 - ours
            script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        )
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_as_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"_": _, "ngettext": ngettext, "metric": Metric}
    made.filters |= {
        "number": formats.number,
        "percent": formats.percent,
        "duration": formats.duration,
        "date": formats.date,
        "listing": formats.listing,
    }
    return made


def _as_text(value: object) -> object:
    """What the page shows of a value: a path without the folders of this computer, which are nobody's business."""
    return value if isinstance(value, Markup) else without_folders(str(value))
