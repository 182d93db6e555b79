"""A spec -> widgets -> a spec: the only map from field types to widgets.

The recipe is the only source of values. Each page run sets every widget to the recipe's value (`controlled.py`), and a
changed widget passes the edited spec to `save` before the page runs again; so undo, fixes and other pages never leave
a stale number in a form.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from components import workspace
from components.controlled import ControlledWidget, controlled, selectbox
from components.markup import md
from components.number_fields import FACTORS
from components.wording import WORDING
from trainer import formats
from trainer.i18n import N_, _
from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import Kind, RecipeError, typical

NONE = N_("none")
"""The first choice of a field that may hold no spec."""
Get = Callable[[], Any]
"""Reads the spec that a form edits from the recipe."""
Save = Callable[[Any], Recipe]
"""Puts an edited spec into the recipe and returns the recipe."""

KERAS_NAMES = "Keras names"
"""Where the session keeps whether forms show Keras's name of each setting beside the plain one."""

_SWITCH = f"{KERAS_NAMES} switch"
_REFUSED = "refused entries"


@dataclass(frozen=True)
class _Refused:
    """What somebody entered that the recipe does not take: its field shows it, and why, until one of them changes."""

    entry: Any
    kept: Any
    """What the recipe has."""
    place: tuple[str, int]
    """The draft, and the arrangement of its layers: in another one the field is about something else."""
    why: Message | str


def show_keras_names_switch() -> None:
    """The switch for all forms of this browser tab."""

    def keep() -> None:
        st.session_state[KERAS_NAMES] = st.session_state[_SWITCH]

    st.session_state[_SWITCH] = bool(st.session_state.get(KERAS_NAMES))  # lost on pages without the switch
    help = _("Shows the name in Keras beside each setting, such as kernel_size.")
    st.toggle(_("Show Keras names"), key=_SWITCH, on_change=keep, help=help)


def form(
    get: Get,
    path: str,
    save: Save,
    *,
    only: Iterable[str] = (),
    without: Iterable[str] = (),
    explained: bool = False,
    dictated: Collection[str] = (),
    columns: int = 1,
) -> None:
    """Show a spec's fields as widgets, the advanced ones folded away.

    Args:
        get: the spec to edit, as it is in the recipe when it is called.
        path: of the spec in the recipe, for the widgets' keys.
        save: called with the edited spec whenever a widget is changed.
        only: if given, just these fields.
        without: fields to leave out.
        explained: whether each field shows below it what a change does and what is typical, and not in its help alone.
        dictated: fields whose number the data asks for, so that no range is usual.
        columns: how many numbers or choices stand side by side.
    """
    try:
        spec = get()
    except RecipeError:
        return  # moved or removed by a newer click, whose own page run draws what is there now
    fields = spec.form_fields() if isinstance(spec, Kind) else dict(type(spec).model_fields)
    shown = {n: f for n, f in fields.items() if (not only or n in only) and n not in without}
    key = f"form {path} {getattr(spec, 'kind', '')}"
    plain = [name for name, info in shown.items() if not _extra(info)["advanced"]]
    advanced = [name for name in shown if name not in plain]
    for row in _rows(spec, plain, columns):
        for name, column in zip(row, st.columns(len(row)), strict=True):
            is_ranged = name not in dictated
            with column:
                _widget(get, name, spec, shown[name], f"{key} {name}", save, explained=explained, ranged=is_ranged)
    if advanced:
        box = st.expander(_("Advanced"), key=f"{key} advanced", on_change="rerun")
        if box.open:  # drawing what is folded away would slow every click down
            with box:
                for name in advanced:
                    _widget(get, name, spec, shown[name], f"{key} {name}", save, explained=explained)


def _rows(spec: Any, names: Iterable[str], columns: int) -> list[list[str]]:
    """The fields in rows of up to so many numbers or choices; anything else has a row of its own."""
    rows: list[list[str]] = []
    was_small = False
    for name in names:
        kind, _optional = _kind_of(type(spec).model_fields[name].annotation)
        is_small = kind in (int, float) or get_origin(kind) is Literal
        if is_small and was_small and len(rows[-1]) < columns:
            rows[-1].append(name)
        else:
            rows.append([name])
        was_small = is_small
    return rows


def _title(info: FieldInfo, name: str) -> str:
    """The plain name, with Keras's beside it if that is asked for and another word."""
    title = info.title or name
    is_same = title.lower().replace(" ", "_") == name
    return _(title) if is_same or not st.session_state.get(KERAS_NAMES) else f"{_(title)} ({name})"


def _extra(info: FieldInfo) -> dict[str, Any]:
    extra = info.json_schema_extra
    return extra if isinstance(extra, dict) else {"effect": "", "advanced": False}


