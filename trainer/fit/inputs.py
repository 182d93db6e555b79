"""From a data set to tensors and batches: pictures scaled to 0..1, texts as word numbers, rows of numbers standardised,
and answers as the loss reads them.
"""

from __future__ import annotations

import json
import threading
import weakref
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, assert_never
from weakref import WeakKeyDictionary

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from trainer.data.dataset import Dataset, Part
from trainer.data.numbers import Scaling, learn_scaling
from trainer.data.words import vocabulary, words_in
from trainer.fit.build import BUILD_LOCK
from trainer.recipe.check.memory import EVALUATION_BATCH
from trainer.recipe.data import Modality, Standardize
from trainer.recipe.losses import LossChoice
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import RecipeError
from trainer.runs.files import read_file
from trainer.runs.wording import WORDING


@dataclass(frozen=True)
class Words:
    """The vocabulary of a run: `words[0]` is padding, `words[1]` stands for unknown words."""

    FILE: ClassVar[str] = "vocabulary.json"
    words: tuple[str, ...]
    sequence_length: int
    standardize: Standardize

    def to_json(self) -> str:
        return json.dumps(self.words, ensure_ascii=False)

    def numbers(self, texts: NDArray[Any]) -> NDArray[Any]:
        """Texts (n,) as word numbers (n, sequence_length), int32, cut or filled with 0 at the end."""
        numbers = self._unicode_numbers(texts) if self.standardize == "unicode" else self._keras_numbers(texts)
        # A text without a single word would be padding alone. Keras's masked mean of it is 0 / 0, which makes all
        # weights NaN from the first batch on; so it is read as one unknown word, as a person would.
        numbers[~numbers.any(axis=1), 0] = 1
        return numbers

    def _unicode_numbers(self, texts: NDArray[Any]) -> NDArray[Any]:
        known = {word: number for number, word in enumerate(self.words) if number > 1}
        numbers = np.zeros((len(texts), self.sequence_length), np.int32)
        for row, text in zip(numbers, texts, strict=True):
            read = [known.get(word, 1) for word in words_in(str(text), self.standardize)[: self.sequence_length]]
            row[: len(read)] = read
        return numbers

    def _keras_numbers(self, texts: NDArray[Any]) -> NDArray[Any]:
        with BUILD_LOCK:
            layer = keras.layers.TextVectorization(
                max_tokens=max(len(self.words), 3),
                output_sequence_length=self.sequence_length,
                vocabulary=list(self.words[2:]),
            )
        portions = [layer(tf.constant(texts[i : i + 4096].astype(str))).numpy() for i in range(0, len(texts), 4096)]
        numbers: NDArray[Any] = np.concatenate(portions).astype(np.int32)
        return numbers


Preparation = Words | Scaling
"""What a run learns from its training examples alone, so that the model can read any example."""


def learn_words(texts: NDArray[Any], size: int, length: int, standardize: Standardize) -> Words:
    """The most common words of the training texts (n,), and of no others: test texts must stay unseen.

    Args:
        texts: of the training part, (n,).
        size: how many word numbers there may be.
        length: how many words of each text the model reads.
        standardize: the rule by which texts are cut into words.

    Raises:
        RecipeError: there is no word in them.
    """
    if standardize == "unicode":
        counts = Counter(word for text in texts for word in words_in(str(text), standardize))
        words = vocabulary(counts, size)
    else:
        with BUILD_LOCK:
            layer = keras.layers.TextVectorization(max_tokens=size, output_sequence_length=length)
            layer.adapt(_untuned(tf.data.Dataset.from_tensor_slices(texts.astype(str)).batch(1024)))
            words = tuple(layer.get_vocabulary())
    if len(words) < 3:
        raise RecipeError(WORDING.message("no_words"))
    return Words(words, length, standardize)


