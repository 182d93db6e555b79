"""How much memory fits really take, compared with the estimate of `trainer.recipe.check.memory`.

`python -m benchmarks.memory_estimate` prints the table. It takes about five minutes on two cores and up to 6 GB. Each
case runs in a process of its own, on generated data, through the product's own `train`. A tiny fit goes first, and what
the process holds after that is not counted. Linux only: the peak is the kernel's own figure (`VmHWM`).
"""

from __future__ import annotations

import ctypes
import gc
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from trainer import PROJECT

CLASSES = 4
HEAD = {"kind": "Dense", "units": CLASSES, "activation": "softmax"}
WORDS = {"kind": "Embedding", "input_dim": 1002, "output_dim": 16}
MEAN = {"kind": "GlobalAveragePooling2D"}
MEAN_WORD = {"kind": "GlobalAveragePooling1D"}
WIDE = [{"kind": "Flatten"}, {"kind": "Dense", "units": 20_000}, {"kind": "Dense", "units": 5000}]
LESS = [{"kind": "Flatten"}, {"kind": "Dense", "units": 8000}, {"kind": "Dense", "units": 4000}]


def convolution(filters: int, **settings: Any) -> dict[str, Any]:
    """A Conv2D with a window of 3 by 3."""
    return {"kind": "Conv2D", "filters": filters, "kernel_size": [3, 3], **settings}


def attention(heads: int, numbers: int, **settings: Any) -> dict[str, Any]:
    """A MultiHeadAttention with so many heads of so many numbers."""
    return {"kind": "MultiHeadAttention", "num_heads": heads, "key_dim": numbers, **settings}


def pictures(layers: list[Any], optimizer: str = "SGD", batch: int = 512, **more: Any) -> dict[str, Any]:
    """A case with pictures of 28 by 28: two batches of them."""
    return {"layers": layers, "optimizer": {"kind": optimizer, **more}, "batch": batch, "rows": 2 * batch}


def texts(layers: list[Any], optimizer: str = "SGD", batch: int = 128, rows: int = 300, length: int = 500) -> Any:
    """A case with texts."""
    return {"layers": layers, "optimizer": {"kind": optimizer}, "batch": batch, "rows": rows, "length": length}


CASES: dict[str, dict[str, Any]] = {
    "Dense 20000, Dense 5000, Adam": pictures(WIDE, "Adam", 32),
    "Dense 8000, Dense 4000, SGD": pictures(LESS, "SGD", 32),
    "the same, SGD with momentum": pictures(LESS, "SGD", 32, momentum=0.9),
    "the same, RMSprop": pictures(LESS, "RMSprop", 32),
    "the same, Adam with amsgrad": pictures(LESS, "Adam", 32, amsgrad=True),
    "the same, Adadelta": pictures(LESS, "Adadelta", 32),
    "the same, Lion": pictures(LESS, "Lion", 32),
    "the same, Adafactor": pictures(LESS, "Adafactor", 32),
    "the same, Muon": pictures(LESS, "Muon", 32),
    "Conv2D 256, batch 512": pictures([convolution(256), MEAN]),
    "Conv2D 256 gelu, batch 512": pictures([convolution(256, activation="gelu"), MEAN]),
    "3 x Conv2D 64, batch 512": pictures([convolution(64)] * 3 + [MEAN]),
    "Conv2D 128, pool, Conv2D 64": pictures([convolution(128), {"kind": "MaxPooling2D"}, convolution(64), MEAN]),
    "Conv2D 64, Conv2D 64 in 4 groups": pictures([convolution(64), convolution(64, groups=4), MEAN], batch=256),
    "6 x Dense 64 on each pixel": pictures([{"kind": "Dense", "units": 64, "activation": "relu"}] * 6 + [MEAN]),
    "Conv2D 64, 4 x BatchNormalization": pictures([convolution(64)] + [{"kind": "BatchNormalization"}] * 4 + [MEAN]),
    "LSTM 512, 500 steps, batch 128": texts([WORDS, {"kind": "LSTM", "units": 512}]),
    "GRU 512, 500 steps, batch 128": texts([WORDS, {"kind": "GRU", "units": 512}]),
    "SimpleRNN 512, 500 steps, batch 128": texts([WORDS, {"kind": "SimpleRNN", "units": 512}]),
    "2 x LSTM 128 with dropout": texts(
        [WORDS, *({"kind": "LSTM", "units": 128, "dropout": 0.2, "return_sequences": more} for more in (True, False))]
    ),
    "LSTM 128 with recurrent dropout": texts([WORDS, {"kind": "LSTM", "units": 128, "recurrent_dropout": 0.2}]),
    "Bidirectional LSTM 128": texts([WORDS, {"kind": "Bidirectional", "layer": {"kind": "LSTM", "units": 128}}]),
    "MultiHeadAttention 4 x 64": texts([WORDS | {"output_dim": 64}, attention(4, 64), MEAN_WORD]),
    "MultiHeadAttention 4 x 64 with dropout": texts(
        [WORDS | {"output_dim": 64}, attention(4, 64, dropout=0.2), MEAN_WORD]
    ),
    "MultiHeadAttention 2 x 512, 100 steps": texts([WORDS, attention(2, 512), MEAN_WORD], length=100),
    "6 x MultiHeadAttention 2 x 16, 400 steps": texts([WORDS, *[attention(2, 16)] * 6, MEAN_WORD], length=400),
    "MultiHeadAttention 1 x 1024 on pooled pictures": pictures(
        [{"kind": "MaxPooling2D"}, attention(1, 1024), MEAN], batch=64
    ),
    "MultiHeadAttention 2 x 16 on pictures": pictures([attention(2, 16), MEAN], batch=64),
    "MultiHeadAttention 2 x 16, batch 8, validated": (
        pictures([attention(2, 16), MEAN], batch=8) | {"rows": 512, "validation": 0.5}
    ),
    "512 numbers per word, LSTM 32": texts([WORDS | {"output_dim": 512}, {"kind": "LSTM", "units": 32}]),
    "512 numbers per word, Conv1D 256": texts(
        [WORDS | {"output_dim": 512}, {"kind": "Conv1D", "filters": 256}, {"kind": "GlobalMaxPooling1D"}]
    ),
    "Embedding 1e6 x 64, Adam": texts(
        [WORDS | {"input_dim": 1_000_000, "output_dim": 64}, {"kind": "GlobalAveragePooling1D"}], "Adam", 32, 100, 60
    ),
    "Dense 10 on pictures, batch 8192": pictures([{"kind": "Flatten"}], batch=8192) | {"rows": 60_000},
    "20,000 texts of 2,000 words": texts([WORDS, {"kind": "GlobalAveragePooling1D"}], rows=20_000, length=2000),
}


