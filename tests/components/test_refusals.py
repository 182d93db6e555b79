"""What a refused request is told, and in which language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from components.language import of_request
from components.refusals import refused
from components.wording import WORDING
from trainer.i18n import lengthened, using


def request(query: str = "", languages: str | None = None) -> Mapping[str, Any]:
    headers = [] if languages is None else [(b"accept-language", languages.encode())]
    return {"type": "http", "query_string": query.encode(), "headers": headers}


@pytest.mark.parametrize(
    ("query", "languages", "tag"),
    [
        ("", None, "en"),
        ("", "en-US,en;q=0.9", "en"),
        ("", "tlh, *;q=0.5", "en"),
        ("", "../../etc, \x00,;;,,", "en"),
        ("", "xx", "en"),  # the pseudo-language is asked for by the address alone
        ("lang=xx", "en", "xx"),
        ("lang=tlh", "en", "en"),
        ("lang=../..", None, "en"),
    ],
)
def test_the_language_of_a_request(query: str, languages: str | None, tag: str) -> None:
    assert of_request(dict(request(query, languages))) == tag


def test_the_first_language_that_there_is_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.language.is_available", {"de", "en"}.__contains__)
    assert of_request(dict(request(languages="fr-CH, de-AT;q=0.9, en;q=0.8"))) == "de"


def test_a_refusal_is_translated_for_its_request_alone() -> None:
    message = WORDING.message("foreign_host")
    with using("en"):
        answer = refused(message, 403, dict(request("lang=xx")), {"Retry-After": "60"})
        assert (answer.status_code, answer.headers["retry-after"]) == (403, "60")
        assert bytes(answer.body).decode() == lengthened(str(message))
        assert bytes(refused(message, 403, dict(request())).body).decode() == str(message)
