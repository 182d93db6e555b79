"""What one layer outputs for an example, as the trainer sends it to the server."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic wants it on Python 3.11


class LayerOutput(TypedDict):
    """The output of a layer, or the example itself."""

    shape: list[int]
    png: str
    """A picture of the numbers, in base64."""
    least: float | None
    """The smallest of the numbers; None if none of them is finite."""
    most: float | None
    values: list[float | None] | None
    """All numbers, if they are few, or the numbers of a text's words; one that is not finite is None."""
