"""What a recipe says of its data, whichever source they come from, and what the check has to know of them.

The sources themselves are folders of `trainer/sources/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from trainer.recipe.shapes import Shape
from trainer.recipe.spec import Kind, OneOf, setting

Share = Annotated[
    float,
    setting(
        "Validation share",
        "The part set aside to check progress during training.",
        "More gives a more reliable check, but leaves less to learn from.",
        ge=0,
        le=0.9,
    ),
]

Modality = Literal["image", "text", "table"]
"""What one example is: a picture (height, width, channels), a text as word numbers, or a row of numbers."""
Standardize = Literal["unicode", "lower_and_strip_punctuation"]
"""How a text is cut into words: by our rule for all scripts, or as Keras's TextVectorization does it; see
`trainer/data/words.py`."""
MAX_EXAMPLES = 10_000_000
"""Training examples that a recipe may ask for."""


class Data(Kind):
    """A source of examples, as a recipe names it.

    A subclass registers itself. It has a field `validation`, a `Share`; and a field `path` for its file, which may be
    None where the source brings its own examples.
    """

    modality: ClassVar[Modality]
    title: ClassVar[str]
    """Of this kind of data, where people choose one."""
    icon: ClassVar[str]
    """Of Material, for the same."""
    own_name: ClassVar[str]
    """What the data are called where the recipe names no file."""
    columns: ClassVar[Sequence[str]] = ()
    """Fields that each name a column of the file, or None for the one that is found."""
    of_version_1: ClassVar[Mapping[str, Any]] = {}
    """Settings that recipes of version 1 did not have yet, as these recipes meant them."""
    has_own_test: ClassVar[bool] = False
    """Whether the test rows are a part of the source itself, so that neither seed nor validation share choose them."""
    if TYPE_CHECKING:

        @property
        def path(self) -> str | None: ...

        @property
        def validation(self) -> float: ...

    @classmethod
    def first(cls) -> Self:
        """The spec with which somebody begins who chooses this kind of data."""
        return cls()  # type: ignore[call-arg] # `kind` has a value in each

    @property
    def known_rows(self) -> int | None:
        """How many training examples there are, where that is always the same; None where only the file tells."""
        return None

    @property
    def training_limit(self) -> int | None:
        """How many training examples are used at most; None for all, or if the source has no such setting."""
        return None

    def with_training_limit(self, limit: int | None) -> Self | None:
        """The same data with at most `limit` training examples; None if the source has no such setting."""
        return None

    @property
    def example_shape(self) -> Shape | None:
        """The shape of one example, where the recipe itself says it; None where only the data tell."""
        return None

    @property
    def is_one_way_up(self) -> bool:
        """Whether its pictures mean something else once mirrored or upside down, as digits and letters do."""
        return False

    @property
    def vocabulary(self) -> int | None:
        """How many word numbers the recipe asks for; None if its examples are not texts."""
        return None

    @property
    def text_rule(self) -> Standardize | None:
        """By which rule its texts are cut into words; None if its examples are not texts."""
        return None

    def with_text_rule(self, rule: Standardize) -> Self:
        """The same texts, cut into words by another rule; other data stay as they are."""
        return self

    def with_vocabulary(self, size: int) -> Self:
        """The same texts, read with another vocabulary; other data stay as they are."""
        return self

    def with_length(self, length: int) -> Self | None:
        """The same data with examples of another length; None if their shape is not a setting."""
        return None

    def reading_code(self) -> tuple[str, ...]:
        """Lines of Python that read `x` and `y` as the model takes them, for the export; empty if there are none."""
        return ()


AnyData = Annotated[Data, OneOf(Data)]


@dataclass(frozen=True)
class DataFacts:
    """What the check of a recipe has to know about its data; read once, without TensorFlow."""

    input_shape: Shape
    """Of one example, without the batch axis."""
    class_names: tuple[str, ...]
    train: int
    validation: int
    test: int
    vocabulary: int | None = None
    """How many word numbers can occur, padding and “unknown” included; None if the examples are not texts."""
    same_rows: bool = False
    """The table was too small to split: training, validation and test are the same rows."""
    modality: Modality = field(kw_only=True)
    """What one example is: whatever treats pictures, texts and rows of numbers differently asks this."""

    @property
    def classes(self) -> int:
        return len(self.class_names)


def _find_sources() -> None:
    """Register the sources that come with Fitboard: each folder of `trainer/sources/` has its part of a recipe."""
    for folder in iter_modules(import_module("trainer.sources").__path__):
        import_module(f"trainer.sources.{folder.name}.spec")


_find_sources()
