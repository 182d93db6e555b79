"""Which column holds the texts and which the labels: a first choice, its reasons, and what could be meant instead.

Each column gets points for what its name says (`column_names.py`) and for the shape of its values. A column that is
clearly ahead is chosen; else the best is taken for now and the others are offered. An attribute of a person, such as
gender or age, is never chosen, nor are the names of many persons or dates: where nothing else could be the label, it is
asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from weakref import ref

from trainer.data.cache import Cache
from trainer.data.markup import has_markup
from trainer.data.splitting import MIN_ROWS
from trainer.data.table import Table
from trainer.messages import Message
from trainer.recipe.limits import MAX_CLASSES
from trainer.recipe.spec import RecipeError, shorten
from trainer.sources.text_csv.column_names import Says, what_it_says
from trainer.sources.text_csv.spec import TextCsv
from trainer.sources.text_csv.wording import WORDING

SAMPLE_ROWS = 20_000
"""Rows that are enough to choose by, spread evenly over the table."""
SAMPLE_VALUES = 200
"""Different values of a column whose form is looked at."""
MAX_FORM, MAX_MARKUP = 200, 2_000
"""Characters of a date, an address or a key at most; and of a value in which markup is looked for."""
MANY_PERSONS = 10
"""Different authors, speakers and the like from which on they are hardly classes of texts."""
MAX_OFFERED = 12
"""Columns that are offered beside the chosen one."""
PIXELS = 64
"""Columns of numbers from which on a table without texts is taken for pictures."""
_AHEAD = 2.5
"""Points by which a label column must be ahead of another to be certain."""
_HOPELESS = 0.0
"""Points from which on a column may be the label at all, where another has more."""
_CLOSE_TEXT = 0.5
"""How much of the best column's score another one of texts needs to be offered."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*%?|[+-]?[0-9]*[.,]?[0-9]+(?:e[+-]?[0-9]+)?", re.IGNORECASE)
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,]0+)?")
_ZONE = r"(?: ?(?:z|utc|gmt|[a-z]{1,3}[sd]?t|\(\w+\)|[+-]\d\d:?\d\d)){0,3}"
_TIME = rf"\d{{1,2}}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?| uhr| h)?{_ZONE}"
_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\.?"
_MONTH = r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[^\W\d]{0,7}\.?"
_NTH = r"\d{1,4}(?:\.|st|nd|rd|th)?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_DAY}(?:(?:T|,? ){_TIME})?",
        rf"{_TIME}(?: ?[-–] ?{_TIME})?(?:,? {_DAY})?",
        rf"(?=.*\d)(?:[^\W\d]+\.?,? )?(?:{_NTH}[ -])?{_MONTH}(?:[ -]{_NTH})?(?:,?[ -]\d{{4}})?"
        rf"(?:,? {_TIME})?(?: \d{{4}})?",
    )
)
"""Dates and times, with nothing after them: a text may begin with one."""
_ADDRESSES = tuple(
    re.compile(pattern, re.IGNORECASE) for pattern in (r"(?:https?://|www\.)\S+", r"[^@\s]+@[^@\s]+\.\w+")
)
"""Addresses of pages and of mail."""
_KEYS = (re.compile(r"(?=[0-9a-f-]*\d)[0-9a-f-]{12,}", re.IGNORECASE),)
_FORMS = (*_DATES, *_ADDRESSES[:2], *_KEYS)
"""Dates, addresses and keys, which are neither texts nor labels; unless addresses are all there is to read."""
_YEAR = re.compile(r"(?:1[89]|20)\d\d")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_GENDERS = tuple(map(_set, (
    "m f", "m w", "h f", "h m", "m v", "k m", "male female man woman", "männlich weiblich mann frau",
    "homme femme masculin féminin", "hombre mujer masculino femenino", "uomo donna maschio femmina maschile femminile",
    "homem mulher masculino feminino", "man vrouw mannelijk vrouwelijk", "mężczyzna kobieta", "муж жен мужской женский",
    "мужчина женщина", "férfi nő", "ffi nő", "ชาย หญิง", "άνδρας γυναίκα", "man kvinna",
    "mand kvinde", "muž žena", "男 女 男性 女性", "남 여 남성 여성", "ذكر أنثى", "erkek kadın",
)))  # fmt: skip
"""How genders are written."""
_OTHER_GENDERS = _set("d x other unknown nonbinary non-binary diverse divers autre otro altro inny")
_LANGUAGES = _set("en de fr es it pt nl pl ru ja zh ko ar tr sv da no fi cs el he hu ro uk und in hi id vi th")
_ANSWERS = _set(
    "positive negative neutral pos neg mixed ham spam real fake toxic hate joy anger sadness fear love surprise happy "
    "sad angry good bad entailment contradiction sports business world politics tech positiv negativ positif négatif "
    "positivo negativo neutro neutre pozytywny negatywny positief negatief gut schlecht bueno malo"
)
"""Values that labels of texts often have."""


