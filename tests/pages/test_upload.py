"""A file that somebody brings, by AppTest: taken, offered in part, refused, read otherwise, named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.library import Library
from components.wording import WORDING
from tests.support.pages import ROWS, IdleEngine, bring, button, page, spec_of
from trainer import PROJECT
from trainer.data import load
from trainer.data.cache import Cache
from trainer.data.files import named
from trainer.data.source import source_of
from trainer.data.wording import WORDING as DATA
from trainer.sources.text_csv.spec import TextCsv
from trainer.sources.text_csv.wording import WORDING as TABLES


def test_an_upload_is_kept_once_whatever_it_is_called(tmp_path: Path) -> None:
    library = Library(tmp_path)
    first = library.keep(library.receive("a.csv.gz", b"same"))
    assert library.keep(library.receive("b.tsv", b"same")) == first
    assert first.name.endswith("-a.csv.gz")
    library.delete_upload(PROJECT / "data" / "six_sentences.csv")
    assert (PROJECT / "data" / "six_sentences.csv").is_file()
    library.delete_upload(first)
    assert library.tables().keys().isdisjoint({str(first)})


def upload(app: AppTest, name: str, content: bytes) -> None:
    uploader = next(one for one in app.file_uploader if one.label.startswith("Upload"))
    uploader.set_value((name, content, "text/csv")).run()
    assert not app.exception


def test_an_uploaded_table_is_taken(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    upload(app, "mine.csv", ("words,verdict\n" + "".join(f"{text},{label}\n" for text, label in ROWS)).encode())
    assert (spec_of(app).text_column, spec_of(app).label_column) == ("words", "verdict")
    assert not app.error
    assert len(load(spec_of(app), 1).train) > 40
    at_hand = app.session_state["workspace"]
    assert (at_hand.recipe.name, at_hand.recipe.about) == ("mine", ""), "no longer a lesson of another table"
    at_hand.recipe = at_hand.recipe.with_(name="My own name")
    next(one for one in app.selectbox if one.label == "File").select("data/six_sentences.csv").run()
    assert app.session_state["workspace"].recipe.name == "My own name"


def test_a_recipe_on_an_uploaded_table_opens_on_another_computer(engine: IdleEngine) -> None:
    table = ("words,verdict\n" + "".join(f"{text},{label}\n" for text, label in ROWS)).encode()
    app = page("data", recipe="text_lstm")
    upload(app, "mine.csv", table)
    mine = spec_of(app).path
    recipe = app.session_state["workspace"].recipe
    recipe = recipe.with_(data=recipe.data.with_(path=f"C:\\runs\\uploads\\{Path(mine).name}"))
    start = page("start")
    brought = next(one for one in start.file_uploader if one.label.startswith("A recipe"))
    brought.set_value(("recipe.json", recipe.to_json().encode(), "application/json")).run()
    assert spec_of(start).path == mine
    assert not start.error
    assert any("mine" in box.value and "is open" in box.value for box in start.info)
    Path(mine).unlink()
    start = page("start")
    before = spec_of(start)
    brought = next(one for one in start.file_uploader if one.label.startswith("A recipe"))
    brought.set_value(("recipe.json", recipe.to_json().encode(), "application/json")).run()
    assert str(WORDING.message("foreign_data", name="mine.csv")) in start.error[0].value.replace("\\", "")
    assert spec_of(start) == before


def test_of_a_table_that_is_too_large_a_sample_is_offered_and_taken(
    engine: IdleEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is refused under these bounds, the lesson's own table too, is kept: not beyond this test.
    for kept in ("data.table._tables", "data._datasets", "data.words._facts", "sources.text_csv.doctor._found"):
        monkeypatch.setattr(f"trainer.{kept}", Cache(4))
    monkeypatch.setattr(source_of(TextCsv.first()), "_cut", Cache(4))
    monkeypatch.setattr("trainer.data.table.MAX_ROWS", 500)
    monkeypatch.setattr("components.table_source.OFFERED_ROWS", 200)
    app = page("data", recipe="text_lstm")
    before = spec_of(app)
    rows = "".join(f"{text} {n},{label}\n" for n in range(8) for text, label in ROWS)
    upload(app, "large.csv", ("text,label\n" + rows).encode())
    assert spec_of(app) == before, "what is at hand stays until somebody chooses"
    refused = DATA.message("sample_rows", file="large.csv", limit=500, sample=100_000)
    assert app.error[0].value.replace("\\", "") == str(refused)
    next(b for b in app.button if b.label.startswith("Use a sample of")).click().run()
    assert spec_of(app).sample == 200
    assert not app.error
    dataset = load(spec_of(app), 1)
    assert len(dataset.train) + len(dataset.validation or ()) + len(dataset.test) == 200
    assert not any("Use a sample" in b.label for b in app.button)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.csv", b"%PDF-1.7 and so on", str(DATA.message("kind_pdf"))),
        ("broken.csv", b'text,label\n"never closed,1\nmore,2\n', '“"never closed,1”'),
        ("one.csv", b"text\nalone\nall alone\n", str(TABLES.message("one_column", column='"text"'))),
        ("empty.csv", b"", str(DATA.message("empty", file="empty.csv"))),
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
    if any(one.label == "Discard this file" for one in app.button):
        button(app, "Discard this file").click().run()
        assert not app.error
    assert Library(engine.store.root).tables().keys() == {"data/reviews.csv", "data/six_sentences.csv"}, "it is gone"
    assert not app.session_state["workspace"].pending, "it is not tried again at the next click"


def test_a_file_that_is_refused_can_be_read_otherwise(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    rows = "".join(f"'{text}, it''s':'{label}'\n" for text, label in ROWS)
    upload(app, "odd.csv", ("text:label\n" + rows).encode())
    assert button(app, "Apply").disabled
    app.selectbox(key="refused quoting").select("single").run()
    button(app, "Apply").click().run()
    assert "odd" in app.error[0].value, "still refused, and still there"
    app.selectbox(key="refused delimiter").select(":").run()
    button(app, "Apply").click().run()
    assert not app.error
    chosen = spec_of(app)
    for path in ("data/six_sentences.csv", chosen.path):
        next(one for one in app.selectbox if one.label == "File").select(path).run()
    assert "odd" in app.error[0].value, "chosen from the list it is found as it was, and can be read otherwise again"
    assert any(one.label == "Delete this file" for one in app.button)
    app.selectbox(key="refused quoting").select("single")
    app.selectbox(key="refused delimiter").select(":").run()
    button(app, "Apply").click().run()
    assert not app.error
    spec = spec_of(app)
    assert (spec.delimiter, spec.quoting, spec.text_column) == (":", "single", "text")
    assert load(spec, 1).train.x[0].endswith(", it's")
    assert not any(one.label == "Apply" for one in app.button)


ODD = ("text:label\n" + "".join(f"{text}:{label}\n" for text, label in ROWS)).encode()


def test_what_one_pupil_forgets_another_keeps(engine: IdleEngine) -> None:
    """Thirty pupils bring the file of one teacher, and each finds the way to read it by themselves."""
    hers, his = (page("data", recipe="text_lstm") for _ in range(2))
    for app, name in ((hers, "hers.csv"), (his, "his.csv")):
        upload(app, name, ODD)
    his.selectbox(key="refused delimiter").select(":").run()
    button(his, "Apply").click().run()
    assert not his.error
    button(hers, "Discard this file").click().run()
    assert len(load(spec_of(his), 1).train) > 40
    upload(hers, "hers.csv", ODD)
    hers.selectbox(key="refused delimiter").select(":").run()
    button(hers, "Apply").click().run()
    assert spec_of(hers).path == spec_of(his).path, "kept once"
    assert any("hers.csv" in note and "his.csv" in note for note in (one.value.replace("\\", "") for one in hers.info))
    upload(hers, "another.csv", ODD + b"more:than:one\n")
    upload(hers, "good.csv", ("text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS)).encode())
    waiting = Path(spec_of(his).path).parent / "waiting"
    assert not list(waiting.iterdir()), "what was refused goes with the next upload"


def test_a_table_that_is_deleted_elsewhere_just_when_it_is_chosen(engine: IdleEngine) -> None:
    library = Library(engine.store.root)
    path = library.keep(library.receive("shared.csv", b"text,label\na,b\n"))
    app = page("data", recipe="text_lstm")
    path.unlink()
    app.selectbox(key="table").select(str(path)).run()
    assert not app.exception
    assert str(DATA.message("no_upload", file="shared.csv")) in app.error[0].value.replace("\\", "")
    assert spec_of(app).path == "data/reviews.csv"


def test_lines_above_the_table_are_found_said_and_can_be_changed(engine: IdleEngine) -> None:
    rows = "".join(f"{text},{label}\n" for text, label in ROWS)
    app = bring(engine, "survey.csv", ("Class 8b,\n26 November,\ntext,label\n" + rows).encode())
    assert (spec_of(app).above, spec_of(app).text_column, spec_of(app).label_column) == (2, "text", "label")
    note = str(DATA.message("note_lines_above", lines=2, begins=3))
    assert any(note in one.value.replace("\\", "") for one in app.caption)
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
    next(one for one in app.selectbox if one.label == "Character encoding").select("cp1251").run()
    assert not app.error
    assert spec_of(app).label_column == "йtiquette"
    encoding = next(one for one in app.selectbox if one.label == "Character encoding")
    assert encoding.options[0] == "Detect automatically", (
        "what would be found is not known while something else is chosen"
    )


def test_an_upload_keeps_its_name_in_any_script(tmp_path: Path) -> None:
    library = Library(tmp_path)
    first = library.keep(library.receive("Отзывы 8-Б.csv", b"one"))
    second = library.keep(library.receive("../\u202e本_books?.csv.gz", b"two"))
    assert {"本-books.csv.gz", "Отзывы-8-Б.csv"} <= set(library.tables().values())
    assert all(library.is_upload(path) for path in (first, second))
    assert named(first) == "Отзывы-8-Б.csv", "so messages call it"


def test_a_second_person_sees_what_the_first_has_waited_for(
    engine: IdleEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streamlit's own cache did not bear that a reading says how far it is: the second person's page was an error."""
    monkeypatch.setattr("trainer.data.budget.EVERY", 0.0)
    monkeypatch.setattr("components.progress.DELAY_SECONDS", 0.0)
    rows = "".join(f"{text} é{n},{label}\n" for n in range(2) for text, label in ROWS)
    first = bring(engine, "a.csv", ("text,label\n" + rows).encode("cp1252"))
    second = page("data", recipe="text_lstm")
    second.selectbox(key="table").select(spec_of(first).path).run()
    assert not second.exception
    assert any(one.value.startswith("Preview") for one in second.caption)


