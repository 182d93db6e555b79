"""The workspace: what one browser tab works on, and everything a page does with it.

Pages write `from components import workspace` and use what is listed here:

- `state.py`: the workspace of this tab, and how it is read and changed while several clicks are answered at once.
- `address.py`: what the address of the page opens (`?recipe=`, `?run=`, `?draft=`), and keeping the address up to date.
- `editing.py`: changes to the recipe, with undo and a draft on disk.
- `opening.py`: starting from a lesson, a file, a draft or a run.
- `runs.py`: runs as this person sees them, starting and changing them.
- `services.py`: the engine, the store of runs and the library of this server.
"""

from components.workspace.address import follow_address
from components.workspace.editing import data_name, on_data, renamed, set_recipe, try_set, undo
from components.workspace.opening import (
    on_our_data,
    open_draft,
    open_lesson,
    open_recipe,
    open_run,
    use_recipe_of,
)
from components.workspace.runs import (
    change_run,
    is_mine,
    is_training,
    may_read_data_of,
    my_run,
    my_runs,
    train,
    why_not_change,
)
from components.workspace.services import engine, facts, library, memory, store, tables
from components.workspace.state import Workspace, begin, changing, current, take_message

__all__ = [
    "Workspace",
    "begin",
    "change_run",
    "changing",
    "current",
    "data_name",
    "engine",
    "facts",
    "follow_address",
    "is_mine",
    "is_training",
    "library",
    "may_read_data_of",
    "memory",
    "my_run",
    "my_runs",
    "on_data",
    "on_our_data",
    "open_draft",
    "open_lesson",
    "open_recipe",
    "open_run",
    "renamed",
    "set_recipe",
    "store",
    "tables",
    "take_message",
    "train",
    "try_set",
    "undo",
    "use_recipe_of",
    "why_not_change",
]
