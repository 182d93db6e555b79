"""The base of everything in a recipe: immutable, checked at once, and carrying its own words for the forms.

One class per kind is its registry entry, its validation, its JSON and its form. The words of a form stand on
the field itself (`setting`), so that no second table can fall out of step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import core_schema

from trainer.i18n import _
from trainer.messages import Message, MessageError
from trainer.recipe.wording import WORDING


class RecipeError(MessageError, ValueError):
    """A recipe, or the data it names, is wrong. The message is for the person who wrote it."""


class NewerVersionError(RecipeError):
    """A recipe, a run or a saved state of a later version of Fitboard: it is whole, but not all of it is known here."""

    @classmethod
    def of(
        cls, what: Literal["recipe", "run", "saved state"], version: float | None = None, known: int | None = None
    ) -> Self:
        """The error for something that a newer Fitboard has made.

        Args:
            what: the thing.
            version: of its format; None for a run, whose events have none.
            known: the version that can be read here.
        """
        return cls(WORDING.message(f"newer_{what.replace(' ', '_')}", version=version, known=known))


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
    by_factors: bool = False,
    **limits: Any,
) -> Any:
    """A pydantic field with the words that a form shows; the form translates them, Babel finds them here.

    Args:
        title: a plain name of the field, for people who do not know Keras.
        help: what the field is, in one sentence.
        effect: what happens when it is made larger or turned on.
        typical: from where to where a number usually goes; its limits are wider.
        advanced: whether a form folds the field away.
        by_factors: whether a form steps through 1, 2, 5, 10 instead of by one distance.
        **limits: pydantic's own limits (`ge`, `le`, `gt`, `lt`, `max_length` ...).
    """
    extra: dict[str, Any] = {"effect": effect, "typical": typical, "advanced": advanced, "by_factors": by_factors}
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

    former_defaults: ClassVar[Mapping[str, Any]] = {}
    """Defaults that fields had in earlier versions: saved states are compared without fields that have theirs."""

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read the spec from JSON text.

        Raises:
            RecipeError: the text is not JSON or does not fit; the message names the place.
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

    @classmethod
    def field_title(cls, name: str) -> str:
        """What a field is called on the pages, in the language of whoever is looking."""
        return _(cls.model_fields[name].title or name)


class Kind(Spec):
    """A spec that stands for one Keras class; `kind` is that class's own name."""

    registry: ClassVar[dict[str, type[Any]]]
    """The kinds of one base (Layer, Optimizer, ...), by name; each base has a table of its own."""
    dependent_models: ClassVar[list[type[BaseModel]]]
    """Models with a field for any kind of a base; they learn of one that is registered later."""
    keras_module: ClassVar[str]
    """Where Keras keeps the class, such as `keras.layers`."""
    sentence: ClassVar[str]
    """What the kind does, in one plain sentence, marked with `N_`."""
    kind: str

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if Kind in cls.__bases__:
            cls.registry, cls.dependent_models = {}, []
        names = get_args(cls.model_fields["kind"].annotation)
        if names:
            cls.registry[names[0]] = cls
            for model in cls.dependent_models:
                model.model_rebuild(force=True)

    @classmethod
    def kind_name(cls) -> str:
        """The name under which the kind stands in a recipe."""
        return str(get_args(cls.model_fields["kind"].annotation)[0])

    @classmethod
    def kinds(cls) -> dict[str, type[Self]]:
        """The registered kinds of this class: itself, or all below a base such as `Layer`; by name."""
        return {name: kind for name, kind in cls.registry.items() if issubclass(kind, cls)}

    @classmethod
    def form_fields(cls) -> dict[str, FieldInfo]:
        """The fields that a form shows, in order: all but `kind`."""
        return {name: info for name, info in cls.model_fields.items() if name != "kind"}

    def keras_arguments(self) -> dict[str, Any]:
        """The arguments of the Keras constructor; a nested kind stays a spec."""
        return {name: getattr(self, name) for name in self.form_fields()}


class OneOf:
    """For a field that holds any registered kind of a base, told apart by `kind`: `Annotated[Layer, OneOf(Layer)]`.

    The choices are taken from the registry when the model with the field is built, so that nothing is listed twice.
    """

    def __init__(self, base: type[Kind]) -> None:
        self._base = base

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        choices = {name: handler.generate_schema(kind) for name, kind in self._base.registry.items()}
        return core_schema.tagged_union_schema(choices, discriminator="kind", from_attributes=True)


def explain(error: ValidationError) -> Message:
    """Pydantic's first error as a message that names the place and says what was expected."""
    problems = error.errors(include_url=False)
    first, others = _problem(problems[0]), len(problems) - 1
    return WORDING.message("and_more", first=first, count=others) if others else first


def _problem(problem: Any) -> Message:
    kind, given, context = problem["type"], problem.get("input"), problem.get("ctx", {})
    place = _place(problem["loc"])
    if kind == "json_invalid":
        if not str(given).strip():
            return WORDING.message("empty")
        return WORDING.message("not_json", reason=_json_reason(str(context.get("error"))))
    if kind == "value_error":
        why = context["error"]  # of a validator of ours
        own = why.message if isinstance(why, MessageError) else None
        told = own if isinstance(own, Message) else WORDING.message("other_form", kind=kind)
        return WORDING.message("at", place=place, why=told) if problem["loc"] else told
    if kind == "union_tag_invalid":
        return _unknown_kind(place, clip(str(context.get("tag"))), str(context.get("expected_tags")))
    if kind in _WITHOUT_VALUE:
        return WORDING.message(_WITHOUT_VALUE[kind], place=place)
    if kind in _LIMITS:
        name, limit = _LIMITS[kind]
        return WORDING.message(name, place=place, limit=context[limit], given=shorten(given))
    if kind == "literal_error":
        choices = WORDING.message("choices", names=_QUOTED.findall(str(context["expected"])))
        return WORDING.message("one_of", place=place, choices=choices, given=shorten(given))
    if kind in _TYPES:
        return WORDING.message(_TYPES[kind], place=place, given=shorten(given))
    reason = WORDING.message("other_form", kind=kind)
    return WORDING.message("does_not_fit", place=place, reason=reason, given=shorten(given))


