"""What the tests of pages share: an engine without a trainer, opening a page, and a finished run."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np
from streamlit.testing.v1 import AppTest

from components.library import Library
from trainer import PROJECT, data
from trainer.engine import local, reader
from trainer.engine.costs import Measuring
from trainer.engine.protocol import Command
from trainer.engine.wording import WORDING as ENGINE
from trainer.keras_code.reader import ReadModel, read_model
from trainer.messages import Message
from trainer.recipe.cost import Cost, cost_key
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import RecipeError
from trainer.runs.draft_networks import DraftNetwork
from trainer.runs.events import (
    BatchSeen,
    EpochEnded,
    Phase,
    Prepared,
    RunState,
    StateChanged,
    Tested,
    Text,
    WeightsKept,
)
from trainer.runs.log import LogWriter
from trainer.runs.store import Store
from trainer.runs.wording import WORDING

ROUTER = str(PROJECT / "pages" / "router.py")


class IdleEngine(local.LocalEngine):
    """An engine without a trainer: it makes runs and notes what it was asked for."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.asked: list[tuple[str, str]] = []
        self.costs: dict[str, Cost | str] = {}
        """What it says of recipes, by their cost_key; nothing is known of others."""
        self.draft: DraftNetwork | Text | None = None
        """What it says of the network of any draft; None while it is being made."""
        self.ready.set()

    def start(self) -> None:
        """Nothing to start."""

    def cost(self, recipe: Recipe, asker: str) -> Cost | Measuring | str:
        return self.costs.get(cost_key(recipe), Measuring(ENGINE.message("measuring")))

    def draft_network(self, recipe: Recipe, input_shape: Shape, asker: str) -> DraftNetwork | Measuring | Text:
        return self.draft or Measuring(ENGINE.message("making_network"))

    def _send(self, command: Command) -> None:
        told = command.model_dump()
        self.asked.append((told["do"], told.get("run_id", "")))


@contextmanager
def browser(name: str) -> Iterator[None]:
    """What is done meanwhile is done in the browser of somebody of this name; else all tests share one."""
    with patch("components.person._cookie", lambda: token(name)):
        yield


def token(name: str) -> str:
    """The cookie of somebody's browser."""
    return name.ljust(43, "-")


class DirectReader(reader.Reader):
    """A reader without processes: texts are read here, or refused with what is set."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses: str | None = None

    def read(self, text: str, person: str | None = None) -> ReadModel:
        if self.refuses is not None:
            raise RecipeError(self.refuses)
        return read_model(text)


def page(name: str, **address: str) -> AppTest:
    app = AppTest.from_file(ROUTER, default_timeout=60)
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    if name != "start":
        app.switch_page(f"{name}_page.py").run()
    assert not app.exception
    return app


def button(app: AppTest, label: str) -> Any:
    return next(b for b in app.button if b.label == label)


def listed(app: AppTest) -> str:
    """The rows of the list of runs, and the table that compares some, as text."""
    return html.unescape(re.sub("<[^>]*>", " ", "\n".join(one.proto.body for one in app.get("html"))))


def delete(app: AppTest, *runs: str) -> None:
    """Select these runs on the Runs page, and delete them."""
    for run in runs:
        app.checkbox(key=f"select {run}").check().run()
    app.button(key="delete").click().run()
    app.button(key="delete permanently").click().run()


def told(code: str, **parameters: Any) -> str:
    """The sentence of a message."""
    return str(Message(code=code, parameters=parameters))


def press(pressed: Any) -> None:
    """Press a button as a browser of somebody's own making may: also one that is disabled."""
    with patch.object(type(pressed), "_assert_can_interact", lambda self: None):
        pressed.click().run()


def record(store: Store, run: str, *events: Any) -> None:
    """Write events into the log of a run, as its trainer would."""
    log = LogWriter(store.log(run))
    for event in events:
        log.write(event)
    log.close()


def finished_run(
    store: Store,
    recipe: Recipe,
    name: str = "A run",
    class_names: tuple[str, ...] = tuple("0123456789"),
    majority: float | None = 0.1,
) -> str:
    """A run of two epochs with a validation accuracy of 80 %, whose most common class has this share everywhere."""
    run = store.create(recipe.with_(name=name))
    record(
        store,
        run,
        StateChanged(state=RunState.QUEUED),
        StateChanged(state=RunState.RUNNING),
        Prepared(
            seconds=1, train=90, validation=10, test=10, same_rows=False, steps=3, epochs=2, batch_size=32,
            parameters=34_826, class_names=class_names, majority=majority, val_majority=majority,
            test_majority=majority, most_common=None if majority is None else class_names[0],
        ),
        Phase(name="training"),
        BatchSeen(epoch=1, step=3, logs={"loss": 0.9, "accuracy": 0.5}),
        EpochEnded(epoch=1, seconds=1, logs={"loss": 0.9, "accuracy": 0.5, "val_loss": 0.8, "val_accuracy": 0.6}),
        EpochEnded(epoch=2, seconds=1, logs={"loss": 0.4, "accuracy": 0.9, "val_loss": 0.5, "val_accuracy": 0.8}),
        WeightsKept(epoch=2, file="final.weights.h5", reason=WORDING.message("weights_of_the_end")),
        StateChanged(state=RunState.FINISHED, reason=WORDING.message("finished", epochs=2)),
    )  # fmt: skip
    return run


def record_test(idle: IdleEngine, run: str, recipe: Recipe, wrong: int) -> None:
    """Write a test of a run as the trainer does: all answers right but the first `wrong` ones."""
    part = data.load(recipe.data, recipe.seed).test
    classes = int(part.y.max()) + 1
    answers = part.y.copy()
    answers[:wrong] = (answers[:wrong] + 1) % classes
    probabilities = np.full((len(part), classes), 0.1 / max(classes - 1, 1), np.float32)
    probabilities[np.arange(len(part)), answers] = 0.9
    np.savez(idle.store.folder(run) / "test-1.npz", probabilities=probabilities, y=part.y, rows=part.rows)
    log = LogWriter(idle.store.log(run))
    accuracy = 1 - wrong / len(part)
    log.write(
        Tested(logs={"loss": 0.3, "accuracy": accuracy}, rows=len(part), weights_epoch=2, seconds=1, file="test-1.npz")
    )
    log.close()


ROWS = [(f"a {word} thing number {n} we saw", label) for n in range(40) for word, label in (("good", 1), ("bad", 0))]


def html_of(app: AppTest, name: str) -> str:
    """The parts of a page that are HTML of ours and begin with this class."""
    found = [one.proto.body for one in app.get("html") if f'class="{name}' in one.proto.body]
    assert found, f"there is no {name}"
    return "".join(found)


def split_of(app: AppTest) -> list[str]:
    """The numbers in the bar that shows how the examples are divided."""
    return re.findall("<strong>(.*?)</strong>", html_of(app, "fb-split"))


def spec_of(app: AppTest) -> Any:
    return app.session_state["workspace"].recipe.data


def bring(engine: IdleEngine, name: str, content: bytes) -> AppTest:
    """The page with a file among the uploads that is chosen as anybody would."""
    library = Library(engine.store.root)
    path = library.keep(library.receive(name, content))
    app = page("data", recipe="text_lstm")
    app.selectbox(key="table").select(str(path)).run()
    assert not app.exception
    return app
