"""Do the layers fit together? Shapes and meanings along the stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trainer.messages import Message
from trainer.recipe.check.fixes import fixes_of, start_again
from trainer.recipe.check.report import MAX_OF_A_RULE, RecipeDiagnosis, Row, error, fix, name_of, removal, set_to
from trainer.recipe.data import DataFacts
from trainer.recipe.flow import Step, flow, word_trouble
from trainer.recipe.layers import Activation, BatchNormalization, Embedding, Softmax
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import ShapeError
from trainer.recipe.stack import insert_layers, remove_layer, replace_layer
from trainer.recipe.starters import starter


def rows_of(recipe: Recipe, facts: DataFacts) -> list[Row]:
    """Each layer with the shapes of its input and output, without a look at what is wrong with them."""
    return _rows(recipe, flow(recipe.layers, facts))


def _rows(recipe: Recipe, steps: Iterable[Step]) -> list[Row]:
    rows = []
    for layer, (shape, _, is_masked), leaves in steps:
        if isinstance(leaves, ShapeError):
            rows.append(Row(layer, shape, None, None, is_masked))
        else:
            rows.append(Row(layer, shape, leaves.shape, layer.parameter_count(shape), is_masked))
    return rows + [Row(layer, None, None, None) for layer in recipe.layers[len(rows) :]]


def walk(recipe: Recipe, facts: DataFacts) -> tuple[list[Row], list[RecipeDiagnosis]]:
    """`rows_of` the recipe, and why layers cannot read their input or make nothing of it."""
    found: list[RecipeDiagnosis] = []
    if not recipe.layers:
        small = fix("start_small", recipe.with_(layers=starter(facts), loss="auto"))
        found.append(error("no_layers", None, [small]))
    steps = list(flow(recipe.layers, facts))
    for place, step in enumerate(steps):
        if len(found) >= MAX_OF_A_RULE:
            break
        found += _of_step(recipe, place, step, facts)
    return _rows(recipe, steps), found


def _of_step(recipe: Recipe, place: int, step: Step, facts: DataFacts) -> Iterator[RecipeDiagnosis]:
    """Why a layer cannot read its input, or makes nothing of it."""
    layer, (shape, words, is_masked), leaves = step
    of_words = _word_error(recipe, place, words, facts)
    if of_words is not None:
        yield of_words
    if isinstance(leaves, ShapeError):
        # One reason is enough: the word error already says why this layer cannot read its input.
        if of_words is None:
            yield _unfit(recipe, place, step, leaves, facts)
        return
    if (why := layer.gives_constant_output(shape)) is not None:
        yield _constant_output(recipe, place, why)
    if isinstance(layer, Softmax) and is_masked:
        # Keras's Softmax layer takes the mask of padded steps for one of its own numbers, and fails in the first batch.
        instead = replace_layer(recipe, place, Activation(activation="softmax"))
        fixes = [fix("use_activation", instead, activation="softmax")]
        yield error("masked_softmax", place, fixes, layer=name_of(recipe, place), before=name_of(recipe, place - 1))
    elif isinstance(layer, Softmax) and shape[-1] == 1:
        way = removal(recipe, place)
        if shape == (1,) and facts.classes == 2 and place == len(recipe.layers) - 1:
            sigmoid = replace_layer(recipe, place, Activation(activation="sigmoid"))
            way = fix("use_activation", sigmoid, activation="sigmoid")
        yield error("softmax_of_one_number", place, [way], layer=name_of(recipe, place), fix=way.label)
    elif layer.output_activation == "softmax" and leaves.shape[-1] == 1 and place < len(recipe.layers) - 1:
        yield _softmax_of_one(recipe, place)  # at the end the answer has a diagnosis of its own


def _unfit(recipe: Recipe, place: int, step: Step, why: ShapeError, facts: DataFacts) -> RecipeDiagnosis:
    fixes = fixes_of(recipe, place, step.arrives.shape, why, facts)
    told = {"layer": name_of(recipe, place), "why": why.message, "fix": fixes[0].label}
    if not place:
        return error("cannot_read_data", place, fixes, **told)
    return error("cannot_follow", place, fixes, **told, before=name_of(recipe, place - 1))


def _constant_output(recipe: Recipe, place: int, why: Message) -> RecipeDiagnosis:
    """Whatever the input, the output is the same: nothing can be learned after it."""
    layer = recipe.layers[place]
    fixes = [removal(recipe, place)]
    if layer.is_normalization:
        # Of one channel only the batch and the picture around it can tell what is usual.
        instead = replace_layer(recipe, place, BatchNormalization())
        fixes.insert(0, fix("use_instead", instead, kind="BatchNormalization"))
    return error("constant_output", place, fixes, layer=name_of(recipe, place), why=why, fix=fixes[0].label)


def _softmax_of_one(recipe: Recipe, place: int) -> RecipeDiagnosis:
    layer = recipe.layers[place]
    if "activation" in type(layer).model_fields and not isinstance(layer, Activation):
        way = set_to("activation", "linear", replace_layer(recipe, place, layer.with_(activation="linear")))
    else:
        way = removal(recipe, place)
    return error("softmax_of_one_output", place, [way], layer=name_of(recipe, place), fix=way.label)


def _word_error(recipe: Recipe, place: int, words: int | None, facts: DataFacts) -> RecipeDiagnosis | None:
    """Only an Embedding can read word numbers, and only if it knows them all.

    A stack that was made for another kind of data needs many fixes: there, to start again comes first.
    """
    layer = recipe.layers[place]
    why = word_trouble(type(layer), name_of(recipe, place), words, facts)
    if words is None:
        if why is None:
            return None
        fixes = [removal(recipe, place)]
        if facts.modality != "text":
            is_for_texts = any(layer.input_rank == 2 for layer in recipe.layers)
            fixes.insert(0 if is_for_texts else 1, start_again(recipe, facts))
        return error("embedding_of_no_words", place, fixes, why=why)
    if layer.vocabulary is not None and layer.vocabulary < words:
        larger = replace_layer(recipe, place, layer.fitted_to((), words))
        told = {"layer": name_of(recipe, place), "known": layer.vocabulary, "words": words}
        return error("vocabulary_too_small", place, [fix("set_vocabulary", larger, value=words)], **told)
    if why is None:
        return None
    later = next((p for p in range(place + 1, len(recipe.layers)) if recipe.layers[p].reads_word_numbers), None)
    if later is not None:  # one that is there already is only in the wrong place
        moved = insert_layers(remove_layer(recipe, later), place, recipe.layers[later])
        fixes = [fix("move_before", moved, number=later + 1, kind="Embedding")]
    else:
        fixes = [fix("insert", insert_layers(recipe, place, Embedding(input_dim=words)), kind="Embedding")]
        if not any(one.reads_word_numbers for one in recipe.layers):
            is_for_pictures = sum(one.input_rank == 3 for one in recipe.layers) > 1
            fixes.insert(0 if is_for_pictures else 1, start_again(recipe, facts))
    return error("words_without_embedding", place, fixes, why=why)
