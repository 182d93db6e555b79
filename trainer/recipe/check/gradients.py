"""Does enough of a gradient come back to the first layers?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from trainer.recipe.check.output import answering_place
from trainer.recipe.check.report import RecipeDiagnosis, RecipeFix, Subject, fix, name_of, warning
from trainer.recipe.recipe import Recipe

SHRINKING = {"sigmoid", "hard_sigmoid"}
"""Activations that let at most a quarter of a gradient back."""
BENDING = {"tanh", "softsign", "hard_tanh"}
"""Activations that let most of a gradient back, unless their input is large."""
DEEP, DEEP_EVENED_OUT, DEEP_BENDING = 3, 6, 6
"""Layers in a row with which gradients vanish: after 470 steps with digits (docs/model.md), three layers of sigmoid
have learned nothing with SGD, six of them next to nothing with Adam. Ten layers of tanh learn as well as ten of relu,
so that they only matter with a learning rate below the usual one."""
SLOW_SHARE = 0.2
"""A learning rate below this share of the usual one is too small for many layers of tanh."""


def vanishing_gradients(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """So many layers in a row that let little of a gradient back, that the first ones hardly learn."""
    recipe, optimizer = subject.recipe, subject.recipe.optimizer
    slow = not optimizer.evens_out and optimizer.learning_rate <= SLOW_SHARE * optimizer.usual_rate
    shrinking = _longest(subject, SHRINKING)
    usual = optimizer.learning_rate <= (optimizer.usual_rate if optimizer.evens_out else optimizer.highest_rate)
    if usual and len(shrinking) >= (DEEP_EVENED_OUT if optimizer.evens_out else DEEP):
        yield _vanishing("vanishing_gradients", recipe, shrinking, _with_relu(recipe, shrinking))
    elif slow and len(bending := _longest(subject, BENDING)) >= DEEP_BENDING:
        faster = recipe.with_(optimizer=optimizer.with_(learning_rate=optimizer.usual_rate))
        rate = fix("set_learning_rate", faster, value=optimizer.usual_rate)
        yield _vanishing("weak_gradients", recipe, bending, rate)


def _vanishing(name: str, recipe: Recipe, places: list[int], way: RecipeFix) -> RecipeDiagnosis:
    told = {"first": name_of(recipe, places[0]), "count": len(places), "fix": way.label}
    optimizer = {"optimizer": recipe.optimizer.kind, "rate": recipe.optimizer.learning_rate}
    activation = recipe.layers[places[0]].output_activation
    return warning(name, places[0], [way], **told, **optimizer, activation=activation)


def _longest(subject: Subject, activations: set[str]) -> list[int]:
    """Where the most layers in a row apply one of these; a normalization brings their input back to a good size."""
    before = subject.rows[: answering_place(subject.rows)]
    bends = [
        (place, row.layer.output_activation in activations and not row.layer.is_recurrent)
        for place, row in enumerate(before)
        if row.layer.is_normalization or (row.layer.output_activation or "linear") != "linear"
    ]
    runs = ([place for place, _ in run] for is_one, run in groupby(bends, itemgetter(1)) if is_one)
    return max(runs, key=len, default=[])


def _with_relu(recipe: Recipe, places: list[int]) -> RecipeFix:
    """relu in all of them, and initial weights that go with it (He et al. 2015, arXiv:1502.01852)."""
    layers = list(recipe.layers)
    for place in places:
        layers[place] = layers[place].with_(activation="relu")
    for place, layer in enumerate(layers[: places[-1] + 1]):
        if place >= places[0] - 1 and layer.value_of("kernel_initializer") == "glorot_uniform":
            layers[place] = layer.with_(kernel_initializer="he_uniform")
    numbers = [place + 1 for place in places]
    return fix("set_relu", recipe.with_(layers=tuple(layers)), first=numbers[0], last=numbers[-1])
