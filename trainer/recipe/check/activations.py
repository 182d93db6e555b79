"""Activations in a wrong place: answers that are never certain, units that cannot learn, numbers without a size."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.recipe.check.report import (
    RecipeDiagnosis,
    RecipeFix,
    Subject,
    error,
    fix,
    name_of,
    of_each_layer,
    removal,
    set_to,
    warning,
)
from trainer.recipe.layers import BatchNormalization, Dense
from trainer.recipe.limits import MAX_UNITS
from trainer.recipe.recipe import Recipe
from trainer.recipe.stack import insert_layers, replace_layer

BOUNDED = {"sigmoid", "tanh", "softsign", "hard_sigmoid", "hard_tanh"}
"""Activations whose output lies between -1 and 1."""
NEVER_NEGATIVE = {"relu", "relu6", "sigmoid", "hard_sigmoid", "softplus", "exponential"}
NO_GRADIENT_AT_0 = {"relu", "relu6"}
"""Activations that let nothing back through where a number is exactly 0."""


def activation_errors(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """What an activation, or initial weights of zero, keep a model from learning."""
    yield from limited_answer(subject)
    yield from of_each_layer(subject, (zero_weights, only_signs))


def limited_answer(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """A layer that only makes probabilities needs numbers that may be anything, and the same ones each time."""
    recipe, rows, _ = subject
    if not rows or rows[-1].output_shape is None:
        return
    last, numbers = len(recipe.layers) - 1, rows[-1].output_shape[-1]
    wanted = recipe.layers[last].output_activation
    if not recipe.layers[last].is_activation or wanted not in {"sigmoid", "softmax"} or numbers > MAX_UNITS:
        return  # of more numbers than a layer can output none is an answer, which has a diagnosis of its own
    place = last - 1
    while place >= 0 and (recipe.layers[place].is_stochastic or recipe.layers[place].rearranges):
        if recipe.layers[place].is_stochastic:
            fixes = [removal(recipe, place)]
            told = {"layer": name_of(recipe, place), "last": name_of(recipe, last)}
            yield warning("stochastic_before_answer", place, fixes, **told)
        place -= 1
    if place >= 0:
        yield from _limited_by(recipe, place, wanted, numbers)


def _limited_by(recipe: Recipe, place: int, wanted: str, numbers: int) -> Iterator[RecipeDiagnosis]:
    source, last = recipe.layers[place], len(recipe.layers) - 1
    activation = source.inner_layer.value_of("activation") if source.is_recurrent else source.output_activation
    never_negative = activation in NEVER_NEGATIVE and not source.value_of("negative_slope")
    is_half = wanted == "sigmoid" and never_negative
    if not is_half and activation not in BOUNDED:
        return
    freed = _freed(recipe, place, activation, numbers)
    told = {"last": name_of(recipe, last), "layer": name_of(recipe, place), "activation": activation}
    if is_half:
        yield error("never_below_half", last, [freed], **told, fix=freed.label)
    else:
        yield warning("never_near_1", last, [freed], **told, fix=freed.label)


def _freed(recipe: Recipe, place: int, activation: str | None, numbers: int) -> RecipeFix:
    source, last = recipe.layers[place], len(recipe.layers) - 1
    if source.is_recurrent:
        return fix("insert_dense_before", insert_layers(recipe, last, Dense(units=numbers)), units=numbers)
    if activation == recipe.layers[last].output_activation:
        return removal(recipe, last)
    if source.is_activation:
        return removal(recipe, place)
    return set_to("activation", "linear", replace_layer(recipe, place, source.with_(activation="linear")))


def zero_weights(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """Weights that are all 0 output 0, where relu lets no correction back, nor do other weights of 0 after it."""
    layer = subject.recipe.layers[place]
    if layer.value_of("kernel_initializer") != "zeros":
        return
    if layer.value_of("use_bias") is not False and layer.value_of("bias_initializer") not in {None, "zeros"}:
        return
    if layer.is_attention:
        yield _start_at_zero("zero_attention", subject, place, "glorot_uniform")
    elif layer.output_activation in NO_GRADIENT_AT_0:
        yield _start_at_zero("zero_weights", subject, place, "he_uniform")


def _start_at_zero(name: str, subject: Subject, place: int, usual: str) -> RecipeDiagnosis:
    recipe = subject.recipe
    layer = recipe.layers[place]
    drawn = replace_layer(recipe, place, layer.with_(kernel_initializer=usual))
    random = set_to("kernel_initializer", usual, drawn)
    told = {"layer": name_of(recipe, place), "activation": layer.output_activation, "fix": random.label}
    return error(name, place, [random], **told)


def only_signs(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """Of a row of one number that is brought to size 1, no more is left than whether it was above 0."""
    recipe, rows, _ = subject
    layer, arrives = recipe.layers[place], rows[place].arrives
    if arrives is not None and layer.keeps_only_signs(arrives):
        instead = replace_layer(recipe, place, BatchNormalization())
        fixes = [
            fix("use_instead", instead, kind="BatchNormalization"),
            removal(recipe, place),
        ]
        yield warning("only_signs", place, fixes, layer=name_of(recipe, place))


def missing_nonlinearity(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """Two Dense layers in a row without an activation are no more than one."""
    recipe = subject.recipe
    layer, after = recipe.layers[place], place + 1
    while after < len(recipe.layers) and recipe.layers[after].is_stochastic:
        after += 1
    if not isinstance(layer, Dense) or layer.activation != "linear" or after >= len(recipe.layers):
        return
    if isinstance(recipe.layers[after], Dense):
        relu = set_to("activation", "relu", replace_layer(recipe, place, layer.with_(activation="relu")))
        told = {"layer": name_of(recipe, place), "after": name_of(recipe, after)}
        yield warning("missing_nonlinearity", place, [relu], **told)


def repeated_activation(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """The same activation twice; softmax before the end has a warning of its own."""
    recipe = subject.recipe
    layer = recipe.layers[place]
    activation = layer.output_activation
    if not place or not layer.is_activation or activation in {None, "linear", "softmax"}:
        return
    if recipe.layers[place - 1].output_activation == activation:
        fixes = [removal(recipe, place)]
        told = {"layer": name_of(recipe, place), "activation": activation, "before": name_of(recipe, place - 1)}
        yield warning("repeated_activation", place, fixes, **told)
