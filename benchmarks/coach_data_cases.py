"""Real runs on tables with a known flaw, and on sound ones: what the coach is judged by where the data is the cause.

`nice -n 10 python -m benchmarks.coach_data_cases` makes the tables, trains what `coach_data_cases.json` lacks, one run
after the other in this process, and records of each run what the coach can know: its recipe, what was prepared, and its
curves. It takes about ten minutes on one core. `--again KIND` trains the runs of a kind again. Runs on the SMS set are
trained only where that file is present; once recorded, they stay.

Every second run of a kind is *held out*: the rules and thresholds of the coach were not chosen on it. The order of the
runs, and so which ones these are, was fixed before any rule was written. *New* runs were made when rules and thresholds
were final.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Literal, NamedTuple

from tests.support.coach_cases import FLAT as FLATTEN
from tests.support.coach_cases import MEAN, REVIEWS, Case, Layers, adam, dense, recipe, rmsprop, sgd, words, yes
from tests.support.coach_runs import Kept, trained
from tests.support.folders import SMS
from trainer import PROJECT
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded, Prepared, RunState, StateChanged
from trainer.runs.history import History

COLUMNS = {"kind": "text_csv", "text_column": "text", "label_column": "label", "validation": 0.2}
SETTINGS = {"max_words", "split_characters"}
"""Of the data, which tables here set."""
Part = Literal["tuned", "held-out", "new"]
FILE = Path(__file__).with_suffix(".json")
NAMES: dict[str, frozenset[str]] = {
    "wrong column": frozenset({"labels_unrelated", "contradictions"}),
    "cut": frozenset({"texts_cut"}),
    "unknown": frozenset({"words_unknown"}),
    "few rows": frozenset({"few_steps", "too_few_rows"}),
    "mask dropped": frozenset({"misfit"}),
    "contradictions": frozenset({"contradictions"}),
    "rate": frozenset({"learning_rate_too_high", "learning_rate_too_low", "diverged"}),
    "healthy": frozenset(),
}
"""For each kind of run, the kinds of advice that name what is wrong with it."""
TRUE_BESIDES: dict[str, frozenset[str]] = {
    "few rows": frozenset({"noisy_validation", "too_few_epochs", "batch_too_large", "overfitting"}),
    "contradictions": frozenset({"labels_unrelated"}),
}
"""What may be said besides, since it is true of such a run as well."""


class Tongue(NamedTuple):
    """Words of one language: for each class those that tell it, and others that tell nothing."""

    classes: dict[str, str]
    filler: str
    space: str = " "


TONGUES = {
    "en": Tongue(
        {
            "bad": "dull weak boring awful slow flat tired clumsy empty noisy messy stale",
            "good": "lovely great funny warm bright clever fresh moving honest elegant charming superb",
        },
        "the a and of film story end cast music was is it this that with for on at scene hour first last part book "
        "actor city night road house people watched saw went home again while under over between table window river",
    ),
    "de": Tongue(
        {
            "Sport": "Tor Trainer Liga Spiel Pokal Stürmer Verein Abstieg",
            "Politik": "Wahl Partei Minister Gesetz Kanzler Koalition Abgeordnete Haushalt",
            "Kultur": "Bühne Roman Oper Museum Dichter Galerie Orchester Premiere",
            "Technik": "Rechner Akku Sensor Programm Netz Speicher Roboter Antenne",
        },
        "der die das und ein eine ist war mit für auf am im nach vor heute gestern Woche Stadt Menschen wieder neue "
        "große kleine sagte kam ging Jahr Ende Anfang bei aus über unter lange bald noch schon",
    ),
    "es": Tongue(
        {
            "alegre": "feliz genial risa 🎉 fiesta contento abrazo sol",
            "neutro": "martes horario informe mesa reunión calle listado aviso",
            "triste": "llanto solo perdido gris 😢 adiós cansado roto",
        },
        "el la los y de en un una que por con hoy ayer casa día amigo trabajo más muy también cuando donde siempre "
        "nunca tren ciudad café tarde noche mañana familia",
    ),
    "fr": Tongue(
        {
            "prix": "coût tarif euros remise facture rabais",
            "retour": "renvoyer échange cassé défaut remboursement colis",
            "horaire": "ouvert fermé heures dimanche matin midi",
        },
        "le la les un une et de du je vous nous est que pour avec dans sur mon votre bonjour merci svp magasin "
        "produit commande client question réponse besoin peut avoir faire",
    ),
    "ru": Tongue(
        {
            "нет": "плохой скучный слабый долгий пустой грубый серый",
            "да": "хороший яркий смешной добрый умный тонкий живой",
        },
        "и в на не что это фильм книга вечер город мы они был была очень потом снова друг дом год время место люди "
        "музыка конец начало",
    ),
    "ja": Tongue(
        {"悪い": "悪嫌遅汚退暗", "良い": "良好速美楽明"}, "のにはをがとでもへやこそあれ人日本店町道山川食見行来", ""
    ),
}


def say(
    tongue: Tongue,
    label: str,
    chance: random.Random,
    length: int,
    telling: int = 3,
    at: str = "anywhere",
    *,
    doubt: float = 0.0,
    names: int = 0,
) -> str:
    """A text of so many words, `telling` of them from the class `label`.

    Args:
        tongue: of the words.
        label: the class that it tells.
        chance: where the words are drawn from.
        length: words, or characters in a language without spaces.
        telling: how many of the words tell the class.
        at: where these stand: `anywhere`, `start` or `end`.
        doubt: the share of these that come from any class.
        names: further words that hardly come again, such as names and numbers.
    """
    split = list if not tongue.space else str.split
    kinds = [chance.choice(list(tongue.classes)) if chance.random() < doubt else label for _ in range(telling)]
    own = [chance.choice(split(tongue.classes[kind])) for kind in kinds]
    text = chance.choices(split(tongue.filler), k=length - telling)
    text += [f"n{chance.randrange(10**6)}" for _ in range(names)]
    chance.shuffle(text)
    if at == "anywhere":
        text += own
        chance.shuffle(text)
    else:
        text = own + text if at == "start" else text + own
    return tongue.space.join(text)


@dataclass(frozen=True)
class Run:
    """One run to train."""

    kind: str
    name: str
    data: dict[str, Any]
    layers: Layers
    optimizer: dict[str, Any]
    epochs: int = 8
    batch: int = 32
    also: frozenset[str] = frozenset()
    is_new: bool = False
    """Whether it was made and trained when rules and thresholds were final."""

    @property
    def recipe(self) -> Recipe:
        size, length = self.data.get("max_words", 10_000), self.data["sequence_length"]
        fitted = [layer | {"input_dim": size} if layer["kind"] == "Embedding" else layer for layer in self.layers]
        return recipe(self.data | {"sequence_length": length}, fitted, self.optimizer, self.epochs, batch=self.batch)


class Tables:
    """Writes tables into a folder, and says where they are as a recipe does."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._number = folder, 0

    def write(self, rows: Sequence[tuple[str, str]], length: int, **settings: Any) -> dict[str, Any]:
        """The data of a recipe that reads these texts and labels."""
        self._number += 1
        path = self._folder / f"table-{self._number}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(("text", "label"))
            table.writerows(rows)
        return COLUMNS | {"path": str(path), "sequence_length": length} | settings

    def plain(
        self, tongue: str, rows: int, words_of: tuple[int, int], length: int, *, wrong: float = 0.0, **more: Any
    ) -> dict[str, Any]:
        """A table whose labels follow from its texts, apart from a share `wrong` that is drawn by lot.

        `more` is what `say` takes, and settings of the data.
        """
        settings = {name: more.pop(name) for name in SETTINGS if name in more}
        spoken, chance = TONGUES[tongue], random.Random(rows + 1000 * self._number)  # noqa: S311  # no secret
        found = []
        for place in range(rows):
            label = list(spoken.classes)[place % len(spoken.classes)]
            text = say(spoken, label, chance, chance.randint(*words_of), **more)
            found.append((text, chance.choice(list(spoken.classes)) if chance.random() < wrong else label))
        chance.shuffle(found)
        return self.write(found, length, **settings)

    def other_column(
        self,
        tongue: str,
        rows: int,
        words_of: tuple[int, int],
        length: int,
        answers: dict[str, float],
        pool: int = 0,
        names: int = 0,
    ) -> dict[str, Any]:
        """A table whose label column has nothing to do with its texts, such as the writer's town.

        Args:
            tongue: of the texts, which do tell the classes of their own.
            rows: how many.
            words_of: shortest and longest text.
            length: words that the network reads.
            answers: of the label column, with their shares.
            pool: how many different texts there are; 0 for a new one in each row.
            names: words of each text that hardly come again.
        """
        spoken, chance = TONGUES[tongue], random.Random(rows + 1000 * self._number)  # noqa: S311
        texts = [
            say(spoken, chance.choice(list(spoken.classes)), chance, chance.randint(*words_of), names=names)
            for _ in range(pool or rows)
        ]
        labels = chance.choices(list(answers), weights=list(answers.values()), k=rows)
        return self.write([(chance.choice(texts) if pool else texts[n], labels[n]) for n in range(rows)], length)

    def disagreeing(self, tongue: str, rows: int, pool: int, length: int, right: float) -> dict[str, Any]:
        """A table of short texts that come again and again, on whose labels the people who gave them disagree."""
        spoken, chance = TONGUES[tongue], random.Random(rows + 1000 * self._number)  # noqa: S311
        names = list(spoken.classes)
        own = [chance.choice(names) for _ in range(pool)]
        texts = [say(spoken, label, chance, chance.randint(3, 6), 1) for label in own]
        found = []
        for _ in range(rows):
            which = chance.randrange(pool)
            found.append((texts[which], own[which] if chance.random() < right else chance.choice(names)))
        return self.write(found, length)

    def one_word(self, rows: int, length: int, make: str, **settings: Any) -> dict[str, Any]:
        """A table of texts without spaces, each a single word that hardly comes again: `dna` or `codes`."""
        chance = random.Random(rows + 1000 * self._number)  # noqa: S311
        found = []
        for _ in range(rows):
            label = chance.choice(["EI", "IE", "N"] if make == "dna" else ["oven", "fridge"])
            if make == "dna":
                motif = {"EI": "AGGTAAGT", "IE": "TTTTCAGG", "N": ""}[label]
                text = "".join(chance.choices("ACGT", k=60 - len(motif)))
                text = text[:26] + motif + text[26:]
            else:
                text = f"{'OV' if label == 'oven' else 'FR'}{chance.randrange(100_000):05}"
            found.append((text, label))
        return self.write(found, length, **settings)


