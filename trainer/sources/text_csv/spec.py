"""A table of texts in a recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

from trainer.i18n import N_
from trainer.recipe.data import Data, Modality, Share, Standardize
from trainer.recipe.spec import setting

FIRST = "^"
"""Before a word in `hide_words`: only where a text begins with it."""
MOST_HIDDEN = 2_000
"""Characters of `hide_words`."""


class TextCsv(Data):
    modality: ClassVar[Modality] = "text"
    of_version_1: ClassVar[Mapping[str, Any]] = {"standardize": "lower_and_strip_punctuation"}
    former_defaults: ClassVar[Mapping[str, Any]] = {
        "text_column": "text",
        "label_column": "label",
        **of_version_1,
    }
    title: ClassVar[str] = N_("Texts (a table)")
    sentence = N_("A table with a column of texts and a column of labels.")
    icon: ClassVar[str] = ":material/chat:"
    own_name: ClassVar[str] = "reviews.csv"
    columns: ClassVar[Sequence[str]] = ("text_column", "label_column")

    kind: Literal["text_csv"] = "text_csv"
    path: Annotated[str, setting("File", "The CSV file.", min_length=1, max_length=4096)]
    text_column: Annotated[
        str | None,
        setting(
            "Text column", "The column that holds the texts; empty means choose it automatically.", max_length=1000
        ),
    ] = None
    label_column: Annotated[
        str | None,
        setting(
            "Label column",
            "The column that holds the labels: the right answers; empty means choose it automatically.",
            max_length=1000,
        ),
    ] = None
    max_words: Annotated[
        int,
        setting(
            "Vocabulary",
            "How many different words the model knows; all rarer ones count as “unknown”.",
            ge=3,
            le=1_000_000,
        ),
    ] = 10_000
    sequence_length: Annotated[
        int,
        setting(
            "Words per text",
            "How many words of each text the model reads: longer texts are cut off, shorter ones are padded.",
            "More is slower.",
            ge=1,
            le=10_000,
        ),
    ] = 60
    encoding: Annotated[
        str | None,
        setting(
            "Character encoding",
            "How characters are stored in the file, such as UTF-8; empty means detect it automatically.",
            advanced=True,
            max_length=20,
        ),
    ] = None
    delimiter: Annotated[
        Literal[",", ";", "\t", "|", "~", "^", ":", " "] | None,
        setting(
            "Column separator",
            "The character between two columns (delimiter); empty means detect it automatically.",
            advanced=True,
        ),
    ] = None
    quoting: Annotated[
        Literal["double", "single", "backslash", "none"] | None,
        setting(
            "Quotation marks",
            "The character around a cell that contains a separator (quote character); empty means detect it "
            "automatically.",
            advanced=True,
        ),
    ] = None
    header: Annotated[bool, setting("Header", "Whether the first row holds the column names.", advanced=True)] = True
    above: Annotated[
        int,
        setting(
            "Lines above the table",
            "How many lines to skip before the table begins, such as a title.",
            advanced=True,
            ge=0,
            le=1000,
        ),
    ] = 0
    sample: Annotated[
        int | None,
        setting(
            "Rows read",
            "Read only a random sample of this many rows, always the same one; empty reads all.",
            "Fewer trains faster, but is less accurate.",
            advanced=True,
            ge=100,
            le=1_000_000,
        ),
    ] = None
    join_columns: Annotated[
        bool,
        setting(
            "Join columns without a name",
            "Add what stands in columns without a name after the text column to the texts.",
            advanced=True,
        ),
    ] = False
    repair_letters: Annotated[
        bool,
        setting(
            "Repair garbled characters",
            "Turn wrongly decoded characters, such as Ã¼, back into what they were: ü.",
            advanced=True,
        ),
    ] = False
    plain_text: Annotated[
        bool,
        setting(
            "Remove HTML",
            "Remove HTML tags from the texts, and turn codes such as &amp; back into characters.",
            advanced=True,
        ),
    ] = False
    standardize: Annotated[
        Standardize,
        setting(
            "Words",
            "How a text is cut into words: unicode is right for all scripts; lower_and_strip_punctuation is Keras's "
            "own, which knows capitals and punctuation of English alone.",
            advanced=True,
        ),
    ] = "unicode"
    fold_case: Annotated[
        bool,
        setting(
            "Ignore case and punctuation in all scripts",
            "Make letters beyond A to Z small and drop quotation marks, dashes and other punctuation beyond ASCII; for "
            "A to Z and ASCII this always happens, and with unicode for all.",
            advanced=True,
        ),
    ] = False
    split_characters: Annotated[
        bool,
        setting(
            "Split scripts without spaces",
            "Treat each character as a word in scripts without spaces between words, such as Chinese or Thai; with "
            "unicode this always happens.",
            advanced=True,
        ),
    ] = False
    every_character: Annotated[
        bool,
        setting(
            "Read character by character",
            "Treat each character of any script as a word: for sequences such as DNA, and for short words.",
            "Texts become longer; more is slower.",
            advanced=True,
        ),
    ] = False
    hide_labels: Annotated[
        bool,
        setting("Hide labels in texts", "Remove the labels themselves from the texts.", advanced=True),
    ] = False
    hide_words: Annotated[
        str,
        setting(
            "Remove words",
            "Words that are removed from all texts, with spaces between them: # stands for any number, and ^ before a "
            "word means only where it comes first.",
            advanced=True,
            max_length=MOST_HIDDEN,
        ),
    ] = ""
    merge_labels: Annotated[
        bool,
        setting(
            "Merge labels",
            "Treat labels that differ only in capital letters and spaces as the same label.",
            advanced=True,
        ),
    ] = False
    first_label: Annotated[
        bool,
        setting(
            "First label only",
            "Where a cell holds several labels, with a semicolon, a comma or a vertical bar between, use the first.",
            advanced=True,
        ),
    ] = False
    drop_duplicates: Annotated[
        bool,
        setting("Remove duplicates", "Use each row only once, however often it occurs in the file.", advanced=True),
    ] = False
    drop_conflicts: Annotated[
        bool,
        setting("Remove contradictions", "Leave out texts that occur with different labels.", advanced=True),
    ] = False
    drop_rare: Annotated[
        int,
        setting(
            "Remove rare classes",
            "Leave out classes with fewer rows than this; 0 keeps all.",
            advanced=True,
            ge=0,
            le=1_000_000,
        ),
    ] = 0
    keep_together: Annotated[
        bool,
        setting(
            "Keep duplicates together",
            "Put all rows with the same text into the same part, so that no test text appears in the training data.",
            advanced=True,
        ),
    ] = False
    validation: Share = 0.15
    test: Annotated[
        float,
        setting(
            "Test share",
            "The part set aside for the final test.",
            "More gives a more reliable test, but leaves less to learn from.",
            ge=0,
            le=0.9,
        ),
    ] = 0.15

    @classmethod
    def first(cls) -> Self:
        return cls(path="data/reviews.csv", text_column="text", label_column="label")

    @property
    def example_shape(self) -> tuple[int]:
        return (self.sequence_length,)

    @property
    def vocabulary(self) -> int:
        return self.max_words

    @property
    def text_rule(self) -> Standardize:
        return self.standardize

    def with_text_rule(self, rule: Standardize) -> Self:
        return self.with_(standardize=rule)

    def with_vocabulary(self, size: int) -> Self:
        return self.with_(max_words=size)

    def with_length(self, length: int) -> Self:
        return self.with_(sequence_length=length)

    @property
    def by_characters(self) -> bool:
        """Whether characters are read instead of words, in some scripts or in all, because the recipe says so."""
        return self.split_characters or self.every_character

    def regardless_of_sizes(self) -> Self:
        """The same for all vocabularies and lengths with which the texts are read."""
        return self.with_(**{name: type(self).model_fields[name].default for name in ("max_words", "sequence_length")})