def preparation_of(dataset: Dataset) -> Preparation | None:
    """The vocabulary of texts, or the scaling of rows of numbers; learned once, however many fits read the data.

    Raises:
        RecipeError: as for `learn_words`.
    """
    with _KEEPING:
        if dataset not in _PREPARATIONS:
            _PREPARATIONS[dataset] = _learn(dataset)
        return _PREPARATIONS[dataset]


def _learn(dataset: Dataset) -> Preparation | None:
    match dataset.modality:
        case "image":
            return None
        case "text":
            return learn_words(dataset.train.x, dataset.vocabulary or 3, dataset.input_shape[0], dataset.standardize)
        case "table":
            return learn_scaling(dataset.train.x)
        case _:
            assert_never(dataset.modality)


class Form(Protocol):
    """What examples look like; a `Dataset` knows it."""

    @property
    def modality(self) -> Modality: ...

    @property
    def input_shape(self) -> Shape: ...

    @property
    def standardize(self) -> Standardize: ...


def kept_preparation(dataset: Form, folder: Path) -> Preparation | None:
    """What a run has learned from its training examples, as it lies in the run's folder.

    Raises:
        RecipeError: its file is missing or damaged.
    """
    try:
        match dataset.modality:
            case "image":
                return None
            case "text":
                words = json.loads(read_file(folder / Words.FILE).decode("utf-8"))
                return Words(tuple(map(str, words)), dataset.input_shape[0], dataset.standardize)
            case "table":
                found = json.loads(read_file(folder / Scaling.FILE).decode("utf-8"))
                return Scaling(tuple(map(float, found["mean"])), tuple(map(float, found["deviation"])))
            case _:
                assert_never(dataset.modality)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecipeError(WORDING.message("preparation_unreadable")) from error


WHITE = 255.0
"""The brightest pixel."""


@dataclass(frozen=True)
class Examples:
    """What the model reads, as TensorFlow holds it; shared by all fits of the process on the same data."""

    pool: tf.Tensor
    """Pictures (m, height, width, channels) as uint8, word numbers (m, length) as int32, or rows (m, features) as
    float32."""
    places: tf.Tensor
    """Where each example stands in the pool: (n,), int32."""

    def __len__(self) -> int:
        return int(self.places.shape[0])

    def take(self, numbers: tf.Tensor, white: tf.Tensor | float = WHITE) -> tf.Tensor:
        """A batch: examples of these numbers, pixels 0..255 as 0..1. So the data itself stays small in memory.

        Args:
            numbers: which examples, (m,).
            white: the brightest pixel, 255. A graph that TensorFlow optimizes has to get it as an argument: where it
                knows the number, it multiplies by 1 / 255, which rounds otherwise than a division.
        """
        x = tf.gather(self.pool, tf.gather(self.places, numbers))
        return tf.cast(x, tf.float32) / white if x.dtype == tf.uint8 else x


@dataclass(frozen=True)
class Rows:
    """Examples with their answers, as TensorFlow holds them."""

    x: Examples
    y: tf.Tensor
    """Answers in the form that the loss reads, first axis n."""

    def __len__(self) -> int:
        return len(self.x)

    def take(self, numbers: tf.Tensor, white: tf.Tensor | float = WHITE) -> tuple[tf.Tensor, tf.Tensor]:
        """A batch, as for `Examples`."""
        return self.x.take(numbers, white), tf.gather(self.y, numbers)


def examples(part: Part, preparation: Preparation | None) -> Examples:
    """The examples of a part, in memory once however many fits read them."""
    with _KEEPING:
        kept = _EXAMPLES.setdefault(part, {})
        if preparation not in kept:
            pool = _shared(part.pool) if preparation is None else tf.constant(preparation.numbers(part.x))
            places = np.arange(len(part)) if part.places is None or preparation is not None else part.places
            kept[preparation] = Examples(pool, tf.constant(places.astype(np.int32)))
        return kept[preparation]


