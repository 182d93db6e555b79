"""What can come next at a place of the stack, against what the check then says."""

from time import perf_counter

import pytest

from tests.support.messages import brief
from tests.support.stacks import ONE, TEN, WORDS, pictures, texts
from trainer.recipe.check import check
from trainer.recipe.check.next_layer import fitted, what_fits
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import GRU, LSTM, Activation, Bidirectional, Conv1D, Conv2D, Dense, Embedding, Flatten, Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import ShapeError, need_rank
from trainer.recipe.stack import insert_layers

CONV = Conv2D(padding="same")
OF_WORDS = {"check.words_without_embedding", "check.embedding_of_no_words", "check.vocabulary_too_small"}
STACKS = [
    pictures(),
    pictures(CONV, Flatten(), Dense(activation="relu"), TEN),
    pictures(Conv2D(kernel_size=(28, 28)), Flatten(), TEN),
    texts(WORDS, LSTM(), ONE),
    texts(Flatten(), WORDS, Conv1D(), GRU(return_sequences=True), Bidirectional(), ONE),
]


@pytest.mark.parametrize("case", STACKS, ids=lambda case: " ".join(layer.kind for layer in case[0].layers) or "empty")
def test_what_fits_is_what_the_check_accepts(case: tuple[Recipe, DataFacts]) -> None:
    """A kind that is offered has no error of its own there, and one that is not offered has."""
    recipe, facts = case
    for place in range(len(recipe.layers) + 1):
        reasons = what_fits(recipe, facts, place)
        assert list(reasons) == list(Layer.registry)
        for name, reason in reasons.items():
            # Only up to the new layer: what it does to those behind it is not asked.
            tried = insert_layers(recipe, place, fitted(Layer.registry[name], recipe, facts, place))
            tried = tried.with_(layers=tried.layers[: place + 1])
            report = check(tried, facts)
            here = {error.code for error in report.errors if error.layer == place}
            refused = bool(here) if report.rows[place].output_shape is None else bool(here & OF_WORDS)
            assert refused == (reason is not None), (name, place, reason, report.errors)


def test_why_not_names_what_it_reads_and_what_arrives() -> None:
    reasons = what_fits(*pictures(Flatten(), TEN), 1)
    assert reasons["Dense"] is None
    told = [reasons["Conv2D"], what_fits(*pictures(), 0)["LSTM"], what_fits(*texts(ONE), 0)["LSTM"]]
    assert [None if reason is None else brief(reason) for reason in told] == [
        "reads_pictures Conv2D (row 784)",
        "reads_sequence LSTM (pictures 28×28×1)",
        "embedding_first (words_need_embedding LSTM)",
    ]


def test_nobody_knows_what_arrives_behind_a_layer_that_does_not_fit() -> None:
    recipe, facts = pictures(LSTM(), TEN)
    assert {reason and brief(reason) for reason in what_fits(recipe, facts, 1).values()} == {
        "unknown_input (layer 1 LSTM)"
    }
    assert what_fits(recipe, facts, 0)["Conv2D"] is None
    assert fitted(Dense, recipe, facts, 1) == Dense()


@pytest.mark.parametrize(
    ("kind", "case", "place", "expected"),
    [
        (Embedding, texts(LSTM(), ONE, vocabulary=321), 0, Embedding(input_dim=321)),
        (Embedding, pictures(TEN), 0, Embedding()),
        (Dense, pictures(Flatten(), TEN), 1, Dense(activation="relu")),
        (Dense, pictures(Flatten()), 1, TEN),
        (Dense, texts(WORDS, LSTM()), 2, ONE),
        (Dense, pictures(Flatten(), TEN), 2, Dense()),
        (LSTM, texts(WORDS, GRU(), ONE), 1, LSTM(return_sequences=True)),
        (LSTM, texts(WORDS, ONE), 1, LSTM()),
        (Bidirectional, texts(WORDS, GRU(), ONE), 1, Bidirectional(layer=LSTM(return_sequences=True))),
        (Activation, pictures(TEN), 0, Activation()),
    ],
)
def test_a_new_layer_fits_what_arrives_and_what_follows(
    kind: type[Layer], case: tuple[Recipe, DataFacts], place: int, expected: Layer
) -> None:
    assert fitted(kind, *case, place) == expected


def test_it_is_quick_enough_to_ask_at_every_click() -> None:
    recipe, facts = pictures(*[CONV] * 50)
    times = []
    for _ in range(5):
        start = perf_counter()
        what_fits(recipe, facts, 50)
        times.append(perf_counter() - start)
    assert min(times) < 0.005


def test_a_layer_of_a_rank_that_no_other_has_is_refused_like_any_other() -> None:
    with pytest.raises(ShapeError) as refused:
        need_rank((28, 28, 1), 4, "SpatialDropout3D")
    assert refused.value.code == "recipe.reads_axes"
