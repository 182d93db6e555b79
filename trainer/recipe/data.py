"""Where the examples of a recipe come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from trainer.recipe.shapes import Shape
from trainer.recipe.spec import Kind, one_of
from trainer.recipe.spec import setting as hint

Share = Annotated[
    float,
    hint(
        "Validation share",
        "The part kept aside to watch training with.",
        "More is surer and leaves less to learn from.",
        ge=0,
        le=0.9,
    ),
]

Modality = Literal["image", "text", "table"]
"""A picture, a text as word numbers, or a row of numbers."""
MAX_PICTURES = 10_000_000


class Data(Kind):
    """A source of examples."""

    registry: ClassVar[dict[str, type[Any]]] = {}


class Mnist(Data):
    """Handwritten digits, 28 by 28 pixels, or other pictures in the same four arrays."""

    kind: Literal["mnist"] = "mnist"
    path: Annotated[
        str | None,
        hint(
            "File",
            "An .npz with x_train, y_train, x_test and y_test; empty means MNIST itself.",
            min_length=1,
            max_length=4096,
        ),
    ] = None
    limit: Annotated[
        int | None,
        hint(
            "Use only",
            "How many training pictures to use; empty means all.",
            "Fewer is faster and less sure.",
            ge=10,
            le=MAX_PICTURES,
        ),
    ] = None
    validation: Share = 0.1


class TextCsv(Data):
    """A table with a column of texts and a column of labels."""

    kind: Literal["text_csv"] = "text_csv"
    path: Annotated[str, hint("File", "The CSV file.", min_length=1, max_length=4096)]
    text_column: Annotated[str, hint("Text column", "The column that holds the texts.", max_length=1000)] = "text"
    label_column: Annotated[str, hint("Label column", "The column that holds the answers.", max_length=1000)] = "label"
    max_words: Annotated[
        int,
        hint("Vocabulary", "How many different words are told apart; rarer ones become “unknown”.", ge=3, le=1_000_000),
    ] = 10_000
    sequence_length: Annotated[
        int,
        hint(
            "Words per text",
            "Longer texts are cut, shorter ones filled with padding.",
            "Longer is slower.",
            ge=1,
            le=10_000,
        ),
    ] = 60
    encoding: Annotated[
        str | None,
        hint("Letters", "How the letters are written in the file; empty finds it.", advanced=True, max_length=20),
    ] = None
    delimiter: Annotated[
        Literal[",", ";", "\t", "|", "~", "^", ":", " "] | None,
        hint("Between cells", "The sign that stands between two cells; empty finds it.", advanced=True),
    ] = None
    quoting: Annotated[
        Literal["double", "single", "backslash", "none"] | None,
        hint("Around cells", "What stands around a cell that holds such a sign; empty finds it.", advanced=True),
    ] = None
    header: Annotated[bool, hint("Header", "Whether the first row holds the names of the columns.", advanced=True)] = (
        True
    )
    above: Annotated[
        int,
        hint(
            "Lines above the table",
            "How many lines of the file stand above the table, such as a title, and are left out.",
            advanced=True,
            ge=0,
            le=1000,
        ),
    ] = 0
    sample: Annotated[
        int | None,
        hint(
            "Rows read",
            "At most so many rows, drawn from all of the file, the same each time; empty reads all.",
            "Fewer is faster and less sure.",
            advanced=True,
            ge=100,
            le=1_000_000,
        ),
    ] = None
    repair_letters: Annotated[
        bool,
        hint(
            "Repair garbled letters",
            "Read texts and labels with letters such as Ã¼ as what they once were: ü.",
            advanced=True,
        ),
    ] = False
    plain_text: Annotated[
        bool,
        hint(
            "Without leftovers of web pages", "Read texts without tags, and &amp; and the like as signs.", advanced=True
        ),
    ] = False
    split_characters: Annotated[
        bool,
        hint(
            "Read sign by sign",
            "Read each Chinese, Japanese or Thai sign as a word, since these are written without spaces.",
            advanced=True,
        ),
    ] = False
    hide_labels: Annotated[
        bool,
        hint("Hide labels in texts", "Read texts without the words that are labels.", advanced=True),
    ] = False
    merge_labels: Annotated[
        bool,
        hint("Merge labels", "Read labels that differ only in capitals and spaces as one.", advanced=True),
    ] = False
    drop_duplicates: Annotated[
        bool,
        hint("Leave out repeats", "Use each row once, however often it stands in the file.", advanced=True),
    ] = False
    drop_conflicts: Annotated[
        bool,
        hint("Leave out contradictions", "Leave out texts that stand under different labels.", advanced=True),
    ] = False
    drop_rare: Annotated[
        int,
        hint(
            "Leave out rare classes",
            "Leave out classes with fewer rows than this; 0 keeps all.",
            advanced=True,
            ge=0,
            le=1_000_000,
        ),
    ] = 0
    keep_together: Annotated[
        bool,
        hint(
            "Keep repeats together",
            "Put all rows with the same text into the same part, so that no test text was learned from.",
            advanced=True,
        ),
    ] = False
    validation: Share = 0.15
    test: Annotated[
        float,
        hint(
            "Test share",
            "The part kept aside for the test at the end.",
            "More is surer and leaves less to learn from.",
            ge=0,
            le=0.9,
        ),
    ] = 0.15


if TYPE_CHECKING:
    AnyData = Mnist | TextCsv
else:
    AnyData = one_of(Data)


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
    """How many word numbers can occur, padding and “unknown” included; None if the inputs are quantities."""
    same_rows: bool = False
    """The table was too small to split: training, validation and test are the same rows."""

    @property
    def modality(self) -> Modality:
        """What sort of thing one example is; everything that treats pictures and texts differently asks this."""
        return "image" if self.vocabulary is None else "text"

    @property
    def classes(self) -> int:
        return len(self.class_names)
