"""The Data page by AppTest: a file from upload to a recipe, findings and their mends, words, pictures."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pages_kit import IdleEngine, button, page
from streamlit.testing.v1 import AppTest

from components import progress as progress_module
from components.shelf import Shelf, without_hash
from trainer import PROJECT
from trainer.data import load
from trainer.data.turn import reached
from trainer.recipe.spec import RecipeError

SMS = PROJECT.parent / "shared" / "data" / "sms_spam.csv"
ROWS = [(f"a {word} thing number {n} we saw", label) for n in range(40) for word, label in (("good", 1), ("bad", 0))]


def spec_of(app: AppTest) -> Any:
    return app.session_state["workspace"].recipe.data


def bring(engine: IdleEngine, name: str, content: bytes) -> AppTest:
    """The page with a file among the uploads that is chosen as anybody would."""
    path = Shelf(engine.store.root).save_upload(name, content)
    app = page("data", recipe="text_lstm")
    app.selectbox(key="table").select(str(path)).run()
    assert not app.exception
    return app


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


def test_a_mend_becomes_part_of_the_recipe(engine: IdleEngine) -> None:
    rows = [*ROWS, *[(f"another {n} of those things", "1 ") for n in range(2)], *ROWS[:6]]
    app = bring(engine, "a.csv", ("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows)).encode())
    button(app, "Use each once").click().run()
    assert spec_of(app).drop_duplicates
    assert not any(b.label == "Use each once" for b in app.button)
    assert any("that repeat another" in caption.value.replace("\\", "") for caption in app.caption)


def test_a_class_too_rare_to_split_is_said_with_its_mend(engine: IdleEngine) -> None:
    content = "text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS) + "a lonely one,2\n"
    app = bring(engine, "a.csv", content.encode())
    assert "too few" in app.error[0].value
    button(app, "Leave them out").click().run()
    assert not app.error
    assert spec_of(app).drop_rare == 3


def test_words_search_and_suggestions(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    app.text_input(key="search texts").set_value("zebra crossing nowhere").run()
    assert any("No training text" in caption.value for caption in app.caption)
    next(one for one in app.text_input if one.label.startswith("Type a text")).set_value("Unheard-of xyzzy!").run()
    assert any("2 unknown" in text.value for text in app.markdown)
    before = spec_of(app).sequence_length
    app.button(key="take sequence_length").click().run()
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
    assert any("has no column" in box.value.replace("\\", "") for box in app.error)
    app.selectbox(key="delimiter").select("").run()
    assert not app.error
    assert not app.exception


def test_shares_by_slider(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    app.slider(key="test").set_value(30).run()
    assert spec_of(app).test == 0.3
    assert app.metric[2].value == "720"


def test_own_pictures_work_as_mnist_does_and_can_be_deleted(engine: IdleEngine, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    path = tmp_path / "own.npz"
    arrays = {
        f"{kind}_{part}": chance.integers(0, 200, (count, 9, 7, 3), np.uint8) if kind == "x" else np.arange(count) % 3
        for part, count in (("train", 60), ("test", 12))
        for kind in "xy"
    }
    np.savez(path, class_names=np.array(["cat", "<b>dog", "owl"]), **arrays)
    kept = Shelf(engine.store.root).save_upload("own.npz", path.read_bytes())
    app = page("data")
    app.selectbox(key="pictures").select(str(kept)).run()
    assert not app.exception
    assert load(spec_of(app), 1).input_shape == (9, 7, 3)
    button(app, "Delete this file").click().run()
    assert not kept.exists()
    assert spec_of(app).path is None


def test_a_quick_try(engine: IdleEngine) -> None:
    app = page("data", recipe="mnist_cnn")
    if spec_of(app).limit is not None:
        button(app, "Use all pictures").click().run()
    next(b for b in app.button if b.label.startswith("Quick try")).click().run()
    assert spec_of(app).limit == 2000
    assert not app.exception


@pytest.mark.skipif(not SMS.is_file(), reason="the SMS set is not beside this checkout")
def test_the_sms_set_is_ready_to_train_without_a_choice(engine: IdleEngine) -> None:
    app = bring(engine, "sms_spam.csv", SMS.read_bytes())
    assert (spec_of(app).text_column, spec_of(app).label_column) == ("text", "label")
    app.switch_page("train_page.py").run()
    assert not button(app, "Train").disabled


def test_an_upload_is_kept_once_whatever_it_is_called(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = shelf.save_upload("a.csv.gz", b"same")
    assert shelf.save_upload("b.tsv", b"same") == first
    assert first.name.endswith("-a.csv.gz")
    shelf.delete_upload(PROJECT / "data" / "six_sentences.csv")
    assert (PROJECT / "data" / "six_sentences.csv").is_file()
    shelf.delete_upload(first)
    assert shelf.tables().keys().isdisjoint({str(first)})


def upload(app: AppTest, name: str, content: bytes) -> None:
    uploader = next(one for one in app.file_uploader if one.label.startswith("Or bring"))
    uploader.set_value((name, content, "text/csv")).run()
    assert not app.exception


def test_an_uploaded_table_is_taken(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    upload(app, "mine.csv", ("words,verdict\n" + "".join(f"{text},{label}\n" for text, label in ROWS)).encode())
    assert (spec_of(app).text_column, spec_of(app).label_column) == ("words", "verdict")
    assert not app.error
    assert len(load(spec_of(app), 1).train) > 40


def test_of_a_table_that_is_too_large_a_sample_is_offered_and_taken(
    engine: IdleEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.data.table.MAX_ROWS", 500)
    monkeypatch.setattr("components.table_source.SAMPLE", 200)
    app = page("data", recipe="text_lstm")
    before = spec_of(app)
    rows = "".join(f"{text} {n},{label}\n" for n in range(8) for text, label in ROWS)
    upload(app, "large.csv", ("text,label\n" + rows).encode())
    assert spec_of(app) == before, "what is at hand stays until somebody chooses"
    assert any("large.csv" in box.value.replace("\\", "") and "500 rows" in box.value for box in app.warning)
    next(b for b in app.button if b.label.startswith("Use a sample of")).click().run()
    assert spec_of(app).sample == 200
    assert not app.error
    dataset = load(spec_of(app), 1)
    assert len(dataset.train) + len(dataset.validation or ()) + len(dataset.test) == 200
    assert not any("Use a sample" in b.label for b in app.button)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.csv", b"%PDF-1.7 and so on", "PDF"),
        ("broken.csv", b'text,label\n"never closed,1\nmore,2\n', "never closed"),
        ("one.csv", b"text\nalone\nall alone\n", "one column"),
        ("empty.csv", b"", "empty"),
    ],
)
def test_a_file_that_is_refused_says_why_and_loses_nothing(
    engine: IdleEngine, name: str, content: bytes, said: str
) -> None:
    app = page("data", recipe="text_lstm")
    before = spec_of(app)
    upload(app, name, content)
    assert len(app.error) == 1
    assert said in app.error[0].value.replace("\\", "")
    assert spec_of(app) == before
    assert app.selectbox(key="table").options == ["reviews.csv", "six_sentences.csv"]
    if any(one.label == "Forget this file" for one in app.button):
        button(app, "Forget this file").click().run()
        assert not app.error
    assert Shelf(engine.store.root).tables().keys() == {"data/reviews.csv", "data/six_sentences.csv"}, "and it is gone"
    assert not app.session_state["workspace"].asked, "it is not tried again at the next click"


def test_a_file_that_is_refused_can_be_read_otherwise(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    rows = "".join(f"'{text}, it''s':'{label}'\n" for text, label in ROWS)
    upload(app, "odd.csv", ("text:label\n" + rows).encode())
    assert button(app, "Read it so").disabled
    app.selectbox(key="refused quoting").select("single").run()
    button(app, "Read it so").click().run()
    assert "odd" in app.error[0].value, "still refused, and still there"
    app.selectbox(key="refused delimiter").select(":").run()
    button(app, "Read it so").click().run()
    assert not app.error
    chosen = spec_of(app)
    for path in ("data/six_sentences.csv", chosen.path):
        next(one for one in app.selectbox if one.label == "File").select(path).run()
    assert "odd" in app.error[0].value, "chosen from the list it is found as it was, and can be read otherwise again"
    assert any(one.label == "Delete this file" for one in app.button)
    app.selectbox(key="refused quoting").select("single")
    app.selectbox(key="refused delimiter").select(":").run()
    button(app, "Read it so").click().run()
    assert not app.error
    spec = spec_of(app)
    assert (spec.delimiter, spec.quoting, spec.text_column) == (":", "single", "text")
    assert load(spec, 1).train.x[0].endswith(", it's")
    assert not any(one.label == "Read it so" for one in app.button)


def test_lines_above_the_table_are_found_said_and_can_be_changed(engine: IdleEngine) -> None:
    rows = "".join(f"{text},{label}\n" for text, label in ROWS)
    app = bring(engine, "survey.csv", ("Class 8b,\n26 November,\ntext,label\n" + rows).encode())
    assert (spec_of(app).above, spec_of(app).text_column, spec_of(app).label_column) == (2, "text", "label")
    assert any("The first 2 lines are left out" in one.value for one in app.caption)
    box = next(one for one in app.number_input if one.label == "Lines above the table")
    box.set_value(3).run()
    assert spec_of(app).above == 3
    assert not app.exception


def test_a_small_table_does_not_leave_its_vocabulary_to_the_next(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    usual = spec_of(app).max_words
    upload(app, "small.csv", ("text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS)).encode())
    assert spec_of(app).max_words < 60
    rows = "".join(f"word{n} word{n + 1} word{n + 2} and {label},{label}\n" for n in range(90) for label in ("a", "b"))
    upload(app, "large.csv", ("text,label\n" + rows).encode())
    assert 80 < spec_of(app).max_words <= usual


def test_other_letters_bring_other_names_of_columns(engine: IdleEngine) -> None:
    rows = "".join(f"{text} é{n},{label}\n" for n in range(2) for text, label in ROWS)
    app = bring(engine, "a.csv", ("texte,étiquette\n" + rows).encode("cp1252"))
    assert spec_of(app).label_column == "étiquette"
    next(one for one in app.selectbox if one.label == "Letters").select("cp1251").run()
    assert not app.error
    assert spec_of(app).label_column == "йtiquette"
    letters = next(one for one in app.selectbox if one.label == "Letters")
    assert letters.options[0] == "find it", "what would be found is not known while something else is chosen"


def test_an_upload_keeps_its_name_in_any_script(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = shelf.save_upload("Отзывы 8-Б.csv", b"one")
    second = shelf.save_upload("../\u202e本_books?.csv.gz", b"two")
    assert {"本-books.csv.gz", "Отзывы-8-Б.csv"} <= set(shelf.tables().values())
    assert all(shelf.is_upload(path) for path in (first, second))
    assert without_hash(f"“{first.name}” is empty.") == "“Отзывы-8-Б.csv” is empty."


def test_two_mends_before_the_page_is_drawn_again_are_both_kept(engine: IdleEngine) -> None:
    rows = [*ROWS, *ROWS[:6], *[(f"some <br> more {n} &amp; more", "1") for n in range(3)]]
    app = bring(engine, "a.csv", ("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows)).encode())
    button(app, "Use each once").click()
    button(app, "Read the texts without them").click()
    app.run()
    assert spec_of(app).drop_duplicates
    assert spec_of(app).plain_text


def test_work_that_was_asked_for_a_table_is_not_done_to_something_else(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    done: list[str] = []
    app.session_state["workspace"].asked += [lambda: done.append("first"), lambda: done.append("second")]
    app.segmented_control(key="source").set_value("mnist").run()
    assert not app.exception
    assert done == []
    app.session_state["workspace"].asked += [lambda: done.append("first"), lambda: done.append("second")]
    app.run()
    assert done == ["first", "second"], "in order, each once"
    app.run()
    assert len(done) == 2


def test_a_bar_does_not_outlive_work_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    place = SimpleNamespace(progress=lambda share, text: shown.append(text), empty=shown.clear)
    monkeypatch.setattr(progress_module, "st", SimpleNamespace(empty=lambda: place))
    monkeypatch.setattr(progress_module, "MOMENT", -1.0)

    def fail() -> None:
        with progress_module.progress():
            reached("Reading", 0.5)
            assert shown == ["Reading: 50%"]
            raise RecipeError("a ragged row")

    with pytest.raises(RecipeError):
        fail()
    assert shown == []


def test_the_lengths_are_there_as_a_table_too(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    table = next(frame.value for frame in app.dataframe if "words in a text" in frame.value.columns)
    assert table["texts"].sum() == len(load(spec_of(app), app.session_state["workspace"].recipe.seed).train)