def answer(classes: int) -> dict[str, Any]:
    return yes() if classes == 2 else dense(classes, "softmax")


def pooled(classes: int = 2, size: int = 16) -> Layers:
    return [words(size), MEAN, answer(classes)]


def reading(kind: str, units: int = 16, classes: int = 2) -> Layers:
    """An LSTM or a GRU that reads word by word."""
    return [words(), {"kind": kind, "units": units}, answer(classes)]


def windows(classes: int = 2, filters: int = 16) -> Layers:
    """Windows of three words, unmasked from the start."""
    return [words(mask=False), CONV | {"filters": filters}, {"kind": "GlobalMaxPooling1D"}, answer(classes)]


def spread(classes: int = 2, hidden: int = 32) -> Layers:
    """Every place of the text with weights of its own."""
    return [words(mask=False), FLATTEN, dense(hidden), answer(classes)]


def masked(*between: dict[str, Any], classes: int = 2) -> Layers:
    """An Embedding that marks the padding, and what comes after it."""
    return [words(), *between, answer(classes)]


CONV: dict[str, Any] = {"kind": "Conv1D", "filters": 16, "kernel_size": 3, "activation": "relu"}
LOOK: dict[str, Any] = {"kind": "MultiHeadAttention", "num_heads": 2, "key_dim": 8}
HALVED: dict[str, Any] = {"kind": "MaxPooling1D"}
MOST: dict[str, Any] = {"kind": "GlobalMaxPooling1D"}
NOISY = frozenset({"noisy_validation"})
OVERFITS = frozenset({"overfitting"})
"""Of a run that was meant to be sound; its validation loss rises from the second epoch on."""


