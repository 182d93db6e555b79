"""How a program that somebody takes home reads a table of texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trainer.data import markup, plain_splitting
from trainer.data.dataset import Dataset
from trainer.data.dialect import Dialect
from trainer.data.files import find_file, named
from trainer.data.program import Step, literal, snippet
from trainer.data.table import Table, dialect_of, read_table
from trainer.i18n import _
from trainer.recipe.spec import RecipeError
from trainer.sources.text_csv import cleaning
from trainer.sources.text_csv.cleaning import same
from trainer.sources.text_csv.columns import columns_of
from trainer.sources.text_csv.reading import reading_of
from trainer.sources.text_csv.spec import TextCsv
from trainer.sources.text_csv.wording import WORDING

_SPLITTING, _CLEANING, _MARKUP = (Path(str(module.__file__)) for module in (plain_splitting, cleaning, markup))
_LACKING = ("sample", "join_columns", "repair_letters", "hide_labels", "hide_words")
"""Settings that a program without Fitboard does without."""
_LACKING_WITH_KERAS = ("fold_case", "split_characters")
"""The same, with Keras's rule for words; the other one does what they do anyway."""
_USUAL_CELL = 131_072
"""Characters of a cell that Python's reader of CSV takes unless it is told otherwise."""


def table_program(spec: TextCsv, dataset: Dataset) -> Sequence[Step]:
    """The steps that read, clean and cut a table; see `Source.program`."""
    names = [*_LACKING, *(() if spec.standardize == "unicode" else _LACKING_WITH_KERAS)]
    lacking = [TextCsv.field_title(name) for name in names if getattr(spec, name)]
    if lacking:
        raise RecipeError(WORDING.message("program_lacks", settings=lacking))
    path = find_file(spec.path)
    table = read_table(path, reading_of(spec))
    dialect = dialect_of(path, reading_of(spec), table)
    if dialect is None:
        raise RecipeError(WORDING.message("program_needs_cells", file=named(path)))
    if dialect.quoting == "backslash":
        raise RecipeError(WORDING.message("program_backslash", file=named(path)))
    return [_reading(spec, path, table, dialect), *_cleaning(spec), _classes(dataset), _splitting(spec, dataset)]


def _reading(spec: TextCsv, path: Path, table: Table, dialect: Dialect) -> Step:
    """Read the two columns, as strictly as Fitboard does."""
    text, label = columns_of(spec, table)
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    opened = 'gzip.open(FILE, "rt"' if is_packed else "open(FILE"
    options = [f"delimiter={literal(dialect.delimiter)}", "strict=True"]
    if dialect.quoting == "none":
        options.append("quoting=csv.QUOTE_NONE")
    elif dialect.quoting == "single":
        options.append('quotechar="\'"')
    if dialect.spaced:
        options.append("skipinitialspace=True")
    is_long = any(len(cell) > _USUAL_CELL for column in (text, label) for cell in table.frame[column])
    code = [
        *(["csv.field_size_limit(1_000_000)"] if is_long else []),
        f'with {opened}, encoding={literal(table.encoding)}, newline="") as file:',
        *(f"    next(file)  # {_('a line above the table')}" for _line in range(dialect.begin)),
        f"    rows = [row for row in csv.reader(file, {', '.join(options)}) if row]",
        *([f"rows = rows[1:]  # {_('without the names of the columns')}"] if table.header else []),
        f"TEXT, LABEL = {table.columns.index(text)}, {table.columns.index(label)}",
        "texts = [row[TEXT] for row in rows]",
        "labels = [row[LABEL].strip() for row in rows]",
    ]
    told = _(
        "Each row of the table holds a text and its label, the right answer. Columns are counted from 0: the texts are "
        "in column {text}, the labels in column {label}."
    ).format(text=table.columns.index(text), label=table.columns.index(label))
    return Step(_("Read the data"), told, "\n".join(code), ("csv", *(["gzip"] if is_packed else [])))


