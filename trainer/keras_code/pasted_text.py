"""A pasted text as Python: what notebooks, chats and web pages put around it or into it is taken away."""

from __future__ import annotations

import ast
import re
from textwrap import dedent

from trainer.keras_code.limits import parsed
from trainer.keras_code.wording import refusal
from trainer.recipe.spec import RecipeError, shorten

FENCE = "```"
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\xa0": " ", "\u200b": "", "\ufeff": ""})
_PROMPT = re.compile(r"^(?:>>>|\.\.\.|In ?\[\d*\]:|\s*\.\.\.:) ?")
_NO_PYTHON = re.compile(r"^\s*(?:```|[!%])")
_JSON_IN_QUOTES = re.compile(r"""(?:Out ?\[\d+\]:|\w+ *=)?\s*(?P<text>(['"]{1,3})\{.*\}\2)\s*;?""", re.DOTALL)
_OTHER_LIBRARIES = {
    "PyTorch": re.compile(
        r"^[ \t]*(?:import|from)[ \t]+torch\b|\bnn\.(?:Module|Sequential|Linear|Conv[12]d)\b", re.MULTILINE
    ),
    "TensorFlow 1": re.compile(r"\btf\.(?:compat\.v1\.)?(?:placeholder|Session|get_variable)\("),
    "scikit-learn": re.compile(r"\bMLP(?:Classifier|Regressor)\("),
}
"""What only a text for another library holds, by its name."""


def program(text: str, *, fenced: bool = True) -> ast.Module:
    """The text read as Python; lines keep their numbers. If it is `fenced`, only what stands between fences counts.

    Raises:
        RecipeError: it is no Python, with the line that cannot be read; or it is beyond a limit.
    """
    try:
        return parsed(text.strip("\ufeff"))
    except (SyntaxError, RecipeError):  # what stands around a program may be what is too much
        if any("Param #" in line.partition("Output Shape")[2] for line in text.splitlines()):
            raise refusal("summary") from None
    lines = [_PROMPT.sub("", line) for line in text.translate(_QUOTES).splitlines()]
    lines = _within_fences(lines) if fenced else lines
    lines = ["" if _NO_PYTHON.match(line) else line for line in lines]
    try:
        return parsed(dedent("\n".join(lines)))
    except SyntaxError as error:
        number = error.lineno
        if not number:
            raise refusal("not_keras") from None
        there = lines[number - 1].strip() if number <= len(lines) else ""
        raise refusal("not_python", line=number, text=shorten(there or "…")) from None


def _within_fences(lines: list[str]) -> list[str]:
    """Of an answer in a chat only the program between its fences; all other lines are emptied, for their numbers."""
    fences = [number for number, line in enumerate(lines) if line.lstrip().startswith(FENCE)]
    if not fences:
        return lines
    if len(fences) % 2:  # copied from or to the middle: a fence with a language begins a program
        fences = [*fences, len(lines)] if lines[fences[-1]].strip("` \t") else [-1, *fences]
    inside = {number for begin, end in zip(fences[::2], fences[1::2], strict=True) for number in range(begin + 1, end)}
    return [line if number in inside else "" for number, line in enumerate(lines)]


def unquoted(text: str) -> str:
    """What a notebook shows of `model.to_json()`, or a program keeps of it: the JSON as a text in quotes.

    >>> unquoted("Out[5]: '{}'")
    '{}'
    """
    quoted = _JSON_IN_QUOTES.fullmatch(text.strip())
    if quoted is None:
        return text
    try:
        return str(ast.literal_eval(ast.Expression(parsed(quoted["text"]).body[0].value)))  # type: ignore[attr-defined]
    except (ValueError, SyntaxError, AttributeError, TypeError):
        return text


def other_library(text: str) -> str | None:
    """The library that a text is written for if that is not Keras, as far as it is known; else None.

    >>> other_library("import torch")
    'PyTorch'
    """
    if re.search(r"^[ \t]*(?:import|from)[ \t].*\bkeras\b|\bkeras\.", text, re.MULTILINE):  # which may run on PyTorch
        return None
    if re.search(r"\bDense\(", text) and "nn." not in text:
        return None
    return next((said for said, pattern in _OTHER_LIBRARIES.items() if pattern.search(text)), None)