def _shared(pool: NDArray[Any]) -> tf.Tensor:
    """The tensor of an array; kept as long as the array itself is."""
    known = _POOLS.get(id(pool))
    if known is None or known[0]() is not pool:
        # TensorFlow holds numbers in memory of its own, so this is the one copy of the pictures that fits read.
        number = id(pool)
        known = _POOLS[number] = (weakref.ref(pool, lambda _: _POOLS.pop(number, None)), tf.constant(pool))
    return known[1]


_KEEPING = threading.Lock()
_PREPARATIONS: WeakKeyDictionary[Dataset, Preparation | None] = WeakKeyDictionary()
_EXAMPLES: WeakKeyDictionary[Part, dict[Preparation | None, Examples]] = WeakKeyDictionary()
_POOLS: dict[int, tuple[weakref.ref[NDArray[Any]], tf.Tensor]] = {}


def encoded_targets(y: NDArray[np.int64], loss: LossChoice, classes: int) -> NDArray[Any]:
    """Class indices (n,) in the form that the loss reads; see `LossChoice`."""
    if loss.targets == "one_hot":
        return np.eye(classes, dtype=np.float32)[y]
    if loss.targets == "binary":
        return y.astype(np.float32)[:, None]
    return y.astype(np.int32)


def rows_of(part: Part, preparation: Preparation | None, loss: LossChoice, classes: int) -> Rows:
    """The rows of a part, with their answers in the form that the loss reads."""
    return Rows(examples(part, preparation), tf.constant(encoded_targets(part.y, loss, classes)))


class EpochNumber(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Tells the batches which epoch they are shuffled for."""

    def __init__(self) -> None:
        super().__init__()
        self.number = tf.Variable(0, dtype=tf.int64, trainable=False)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.number.assign(epoch)


def epoch_order(rows: int, seed: int, epoch: tf.Tensor | tf.Variable | int) -> tf.Tensor:
    """The numbers of all rows (rows,), int32, as an epoch (from 0) deals them; seed and epoch alone decide."""
    both = tf.stack([tf.constant(seed, tf.int64), tf.cast(epoch, tf.int64)])
    return tf.random.experimental.stateless_shuffle(tf.range(rows), seed=both)


def training_batches(rows: Rows, batch_size: int, seed: int, epoch: tf.Variable) -> tf.data.Dataset:
    """The batches of one epoch, shuffled each time they are asked for; see `epoch_order`.

    Args:
        rows: of the training part.
        batch_size: rows of a batch; the last one of an epoch holds what is left.
        seed: of the shuffling.
        epoch: the number of the epoch, from 0; read when the batches of an epoch begin.
    """
    steps = -(-len(rows) // batch_size)

    def shuffled(_: tf.Tensor) -> tf.data.Dataset:
        order = epoch_order(len(rows), seed, epoch)

        def batch(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return rows.take(order[step * batch_size : (step + 1) * batch_size])

        return tf.data.Dataset.range(steps, output_type=tf.int32).map(batch)

    batches = tf.data.Dataset.range(1).flat_map(shuffled).prefetch(4)
    return _untuned(batches.apply(tf.data.experimental.assert_cardinality(steps)))


def evaluation_batches(rows: Rows) -> tf.data.Dataset:
    """The rows in their own order, for validation and test."""

    def batch(begin: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return rows.take(tf.range(begin, tf.minimum(begin + EVALUATION_BATCH, len(rows))))

    begins = tf.data.Dataset.range(0, len(rows), EVALUATION_BATCH, output_type=tf.int32)
    return _untuned(begins.map(batch).prefetch(4))


def _untuned(batches: tf.data.Dataset) -> tf.data.Dataset:
    """Batches without the thread that would tune them: there is nothing to tune.

    TensorFlow waits for that thread when it puts an epoch's batches away. The thread sleeps twice as long each time, up
    to a minute, and often sleeps on when it is told to end. So a fit stood still after an epoch for up to as long as
    the epoch had taken, and thirty fits that took turns for a minute, over and over.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return batches.with_options(options)
