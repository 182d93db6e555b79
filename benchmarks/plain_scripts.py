"""The three lessons as plain Keras scripts, as a textbook writes them: what Fitboard is compared with.

`python -m benchmarks.plain_scripts mnist_cnn` prints one line of JSON: test accuracy, epochs, seconds.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
from sklearn.model_selection import train_test_split

from trainer import PROJECT


def mnist() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """MNIST's arrays, pixels scaled to 0..1."""
    with np.load(PROJECT / "data" / "mnist.npz", allow_pickle=False) as arrays:
        x_train, x_test = (arrays[name][..., None].astype("float32") / 255 for name in ("x_train", "x_test"))
        return (x_train, arrays["y_train"]), (x_test, arrays["y_test"])


def cnn() -> keras.Sequential:
    """The stack of lessons 1 and 3."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(64, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def mnist_cnn() -> tuple[float, int]:
    """Lesson 1: five epochs on all 60,000 training pictures."""
    (x, y), test = mnist()
    model = cnn()
    model.fit(x, y, batch_size=32, epochs=5, verbose=0)
    return model.evaluate(*test, verbose=0)[1], 5


def mnist_checkpoint_early_stopping() -> tuple[float, int]:
    """Lesson 3: a fifth for validation, the best weights loaded before the test."""
    (x, y), test = mnist()
    model = cnn()
    with tempfile.TemporaryDirectory() as folder:
        best = f"{folder}/best.weights.h5"
        callbacks = [
            keras.callbacks.ModelCheckpoint(best, monitor="val_loss", save_best_only=True, save_weights_only=True),
            keras.callbacks.EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True),
        ]
        history = model.fit(x, y, batch_size=32, epochs=10, validation_split=0.2, callbacks=callbacks, verbose=0)
        model.load_weights(best)
    return model.evaluate(*test, verbose=0)[1], len(history.epoch)


def text_lstm(path: Path) -> tuple[float, int]:
    """Lesson 2 on a table with the columns text and label, 70 % of its rows for training, 15 % for the test."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = sorted({row["label"] for row in rows})
    texts = np.array([row["text"] for row in rows])
    y = np.array([names.index(row["label"]) for row in rows])
    train_x, rest_x, train_y, rest_y = train_test_split(texts, y, test_size=0.3, random_state=1, stratify=y)
    val_x, test_x, val_y, test_y = train_test_split(rest_x, rest_y, test_size=0.5, random_state=1, stratify=rest_y)
    words = keras.layers.TextVectorization(max_tokens=10_000, output_sequence_length=60)
    words.adapt(train_x)
    train, val, test = (words(part).numpy() for part in (train_x, val_x, test_x))
    model = keras.Sequential(
        [
            keras.Input((60,), dtype="int32"),
            keras.layers.Embedding(10_000, 32, mask_zero=True),
            keras.layers.LSTM(32, dropout=0.2),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    epochs = json.loads((PROJECT / "recipes" / "text_lstm.json").read_text("utf-8"))["fit"]["epochs"]
    model.fit(train, train_y, batch_size=32, epochs=epochs, validation_data=(val, val_y), verbose=0)
    return model.evaluate(test, test_y, verbose=0)[1], epochs


def main() -> None:
    """Run the script that the first argument names; a table for `text_lstm` may follow."""
    name, *rest = sys.argv[1:]
    keras.utils.set_random_seed(1)
    began = time.monotonic()
    if name == "text_lstm":
        accuracy, epochs = text_lstm(Path(rest[0]) if rest else PROJECT / "data" / "reviews.csv")
    else:
        accuracy, epochs = {
            "mnist_cnn": mnist_cnn,
            "mnist_checkpoint_early_stopping": mnist_checkpoint_early_stopping,
        }[name]()
    print(json.dumps({"accuracy": accuracy, "epochs": epochs, "seconds": round(time.monotonic() - began, 1)}))


if __name__ == "__main__":
    main()
