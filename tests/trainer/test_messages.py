"""Codes with parameters, and the sentences that are made from them."""

from __future__ import annotations

import string
import subprocess
import sys

import pytest

from trainer import PROJECT, i18n, messages
from trainer.i18n import N_, Plural, plural, using
from trainer.messages import _TEMPLATES, Message, MessageError, Wording
from trainer.runs.events import Notice
from trainer.runs.log import from_line, to_line

WORDING = Wording(
    "test",
    {
        "rows": plural("count", "{count} row of {file}", "{count:number} rows of {file}"),
        "because": N_("Stopped because {why} It took {time:duration}."),
        "names": N_("Choose {names:or}."),
        "plain": N_("There are {names}."),
    },
)


def test_singular_and_plural() -> None:
    assert str(WORDING.message("rows", count=1, file="a.csv")) == "1 row of a.csv"
    assert str(WORDING.message("rows", count=54_000, file="a.csv")) == "54,000 rows of a.csv"


def test_a_message_in_a_message_and_a_list() -> None:
    why = WORDING.message("names", names=("loss", "accuracy"))
    assert str(WORDING.message("because", why=why, time=200)) == (
        "Stopped because Choose loss or accuracy. It took 3 min 20 s."
    )


def test_a_name_that_is_written_from_right_to_left_is_set_apart() -> None:
    assert str(WORDING.message("rows", count=1, file="كتاب.csv")) == "1 row of \u2068كتاب.csv\u2069"
    assert str(WORDING.message("names", names=["كتاب", "book"])) == "Choose \u2068كتاب\u2069 or book."


def test_a_list_is_never_told_as_python_writes_it() -> None:
    assert str(WORDING.message("plain", names=("loss", "accuracy"))) == "There are loss and accuracy."


def test_words_with_braces_and_percent_stay_as_they_are() -> None:
    assert str(WORDING.message("rows", count=1, file="{count} %s {0.__class__}")) == "1 row of {count} %s {0.__class__}"


def test_through_json_and_back() -> None:
    told = WORDING.message("because", why=WORDING.message("names", names=("a", "b")), time=1.5)
    again = Message.model_validate_json(told.model_dump_json())
    assert again == told
    assert str(again) == str(told)


def test_a_number_that_is_not_finite_comes_out_of_a_log_as_one() -> None:
    """JSON has none, so that a log has a text in its place."""
    told = WORDING.message("rows", count=float("nan"), file="NaN")
    again = from_line(to_line(Notice(n=0, text=told)).rstrip(b"\n"))
    assert isinstance(again, Notice)
    assert str(again.text) == str(told) == "not a number rows of NaN"


def test_what_another_version_wrote_is_told_too() -> None:
    assert "test.unheard_of" in str(Message(code="test.unheard_of"))
    assert "test.rows" in str(Message(code="test.rows"))


@pytest.mark.processes
def test_a_log_is_told_without_the_package_that_wrote_it() -> None:
    """The command line shows what the reading of data has said, although it reads none."""
    code = (
        "import sys; from trainer.messages import Message; print(Message(code='engine.nothing_saved'));"
        "assert 'tensorflow' not in sys.modules"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert said == "Nothing could be saved, so nothing was done.\n"


def test_an_unknown_code_is_refused_where_it_is_made() -> None:
    with pytest.raises(KeyError):
        WORDING.message("unheard_of")


def test_an_error_is_told_in_the_language_of_whoever_looks() -> None:
    error = MessageError(WORDING.message("names", names=["a", "b"]))
    assert (error.code, str(error)) == ("test.names", "Choose a or b.")
    with using(i18n.PSEUDO):
        assert str(error).startswith("[Choose a or b. ~")


def test_every_template_can_be_filled() -> None:
    for code, template in _TEMPLATES.items():
        texts = (template.one, template.many) if isinstance(template, Plural) else (template,)
        for text in texts:
            for _text, field, spec, conversion in string.Formatter().parse(text):
                assert field is None or field.isidentifier(), code
                assert not spec or spec in messages._WRITTEN, code
                assert conversion is None, code
