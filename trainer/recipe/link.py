"""A recipe as a piece of a web address, so that a link opens it: compressed, and in letters that need no escaping."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import Final

from trainer.recipe.limits import MAX_RECIPE_BYTES
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.recipe.wording import WORDING

MARK: Final = "1."
"""What such a piece begins with; a dot is in no lesson's name. Another number would be another way of writing it."""
MOST = 6_000
"""Characters of such a piece; longer links are cut off by some programs that people send them with."""
_PIECE = re.compile(r"1\.[A-Za-z0-9_-]+")


def is_in_link(text: str) -> bool:
    """Whether a piece of an address holds a recipe, and is no lesson's name.

    >>> is_in_link("1.eNpVjk0KwjAQ"), is_in_link("mnist_cnn")
    (True, False)
    """
    return text.startswith(MARK)


def to_link(recipe: Recipe) -> str | None:
    """The recipe as a piece of an address; None if it is too large for one."""
    text = json.dumps(recipe.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    packed = zlib.compress(text.encode(), 9)
    piece = MARK + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return piece if len(piece) <= MOST else None


def from_link(piece: str) -> Recipe:
    """The recipe in a piece of an address, which may be somebody's who means no good.

    Raises:
        RecipeError: it is too long, cut off, unpacks to more than any recipe has, or holds no recipe.
    """
    if len(piece) > MOST:
        raise RecipeError(WORDING.message("large"))
    if not _PIECE.fullmatch(piece):
        raise RecipeError(WORDING.message("link_damaged"))
    letters = piece.removeprefix(MARK)
    try:
        packed = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed, MAX_RECIPE_BYTES + 1)
    except (binascii.Error, zlib.error) as error:
        raise RecipeError(WORDING.message("link_damaged")) from error
    if len(text) > MAX_RECIPE_BYTES:
        raise RecipeError(WORDING.message("large"))
    if not unpacking.eof:
        raise RecipeError(WORDING.message("link_damaged"))
    try:
        return Recipe.from_json(text.decode())
    except UnicodeDecodeError as error:
        raise RecipeError(WORDING.message("link_damaged")) from error