def effect(info: FieldInfo) -> str:
    """What happens when a field is made larger or switched on."""
    return str(_extra(info)["effect"])


def _help(info: FieldInfo) -> str:
    return " ".join(_(part) for part in (info.description, effect(info)) if part)


def _explain(info: FieldInfo, value: Any, *, ranged: bool = True) -> None:
    """The effect of a change, and whether the number is unusual."""
    range = typical(info) if ranged else None
    parts = [_(effect(info))] if effect(info) else []
    if range is not None:
        least, most = range
        numbers = [one for one in (value if isinstance(value, tuple) else (value,)) if one is not None]
        fits = all(least <= one <= most for one in numbers)
        text = _("Typical: {least}–{most}.") if fits else _(":material/warning: Unusual. Typical: {least}–{most}.")
        parts.append(text.format(least=formats.number(least), most=formats.number(most)))
    if parts:
        st.caption(" ".join(parts))


def _widget(
    get: Get, name: str, spec: Any, info: FieldInfo, key: str, save: Save, *, explained: bool, ranged: bool = True
) -> None:
    """The widget of one field of `spec`, which is what `get` gave when the form was drawn."""
    value = getattr(spec, name)
    title, help = _title(info, name), _help(info)
    kind, optional = _kind_of(info.annotation)

    def edit(read: Callable[[Any], Any] = lambda new: new) -> Callable[[Any], None]:
        # Of the spec as it is by then: another widget may have changed it since this one was drawn.
        return lambda new: workspace.try_set(lambda: save(get().with_(**{name: read(new)})))

    def typed(read: Callable[[Any], Any], shown: Any, part: str = "") -> ControlledWidget:
        """Of a field in which something is typed: what is refused stays there, with the reason below."""
        return _typed(f"{key}{part}", shown, lambda new: save(get().with_(**{name: read(new)})), _(info.title or name))

    if isinstance(value, Kind) or _kinds_of(kind):
        _nested(get, name, value, info, key, save, explained=explained)
        return
    if get_origin(kind) is Literal:
        selectbox(title, get_args(kind), help=help, **controlled(key, value, edit()))
    elif kind is bool:
        st.checkbox(title, help=help, **controlled(key, value, edit()))
    elif kind is str:
        st.text_input(title, help=help, **typed(lambda new: new or (None if optional else ""), value or ""))
    elif kind in (int, float):
        with st.container(key=f"{FACTORS} {key}") if _extra(info).get("by_factors") else nullcontext():
            _number(title, kind, value, help, optional, typed)
    elif _is_pair(kind):
        _pair(title, lambda: getattr(get(), name), help, optional, typed)
    else:
        text = ", ".join(str(side) for side in value or ())
        numbers = typed(lambda new: _whole_numbers(new) or (None if optional else ()), text)
        st.text_input(title, help=help, **numbers)
    for part in (" 0", " 1") if _is_pair(kind) else ("",):
        _show_refusal(f"{key}{part}")
    if explained:
        _explain(info, value, ranged=ranged)


Typed = Callable[..., ControlledWidget]
"""`typed(read, shown, part)` connects a field in which something is typed; see `_widget`."""


def _refused() -> dict[str, _Refused]:
    found: dict[str, _Refused] = st.session_state.setdefault(_REFUSED, {})
    return found


def _place() -> tuple[str, int]:
    tab = workspace.current()
    return tab.draft, tab.arrangement


def _typed(key: str, shown: Any, edit: Callable[[Any], Recipe], title: str) -> ControlledWidget:
    """A controlled field that keeps what was typed and refused.

    Args:
        key: of the widget.
        shown: what the recipe has, as the widget shows it.
        edit: returns the recipe with the new value.
        title: what people call the field.
    """
    refused, place = _refused(), _place()
    if key in refused and (refused[key].kept, refused[key].place) != (shown, place):
        del refused[key]

    def change(new: Any) -> None:
        refused.pop(key, None)
        with workspace.changing() as tab:
            try:
                workspace.set_recipe(edit(new))
            except RecipeError as error:
                if _place() == place:
                    refused[key] = _Refused(new, shown, place, _called(error.message, title))
                else:
                    tab.message = error.message  # the field is gone, or about another layer by now

    return controlled(key, refused[key].entry if key in refused else shown, change)


def _show_refusal(key: str) -> None:
    refusal = _refused().get(key)
    if refusal is not None:
        st.error(md(refusal.why), icon=":material/error:")


