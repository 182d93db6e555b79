"""Messages without their words, and the snapshots of the words."""

from __future__ import annotations

from pathlib import Path

from trainer import PROJECT
from trainer.i18n import Plural
from trainer.messages import Message, Wording


def brief(message: Message) -> str:
    """A message as its name and its values: `set units 10`."""
    return " ".join([message.code.partition(".")[2], *map(_value, message.parameters.values())])


def _value(value: object) -> str:
    if isinstance(value, list):
        return "+".join(map(_value, value))
    if not isinstance(value, Message):
        return str(value)
    if value.code == "recipe.value":
        return _value(value.parameters["value"])
    if value.code.startswith("recipe.shape_"):
        return "×".join(map(str, value.parameters.values()))
    return f"({brief(value)})"


def templates(wording: Wording) -> str:
    """All templates of a package, sorted by name, as its snapshot in `tests/wording` holds them."""
    lines = []
    for name, template in sorted(wording.items()):
        texts = [template.one, template.many] if isinstance(template, Plural) else [template]
        lines += [f"{wording.package}.{name}: {text}" for text in texts]
    return "\n".join(lines) + "\n"


def snapshot(wording: Wording) -> Path:
    """Where the snapshot of a package lies."""
    return PROJECT / "tests" / "wording" / f"{wording.package}.txt"
