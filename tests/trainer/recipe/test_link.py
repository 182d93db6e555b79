"""A recipe in a link: what comes back, and what somebody who means no good may put there."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import pytest

from trainer import PROJECT
from trainer.recipe.limits import MAX_RECIPE_BYTES
from trainer.recipe.link import MARK, MOST, from_link, is_in_link, to_link
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError


def piece_of(text: bytes) -> str:
    return MARK + base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


@pytest.mark.parametrize("path", sorted((PROJECT / "recipes").glob("*.json")), ids=lambda path: path.stem)
def test_a_recipe_comes_back(path: Path) -> None:
    recipe = Recipe.load(path)
    piece = to_link(recipe)
    assert piece is not None
    assert is_in_link(piece)
    assert not is_in_link(path.stem)
    assert from_link(piece) == recipe


GOOD = to_link(Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")) or ""


@pytest.mark.parametrize(
    ("piece", "code"),
    [
        (MARK, "recipe.link_damaged"),
        (GOOD[:-20], "recipe.link_damaged"),
        (GOOD.replace("e", "+", 1), "recipe.link_damaged"),
        (f"{MARK}abcd", "recipe.link_damaged"),
        (f"{MARK}abcde", "recipe.link_damaged"),
        (piece_of(b"\xff\xfe"), "recipe.link_damaged"),
        (MARK + "A" * MOST, "recipe.large"),
        (piece_of(b" " * (MAX_RECIPE_BYTES + 1)), "recipe.large"),
        (piece_of(b"," * MAX_RECIPE_BYTES), "recipe.many_parts"),
    ],
)
def test_what_is_no_recipe_is_refused(piece: str, code: str) -> None:
    with pytest.raises(RecipeError) as refusal:
        from_link(piece)
    assert refusal.value.code == code
