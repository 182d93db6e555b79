"""The workspace: what one browser tab works on, and everything a page does with it.

Pages write `from components import workspace`. In this order below: the state of the tab, and how it is read and
changed while Streamlit answers several clicks at once; what this server has for every tab; changes to the recipe, each
an undo step and saved as a draft; starting from a lesson, a recipe file, a draft or a run; runs as this person sees
them, starting and changing them; and what the address of the page opens.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Lock, RLock
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.library import Library, lesson, lessons
from components.ownership import may_change
from components.person import person, shows_everybody
from components.wording import WORDING
from trainer import data
from trainer.engine import local
from trainer.engine.local import LocalEngine
from trainer.engine.memory import SettingError, for_a_run
from trainer.i18n import N_, _
from trainer.messages import Message, MessageError
from trainer.paths import own_name
from trainer.recipe.data import AnyData, DataFacts
from trainer.recipe.difference import differences
from trainer.recipe.layers import AnyLayer, Dense, Embedding, Flatten
from trainer.recipe.link import from_link, is_in_link
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import NewerVersionError, RecipeError, shorten
from trainer.recipe.stack import same_places
from trainer.recipe.starters import output_layer_only, starter
from trainer.runs.store import Run, RunNotFoundError, Store
from trainer.sources.mnist.spec import Mnist

FIRST_LESSON = "mnist_cnn"
OWN_NAMES: dict[str, str] = {"image": N_("My pictures"), "text": N_("My texts")}
"""What a recipe is called until a file of one's own gives it a name, by the kind of example."""
_KEY = "workspace"
_by_session: WeakKeyDictionary[object, Workspace] = WeakKeyDictionary()
"""The workspace of each script run in progress. Any access to Streamlit's session is a point where a newer click may
interrupt the current work; after the first access here there is none, so that no change is left half done."""

MAX_REMEMBERED = 100
"""How many drafts the server remembers with their undo steps; after a reload, older ones have their recipe only."""
_recent: OrderedDict[str, Workspace] = OrderedDict()
_recent_lock = Lock()


@dataclass
class Workspace:
    """What one browser tab works on."""

    recipe: Recipe
    """The recipe that is edited."""
    draft: str
    """The name of its copy on disk."""
    name: str = field(default_factory=partial(secrets.token_hex, 8))
    """Of this tab alone: two tabs may work on one draft."""
    arrangement: int = 0
    """Grows when layers change places, come or go: what was said of the layer at a place is of another one then."""
    is_started: bool = False
    """Whether a lesson was opened or anything changed; until then there is nothing to continue."""
    saved_recipe: Recipe | None = None
    """The draft as this tab last wrote or read it."""
    past: list[Recipe] = field(default_factory=list)
    """For undo: the recipe before each change, the latest last."""
    future: list[Recipe] = field(default_factory=list)
    """For redo: the recipes that were undone, the latest last."""

    chosen_layer: int = 0
    """The selected layer, by its place in the stack."""
    is_data_selected: bool = False
    """Whether the data above the first layer is selected: the next new layer goes to the top."""

    run_id: str | None = None
    """The id of the run that this tab shows."""
    selected_runs: set[str] = field(default_factory=set)
    """The ids of the runs that are selected in the list, to compare or to delete them."""
    reference: str | None = None
    """The id of the run whose curves are shown in grey, for comparison."""

    message: Message | str | None = None
    """An error that the next page run shows once."""
    note: Message | str | None = None
    """Something else that the next page run shows once."""
    undone: Message | str | None = None
    """What was undone or redone, which the next page run shows once."""

    acknowledged: tuple[str, int] = ("", 0)
    """The last action of the layer stack that was carried out: the browser it came from, and its number."""
    pending: list[Callable[[], object]] = field(default_factory=list)
    """Slow work that a click has asked for, for the next page run (`deferred.py`)."""
    lock: RLock = field(default_factory=RLock, compare=False, repr=False)
    """Streamlit answers a newer click in a thread of its own, while the one before may still be at work."""


def current() -> Workspace:
    """This tab's workspace; a new tab begins with the first lesson, so that every page has something to show."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None and context.session_state in _by_session:
        return _by_session[context.session_state]
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Workspace(_first_recipe(), draft=secrets.token_hex(8))
    workspace: Workspace = st.session_state[_KEY]
    if context is not None:
        _by_session[context.session_state] = workspace
    return workspace


def _first_recipe() -> Recipe:
    """The first lesson's recipe; if it is damaged, which the Start page says, a minimal model for pictures."""
    try:
        return lesson(FIRST_LESSON).begun()
    except RecipeError:
        return Recipe(data=Mnist(), layers=(Flatten(), Dense(units=10, activation="softmax")))


