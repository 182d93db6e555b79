"""The base of everything in a recipe: immutable, checked at once, and carrying its own words for the forms.

One class per kind is its registry entry, its validation, its JSON and its form. The hints that a form shows sit on the
field itself (`title`, `help`, `effect`, `advanced`), so that no second table can fall out of step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, Union, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from trainer.messages import Message, MessageError


class RecipeError(MessageError, ValueError):
    """A recipe, or the data it names, is wrong. The message is for the person who wrote it."""


class NewerVersionError(RecipeError):
    """A recipe, a run or a saved state of a later version of Fitboard: it is whole, but not all of it is known here."""

    @classmethod
    def of(cls, what: str, version: float | None = None, known: int | None = None) -> Self:
        """The error for something that its reader knows as `what`, such as a recipe.

        Args:
            what: the thing.
            version: of its format, if it says one.
            known: the version that can be read here.
        """
        versions = "" if version is None else f" (its version is {version:g}, and this one reads version {known})"
        return cls(f"This {what} was made by a newer Fitboard{versions}. Update Fitboard to open it.")


def newer_version(text: str | bytes, known: int) -> float | None:
    """What JSON text gives as its field `version` if that is later than `known`; else None."""
    try:
        found = json.loads(text)
        said = found.get("version") if isinstance(found, dict) else None
        if not isinstance(said, int | float) or isinstance(said, bool):
            return None
        return float(said) if said > known else None
    except (ValueError, RecursionError, OverflowError):
        return None


class MissingFileError(RecipeError):
    """A recipe's file is not there; its message is one for everybody, who need not know this computer's folders."""

    def __init__(self, message: Message | str, places: Sequence[Path] = ()) -> None:
        super().__init__(message)
        self.places = tuple(places)
        """Where it was looked for: for the person at this computer's own command line."""


def setting(
    title: str,
    help: str,
    effect: str = "",
    *,
    typical: tuple[float, float] | None = None,
    advanced: bool = False,
    **limits: Any,
) -> Any:
    """A pydantic field with the words that a form shows.

    Args:
        title: plain name of the field, for people who do not know Keras.
        help: what the field is, in one sentence.
        effect: what happens when it is made larger or switched on.
        typical: from where to where a number usually goes; its limits are wider.
        advanced: whether a form folds the field away.
        **limits: pydantic's own limits (`ge`, `le`, `gt`, `lt`, `max_length` ...).
    """
    extra: dict[str, Any] = {"effect": effect, "typical": typical, "advanced": advanced}
    return Field(title=title, description=help, json_schema_extra=extra, **limits)


def typical(info: FieldInfo) -> tuple[float, float] | None:
    """From where to where the number in a field usually goes; None where nothing is usual."""
    extra = info.json_schema_extra
    found: tuple[float, float] | None = extra.get("typical") if isinstance(extra, dict) else None  # type: ignore[assignment]
    return found


def pair(value: Any) -> Any:
    """Keras takes one whole number for both sides; a recipe always holds both."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value, value)
    return tuple(value) if isinstance(value, list) else value


Side = Annotated[int, Field(ge=1, le=1024)]
Pair = Annotated[tuple[Side, Side], BeforeValidator(pair)]


class Spec(BaseModel):
    """Immutable data with checked fields; an edit is `spec.with_(field=value)`, which checks again."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read the spec from JSON text.

        Raises:
            RecipeError: the text is not JSON or does not fit, said in one sentence that names the place.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise RecipeError(explain(error)) from error

    def to_json(self) -> str:
        """The spec as JSON text that `from_json` reads back to an equal spec."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"

    def with_(self, **changes: Any) -> Self:
        """A copy with some fields changed, checked like a new one.

        Raises:
            RecipeError: a changed field is out of range.
        """
        try:
            return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)
        except ValidationError as error:
            raise RecipeError(explain(error)) from error


class Kind(Spec):
    """A spec that stands for one Keras class; `kind` is that class's own name."""

    registry: ClassVar[dict[str, type[Any]]]  # each base (Layer, Optimizer, ...) holds a table of its own
    keras_module: ClassVar[str]
    """Where Keras keeps the class, such as `keras.layers`."""
    kind: str

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        names = get_args(cls.model_fields["kind"].annotation)
        if names:
            cls.registry[names[0]] = cls

    @classmethod
    def kind_name(cls) -> str:
        """The name under which the kind stands in a recipe."""
        return str(get_args(cls.model_fields["kind"].annotation)[0])

    @classmethod
    def sentence(cls) -> str:
        """What the kind does, in one plain sentence (the first paragraph of its docstring)."""
        return " ".join((cls.__doc__ or "").split("\n\n")[0].split())

    @classmethod
    def form_fields(cls) -> dict[str, FieldInfo]:
        """The fields that a form shows, in order: all but `kind`."""
        return {name: info for name, info in cls.model_fields.items() if name != "kind"}

    def keras_arguments(self) -> dict[str, Any]:
        """The arguments of the Keras constructor; a nested kind stays a spec."""
        return {name: getattr(self, name) for name in self.form_fields()}