def runs(folder: Path) -> Iterator[Run]:
    """All runs, kind by kind; tables that they need are written into `folder`."""
    tables = Tables(folder)
    for made in (wrong_columns, cut, unknown, few_rows, masks_dropped, contradictions, rates, healthy):
        yield from made(tables)
    if SMS.is_file():
        yield from messages()
        yield from real_texts(tables, "SMS", texts_of(SMS)[:1500])
    yield from real_texts(tables, "reviews.csv", texts_of(PROJECT / REVIEWS))
    if SMS.is_file():
        yield from new_runs(tables, "SMS", texts_of(SMS)[2000:3400])
    yield from new_runs(tables, "reviews.csv", texts_of(PROJECT / REVIEWS)[700:1900])


def wrong_columns(tables: Tables) -> Iterator[Run]:
    def run(name: str, data: dict[str, Any], layers: Layers, rate: float = 0.005, epochs: int = 8) -> Run:
        return Run("wrong column", name, data, layers, adam(rate), epochs)

    other = tables.other_column
    yield run("verified instead of stars", other("en", 600, (8, 16), 20, {"Y": 0.6, "N": 0.4}), pooled())
    yield run("gender instead of mood, LSTM", other("en", 900, (6, 12), 20, {"f": 0.52, "m": 0.48}), reading("LSTM"))
    yield run("Quelle", other("de", 800, (8, 14), 20, {"A": 0.4, "B": 0.35, "C": 0.25}), pooled(3))
    yield run("país", other("es", 300, (6, 10), 12, {"MX": 0.3, "ES": 0.3, "AR": 0.2, "CL": 0.2}), windows(4))
    yield run("appareil", other("fr", 1200, (6, 12), 15, {"mobile": 0.7, "bureau": 0.3}), pooled(), 0.003)
    towns = {"Москва": 0.3, "Казань": 0.2, "Омск": 0.2, "Пермь": 0.15, "Сочи": 0.15}
    yield run("город", other("ru", 1500, (8, 14), 20, towns), pooled(5))
    yield run("helpful votes", other("en", 2000, (10, 20), 25, {"0": 0.8, "1": 0.15, "2": 0.05}), pooled(3), 0.002)
    yield run("gender, texts that repeat", other("en", 600, (4, 8), 12, {"f": 0.5, "m": 0.5}, pool=150), pooled())
    writers = other("ja", 400, (10, 20), 20, {"田中": 0.5, "鈴木": 0.5}) | {"split_characters": True}
    yield run("writer", writers, pooled(), 0.01, 12)
    days = dict.fromkeys(("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"), 1 / 7)
    yield run("Wochentag, Flatten", other("de", 500, (8, 14), 15, days), spread(7), 0.003, 15)
    yield run("year, all texts cut", other("en", 700, (30, 50), 20, {"2024": 0.5, "2025": 0.5}), reading("GRU"))
    yield run("langue, many names", other("fr", 900, (8, 12), 16, {"fr": 0.55, "be": 0.45}, names=6), pooled(), 0.01)