def begin(workspace: Workspace) -> None:
    """Replace this tab's workspace with another one."""
    st.session_state[_KEY] = workspace
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None:
        _by_session[context.session_state] = workspace


@contextmanager
def changing() -> Iterator[Workspace]:
    """This tab's workspace, while nothing else changes it: for whatever reads the recipe and then changes it."""
    workspace = current()
    with workspace.lock:
        yield workspace


@contextmanager
def errors_told() -> Iterator[None]:
    """Whatever is refused within this is told by the next page run."""
    try:
        yield
    except MessageError as error:
        current().message = error.message


def remember(workspace: Workspace) -> None:
    """Keep the undo steps and the selection of a draft for when its tab is reloaded."""
    with _recent_lock:
        _recent[workspace.draft] = workspace
        _recent.move_to_end(workspace.draft)
        while len(_recent) > MAX_REMEMBERED:
            _recent.popitem(last=False)


def recall(workspace: Workspace) -> None:
    """Give a workspace that was just opened from a draft the undo steps and the selection that the draft had."""
    with _recent_lock:
        before = _recent.get(workspace.draft)
    if before is None or before is workspace:
        return
    with before.lock:
        if before.recipe == workspace.recipe:
            workspace.past, workspace.future = before.past[:], before.future[:]
            workspace.chosen_layer, workspace.is_data_selected = before.chosen_layer, before.is_data_selected


def engine() -> LocalEngine:
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
    recipe = current().recipe
    return data.facts(recipe.data, recipe.seed)


def memory() -> int | None:
    """Bytes that are free for a run; None if the setting that limits them is wrong, which is told at Train."""
    try:
        return for_a_run()
    except SettingError:
        return None


def tables() -> dict[str, str]:
    """The tables to choose from, path -> name for people: Fitboard's own, the uploads, and the recipe's."""
    found, spec = library().tables(), current().recipe.data
    if spec.path is not None and spec.path not in found:
        found[spec.path] = data_name(spec)
    return found


def set_recipe(recipe: Recipe) -> None:
    """Replace the recipe by an edited one, and save it as a draft.

    Raises:
        RecipeError: the edit brought in a file that is not this person's; nothing is changed.
    """
    with changing() as workspace:
        if recipe.data.path != workspace.recipe.data.path:
            recipe = on_our_data(recipe)
        if recipe == workspace.recipe and workspace.is_started:
            return
        if recipe != workspace.recipe:
            workspace.past.append(workspace.recipe)
            workspace.future.clear()
        _take(workspace, recipe)


def try_set(edit: Callable[[], Recipe]) -> None:
    """Replace the recipe by the one that `edit()` returns; if a value is refused, keep the old one and say why."""
    with changing(), errors_told():
        set_recipe(edit())


def undo(*, back: bool = True) -> None:
    """Undo the last change, or redo it; it may be one of another page, so a message says what it was."""
    with changing() as workspace:
        left, right = (workspace.past, workspace.future) if back else (workspace.future, workspace.past)
        if not left:
            workspace.undone = WORDING.message("nothing_to_undo" if back else "nothing_to_redo")
            return
        before = workspace.recipe
        right.append(before)
        _take(workspace, left.pop())
        changes = [_stands_now(one.message) for one in differences(before, workspace.recipe)]
        told = changes[:2] or [WORDING.message("disabled_layer")]
        if len(changes) > 2:
            told.append(WORDING.message("more_changes", count=len(changes) - 2))
        # Shown by the next run of the page: at a toast here, a newer click would cut off the handling of actions.
        workspace.undone = WORDING.message("undone" if back else "redone", changes=told)


def _stands_now(change: Message) -> Message:
    """What a step of undo or redo has led to: "Flatten added", said of an undone removal, reads as its opposite."""
    name = change.code.removeprefix("recipe.")
    return WORDING.message(f"{name}_again", **change.parameters) if f"{name}_again" in WORDING else change


