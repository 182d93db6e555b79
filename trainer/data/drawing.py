"""From any picture to the pixels that a network gets: the form in which its training pictures came.

`components/try_it/picture.js` does the same in the browser; a test compares the two.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from trainer import data
from trainer.data.dataset import Dataset
from trainer.data.files import FileError, named
from trainer.data.wording import WORDING
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import RecipeError

Picture = NDArray[np.float64]
"""(height, width, channels), from 0 (black) to 1 (white)."""
INK = 0.1
"""From this brightness on a pixel belongs to the ink."""
INK_SIDE = 20 / 28
"""The longer side of the ink, in parts of the picture: 20 of MNIST's 28 pixels."""
DARK, BRIGHT = 0.25, 0.75
"""Of a data set whose border is darker or brighter than this, on average, it is known on what ground it draws."""
LUMINANCE = (0.299, 0.587, 0.114)
"""How bright red, green and blue are to the eye."""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
"""That are read. For others Pillow may start programs, such as Ghostscript."""
MAX_BYTES = 200_000_000
MAX_PIXELS = 80_000_000
MAX_SIDE = 2048
"""Pixels of the longer side of a picture that is looked at; larger ones are made smaller while they are read."""


@dataclass(frozen=True)
class PictureForm:
    """The form of a data set's pictures."""

    height: int
    width: int
    channels: int
    border: float
    """The mean brightness of the outermost pixels of its training pictures, 0 to 1; what is left free around a picture
    gets it."""
    digits: bool
    """Whether its pictures were made as MNIST's were: the ink alone, in the middle."""


def form_of(recipe: Recipe, shape: Shape, seen: tuple[float, bool] | None = None) -> PictureForm:
    """The form of a recipe's pictures. Those of MNIST itself are known; others are looked at, unless that was done.

    Args:
        recipe: whose data are pictures.
        shape: of one example: (height, width, channels).
        seen: their border, and whether they are digits, as it was written down while they were there.

    Raises:
        RecipeError: that is not known, and the pictures cannot be read any more.
    """
    height, width, channels = shape
    known = (0.0, True) if recipe.data.is_one_way_up else seen  # the digits that come with Fitboard
    border, digits = known or _look(recipe)
    return PictureForm(height, width, channels, border, digits)