def one_of(base: type[Kind]) -> Any:
    """The type of a field that holds any kind of a family, told apart by `kind`.

    The union is made from the table that the classes fill themselves, so that nothing has to be listed twice.
    """
    return Annotated[Union[tuple(base.registry.values())], Field(discriminator="kind")]  # noqa: UP007 - made from a table


def explain(error: ValidationError) -> str:
    """Pydantic's first error as one sentence that names the place and says what was expected."""
    problems = error.errors(include_url=False)
    first, others = problems[0], len(problems) - 1
    sentence = _sentence(first)
    if others:
        sentence += f" ({others} more {'problem' if others == 1 else 'problems'} of this sort.)"
    return sentence


def _sentence(problem: Any) -> str:
    kind, given, context = problem["type"], problem.get("input"), problem.get("ctx", {})
    place = _place(problem["loc"])
    if kind == "json_invalid" and not str(given).strip():
        return "This is empty. Choose a recipe, a JSON file."
    if kind == "json_invalid":
        return (
            f"This is not valid JSON: {context.get('error', 'it cannot be read')}. Check commas, quotes and brackets."
        )
    if kind == "missing":
        return f"{place} is missing. Add it."
    if kind == "extra_forbidden":
        return f"{place} is not a field that exists here. Check the spelling, or remove it."
    if kind == "union_tag_invalid":
        return f"{place}: there is no kind “{clip(str(context.get('tag')))}”. {_kinds_instead(context)}"
    if kind == "union_tag_not_found":
        return f'{place} needs a "kind", the name of a Keras class. Add it.'
    if kind == "value_error":
        return f"{place}: {context.get('error')}" if place != "The recipe" else str(context.get("error"))
    if kind in _LIMITS:
        sign, word = _LIMITS[kind]
        return f"{place} must be {word} {context[sign]:,}, but it is {shorten(given)}."
    # "Input should be ...", "String should have ...", "Tuple should have at most 200 items after validation, not 201".
    wanted = re.sub(r"^\w+ should", "should", str(problem["msg"])).partition(" after validation")[0]
    return f"{place} {wanted}, but it is {shorten(given)}."


def _kinds_instead(context: dict[str, Any]) -> str:
    """The kinds that could have been meant: all of a short list, the nearest of a long one."""
    kinds = [kind.strip("' ") for kind in str(context.get("expected_tags")).split(",")]
    if len(kinds) > MOST_NAMED:
        near = get_close_matches(clip(str(context.get("tag"))), kinds)
        return f"Perhaps {' or '.join(near)} is meant." if near else "docs/recipes.md has them all."
    return f"Choose one of {context.get('expected_tags')}."


MOST_NAMED = 20
"""More names than this nobody reads in a message."""
_LIMITS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_ITEMS = {"“layers”": "Layer", "“callbacks”": "Callback"}


def _place(location: tuple[int | str, ...]) -> str:
    """`("layers", 2, "Conv2D", "filters")` as `Layer 3 (Conv2D), “filters”`."""
    parts: list[str] = []
    steps = list(location)
    while steps:
        step = steps.pop(0)
        if isinstance(step, int):
            parts[-1:] = [f"{_ITEMS.get(parts[-1], parts[-1]) if parts else 'Item'} {step + 1}"]
            if steps and isinstance(steps[0], str) and steps[0][:1].isupper():
                parts[-1] += f" ({clip(str(steps.pop(0)))})"
        elif not (step.startswith(("function-", "tuple[")) or step in {"Mnist", "int", "float"}):
            parts.append(f"“{clip(step)}”")
    return ", ".join(parts) or "The recipe"


def clip(text: str, length: int = 60) -> str:
    """A name that somebody gave, as it stands in a message: on one line, and never long."""
    text = _on_one_line(text)
    return text if len(text) <= length else text[: length - 1] + "…"


def _on_one_line(text: str) -> str:
    """A text without line breaks, and with a question mark for half a surrogate pair, which nobody can write down."""
    return " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")


def shorten(value: object, length: int = 60) -> str:
    """Any value as a short text for a message, on one line."""
    try:
        text = _on_one_line(json.dumps(value, ensure_ascii=False, default=str))
    except ValueError:  # Python writes down no whole number of more than 4,300 digits
        return "a number of thousands of digits"
    if len(text) <= length:
        return text
    return f'{text[: length - 2]}…"' if isinstance(value, str) else text[: length - 1] + "…"


Activation = Literal[
    "linear", "relu", "sigmoid", "softmax", "tanh", "elu", "selu", "gelu", "silu", "mish", "leaky_relu", "relu6",
    "softplus", "softsign", "exponential", "hard_sigmoid", "hard_silu", "celu", "log_sigmoid", "hard_tanh",
]  # fmt: skip