def cut(tables: Tables) -> Iterator[Run]:
    def run(name: str, data: dict[str, Any], layers: Layers, rate: float = 0.005, epochs: int = 8) -> Run:
        return Run("cut", name, data, layers, adam(rate), epochs)

    plain = tables.plain
    yield run("abstracts, LSTM", plain("en", 600, (150, 190), 60, at="end"), reading("LSTM"), 0.003, 6)
    yield run("reviews of 90 words", plain("en", 1000, (80, 100), 30, at="end"), pooled())
    yield run("news of 60 words", plain("de", 800, (50, 70), 20, at="end"), windows(4))
    yield run("questions of 40 words", plain("fr", 400, (35, 45), 10, at="end"), pooled(3), 0.01)
    yield run("Russian reviews, GRU", plain("ru", 700, (30, 50), 12, at="end"), reading("GRU"))
    mixed = plain("en", 900, (20, 100), 30, at="end")
    yield run("lengths that differ", mixed, pooled(), 0.005, 10)
    japanese = plain("ja", 500, (70, 90), 25, at="end", split_characters=True)
    yield run("Japanese by character", japanese, pooled(), 0.01)
    yield run("diary of 50 words", plain("es", 1500, (40, 60), 15, at="end"), pooled(3))
    yield run("essays, 200 rows", plain("en", 200, (100, 140), 60, at="end"), spread(), 0.003, 12)
    yield run("news, most of them cut", plain("de", 2000, (15, 60), 20, at="end"), pooled(4))
    yield run("reports with many names", plain("en", 900, (30, 40), 20, at="end", names=10, max_words=200), pooled())
    yield run("letters, some labels wrong", plain("fr", 1100, (40, 60), 16, at="end", wrong=0.1), windows(3))


def unknown(tables: Tables) -> Iterator[Run]:
    def run(name: str, data: dict[str, Any], layers: Layers, rate: float = 0.005, epochs: int = 8) -> Run:
        return Run("unknown", name, data, layers, adam(rate), epochs)

    plain = tables.plain
    yield run("vocabulary of 8", plain("en", 900, (10, 16), 20, max_words=8), pooled())
    yield run("vocabulary of 10, German", plain("de", 800, (10, 16), 20, max_words=10), pooled(4))
    yield run("DNA in one word, vocabulary of 3", tables.one_word(900, 20, "dna", max_words=3), pooled(3))
    yield run("DNA in one word", tables.one_word(700, 10, "dna"), pooled(3), 0.01, 10)
    yield run("Japanese without spaces", plain("ja", 500, (12, 20), 15), pooled(), 0.01, 10)
    yield run("vocabulary of 6, Russian", plain("ru", 600, (8, 14), 16, max_words=6), reading("GRU"))
    yield run("numbers of articles", tables.one_word(1200, 4, "codes"), pooled(), 0.01)
    yield run("vocabulary of 12, French", plain("fr", 1000, (10, 14), 14, max_words=12), windows(3))
    yield run("vocabulary of 9, Spanish", plain("es", 1500, (10, 16), 16, telling=2, max_words=9), pooled(3))
    yield run("vocabulary of 5, LSTM", plain("en", 400, (10, 16), 16, max_words=5), reading("LSTM"), 0.005, 6)


