"""Text of people and files on our pages is text, not markup."""

from __future__ import annotations

import doctest

from components import markup


def test_examples() -> None:
    assert doctest.testmod(markup).failed == 0
