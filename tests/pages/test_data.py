"""The Data page by AppTest: a file from upload to a recipe, findings and their fixes, words, pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components import progress as progress_module
from components.dataset_view import SAME_ROWS
from components.library import Library
from components.markup import md
from components.wording import WORDING as COMPONENTS
from tests.support.folders import SMS
from tests.support.pages import ROWS, IdleEngine, bring, button, html_of, page, spec_of, split_of, told
from trainer.data import load
from trainer.data.budget import READING
from trainer.data.progress import report
from trainer.data.wording import WORDING as DATA
from trainer.recipe.spec import RecipeError
from trainer.sources.text_csv.wording import WORDING as TABLES


def test_a_table_of_another_country_needs_no_choice(engine: IdleEngine) -> None:
    rows = "".join(
        f"{n};это {'хороший' if n % 2 else 'плохой'} фильм {n};{'да' if n % 2 else 'нет'}\n" for n in range(80)
    )
    app = bring(engine, "Отзывы.csv", ("номер;отзыв;ответ\n" + rows).encode("cp1251"))
    assert (spec_of(app).text_column, spec_of(app).label_column) == ("отзыв", "ответ")
    assert spec_of(app).keep_together
    assert not app.error
    assert load(spec_of(app), 1).class_names == ("да", "нет")


def test_a_table_without_header_and_one_click_for_a_header(engine: IdleEngine) -> None:
    app = bring(engine, "a.tsv", "".join(f"{label}\t{text}\n" for text, label in ROWS).encode())
    assert (spec_of(app).header, spec_of(app).text_column) == (False, "Column 2")
    next(box for box in app.checkbox if box.label.startswith("The first row")).check().run()
    assert spec_of(app).header
    assert not app.exception


def test_a_fix_becomes_part_of_the_recipe(engine: IdleEngine) -> None:
    rows = [*ROWS, *[(f"another {n} of those things", "1 ") for n in range(2)], *ROWS[:6]]
    app = bring(engine, "a.csv", ("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows)).encode())
    app.button(key="fix text_csv.remove_duplicates").click().run()
    assert spec_of(app).drop_duplicates
    assert not any(b.key == "fix text_csv.remove_duplicates" for b in app.button)
    left_out = str(TABLES.message("left_out_duplicates", count=6))
    assert left_out in [caption.value.replace("\\", "") for caption in app.caption]


def test_a_class_too_rare_to_split_is_said_with_its_fix(engine: IdleEngine) -> None:
    content = "text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS) + "a lonely one,2\n"
    app = bring(engine, "a.csv", content.encode())
    (error,) = app.error
    assert str(DATA.message("class_too_rare", name='"2"', count=1)) in error.value.replace("\\", "")
    assert button(app, "Next: the model").disabled
    assert md(COMPONENTS.message("next_data_wrong")) in [caption.value for caption in app.caption]
    app.button(key="fix text_csv.remove_rare").click().run()
    assert not app.error
    assert not button(app, "Next: the model").disabled
    assert spec_of(app).drop_rare == 3


def test_words_search_and_suggestions(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    app.text_input(key="search texts").set_value("zebra crossing nowhere").run()
    assert any("No training text" in caption.value for caption in app.caption)
    next(one for one in app.text_input if one.label.startswith("Type a text")).set_value("Unheard-of xyzzy!").run()
    assert any("Unknown: 2." in text.value for text in app.markdown)
    before = spec_of(app).sequence_length
    app.button(key="use length").click().run()
    assert spec_of(app).sequence_length != before
    assert not app.exception


def test_letters_and_delimiter_can_be_chosen_and_left_to_be_found_again(engine: IdleEngine) -> None:
    rows = "".join(f"{text} schön,{label}\n" for text, label in ROWS)
    app = bring(engine, "a.csv", ("text,label\n" + rows).encode("cp1252"))
    app.selectbox(key="encoding").select("cp1251").run()
    assert spec_of(app).encoding == "cp1251"
    assert load(spec_of(app), 1).train.x[0].endswith("schцn")
    app.selectbox(key="encoding").select("").run()
    assert spec_of(app).encoding is None
    app.selectbox(key="delimiter").select(";").run()
    assert app.error
    app.selectbox(key="delimiter").select("").run()
    assert not app.error
    assert not app.exception


def test_shares_by_slider(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    app.slider(key="test").set_value(30).run()
    assert spec_of(app).test == 0.3
    assert split_of(app)[2] == "720"


def test_own_pictures_work_as_mnist_does_and_can_be_deleted(engine: IdleEngine, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    path = tmp_path / "own.npz"
    arrays = {
        f"{kind}_{part}": chance.integers(0, 200, (count, 9, 7, 3), np.uint8) if kind == "x" else np.arange(count) % 3
        for part, count in (("train", 60), ("test", 12))
        for kind in "xy"
    }
    np.savez(path, **arrays, class_names=np.array(["cat", "<b>dog", "owl"]))  # type: ignore[arg-type]  # numpy's stubs
    library = Library(engine.store.root)
    kept = library.keep(library.receive("own.npz", path.read_bytes()))
    app = page("data")
    app.selectbox(key="pictures").select(str(kept)).run()
    assert not app.exception
    assert load(spec_of(app), 1).input_shape == (9, 7, 3)
    button(app, "Delete this file").click().run()
    assert not kept.exists()
    assert spec_of(app).path is None
    button(app, "Undo").click().run()
    gone = told("data.no_upload", file="own.npz")
    assert gone in app.error[0].value.replace("\\", ""), "it does not come back, and that is said"
    app.switch_page("model_page.py").run()
    assert gone in app.error[0].value.replace("\\", "")
    button(app, "Undo").click().run()
    assert not app.error, "nobody is stuck"


def test_a_quick_try(engine: IdleEngine) -> None:
    app = page("data", recipe="mnist_cnn")
    assert spec_of(app).limit is None
    app.button(key="quick try").click().run()
    assert spec_of(app).limit == 2000
    assert split_of(app) == ["1,800", "200", "10,000"]
    assert "1,800" in app.session_state["announced"][1]
    app.button(key="quick try").click().run()
    assert spec_of(app).limit is None
    assert "54,000" in app.session_state["announced"][1]
    assert not app.exception


@pytest.mark.skipif(not SMS.is_file(), reason="the SMS set is not beside this checkout")
def test_the_sms_set_is_ready_to_train_without_a_choice(engine: IdleEngine) -> None:
    app = bring(engine, "sms_spam.csv", SMS.read_bytes())
    assert (spec_of(app).text_column, spec_of(app).label_column) == ("text", "label")
    app.switch_page("train_page.py").run()
    assert not button(app, "Train").disabled


def test_two_fixes_before_the_page_is_drawn_again_are_both_kept(engine: IdleEngine) -> None:
    rows = [*ROWS, *[(f"some <br> more {n} &amp; more", "1 ") for n in range(3)]]
    app = bring(engine, "a.csv", ("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows)).encode())
    app.button(key="fix text_csv.hide_words").click()
    app.button(key="fix text_csv.remove_html").click()
    app.run()
    assert spec_of(app).hide_words
    assert spec_of(app).plain_text


def test_work_that_was_asked_for_a_table_is_not_done_to_something_else(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    done: list[str] = []
    app.session_state["workspace"].pending += [lambda: done.append("first"), lambda: done.append("second")]
    app.segmented_control(key="source").set_value("mnist").run()
    assert not app.exception
    assert done == []
    app.session_state["workspace"].pending += [lambda: done.append("first"), lambda: done.append("second")]
    app.run()
    assert done == ["first", "second"], "in order, each once"
    app.run()
    assert len(done) == 2


def test_a_bar_does_not_outlive_work_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    place = SimpleNamespace(progress=lambda share, text: shown.append(text), empty=shown.clear)
    monkeypatch.setattr(progress_module, "st", SimpleNamespace(empty=lambda: place))
    monkeypatch.setattr(progress_module, "DELAY_SECONDS", -1.0)
    task = READING

    def fail() -> None:
        with progress_module.progress():
            report(task, 0.5)
            assert shown == [f"{md(task)}: 50%"]
            raise RecipeError("a ragged row")

    with pytest.raises(RecipeError):
        fail()
    assert shown == []


def test_the_lengths_are_there_as_a_table_too(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    table = next(frame.value for frame in app.dataframe if "words in a text" in frame.value.columns)
    assert table["texts"].sum() == len(load(spec_of(app), app.session_state["workspace"].recipe.seed).train)


def _clothes(*columns: str) -> bytes:
    values: dict[str, Callable[[int], str]] = {
        "Gender": lambda n: "fm"[n % 2],
        "Rating": lambda n: str(1 + n % 5),
        "Mood": lambda n: ("calm", "upset")[n // 2 % 2],
        "Review Text": lambda n: f"the colour of dress {n} was different from the picture",
    }
    rows = [",".join(values[column](n) for column in columns) for n in range(100)]
    return "\n".join([",".join(columns), *rows, ""]).encode()


def test_where_two_columns_could_be_the_label_both_are_buttons(engine: IdleEngine) -> None:
    app = bring(engine, "clothes.csv", _clothes("Gender", "Rating", "Review Text", "Mood"))
    assert spec_of(app).text_column == "Review Text"
    assert {"Rating", "Mood"} <= {one.label for one in app.button}
    assert not any(one.label == "Gender" for one in app.button)
    button(app, "Mood").click().run()
    assert spec_of(app).label_column == "Mood"
    assert not any(one.label == "Rating" for one in app.button), "the question is answered"


def test_the_present_column_can_be_confirmed(engine: IdleEngine) -> None:
    app = bring(engine, "clothes.csv", _clothes("Rating", "Review Text", "Mood"))
    chosen = spec_of(app).label_column
    assert chosen is not None
    button(app, chosen).click().run()
    assert spec_of(app).label_column == chosen
    assert not any(one.label in {"Rating", "Mood"} for one in app.button)


def test_nothing_personal_is_learned_unless_somebody_says_so(engine: IdleEngine) -> None:
    app = bring(engine, "clothes.csv", _clothes("Gender", "Review Text"))
    assert spec_of(app).label_column is None
    assert len(app.error) == 1
    assert button(app, "Next: the model").disabled
    button(app, "Gender").click().run()
    assert spec_of(app).label_column == "Gender"
    assert not app.error


def test_a_table_of_measurements_is_refused_for_having_no_texts(engine: IdleEngine) -> None:
    rows = "".join(f"{n}.5,{n % 7}.1,{('setosa', 'virginica')[n % 2]}\n" for n in range(60))
    app = page("data", recipe="text_lstm")
    next(one for one in app.file_uploader if one.label.startswith("Upload")).set_value(
        ("iris.csv", f"sepal,petal,species\n{rows}".encode(), "text/csv")
    ).run()
    assert str(TABLES.message("no_texts", columns=3, numbers=2)) in app.error[0].value.replace("\\", "")
    assert spec_of(app).path == "data/reviews.csv"


def test_an_upload_fits_length_vocabulary_and_embedding_to_its_texts(engine: IdleEngine) -> None:
    rows = [f"{'of many things we speak here ' * 30}{('rise', 'fall')[n % 2]} {n},{'ab'[n % 2]}\n" for n in range(120)]
    app = bring(engine, "long.csv", ("text,label\n" + "".join(rows)).encode())
    spec = spec_of(app)
    assert spec.sequence_length >= 182
    assert spec.max_words < 100
    embedding = app.session_state["workspace"].recipe.layers[0]
    assert embedding.input_dim == spec.max_words
    assert not any(code in {"fix text_csv.read_whole", "fix text_csv.fit_vocabulary"} for code in keys(app))


def test_sequences_are_read_by_characters_with_one_press(engine: IdleEngine) -> None:
    letters = ["".join("ACGT"[(n * 7 + k * k * (n % 5 + 1)) % 4] for k in range(40)) + f"{n:b}" for n in range(90)]
    rows = "".join(f"{text.replace('0', 'A').replace('1', 'C')},{'xyz'[n % 3]}\n" for n, text in enumerate(letters))
    app = bring(engine, "dna.csv", f"Sequence,Class\n{rows}".encode())
    app.button(key="fix text_csv.every_character").click().run()
    recipe = app.session_state["workspace"].recipe
    assert recipe.data.every_character
    assert recipe.layers[0].input_dim == recipe.data.max_words >= 6
    assert "fix text_csv.every_character" not in keys(app)


def test_the_wall_has_pictures_of_all_classes_and_they_can_be_made_large(engine: IdleEngine) -> None:
    app = page("data", recipe="mnist_cnn")
    wall = html_of(app, 'fb-wall" role="img"')
    assert wall.count("<img") == 90
    assert all(f">{digit}</bdi>" in wall for digit in range(10))
    size = next(one for one in app.segmented_control if one.label == "Size")
    size.set_value(True).run()
    assert html_of(app, "fb-wall fb-named").count("<li>") == 90 + 10, "the samples, and the average of each class"
    next(one for one in app.selectbox if one.label == "Class").select(3).run()
    next(one for one in app.selectbox if one.label == "Show").select(True).run()
    names = html_of(app, "fb-wall fb-named")
    assert names.count(">3</bdi>") == names.count("<li>") - 10 + 1
    assert not app.exception


def test_texts_are_there_to_be_read_in_full(engine: IdleEngine) -> None:
    long = "word " * 200 + "and <b>this</b> at the end"
    rows = "".join(f"{long} {n},{n % 2}\n" for n in range(60))
    app = bring(engine, "a.csv", f"text,label\n{rows}".encode())
    app.text_input(key="search texts").set_value("at the end").run()
    shown = html_of(app, "fb-texts")
    assert shown.count("<li>") > 30
    assert "&lt;b&gt;this&lt;/b&gt; at the end" in shown


def test_a_tiny_table_is_said_once_to_have_too_few_rows(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    app.selectbox(key="table").select("data/six_sentences.csv").run()
    assert [
        str(TABLES.message("same_rows", count=6, least=30)) in one.value.replace("\\", "") for one in app.error
    ] == [True]
    assert SAME_ROWS not in [one.value for one in (*app.caption, *app.warning)]
    assert split_of(app) == ["6"]


def test_the_page_says_that_the_layers_do_not_fit_and_one_press_makes_them(engine: IdleEngine) -> None:
    """Three classes need three units, another activation, and another loss than lesson 2 may have been given."""
    rows = "".join(f"{text},{n % 3}\n" for n, (text, _) in enumerate(ROWS))
    app = bring(engine, "three.csv", f"text,label\n{rows}".encode())
    at_hand = app.session_state["workspace"]
    at_hand.recipe = at_hand.recipe.with_(loss="binary_crossentropy")
    app.run()
    before = at_hand.recipe
    assert len(load(spec_of(app), 1).class_names) == 3
    app.button(key="fix check.set_loss_too").click().run()
    fixed = app.session_state["workspace"].recipe
    assert (fixed.layers[-1].units, fixed.layers[-1].activation, fixed.loss) == (3, "softmax", "auto")
    assert not any(str(key).startswith("fix check.") for key in keys(app))
    assert str(fixed.layers[-1].units) in app.session_state["announced"][1], "what was fixed is read out"
    app.button(key="undo").click().run()
    assert app.session_state["workspace"].recipe == before


def test_where_the_kind_of_data_changed_a_new_start_comes_first(engine: IdleEngine) -> None:
    app = page("data", recipe="mnist_cnn")
    app.segmented_control(key="source").set_value("text_csv").run()
    fixes = [str(one.key) for one in app.button if str(one.key).startswith("fix check.")]
    assert fixes[0] == "fix check.start_again"
    app.button(key=fixes[0]).click().run()
    assert not any(str(key).startswith("fix check.") for key in keys(app))
    assert app.session_state["workspace"].recipe.layers[0].kind == "Embedding"


def test_all_errors_of_a_table_are_fixed_in_one_press_and_come_back_with_one_undo(engine: IdleEngine) -> None:
    rows = [(text, ("no", "yes")[label]) for text, label in ROWS]
    rows += [*[(f"a nice one, number {n}", "Yes") for n in range(8)], ("a lonely one", "perhaps")]
    table = "text;label\n" + "".join(f"{text};{label}\n" for text, label in rows)
    app = bring(engine, "a.csv", table.encode())
    before = spec_of(app)
    assert len(app.error) == 2
    app.button(key="fix data.fix_all").click().run()
    assert (spec_of(app).merge_labels, spec_of(app).drop_rare) == (True, 3)
    assert not app.error
    app.button(key="undo").click().run()
    assert spec_of(app) == before


def test_data_that_cannot_be_used_say_why_first_with_their_fix_and_only_there(engine: IdleEngine) -> None:
    content = "text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS) + "a lonely one,2\n"
    app = bring(engine, "a.csv", content.encode())
    assert [str(one.key) for one in app.button].count("fix text_csv.remove_rare") == 1
    assert not any("fb-split-bar" in one.proto.body for one in app.get("html") if "<ul" in one.proto.body)


def keys(app: AppTest) -> set[str]:
    return {str(one.key) for one in app.button}
