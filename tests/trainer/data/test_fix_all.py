"""Several errors of data fixed in one press: what is safe to do together, and what is left to a person."""

from __future__ import annotations

from typing import Any

from trainer.data.diagnosis import DataDiagnosis, fix_all
from trainer.data.wording import WORDING
from trainer.recipe.diagnosis import Fix, Severity
from trainer.sources.text_csv.spec import TextCsv

SPEC = TextCsv(path="a.csv")


def found(severity: Severity, *changes: dict[str, Any]) -> DataDiagnosis[TextCsv]:
    label = WORDING.message("others")
    return DataDiagnosis(label, severity, fixes=tuple(Fix(label, SPEC.with_(**changed)) for changed in changes))


def test_the_fixes_of_all_errors_are_put_together() -> None:
    together = fix_all(
        SPEC,
        [
            found(Severity.ERROR, {"merge_labels": True}),
            found(Severity.ERROR),
            found(Severity.ERROR, {"keep_together": True}),
        ],
    )
    assert together is not None
    assert together.result == SPEC.with_(merge_labels=True, keep_together=True)
    assert together.label.parameters["count"] == 2


def test_one_error_needs_no_second_button() -> None:
    assert fix_all(SPEC, [found(Severity.ERROR, {"merge_labels": True})]) is None
    assert fix_all(SPEC, []) is None


def test_what_only_warns_and_what_is_a_question_is_left_to_a_person() -> None:
    errors = [found(Severity.ERROR, {"merge_labels": True}), found(Severity.ERROR, {"keep_together": True})]
    more = [
        found(Severity.WARNING, {"drop_conflicts": True}),
        found(Severity.NOTE, {"drop_duplicates": True}),
        found(Severity.ERROR, {"encoding": "cp1252"}, {"encoding": "cp1251"}),
    ]
    together = fix_all(SPEC, [*errors, *more])
    assert together is not None
    assert together.result == SPEC.with_(merge_labels=True, keep_together=True)


def test_of_two_that_change_one_field_the_worse_one_is_dealt_with() -> None:
    first, second = {"max_words": 50, "every_character": True}, {"max_words": 900}
    assert fix_all(SPEC, [found(Severity.ERROR, first), found(Severity.ERROR, second)]) is None
    third = {"merge_labels": True}
    together = fix_all(SPEC, [found(Severity.ERROR, one) for one in (first, second, third)])
    assert together is not None
    assert together.result == SPEC.with_(**first, **third)
