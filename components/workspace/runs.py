"""Runs as this person sees them: which ones, what may be done with them, starting and changing them."""

from __future__ import annotations

from collections.abc import Callable

from components.ownership import may_change
from components.person import person, shows_everybody
from components.wording import WORDING
from components.workspace import opening, services, state
from trainer.engine.local import LocalEngine, TooManyRunsError
from trainer.messages import Message
from trainer.recipe.spec import RecipeError
from trainer.runs.store import Run, RunActiveError, RunNotFoundError


def my_run() -> Run | None:
    """A snapshot of the run that this tab shows; None if there is none, or it was deleted."""
    workspace = state.current()
    if workspace.run_id is None:
        return None
    try:
        return services.store().read(workspace.run_id)
    except RunNotFoundError:
        workspace.run_id = None
        return None


def my_runs() -> tuple[list[str], int]:
    """The ids of the runs that this person sees, newest first, and how many others there are."""
    me, show_all, ids = person(), shows_everybody(), services.store().ids()
    mine = [run_id for run_id in ids if may_change(services.store().owner(run_id), me, show_all)]
    return mine, len(ids) - len(mine)


def is_mine(run_id: str) -> bool:
    """Whether a run belongs to this person, or to everybody."""
    return may_change(services.store().owner(run_id), person(), False)


def why_not_change(run_id: str) -> Message | None:
    """Why this person may not stop, continue, test or delete a run now; None if they may."""
    if not may_change(services.store().owner(run_id), person(), shows_everybody()):
        return WORDING.message("not_yours")
    return WORDING.message("elsewhere") if services.engine().is_elsewhere(run_id) else None


def may_read_data_of(run: Run) -> bool:
    """Whether this person may see the examples that a run was tested on: the data or the run is theirs."""
    path = None if run.recipe is None else run.recipe.data.path
    return path is None or is_mine(run.id) or shows_everybody() or services.library().ours(path) is not None


def is_training(run: Run | None) -> bool:
    """Whether a run of this person is in progress here or about to start, so that this tab starts no other one."""
    if run is None or not is_mine(run.id):
        return False
    if run.state.is_over:
        return services.engine().will_continue(run)
    return not services.engine().is_elsewhere(run.id) and not services.engine().is_orphaned(run)


def train() -> None:
    """Start a run, unless this tab has one in progress: a double click, or a message that arrives twice, must not
    start a second one.
    """
    with state.changing() as workspace:
        if is_training(my_run()):
            return
        try:
            workspace.run_id = services.engine().submit(opening.on_our_data(workspace.recipe), person())
        except (TooManyRunsError, RecipeError) as error:
            workspace.message = error.message
        except OSError as error:
            workspace.message = WORDING.message("cannot_start", reason=error.strerror)


def change_run(run_id: str, action: Callable[[LocalEngine], object]) -> bool:
    """Change a run, if this person may: the only way in which a page changes one.

    Args:
        run_id: the run.
        action: tells the engine what to do.

    Returns:
        Whether it was done; if not, the next page run says why.
    """
    with state.changing() as workspace:
        try:
            if (why_not := why_not_change(run_id)) is not None:
                workspace.message = why_not
                return False
            action(services.engine())
        except (TooManyRunsError, RunNotFoundError, RunActiveError) as error:
            workspace.message = error.message
        except OSError as error:
            workspace.message = WORDING.message("cannot_write", reason=error.strerror)
        else:
            return True
        return False
