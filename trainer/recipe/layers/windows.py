"""The settings of windows that slide along a sequence or over a picture."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from trainer.i18n import _
from trainer.recipe.spec import Pair, setting


def _one(value: Any) -> Any:
    """Where both sides must be equal, a recipe holds one number; Keras may have written it twice."""
    if isinstance(value, list | tuple) and len(value) == 2 and value[0] == value[1]:
        return value[0]
    return value


def window_text(size: object) -> str:
    """The size of a window, for a layer's summary."""
    return _("window {size}").format(size=size)


Kernel1D = Annotated[
    int,
    setting(
        "Window",
        "How many steps the layer sees at once.",
        "Larger windows see more context.",
        typical=(2, 7),
        ge=1,
        le=1024,
    ),
]
Stride1D = Annotated[
    int,
    setting(
        "Stride",
        "How far the window moves each time.",
        "2 halves the length.",
        typical=(1, 2),
        advanced=True,
        ge=1,
        le=1024,
    ),
]
Dilation1D = Annotated[
    int,
    setting(
        "Dilation",
        "Gaps between the steps that a window sees.",
        "Larger sees further with the same number of parameters.",
        typical=(1, 8),
        advanced=True,
        ge=1,
        le=1024,
    ),
]
Groups = Annotated[
    int,
    setting(
        "Groups",
        "Splits channels and filters into separate groups.",
        "More groups, fewer parameters.",
        typical=(1, 8),
        advanced=True,
        ge=1,
        le=4096,
    ),
]
Kernel2D = Annotated[
    Pair,
    setting(
        "Window", "Height and width of the window, in pixels.", "Larger windows see larger patterns.", typical=(2, 7)
    ),
]
Stride2D = Annotated[
    Pair,
    setting(
        "Stride", "How far the window moves each time.", "2 halves height and width.", typical=(1, 2), advanced=True
    ),
]
Growth1D = Annotated[
    int,
    setting(
        "Stride",
        "How many steps the output has for each step of the input.",
        "2 doubles the length.",
        typical=(1, 3),
        ge=1,
        le=1024,
    ),
]
Growth2D = Annotated[
    Pair,
    setting(
        "Stride",
        "How many pixels the output has for each pixel of the input.",
        "2 doubles height and width.",
        typical=(1, 3),
    ),
]
EqualStride2D = Annotated[
    int,
    BeforeValidator(_one),
    setting(
        "Stride",
        "How far the window moves each time, both down and across.",
        "2 halves height and width.",
        typical=(1, 2),
        advanced=True,
        ge=1,
        le=1024,
    ),
]
DepthMultiplier = Annotated[
    int,
    setting(
        "Filters per channel",
        "How many patterns the layer looks for in each channel.",
        "More of them find more patterns and take longer.",
        typical=(1, 4),
        ge=1,
        le=256,
    ),
]