def made_up(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Write data for a case into a folder; the recipe's `data`."""
    chance, rows = np.random.default_rng(1), case["rows"]
    if "length" in case:
        lines = [
            f"{' '.join(f'w{word}' for word in chance.integers(0, 1000, 40))},c{row % CLASSES}" for row in range(rows)
        ]
        (folder / "texts.csv").write_text("\n".join(["text,label", *lines]), "utf-8")
        path, length = str(folder / "texts.csv"), case["length"]
        return {"kind": "text_csv", "path": path, "max_words": 1002, "sequence_length": length, "validation": 0}
    arrays = {}
    for part, count in (("train", rows), ("test", 8)):
        arrays[f"x_{part}"] = chance.integers(0, 255, (count, 28, 28), dtype=np.uint8)
        arrays[f"y_{part}"] = np.arange(count) % CLASSES
    np.savez(folder / "pictures.npz", **arrays)  # type: ignore[arg-type]  # mypy takes an array for `allow_pickle`
    return {"kind": "mnist", "path": str(folder / "pictures.npz"), "validation": case.get("validation", 0)}


def status(word: str) -> int:
    """A line of the kernel's notes on this process, in bytes."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{word}:")) * 1024


def measure(case: dict[str, Any]) -> dict[str, int]:
    """What a case needs by the estimate, and what it really took at most, in bytes."""
    from trainer import data
    from trainer.fit.control import Control
    from trainer.fit.run import train
    from trainer.recipe.check import check, needed
    from trainer.recipe.recipe import Recipe

    tiny = case | {"rows": 64, "layers": [{"kind": "Flatten"}], "batch": 32}
    if "length" in case:
        tiny |= {"length": 10, "layers": [WORDS, {"kind": "LSTM", "units": 2}]}
    for one in (tiny, case):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            tree = {
                "data": made_up(one, folder),
                "layers": [*one["layers"], HEAD],
                "optimizer": one["optimizer"],
                "fit": {"epochs": 1, "batch_size": one["batch"]},
            }
            recipe = Recipe.from_json(json.dumps(tree))
            gc.collect()
            ctypes.CDLL("libc.so.6").malloc_trim(0)  # what is free already would otherwise be taken without a trace
            Path("/proc/self/clear_refs").write_text("5", "utf-8")  # forgets the peak so far
            before = status("VmRSS")
            train(recipe, folder, lambda event: None, Control())
            peak = status("VmHWM") - before
            facts = data.facts(recipe.data, recipe.seed)
    return {"estimate": needed(recipe, list(check(recipe, facts).rows), facts).total, "peak": peak}


def main() -> None:
    """Print the table, line by line as it comes; `--case NAME` is one of the processes that it starts for that."""
    if sys.argv[1:2] == ["--case"]:
        print(json.dumps(measure(CASES[sys.argv[2]])))
        return
    print("| case | estimate | measured peak | estimate / peak |")
    print("|---|---|---|---|", flush=True)
    for name in CASES:
        command = [sys.executable, "-m", "benchmarks.memory_estimate", "--case", name]
        done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.strip().splitlines()[-1])
        estimate, peak = found["estimate"], found["peak"]
        print(f"| {name} | {estimate / 1e6:,.0f} MB | {peak / 1e6:,.0f} MB | {estimate / peak:.2f} |", flush=True)


if __name__ == "__main__":
    main()