def _called(why: Message | str, title: str) -> Message | str:
    """A refusal that calls the field by its title: what it is called in a recipe is nothing that a form shows."""
    if not isinstance(why, Message):
        return why
    parameters = {
        name: _called(value, title) if isinstance(value, Message) else value for name, value in why.parameters.items()
    }
    if why.code == "recipe.field":
        parameters = {"name": title}
    return Message(code=why.code, parameters=parameters)


def _kind_of(annotation: Any) -> tuple[Any, bool]:
    """The bare type of a field, and whether it may be left empty."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [part for part in get_args(annotation) if part is not type(None)]
        if len(inner) == 1:
            return _kind_of(inner[0])[0], True
    return annotation, False


def _kinds_of(kind: Any) -> dict[str, type[Kind]]:
    """The kinds that a nested field may hold, by name; nothing for a field that holds no spec."""
    parts = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    if not all(isinstance(part, type) and issubclass(part, Kind) for part in parts):
        return {}
    return {name: one for part in parts for name, one in part.kinds().items()}


def _is_pair(kind: Any) -> bool:
    return get_origin(kind) is tuple and Ellipsis not in get_args(kind)


def _number(title: str, kind: type, value: Any, help: str, optional: bool, typed: Typed) -> None:
    def read(entry: float | None) -> float | None:
        if entry is None and not optional:
            raise RecipeError(WORDING.message("number_missing", title=title))
        return _whole(entry)

    # Whole numbers, too, are asked for as numbers of any kind: Streamlit would otherwise cut the fraction off unsaid.
    step, format = (1.0, "%.15g") if kind is int else (_step(value), "%.6g")
    shown = typed(read, None if value is None else float(value))
    # Empty where nothing is typed: Streamlit would make a 0 of it.
    st.number_input(
        title, step=step, format=format, help=help, value=None, placeholder=_("not set") if optional else None, **shown
    )


def _whole(entry: float | None) -> float | None:
    """A number as an int where it is one; the recipe refuses any other."""
    return int(entry) if entry is not None and entry.is_integer() else entry


def _step(value: float | None) -> float:
    """A step that suits the size of the number: 0.0001 for a learning rate of 0.001, 0.05 for a rate of 0.25."""
    if not value:
        return 0.05
    step = 1.0
    while step > abs(value):
        step /= 10
    return max(step / (10 if step < 0.1 else 2), 1e-10)


def _pair(title: str, get: Get, help: str, optional: bool, typed: Typed) -> None:
    def with_side(place: int) -> Callable[[float | None], tuple[float, ...] | None]:
        def joined(new: float | None) -> tuple[float, ...] | None:
            sides = list(get() or (None, None))
            sides[place] = _whole(new)
            given = [side for side in sides if side is not None]
            if not given and optional:
                return None
            if not given:
                raise RecipeError(WORDING.message("pair_incomplete"))
            return tuple(
                given[0] if side is None else side for side in sides
            )  # one number stands for both, as in Keras

        return joined

    value = get()
    columns = st.columns(2)
    labels = _("{title}, height"), _("{title}, width")
    for place, (column, label) in enumerate(zip(columns, labels, strict=True)):
        column.number_input(
            label.format(title=title), step=1.0, format="%.15g", help=help, value=None,
            placeholder=_("as the window") if optional else None,
            **typed(with_side(place), None if value is None else float(value[place]), f" {place}"),
        )  # fmt: skip


def _nested(get: Get, name: str, value: Kind | None, info: FieldInfo, key: str, save: Save, *, explained: bool) -> None:
    kind, optional = _kind_of(info.annotation)
    kinds = _kinds_of(kind)

    def chosen(word: str) -> Recipe:
        kind, spec = kinds.get(word), get()
        if kind is None:
            return save(spec.with_(**{name: None}))
        now = getattr(spec, name)
        kept = {field: getattr(now, field) for field in kind.form_fields() if hasattr(now, field)}
        return save(spec.with_(**{name: kind(**kept)}))

    choices = [NONE, *kinds] if optional else list(kinds)
    shown = controlled(
        f"{key} kind", NONE if value is None else value.kind, lambda word: workspace.try_set(partial(chosen, word))
    )
    words = {NONE: _(NONE)}
    selectbox(_title(info, name), choices, format_func=lambda kind: words.get(kind, kind), help=_help(info), **shown)
    if explained:
        _explain(info, value)
    if value is None:
        return
    fields = [field for field, inner in value.form_fields().items() if not _extra(inner)["advanced"]]
    for field in fields:
        _widget(
            lambda: getattr(get(), name),
            field,
            value,
            value.form_fields()[field],
            f"{key} {field}",
            lambda new: save(get().with_(**{name: new})),
            explained=explained,
        )


def _whole_numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace("×", ",").split(",") if part.strip())
    except ValueError:
        raise RecipeError(WORDING.message("not_whole_numbers")) from None
