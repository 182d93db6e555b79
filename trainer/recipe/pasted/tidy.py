"""A pasted text as Python: what notebooks, chats and web pages put around it or into it is taken away."""

from __future__ import annotations

import ast
import re
from textwrap import dedent

from trainer.recipe.pasted.written import NOT_KERAS
from trainer.recipe.spec import RecipeError, shorten

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\xa0": " ", "\u200b": "", "\ufeff": ""})
_PROMPT = re.compile(r"^(?:>>>|\.\.\.|In ?\[\d*\]:) ?")
_NO_PYTHON = re.compile(r"^\s*(?:```|[!%])")
_SUMMARY = re.compile(r"Output Shape\s.*Param #")
SUMMARY = (
    "This is what model.summary() prints, which leaves most settings out. Paste the lines that make the model, or what "
    "model.to_json() prints."
)


def tidied(text: str) -> ast.Module:
    """The text read as Python; lines keep their numbers.

    Raises:
        RecipeError: it is no Python; with the line that cannot be read.
    """
    try:
        return ast.parse(text.strip("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        if _SUMMARY.search(text):
            raise RecipeError(SUMMARY) from None
    lines = [_PROMPT.sub("", line) for line in text.translate(_QUOTES).splitlines()]
    lines = ["" if _NO_PYTHON.match(line) else line for line in lines]
    try:
        return ast.parse(dedent("\n".join(lines)))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        number = getattr(error, "lineno", None)
        if not number:
            raise RecipeError(NOT_KERAS) from None
        there = lines[number - 1].strip() if number <= len(lines) else ""
        raise RecipeError(
            f"Line {number} is not Python that can be read: {shorten(there) or 'it ends too early'}. Look at its "
            "brackets, commas and quotes, and at the line before; or copy the model again."
        ) from None