@dataclass(frozen=True)
class Choice:
    """The two columns, and why; and which others could be meant."""

    text: str
    label: str | None
    """None where nobody but the owner of the table can say."""
    why_text: Message
    why_label: Message
    other_texts: tuple[str, ...] = ()
    other_labels: tuple[str, ...] = ()
    """Columns that could as well hold the labels, likeliest first."""


@dataclass(frozen=True)
class ColumnFacts:
    """What a column looks like, by a sample of its rows."""

    name: str
    rows: int
    """That were looked at."""
    counts: Counter[str]
    """How often each value occurs, empty cells and white space around values aside."""

    @cached_property
    def says(self) -> Says:
        """What its name says, and its values where they are genders."""
        values = {value.casefold() for value in self.counts} - _OTHER_GENDERS
        if any(len(values) > 1 and values <= known for known in _GENDERS):
            return Says.PERSONAL
        return what_it_says(self.name)

    @property
    def to_be_asked(self) -> bool:
        """It is never taken for the label by itself: an attribute of persons, one of many persons, or a date."""
        return Says.PERSONAL in self.says or self.dates or (self.is_person and self.different > MANY_PERSONS)

    @property
    def is_person(self) -> bool:
        """It says who, such as a speaker, rather than what."""
        return Says.OWNER in self.says and not self.says & (Says.LABEL | Says.WEAK_LABEL)

    @property
    def cells(self) -> int:
        """How many cells hold something."""
        return self.counts.total()

    @property
    def filled(self) -> float:
        """Share of cells that hold something, 0 to 1."""
        return self.cells / max(1, self.rows)

    @property
    def different(self) -> int:
        """How many different values there are."""
        return len(self.counts)

    @property
    def often(self) -> int:
        """How many values occur more than once."""
        return sum(count > 1 for count in self.counts.values())

    @property
    def once(self) -> bool:
        """No value occurs twice."""
        return self.different == self.cells

    @cached_property
    def words(self) -> float:
        """How many words a filled cell has, on average."""
        return sum(len(value.split()) * count for value, count in self.counts.items()) / max(1, self.cells)

    @cached_property
    def length(self) -> float:
        """How many characters a filled cell has, on average."""
        return sum(len(value) * count for value, count in self.counts.items()) / max(1, self.cells)

    @property
    def example(self) -> tuple[str, ...]:
        """Its most common values."""
        return tuple(value for value, _ in self.counts.most_common(3))

    @property
    def some(self) -> list[str]:
        """Values whose form stands for that of all, spread over the column."""
        return list(self.counts)[:: max(1, self.different // SAMPLE_VALUES)]

    @cached_property
    def numeric(self) -> bool:
        """Nearly all values are numbers."""
        return self._mostly((_NUMBER,))

    @cached_property
    def whole_numbers(self) -> bool:
        """Nearly all values are whole numbers."""
        return self._mostly((_WHOLE_NUMBER,))

    @property
    def are_amounts(self) -> bool:
        """Numbers of which hardly any comes again, and not those of the rows."""
        return self.numeric and self.different > 20 and not (self.once and self.whole_numbers)

    @cached_property
    def technical(self) -> bool:
        """Nearly all values are dates, times, addresses, keys, years or codes of languages."""
        if self._mostly(_FORMS) or (self.different > 2 and self._mostly((_YEAR,))):
            return True
        return self.different > 1 and {value.casefold() for value in self.some} <= _LANGUAGES

    def _mostly(self, patterns: Iterable[re.Pattern[str]]) -> bool:
        some = self.some
        short = (value for value in some if len(value) <= MAX_FORM)
        fit = sum(any(pattern.fullmatch(value) for pattern in patterns) for value in short)
        return bool(some) and fit >= 0.9 * len(some)

    @cached_property
    def dates(self) -> bool:
        """Nearly all values are dates or times."""
        return self._mostly(_DATES)

    @cached_property
    def addresses(self) -> bool:
        """Nearly all values are addresses of pages or of mail, and most differ."""
        return self._mostly(_ADDRESSES) and 2 * self.different > self.cells


def column_facts(table: Table, column: str) -> ColumnFacts:
    """What a column of a table looks like."""
    cells = table.frame[column]
    step = max(1, len(cells) // SAMPLE_ROWS)
    some = cells.iloc[::step].to_list()
    counts = Counter(map(str.strip, some))
    del counts[""]
    return ColumnFacts(column, len(some), counts)


_choices: Cache[Choice] = Cache(8)


def choose_columns(table: Table, text: str | None = None, label: str | None = None) -> Choice:
    """The likely columns of texts and of labels, and which others could be meant.

    Args:
        table: to choose from.
        text: the column of texts, where it is known.
        label: the column of labels, where it is known.

    Raises:
        RecipeError: the table has only one column, or none with texts.
    """
    return _choices.get((ref(table), text, label), 0, lambda: _choose(table, text, label))


def columns_of(spec: TextCsv, table: Table) -> tuple[str, str]:
    """The columns of texts and of labels: those that a recipe names, and those chosen where it names none.

    Raises:
        RecipeError: as for `choose_columns`; or only a person can say which column holds the labels.
    """
    if spec.text_column is not None and spec.label_column is not None:
        return spec.text_column, spec.label_column
    choice = choose_columns(table, spec.text_column, spec.label_column)
    if choice.label is None:
        raise RecipeError(choice.why_label)
    return choice.text, choice.label


def _choose(table: Table, text: str | None, label: str | None) -> Choice:
    if len(table.columns) < 2:
        raise RecipeError(WORDING.message("one_column", column=shorten(table.columns[0])))
    facts = {column: column_facts(table, column) for column in table.columns}
    other_texts: tuple[str, ...] = ()
    if text is None:
        found, other_texts = _choose_text([one for one in facts.values() if one.name != label])
        text = found.name
    others: tuple[str, ...] = ()
    if label is None:
        rows = len(table.frame)
        possible = [one for one in facts.values() if one.name != text and _can_be_label(one, rows)]
        label, others = _choose_label({one.name: _label_points(one) for one in possible}, facts)
        if not possible:  # what is wrong with a column that is called so says more than that there is none
            named = [name for name, one in facts.items() if name != text and one.says == Says.LABEL | Says.WHOLE]
            label = named[0] if named else None
    if label is not None:
        why_label = _why_label(facts[label], others) if label in facts else WORDING.message("no_label")
    else:
        why_label = _why_none([one for one in facts.values() if one.name != text], others)
    words = round(facts[text].words) if text in facts else 0
    return Choice(text, label, WORDING.message("longest_texts", words=words), why_label, other_texts, others)


def _why_none(columns: Sequence[ColumnFacts], others: Sequence[str]) -> Message:
    """Why no column is chosen for the labels."""
    if others:
        return WORDING.message("label_asked", columns=[shorten(name, 40) for name in others])
    amounts = [shorten(one.name, 40) for one in columns if one.are_amounts]
    return WORDING.message("labels_are_amounts", columns=amounts[:3]) if amounts else WORDING.message("no_label")


def _choose_label(scores: dict[str, float], by_name: dict[str, ColumnFacts]) -> tuple[str | None, tuple[str, ...]]:
    """The label column, None where that must be asked, and what could be meant instead."""
    ranked = sorted(scores, key=lambda name: -scores[name])
    possible = [name for name in ranked if not by_name[name].to_be_asked]
    doubtful = not possible or scores[possible[0]] < _HOPELESS or by_name[possible[0]].is_person
    if doubtful and (not possible or possible != ranked):
        ranked.sort(key=lambda name: by_name[name].is_person)  # a party rather than its speakers
        return None, tuple(ranked[:MAX_OFFERED])
    best = possible[0]
    least = max(scores[best] - _AHEAD, _HOPELESS) if scores[best] >= _HOPELESS else scores[best] - _AHEAD
    return best, tuple(name for name in possible[1:] if scores[name] > least)[:MAX_OFFERED]


def _choose_text(facts: Sequence[ColumnFacts]) -> tuple[ColumnFacts, tuple[str, ...]]:
    """The column of texts, and others that could be.

    Raises:
        RecipeError: there is none.
    """
    scores = {one.name: _text_points(one) for one in facts}
    best = max(facts, key=lambda one: scores[one.name])
    if not scores[best.name]:
        named = [one for one in facts if one.says == Says.TEXT | Says.WHOLE]
        if named:
            return named[0], ()  # the doctor tells what is wrong with it
        if addresses := _addresses_with_labels(facts):
            return addresses[0], tuple(one.name for one in addresses[1:MAX_OFFERED])
        numbers = sum(one.numeric for one in facts)
        code = "no_texts_pixels" if numbers >= PIXELS else "no_texts"
        raise RecipeError(WORDING.message(code, columns=len(facts), numbers=numbers))
    least = _CLOSE_TEXT * scores[best.name]
    others = [one.name for one in facts if one is not best and one.words >= 3 and scores[one.name] >= least]
    return best, tuple(others[:MAX_OFFERED])


def _addresses_with_labels(facts: Sequence[ColumnFacts]) -> list[ColumnFacts]:
    """Columns of addresses, to be read by characters, where a label stands beside them: good or bad ones."""
    found = [one for one in facts if one.addresses]
    labels = [one for one in facts if one not in found and _can_be_label(one, one.rows)]
    named = any(one.says & (Says.LABEL | Says.WEAK_LABEL) for one in labels)
    return found if named or (labels and len(facts) == 2) else []


def _text_points(one: ColumnFacts) -> float:
    """How much a column looks like texts; 0 if it cannot be."""
    if one.numeric or one.technical or one.different < 2:
        return 0.0
    named = Says.TEXT in one.says
    if one.says == Says.LABEL | Says.WHOLE and one.words < 4:
        return 0.0
    if one.words < 2 and not (named and one.length > 12) and one.often and one.different <= one.cells / 4:
        return 0.0  # a few words that come again and again are classes
    points = one.length * one.filled
    if named:
        points *= 4 if Says.WHOLE in one.says else 3
    if Says.TECHNICAL in one.says and not named:
        points *= 0.3
    if sum(has_markup(value[:MAX_MARKUP]) for value in one.some) > 0.5 * len(one.some):
        points *= 0.2
    return points


def _can_be_label(one: ColumnFacts, rows: int) -> bool:
    """Whether there is something to tell apart in a column, and enough of each."""
    if one.different < 2 or (rows >= MIN_ROWS and one.often < 2) or one.filled < 0.2:
        return False
    if one.once and rows > 2:
        return False  # running numbers, names of people
    if one.different > MAX_CLASSES or (one.different > 20 and one.different * 3 > one.cells):
        return False  # hardly any value occurs twice
    return not (one.technical and one.different > 100)


def _label_points(one: ColumnFacts) -> float:
    """How much a column looks like labels: its name first, then its values."""
    points = 0.0
    if Says.LABEL in one.says:
        points += 6 if Says.WHOLE in one.says else 5
    elif Says.WEAK_LABEL in one.says:
        points += 2
    points -= 4 * (Says.TECHNICAL in one.says) + 2 * (Says.OWNER in one.says) + 8 * (Says.PERSONAL in one.says)
    points += 3 if one.different <= 10 else 2 if one.different <= 30 else 1 if one.different <= 100 else 0
    if {value.casefold() for value in one.counts} & _ANSWERS:
        points += 3
    if one.numeric and (one.different > 12 or not one.whole_numbers):
        points -= 3  # amounts
    if one.technical:
        points -= 3
    if one.words > 4 or one.length > 60:
        points -= 3
    if one.counts.most_common(1)[0][1] > 0.98 * one.cells:
        points -= 2
    return points - 2 * (1 - one.filled)


def _why_label(one: ColumnFacts, others: Sequence[str]) -> Message:
    if others:
        code = "taken_for_now"
    else:
        code = "few_values_and_name" if one.says & (Says.LABEL | Says.WEAK_LABEL) else "few_values"
    return WORDING.message(
        code,
        values=one.different,
        examples=[shorten(example, 25) for example in one.example],
        column=shorten(one.name, 40),
    )


def why_chosen(
    table: Table, field: Literal["text_column", "label_column"], chosen: str, decided: bool = False
) -> Message:
    """Why a column holds the texts or the labels: because of what is in it, or because somebody chose it.

    Args:
        table: that has the column.
        field: what the column is for.
        chosen: its name.
        decided: whether somebody has chosen it, even if it would be chosen anyway.
    """
    choice = None
    if not decided:
        with suppress(RecipeError):  # somebody may see texts or labels where nothing looks like them
            choice = choose_columns(table)
    if field == "text_column" and choice is not None and choice.text == chosen:
        return choice.why_text
    if field == "label_column" and choice is not None and choice.label == chosen:
        return choice.why_label
    facts = column_facts(table, chosen)
    if field == "text_column":
        return WORDING.message("your_texts", words=round(facts.words))
    examples = [shorten(example) for example in facts.example]
    return WORDING.message("your_labels", values=facts.different, examples=examples)
