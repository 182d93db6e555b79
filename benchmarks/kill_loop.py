"""Thirty kills at random moments, of the trainer, the server, or both at once, with a Resume after each.

`python -m benchmarks.kill_loop` prints the tables of `docs/reliability.md` and takes about ten minutes on two cores.
The network learns 1,000 digits with Dropout (random), BatchNormalization (stateful) and every callback that has a
state; each result is compared with the same run left undisturbed. Not for Windows, which has no SIGKILL. `--kills N`,
`--epochs N` and `--limit N` (pictures) make it shorter; `--seed N` chooses other moments.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import mean

from tests.support.killing import ACTIVITIES, WHO, Findings, Kill, KillLoop
from trainer.recipe.recipe import Recipe

TITLES = {"trainer": "trainer alone", "server": "server alone", "both": "both at once"}
LONGEST_PAUSE = 0.3
"""Seconds up to which a kill comes after the event that it waited for: longer than an epoch, so that all is hit."""


def recipe_of(epochs: int, limit: int) -> Recipe:
    """What is trained: all that a state has to carry is in it."""
    tree = {
        "name": "Kill loop",
        "data": {"kind": "mnist", "limit": limit, "validation": 0.2},
        "layers": [
            {"kind": "Flatten"},
            {"kind": "Dense", "units": 32, "activation": "relu"},
            {"kind": "BatchNormalization"},
            {"kind": "Dropout", "rate": 0.3},
            {"kind": "Dense", "units": 10, "activation": "softmax"},
        ],
        "optimizer": {"kind": "Adam", "learning_rate": 0.002},
        "fit": {"epochs": epochs, "batch_size": 16},
        "callbacks": [
            {"kind": "ModelCheckpoint"},
            {"kind": "EarlyStopping", "patience": epochs},
            {"kind": "ReduceLROnPlateau", "patience": 2, "factor": 0.7, "cooldown": 1},
            {"kind": "CSVLogger"},
        ],
    }
    return Recipe.from_json(json.dumps(tree))


def table_of_kills(kills: Sequence[Kill]) -> Iterable[str]:
    """How often each was killed, what it was at, and what that cost."""
    columns = [[kill for kill in kills if kill.who == who] for who in WHO] + [list(kills)]

    def row(title: str, cell: Callable[[list[Kill]], object]) -> str:
        return f"| {title} | " + " | ".join(str(cell(column)) for column in columns) + " |"

    yield "| | " + " | ".join(TITLES[who] for who in WHO) + " | all |"
    yield "|---" * (len(columns) + 1) + "|"
    yield row("kills", len)
    for hit in ACTIVITIES:
        yield row(f"while: {hit}", lambda column: [kill.hit for kill in column].count(hit))  # noqa: B023 - used at once
    yield row("epochs reported before the kills", lambda column: sum(kill.acknowledged for kill in column))
    yield row("of these lost", lambda column: sum(kill.lost for kill in column))
    longest = "longest time until all processes ended, or a new trainer ran"
    yield row(longest, lambda column: f"{max((kill.seconds for kill in column), default=0.0):.1f} s")


def table_of_findings(found: Findings) -> Iterable[str]:
    """What the loop came to."""
    yield "| after the kills | |\n|---|---|"
    yield f"| runs that were trained to their end | {found.runs} |"
    yield f"| times that a run continued | {len(found.again)} |"
    yield f"| times that it did not | {len(found.refused)} |"
    again = f"{mean(found.again):.2f}, {max(found.again)}" if found.again else "none"
    yield f"| whole epochs repeated, mean and maximum | {again} |"
    yield f"| largest difference of an epoch's metric from the uninterrupted run, relative | {found.apart:.1e} |"
    yield f"| largest difference of a final weight, absolute | {found.weights_apart:.1e} |"
    share = f"{found.computed:.1f} / {found.needed} = {found.computed / max(found.needed, 1):.2f}x"
    yield f"| epochs computed / needed, parts of epochs included | {share} |"
    yield f"| violations | {len(found.broken)} |"


def main() -> None:
    """Print the tables, then whatever did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--epochs", type=int, default=60, help="epochs of a run (default: 60)")
    parser.add_argument("--limit", type=int, default=1000, help="pictures (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        loop = KillLoop(recipe_of(options.epochs, options.limit), Path(folder), options.seed, LONGEST_PAUSE)
        try:
            loop(options.kills)
        finally:  # also what came before something hung
            print("\n".join(table_of_kills(loop.found.kills)), end="\n\n")
            print("\n".join(table_of_findings(loop.found)))
            for sentence in (*loop.found.broken, *loop.found.refused):
                print(f"- {sentence}")


if __name__ == "__main__":
    main()
