"""The Model page by AppTest: form, fixes, and what stands beside the stack."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components import one_example
from components.markup import md
from components.terms import TERMS
from components.wording import WORDING
from tests.support.pages import DirectReader, IdleEngine, button, page, told
from trainer import data
from trainer.data.numbers import numbers_of
from trainer.engine import reader
from trainer.engine.wording import WORDING as ENGINE
from trainer.recipe import stack
from trainer.recipe.difference import differences
from trainer.recipe.layers import Dropout, Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.starters import starter
from trainer.runs.draft_networks import DraftNetwork
from trainer.runs.kept_epochs import KeptEpoch
from trainer.runs.network import Network, NetworkInput, NetworkLayer
from trainer.runs.wording import WORDING as RUNS
from trainer.sources.mnist.spec import Mnist

UNTRAINED = DraftNetwork(
    "a" * 32,
    Network(
        input=NetworkInput(dtype="int32", shape=(60,)),
        layers=(NetworkLayer(kind="Dropout", name="layer_1", output="layer_0", shape=(1,)),),
        weights=(),
        bytes=0,
        sha256="b" * 64,
    ),
    KeptEpoch(epoch=0, bytes=0, sha256="c" * 64),
)


def test_a_window_of_nothing_is_said_and_changes_nothing(engine: IdleEngine) -> None:
    app = page("model")
    app.number_input(key="form layers.0 Conv2D kernel_size 0").set_value(0).run()
    assert "at least 1" in app.error[0].value
    assert app.session_state["workspace"].recipe.layers[0].kernel_size == (3, 3)
    app.number_input(key="form layers.0 Conv2D kernel_size 1").set_value(5).run()
    assert app.session_state["workspace"].recipe.layers[0].kernel_size == (3, 5)


def test_train_is_shut_and_says_why_while_the_stack_cannot_work(engine: IdleEngine) -> None:
    app = page("model")
    at_hand = app.session_state["workspace"]
    at_hand.recipe = stack.remove_entry(at_hand.recipe, 4)
    app.run()
    assert "Flatten" in app.error[0].value
    app.switch_page("train_page.py").run()
    assert button(app, "Train").disabled
    assert any("Insert Flatten" in caption.value for caption in app.caption)
    next(b for b in app.button if b.label.startswith("Insert Flatten")).click().run()
    assert not button(app, "Train").disabled


def test_a_setting_is_changed_and_reset(engine: IdleEngine) -> None:
    app = page("model")
    at_hand = app.session_state["workspace"]
    at_hand.recipe, at_hand.chosen_layer = stack.insert_entry(at_hand.recipe, 1, Dropout()), 1
    app.run()
    default = "Everything is at its default."
    assert any(caption.value == default for caption in app.caption)
    app.number_input(key="form layers.1 Dropout rate").set_value(0.4).run()
    assert at_hand.recipe.layers[1].rate == 0.4
    assert not any(caption.value == default for caption in app.caption)
    button(app, "Reset").click().run()
    assert at_hand.recipe.layers[1] == Dropout()
    assert not app.exception


def test_every_kind_of_layer_has_a_form_that_opens(engine: IdleEngine) -> None:
    app = page("model")
    at_hand = app.session_state["workspace"]
    at_hand.recipe = at_hand.recipe.with_(layers=tuple(kind(kind=name) for name, kind in Layer.registry.items()))
    for place, name in enumerate(Layer.registry):
        at_hand.chosen_layer = place
        app.run()
        assert not app.exception, name
        assert any(f"{place + 1}. {name}" in heading.value for heading in app.header)


def start_from() -> AppTest:
    """The page with its dialog open."""
    app = page("model")
    button(app, "Start from").click().run()
    return app


def test_a_text_that_is_no_model_says_why_where_it_was_pasted(engine: IdleEngine) -> None:
    app = start_from()
    before = app.session_state["workspace"].recipe
    for text, why in (("", "Paste a Keras model"), ("import torch\ntorch.nn.Linear(3, 2)", "PyTorch")):
        app.text_area(key="keras text").set_value(text).run()
        assert not app.error
        button(app, "Use this model").click().run()
        assert [why in error.value for error in app.error] == [True]
        app.run()
        assert app.error, "until something else is pasted"
    app.text_area(key="keras text").set_value("keras.Sequential([Flatten(), Dense(10, 'softmax')])").run()
    assert not app.error
    button(app, "Use this model").click().run()
    assert not app.error
    assert app.session_state["workspace"].recipe.layers != before.layers


def test_a_text_that_is_given_up_stays_in_its_box(engine: IdleEngine) -> None:
    app, text = start_from(), "keras.Sequential([Flatten(), Dense(10, 'softmax')])"
    before = app.session_state["workspace"].recipe
    direct = reader.shared()
    assert isinstance(direct, DirectReader)
    for why in map(str, (ENGINE.message("reading_too_long"), ENGINE.message("reader_busy"))):
        direct.refuses = why
        app.text_area(key="keras text").set_value(text).run()
        button(app, "Use this model").click().run()
        assert [error.value for error in app.error] == [md(why)]
        assert app.text_area(key="keras text").value == text
        assert app.session_state["workspace"].recipe == before
    direct.refuses = None
    button(app, "Use this model").click().run()
    assert not app.error
    assert app.session_state["workspace"].recipe != before


def test_the_form_says_what_a_change_does_and_what_is_unusual(engine: IdleEngine) -> None:
    app = page("model")
    assert any("More filters find more patterns" in caption.value for caption in app.caption)
    assert not any("Unusual" in caption.value for caption in app.caption)
    app.number_input(key="form layers.0 Conv2D filters").set_value(2000).run()
    unusual = [caption.value for caption in app.caption if "Unusual" in caption.value]
    assert len(unusual) == 1
    assert "8–128" in unusual[0]
    assert not app.error, "it is allowed all the same"


def open_tab(app: AppTest, name: str) -> None:
    app.session_state["beside the stack"] = next(tab.label for tab in app.tabs if name in tab.label)
    app.run()


def parts(app: AppTest) -> list[dict[str, Any]]:
    """What the page gives the part that computes an example in the browser; empty while it is not there."""
    return [json.loads(one.proto.json) for one in app.get("bidi_component") if "one_example.js" in one.proto.json]


def handed_over(app: AppTest) -> dict[str, Any]:
    (found,) = parts(app)
    return found


def numbers(app: AppTest) -> Any:
    return np.frombuffer(b64decode(handed_over(app)["example"]), np.int32).tolist()


def test_an_example_of_a_class_then_another_then_a_text(engine: IdleEngine) -> None:
    app = page("model", recipe="text_lstm")
    recipe = app.session_state["workspace"].recipe
    dataset = data.load(recipe.data, recipe.seed)
    texts = [dataset.train[place] for place in np.flatnonzero(dataset.train.y == 1)[:2]]
    assert parts(app) == [], "nothing is loaded before somebody asks for it"
    open_tab(app, "One example")
    app.selectbox(key="example class").select(1).run()
    assert any(str(ENGINE.message("making_network")) in caption.value for caption in app.caption)
    assert handed_over(app)["network"] is None
    for text in texts:
        assert any(text[:20] in shown.value.replace("\\", "") for shown in app.markdown)
        assert numbers(app) == numbers_of(dataset, text).tolist()
        button(app, "Another one").click().run()
    app.text_input(key="example text").set_value("the film").run()
    assert numbers(app) == numbers_of(dataset, "the film").tolist()
    button(app, "Another one").click().run()
    assert app.text_input(key="example text").value == "", "an example of the table again"
    engine.draft = UNTRAINED
    app.run()
    network = handed_over(app)["network"]
    assert (network["state"], network["classes"], network["probabilities"]) == (
        "ready",
        list(dataset.class_names),
        True,
    )
    assert network["layers"][0]["only_training"]
    assert network["epochs"][0]["address"].startswith(f"/live/drafts/{UNTRAINED.key}/epochs/0.bin")


@pytest.mark.parametrize(
    ("values", "are_words", "said"),
    [
        ([2, 2427, 7, *[0] * 57], True, "2, 2,427, 7, and 57 zeros"),
        ([0.25, 0, 0], False, "0.25, 0, 0"),
        ([0.08630001], False, "0.0863"),
        ([0] * 5, False, "and 5 zeros"),
        ([-1.0, *[2000.0] * 12], False, "from -1 to 2,000"),
    ],
)
def test_numbers_are_said_as_long_as_they_can_be_read(values: list[float], are_words: bool, said: str) -> None:
    assert one_example._written(np.array(values), are_words) == said


def test_an_example_that_cannot_be_sent_through_says_why(engine: IdleEngine) -> None:
    app = page("model")
    engine.draft = RUNS.message("network_layer_unknown", number=2, kind="Odd")
    open_tab(app, "One example")
    assert any("2, Odd" in box.value.replace("\\", "") for box in app.warning)
    at_hand = app.session_state["workspace"]
    at_hand.recipe = stack.remove_entry(at_hand.recipe, 4)
    open_tab(app, "One example")
    assert any("Fix the red problems" in caption.value for caption in app.caption)


def test_classes_without_examples_are_not_offered(engine: IdleEngine, tmp_path: Path) -> None:
    """Labels that are counted from 1 leave class 0 empty."""
    app = page("model")
    open_tab(app, "One example")
    app.selectbox(key="example class").select(7).run()
    path = tmp_path / "own.npz"
    x, y = np.zeros((90, 28, 28), np.uint8), np.arange(90) % 3 + 1
    np.savez(path, x_train=x, y_train=y, x_test=x, y_test=y)
    at_hand = app.session_state["workspace"]
    at_hand.recipe = at_hand.recipe.with_(
        data=at_hand.recipe.data.with_(path=str(path)), layers=starter(data.facts(Mnist(path=str(path)), 1))
    )
    app.run()
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="example class").options == ["1", "2", "3"]


def test_the_code_is_made_while_it_is_looked_at(engine: IdleEngine) -> None:
    app = page("model")
    assert not app.code
    open_tab(app, "Keras code")
    assert "keras.layers.Conv2D" in app.code[0].value
    assert not any("Filters" in number.label for number in app.number_input)


def test_what_was_pressed_for_a_layer_is_not_done_to_another_one(engine: IdleEngine) -> None:
    """Two quick moves put another layer under a form; an edit that came late went into that one."""
    app = page("model")
    at_hand = app.session_state["workspace"]
    app.number_input(key="form layers.0 Conv2D filters").set_value(48)  # on its way while the layers move
    workspace_recipe, at_hand.recipe = at_hand.recipe, stack.move_entry(at_hand.recipe, 2, 0)
    at_hand.arrangement += 1
    app.run()
    assert [layer.filters for layer in at_hand.recipe.layers if layer.kind == "Conv2D"] == [64, 32]
    assert app.error[0].value == md(WORDING.message("stale_layers"))
    at_hand.recipe = workspace_recipe
    app.run()
    next(one for one in app.number_input if one.label.startswith("Filters")).set_value(48).run()
    changed = at_hand.recipe
    button(app, "Reset").click()
    at_hand.arrangement += 1
    app.run()
    assert at_hand.recipe == changed
    assert app.error[0].value == md(WORDING.message("stale_layers"))


def test_a_mend_that_comes_late_undoes_no_other_click(engine: IdleEngine) -> None:
    app = page("model")
    at_hand = app.session_state["workspace"]
    at_hand.recipe = stack.remove_entry(at_hand.recipe, 4)
    app.run()
    next(b for b in app.button if b.label.startswith("Insert Flatten")).click()
    at_hand.recipe = changed = stack.insert_entry(at_hand.recipe, 0, Dropout())
    app.run()
    assert at_hand.recipe == changed
    assert app.error[0].value == md(told("components.recipe_changed"))


def test_a_small_model_that_fits_fits_whatever_loss_was_set_before(engine: IdleEngine) -> None:
    app = page("model", recipe="text_lstm")
    at_hand = app.session_state["workspace"]
    at_hand.recipe = at_hand.recipe.with_(loss="sparse_categorical_crossentropy")
    app.run()
    assert app.error
    button(app, "Start from").click().run()
    next(b for b in app.button if b.label == "A small model that fits the data").click().run()
    assert not app.error


def test_a_layer_that_moves_while_its_form_is_drawn_is_no_error() -> None:
    """Streamlit answers a newer click in a thread of its own: the form of the older one found another arrangement."""

    def script() -> None:
        from components import forms
        from trainer.recipe.spec import RecipeError

        def moved() -> None:
            raise RecipeError("This layer has moved meanwhile.")

        forms.form(moved, "layers.0", lambda new: new)

    app = AppTest.from_function(script).run()
    assert not app.exception
    assert not app.error


def test_names_of_keras_are_shown_on_demand_for_as_long_as_the_tab_is_open(engine: IdleEngine) -> None:
    app = page("model")

    def labels() -> list[str]:
        return [one.label for one in app.number_input]

    assert not any("kernel_size" in label for label in labels())
    app.toggle[0].set_value(True).run()
    assert any("kernel_size" in label for label in labels())
    app.switch_page("data_page.py").run()
    assert any("limit" in label for label in labels())
    app.switch_page("model_page.py").run()
    assert any("kernel_size" in label for label in labels())
    app.toggle[0].set_value(False).run()
    assert not any("kernel_size" in label for label in labels())


@pytest.mark.parametrize(
    ("edit", "undone", "redone"),
    [
        (lambda recipe: stack.remove_entry(recipe, 4), "layer_added_again", "layer_removed_again"),
        (lambda recipe: stack.insert_entry(recipe, 4, Dropout()), "layer_removed_again", "layer_added_again"),
        (lambda recipe: stack.move_entry(recipe, 5, 0), "layer_moved_again", "layer_moved_again"),
        (lambda recipe: recipe.with_(seed=7), None, None),
    ],
)
def test_undo_and_redo_say_what_stands_now(
    engine: IdleEngine, edit: Callable[[Recipe], Recipe], undone: str | None, redone: str | None
) -> None:
    app = page("data", recipe="mnist_cnn")
    before = app.session_state["workspace"].recipe
    app.session_state["workspace"].past = [before]
    after = app.session_state["workspace"].recipe = edit(before)
    for name, old, new, code in (("Undo", after, before, undone), ("Redo", before, after, redone)):
        button(app, name).click().run()
        assert app.session_state["workspace"].recipe == new
        (changed,) = differences(old, new)
        stands = changed.message if code is None else WORDING.message(code, **changed.message.parameters)
        said = WORDING.message("undone" if name == "Undo" else "redone", changes=[stands])
        assert [toast.value for toast in app.toast] == [md(said)]
        button(app, name).click().run()
        nothing = WORDING.message("nothing_to_undo" if name == "Undo" else "nothing_to_redo")
        assert [toast.value for toast in app.toast] == [md(nothing)]


def test_the_words_of_training_are_at_hand_and_stay_until_they_are_closed(engine: IdleEngine) -> None:
    def script() -> None:
        from components import terms

        terms.show_terms_button()

    app = AppTest.from_function(script).run()
    assert not app.markdown
    app.button(key="open terms").click().run()
    app.run()
    text = app.markdown[0].value.replace("\\", "")
    assert all(f"**{term.word}**" in text and term.meaning in text for term in TERMS)
    app.session_state["open dialog"] = "another"
    app.run()
    assert not app.markdown, "one dialog at a time"
