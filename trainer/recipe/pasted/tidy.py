"""A pasted text as Python: what notebooks, chats and web pages put around it or into it is taken away."""

from __future__ import annotations

import ast
import re
from textwrap import dedent

from trainer.recipe.pasted.limits import parsed
from trainer.recipe.pasted.written import NOT_KERAS
from trainer.recipe.spec import RecipeError, shorten

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\xa0": " ", "\u200b": "", "\ufeff": ""})
_PROMPT = re.compile(r"^(?:>>>|\.\.\.|In ?\[\d*\]:|\s*\.\.\.:) ?")
FENCE = "```"
_NO_PYTHON = re.compile(r"^\s*(?:```|[!%])")
SUMMARY = (
    "This is what model.summary() prints, which leaves most settings out. Paste the lines that make the model, or what "
    "model.to_json() prints."
)


def tidied(text: str, *, fenced: bool = True) -> ast.Module:
    """The text read as Python; lines keep their numbers. If it is `fenced`, only what stands between fences counts.

    Raises:
        RecipeError: it is no Python, with the line that cannot be read; or it is beyond a limit.
    """
    try:
        return parsed(text.strip("\ufeff"))
    except (SyntaxError, RecipeError):  # what stands around a program may be what is too much
        if any("Param #" in line.partition("Output Shape")[2] for line in text.splitlines()):
            raise RecipeError(SUMMARY) from None
    lines = [_PROMPT.sub("", line) for line in text.translate(_QUOTES).splitlines()]
    lines = _within_fences(lines) if fenced else lines
    lines = ["" if _NO_PYTHON.match(line) else line for line in lines]
    try:
        return parsed(dedent("\n".join(lines)))
    except SyntaxError as error:
        number = error.lineno
        if not number:
            raise RecipeError(NOT_KERAS) from None
        there = lines[number - 1].strip() if number <= len(lines) else ""
        look = "brackets, commas and quotes, and at the line before"
        if isinstance(error, IndentationError):
            look = "spaces at its beginning, and at those of the line before"
        raise RecipeError(
            f"Line {number} is not Python that can be read: {shorten(there) or 'it ends too early'}. Look at its "
            f"{look}; or copy the model again."
        ) from None


def _within_fences(lines: list[str]) -> list[str]:
    """Of an answer in a chat only the program between its fences; all other lines are emptied, for their numbers."""
    fences = [number for number, line in enumerate(lines) if line.lstrip().startswith(FENCE)]
    if not fences:
        return lines
    if len(fences) % 2:  # copied from or to the middle: a fence with a language begins a program
        fences = [*fences, len(lines)] if lines[fences[-1]].strip("` \t") else [-1, *fences]
    inside = {number for begin, end in zip(fences[::2], fences[1::2], strict=True) for number in range(begin + 1, end)}
    return [line if number in inside else "" for number, line in enumerate(lines)]
