"""Reads tables of texts for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from trainer.data.cache import Cache
from trainer.data.dataset import Dataset
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.files import find_file
from trainer.data.program import Step
from trainer.data.source import Chosen, Source
from trainer.data.table import read_table, weight
from trainer.recipe.spec import RecipeError
from trainer.sources.text_csv.cleaning import hidden, read_text
from trainer.sources.text_csv.columns import choose_columns
from trainer.sources.text_csv.doctor import diagnose, question
from trainer.sources.text_csv.program import table_program
from trainer.sources.text_csv.reading import load_text, reading_of
from trainer.sources.text_csv.spec import TextCsv


class TextCsvSource(Source[TextCsv], spec=TextCsv):
    """Texts and labels in two columns of a table."""

    diagnoses: ClassVar[bool] = True

    def __init__(self) -> None:
        self._cut: Cache[Dataset] = Cache(8)
        """Tables that are cut into their parts, whatever vocabulary and length their texts are read with."""

    def load(self, spec: TextCsv, seed: int) -> Dataset:
        plain = spec.regardless_of_sizes()
        key = plain, seed, self.identity(spec)
        cut = self._cut.get(key, self.weight(spec), lambda: load_text(plain, seed))
        return replace(cut, input_shape=(spec.sequence_length,), vocabulary=spec.max_words)

    def weight(self, spec: TextCsv) -> int:
        return weight(find_file(spec.path))

    def diagnose(self, spec: TextCsv, dataset: Dataset | None) -> Sequence[DataDiagnosis[TextCsv]]:
        return diagnose(spec, dataset)

    def choose(self, spec: TextCsv) -> Chosen[TextCsv]:
        reading = reading_of(spec)
        if spec.text_column is None and spec.label_column is None and spec.header and not spec.above:
            # Nothing is said of how the table begins, either: its header is detected, as for an upload.
            reading = replace(reading, header=None, above=None)
        table = read_table(find_file(spec.path), reading)
        spec = spec.with_(header=table.header, above=table.above)
        if spec.text_column is None or spec.label_column is None:
            filled = choose_columns(table, spec.text_column, spec.label_column)
            text, label = filled.text, filled.label
        else:
            text, label = spec.text_column, spec.label_column
        try:
            choice = choose_columns(table)
        except RecipeError:  # no column looks like texts to us, but somebody has named one
            return Chosen(spec.with_(text_column=text, label_column=label))
        likely = (choice.label, *choice.other_labels, choice.text, *choice.other_texts)
        others = tuple(dict.fromkeys(name for name in likely if name is not None and name not in {text, label}))
        open_question = question(spec, choice) if spec.label_column is None else ()
        return Chosen(spec.with_(text_column=text, label_column=label), others, open_question)

    def program(self, spec: TextCsv, seed: int, dataset: Dataset) -> Sequence[Step]:
        return table_program(spec, dataset)

    def read_typed(self, spec: TextCsv, typed: str, class_names: Sequence[str]) -> str:
        return read_text(spec, typed, hidden(spec, class_names))