NOTHING_WRONG = "The doctor found nothing wrong"


def said(app: AppTest) -> str:
    return " ".join(one.value for one in (*app.caption, *app.markdown, *app.success)).replace("\\", "")


@pytest.mark.parametrize(("name", "content"), [("notes.csv", b"%PDF-1.7"), ("broken.csv", b'text,label\n"open,1\n')])
def test_beside_a_refused_file_nothing_is_called_right(engine: IdleEngine, name: str, content: bytes) -> None:
    """“The doctor found nothing wrong” below a refusal was taken to be about the file that was refused."""
    app = page("data", recipe="text_lstm")
    assert NOTHING_WRONG in said(app)
    upload(app, name, content)
    assert name in app.error[0].value.replace("\\", "")
    assert "this page still shows reviews.csv" in said(app)
    assert NOTHING_WRONG not in said(app)
    assert not app.success
    app.button(key="discard waiting").click().run()
    assert not app.error
    assert NOTHING_WRONG in said(app)


def test_a_refusal_goes_once_other_data_are_chosen(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    upload(app, "broken.csv", b'text,label\n"open,1\n')
    assert app.error
    app.segmented_control(key="source").set_value("mnist").run()
    assert not any("broken" in one.value for one in app.error)
    app.segmented_control(key="source").set_value("text_csv").run()
    assert not any("broken" in one.value for one in app.error)
    assert not list((engine.store.root / "uploads" / "waiting").iterdir()), "and the file with it"


@pytest.mark.parametrize(("door", "kind"), [("texts", "text_csv"), ("pictures", "mnist")])
def test_a_door_of_the_start_page_opens_the_place_for_the_file(engine: IdleEngine, door: str, kind: str) -> None:
    app = page("start")
    app.button(key=f"own {door}").click().run()
    assert app.title[0].value == "Data"
    assert spec_of(app).kind == kind
    assert place_for_a_file(app).proto.expanded
    if kind == "text_csv":
        upload(app, "mine.csv", ("words,verdict\n" + "".join(f"{text},{label}\n" for text, label in ROWS)).encode())
        assert not place_for_a_file(app).proto.expanded, "somebody has brought it"


def test_whoever_has_come_for_something_else_finds_the_place_folded(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    assert not place_for_a_file(app).proto.expanded
    assert len(app.file_uploader) == 1


def place_for_a_file(app: AppTest) -> Any:
    return next(one for one in app.expander if one.label.startswith("Use your own"))
