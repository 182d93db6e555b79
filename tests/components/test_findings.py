"""The keys of the buttons of findings: each its own, and the same while the fix is the same."""

from __future__ import annotations

from components.findings import _keys
from trainer.data.wording import WORDING
from trainer.messages import Message
from trainer.recipe.diagnosis import Diagnosis, Fix, Severity


def found(*codes: str) -> Diagnosis[int]:
    fixes = tuple(Fix(Message(code=code, parameters={}), place) for place, code in enumerate(codes))
    return Diagnosis(WORDING.message("others"), Severity.ERROR, fixes=fixes)


def test_keys_tell_what_a_fix_does_and_differ() -> None:
    assert _keys([found("t.a", "t.b"), found(), found("t.a", "t.a")]) == [
        ["fix t.a", "fix t.b"],
        [],
        ["fix t.a 2", "fix t.a 3"],
    ]


def test_a_key_stays_when_another_finding_is_gone() -> None:
    assert _keys([found("t.b")])[0] == _keys([found("t.a"), found("t.b")])[1]
