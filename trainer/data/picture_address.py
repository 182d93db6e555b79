"""Pictures of a data set as addresses that hold the picture itself, so that a page needs no other file."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def picture_address(pixels: NDArray[np.uint8]) -> str:
    """Pixels (height, width, channels) as the address of a picture that holds the picture itself.

    Grey ones are kept exactly. Color ones are compressed: a wall of them goes to the browser with each run of the page.
    """
    is_grey = pixels.shape[2] == 1
    buffer = BytesIO()
    Image.fromarray(pixels[:, :, 0] if is_grey else pixels).save(buffer, "PNG" if is_grey else "WEBP")
    return f"data:image/{'png' if is_grey else 'webp'};base64,{b64encode(buffer.getvalue()).decode()}"