def _take(workspace: Workspace, recipe: Recipe) -> None:
    workspace.arrangement += not same_places(workspace.recipe, recipe)
    workspace.recipe, workspace.is_started = recipe, True
    workspace.chosen_layer = max(0, min(workspace.chosen_layer, len(recipe.layers) + len(recipe.aside) - 1))
    try:
        if (why := _why_in_a_copy(workspace)) is not None:
            workspace.draft, workspace.note = secrets.token_hex(8), why
        library().save_draft(workspace.draft, recipe)
        workspace.saved_recipe = recipe
        remember(workspace)
    except OSError as error:
        workspace.message = WORDING.message("not_saved", reason=error.strerror)


def _why_in_a_copy(workspace: Workspace) -> Message | None:
    """Why a change must not go into the draft that it was made in; None if it may."""
    drafts = library()
    if drafts.is_others_draft(workspace.draft):
        return WORDING.message("copy_of_others")
    try:
        stored = drafts.draft(workspace.draft)
    except NewerVersionError:
        return WORDING.message("copy_of_newer")
    except RecipeError:
        return None  # damaged from outside: what this tab holds is the better version
    if stored is None or workspace.saved_recipe is None or stored == workspace.saved_recipe:
        return None
    return WORDING.message("copy_beside_tab")


def on_data(recipe: Recipe, spec: AnyData) -> Recipe:
    """The recipe with other data, and a name that says so; an Embedding made for the old vocabulary follows."""
    if spec.path != recipe.data.path or spec.kind != recipe.data.kind:
        recipe = renamed(recipe, spec)
    old, new = recipe.data.vocabulary, spec.vocabulary

    def follow(layer: AnyLayer) -> AnyLayer:
        fits = new is None or not isinstance(layer, Embedding) or layer.input_dim != old
        return layer if fits else layer.with_(input_dim=new)

    return recipe.with_(data=spec, layers=tuple(map(follow, recipe.layers)))


def renamed(recipe: Recipe, spec: AnyData) -> Recipe:
    """The recipe named after data, unless the person has named it: not by a lesson's name or the old data's."""
    default = {name for one in lessons()[0] for name in (one.recipe.name, _(one.recipe.name))}
    default |= {name for own in OWN_NAMES.values() for name in (own, _(own))}
    default |= {Recipe.model_fields["name"].default, _recipe_name(recipe.data)}
    return recipe.with_(name=_recipe_name(spec), about="") if recipe.name in default else recipe


def _recipe_name(spec: AnyData) -> str:
    return data_name(spec).partition(".")[0] or _("My data")


def data_name(spec: AnyData) -> str:
    """What people call the data: the name of the file as it was uploaded."""
    return own_name(spec.path) if spec.path is not None else spec.own_name


def open_lesson(stem: str) -> None:
    """Begin a lesson afresh, as a new draft.

    Args:
        stem: the name of its file, without the ending.

    Raises:
        RecipeError: there is no such lesson.
    """
    _begin_draft(lesson(stem).begun())


def begin_with_own(spec: AnyData) -> None:
    """Begin with data of one's own, as a new draft: a small model that fits.

    Args:
        spec: data of that kind that are there until a file comes.
    """
    with errors_told():
        layers = starter(data.facts(spec, Recipe.model_fields["seed"].default))
        _begin_draft(Recipe(name=_(OWN_NAMES[spec.modality]), data=spec, layers=layers))
        current().note = WORDING.message(f"own_{spec.modality}")


def begin_empty() -> None:
    """Begin with the digits and no layers but those that every model needs, as a new draft."""
    with errors_told():
        spec = Mnist.first()
        layers = output_layer_only(data.facts(spec, Recipe.model_fields["seed"].default))
        _begin_draft(Recipe(data=spec, layers=layers))