def _look(recipe: Recipe) -> tuple[float, bool]:
    """The border of a recipe's pictures, and whether they were made like MNIST's."""
    try:
        dataset = data.load(recipe.data, recipe.seed)
    except RecipeError as error:
        raise RecipeError(WORDING.message("picture_form_unknown", why=error.message)) from error
    if dataset not in _LOOKED_AT:
        train = dataset.train
        some = np.stack([train[place] for place in range(0, len(train), 1 + len(train) // 1000)]) / 255
        _LOOKED_AT[dataset] = border_of(some), made_like_mnist(some)
    return _LOOKED_AT[dataset]


_LOOKED_AT: WeakKeyDictionary[Dataset, tuple[float, bool]] = WeakKeyDictionary()


def made_like_mnist(pictures: NDArray[np.float64]) -> bool:
    """Whether nine of ten pictures (n, height, width, channels) have their ink where MNIST's recipe puts it: 20 of 28
    pixels long, its centre of mass in the middle.
    """
    shades = grey(pictures)[..., 0]
    ink = 1 - shades if border_of(pictures) > 0.5 else shades
    mass = ink.sum(axis=(1, 2))
    fits, longest = mass > 0, np.zeros(len(ink), int)
    for lines in (ink.sum(axis=2), ink.sum(axis=1)):  # the ink of each row, and of each column
        length = lines.shape[1]
        fits &= np.abs(lines @ np.arange(length) - mass * (length // 2)) <= mass  # a pixel off at most
        longest = np.maximum(longest, length - (lines > 0).argmax(axis=1) - (lines[:, ::-1] > 0).argmax(axis=1))
    fits &= longest == whole(INK_SIDE * min(ink.shape[1:]))
    return bool(fits.mean() > 0.9)


def pixels_of(picture: Picture, form: PictureForm) -> NDArray[np.float32] | None:
    """The pixels (height, width, channels) that a network gets of a picture; None where there is nothing to see for one
    that reads digits.

    A picture of exactly the network's size is taken as it is. Of another one, a network for digits gets the ink alone,
    by MNIST's recipe; other networks get the whole of it, scaled to fit, with a border where the sides do not match.
    """
    same = picture.shape[:2] == (form.height, form.width)
    if form.digits and not same:
        ink = digit(_ink_of(grey(picture)), form)
        if ink is None:
            return None
        return on_ground(ink, form)
    alike = _on_same_ground(_with_channels(picture, form.channels), form)
    pixels = alike if same else _contained(alike, form)
    ground = 1.0 if form.border > 0.5 else 0.0
    if form.digits and not (np.abs(pixels - ground) > INK).any():
        return None
    return pixels.astype(np.float32)


def digit(ink: Picture, form: PictureForm) -> Picture | None:
    """MNIST's own recipe: crop to the ink, scale its longer side to 20 of 28 pixels by averaging areas, and move its
    centre of mass to the middle.

    Args:
        ink: of one channel, white on black.
        form: its sides.

    Returns:
        White on black, one channel; None without ink.
    """
    rows, columns = (np.flatnonzero((ink[..., 0] >= INK).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    inside = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = INK_SIDE * min(form.width, form.height) / max(inside.shape[:2])
    small = resized(inside, *(max(1, whole(side * scale)) for side in inside.shape[:2]))
    height, width = small.shape[:2]
    mass = small[..., 0]
    y, x = (mass.sum(axis=1) @ np.arange(height) / mass.sum(), mass.sum(axis=0) @ np.arange(width) / mass.sum())
    # Never beyond the edge, however far from its middle the weight of a drawing lies.
    top = min(max(form.height // 2 - whole(y), 0), form.height - height)
    left = min(max(form.width // 2 - whole(x), 0), form.width - width)
    pixels = np.zeros((form.height, form.width, 1))
    pixels[top : top + height, left : left + width] = small
    return pixels


def on_ground(ink: Picture, form: PictureForm) -> NDArray[np.float32]:
    """White ink on black as the data set has it: on its own ground, and in all of its channels."""
    shown = 1 - ink if form.border > 0.5 else ink
    return np.repeat(shown, form.channels, axis=2).astype(np.float32)


def resized(picture: Picture, height: int, width: int) -> Picture:
    """A picture in another size: each pixel is the mean of the area that it covers.

    >>> resized(np.array([[[0.0], [1.0], [1.0], [0.0]]]), 1, 2)[0, :, 0].tolist()
    [0.5, 0.5]
    """
    rows, columns = _shares(picture.shape[0], height), _shares(picture.shape[1], width)
    found: Picture = np.einsum("hy,yxc,wx->hwc", rows, picture, columns, optimize=True)
    return found


def _shares(size: int, target: int) -> NDArray[np.float64]:
    """Which share each of `target` pixels has of each of `size`: (target, size), whose rows add up to 1."""
    shares = np.zeros((target, size))
    for number in range(target):
        begin, end = number * size / target, (number + 1) * size / target
        first = floor(begin)
        for place in range(first, max(first + 1, min(size, ceil(end)))):
            shares[number, place] = (min(end, place + 1) - max(begin, place)) * target / size
    return shares


def grey(picture: Picture) -> Picture:
    """A picture, or several, in shades of grey, with one channel."""
    return picture if picture.shape[-1] == 1 else (picture[..., :3] @ np.array(LUMINANCE))[..., None]


def border_of(picture: NDArray[np.float64]) -> float:
    """The mean brightness of the outermost pixels of a picture, or of several (n, height, width, channels)."""
    edge = np.ones(picture.shape[-3:-1], bool)
    edge[1:-1, 1:-1] = False
    return float(picture[..., edge, :].mean())


def read_picture(path: Path) -> Picture:
    """A picture from a file, the right way up; the first one of an animation.

    Raises:
        RecipeError: it is no picture, is damaged, or is too large; the message names the file.
    """
    name = named(path)
    try:
        if not path.is_file():
            raise RecipeError(FileError("is_folder" if path.is_dir() else "no_file").about(name))
        if path.stat().st_size > MAX_BYTES:
            raise RecipeError(FileError("file_too_large", limit=MAX_BYTES).about(name))
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # of odd metadata
            with Image.open(path, formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise RecipeError(WORDING.message("picture_too_large", file=name, limit=MAX_PIXELS // 10**6))
                image.draft(None, (MAX_SIDE, MAX_SIDE))
                return _plain(image)
    except RecipeError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RecipeError(WORDING.message("picture_too_large", file=name, limit=MAX_PIXELS // 10**6)) from error
    except UnidentifiedImageError as error:
        raise RecipeError(WORDING.message("not_a_picture", file=name)) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # what Pillow raises of damaged files
        raise RecipeError(WORDING.message("picture_damaged", file=name)) from error


def _plain(image: Image.Image) -> Picture:
    """An open picture as numbers, not larger than needed."""
    turned = ImageOps.exif_transpose(image)
    if turned.mode.startswith("I;16") or turned.mode == "I":
        turned = Image.fromarray((np.asarray(turned, np.float64) / 257).clip(0, 255).astype(np.uint8))
    if turned.has_transparency_data:
        turned = _on_paper(turned.convert("RGBA"))
    turned = turned.convert("L" if turned.mode in {"1", "L"} else "RGB")
    turned.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
    values = np.asarray(turned, np.float64) / 255
    return values[..., None] if values.ndim == 2 else values


def _on_paper(image: Image.Image) -> Image.Image:
    """A picture that is transparent in places, on a ground that its ink stands out from."""
    values = np.asarray(image, np.float64)
    brightness, opacity = (values[..., :3].mean(axis=2) / 255 * values[..., 3]).sum(), values[..., 3].sum()
    ground = Image.new("RGBA", image.size, "black" if brightness > 0.5 * opacity else "white")
    ground.alpha_composite(image)
    return ground.convert("RGB")


def whole(value: float) -> int:
    """The nearest whole number; a half goes up, in JavaScript too."""
    return floor(value + 0.5)


def _with_channels(picture: Picture, channels: int) -> Picture:
    if picture.shape[2] == channels:
        return picture
    return grey(picture) if channels == 1 else np.repeat(grey(picture), channels, axis=2)


def _ink_of(picture: Picture) -> Picture:
    """White on black, whatever the ground of a picture in shades of grey is."""
    return 1 - picture if border_of(picture) > 0.5 else picture


def _on_same_ground(picture: Picture, form: PictureForm) -> Picture:
    """A picture in shades of grey on the ground that its data set draws on, where that has one; colours stay."""
    if form.channels > 1 or DARK < form.border < BRIGHT:
        return picture
    return picture if (form.border > 0.5) == (border_of(picture) > 0.5) else 1 - picture


def _contained(picture: Picture, form: PictureForm) -> Picture:
    """The whole of a picture, as large as fits, in the middle of the network's."""
    height, width = picture.shape[:2]
    scale = min(form.width / width, form.height / height)
    small = resized(
        picture, min(form.height, max(1, whole(height * scale))), min(form.width, max(1, whole(width * scale)))
    )
    pixels = np.full((form.height, form.width, form.channels), form.border)
    top, left = (form.height - small.shape[0]) // 2, (form.width - small.shape[1]) // 2
    pixels[top : top + small.shape[0], left : left + small.shape[1]] = small
    return pixels
