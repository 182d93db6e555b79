"""A real fit on tiny data, and the model that it keeps."""

from collections.abc import Callable
from pathlib import Path

from trainer.fit.control import Control
from trainer.fit.ending import WEIGHTS_FILE
from trainer.fit.inputs import evaluation_batches, rows_of
from trainer.fit.run import Outcome, PreparedModel, compile_model, prepare, train
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent
from trainer.runs.history import History

Tiny = Callable[..., Recipe]


def fit(
    recipe: Recipe, folder: Path, listen: Callable[[AnyEvent], None] = lambda _: None, control: Control | None = None
) -> tuple[Outcome, History]:
    history = History()

    def write(event: AnyEvent) -> None:
        history.add([event.model_copy(update={"n": history.cursor + 1})])
        listen(event)

    return train(recipe, folder, write, control or Control()), history


def kept(recipe: Recipe, folder: Path) -> PreparedModel:
    ready = prepare(recipe)
    ready.model.load_weights(folder / WEIGHTS_FILE)
    return ready


def evaluated(recipe: Recipe, folder: Path) -> dict[str, float]:
    """What Keras's own `evaluate` says of the kept weights on the test rows."""
    ready = kept(recipe, folder)
    compile_model(ready.model, recipe, ready.loss)
    rows = rows_of(ready.dataset.test, ready.preparation, ready.loss, len(ready.dataset.class_names))
    return dict(ready.model.evaluate(evaluation_batches(rows), verbose=0, return_dict=True))