def few_rows(tables: Tables) -> Iterator[Run]:
    def run(
        name: str, data: dict[str, Any], layers: Layers, rate: float = 0.001, epochs: int = 6, batch: int = 32
    ) -> Run:
        return Run("few rows", name, data, layers, adam(rate), epochs, batch)

    plain = tables.plain
    yield run("60 reviews, lesson 2's LSTM", plain("en", 60, (8, 14), 60), reading("LSTM", 32))
    yield run("80 questions", plain("fr", 80, (8, 12), 20, telling=1), pooled(3))
    yield run("100 reviews, batches of 64", plain("ru", 100, (10, 14), 20, telling=1), pooled(), 0.001, 5, 64)
    yield run("120 news", plain("de", 120, (8, 12), 20, telling=1), pooled(4), 0.001, 8)
    yield run("70 reviews by heart", plain("en", 70, (14, 20), 20, telling=1), spread(), 0.01, 30)
    yield run("90 diary entries by heart", plain("es", 90, (12, 18), 18, telling=1), spread(3), 0.01, 25)
    yield run("150 news by heart", plain("de", 150, (14, 20), 20, telling=1), spread(4), 0.005, 25)
    yield run("60 Russian reviews, GRU", plain("ru", 60, (8, 12), 20, telling=2), reading("GRU"), 0.001, 6)
    yield run("100 diary entries in one batch", plain("es", 100, (8, 12), 15, telling=1), pooled(3), 0.002, 10, 100)
    yield run("140 reviews, GRU", plain("en", 140, (8, 14), 60), reading("GRU"), 0.001, 5)


def masks_dropped(tables: Tables) -> Iterator[Run]:
    def run(name: str, data: dict[str, Any], layers: Layers, rate: float = 0.003, epochs: int = 8) -> Run:
        return Run("mask dropped", name, data, layers, adam(rate), epochs)

    plain = tables.plain
    lstm, gru = {"kind": "LSTM", "units": 16}, {"kind": "GRU", "units": 16}
    yield run("Conv1D before an LSTM", plain("en", 800, (6, 10), 200), masked(CONV, lstm), 0.002, 6)
    yield run("Conv1D before a GRU", plain("ru", 700, (6, 10), 150), masked(CONV, gru), 0.002, 6)
    yield run("Flatten of 300 places", plain("de", 400, (6, 30), 300, telling=2), masked(FLATTEN, classes=4), 0.001)
    yield run(
        "Flatten of 200 places", plain("en", 300, (10, 40), 200, telling=2), masked(FLATTEN, dense(16)), 0.001, 10
    )
    yield run("Conv1D and a mean", plain("fr", 900, (6, 10), 300), masked(CONV, MEAN, classes=3), 0.001, 6)
    yield run("Conv1D and a mean, Spanish", plain("es", 600, (6, 10), 250), masked(CONV, MEAN, classes=3), 0.001, 6)
    yield run(
        "attention and Flatten", plain("de", 300, (8, 30), 120, telling=2), masked(LOOK, FLATTEN, classes=4), 0.001
    )
    yield run(
        "attention and Flatten, 200 places", plain("en", 400, (6, 40), 200, telling=1), masked(LOOK, FLATTEN), 0.001, 6
    )
    yield run("pooled before an LSTM", plain("es", 900, (6, 10), 200), masked(CONV, HALVED, lstm, classes=3), 0.002, 6)
    yield run("Conv1D before two LSTMs", plain("de", 800, (6, 10), 150), masked(CONV, lstm, classes=4), 0.002, 6)


def contradictions(tables: Tables) -> Iterator[Run]:
    def run(name: str, data: dict[str, Any], layers: Layers, rate: float = 0.005, epochs: int = 8) -> Run:
        return Run("contradictions", name, data, layers, adam(rate), epochs)

    made = tables.disagreeing
    yield run("short reviews, labels by lot", made("en", 600, 60, 8, 0.0), pooled())
    yield run("headlines, labels by lot", made("de", 900, 100, 8, 0.0), pooled(4))
    yield run("moods, labels by lot", made("es", 500, 40, 8, 0.1), pooled(3))
    yield run("questions, hardly agreed on", made("fr", 800, 80, 8, 0.2), windows(3))
    yield run("Russian answers, GRU", made("ru", 1200, 90, 8, 0.1), reading("GRU"), 0.003, 6)
    yield run("reviews, LSTM", made("en", 1500, 200, 8, 0.1), reading("LSTM"), 0.003, 6)
    yield run("headlines, Flatten", made("de", 700, 70, 8, 0.2), spread(4))
    yield run("moods of few words", made("es", 300, 30, 8, 0.2), pooled(3), 0.01, 12)


def rates(tables: Tables) -> Iterator[Run]:
    def run(name: str, data: dict[str, Any], layers: Layers, optimizer: dict[str, Any], epochs: int = 8) -> Run:
        return Run("rate", name, data, layers, optimizer, epochs)

    plain = tables.plain
    yield run("Adam 0.00002", plain("en", 900, (10, 16), 20, doubt=0.2), pooled(), adam(2e-5))
    yield run(
        "Adam 0.00003, all texts cut after what counts",
        plain("de", 800, (30, 40), 20, at="start"),
        pooled(4),
        adam(3e-5),
    )
    yield run("Adam 3, windows", plain("es", 900, (10, 16), 20, doubt=0.2), windows(3), adam(3.0), 10)
    yield run(
        "Adam 2, cut after what counts", plain("en", 700, (30, 40), 20, at="start", doubt=0.3), spread(), adam(2.0), 10
    )
    yield run("SGD 0.0005", plain("fr", 900, (10, 14), 14, doubt=0.2, names=2), pooled(3), sgd(5e-4))
    yield run("SGD 0.0003, some labels wrong", plain("ru", 800, (8, 14), 16, wrong=0.1), pooled(), sgd(3e-4))
    yield run("RMSprop 0.5, GRU", plain("ru", 600, (8, 14), 16, doubt=0.3), reading("GRU"), rmsprop(0.5), 10)
    yield run("Adam 1, LSTM", plain("en", 600, (8, 14), 16), reading("LSTM"), adam(1.0), 10)