def _json_reason(error: str) -> Message:
    """What is wrong with a JSON text, from the parser's words, such as `trailing comma at line 3 column 5`."""
    name = next((name for words, name in _JSON.items() if error.startswith(words)), "json_other")
    line, column = map(int, re.findall(r"\d+", error)[-2:])
    return WORDING.message(name, line=line, column=column)


def _unknown_kind(place: Message, given: str, expected: str) -> Message:
    """The kinds that could have been meant: all of a short list, the nearest of a long one."""
    kinds = [kind.strip("' ") for kind in expected.split(",")]
    if len(kinds) <= MAX_NAMED:
        return WORDING.message("unknown_kind", place=place, given=given, kinds=kinds)
    near = get_close_matches(given, kinds)
    if near:
        return WORDING.message("unknown_kind_near", place=place, given=given, kinds=near)
    return WORDING.message("unknown_kind_far", place=place, given=given)


MAX_NAMED = 20
"""More names than this nobody reads in a message."""
_WITHOUT_VALUE = {"missing": "missing", "extra_forbidden": "unknown_field", "union_tag_not_found": "kind_missing"}
_LIMITS = {
    "greater_than_equal": ("too_small", "ge"),
    "greater_than": ("not_above", "gt"),
    "less_than_equal": ("too_large", "le"),
    "less_than": ("not_below", "lt"),
    "too_long": ("too_many_items", "max_length"),
    "too_short": ("too_few_items", "min_length"),
    "string_too_long": ("text_too_long", "max_length"),
    "string_too_short": ("text_too_short", "min_length"),
}
_TYPES = {
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), "no_whole_number"),
    **dict.fromkeys(("float_type", "float_parsing"), "no_number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "not_true_or_false"),
    "finite_number": "not_finite",
    "string_type": "no_text",
    "tuple_type": "no_list",
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "no_object"),
}
"""Pydantic's kinds of errors, and the code for each."""
_JSON = {
    "EOF": "json_ends",
    "trailing comma": "json_comma",
    "trailing characters": "json_more",
    "key must be a string": "json_key",
    "expected": "json_expected",
    "recursion limit": "json_deep",
}
"""How the JSON parser's errors begin, and the code for each."""
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\d+")
"""The choices in pydantic's list of them, `'a', 'b' or 'c'`."""
_ITEMS = {"layers": "layer", "callbacks": "callback"}


def _place(location: tuple[int | str, ...]) -> Message:
    """`("layers", 2, "Conv2D", "filters")` as `Layer 3 (Conv2D), “filters”`."""
    parts: list[Message] = []
    steps, before = list(location), ""
    while steps:
        step = steps.pop(0)
        if isinstance(step, int):
            has_kind = bool(steps) and isinstance(steps[0], str) and steps[0][:1].isupper()
            kind = clip(str(steps.pop(0))) if has_kind else ""
            name = _ITEMS.get(before, "item") + ("" if has_kind else "_of_no_kind")
            if before in _ITEMS:
                parts.pop()
            parts.append(WORDING.message(name, number=step + 1, kind=kind))
        elif not (step.startswith(("function-", "tuple[")) or step in {"int", "float"} or _is_tag(step)):
            parts.append(WORDING.message("field", name=clip(step)))
            before = step
    if not parts:
        return WORDING.message("whole")
    return reduce(lambda outer, inner: WORDING.message("within", outer=outer, inner=inner), parts)


def _is_tag(step: str) -> bool:
    """Whether pydantic names a kind that is no class of Keras here, such as `mnist`, and no field of the text."""
    return step.islower() and any(step in base.registry for base in Kind.__subclasses__())


def clip(text: str, length: int = 60) -> str:
    """A name that somebody gave, as it stands in a message: on one line, and never long.

    >>> clip("my\\nmodel"), clip("x" * 100, 5)
    ('my model', 'xxxx…')
    """
    text = _on_one_line(text)
    return text if len(text) <= length else text[: length - 1] + "…"


def _on_one_line(text: str) -> str:
    """A text without line breaks, and with a question mark for half a surrogate pair, which nobody can write down."""
    return " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")


def shorten(value: object, length: int = 60) -> str:
    """Any value as a short text for a message, on one line.

    >>> shorten((3, 3)), shorten("a" * 100, 6)
    ('[3, 3]', '"aaa…"')
    """
    try:
        text = _on_one_line(json.dumps(value, ensure_ascii=False, default=str))
    except ValueError:  # Python writes down no whole number of more than 4,300 digits
        return "…"
    if len(text) <= length:
        return text
    return f'{text[: length - 2]}…"' if isinstance(value, str) else text[: length - 1] + "…"


Activation = Literal[
    "linear", "relu", "sigmoid", "softmax", "tanh", "elu", "selu", "gelu", "silu", "mish", "leaky_relu", "relu6",
    "softplus", "softsign", "exponential", "hard_sigmoid", "hard_silu", "celu", "log_sigmoid", "hard_tanh",
]  # fmt: skip
