"""What Fitboard tells people: a code with parameters, from which a sentence is made where it is shown.

Code that finds, refuses or advises something makes a `Message`; logs store it; tests and branches look at its code. Its
words are a template in the `wording.py` of the package that makes it, and nowhere else.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from trainer import formats
from trainer.i18n import Plural, _, ngettext

PACKAGE = Path(__file__).parent
MAX_TEXT = 20_000
"""Characters of one parameter; a log with more is damaged."""

Scalar = bool | int | float | Annotated[str, Field(max_length=MAX_TEXT)] | None


class Message(BaseModel):
    """Something that is told: `Message(code="check.rate_high", parameters={"rate": 3.0})`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, ser_json_inf_nan="constants")

    code: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$", max_length=100)]
    """The package and what it is about; stable, since logs keep it."""
    parameters: Annotated[dict[str, Parameter], Field(max_length=50)] = {}

    def __str__(self) -> str:
        """The sentence in the language of whoever is looking."""
        try:
            return _FORMATTER.vformat(self._template(), (), self.parameters)
        except (KeyError, TypeError, ValueError, ArithmeticError):  # from the log of another version of Fitboard
            return _("A message that this version of Fitboard does not know ({code}).").format(code=self.code)

    def _template(self) -> str:
        if self.code not in _TEMPLATES:
            _load_wordings()
        template = _TEMPLATES[self.code]
        if isinstance(template, Plural):
            return ngettext(template.one, template.many, self.parameters[template.by])  # type: ignore[arg-type]
        return _(template)

    def __hash__(self) -> int:
        return hash(self.code)


Parameter = Scalar | Message | list[Scalar | Message]
"""What a parameter may be. A message becomes a part of the sentence; a list is joined by `and` or `or`."""
Message.model_rebuild()


class Wording(Mapping[str, "str | Plural"]):
    """The templates of one package, by code.

    A template names its parameters in braces, with the way in which they are written after a colon: `{rows:number}`,
    `{rate:exact}`, `{title:translated}`, `{share:percent}`, `{memory:size}`, `{time:duration}`, `{time:about}`,
    `{names:and}`, `{names:or}`. A list that says nothing is joined by `and`.

    >>> from trainer.i18n import plural
    >>> WORDING = Wording("example", {"rows": plural("count", "{count} row", "{count:number} rows")})
    >>> str(WORDING.message("rows", count=2500))
    '2,500 rows'
    """

    def __init__(self, package: str, templates: Mapping[str, str | Plural]) -> None:
        """The wording of a package.

        Args:
            package: what its codes begin with.
            templates: by the rest of the code, each marked with `N_` or `plural`.
        """
        self.package, self._templates = package, dict(templates)
        _TEMPLATES.update({f"{package}.{name}": template for name, template in templates.items()})

    def message(self, name: str, /, **parameters: object) -> Message:
        """A message of this package.

        Raises:
            KeyError: there is no template of this name.
        """
        self._templates[name]
        known: dict[str, Any] = {
            key: list(value) if isinstance(value, tuple) else value for key, value in parameters.items()
        }
        return Message.model_construct(code=f"{self.package}.{name}", parameters=known)

    def __getitem__(self, name: str) -> str | Plural:
        return self._templates[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._templates)

    def __len__(self) -> int:
        return len(self._templates)


class _Formatter(string.Formatter):
    """`str.format` for templates: values are written by `formats`, and nothing looks into a value."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            # JSON has no such numbers: a log holds them as these texts.
            is_odd = format_spec in _NUMBERS and isinstance(value, str) and value in _NOT_FINITE
            return _WRITTEN[format_spec](float(value) if is_odd else value)
        if isinstance(value, list):
            return formats.listing(value)
        return formats.isolated(value) if isinstance(value, str) else str(value)


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "number": formats.number,
    "exact": formats.exact,
    "translated": lambda text: _(text),
    "percent": formats.percent,
    "percent0": lambda share: formats.percent(share, 0),
    "size": formats.size,
    "size_up": lambda size: formats.size(size, round_up=True),
    "duration": formats.duration,
    "about": formats.about,
    "and": lambda items: formats.listing(items, "and"),
    "or": lambda items: formats.listing(items, "or"),
}
"""What may stand after the colon in a template."""
_NUMBERS = {"number", "exact", "percent", "percent0"}
_NOT_FINITE = {"NaN", "Infinity", "-Infinity"}
_FORMATTER = _Formatter()
_TEMPLATES: dict[str, str | Plural] = {}
"""Of all packages that are loaded, by code."""


@cache
def _load_wordings() -> None:
    """Load the wording of all packages: a log may hold what a package has told that this process does not use."""
    for file in sorted(PACKAGE.glob("*/**/wording.py")):
        import_module(".".join(("trainer", *file.relative_to(PACKAGE).with_suffix("").parts)))


class MessageError(Exception):
    """An error that is told to people: `str(error)` is its sentence, `error.code` what tests and branches look at."""

    def __init__(self, message: Message | str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def code(self) -> str | None:
        """The code of its message; None if it has only words."""
        return self.message.code if isinstance(self.message, Message) else None

    def __str__(self) -> str:
        return str(self.message)