def _cleaning(spec: TextCsv) -> list[Step]:
    """What the recipe changes in texts and labels, and which rows it leaves out."""
    parts: list[str] = []
    imports = []
    needs_same = spec.merge_labels or spec.drop_conflicts or spec.drop_duplicates or spec.keep_together
    if needs_same:
        parts.append(snippet(_MARKUP, "UNSEEN") + "\n\n\n" + snippet(_CLEANING, "same"))
    code = []
    if spec.plain_text:
        imports += ["re", "html"]
        names = ("_BREAKS", "_INLINE", "_HIDDEN", "_WIDE", "_ODD", "_SIGN", "_MARKUP", "_SCRIPTS", "_NEW_LINE")
        unseen = () if needs_same else ("UNSEEN",)
        source = snippet(_MARKUP, *unseen, *names, "_OTHER", "ROUNDS", "has_markup", "without_markup")
        parts.append(source.replace("unescape(", "html.unescape("))
        code.append("texts = [without_markup(text) for text in texts]")
    if spec.every_character:
        imports.append("re")
        parts.append(snippet(_CLEANING, "_CHARACTER"))
        code.append('texts = [" ".join(_CHARACTER.findall(text)) for text in texts]')
    if spec.first_label:
        imports.append("re")
        parts.append(snippet(_CLEANING, "_BETWEEN_LABELS", "labels_in"))
        code.append("labels = [labels_in(label)[0] for label in labels]")
    if spec.merge_labels:
        imports.append("collections")
        parts.append(snippet(_CLEANING, "merged").replace("Counter", "collections.Counter"))
        code.append("labels = merged(labels)")
    code.append("pairs = [(text, label) for text, label in zip(texts, labels) if text.strip() and label]")
    if spec.drop_conflicts:
        code += [
            "found = {}",
            "for text, label in pairs:",
            "    found.setdefault(same(text), set()).add(label)",
            "pairs = [pair for pair in pairs if len(found[same(pair[0])]) == 1]",
        ]
    if spec.drop_duplicates:
        code += [
            "first = {}",
            "for text, label in pairs:",
            "    first.setdefault((same(text), label), (text, label))",
            "pairs = list(first.values())",
        ]
    if spec.drop_rare:
        imports.append("collections")
        code += [
            "counts = collections.Counter(label for text, label in pairs)",
            f"pairs = [pair for pair in pairs if counts[pair[1]] >= {spec.drop_rare}]",
        ]
    code += [
        "texts = np.array([text for text, label in pairs], dtype=object)",
        "labels = [label for text, label in pairs]",
    ]
    told = _("Rows without a text or without a label are left out, and what else the recipe chooses to clean is done.")
    return [Step(_("Clean the data"), told, "\n\n\n".join([*parts, "\n".join(code)]), tuple(imports))]


def _classes(dataset: Dataset) -> Step:
    """Number the labels."""
    is_plain = list(dataset.class_names) != sorted(dataset.class_names)
    code = [
        f"class_names = sorted(set(labels){', key=int' if is_plain else ''})",
        "number = {label: place for place, label in enumerate(class_names)}",
        'y = np.array([number[label] for label in labels], dtype="int64")',
        'print(len(y), "texts of", len(class_names), "classes")',
    ]
    told = _("A network answers with numbers, so each label gets one: its place in the sorted list of labels.")
    return Step(_("Number the classes"), told, "\n".join(code))


def _splitting(spec: TextCsv, dataset: Dataset) -> Step:
    """Cut the rows into parts."""
    title = _("Split the data")
    if dataset.same_rows:
        told = _(
            "There are too few rows to split, so all parts are the same rows: the test says nothing about new texts."
        )
        code = ["x_train = x_test = texts", "y_train = y_test = y"]
        if spec.validation:
            code = ["x_train = x_validation = x_test = texts", "y_train = y_validation = y_test = y"]
        return Step(title, told, "\n".join(code))
    names = ["shares", "by_class", "cut"]
    if spec.keep_together and _have_duplicates(dataset):
        names.append("cut_groups")
        code = [
            "number = {}",
            "groups = np.array([number.setdefault(same(text), len(number)) for text in texts])",
            f"sizes = round(len(y) * {spec.validation}), round(len(y) * {spec.test})",
            "train, validation, test = cut_groups(y, groups, *sizes, SEED)",
        ]
    else:
        code = [f"train, test = cut(y, np.arange(len(y)), round(len(y) * {spec.test}), SEED)"]
        if spec.validation:
            code.append(f"train, validation = cut(y, train, round(len(y) * {spec.validation}), SEED)")
    code.append("x_train, y_train, x_test, y_test = texts[train], y[train], texts[test], y[test]")
    if spec.validation:
        code.append("x_validation, y_validation = texts[validation], y[validation]")
    told = _(
        "Some rows are set aside: validation rows show after each epoch how the network does on texts that it does not "
        "learn from, and test rows are kept for the end. These are the same rows as in Fitboard."
    )
    return Step(title, told, "\n\n\n".join([snippet(_SPLITTING, *names), "\n".join(code)]))


def _have_duplicates(dataset: Dataset) -> bool:
    parts = [part for part in (dataset.train, dataset.validation, dataset.test) if part is not None]
    texts = [same(text) for part in parts for text in part.x]
    return len(set(texts)) < len(texts)
