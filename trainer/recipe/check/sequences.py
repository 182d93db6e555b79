"""What becomes of a sequence on its way: padding that is read as if it were words, and steps that are forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from trainer.recipe.check.fitting import walk
from trainer.recipe.check.report import (
    RecipeDiagnosis,
    RecipeFix,
    Row,
    Subject,
    fix,
    name_of,
    note,
    set_to,
    warning,
)
from trainer.recipe.layers import LSTM, GlobalAveragePooling1D, LayerNormalization, Recurrent, Reshape
from trainer.recipe.recipe import Recipe
from trainer.recipe.stack import remove_layer, replace_layer

MANY_STEPS = 200
"""From so many steps on, what a layer with a short memory has read first is lost."""


def sequence_diagnoses(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """Warnings about layers that read sequences."""
    yield from dropped_mask(subject)
    yield from short_memory(subject)


class Dropped(NamedTuple):
    """Where a padding mask gets lost; all counted from 0."""

    source: int
    """Of the Embedding."""
    place: int
    """Of the first layer that does not pass a mask on."""
    reader: int | None
    """Of the layer that padding then harms, if that is another one."""


def dropped_mask(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """A layer that drops the padding mask, so that it, or one after it, takes padding for words."""
    recipe, rows, _ = subject
    found = _dropped(recipe, rows)
    if found is None:
        return
    source, place, reader = found
    layer, embedding = name_of(recipe, place), name_of(recipe, source)
    if reader is not None:
        fixes = [one for one in _read_rightly(recipe, source, place, reader) if _helps(subject, one)]
        harm = recipe.layers[reader].unmasked_padding
        yield warning(f"lost_mask_{harm}", reader, fixes, layer=name_of(recipe, reader), before=layer)
        return
    is_used = any(one.uses_mask for one in recipe.layers[source:place])
    unmarked = [] if is_used else [fix("unmark_padding", _unmarked(recipe, source))]
    if len(rows[place].output_shape or ()) == 1:
        fixes = [one for one in (_mean(recipe, place), *unmarked) if _helps(subject, one)]
        yield warning("padding_as_words", place, fixes, layer=layer, embedding=embedding)
    elif _is_missed(rows, place):
        fixes = [one for one in (*_same_sort(recipe, place), *unmarked) if _helps(subject, one)]
        yield note("mask_without_effect", place, fixes, layer=layer, embedding=embedding)


def _dropped(recipe: Recipe, rows: Sequence[Row]) -> Dropped | None:
    """Where a mask gets lost that is there, or that would do no good if it were."""
    source = next((place for place, layer in enumerate(recipe.layers) if layer.reads_word_numbers), len(rows))
    place = next((at for at in range(source + 1, len(rows)) if not rows[at].layer.keeps_mask), len(rows))
    if place == len(rows) or rows[place].output_shape is None or rows[place].layer.uses_mask:
        return None
    between, is_marked = recipe.layers[source + 1 : place], recipe.layers[source].marks_padding
    if any(layer.is_recurrent for layer in between):
        return None  # it repeats its last output where its input is masked, so that no padding is left to read
    if not is_marked and any(layer.unmasked_padding for layer in between):
        return None  # which has a warning of its own
    reader = _reader(rows, place)
    return Dropped(source, place, reader) if is_marked or reader is not None else None


def _reader(rows: Sequence[Row], place: int) -> int | None:
    """The first layer after `place` that unmasked padding harms, as long as there are steps to read."""
    for at in range(place, len(rows)):
        layer = rows[at].layer
        if at > place and layer.unmasked_padding:
            return at
        if layer.is_recurrent or len(rows[at].output_shape or ()) != 2:
            return None  # what reads backwards has the padding first, and turns the steps round for the next one
    return None


def _is_missed(rows: Sequence[Row], place: int) -> bool:
    """Whether a layer after `place` would leave padding out of a mean, or of what it reads, if it knew of it."""
    return any(
        row.layer.uses_mask and not row.layer.is_normalization and len(row.arrives or ()) == 2
        for row in rows[place + 1 :]
    )


def _helps(subject: Subject, one: RecipeFix) -> bool:
    """Whether a fix leads to a stack that fits, and in which no mask gets lost."""
    rows, unfit = walk(one.result, subject.facts)
    return not unfit and _dropped(one.result, rows) is None


def _unmarked(recipe: Recipe, source: int) -> Recipe:
    return replace_layer(recipe, source, recipe.layers[source].with_(mask_zero=False))


def _read_rightly(recipe: Recipe, source: int, place: int, reader: int) -> Iterator[RecipeFix]:
    """What keeps padding from being read last: a mask that gets through, or a reader that begins at the end."""
    yield from _same_sort(recipe, place)
    layer = recipe.layers[reader]
    if layer.value_of("go_backwards") is False:
        backwards = replace_layer(recipe, reader, layer.with_(go_backwards=True))
        yield fix("read_backwards", _unmarked(backwards, source), number=reader + 1, kind=layer.kind)
    yield fix("remove_layer", remove_layer(recipe, place), number=place + 1, kind=recipe.layers[place].kind)


def _same_sort(recipe: Recipe, place: int) -> Iterator[RecipeFix]:
    """A layer that does the same and passes the mask on."""
    if recipe.layers[place].is_normalization:
        yield fix("use_instead", replace_layer(recipe, place, LayerNormalization()), kind="LayerNormalization")


def _mean(recipe: Recipe, place: int) -> RecipeFix:
    """The mean over the words, which leaves masked padding out."""
    return fix("replace_by", replace_layer(recipe, place, GlobalAveragePooling1D()), kind="GlobalAveragePooling1D")


def short_memory(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """A layer without gates that reads hundreds of steps, one after the other."""
    recipe, rows, _ = subject
    for place, row in enumerate(rows):
        remembered, steps = row.layer.inner_layer.remembers, (row.arrives or (0,))[0]
        if remembered is not None and len(row.arrives or ()) == 2 and steps >= MANY_STEPS:
            told = {"layer": name_of(recipe, place), "steps": steps, "remembered": remembered}
            yield warning("short_memory", place, [_fewer_steps(subject, place) or _gated(recipe, place)], **told)
            return


def _fewer_steps(subject: Subject, place: int) -> RecipeFix | None:
    """A picture that a Reshape has made one long sequence of is read row by row."""
    recipe, rows, facts = subject
    shape = rows[place - 1].arrives if place else None
    if shape is None or len(shape) != 3 or shape[0] >= MANY_STEPS or not isinstance(recipe.layers[place - 1], Reshape):
        return None
    rows_of_picture = (shape[0], shape[1] * shape[2])
    result = replace_layer(recipe, place - 1, Reshape(target_shape=rows_of_picture))
    fits = not walk(result, facts)[1]
    return set_to("target_shape", rows_of_picture, result, place - 1) if fits else None


def _gated(recipe: Recipe, place: int) -> RecipeFix:
    """LSTM instead, with all settings that the two share."""
    layer = recipe.layers[place]
    shared = {name: getattr(layer.inner_layer, name) for name in Recurrent.form_fields()}
    return fix("use_instead", replace_layer(recipe, place, layer.with_inner_layer(LSTM(**shared))), kind="LSTM")