def healthy(tables: Tables) -> Iterator[Run]:
    def run(
        name: str,
        data: dict[str, Any],
        layers: Layers,
        rate: float = 0.01,
        epochs: int = 8,
        also: frozenset[str] = frozenset(),
    ) -> Run:
        return Run("healthy", name, data, layers, adam(rate), epochs, also=also)

    plain = tables.plain
    lstm = {"kind": "LSTM", "units": 16}
    yield run("reviews, pooled", plain("en", 1000, (10, 16), 20, doubt=0.3), pooled())
    yield run("news, pooled", plain("de", 1200, (10, 16), 20, doubt=0.2), pooled(4))
    yield run("moods with emoji", plain("es", 1500, (10, 16), 20, wrong=0.08), pooled(3))
    yield run("questions, windows", plain("fr", 900, (10, 14), 16, doubt=0.15), windows(3), 0.003, 6)
    yield run("Russian reviews, GRU", plain("ru", 1000, (8, 14), 16, doubt=0.2), reading("GRU"), 0.003, 6)
    yield run("Japanese by character", plain("ja", 800, (12, 20), 20, split_characters=True), pooled(), 0.02)
    yield run("all texts cut after what counts", plain("en", 800, (40, 60), 25, at="start", doubt=0.2), pooled())
    yield run("all texts cut, news", plain("de", 1000, (40, 60), 20, at="start"), windows(4), 0.005)
    yield run("half of the words unknown", plain("en", 1200, (8, 12), 24, names=10, max_words=150), pooled(), 0.01)
    yield run(
        "a third of the words unknown", plain("ru", 900, (8, 14), 18, names=5, doubt=0.2, max_words=100), pooled(), 0.01
    )
    yield run("200 reviews", plain("en", 200, (10, 14), 16, telling=5), pooled(), 0.02, 12, NOISY)
    yield run("160 moods", plain("es", 160, (8, 12), 14, telling=5), pooled(3), 0.03, 15, NOISY)
    yield run("a maximum after the mask", plain("en", 900, (8, 14), 30, doubt=0.2), masked(MOST), 0.005)
    yield run("Conv1D after the mask", plain("fr", 900, (8, 14), 24), masked(CONV, MOST, classes=3), 0.005)
    yield run("one label in twenty wrong", plain("de", 1600, (10, 16), 20, wrong=0.05), pooled(4), 0.02, also=OVERFITS)
    yield run("attention", plain("en", 700, (8, 14), 16), masked(LOOK, MEAN), 0.005, 6)
    yield run("reviews, LSTM", plain("en", 1500, (10, 16), 20, doubt=0.3), reading("LSTM"), 0.003, 5)
    yield run("Conv1D before an LSTM, short padding", plain("ru", 900, (10, 14), 14), masked(CONV, lstm), 0.005)
    yield run(
        "2,000 reviews, some labels wrong", plain("en", 2000, (10, 16), 20, wrong=0.05, doubt=0.2), pooled(), 0.01, 6
    )
    yield run("texts of three words", plain("de", 1000, (3, 5), 6, telling=2), pooled(4), 0.02)


def messages() -> Iterator[Run]:
    """On real text messages, 87 % of them ham."""
    data = COLUMNS | {"path": str(SMS), "sample": 2000, "keep_together": True}
    yield Run("healthy", "SMS, pooled", data | {"sequence_length": 40}, pooled(), adam(0.02), 8)
    yield Run("healthy", "SMS, windows", data | {"sequence_length": 40}, windows(), adam(0.003), 5)
    small = data | {"sequence_length": 40, "max_words": 4}
    yield Run("unknown", "SMS, vocabulary of 4", small, pooled(), adam(0.005), 6)
    yield Run("unknown", "SMS, vocabulary of 5, GRU", small | {"max_words": 5}, reading("GRU"), adam(0.003), 5)


def texts_of(path: Path) -> list[tuple[str, str]]:
    """The texts and labels of a table, in an order drawn by lot."""
    with path.open(encoding="utf-8", newline="") as file:
        found = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    random.Random(7).shuffle(found)  # noqa: S311  # no secret
    return found