def open_recipe(text: bytes) -> None:
    """Open an uploaded recipe file as a new draft.

    Raises:
        RecipeError: it is not a recipe, or names a file outside Fitboard's own folders.
    """
    try:
        recipe = Recipe.from_json(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RecipeError(WORDING.message("not_a_text_file")) from None
    _begin_with(recipe)


def _begin_with(recipe: Recipe) -> None:
    """Open a recipe from elsewhere as a new draft, and have the next page run say what it is.

    Raises:
        RecipeError: it names a file outside Fitboard's own folders.
    """
    _begin_draft(on_our_data(recipe))
    current().note = WORDING.message(
        "recipe_opened",
        name=recipe.name,
        layers=WORDING.message("layers", count=len(recipe.layers)),
        data=data_name(recipe.data),
    )


def _begin_draft(recipe: Recipe, run_id: str | None = None) -> None:
    begin(Workspace(recipe, draft=secrets.token_hex(8), run_id=run_id))
    set_recipe(recipe)


def on_our_data(recipe: Recipe, *, gone: bool = False) -> Recipe:
    """The recipe with its data file named as on this server. Every recipe that a page accepts passes through this.

    Args:
        recipe: as it was uploaded, found on disk, or assembled.
        gone: whether to accept an upload that has been deleted; the Data page then says that it is missing.

    Raises:
        RecipeError: it learns from a file that is neither Fitboard's own nor this person's upload; the message is the
            same whether there is such a file on this computer or not.
    """
    path = recipe.data.path
    if path is None:
        return recipe
    ours = library().ours(path, gone=gone)
    if ours is None:
        name = shorten(own_name(path))[1:-1]
        raise RecipeError(WORDING.message("foreign_data", name=name))
    return recipe if ours == path else recipe.with_(data=recipe.data.with_(path=ours))


def open_run(run_id: str) -> None:
    """Show a run in this tab; its recipe is opened as well if nothing else is being worked on.

    Raises:
        RunNotFoundError: there is no such run.
    """
    found = store().read(run_id)
    workspace = current()
    if found.recipe is not None and not workspace.is_started:
        with suppress(RecipeError):  # its data is not this person's: the curves are shown all the same
            workspace.recipe = on_our_data(found.recipe, gone=True)
    workspace.run_id = run_id


def use_recipe_of(run: Run, change: Callable[[Recipe], Recipe] = lambda recipe: recipe) -> None:
    """Open the recipe of a run as a new draft, perhaps with a change; a second press does nothing."""
    if run.recipe is None:
        return
    with changing() as workspace, errors_told():
        recipe = on_our_data(run.recipe, gone=True)
        changed = change(recipe)
        if workspace.is_started and workspace.run_id == run.id and workspace.recipe == changed:
            return
        _begin_draft(recipe, run_id=run.id)
        set_recipe(changed)


def open_draft(name: str) -> None:
    """Open a draft, or a copy of one that belongs to another person.

    If there is no such draft (an address typed by hand, or a deleted draft), nothing changes.
    """
    drafts = library()
    with errors_told():
        if (recipe := drafts.draft(name)) is None:
            return
        recipe = on_our_data(recipe, gone=True)
        run_id = current().run_id
        if drafts.is_others_draft(name):
            _begin_draft(recipe, run_id)
            current().note = WORDING.message("opened_a_copy")
            return
        opened = Workspace(recipe, draft=name, is_started=True, run_id=run_id, saved_recipe=recipe)
        recall(opened)
        begin(opened)


def my_run() -> Run | None:
    """A snapshot of the run that this tab shows; None if there is none, or it was deleted."""
    workspace = current()
    if workspace.run_id is None:
        return None
    try:
        return store().read(workspace.run_id)
    except RunNotFoundError:
        workspace.run_id, workspace.message = None, WORDING.message("run_gone")
        return None


def my_runs() -> tuple[list[str], int]:
    """The ids of the runs that this person sees, newest first, and how many others there are."""
    me, show_all, ids = person(), shows_everybody(), store().ids()
    mine = [run_id for run_id in ids if may_change(store().owner(run_id), me, show_all)]
    return mine, len(ids) - len(mine)


def is_mine(run_id: str) -> bool:
    """Whether a run belongs to this person, or to everybody."""
    return may_change(store().owner(run_id), person(), False)


def why_not_change(run_id: str) -> Message | None:
    """Why this person may not stop, continue, test or delete a run now; None if they may."""
    if (why := why_not_describe(run_id)) is not None:
        return why
    return WORDING.message("elsewhere") if engine().is_elsewhere(run_id) else None


def why_not_describe(run_id: str) -> Message | None:
    """Why this person may not name a run or note something about it; None if they may, whoever trains it."""
    is_allowed = may_change(store().owner(run_id), person(), shows_everybody())
    return None if is_allowed else WORDING.message("not_yours")


def may_read_data_of(run: Run) -> bool:
    """Whether this person may see the examples that a run was tested on: the data or the run is theirs."""
    path = None if run.recipe is None else run.recipe.data.path
    return path is None or is_mine(run.id) or shows_everybody() or library().ours(path) is not None


def is_training(run: Run | None) -> bool:
    """Whether a run of this person is in progress here or about to start, so that this tab starts no other one."""
    if run is None or not is_mine(run.id):
        return False
    if run.state.is_over:
        return engine().will_continue(run)
    return not engine().is_elsewhere(run.id) and not engine().is_orphaned(run)


def train() -> None:
    """Start a run, unless this tab has one in progress: a double click, or a message that arrives twice, must not
    start a second one.
    """
    with changing() as workspace, errors_told():
        if is_training(my_run()):
            return
        try:
            workspace.run_id = engine().submit(on_our_data(workspace.recipe), person())
        except OSError as error:
            workspace.message = WORDING.message("cannot_start", reason=error.strerror)


def runs_in_progress() -> list[Run]:
    """The runs of this person that are training here or about to, in the order in which they were started."""
    found = []
    for run_id in filter(is_mine, engine().active_runs):
        with suppress(RunNotFoundError):  # deleted meanwhile
            if is_training(run := store().read_summary(run_id)):
                found.append(run)
    return found


def watch_lesson(stem: str) -> None:
    """Begin a lesson on few examples, and train it at once. While a run of this person is in progress, that one is
    shown instead, with a message that says so, unless it is just what was asked for: a double click starts one run.

    Args:
        stem: the name of its file, without the ending.
    """
    with changing() as workspace, errors_told():
        recipe = lesson(stem).quick()
        running = runs_in_progress()
        if not running:
            _begin_draft(recipe)
            train()
            return
        run = next((run for run in running if run.recipe == recipe), running[-1])
        if run.id != workspace.run_id:
            open_run(run.id)
        if run.recipe != recipe:
            current().note = WORDING.message("watch_waits", name=run.title, lesson=recipe.name)


def change_run(
    run_id: str,
    action: Callable[[LocalEngine], object],
    why_not: Callable[[str], Message | None] = why_not_change,
) -> bool:
    """Change a run, if this person may: the only way in which a page changes one.

    Args:
        run_id: the run.
        action: tells the engine what to do.
        why_not: says why this person may not; None if they may.

    Returns:
        Whether it was done; if not, the next page run says why.
    """
    with changing() as workspace, errors_told():
        try:
            if (why := why_not(run_id)) is None:
                action(engine())
                return True
            workspace.message = why
        except OSError as error:
            workspace.message = WORDING.message("cannot_write", reason=error.strerror)
    return False


_WRITTEN = "address"
"""Where the session keeps what we wrote into the address ourselves."""
_TRAIN = "train"


def lesson_to_watch() -> str | None:
    """The lesson that the address wants to train, as `?recipe=mnist_cnn&train=1` does: another website may have made
    that link, so nothing is done until the person has said yes.
    """
    stem = st.query_params.get("recipe") if st.query_params.get(_TRAIN) == "1" else None
    return None if stem is None or is_in_link(stem) else stem


def forget_lesson_to_watch() -> None:
    """Take the wish to train out of the address, once it has been answered."""
    for name in ("recipe", _TRAIN):
        st.query_params.pop(name, None)


def follow_address() -> str | None:
    """Open what the address asks for, and keep the address up to date. Called once at the start of each page run.

    Returns:
        "recipe" or "run" if the address has just opened one, else None.
    """
    written = st.session_state.setdefault(_WRITTEN, {})
    stem = st.query_params.get("recipe") if lesson_to_watch() is None else None
    # What we wrote into the address ourselves asks for nothing: this tab may have moved on to another run since.
    run_id, draft = (_asked_for(name, written) for name in ("run", "draft"))
    opened = None
    if stem is not None:
        del st.query_params["recipe"]
        with errors_told():
            if is_in_link(stem):
                _begin_with(from_link(stem))
            else:
                open_lesson(stem)
            opened = "recipe"
    elif draft is not None and not current().is_started:
        open_draft(draft)
    if run_id is not None:
        with errors_told():
            open_run(run_id)
            opened = "run"
    workspace = current()
    _write("run", workspace.run_id, written)
    _write("draft", workspace.draft if workspace.is_started else None, written)
    return opened


def _asked_for(name: str, written: dict[str, str | None]) -> str | None:
    value = st.query_params.get(name)
    return None if value == written.get(name) else value


def _write(name: str, value: str | None, written: dict[str, str | None]) -> None:
    written[name] = value
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
