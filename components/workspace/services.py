"""What this server has for every tab: the engine that trains, the store of runs, the library; and facts from them."""

from __future__ import annotations

from components.library import Library
from components.person import person, shows_everybody
from components.workspace import editing, state
from trainer import data
from trainer.engine import local
from trainer.engine.memory import SettingError, for_a_run
from trainer.recipe.data import DataFacts
from trainer.runs.store import Store


def engine() -> local.LocalEngine:
    """The engine of this server."""
    return local.shared()


def store() -> Store:
    """The store of runs of this server."""
    return engine().store


def library() -> Library:
    """Lessons, drafts and uploads of this server, as this person sees them."""
    return Library(store().root, person(), show_all=shows_everybody())


def facts() -> DataFacts:
    """What the check has to know about the recipe's data.

    Raises:
        RecipeError: the data is missing or wrong.
    """
    recipe = state.current().recipe
    return data.facts(recipe.data, recipe.seed)


def memory() -> int | None:
    """Bytes that are free for a run; None if the setting that limits them is wrong, which is told at Train."""
    try:
        return for_a_run()
    except SettingError:
        return None


def tables() -> dict[str, str]:
    """The tables to choose from, path -> name for people: Fitboard's own, the uploads, and the recipe's."""
    found, spec = library().tables(), state.current().recipe.data
    if spec.path is not None and spec.path not in found:
        found[spec.path] = editing.data_name(spec)
    return found