def real_texts(tables: Tables, name: str, texts: list[tuple[str, str]]) -> Iterator[Run]:
    """Real texts with one flaw, or with none; added when the first rules were done."""

    def run(kind: str, what: str, data: dict[str, Any], layers: Layers, rate: float, epochs: int = 6) -> Run:
        return Run(kind, f"{name}, {what}", data, layers, adam(rate), epochs)

    chance, made = random.Random(8), tables.write  # noqa: S311
    for what, answers in (("gender", "fm"), ("month", "abcdefghijkl"), ("a rare answer", "y" * 9 + "n")):
        data = made([(text, chance.choice(answers)) for text, _ in texts], 40)
        yield run("wrong column", what, data, reading("LSTM") if answers == "fm" else pooled(len(set(answers))), 0.005)
    for length in (1, 3, 5):
        yield run("cut", f"{length} words read", made(texts, length), pooled(), 0.005, 8)
    for size in (12, 20, 30):
        yield run("unknown", f"vocabulary of {size}", made(texts, 40, max_words=size), pooled(), 0.005, 8)
    yield run("few rows", "30 rows, lesson 2's LSTM", made(texts[:30], 60), reading("LSTM", 32), 0.001)
    yield run("few rows", "80 rows", made(texts[30:110], 40), pooled(), 0.001)
    yield run("few rows", "120 rows, GRU", made(texts[110:230], 40), reading("GRU"), 0.001)
    lstm, gru = {"kind": "LSTM", "units": 16}, {"kind": "GRU", "units": 16}
    yield run("mask dropped", "Conv1D before an LSTM", made(texts, 200), masked(CONV, lstm), 0.001, 4)
    yield run("mask dropped", "Conv1D before a GRU", made(texts[:800], 250), masked(CONV, gru), 0.001, 4)
    for pool in (60, 150):
        again = [(chance.choice(texts[:pool])[0], chance.choice("ab")) for _ in range(800)]
        yield run("contradictions", f"{pool} texts, labels by lot", made(again, 40), pooled(), 0.005, 8)
    yield run("rate", "Adam 0.000001", made(texts, 40), pooled(), 1e-6)
    yield run("rate", "Adam 5", made(texts, 40), spread(), 5.0, 8)
    yield run("healthy", "LSTM", made(texts, 40), reading("LSTM"), 0.003, 4)
    yield run("healthy", "600 rows", made(texts[:600], 40), pooled(), 0.02)
    yield run("healthy", "Flatten of 200 places", made(texts, 200), masked(FLATTEN), 0.002)
    yield run("healthy", "windows", made(texts, 40), windows(), 0.002)


def new_runs(tables: Tables, name: str, texts: list[tuple[str, str]]) -> Iterator[Run]:
    """Other models and sizes on other rows; trained once, when rules and thresholds were final."""
    chance, made = random.Random(9), tables.write  # noqa: S311  # no secret

    def run(kind: str, what: str, data: dict[str, Any], layers: Layers, rate: float, epochs: int, batch: int) -> Run:
        return Run(kind, f"{name}, {what} (new)", data, layers, rmsprop(rate), epochs, batch, is_new=True)

    def lot(names: str, number: int) -> list[tuple[str, str]]:
        return [(text, chance.choice(names)) for text, _ in texts[:number]]

    deep = [words(24), MEAN, dense(48), {"kind": "Dropout", "rate": 0.2}, dense(24)]
    lstm = {"kind": "LSTM", "units": 24}
    conv = CONV | {"kernel_size": 5, "filters": 24}
    yield run("wrong column", "product", made(lot("abcd", 1000), 30), [*deep, answer(4)], 0.002, 10, 64)
    yield run("wrong column", "verified", made(lot("yyyn", 500), 50), [*deep, answer(2)], 0.002, 12, 16)
    yield run("wrong column", "300 rows", made(lot("ab", 300), 30), reading("GRU", 24), 0.003, 8, 16)
    yield run("cut", "2 words read, deep", made(texts, 2), [*deep, answer(2)], 0.002, 10, 64)
    yield run("cut", "4 words read, LSTM", made(texts[:700], 4), reading("LSTM", 24), 0.003, 8, 16)
    yield run("unknown", "vocabulary of 8, deep", made(texts, 30, max_words=8), [*deep, answer(2)], 0.002, 10, 64)
    yield run("unknown", "vocabulary of 16, LSTM", made(texts, 30, max_words=16), reading("LSTM", 24), 0.003, 6, 32)
    joined = [(text.replace(" ", ""), label) for text, label in texts[:800]]
    yield run("unknown", "no spaces", made(joined, 10), [*deep, answer(2)], 0.003, 10, 32)
    yield run("few rows", "60 rows", made(texts[:60], 40), [*deep, answer(2)], 0.001, 6, 16)
    yield run("few rows", "100 rows", made(texts[60:160], 40), reading("LSTM", 24), 0.001, 6, 32)
    yield run("mask dropped", "Conv1D before an LSTM", made(texts, 250), masked(conv, lstm), 0.001, 4, 32)
    yield run("mask dropped", "pooled before an LSTM", made(texts[:900], 300), masked(conv, HALVED, lstm), 0.001, 5, 32)
    again = [(chance.choice(texts[:100])[0], chance.choice("abc")) for _ in range(700)]
    yield run("contradictions", "100 texts", made(again, 30), [*deep, answer(3)], 0.002, 10, 32)
    yield run("rate", "RMSprop 0.000003", made(texts, 40), [*deep, answer(2)], 3e-6, 6, 32)
    yield run("rate", "RMSprop 1", made(texts, 40), [*deep, answer(2)], 1.0, 8, 32)
    yield run("healthy", "deep", made(texts, 40), [*deep, answer(2)], 0.002, 8, 32)
    yield run("healthy", "GRU", made(texts, 40), reading("GRU", 24), 0.003, 5, 32)
    yield run("healthy", "Conv1D and a maximum", made(texts, 60), masked(conv, MOST), 0.003, 6, 32)
    yield run("healthy", "500 rows", made(texts[:500], 40), pooled(), 0.01, 10, 16)


Row = dict[str, Any]


def record(run: Run, history: History) -> Row:
    """What the coach can know of a run: its recipe, what was prepared, and the numbers of its epochs."""
    assert history.prepared is not None
    names = sorted({name for epoch in history.epochs for name in epoch.logs} - {"learning_rate"})
    return described(run) | {
        "prepared": history.prepared.model_dump(
            mode="json", exclude={"n", "t", "kind", "execution", "seconds", "versions"}, exclude_none=True
        ),
        "logs": {name: [_rounded(epoch.logs.get(name)) for epoch in history.epochs] for name in names},
        "diverged": history.has_diverged,
        "state": str(history.state),
    }


def described(run: Run) -> Row:
    """What is known of a run before it is trained."""
    asked = run.recipe
    asked = asked.with_(data=asked.data.with_(path=Path(str(asked.data.path)).name))
    told: Row = {"kind": run.kind, "name": run.name, "also": sorted(run.also), "new": run.is_new}
    return told | {"recipe": asked.model_dump(mode="json")}


def _rounded(value: float | None) -> float | str | None:
    return value if value is None else float(f"{value:.6g}") if isfinite(value) else str(value)


def recalled(row: Row) -> History:
    """The history of a recorded run."""
    events: list[AnyEvent] = [Prepared(seconds=0.0, **row["prepared"])]
    count = max(map(len, row["logs"].values()), default=0)
    for place in range(count):
        logs = {name: float(values[place]) for name, values in row["logs"].items() if values[place] is not None}
        events.append(EpochEnded(epoch=place + 1, seconds=0.0, logs=logs))
    if row["diverged"]:
        events.append(BatchSeen(epoch=count + 1, step=1, logs={"loss": float("nan")}))
    events.append(StateChanged(state=RunState(row["state"])))
    return History().add(event.model_copy(update={"n": n}) for n, event in enumerate(events))


def recorded(part: Part) -> list[Kept]:
    """The recorded runs of a part: of each kind every second one is held out, unless it is new."""
    found = []
    seen: Counter[str] = Counter()
    for row in rows():
        kind = row["kind"]
        if row["new"]:
            belongs: Part = "new"
        else:
            belongs = "held-out" if seen[kind] % 2 else "tuned"
            seen[kind] += 1
        if belongs == part:
            also = TRUE_BESIDES.get(kind, frozenset()) | set(row["also"])
            asked = Recipe.from_json(json.dumps(row["recipe"]))
            problem = None if kind == "healthy" else kind
            found.append(Kept(f"{kind}: {row['name']}", part, problem, also, asked, recalled(row), NAMES[kind]))
    return found


def rows() -> list[Row]:
    """What is recorded; nothing yet if there is no file."""
    found: list[Row] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else []
    return found


def main() -> None:
    """Train what is missing, and record it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", metavar="KIND", help="train the runs of this kind again, or `all`")
    asked = parser.parse_args().again
    known = {(row["kind"], row["name"]): row for row in rows()}
    found: dict[tuple[str, str], Row] = {}
    with tempfile.TemporaryDirectory() as folder:
        for run in runs(Path(folder)):
            key = run.kind, run.name
            row = known.get(key)
            if row is None or asked in ("all", run.kind):
                row = record(run, trained(Case(run.name, None, run.recipe)))
                ends = {name: values[-1] for name, values in row["logs"].items() if values}
                print(f"{run.kind}, {run.name}: {ends}", flush=True)
            found[key] = row | described(run)
    kept = known | found if not SMS.is_file() else found
    order = sorted(kept.values(), key=lambda row: list(NAMES).index(row["kind"]))
    FILE.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in order) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main()
